"""Routes that another driver takes on: only who works, can, and is done in time."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from domain.commands import SwapDriver
from domain.fleet import Driver, ShiftPattern
from domain.notices import RouteChanged, WindowChanged
from domain.routes import Route
from storage.database import Database
from tests.builders import NOW, a_product
from tests.roads import TODAY, Road, a_road, do, east, refusal, told_drivers


@pytest.fixture
def road(database: Database) -> Road:
    with database.writing() as session:
        return a_road(session)


def driver_of(database: Database, route: Route) -> str:
    with database.reading() as session:
        found = session.get_one(Driver, session.get_one(Route, route.id).driver_id)
        return found.code or ""


def a_driver(database: Database, road: Road, code: str, hours: tuple[time, time] | None, **values: object) -> None:
    with database.writing() as session:
        driver = Driver(code=code, name=code.title(), depot_id=road.shop.depot_id, **values)
        session.add(driver)
        session.flush()
        if hours is not None:
            shift = ShiftPattern(driver_id=driver.id or 0, weekday=TODAY.isoweekday(), starts=hours[0], ends=hours[1])
            session.add(shift)


def test_somebody_else_takes_the_route(database, road):
    with database.writing() as session:
        route = road.route(session, [east(2), east(4)])
    a_driver(database, road, "ines", (time(8), time(18)))
    (told,) = do(database, SwapDriver(route=route.id, driver="ines"))
    assert isinstance(told, RouteChanged)
    assert (told.what, told.touched) == ("swapped", (route.id,))
    assert driver_of(database, route) == "ines"


def test_two_routes_swap_their_drivers_and_customers_hear_nothing(database, road):
    with database.writing() as session:
        one, other = road.route(session, [east(2)]), road.route(session, [east(-2)])
    (told,) = do(database, SwapDriver(route=one.id, other=other.id))
    assert told.touched == (one.id, other.id)
    assert (driver_of(database, one), driver_of(database, other)) == ("d2", "d1")


def test_who_begins_later_makes_customers_wait_and_they_hear_of_it(database, road):
    with database.writing() as session:
        route = road.route(session, [east(2)], told=timedelta(minutes=30))
    a_driver(database, road, "late", (time(15), time(20)))
    preview, *rest = do(database, SwapDriver(route=route.id, driver="late", preview=True))
    assert rest == []
    assert [effect.breaks for effect in preview.effects] == [True]
    assert driver_of(database, route) == "d1"
    told = do(database, SwapDriver(route=route.id, driver="late"))
    assert isinstance(told[1], WindowChanged)
    assert told[1].why == "driver"
    assert told[1].eta_start > NOW + timedelta(hours=3)


def test_who_cannot(database, road):
    with database.writing() as session:
        road.shop.products["TWO"] = a_product(session, road.shop.depot, sku="TWO", handling=["two_people"])
        route = road.route(
            session, [east(2)], driver={"skills": ["two_people"]}, order={"lines": [("TWO", 1)]}
        )  # fmt: skip
        busy = road.route(session, [east(-2)], driver={"skills": ["two_people"]})
        road.routes.append(busy)
    a_driver(database, road, "off", None)
    a_driver(database, road, "alone", (time(8), time(20)))
    a_driver(database, road, "short", (time(8), time(11, 5)), skills=["two_people"])
    for code, text, why in (
        ("nobody", "refused.no_such_driver", None),
        ("off", "refused.driver_off", None),
        ("alone", "refused.route_says_no", "no_skills"),
        ("short", "refused.route_says_no", "no_time"),
        ("d1", "refused.same_driver", None),
        ("d2", "refused.driver_busy", None),
    ):
        told = refusal(database, SwapDriver(route=route.id, driver=code))
        assert (told.text, told.values.get("why")) == (text, why)
    assert driver_of(database, route) == "d1"


def test_one_of_both_must_be_named():
    for values in ({}, {"driver": "a", "other": 2}, {"other": 1}):
        with pytest.raises(ValueError, match="either another driver or another route"):
            SwapDriver(route=1, **values)


def test_both_drivers_hear_of_a_swap(database, road):
    with database.writing() as session:
        first, second = road.route(session, [east(2)]), road.route(session, [east(-2)])
    told = told_drivers(database, SwapDriver(route=first.id, other=second.id))
    assert [(each.text, each.driver) for each in told] == [
        ("driver.route_lost", first.driver_id),
        ("driver.route_lost", second.driver_id),
        ("driver.route", second.driver_id),
        ("driver.route", first.driver_id),
    ]
