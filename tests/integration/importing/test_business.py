"""Products and the set-up of a business come in by the command line, and the samples start one."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from domain.depots import DeliveryArea, DeliverySlot, DeliveryWindow, Depot
from domain.events import Event
from domain.moment import SYSTEM
from domain.orders import OrderLine
from domain.stock import Product, StockLevel
from domain.values import Place
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import an_order
from tests.integration.importing.files import SAMPLES, Run, business_there, everything, orders

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
