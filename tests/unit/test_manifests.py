"""The loading list: what goes on the vehicle in which order, and the paper it is printed on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pypdfium2
import pytest
import zxingcpp

from bot.manifests import manifest_pdf
from domain.loading import LoadedLine, LoadedOrder, LoadedStop, Manifest
from domain.routing.problem import Load
from tests.drawings import BERLIN, MORNING, say


def a_line(quantity: int = 1, name: str = "Kettle", *handling: str, sku: str = "SKU-1") -> LoadedLine:
    return LoadedLine(quantity, name, sku, Load(1200 * quantity, 8000 * quantity, quantity), handling)


def an_order(number: str, *lines: LoadedLine, collect: bool = False) -> LoadedOrder:
    window = (MORNING + timedelta(hours=2), MORNING + timedelta(hours=4))
    return LoadedOrder(number, lines or (a_line(),), window, collect)


def a_manifest(*stops: LoadedStop, **values: object) -> Manifest:
    given = {"driver": "Tomasz Nowak", "vehicle": "Van 3", "capacity": Load(900_000, 6_000_000, 60), "leaves": MORNING}
    return Manifest("R-12", date(2026, 5, 5), BERLIN, "Depot North", stops, **{**given, **values})  # type: ignore[arg-type]


THREE = a_manifest(
    LoadedStop(1, "Torstr. 1, 10115 Berlin", (an_order("RM-10001", a_line(2, "Kettle"), a_line(1, "Cheese", "fridge")),)),
    LoadedStop(2, "Torstr. 2, 10115 Berlin", (an_order("RM-10002"), an_order("RT-2001", collect=True))),
    LoadedStop(3, "Torstr. 3, 10115 Berlin", (an_order("RM-10003", a_line(1, "Sofa", "two_people", "fragile")), an_order("RM-10004", a_line(3, "Milk", "fridge")))),
)  # fmt: skip


def pages(manifest: Manifest) -> list[str]:
    """What can be read on each page, on one line."""
    document = pypdfium2.PdfDocument(manifest_pdf(manifest, say))
    try:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    finally:
        document.close()


def scanned(manifest: Manifest, dots: int = 200) -> list[str]:
    """What a scanner reads from the printed pages, from top to bottom."""
    document = pypdfium2.PdfDocument(manifest_pdf(manifest, say))
    try:
        pictures = [page.render(scale=dots / 72).to_pil() for page in document]
    finally:
        document.close()
    found = [zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.Code128) for picture in pictures]
    return [code.text for page in found for code in sorted(page, key=lambda each: each.position.top_left.y)]


# What is loaded


def test_the_last_stop_is_loaded_first_and_what_comes_back_is_not_loaded():
    assert [(stop.number, [each.number for each in stop.orders]) for stop in THREE.loading] == [
        (3, ["RM-10003", "RM-10004"]), (2, ["RM-10002"]), (1, ["RM-10001"]),
    ]  # fmt: skip
    assert [(stop.number, [each.number for each in stop.orders]) for stop in THREE.collecting] == [(2, ["RT-2001"])]


def test_the_load_counts_what_goes_out():
    assert THREE.load == Load(1200 * 8, 8000 * 8, 8)
    assert a_manifest().load == Load()


def test_handling_names_the_stops_that_need_it():
    assert THREE.handling == {"fragile": (3,), "fridge": (1, 3), "two_people": (3,)}
    assert THREE.stops[2].orders[0].handling == ("fragile", "two_people")


# On paper


def test_the_list_says_what_goes_where_and_when():
    (page,) = pages(THREE)
    for words in (
        "Loading list R-12", "Tue 5 May · Depot North", "Tomasz Nowak", "Van 3", "Leaves at 08:00", "9.6 of 900 kg",
        "0.06 of 6 m³", "8 of 60", "Fridge: stops 1 and 3", "Two people: stop 3", "Torstr. 1, 10115 Berlin",
        "Promised 10:00–12:00", "2 × Kettle (SKU-1)", "2.4 kg", "1 × Sofa (SKU-1) · Two people, Fragile", "RM-10004",
        "To collect on the way", "R-12 · Tue 5 May · page 1 of 1",
    ):  # fmt: skip
        assert words in page
    assert page.index("RM-10003") < page.index("RM-10002") < page.index("RM-10001") < page.index("RT-2001")
    assert "too much" not in page


def test_small_things_weigh_grams_and_measure_litres():
    small = LoadedLine(1, "Cable", "SKU-2", Load(60, 400, 1))
    (page,) = pages(a_manifest(LoadedStop(1, "Torstr. 1", (an_order("RM-1", small),))))
    assert "1 piece, 60 g, 0.4 l" in page
    unknown = LoadedLine(2, "Card", "SKU-3", Load(0, 0, 2))
    assert (
        "2 pieces RM-1 ☐ 2 × Card (SKU-3) R-12"
        in pages(a_manifest(LoadedStop(1, "Torstr. 1", (an_order("RM-1", unknown),))))[0]
    )


def test_every_barcode_can_be_scanned():
    assert scanned(THREE) == ["R-12", "RM-10003", "RM-10004", "RM-10002", "RM-10001", "RT-2001"]


@pytest.mark.parametrize("number", ["RM-1", "RM-123456789012", "X" * 20])
def test_numbers_of_every_length_can_be_scanned(number):
    assert scanned(a_manifest(LoadedStop(1, "Torstr. 1", (an_order(number),))), dots=300) == ["R-12", number]


def test_too_much_is_said_by_how_much():
    (page,) = pages(replace(THREE, capacity=Load(9_000, 10**12, 8)))
    assert "9.6 of 9 kg 0.6 kg too much" in page
    assert page.count("too much") == 1
    assert "too much" not in pages(replace(THREE, capacity=None))[0]


def test_a_long_list_has_several_pages_and_loses_nothing():
    stops = [
        LoadedStop(n, f"Torstr. {n}", (an_order(f"RM-{10_000 + n}", a_line(n, f"Thing {n}")),)) for n in range(1, 41)
    ]
    found = pages(a_manifest(*stops))
    assert len(found) > 3
    assert [f"page {n} of {len(found)}" in page for n, page in enumerate(found, 1)] == [True] * len(found)
    whole = " ".join(found)
    assert [n for n in range(1, 41) if f"{n} × Thing {n} (" not in whole] == []
    assert scanned(a_manifest(*stops)) == ["R-12", *(f"RM-{10_000 + n}" for n in range(40, 0, -1))]


def test_an_order_longer_than_a_page_says_on_every_page_which_it_is():
    order = an_order("RM-10001", *(a_line(1, f"Thing {n}") for n in range(200)))
    found = pages(a_manifest(LoadedStop(1, "Torstr. 1", (order,))))
    assert len(found) > 2
    assert all("RM-10001" in page for page in found)
    assert [n for n in range(200) if not any(f"× Thing {n} (" in page for page in found)] == []


def test_long_names_wrap_and_stay_on_the_page():
    name = "Espresso grinder with a steel hopper " * 6
    manifest = a_manifest(LoadedStop(1, "Torstr. 1", (an_order("RM-1", a_line(1, name), a_line(1, "x" * 300)),)))
    document = pypdfium2.PdfDocument(manifest_pdf(manifest, say))
    page = document[0].get_textpage()
    boxes = [page.get_charbox(n) for n in range(page.count_chars())]
    right = max(box[2] for box in boxes)
    text = page.get_text_range()
    document.close()
    assert right < 595 - 14 * 72 / 25.4 + 1
    assert " ".join(text.split()).count("steel hopper") == 6
    assert text.count("x") >= 300


def test_all_scripts_are_written_and_nothing_is_markup():
    names = ("Ящик мандаринов", "Κιβώτιο", "Kühl-Paket ½", "<b>bold</b> & more", "Łódź \x07")
    page = pages(a_manifest(LoadedStop(1, "Torstr. 1", (an_order("RM-1", *(a_line(1, name) for name in names)),))))[0]
    for words in ("Ящик мандаринов", "Κιβώτιο", "Kühl-Paket ½", "<b>bold</b> & more", "Łódź □"):
        assert words in page


def test_east_asian_words_can_be_read():
    names = ("大根と白菜", "无糖酸奶", "김치")
    page = pages(a_manifest(LoadedStop(1, "東京都 1", (an_order("RM-1", *(a_line(1, name) for name in names)),))))[0]
    assert [name for name in (*names, "東京都 1") if name not in page] == []


def test_a_route_without_goods_says_so():
    (page,) = pages(a_manifest())
    assert "Nothing is loaded for this route." in page
    assert scanned(a_manifest()) == ["R-12"]


def test_the_same_list_is_the_same_file():
    assert manifest_pdf(THREE, say) == manifest_pdf(THREE, say)
    assert manifest_pdf(THREE, say) != manifest_pdf(a_manifest(), say)
