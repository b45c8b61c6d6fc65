"""Whether a day can begin: what stands in its way is told once, and goes away when it comes right."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from actions.perform import perform
from bot.casework import tell
from bot.words import Words
from domain.cases import Case
from domain.commands import CheckStarts, RunMorningCheck
from domain.driving import WorkedShift
from domain.fleet import Vehicle, VehicleStatus
from domain.routes import Route
from storage.database import Database
from tests.builders import MORNING, NOW, OFFICE, an_order, business, moment
from tests.planned import a_plan, a_route
from tests.planning import a_driver

TODAY = NOW.date()
EARLY = NOW - timedelta(hours=4)


@pytest.fixture
def route(database: Database) -> Route:
    """Today's route, which starts at NOW; and two orders for today that are on no route."""
    with database.writing() as session:
        shop = business(session)
        plan = a_plan(session, shop, status="published")
        made = a_route(session, plan, [an_order(session, shop, day=TODAY)], status="published")
        for _ in range(2):
            an_order(session, shop, day=TODAY, window=MORNING)
        return made


def check(database: Database, now=EARLY):
    (found,) = perform(database, [RunMorningCheck(depot="north")], moment(OFFICE, now=now))[0]
    return found


def open_cases(database: Database) -> list[Case]:
    with database.reading() as session:
        return list(session.exec(select(Case).where(Case.status == "open").order_by(Case.id)))


def test_orders_on_no_route_are_an_exception_each_and_only_once(database, route):
    assert (check(database).routes, check(database).unplanned) == (1, 2)
    found = open_cases(database)
    assert [case.kind for case in found] == ["not_planned"] * 2
    assert len({case.order_number for case in found}) == 2


def test_a_day_without_any_plan_is_one_exception(database):
    with database.writing() as session:
        shop = business(session)
        for _ in range(3):
            an_order(session, shop, day=TODAY)
    assert check(database).unplanned == 0  # it has no drivers: routes are made elsewhere
    with database.writing() as session:
        a_driver(session, shop)
    assert check(database).unplanned == 3
    (case,) = open_cases(database)
    assert (case.kind, case.detail["count"]) == ("day_not_planned", 3)
    with database.writing() as session:
        a_route(
            session, a_plan(session, shop, status="published"), [an_order(session, shop, day=TODAY)], status="published"
        )
    check(database)
    assert {case.kind for case in open_cases(database)} == {"not_planned"}


def test_a_vehicle_out_of_service_is_told_until_it_is_back(database, route):
    _vehicle_is(database, route, VehicleStatus.OUT_OF_SERVICE)
    assert check(database).vehicles == 1
    assert check(database).vehicles == 1
    assert [case.detail["route"] for case in open_cases(database) if case.kind == "route_without_vehicle"] == [route.id]
    _vehicle_is(database, route, VehicleStatus.AVAILABLE)
    assert check(database).vehicles == 0
    assert not [case for case in open_cases(database) if case.kind == "route_without_vehicle"]


def _vehicle_is(database: Database, route: Route, status: VehicleStatus) -> None:
    with database.writing() as session:
        session.get_one(Vehicle, route.vehicle_id).status = status


def test_a_driver_who_has_not_started_is_told_from_when_the_route_should_have_begun(database, route):
    assert check(database).drivers == 0
    perform(database, [CheckStarts(depot="north")], moment(now=NOW - timedelta(minutes=1)))
    assert not [case for case in open_cases(database) if case.kind == "route_not_begun"]
    for late in (1, 6):
        perform(database, [CheckStarts(depot="north")], moment(now=NOW + timedelta(minutes=late)))
    (case,) = [case for case in open_cases(database) if case.kind == "route_not_begun"]
    assert case.detail == {
        "subject": str(route.id), "depot": "north", "route": route.id, "day": "2026-05-04", "since": NOW.isoformat(),
    }  # fmt: skip
    with database.writing() as session:
        now = NOW + timedelta(minutes=8)
        session.add(WorkedShift(driver_id=route.driver_id, depot_id=route.depot_id, day=TODAY, started_at=now))
    perform(database, [CheckStarts(depot="north")], moment(now=NOW + timedelta(minutes=11)))
    assert not [case for case in open_cases(database) if case.kind == "route_not_begun"]


def test_what_stands_in_the_way_is_told_in_words_without_names_of_people(database, route):
    _vehicle_is(database, route, VehicleStatus.OUT_OF_SERVICE)
    check(database, NOW + timedelta(minutes=5))
    words = Words(["en"], moment().policies.zone)
    told = {case.kind: tell(case, words, NOW) for case in open_cases(database)}
    assert told["route_without_vehicle"].what == (
        f"Route {route.id} today, Monday 4 May has no vehicle that can be driven: Van 3 is out of service."
    )
    assert told["route_not_begun"].what == (
        f"Route {route.id} should have begun at 11:00, and its driver has not started the shift."
    )
    assert "Zzdriver" not in "".join(each.what + each.todo for each in told.values())
