"""Returns to collect on routes that are planned anew, broken off, or driven by somebody else: what the vehicle carries, what
customers were told, and where the return stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlmodel import select

from actions.board import board_of
from bot.jobs import run_due_plans
from domain.cases import Case
from domain.commands import ReplanRest, SplitRoute, SwapDriver
from domain.fleet import Driver, ShiftPattern
from domain.moment import SYSTEM
from domain.notices import PickupChanged, PickupOff
from domain.routes import Route, Task
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, OFFICE, moment
from tests.planning import settings_for
from tests.roads import TODAY, Road, a_road, do, east, refusal
from tests.roads_collecting import numbers, on_route, the_return


@pytest.fixture
def road(database: Database) -> Road:
    with database.writing() as session:
        return a_road(session)


@pytest.fixture
def at_noon() -> Iterator[None]:
    """The program's clock stands where the routes are."""
    with patch("bot.clock.now", lambda: NOW):
        yield


def carried(database: Database, road: Road, route: Route) -> tuple[list[int], int]:
    """The grams a route collects at its stops ahead, and those it has collected already."""
    with database.writing() as session:
        uow = UnitOfWork(session, OFFICE)
        post = board_of(uow.depots.get(road.shop.depot_id), uow, moment(OFFICE)).posts[str(route.id)]
        return [call.collect.weight for call in post.underway.calls], post.underway.aboard.weight


@pytest.mark.usefixtures("at_noon")
def test_a_day_planned_anew_keeps_what_is_collected(database, road, tmp_path: Path):
    with database.writing() as session:
        route = road.route(session, [east(9), east(2)], told=timedelta(hours=4))
        made = on_route(session, road, route, east(3), told=timedelta(hours=4))
    before = the_return(database, made.number)
    do(database, ReplanRest(depot="north", engine="ortools", iterations=50))
    assert run_due_plans(database, settings_for(tmp_path)) == 1
    far, near = (order.number for order in road.orders[route.id])
    assert set(numbers(database, route)) == {far, near, made.number}
    assert numbers(database, route) != [far, near, made.number]
    now = the_return(database, made.number)
    assert (now.status, now.told_start, now.told_end) == ("pickup_planned", before.told_start, before.told_end)
    weights, aboard = carried(database, road, route)
    assert (sorted(weight > 0 for weight in weights), aboard) == ([False, False, True], 0)


@pytest.mark.usefixtures("at_noon")
def test_a_day_planned_anew_tells_another_window_to_who_waits_to_be_collected_from(database, road, tmp_path: Path):
    with database.writing() as session:
        route = road.route(session, [east(9), east(2)], told=timedelta(hours=4))
        made = on_route(session, road, route, east(10), told=timedelta(hours=4))
        held = session.merge(made)
        held.told_start, held.told_end = NOW + timedelta(hours=5), NOW + timedelta(hours=6)
    do(database, ReplanRest(depot="north", engine="ortools", iterations=50))
    assert run_due_plans(database, settings_for(tmp_path)) == 1
    now = the_return(database, made.number)
    with database.reading() as session:
        tour = UnitOfWork(session, SYSTEM).routes.tour(route.id or 0)
        stop = next(visit.stop for visit in tour.visits if made.number in {task.number for task in visit.tasks})
        assert now.told_start <= stop.eta + timedelta(minutes=5)
        assert stop.eta <= now.told_end + timedelta(minutes=5)
    assert now.status == "pickup_planned"


def test_who_takes_over_from_a_van_that_broke_down_collects_too(database, road):
    with database.writing() as session:
        broken = road.route(session, [east(4)], status="in_progress", told=timedelta(hours=3))
        made = on_route(session, road, broken, east(5), told=timedelta(hours=3))
        near = road.route(session, [east(8)], status="in_progress", told=timedelta(hours=3))
    told, *others = do(database, SplitRoute(route=broken.id, place=east(3)))
    assert (told.dropped, [each for each in others if isinstance(each, PickupOff)]) == ((), [])
    first, last = road.orders[broken.id][0].number, road.orders[near.id][0].number
    assert sorted(numbers(database, near)) == sorted([first, first, made.number, last]), "met, delivered, collected"
    now = the_return(database, made.number)
    assert now.status == "pickup_planned"
    assert now.told_start is not None
    weights, _ = carried(database, road, near)
    assert sum(weight > 0 for weight in weights) == 1, "the goods at the customer are loaded nowhere else"


def test_what_lies_only_at_customers_needs_no_meeting(database, road):
    """Nothing is aboard the van that broke down: the other one goes straight to who waits."""
    with database.writing() as session:
        broken = road.route(session, [], status="in_progress")
        made = on_route(session, road, broken, east(5), told=timedelta(hours=3))
        near = road.route(session, [east(8)], status="in_progress", told=timedelta(hours=3))
    told, *_ = do(database, SplitRoute(route=broken.id, place=east(3)))
    assert told.dropped == ()
    assert sorted(numbers(database, near)) == sorted([made.number, road.orders[near.id][0].number])


def test_whom_the_driver_was_on_the_way_to_is_tried_anew_by_the_other(database, road):
    with database.writing() as session:
        broken = road.route(session, [], status="in_progress")
        made = on_route(session, road, broken, east(5), told=timedelta(hours=3))
        session.exec(select(Task).where(Task.return_number == made.number)).one().status = "en_route"
        near = road.route(session, [east(8)], status="in_progress", told=timedelta(hours=3))
    do(database, SplitRoute(route=broken.id, place=east(3)))
    assert made.number in numbers(database, near)
    with database.reading() as session:
        tasks = session.exec(select(Task).where(Task.return_number == made.number).order_by(Task.id)).all()
    assert [(task.kind, task.status, task.attempt) for task in tasks] == [
        ("pickup", "failed", 1), ("pickup", "pending", 2),
    ]  # fmt: skip
    assert the_return(database, made.number).status == "pickup_planned"


def test_what_nobody_collects_any_more_is_approved_again_and_its_customer_hears_it(database, road):
    with database.writing() as session:
        broken = road.route(session, [east(4)], status="in_progress")
        made = on_route(session, road, broken, east(5))
    _, *others = do(database, SplitRoute(route=broken.id, reason="engine"))
    (off,) = [each for each in others if isinstance(each, PickupOff)]
    assert (off.number, off.to, off.why) == (made.number, made.customer_id, "not_reached")
    now = the_return(database, made.number)
    assert (now.status, now.way, now.pickup_day, now.told_start) == ("approved", None, None, None)
    with database.reading() as session:
        (case,) = session.exec(select(Case).where(Case.kind == "pickup_not_planned")).all()
        assert (case.detail["return_number"], case.detail["words"]) == (made.number, ["engine"])


def test_what_was_collected_stays_aboard_the_van_that_broke_down(database, road):
    """It is on its way to us, and nobody is told that it does not come."""
    with database.writing() as session:
        broken = road.route(session, [east(4)], status="in_progress")
        made = on_route(session, road, broken, east(2))
        task = session.exec(select(Task).where(Task.return_number == made.number)).one()
        task.status, task.done_at = "completed", NOW - timedelta(minutes=5)
        session.merge(made).status = "in_transit"
    assert carried(database, road, broken)[1] > 0
    _, *others = do(database, SplitRoute(route=broken.id))
    assert made.number not in {each.about for each in others}
    assert the_return(database, made.number).status == "in_transit"


def a_driver(database: Database, road: Road, code: str, starts: time) -> None:
    with database.writing() as session:
        driver = Driver(code=code, name=code.title(), depot_id=road.shop.depot_id)
        session.add(driver)
        session.flush()
        pattern = ShiftPattern(driver_id=driver.id or 0, weekday=TODAY.isoweekday(), starts=starts, ends=time(20))
        session.add(pattern)


def test_another_driver_collects_as_it_was_told(database, road):
    with database.writing() as session:
        route = road.route(session, [east(2)])
        made = on_route(session, road, route, east(4))
    before = the_return(database, made.number)
    a_driver(database, road, "ines", time(8))
    told, *others = do(database, SwapDriver(route=route.id, driver="ines"))
    assert (told.what, others) == ("swapped", [])
    now = the_return(database, made.number)
    assert (now.status, now.told_start, now.told_end) == ("pickup_planned", before.told_start, before.told_end)
    assert made.number in numbers(database, route)


def test_a_driver_who_begins_later_collects_later_and_the_customer_hears_of_it(database, road):
    with database.writing() as session:
        route = road.route(session, [east(2)], told=timedelta(hours=6))
        made = on_route(session, road, route, east(4), told=timedelta(minutes=30))
    a_driver(database, road, "ines", time(14))
    _, *others = do(database, SwapDriver(route=route.id, driver="ines"))
    (changed,) = [each for each in others if isinstance(each, PickupChanged)]
    assert (changed.number, changed.to) == (made.number, made.customer_id)
    now = the_return(database, made.number)
    assert (changed.start, changed.end) == (now.told_start, now.told_end)
    assert changed.start > changed.was_start


def test_who_lacks_what_the_goods_to_collect_need_does_not_take_the_route(database, road):
    with database.writing() as session:
        route = road.route(session, [], driver={"skills": ["two-man"]})
        made = on_route(session, road, route, east(4))
        sku = UnitOfWork(session, SYSTEM).returns.lines(session.merge(made))[0].sku
        session.merge(road.shop.products[sku]).handling = ["two-man"]
    a_driver(database, road, "ines", time(8))
    assert refusal(database, SwapDriver(route=route.id, driver="ines")).values["why"] == "no_skills"
