"""The rest of a day planned anew: a run whose outcome changes the live routes, unless these changed too much meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from actions.perform import perform
from bot.jobs import run_due_plans
from domain.commands import AdoptReplan, BeginReplan, InsertStop, ReplanRest
from domain.notices import RouteChanged, WindowChanged
from domain.plans import Run
from domain.routes import Route
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, SYSTEM, moment
from tests.planning import settings_for
from tests.roads import Road, a_road, chain, do, east, order_of, refusal


@pytest.fixture
def road(database: Database) -> Road:
    with database.writing() as session:
        return a_road(session)


@pytest.fixture
def at_noon() -> Iterator[None]:
    """The program's clock stands where the routes are."""
    with patch("bot.clock.now", lambda: NOW):
        yield


def numbers(road: Road, route: Route) -> list[str]:
    return [order.number for order in road.orders[route.id or 0]]


def run_of(database: Database, run_id: int) -> Run:
    with database.reading() as session:
        return UnitOfWork(session, SYSTEM).routes.run(run_id)


def ask(database: Database, **values: Any) -> int:
    (told,) = do(database, ReplanRest(depot="north", **{"engine": "ortools", "iterations": 50, **values}))
    return told.run  # type: ignore[attr-defined, no-any-return]


def begin(database: Database, run_id: int) -> dict[str, list[str]]:
    perform(database, [BeginReplan(run=run_id)], moment(SYSTEM))
    found: dict[str, list[str]] = run_of(database, run_id).inputs["routes"]
    return found


def adopt(database: Database, run_id: int, chains: dict[str, Any], attempt: int = 1) -> list[Any]:
    return perform(database, [AdoptReplan(run=run_id, attempt=attempt, chains=chains)], moment(SYSTEM))[0]


@pytest.mark.usefixtures("at_noon")
def test_a_bad_order_is_mended(database, road, tmp_path: Path):
    with database.writing() as session:
        route = road.route(session, [east(9), east(2), east(10)], told=timedelta(hours=4))
        served = road.route(session, [east(-2), east(-4)], status="in_progress", told=timedelta(hours=4))
    run_id = ask(database)
    assert run_due_plans(database, settings_for(tmp_path)) == 1
    run = run_of(database, run_id)
    assert (run.status, run.error, run.travel_source) == ("done", None, "straight line")
    assert sum(run.cost.values()) < sum(run.baselines["before"].values())
    first, near, last = numbers(road, route)
    assert set(chain(database, route)) == {first, near, last}
    assert chain(database, route) != [first, near, last]
    assert chain(database, served) == numbers(road, served)


@pytest.mark.usefixtures("at_noon")
def test_what_is_well_stays(database, road, tmp_path: Path):
    with database.writing() as session:
        one = road.route(session, [east(2), east(4)], told=timedelta(hours=4))
        other = road.route(session, [east(-2), east(-4)], told=timedelta(hours=4))
    run_id = ask(database, engine="hybrid", iterations=20)
    run_due_plans(database, settings_for(tmp_path))
    run = run_of(database, run_id)
    assert (run.status, run.baselines["moved"], run.baselines["told"]) == ("done", 0, 0)
    assert (chain(database, one), chain(database, other)) == (numbers(road, one), numbers(road, other))


def test_an_outcome_changes_the_routes_and_customers_hear_of_it(database, road):
    with database.writing() as session:
        one = road.route(session, [east(2), east(4)], told=timedelta(minutes=25))
        other = road.route(session, [east(3)])
    run_id = ask(database)
    used = begin(database, run_id)
    a, b = used[str(one.id)]
    told, *windows = adopt(database, run_id, {str(one.id): [b], str(other.id): [a, *used[str(other.id)]]})
    assert isinstance(told, RouteChanged)
    assert (told.what, set(told.touched)) == ("replanned", {one.id, other.id})
    assert chain(database, other)[0] == numbers(road, one)[0]
    for notice in windows:
        assert isinstance(notice, WindowChanged)
        now = order_of(database, notice.number)
        assert (now.told_start, now.told_end, notice.why) == (notice.eta_start, notice.eta_end, "replanned")
    run = run_of(database, run_id)
    assert (run.status, run.baselines["moved"]) == ("done", 1)


def test_what_was_served_meanwhile_stays_served(database, road):
    with database.writing() as session:
        route = road.route(session, [east(2), east(4), east(6)], status="in_progress", told=timedelta(hours=3))
    run_id = ask(database)
    a, b, c = begin(database, run_id)[str(route.id)]
    with database.writing() as session:
        tour = UnitOfWork(session, SYSTEM).routes.tour(route.id or 0)
        tour.tasks[0].status = "completed"
        tour.visits[0].stop.done_at = NOW
    adopt(database, run_id, {str(route.id): [c, a, b]})
    first, second, third = numbers(road, route)
    assert chain(database, route) == [first, third, second]


def test_routes_that_changed_too_much_are_planned_again(database, road):
    with database.writing() as session:
        route = road.route(session, [east(2), east(6)])
        order = road.order(session, east(4))
    run_id = ask(database)
    used = begin(database, run_id)
    do(database, InsertStop(order=order.number))
    before = chain(database, route)
    outdated = pytest.raises(Exception, match="routes_changed_meanwhile")
    with outdated:
        adopt(database, run_id, used)
    assert chain(database, route) == before
    assert run_of(database, run_id).status == "solving"
    with pytest.raises(Exception, match="run_overtaken"):
        adopt(database, run_id, used, attempt=7)
    again = begin(database, run_id)
    adopt(database, run_id, again, attempt=2)
    assert run_of(database, run_id).status == "done"
    with pytest.raises(Exception, match="run_over"):
        adopt(database, run_id, again, attempt=2)


def test_one_run_at_a_time_and_only_where_something_is_left(database, road):
    assert refusal(database, ReplanRest(depot="north")).text == "refused.nothing_to_replan"
    assert refusal(database, ReplanRest(depot="south")).text == "refused.no_such_depot"
    with database.writing() as session:
        road.route(session, [east(2)])
    ask(database)
    assert refusal(database, ReplanRest(depot="north")).text == "refused.already_planning"
