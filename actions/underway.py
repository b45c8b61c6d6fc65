"""Routes under way as their ETAs see them: where each vehicle is and what it does now, the stops ahead, when they are served.

Cheap, for it is done every two minutes and after every report: a handful of statements for all routes together, and what
hardly moved is not written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import groupby, pairwise
from typing import Any

from sqlalchemy import Row

from actions.board import is_visit, taken
from actions.dispatching.etas import legs
from domain.depots import Depot
from domain.driving import ANNOUNCED
from domain.eta import Ahead, Eta, Rest, estimate
from domain.fleet import Driver, Spot, Vehicle
from domain.moment import Moment
from domain.routes import AHEAD, Route, RouteStatus, TaskStatus
from domain.travel.learning import Learned
from domain.values import Place, Window
from storage.unit_of_work import UnitOfWork

T = TaskStatus
#: An ETA that moved less than this stays as it is, and so do the ends of its span.
STILL, SPAN_STILL = timedelta(seconds=30), timedelta(minutes=2)
#: Simulated days of one refresh.
SAMPLES = 200
#: A break that was to begin this long ago and did not is not taken any more.
MISSED = timedelta(hours=2)
#: A break that goes on takes so much longer, at least.
_LEAST_REST = timedelta(minutes=1)
#: What says that a route comes later.
_DELAYS = ("ReportDelay", ANNOUNCED)
#: Until then yesterday's routes may still be on the road.
_MORNING = time(12)
#: Tasks that ended like this ended at their stop.
_VISITED = frozenset({T.COMPLETED, T.PARTIAL, T.FAILED})


@dataclass(frozen=True, slots=True)
class Way:
    """A route under way: the tasks at its stops in order, those of the stops ahead by stop, and when these are served.

    ``at_hand`` is the stop its driver is at, ``expected`` when the next stop, or this one, should be done at the latest by
    what was known when anything was known last.
    """

    route: Route
    driver: Driver | None
    rows: Sequence[Row[Any]]
    ahead: Mapping[int, Sequence[Row[Any]]]
    etas: Mapping[int, Eta]
    at_hand: int | None
    expected: datetime

    @property
    def by_order(self) -> dict[str, Eta]:
        """The ETAs of the orders that are still to be delivered, and of the returns to be collected; whoever is being served
        waits for nothing more."""
        return {
            row.number: self.etas[stop]
            for stop, rows in self.ahead.items()
            if stop != self.at_hand and stop in self.etas
            for row in rows
            if is_visit(row)
        }


def under_way(depot: Depot, uow: UnitOfWork, at: Moment, *, lock: bool = False) -> list[Route]:
    """The routes of a depot that are on the road, or should be by now; by number."""
    local = at.now.astimezone(depot.tz)
    days = [local.date() - timedelta(days=1)] if local.time() < _MORNING else []
    live = [route for day in [*days, local.date()] for route in uow.routes.live(depot.id or 0, day, lock=lock)]
    return [route for route in live if is_under_way(route, local.date(), at.now)]


def is_under_way(route: Route, today: Any, now: datetime) -> bool:
    """Whether a route is on the road, or should be by now."""
    if route.status == RouteStatus.IN_PROGRESS:
        return True
    return route.is_live and route.day == today and route.planned_start is not None and route.planned_start <= now


def ways_of(routes: Sequence[Route], depot: Depot, uow: UnitOfWork, at: Moment) -> list[Way]:
    """Routes with their ETAs as of now, which are written where they moved. Routes with nothing ahead are left out."""
    uow.flush()
    rows = uow.dispatch.on_the_road(routes)
    open_ = [route for route in routes if any(row.status in AHEAD for row in rows[route.id or 0])]
    if not open_:
        return []
    made = _Making(depot, open_, rows, uow, at)
    ways = [made.way(route) for route in open_]
    known = {row.stop_id: row for each in rows.values() for row in each}
    moved = {
        stop: eta for way in ways for stop, eta in way.etas.items() if stop != way.at_hand and _moved(known[stop], eta)
    }
    uow.dispatch.set_etas(moved)
    return ways


def _moved(row: Row[Any], eta: Eta) -> bool:
    if row.eta is None or row.eta_start is None or row.eta_end is None:
        return True
    span = max(abs(row.eta_start - eta.early), abs(row.eta_end - eta.late))
    return bool(abs(row.eta - eta.likely) >= STILL or span >= SPAN_STILL)


@dataclass(frozen=True, slots=True)
class _Now:
    """What a vehicle does: since ``since`` it has been on the way from ``here``, or serving for ``serving`` seconds expected."""

    here: Place
    since: datetime
    serving: int = 0


class _Making:
    """What ways are made of, read for all routes at once."""

    def __init__(
        self, depot: Depot, routes: Sequence[Route], rows: Mapping[int, Sequence[Row[Any]]], uow: UnitOfWork, at: Moment
    ) -> None:
        self._depot, self._now, self._rows = depot, at.now, rows
        self._past = datetime.min.replace(tzinfo=UTC)
        self._vehicles, self._drivers = uow.dispatch.fleet(routes)
        self._seen = uow.dispatch.positions(routes)
        there = [row.task_id for route in routes for row in rows[route.id or 0] if row.status == T.ARRIVED]
        self._arrivals = uow.dispatch.arrivals(there)
        self._left = uow.dispatch.left_at([route.id or 0 for route in routes if self._is_unseen(route)])
        self._learned: Learned = uow.dispatch.learned(depot, at.now)
        self._today = uow.dispatch.today(depot, self._learned, at.now)
        self._ahead = {route.id or 0: _ahead(rows[route.id or 0]) for route in routes}
        self._does = {route.id or 0: self._doing(route) for route in routes}
        pairs = [pair for route in routes for pair in pairwise(self._places(route.id or 0))]
        self._known = uow.dispatch.routed(pairs)
        keys = [route.id or 0 for route in routes]
        self._shifts = uow.dispatch.shifts(keys)
        self._reports = uow.dispatch.reports(keys, (*_DELAYS, "StartBreak"))

    def way(self, route: Route) -> Way:
        """A route with its ETAs."""
        key = route.id or 0
        ahead = self._ahead[key]
        does, driver = self._does[key], self._drivers.get(route.driver_id or 0)
        at_hand = next(iter(ahead)) if does.serving else None
        coming = {stop: rows for stop, rows in ahead.items() if stop != at_hand}
        vehicle: Vehicle | None = self._vehicles.get(route.vehicle_id or 0)
        speed = 1.0 if vehicle is None else vehicle.speed
        ways = legs(self._places(key), speed, self._depot, self._learned, self._known)
        stops = [
            Ahead(leg, rows[0].service, self._windows(rows)) for leg, rows in zip(ways, coming.values(), strict=True)
        ]
        delay, over = self._held_up(route, does)
        leaves = max(does.since + delay, self._rests_until(route))
        found = estimate(
            leaves, stops, self._rests(route), seed=key, samples=SAMPLES, serving=does.serving, now=max(self._now, over),
            service_spread=self._learned.service_spread, today=self._today,
        )  # fmt: skip
        etas = dict(zip(coming, found, strict=True))
        expected = self._expected(leaves, does, stops)
        return Way(route, driver, self._rows[key], ahead, etas, at_hand, expected)

    def _expected(self, leaves: datetime, does: _Now, stops: Sequence[Ahead]) -> datetime:
        """When the driver should be done with what they do now, at the latest: twice the spread is allowed for."""
        if does.serving or not stops:
            return leaves + timedelta(seconds=does.serving * (1 + 2 * self._learned.service_spread))
        first = stops[0]
        driving = first.leg.seconds * first.leg.traffic.at(leaves) * (1 + 2 * first.leg.spread)
        arrived = max([leaves + timedelta(seconds=driving), *(opens for opens, _ in first.windows)])
        return arrived + timedelta(seconds=first.service * (1 + 2 * self._learned.service_spread))

    def _places(self, key: int) -> list[Place]:
        """Where the vehicle is, and the stops it goes to, in order."""
        does = self._does[key]
        rows = [each[0] for each in self._ahead[key].values()]
        coming = rows[1:] if does.serving else rows
        return [does.here, *(Place(row.lat, row.lon) for row in coming)]

    def _doing(self, route: Route) -> _Now:
        """By the latest that is known: an arrival, a stop that was done, a position, the departure."""
        key = route.id or 0
        if route.status != RouteStatus.IN_PROGRESS:
            return _Now(self._begins(route), max(route.planned_start or self._now, self._now))
        first = next(iter(self._ahead[key].values()))
        arrived = [self._arrivals.get(str(row.task_id), self._now) for row in first if row.status == T.ARRIVED]
        if arrived:  # whoever is early waits until the door opens
            opens = max((start for start, _ in self._windows(first)), default=self._past)
            begun = max(min(min(arrived), self._now), opens)
            return _Now(Place(first[0].lat, first[0].lon), begun, max(first[0].service, 60))
        known = [
            (row.done_at, Place(row.lat, row.lon))
            for row in self._rows[key]
            if row.done_at is not None and row.status in _VISITED
        ]
        seen = self._seen.get(key)
        known += [(seen.at, Place(seen.lat, seen.lon))] if seen is not None else []
        if not known:
            return _Now(self._begins(route), self._left.get(key, route.planned_start or self._now))
        since, here = max(known, key=lambda each: each[0])
        return _Now(here, min(since, self._now))

    def _is_unseen(self, route: Route) -> bool:
        """Whether nothing is known of a route but that it left."""
        rows = self._rows[route.id or 0]
        left = route.status == RouteStatus.IN_PROGRESS
        return left and route.id not in self._seen and not any(row.done_at is not None for row in rows)

    def _begins(self, route: Route) -> Place:
        driver = self._drivers.get(route.driver_id or 0)
        home = driver.home if driver is not None and driver.starts_at == Spot.HOME else None
        return home or self._depot.place

    def _rests_until(self, route: Route) -> datetime:
        """When a break that goes on now is over."""
        shift = self._shifts.get(route.id or 0)
        if shift is None:
            ends = [start + timedelta(seconds=seconds) for start, seconds, _ in taken(route) if start <= self._now]
            return max((end for end in ends if end > self._now), default=self._past)
        if shift.break_since is None:
            return self._past
        lasts = next((seconds for start, seconds, _ in taken(route) if start == shift.break_since), 0)
        return max(shift.break_since + timedelta(seconds=lasts), self._now + _LEAST_REST)

    def _rests(self, route: Route) -> list[Rest]:
        """Breaks to come; where a driver reports them also those that should have begun."""
        shift = self._shifts.get(route.id or 0)
        since = self._now if shift is None else self._now - MISSED
        begun = {each.at for each in self._reports if each.route_id == route.id and each.what == "StartBreak"}
        return [Rest(start, seconds) for start, seconds, _ in taken(route) if start > since and start not in begun]

    def _held_up(self, route: Route, does: _Now) -> tuple[timedelta, datetime]:
        """What is left of a delay that was reported since the last stop, and when that is over."""
        stops = [row.done_at for row in self._rows[route.id or 0] if row.done_at is not None]
        last = max([does.since] if does.serving else stops, default=self._past)
        delays = [
            each for each in self._reports if each.route_id == route.id and each.what in _DELAYS and each.at > last
        ]
        if not delays:
            return timedelta(), self._past
        over = delays[-1].at + timedelta(seconds=int(delays[-1].before.get("seconds", 0)))
        since = max(does.since, delays[-1].at)  # a position that was seen later knows some of it
        return max(timedelta(), over - since), over

    def _windows(self, rows: Iterable[Row[Any]]) -> tuple[tuple[datetime, datetime], ...]:
        """When a stop may be served: the part that the windows promised there share.

        Told windows open nothing: whoever is there before is there, and customers are told so.
        """
        rows = [row for row in rows if is_visit(row)]  # nobody waits for a meeting
        found = [window for row in rows if (window := self._window(row)) is not None]
        if not found:
            return ()
        start, end = max(start for start, _ in found), min(end for _, end in found)
        return ((start, end),) if start <= end else ((min(s for s, _ in found), max(e for _, e in found)),)

    def _window(self, row: Row[Any]) -> tuple[datetime, datetime] | None:
        if row.promise_day is None:
            return None
        return Window(row.promise_start, row.promise_end).on(row.promise_day, self._depot.tz)


def _ahead(rows: Sequence[Row[Any]]) -> dict[int, list[Row[Any]]]:
    """The stops at which something is still to be done, in order; the one the driver is at goes first."""
    stops = {stop: list(each) for stop, each in groupby(rows, key=lambda row: row.stop_id)}
    ahead = {stop: each for stop, each in stops.items() if any(row.status in AHEAD for row in each)}
    here = [stop for stop, each in ahead.items() if any(row.status == T.ARRIVED for row in each)]
    return {stop: ahead[stop] for stop in [*here, *(stop for stop in ahead if stop not in here)]}
