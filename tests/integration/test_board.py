"""The board: where vehicles are, what they carry and how long their drivers work, as of a moment."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlmodel import select

from actions.board import Post, board_of
from domain.events import note
from domain.fleet import ShiftPattern
from domain.routes import Route, RoutePosition
from domain.routing.problem import NOTHING, Load, Span
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, OFFICE, SYSTEM, moment
from tests.roads import Road, a_road, east

HOUR, MINUTE = 3600, 60


@pytest.fixture
def road(database: Database) -> Road:
    with database.writing() as session:
        return a_road(session)


def seen(database: Database, route: Route) -> Post:
    with database.writing() as session:
        uow = UnitOfWork(session, OFFICE)
        return board_of(uow.depots.get(route.depot_id), uow, moment(OFFICE)).post(route.id or 0)


def made(database: Database, road: Road, *places: Any, **values: Any) -> Route:
    with database.writing() as session:
        return road.route(session, places, **values)


def ends(database: Database, route: Route, n: int, status: str, ago: int = 5) -> None:
    """A stop ended like that, so many minutes ago."""
    with database.writing() as session:
        visit = UnitOfWork(session, SYSTEM).routes.tour(route.id or 0).visits[n]
        visit.tasks[0].status = status
        visit.stop.done_at = NOW - timedelta(minutes=ago)


def near(place: Any, other: Any) -> bool:
    return bool(place.metres_to(other) < 5)


def test_before_it_leaves_it_begins_at_the_depot_with_the_shift(database, road):
    route = made(database, road, east(2), hours=(time(13), time(20)))
    underway = seen(database, route).underway
    assert near(underway.here, road.shop.depot.place)
    assert (underway.ready, underway.until, underway.left) == (2 * HOUR, 9 * HOUR, False)
    assert [call.goods for call in underway.calls] == ["depot"]


def test_on_the_road_it_is_where_it_was_seen_last(database, road):
    route = made(database, road, east(2), east(4), status="in_progress")
    assert near(seen(database, route).underway.here, road.shop.depot.place)
    ends(database, route, 0, "completed")
    assert near(seen(database, route).underway.here, east(2))
    with database.writing() as session:
        session.add(RoutePosition(route_id=route.id, at=NOW - timedelta(minutes=1), lat=east(3).lat, lon=east(3).lon))
    underway = seen(database, route).underway
    assert near(underway.here, east(3))
    assert (underway.left, underway.ready, len(underway.calls)) == (True, 0, 1)
    assert underway.calls[0].goods == underway.key


def test_a_stop_that_was_skipped_says_nothing_of_where_it_is(database, road):
    route = made(database, road, east(2), east(4), status="in_progress")
    ends(database, route, 0, "skipped")
    assert near(seen(database, route).underway.here, road.shop.depot.place)


def test_who_is_at_a_stop_finishes_it_first(database, road):
    route = made(database, road, east(2), east(4), status="in_progress")
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        task = uow.routes.tour(route.id or 0).tasks[0]
        task.status = "arrived"
        uow.record(note(task, "status", moment(now=NOW - timedelta(minutes=2)), "en_route", "arrived"))
        uow.flush()
    underway = seen(database, route).underway
    there = underway.calls[0]
    assert near(underway.here, east(2))
    assert (there.fixed, there.window, there.service) == (True, None, 2 * MINUTE)
    assert underway.held == (there.key,)


def test_what_was_collected_or_not_taken_stays_aboard(database, road):
    route = made(database, road, east(2), east(4), east(6), status="in_progress")
    assert seen(database, route).underway.aboard == NOTHING
    ends(database, route, 0, "completed")
    ends(database, route, 1, "failed")
    assert seen(database, route).underway.aboard == Load(1_200, 8_000, 1)


def test_what_was_told_counts_else_the_promise(database, road):
    route = made(database, road, east(2), told=timedelta(minutes=30))
    later = made(database, road, east(2), told=None)
    assert seen(database, route).underway.calls[0].window == Span(-10 * MINUTE, 50 * MINUTE)
    assert seen(database, later).underway.calls[0].window == Span(-3 * HOUR, 9 * HOUR)


def test_hours_that_remain(database, road):
    limits = {"max_working": 5 * 60, "max_driving": 100}
    fresh = made(database, road, east(2), east(4), driver=limits)
    begun = made(database, road, east(2), east(4), driver=limits, status="in_progress", driving=HOUR)
    ends(database, begun, 0, "completed")
    whole, rest = seen(database, fresh).underway, seen(database, begun).underway
    assert (whole.max_duration, whole.max_driving) == (5 * HOUR, 100 * MINUTE)
    assert (rest.until, rest.max_duration, rest.max_driving) == (4 * HOUR, None, 100 * MINUTE - HOUR // 2)


@pytest.mark.parametrize(
    ("breaks", "rests", "ready"),
    [
        ([(30, 45)], 1, 0),
        ([(-60, 45)], 0, 0),
        ([(-15, 45)], 0, 30 * MINUTE),
        ([], 1, 0),
    ],
    ids=["to come", "taken", "going on", "not planned"],
)
def test_breaks_are_taken_once(database, road, breaks, rests, ready):
    planned = [
        {"start": (NOW + timedelta(minutes=start)).isoformat(), "seconds": minutes * 60, "paid": False}
        for start, minutes in breaks
    ]
    route = made(database, road, east(2), status="in_progress", breaks=planned)
    with database.writing() as session:
        pattern = session.exec(select(ShiftPattern).where(ShiftPattern.driver_id == route.driver_id)).one()
        pattern.break_from, pattern.break_until, pattern.break_minutes = time(11), time(14), 45
    underway = seen(database, route).underway
    assert (len(underway.rests), underway.ready) == (rests, ready)


@pytest.mark.parametrize(("ends_at", "home"), [("home", east(-5)), ("open", None), ("depot", None)])
def test_where_the_day_ends(database, road, ends_at, home):
    route = made(
        database, road, east(2), driver={"home_lat": east(-5).lat, "home_lon": east(-5).lon, "ends_at": ends_at}
    )
    found = seen(database, route).underway.home
    if ends_at == "open":
        assert found is None
    else:
        assert near(found, home or road.shop.depot.place)


def test_costs_are_thousandths_of_cents(database, road):
    route = made(database, road, vehicle={"cost_per_km": 35, "cost_per_hour": 2_400, "fixed_cost": 3_000})
    underway = seen(database, route).underway
    assert (underway.per_metre, underway.per_second, underway.fixed_cost) == (35, 667, 3_000_000)


def test_after_midnight_last_nights_routes_are_still_there(database, road):
    route = made(database, road, east(2), status="in_progress", hours=(time(18), time(3)))
    waiting = made(database, road, east(2), hours=(time(18), time(3)))
    night = datetime(2026, 5, 4, 23, 0, tzinfo=UTC)  # 01:00 in Berlin
    with database.writing() as session:
        uow = UnitOfWork(session, OFFICE)
        board = board_of(uow.depots.get(route.depot_id), uow, moment(OFFICE, night))
    assert list(board.posts) == [str(route.id)]
    assert board.post(route.id or 0).underway.until == 2 * HOUR
    assert str(waiting.id) not in board.posts


def test_a_route_without_driver_and_vehicle(database, road):
    route = made(database, road, east(2))
    with database.writing() as session:
        bare = session.get_one(Route, route.id)
        bare.driver_id = bare.vehicle_id = None
    post = seen(database, route)
    assert (post.driver, post.vehicle) == (None, None)
    assert post.underway.until == 6 * HOUR
