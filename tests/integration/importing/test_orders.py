"""Orders come in by the command line: good rows are kept, bad ones named, and the same file again changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlmodel import select

from domain.cases import Case
from domain.events import Event
from domain.orders import Order, OrderLine
from domain.stock import Product
from storage.database import Database
from tests.integration.importing.files import GOOD, HEADER, NEXT, Run, csv, orders

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
