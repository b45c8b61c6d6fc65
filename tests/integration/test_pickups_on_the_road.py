"""Returns to collect on routes of today: put on one, moved, taken off, called off, and what their customers are told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from actions import live
from actions.dispatching.today import possible_today
from actions.returns.leaving import leave_route
from actions.returns.pickups import pickup_due
from domain.cases import Case
from domain.commands import InsertStop, MoveStop, RemoveStop, RunMorningCheck, ShowCase
from domain.routes import Route
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, OFFICE, SYSTEM, moment
from tests.roads import TODAY, Road, a_road, do, east, refusal
from tests.roads_collecting import numbers, on_route, the_return, wanted


@pytest.fixture
def road(database: Database) -> Road:
    with database.writing() as session:
        return a_road(session)


@pytest.mark.parametrize("status", ["pickup_planned", "approved"])
def test_a_return_is_put_on_a_route_of_today(database, road, status):
    with database.writing() as session:
        route = road.route(session, [east(2), east(6)])
        made = wanted(session, road, east(4))
        if status == "approved":
            made.status, made.pickup_day, made.pickup_start, made.pickup_end = status, None, None, None
    preview, *_ = do(database, InsertStop(return_number=made.number, preview=True))
    assert (preview.preview, the_return(database, made.number).status) == (True, status)
    inserted, told, *rest = do(database, InsertStop(return_number=made.number))
    assert (inserted.number, inserted.route, inserted.position, rest) == (made.number, route.id, 2, [])
    assert (told.name, told.number, told.to) == ("pickup.planned", made.number, made.customer_id)
    first, last = (each.number for each in road.orders[route.id])
    assert numbers(database, route) == [first, made.number, last]
    now = the_return(database, made.number)
    assert (now.status, now.pickup_day) == ("pickup_planned", TODAY)
    assert now.told_start <= inserted.eta <= now.told_end
    assert refusal(database, InsertStop(return_number=made.number)).text == "refused.on_a_route"


def test_today_is_possible_only_where_a_route_passes_in_time(database, road):
    with database.writing() as session:
        made = wanted(session, road, east(4))
        uow = UnitOfWork(session, SYSTEM)
        assert possible_today(made, uow, moment()) is None, "nobody drives today"
        road.route(session, [east(2), east(6)])
        eta = possible_today(made, uow, moment())
        assert eta is not None
        assert NOW < eta.likely < NOW + timedelta(hours=4)


def test_what_needs_not_be_collected_is_refused(database, road):
    with database.writing() as session:
        road.route(session, [east(2)])
        made = wanted(session, road, east(4))
        made.status = "cancelled"
    assert refusal(database, InsertStop(return_number=made.number)).text == "refused.not_to_collect"
    assert refusal(database, InsertStop()).text == "refused.insert_what"


def test_a_pickup_goes_to_another_route_and_off_it(database, road):
    with database.writing() as session:
        here, there = road.route(session, [east(2)]), road.route(session, [east(3)])
        made = on_route(session, road, here, east(4))
        stop = road.stops[here.id][-1].id
    do(database, MoveStop(route=here.id, stop=stop, to_route=there.id))
    assert made.number in numbers(database, there)
    _, off, *_ = do(database, RemoveStop(route=there.id, stop=stop, reason="van is full"))
    assert (off.name, off.number, off.to) == ("pickup.called_off", made.number, made.customer_id)
    assert the_return(database, made.number).status == "approved"
    with database.reading() as session:
        (case,) = session.exec(select(Case).where(Case.kind == "pickup_not_planned")).all()
        assert case.detail["return_number"] == made.number


def test_a_pickup_that_is_called_off_leaves_its_route_and_the_driver_hears_it(database, road):
    with database.writing() as session:
        route = road.route(session, [east(2)], status="in_progress")
        made = on_route(session, road, route, east(4))
        uow = UnitOfWork(session, OFFICE)
        assert pickup_due(made, uow).before == 1
        (told,) = leave_route(made, uow, moment(OFFICE), "cancelled")
        assert (told.driver, told.number, told.aboard) == (route.driver_id, made.number, False)
        assert pickup_due(made, uow) is None or not pickup_due(made, uow).task.is_ahead
    assert made.number not in numbers(database, route)


def refresh(database: Database, route: Route, now) -> list:
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        return live.refreshed(route.id or 0, uow, moment(now=now))


def test_whoever_waits_hears_once_that_the_driver_is_near(database, road):
    with database.writing() as session:
        route = road.route(session, [], status="in_progress")
        made = on_route(session, road, route, east(1))
    (near,) = [each for each in refresh(database, route, NOW) if each.name.startswith("pickup.")]
    assert (near.name, near.number, near.stops_before) == ("pickup.near", made.number, 0)
    assert [each for each in refresh(database, route, NOW + timedelta(minutes=1)) if each.name == "pickup.near"] == []


def test_another_window_is_told_where_the_one_that_was_told_is_left(database, road):
    with database.writing() as session:
        route = road.route(session, [east(4), east(8), east(4), east(8)], status="in_progress", told=None)
        made = on_route(session, road, route, east(12))
        made = session.merge(made)
        made.told_start, made.told_end = NOW, NOW + timedelta(minutes=15)
    (changed,) = [each for each in refresh(database, route, NOW) if each.name == "pickup.changed"]
    assert (changed.number, changed.why) == (made.number, "late")
    assert changed.start > changed.was_start
    assert the_return(database, made.number).told_start == changed.start


def test_in_the_morning_a_pickup_on_no_route_is_an_exception_that_puts_it_on_one(database, road):
    with database.writing() as session:
        road.route(session, [east(2), east(6)])
        made = wanted(session, road, east(4))
    do(database, RunMorningCheck(depot="north"))
    with database.reading() as session:
        (case,) = session.exec(select(Case).where(Case.kind == "pickup_not_planned")).all()
    (card,) = do(database, ShowCase(case=case.name))
    assert {"return_number": made.number} in [each.slots for each in card.choices]
    do(database, InsertStop(return_number=made.number))
    with database.reading() as session:
        assert not session.get_one(Case, case.id).is_open
