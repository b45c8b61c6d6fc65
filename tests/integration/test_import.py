"""Files come in by the command line: good rows are kept, bad ones named, and the same file again changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlmodel import select
from typer.testing import CliRunner

from bot.cli import app
from domain.cases import Case
from domain.customers import Customer
from domain.depots import DeliveryArea, DeliverySlot, DeliveryWindow, Depot
from domain.events import Event
from domain.moment import SYSTEM
from domain.orders import Order, OrderLine
from domain.stock import Product, StockLevel
from domain.values import Place
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, an_order, business

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"
HEADER = "external_id,name,email,phone,street,postcode,city,country,lat,lon,sku,quantity,unit_price,wanted_day,wanted_window,instructions,language"
GOOD = "A-1,Ann,ann@example.com,,Torstr. 1,10119,Berlin,DE,52.53,13.40,SKU-1,2,18.90,,,,en"
NEXT = "A-2,Ben,ben@example.com,,Torstr. 2,10119,Berlin,DE,52.53,13.40,SKU-2,1,,,,,"

Run = Callable[..., Result]


@pytest.fixture
def run(database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line on the test's database; the clock stands still."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ROUNDSMAN_DATABASE_URL", database_url)
    monkeypatch.setenv("ROUNDSMAN_DATA_FOLDER", str(tmp_path))
    monkeypatch.setattr("bot.logs.set_up_logs", lambda *_: None)
    for module in ("bot.clock", "bot.imports.orders", "bot.imports.products", "bot.jobs"):
        monkeypatch.setattr(f"{module}.now", lambda: NOW)
    return lambda *arguments: CliRunner().invoke(app, [str(each) for each in arguments], catch_exceptions=False)


@pytest.fixture
def shop(database: Database) -> None:
    with database.writing() as session:
        business(session)


def csv(tmp_path: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = tmp_path / "orders.csv"
    path.write_bytes("\n".join([header, *rows, ""]).encode(encoding))
    return path


def everything(database: Database) -> dict[str, list[Any]]:
    """All that an import may touch."""
    with database.reading() as session:
        return {
            kind.__name__: sorted(repr(row.model_dump()) for row in session.exec(select(kind)))
            for kind in (
                Order,
                OrderLine,
                Customer,
                Case,
                Event,
                Product,
                StockLevel,
                Depot,
                DeliveryWindow,
                DeliverySlot,
            )
        }


def orders(database: Database) -> dict[str | None, Order]:
    with database.reading() as session:
        return {order.external_id: order for order in session.exec(select(Order))}


# The samples


def test_the_samples_start_a_business(run: Run, database: Database) -> None:
    assert run("import", "setup", SAMPLES / "setup.yml").exit_code == 0
    assert "5 created, 0 changed, 0 unchanged, 0 failed" in run("import", "products", SAMPLES / "products.csv").stdout
    first = run("import", "orders", SAMPLES / "orders.csv")
    assert (first.exit_code, first.stderr) == (0, "")
    assert "4 created, 0 unchanged, 0 failed, 1 exception." in first.stdout
    assert {name: order.status for name, order in orders(database).items()} == {
        "SHOP-1001": "allocated", "SHOP-1002": "allocated", "SHOP-1003": "allocated", "SHOP-1004": "backordered",
    }  # fmt: skip
    with database.reading() as session:
        lines = session.exec(select(OrderLine).where(OrderLine.order_id == orders(database)["SHOP-1001"].id)).all()
    assert [(line.sku, line.quantity, line.unit_price) for line in lines] == [
        ("GRINDER-1", 1, 18900),
        ("BEANS-1KG", 2, 2290),
    ]


def test_the_samples_again_change_nothing(run: Run, database: Database) -> None:
    for _ in range(2):
        for what, name in (("setup", "setup.yml"), ("products", "products.csv"), ("orders", "orders.csv")):
            run("import", what, SAMPLES / name)
        before = everything(database)
    assert "0 created, 4 unchanged, 0 failed, 0 exceptions." in run("import", "orders", SAMPLES / "orders.csv").stdout
    assert "0 created, 0 changed, 5 unchanged" in run("import", "products", SAMPLES / "products.csv").stdout
    assert "Depot north: unchanged." in run("import", "setup", SAMPLES / "setup.yml").stdout
    assert everything(database) == before


def test_a_dry_run_says_the_same_and_keeps_nothing(run: Run, database: Database) -> None:
    dry = run("import", "setup", SAMPLES / "setup.yml", "--dry-run").stdout.splitlines()
    assert (dry[0], dry[-1]) == ("Depot north: created.", "Dry run: nothing was kept.")
    run("import", "setup", SAMPLES / "setup.yml")
    assert "5 created" in run("import", "products", SAMPLES / "products.csv", "--dry-run").stdout
    run("import", "products", SAMPLES / "products.csv")
    before = everything(database)
    dry = run("import", "orders", SAMPLES / "orders.csv", "--dry-run")
    assert everything(database) == before
    real = run("import", "orders", SAMPLES / "orders.csv")
    assert dry.stdout.splitlines()[0] == real.stdout.splitlines()[0] + " Dry run: nothing was kept."


# Orders


def test_bad_rows_are_named_and_good_ones_kept(run: Run, database: Database, shop: None, tmp_path: Path) -> None:
    path = csv(
        tmp_path,
        GOOD,
        "A-3,Cy,,,Torstr. 3,,Berlin,DE,,,SKU-1,1,,,,,",
        "A-4,Di,,,Torstr. 4,10119,Berlin,DE,,,SKU-9,1,,,,,",
        "A-5,Ed,,call me,Torstr. 5,10119,Berlin,DE,,,SKU-1,many,,,,,",
        "A-6,Flo,,call me,Torstr. 6,10119,Berlin,DE,,,SKU-1,1,,,,,",
        NEXT,
    )
    result = run("import", "orders", path)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "row 3, column postcode: is empty",
        "row 5, column quantity: must be a whole number",
        'row 4, column sku: There is no product with SKU "SKU-9".',
        'row 6, column phone: "call me" is not a phone number in DE. Write it like +49 30 123456.',
    ]
    assert "2 created, 0 unchanged, 4 failed, 0 exceptions." in result.stdout
    assert set(orders(database)) == {"A-1", "A-2"}


@pytest.mark.parametrize(
    ("changes", "column", "words"),
    [
        ({"external_id": ""}, "external_id", "is empty"),
        ({"country": "Germany"}, "country", "two capital letters"),
        ({"lat": "north"}, "lat", "must be a number"),
        ({"lat": "95"}, "lat", "no place on earth"),
        ({"lon": ""}, "lon", "belong together"),
        ({"quantity": "0"}, "quantity", "more than 0"),
        ({"quantity": "2.5"}, "quantity", "whole number"),
        ({"unit_price": "18.905"}, "unit_price", "more than 2 decimals"),
        ({"unit_price": "€18"}, "unit_price", "write it like 18.90"),
        ({"wanted_day": "Friday"}, "wanted_day", "2026-05-04"),
        ({"wanted_window": "14-12"}, "wanted_window", "end after it starts"),
        ({"email": "ann at home"}, "email", "not an e-mail address"),
        ({"language": "English"}, "language", "language code"),
        ({"name": "x" * 201}, "name", "longer than 200"),
        ({"name": "=cmd|'/c calc'!A1\x1b[2J"}, "name", "control characters"),
    ],
)
def test_a_wrong_cell_is_named(
    run: Run, shop: None, tmp_path: Path, database: Database, changes: dict[str, str], column: str, words: str
) -> None:
    cells = dict(zip(HEADER.split(","), GOOD.split(","), strict=True)) | changes
    result = run("import", "orders", csv(tmp_path, ",".join(cells.values())))
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"row 2, column {column}: ")
    assert words in line
    assert "\x1b" not in line
    assert result.exit_code == 1
    assert orders(database) == {}


def test_rows_of_one_order_are_its_lines(run: Run, database: Database, shop: None, tmp_path: Path) -> None:
    path = csv(tmp_path, GOOD, NEXT, "A-1,,,,,,,,,,SKU-3,1,,,,,", "A-1,Ann,,,,,,,,,SKU-2,1,1,,,,")
    assert "2 created" in run("import", "orders", path).stdout
    with database.reading() as session:
        order = session.exec(select(Order).where(Order.external_id == "A-1")).one()
        lines = session.exec(select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)).all()
    assert [(line.sku, line.unit_price) for line in lines] == [("SKU-1", 1890), ("SKU-3", 4490), ("SKU-2", 100)]


def test_what_was_paid_and_how_is_taken_in(run: Run, database: Database, shop: None, tmp_path: Path) -> None:
    header = f"{HEADER},carriage,discount,paid_by,payment,gift,channel,tax"
    path = csv(
        tmp_path, f"{GOOD},4.90,5,card,pi_1,yes,webshop,5.5", "A-1,,,,,,,,,,SKU-3,1,,,,,,,,,,,,19", header=header
    )
    assert "1 created" in run("import", "orders", path).stdout
    with database.reading() as session:
        order = session.exec(select(Order).where(Order.external_id == "A-1")).one()
        lines = session.exec(select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)).all()
    assert (order.carriage, order.discount, order.total) == (490, 500, 2 * 1890 + 4490 + 490 - 500)
    assert (order.paid_by, order.payment, order.gift, order.channel) == ("card", "pi_1", True, "webshop")
    assert [line.tax for line in lines] == [550, 1900]


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [("carriage", "a lot", "column carriage: is no amount"), ("tax", "high", "column tax: must be a percentage"),
     ("tax", "120", "column tax: must be at most"), ("discount", "9999", "column discount: The discount of")],
)  # fmt: skip
def test_a_wrong_sum_is_named(
    run: Run, shop: None, tmp_path: Path, column: str, cell: str, words: str
) -> None:  # fmt: skip
    result = run("import", "orders", csv(tmp_path, f"{GOOD},{cell}", header=f"{HEADER},{column}"))
    assert words in result.stderr
    assert "0 created" in result.stdout


def test_tags_and_family_of_products_are_taken_in(run: Run, database: Database, shop: None, tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text('sku,name,tags,family\nSKU-1,Kettle,"final_sale, hygiene",kettles\n')
    assert "1 changed" in run("import", "products", path).stdout
    assert "1 unchanged" in run("import", "products", path).stdout
    with database.reading() as session:
        kettle = session.get_one(Product, "SKU-1")
    assert (kettle.tags, kettle.family) == (["final_sale", "hygiene"], "kettles")


def test_rows_of_one_order_that_disagree_are_named(run: Run, database: Database, shop: None, tmp_path: Path) -> None:
    path = csv(tmp_path, GOOD, "A-1,Bea,,,,,,,,,SKU-3,1,,,,,", "A-1,,,,,,,,,,SKU-9,1,,,,,")
    result = run("import", "orders", path)
    assert result.stderr == "row 3, column name: differs from row 2 of the same order\n"
    assert "0 created, 0 unchanged, 1 failed" in result.stdout


def test_an_order_that_was_changed_in_the_file_is_not_changed_behind_ones_back(
    run: Run, database: Database, shop: None, tmp_path: Path
) -> None:
    run("import", "orders", csv(tmp_path, GOOD))
    result = run("import", "orders", csv(tmp_path, GOOD.replace("SKU-1,2", "SKU-1,3")))
    assert result.exit_code == 1
    assert result.stderr.startswith('row 2, column quantity: An order with external_id "A-1" exists as RM-10001')


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_spreadsheets_differ(
    run: Run, database: Database, shop: None, tmp_path: Path, delimiter: str, encoding: str
) -> None:
    cells = GOOD.replace("Ann,", "Änne Ñandú,").split(",")
    if delimiter != ",":
        cells = [cell.replace(".", ",") if cell in {"52.53", "13.40", "18.90"} else cell for cell in cells]
    header = HEADER.replace("external_id", "External ID").replace(",", delimiter)
    result = run("import", "orders", csv(tmp_path, delimiter.join(cells), header=header, encoding=encoding))
    assert (result.exit_code, result.stderr) == (0, "")
    order = orders(database)["A-1"]
    assert (order.lat, order.lon, order.total) == (52.53, 13.4, 3780)


def test_cells_may_be_quoted_and_hold_anything(run: Run, database: Database, shop: None, tmp_path: Path) -> None:
    path = csv(tmp_path, GOOD.replace(",en", ",en").replace(",,,en", ',,"=1+1, ""left""\nsecond door",en'), "", NEXT)
    assert run("import", "orders", path).exit_code == 0
    assert orders(database)["A-1"].instructions == '=1+1, "left"\nsecond door'


def test_broken_quotes_cost_their_row_only(run: Run, database: Database, shop: None, tmp_path: Path) -> None:
    path = csv(tmp_path, GOOD, 'A-8,"Ann"x,,,,,,,,,,,,,,,', NEXT, 'A-9,"Ann,,,,,,,,,,,,,,,')
    result = run("import", "orders", path)
    assert [line.partition(":")[0] for line in result.stderr.splitlines()] == ["row 3", "row 5"]
    assert "2 created, 0 unchanged, 2 failed" in result.stdout


def test_a_huge_cell_costs_its_row_only(run: Run, database: Database, shop: None, tmp_path: Path) -> None:
    result = run("import", "orders", csv(tmp_path, GOOD.replace("Ann,", "A" * 30_000 + ","), NEXT))
    assert result.stderr.startswith("row 2: a cell is longer than 20000 characters")
    assert set(orders(database)) == {"A-2"}


def test_too_many_cells_are_named(run: Run, shop: None, tmp_path: Path) -> None:
    result = run("import", "orders", csv(tmp_path, f"{GOOD},surplus", f"{NEXT},,"))
    assert result.stderr == "row 2: has 18 cells, the header has 17\n"
    assert "1 created" in result.stdout


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"external_id,name\n", "columns missing: street, postcode, city, country, sku, quantity"),
        (HEADER.encode() + b",instuctions\n", "columns not known: instuctions (did you mean instructions?)"),
        (HEADER.encode() + b",sku\n", "columns there twice: sku"),
        (HEADER.encode() + b"\nM\xfcller", "not UTF-8"),
        (b"PK\x03\x04\x14\x00\x08\x08\x00\xff", "not UTF-8"),
        (b'"external_id\n', "the header cannot be read"),
    ],
)
def test_an_unusable_file_is_one_sentence(run: Run, tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    result = run("import", "orders", path)
    assert result.exit_code == 2
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_file_that_is_not_there_is_one_sentence(run: Run) -> None:
    result = run("import", "orders", "nowhere.csv")
    assert (result.exit_code, result.stderr) == (
        2,
        "nowhere.csv: the file cannot be read (No such file or directory)\n",
    )


def test_a_file_with_a_header_alone_is_no_trouble(run: Run, shop: None, tmp_path: Path) -> None:
    result = run("import", "orders", csv(tmp_path))
    assert (result.exit_code, result.stdout) == (0, "Orders: 0 created, 0 unchanged, 0 failed, 0 exceptions.\n")


def test_addresses_are_located_before_it_ends(run: Run, database: Database, shop: None, tmp_path: Path) -> None:
    rows = csv(tmp_path, GOOD, NEXT.replace("52.53,13.40", ","))
    dry, real = run("import", "orders", rows, "--dry-run"), run("import", "orders", rows)
    for result in (dry, real):
        assert "2 created, 0 unchanged, 0 failed, 1 exception." in result.stdout
    with database.reading() as session:
        assert session.exec(select(Case)).one().kind == "address_not_found"


# Products and the set-up


def test_bad_products_are_named_and_good_ones_kept(run: Run, database: Database, shop: None, tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text(
        "sku,name,price,currency,depot,on_hand\n"
        "P-1,Tea,4.5,EUR,north,7\n"
        "P-2,,4.50,EUR,,\n"
        "P-3,Yen,450.5,JPY,,\n"
        "P-4,Cup,4.50,EUR,moon,1\n"
        "P-5,Pot,4.50,EUR,north,\n"
        "SKU-1,Kettle,39.90,EUR,north,1\n",
        "utf-8",
    )
    with database.writing() as session:
        an_order(session, business_there(session), lines=[("SKU-1", 3)])
    result = run("import", "products", path)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "row 3, column name: is empty",
        "row 4, column price: has decimals, JPY has none",
        "row 6: depot and on_hand belong together; give both or neither",
        'row 5, column depot: There is no depot "moon".',
        "row 7, column on_hand: 3 pieces of SKU-1 are promised to orders already, so there cannot be only 1.",
    ]
    with database.reading() as session:
        assert session.get_one(Product, "P-1").price == 450
        assert session.exec(select(StockLevel).where(StockLevel.sku == "P-1")).one().on_hand == 7


def test_a_product_that_changed_becomes_the_one_of_the_file(
    run: Run, database: Database, shop: None, tmp_path: Path
) -> None:
    path = tmp_path / "products.csv"
    path.write_text(
        "sku,name,category,price,weight,volume,depot,on_hand\nSKU-1,Kettle XL,kitchen,49.90,1500,8000,north,60\n"
    )
    assert "0 created, 1 changed, 0 unchanged, 0 failed" in run("import", "products", path).stdout
    assert "0 created, 0 changed, 1 unchanged, 0 failed" in run("import", "products", path).stdout
    with database.reading() as session:
        assert (session.get_one(Product, "SKU-1").name, session.get_one(Product, "SKU-1").price) == ("Kettle XL", 4990)
        counted = session.exec(select(Event).where(Event.noun == "stock")).one()
        assert (counted.subject, counted.before, counted.after) == ("SKU-1@north", "50", "60")


def test_a_depot_that_changed_becomes_the_one_of_the_file(run: Run, database: Database, tmp_path: Path) -> None:
    text = (SAMPLES / "setup.yml").read_text("utf-8")
    path = tmp_path / "setup.yml"
    path.write_text(text, "utf-8")
    run("import", "setup", path)
    changed = text.replace("cutoff: 18:00", "cutoff: 17:30").replace("{postcodes: 10*}", "{postcodes: 12*}")
    changed = changed.replace("      - {days: [sat], window: 09:00-14:00, capacity: 15}\n", "")
    path.write_text(
        changed.replace("opening_days: [mon, tue, wed, thu, fri, sat]", "opening_days: [mon, tue, wed, thu, fri]"),
        "utf-8",
    )
    told = run("import", "setup", path).stdout.splitlines()
    assert told[0] == "Depot north: changed."
    assert all(line.endswith(": unchanged.") for line in told[1:])
    with database.reading() as session:
        depot = session.exec(select(Depot)).one()
        assert (str(depot.cutoff), depot.opening_days) == ("17:30:00", [1, 2, 3, 4, 5])
        assert len(session.exec(select(DeliveryWindow)).all()) == 15
        assert {area.pattern for area in session.exec(select(DeliveryArea))} == {"12*", "13347-13409", None}


def test_vehicles_and_drivers_with_their_shifts(run: Run, database: Database, tmp_path: Path) -> None:
    """What the sample says of a Wednesday before Christmas: one works shorter, the other is off; a day later as usual."""
    run("import", "setup", SAMPLES / "setup.yml")
    with database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        depot = uow.depots.all()[0]
        van, kangoo = uow.fleet.vehicles(depot.id or 0)
        assert (van.payload, van.volume, van.pieces, van.skills) == (1_100_000, 10_500_000, 250, ["lift"])
        assert (kangoo.pieces, kangoo.cost_per_km, kangoo.status) == (None, 20, "available")
        _, aylin = uow.fleet.drivers(depot.id or 0)
        assert (aylin.home, aylin.ends_at, aylin.skills) == (Place(52.5483, 13.4126), "home", ["two_people"])
        (short,) = uow.fleet.duties(depot, date(2026, 12, 23))
        assert (short.driver.code, str(short.start), str(short.end), short.rest) == (
            "tomasz", "2026-12-23 06:30:00+00:00", "2026-12-23 12:00:00+00:00", None,
        )  # fmt: skip
        early, late = uow.fleet.duties(depot, date(2026, 12, 24))
        assert (early.vehicle_id, late.vehicle_id) == (van.id, kangoo.id)
        assert early.rest is not None
        assert (early.rest.seconds, early.rest.paid, str(early.rest.earliest)) == (
            1800,
            False,
            "2026-12-24 10:30:00+00:00",
        )


def test_a_fleet_that_changed_becomes_the_one_of_the_file(run: Run, database: Database, tmp_path: Path) -> None:
    text = (SAMPLES / "setup.yml").read_text("utf-8")
    path = tmp_path / "setup.yml"
    path.write_text(text, "utf-8")
    run("import", "setup", path)
    for old, new in (
        ("payload_kg: 1100", "payload_kg: 1200\n    out_of_service: yes"),
        ("{days: [sat], hours: 08:30-14:30}", "{days: [sat, sun], hours: 22:00-06:00}"),
        ("driver: aylin, day: 2026-12-23, off: yes", "driver: aylin, day: 2026-12-23"),
    ):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf-8")
    assert run("import", "setup", path).stdout.splitlines() == [
        "Depot north: unchanged.", "Vehicle B-NO 201: changed.", "Vehicle B-NO 202E: unchanged.",
        "Driver tomasz: unchanged.", "Driver aylin: changed.", "Shift tomasz 2026-12-23: unchanged.",
        "Shift aylin 2026-12-23: changed.",
    ]  # fmt: skip
    with database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        depot = uow.depots.all()[0]
        assert uow.fleet.vehicles(depot.id or 0)[0].status == "out_of_service"
        assert [each.driver.code for each in uow.fleet.duties(depot, date(2026, 12, 23))] == ["tomasz", "aylin"]
        (night,) = uow.fleet.duties(depot, date(2026, 12, 27))
        assert night.end - night.start == timedelta(hours=8)


def test_less_room_keeps_what_is_promised(run: Run, database: Database, tmp_path: Path) -> None:
    text = (SAMPLES / "setup.yml").read_text("utf-8")
    path = tmp_path / "setup.yml"
    path.write_text(text, "utf-8")
    run("import", "setup", path)
    run("import", "products", SAMPLES / "products.csv")
    run("import", "orders", SAMPLES / "orders.csv")
    path.write_text(text.replace("capacity: 30", "capacity: 1").replace("capacity: 20", "capacity: 5"), "utf-8")
    run("import", "setup", path)
    with database.reading() as session:
        slots = session.exec(select(DeliverySlot).order_by(DeliverySlot.starts)).all()
        assert [(str(slot.starts), slot.capacity, slot.booked) for slot in slots] == [
            ("08:00:00", 3, 3),
            ("16:00:00", 5, 1),
        ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("capacity: 20", "capacity: lots", "depots.0.windows.2.capacity: must be a whole number"),
        ("window: 12:00-16:00", "window: noon", 'depots.0.windows.1.window: "noon" is not a time window'),
        ("zone: Europe/Berlin", "zone: Berlin", 'depots.0.zone: "Berlin" is no time zone'),
        ("region: BE", "region: XX", 'depots.0: "XX" is no region of DE'),
        ("cutoff: 18:00", "cutoff: late", "depots.0.cutoff: is no time of day"),
        ("days: [sat]", "days: [caturday]", "no weekday"),
        ("{radius_km: 8}", "{kilometres: 8}", "depots.0.areas.2.kilometres: is not known here"),
        ("{radius_km: 8}", "{}", "depots.0.areas.2: give either postcodes or radius_km"),
        ("window: 12:00-16:00", "window: 08:00-10:00", "the window on mon from 08:00 is there twice"),
        ("lat: 52.5412", "lat: 152", "depots.0.lat: must be at most 90"),
        ("code: north", "code: North Depot", "depots.0.code: must be small letters"),
        ("payload_kg: 1100", "payload_kg: heavy", "vehicles.0.payload_kg: must be a number"),
        ("hours: 07:30-16:00", "hours: 07:30", 'drivers.0.week.0.hours: "07:30" are no working hours'),
        ("    home: 52.5483,13.4126\n", "", "drivers.1: who starts or ends at home needs home"),
        ("starts_at: depot ", "starts_at: open ", "drivers.1.starts_at: is depot or home"),
        ("{days: [sat], hours:", "{days: [fri], hours:", "drivers.1: the weekday 5 is there twice"),
        ("code: tomasz", "code: aylin", "drivers: the code aylin is there twice"),
        ("off: yes", "off: yes, hours: 08:00-12:00", "shifts.1: a day is off or has hours"),
        ("driver: aylin, day", "driver: aylyn, day", 'There is no driver with the code "aylyn"'),
        ("vehicle: B-NO 201", "vehicle: B-NO 999", 'There is no vehicle with the plate "B-NO 999"'),
        ("depots:", "depots: [", "is not YAML (line"),
    ],
)
def test_a_wrong_setup_is_named_and_nothing_is_kept(
    run: Run, database: Database, tmp_path: Path, old: str, new: str, words: str
) -> None:
    text = (SAMPLES / "setup.yml").read_text("utf-8")
    assert old in text
    path = tmp_path / "setup.yml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    result = run("import", "setup", path)
    assert result.exit_code == 2
    assert words in result.stderr
    with database.reading() as session:
        assert session.exec(select(Depot)).all() == []


# Exceptions


def test_exceptions_are_listed_and_settled(run: Run, database: Database, shop: None, tmp_path: Path) -> None:
    assert run("exceptions").stdout == "Nothing needs a person.\n"
    run("import", "orders", csv(tmp_path, GOOD.replace("52.53,13.40", ","), NEXT.replace("SKU-2,1", "SKU-2,999")))
    listed = run("exceptions").stdout
    assert "C-1002  since 2026-05-04 11:00  order RM-10001  address_not_found" in listed
    assert 'The address "Torstr. 1, 10119 Berlin" could not be found on the map.' in listed
    assert "C-1001" in listed
    told = json.loads(run("exceptions", "--json").stdout)
    assert [(each["reference"], each["kind"], each["order"]) for each in told] == [
        ("C-1001", "backordered", "RM-10002"), ("C-1002", "address_not_found", "RM-10001"),
    ]  # fmt: skip
    assert all(each["what"] and each["todo"] and each["since"] for each in told)
    assert run("exceptions", "--resolve", "c-1001").stdout == "C-1001 is settled.\n"
    assert run("exceptions", "--resolve", "C-1001").stdout == "C-1001 was settled before.\n"
    assert [each["reference"] for each in json.loads(run("exceptions", "--json").stdout)] == ["C-1002"]
    with database.reading() as session:
        assert (
            session.exec(select(Event).where(Event.noun == "case", Event.after == "resolved")).one().actor == "system"
        )


@pytest.mark.parametrize(("reference", "words"), [("C-4711", "There is no exception C-4711"), ("7", "like C-1042")])
def test_an_exception_that_is_not_there(run: Run, reference: str, words: str) -> None:
    result = run("exceptions", "--resolve", reference)
    assert result.exit_code == 2
    assert words in result.stderr


def business_there(session: Any) -> Any:
    """The business that is in the database already."""
    from tests.builders import Business

    products = {each.sku: each for each in session.exec(select(Product))}
    return Business(session.exec(select(Depot)).one(), session.exec(select(Customer)).one(), products)
