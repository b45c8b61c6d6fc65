"""A driver's phone, from the code on the command line to leaving the depot: the real program against Telegram's emulator.

Polling on SQLite and webhook on PostgreSQL, as in `test_telegram`, whose programs these tests share the shape of.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.clock import now
from domain.deliveries import StoredFile
from domain.driving import WorkedShift
from domain.events import Event
from domain.fleet import Driver, Vehicle
from domain.moment import SYSTEM
from domain.orders import Order
from domain.returns import Return
from domain.routes import Route, Task
from storage.database import Database
from storage.schema import migrate
from storage.unit_of_work import UnitOfWork
from tests.builders import a_customer, a_pickup, an_order, business
from tests.e2e.test_telegram import WORLDS, World, environment, run_cli
from tests.emulators.telegram import Person, TelegramEmulator
from tests.pictures import picture
from tests.planned import a_plan, a_route
from tests.serving import serve


@pytest.fixture(scope="module", params=WORLDS, ids=["-".join(each) for each in WORLDS])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, trained: Path) -> Iterator[World]:
    kind, mode = request.param
    folder = tmp_path_factory.mktemp("drivers") / "data"
    shutil.copytree(trained, folder / "nlu")
    sqlite = f"sqlite:///{folder / 'roundsman.db'}"
    url = sqlite if kind == "sqlite" else request.getfixturevalue("postgres").new_database()
    database = Database(url)
    migrate(database)
    with database.writing() as session:
        shop = business(session)
    with TelegramEmulator() as telegram, serve(folder, environment(telegram, mode), url) as serving:
        yield World(telegram, serving, database, shop, mode)
    database.close()


def a_day_for(world: World, name: str) -> tuple[str, list[str], str]:
    """A published route of two stops today for a driver of that name: the plate, the orders, and the driver's code."""
    today = now().astimezone(world.shop.depot.tz).date()
    with world.database.writing() as session:
        orders = []
        for n in range(2):
            customer = a_customer(session, name=f"Someone {n}", email=f"{name.lower().replace(' ', '')}{n}@example.com")
            orders.append(an_order(session, world.shop, customer=customer, day=today, lines=[("SKU-1", 1)], now=now()))
        plan = a_plan(session, world.shop, day=today, status="published")
        start = now() + timedelta(minutes=20)
        route = a_route(session, plan, orders, driver=name, status="published", planned_start=start)
        plate = session.get_one(Vehicle, route.vehicle_id).plate
    code = re.findall(r"/start (\S{22})", run_cli(world, "driver", "code", name))[0]
    return plate, [order.number for order in orders], str(code)


def last(person: Person, count: int) -> str:
    return person.hears(count)[count - 1].text


def status(world: World, number: str) -> str:
    with world.database.reading() as session:
        return session.exec(select(Order).where(Order.number == number)).one().status


def test_from_the_code_to_leaving_the_depot(world):
    plate, numbers, code = a_day_for(world, "Ines Kruse")
    ines = world.person("Ines")
    ines.starts(code)
    assert "Hello Ines, this phone is yours for work now." in last(ines, 1)
    ines.sends("start my shift")
    asked = ines.hears(2)[1]
    assert "Which vehicle?" in asked.text
    ines.presses(asked, next(each.text for each in asked.buttons if plate in each.text))
    assert f"What does the odometer of {plate} say" in last(ines, 3)
    ines.sends("48210")
    asked = ines.hears(4)[3]
    assert asked.text == f"Any damage to {plate}?"
    ines.presses(asked, "No damage")
    load = ines.hears(5)[4]
    assert "Your shift began at" in load.text
    assert all(number in load.text for number in numbers)
    pressed = ines.presses(load, "All there")
    world.telegram.repeat(pressed, 3)
    loaded = ines.hears(6)[5]
    assert "Loaded: 2 pieces for 2 stops." in loaded.text
    ines.presses(loaded, "Off I go")
    left, first = ines.hears(8)[6:]
    assert "You left at" in left.text
    assert "Next: stop 1" in first.text
    assert {"I'm there", "Delivered", "Navigate"} <= {each.text for each in first.buttons}
    assert [status(world, number) for number in numbers] == ["out_for_delivery"] * 2
    with world.database.reading() as session:
        shift = session.exec(select(WorkedShift).where(WorkedShift.start_km == 48_210)).one()
        assert session.get(Route, shift.route_id).status == "in_progress"
    ines.sends("start my shift")
    assert "Your shift began at" in last(ines, 9)


def test_a_second_phone_takes_over_and_the_first_is_told(world):
    _, _, code = a_day_for(world, "Otto Berg")
    old, new = world.person("Otto"), world.person("Otto")
    old.starts(code)
    last(old, 1)
    menu = {"type": "chat", "chat_id": old.id}
    world.telegram.wait_until(lambda: world.telegram.commands(scope=menu))
    assert [each["command"] for each in world.telegram.commands(scope=menu)] == ["next", "route", "help"]
    second = re.findall(r"/start (\S{22})", run_cli(world, "driver", "code", "Otto Berg"))[0]
    new.starts(second)
    asked = new.hears(1)[0]
    assert "shall this be your phone for work?" in asked.text
    new.presses(asked, "Yes")
    assert "this phone is yours for work now" in last(new, 2)
    assert "no longer Otto's" in last(old, 2)
    world.telegram.wait_until(lambda: not world.telegram.commands(scope=menu))
    old.starts(second)
    assert "not valid any more" in last(old, 3)
    assert "phone joined" in run_cli(world, "driver", "list")


def test_what_cannot_be_heard_and_what_the_dispatcher_answers(world):
    _, _, code = a_day_for(world, "Mia Sol")
    mia = world.person("Mia")
    mia.starts(code)
    last(mia, 1)
    mia.sends_voice()
    assert last(mia, 2) == "I can't hear yet. Please type or tap."
    mia.sends("tell the dispatcher the gate at the depot is stuck")
    told = last(mia, 3)
    reference = re.findall(r"C-\d+", told)[0]
    assert "driver Mia Sol" in run_cli(world, "handoff", "list")
    world.answers(reference, "Use the other gate.")
    said = mia.hears(4)[3]
    assert said.text == "Dispatcher: Use the other gate."
    mia.presses(said, "Answer")
    assert "What shall I pass on?" in last(mia, 5)
    mia.sends("thanks, I am through")
    assert reference in last(mia, 6)


def test_a_return_is_collected_with_a_photo(world):
    """The customer's return is aboard, with its condition and a picture of it, and the next stop comes."""
    _, _, code = a_day_for(world, "Rosa Lind")
    rosa = world.person("Rosa")
    rosa.starts(code)
    last(rosa, 1)
    number = on_the_road_with_a_return(world, "Rosa Lind")
    rosa.sends(f"picked up {number}")
    asked = rosa.hears(2)[1]
    assert "Collect at stop 1: Kettle" in asked.text
    rosa.presses(asked, "Used")
    wish = rosa.hears(3)[2]
    assert "Send a photo of what you collect at stop 1." in wish.text
    rosa.sends_photo(picture(size=(900, 600)))
    done = rosa.hears(4)[3]
    assert "Stop 1: collected" in done.text
    with world.database.reading() as session:
        made = session.exec(select(Return).where(Return.number == number)).one()
        assert made.status == "in_transit"
        event = session.exec(select(Event).where(Event.subject == number, Event.change == "collected")).one()
        photo = session.get_one(StoredFile, event.detail["photos"][0])
        assert (event.detail["condition"], photo.kind, photo.customer_id) == ("used", "return", made.customer_id)


def on_the_road_with_a_return(world: World, name: str) -> str:
    """The driver's route has left, and at its first stop a return is to be collected too; its number."""
    with world.database.writing() as session:
        driver = session.exec(select(Driver).where(Driver.name == name)).one()
        route = session.exec(select(Route).where(Route.driver_id == driver.id)).one()
        route.status = "in_progress"
        tour = UnitOfWork(session, SYSTEM).routes.tour(route.id or 0)
        for each in tour.tasks:
            session.exec(select(Order).where(Order.number == each.order_number)).one().status = "out_for_delivery"
        session.add(
            WorkedShift(
                driver_id=driver.id or 0, depot_id=route.depot_id, day=route.day, route_id=route.id,
                vehicle_id=route.vehicle_id, started_at=now(),
            )
        )  # fmt: skip
        made = a_pickup(session, world.shop, day=route.day, now=now())
        first = tour.visits[0].stop.id
        session.add(
            Task(depot_id=route.depot_id, day=route.day, kind="pickup", return_number=made.number, stop_id=first)
        )
        session.flush()
        return made.number
