"""Silent drivers are asked, then staff are told, once; whoever is heard again is nobody's trouble."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from actions.perform import perform
from bot.casework import tell
from bot.words import Words
from domain.cases import Case
from domain.commands import AskSilent, ResolveCase
from domain.driving import DriverReport, WorkedShift
from domain.notices import AllWell, Notice
from domain.policies import USUAL
from domain.routes import Route, Stop, Task
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, OFFICE, SYSTEM, moment
from tests.roads import Road, a_road, east


@pytest.fixture
def road(database: Database) -> Road:
    with database.writing() as session:
        return a_road(session)


@pytest.fixture
def route(database: Database, road: Road) -> Route:
    """A stop was done at NOW; the next is some five minutes away."""
    with database.writing() as session:
        route = road.route(session, [east(2), east(4), east(6)], status="in_progress")
        first = session.get_one(Stop, road.stops[route.id][0].id)
        first.done_at = NOW
        session.exec(select(Task).where(Task.stop_id == first.id)).one().status = "completed"
        session.add(
            WorkedShift(
                driver_id=route.driver_id or 0, vehicle_id=route.vehicle_id, depot_id=route.depot_id, day=route.day,
                route_id=route.id, started_at=NOW - timedelta(hours=1),
            )
        )  # fmt: skip
        session.add(DriverReport(driver_id=route.driver_id or 0, route_id=route.id, what="Deliver", at=NOW))
        return route


def after(database: Database, minutes: float) -> list[Notice]:
    at = moment(now=NOW + timedelta(minutes=minutes))
    return perform(database, [AskSilent(depot="north")], at)[0]


def cases(database: Database) -> list[Case]:
    with database.reading() as session:
        return list(session.exec(select(Case).where(Case.kind == "silent_driver")))


def heard(database: Database, route: Route, at: datetime) -> None:
    with database.writing() as session:
        session.add(DriverReport(driver_id=route.driver_id or 0, route_id=route.id, what="Arrive", at=at))


def test_a_driver_who_was_heard_as_expected_is_left_alone(database, route):
    assert after(database, 20) == []
    assert after(database, 31) == []  # half an hour, but the next stop was not expected before


def test_who_is_silent_is_asked_once_with_buttons(database, route):
    [asked] = after(database, 55)
    assert isinstance(asked, AllWell)
    assert (asked.driver, asked.since) == (route.driver_id, NOW)
    assert {"Arrive", "Deliver"} <= {each.command for each in asked.choices}
    assert after(database, 60) == []
    assert cases(database) == []


def test_who_does_not_come_back_from_a_break_is_asked(database, route):
    with database.writing() as session:
        session.exec(select(WorkedShift)).one().break_since = NOW + timedelta(minutes=1)
    assert after(database, 60) == []
    [asked] = after(database, 62)
    assert isinstance(asked, AllWell)
    assert asked.choices[0].command == "EndBreak"


def test_a_long_break_that_was_planned_is_waited_for(database, route):
    begun = NOW + timedelta(minutes=1)
    with database.writing() as session:
        session.exec(select(WorkedShift)).one().break_since = begun
        session.get_one(Route, route.id).breaks = [{"start": begun.isoformat(), "seconds": 7200, "paid": False}]
    assert after(database, 145) == []
    assert len(after(database, 152)) == 1


def test_who_does_not_answer_is_a_case_once(database, route):
    after(database, 55)
    after(database, 70)
    after(database, 75)
    [case] = cases(database)
    assert (case.detail["route"], case.detail["driver"]) == (route.id, route.driver_id)
    told = tell(case, Words(["en"], USUAL.zone), NOW)
    assert "Nothing was heard" in told.what
    assert f"route split {route.id}" in told.todo
    perform(database, [ResolveCase(case=case.name)], moment(OFFICE, now=NOW + timedelta(minutes=80)))
    after(database, 90)
    assert len(cases(database)) == 1


def test_who_is_heard_again_is_nobodys_trouble_and_may_be_silent_anew(database, route):
    after(database, 55)
    after(database, 70)
    heard(database, route, NOW + timedelta(minutes=72))
    assert after(database, 75) == []
    assert [case.is_open for case in cases(database)] == [False]
    again = after(database, 140)
    assert [type(each) for each in again] == [AllWell]


def test_a_position_is_a_sign_of_life(database, route):
    with database.writing() as session:
        UnitOfWork(session, SYSTEM).routes.record_position(route.id or 0, NOW + timedelta(minutes=50), east(3))
    assert after(database, 55) == []


def test_who_has_a_break_is_not_asked(database, route):
    with database.writing() as session:
        session.exec(select(WorkedShift)).one().break_since = NOW + timedelta(minutes=1)
    assert after(database, 60) == []
