"""The board: today's live routes of a depot as values for changes, from what the database holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from domain.depots import Depot
from domain.fleet import Driver, Duty, Spot, Vehicle
from domain.moment import Moment
from domain.orders import Order, OrderStatus
from domain.refusals import NotFound, Refusal
from domain.returns import Return
from domain.routes import AHEAD, Route, RoutePosition, RouteStatus, TaskKind, TaskStatus
from domain.routing.problem import NOTHING, Break, Load, Span
from domain.routing.running import AT_DEPOT, Call, Underway
from domain.travel.learning import Learned
from domain.travel.today import NOTHING_DRIVEN, Today
from domain.values import Place, Window
from storage.unit_of_work import UnitOfWork

T = TaskStatus
#: Orders in these states are aboard the vehicle of their route.
ABOARD = frozenset({OrderStatus.DISPATCHED, OrderStatus.OUT_FOR_DELIVERY})
#: Who works when, by driver and day.
Duties = dict[tuple[int, date], Duty]
#: Until then yesterday's routes may still be on the road.
_MORNING = time(12)
#: Tasks that ended like this ended at their stop.
_VISITED = frozenset({T.COMPLETED, T.PARTIAL, T.FAILED})
#: With tasks like this a driver is on the way to their stop, or there.
_BEGUN = frozenset({T.EN_ROUTE, T.ARRIVED})
#: Whoever is at a stop stays there so many seconds more, at least.
_LEAST_LEFT = 60


@dataclass(frozen=True, slots=True)
class Post:
    """A route on the board: the entity, who and what drives it, its tasks in order, and the route from now on."""

    route: Route
    vehicle: Vehicle | None
    driver: Driver | None
    rows: tuple[Row[Any], ...]
    underway: Underway

    @property
    def calls(self) -> dict[str, Call]:
        """The stops ahead by key."""
        return {call.key: call for call in self.underway.calls}

    def serves(self, key: str) -> bool:
        """Whether the driver is at that stop now."""
        return any(str(row.stop_id) == key and row.status == T.ARRIVED for row in self.rows)

    def numbers(self, key: str) -> list[str]:
        """The orders that are still to be delivered at a stop, and the returns to be collected."""
        return [row.number for row in self.rows if str(row.stop_id) == key and is_visit(row)]


@dataclass(frozen=True, slots=True)
class Board:
    """The live routes of a depot and day, locked, as of a moment; by key, which is the route's number as text."""

    depot: Depot
    now: datetime
    posts: dict[str, Post]
    learned: Learned
    duties: Duties
    today: Today = NOTHING_DRIVEN

    @property
    def routes(self) -> list[Underway]:
        """The routes as values."""
        return [post.underway for post in self.posts.values()]

    def post(self, route_id: int) -> Post:
        """A route of the board. Refuses one that is not on it."""
        post = self.posts.get(str(route_id))
        if post is None:
            raise Refusal("route_not_live", route=route_id)
        return post

    def moment(self, seconds: int) -> datetime:
        """The moment so many seconds from now."""
        return self.now + timedelta(seconds=seconds)

    def since(self, moment: datetime) -> int:
        """Seconds from now to a moment."""
        return round((moment - self.now).total_seconds())


def board_of(depot: Depot, uow: UnitOfWork, at: Moment, *, lock: bool = True) -> Board:
    """The board of a depot now. Locks its live routes: changes of one day are made one after the other; who only looks need
    not lock them."""
    routes, duties = _routes(depot, uow, at, lock)
    rows = uow.dispatch.rows(routes)
    goods = uow.dispatch.goods(sorted({row.order_id for each in rows.values() for row in each if row.order_id}))
    back = uow.dispatch.returned(sorted({row.return_id for each in rows.values() for row in each if row.return_id}))
    vehicles, drivers = uow.dispatch.fleet(routes)
    seen = uow.dispatch.positions(routes)
    there = [row.task_id for each in rows.values() for row in each if row.status == T.ARRIVED]
    making = _Making(depot, at.now, goods, back, duties, dict(uow.dispatch.arrivals(there)))
    posts = {}
    for route in routes:
        vehicle, driver = vehicles.get(route.vehicle_id or 0), drivers.get(route.driver_id or 0)
        mine = tuple(rows.get(route.id or 0, ()))
        underway = making.underway(route, vehicle, driver, mine, seen.get(route.id or 0))
        posts[underway.key] = Post(route, vehicle, driver, mine, underway)
    learned = uow.dispatch.learned(depot, at.now)
    return Board(depot, at.now, posts, learned, duties, uow.dispatch.today(depot, learned, at.now))


def _routes(depot: Depot, uow: UnitOfWork, at: Moment, lock: bool) -> tuple[list[Route], Duties]:
    """Today's live routes, and those of yesterday that are still on the road; who works on these days."""
    local = at.now.astimezone(depot.tz)
    routes: list[Route] = []
    duties: Duties = {}
    for day in ([local.date() - timedelta(days=1)] if local.time() < _MORNING else []) + [local.date()]:
        live = uow.routes.live(depot.id or 0, day, lock=lock)
        routes += [each for each in live if day == local.date() or each.status == RouteStatus.IN_PROGRESS]
        duties |= {(duty.driver.id or 0, day): duty for duty in uow.fleet.duties(depot, day)}
    return routes, duties


def board_with(route_id: int, uow: UnitOfWork, at: Moment, version: int | None = None) -> tuple[Board, Post]:
    """The board a route is on, and the route. Refuses one that is unknown, not live, not of today, or changed since it
    had that version."""
    route = uow.routes.get(route_id)
    board = board_of(uow.depots.get(route.depot_id), uow, at)
    post = board.post(route_id)
    if version is not None and post.route.version != version:
        raise Refusal("route_changed_meanwhile", route=route_id, version=post.route.version)
    return board, post


def call_on(post: Post, stop: int) -> Call:
    """A stop that is still ahead on a route. Refuses one that is not on it, or served."""
    call = post.calls.get(str(stop))
    if call is not None:
        return call
    mine = [row for row in post.rows if row.stop_id == stop]
    if not mine:
        raise NotFound("stop_not_on_route", stop=stop, route=post.route.id)
    raise Refusal("stop_is_done", stop=stop, status=mine[0].status)


def new_call(order: Order, place: Place, goods: tuple[Load, frozenset[str]], board: Board) -> Call:
    """A stop for an order whose goods are at the depot, within its promise."""
    load, skills = goods
    return Call(
        key="new",
        place=place,
        service=board.learned.service(planned_service(load, board.depot), None, place),
        window=_window(board, None, None, order.promise_day, order.promise_start, order.promise_end),
        deliver=load,
        skills=skills,
        goods=AT_DEPOT,
    )


def new_pickup(
    made: Return,
    place: Place,
    goods: tuple[Load, frozenset[str]],
    board: Board,
    wish: tuple[date | None, Window | None] | None = None,
) -> Call:
    """A stop at which a return is collected, in the window that is wished for (None: at any time), else in its own."""
    load, skills = goods
    day, window = wish or (made.pickup_day, made.pickup_window)
    return Call(
        key="new",
        place=place,
        service=board.learned.service(planned_service(load, board.depot), None, place),
        window=_window(board, None, None, day, window and window.start, window and window.end),
        collect=load,
        skills=skills,
        goods=None,
    )


def planned_service(load: Load, depot: Depot) -> int:
    """Seconds that a stop takes before anything is learned."""
    return depot.stop_seconds + depot.piece_seconds * load.pieces


def driven_by(underway: Underway, post: Post, driver: Driver, board: Board) -> Underway:
    """The route as another driver would drive it from now on. Refuses a driver who does not work today."""
    duty = board.duties.get((driver.id or 0, post.route.day))
    if duty is None:
        raise Refusal("driver_off", driver=driver.name)
    making = _Making(board.depot, board.now, {}, {}, board.duties, {})
    limits = making.limits(post.route, driver, 0, 0)
    vehicle = frozenset(post.vehicle.skills) if post.vehicle else frozenset()
    starts: dict[str, Any] = (
        {} if underway.left else {"here": making.begins(driver), "ready": max(0, board.since(duty.start))}
    )
    return replace(
        underway, home=making.home(driver), skills=vehicle | frozenset(driver.skills), **starts, **limits
    )  # fmt: skip


def is_visit(row: Row[Any]) -> bool:
    """Whether somebody waits for the task of a row: an order is brought, or a return collected, not loaded over."""
    if row.number is None or row.status not in AHEAD:
        return False
    return row.kind == TaskKind.DELIVERY or row.return_id is not None


def _window(board: Board | _Making, told_start: Any, told_end: Any, day: Any, start: Any, end: Any) -> Span | None:
    """What a customer was told, else promised, in seconds from now."""
    if told_start is None or told_end is None:
        if day is None:
            return None
        told_start, told_end = Window(start, end).on(day, board.depot.tz)
    return Span(round((told_start - board.now).total_seconds()), round((told_end - board.now).total_seconds()))


@dataclass(frozen=True, slots=True)
class _Making:
    """What values are made of."""

    depot: Depot
    now: datetime
    goods: dict[int, tuple[Load, frozenset[str]]]
    back: dict[int, tuple[Load, frozenset[str]]]
    duties: Duties
    arrivals: dict[str, datetime]

    def underway(
        self, route: Route, vehicle: Vehicle | None, driver: Driver | None, rows: Sequence[Row[Any]],
        seen: RoutePosition | None,
    ) -> Underway:  # fmt: skip
        """The route from now on."""
        visits = [(stop_id, list(each)) for stop_id, each in groupby(rows, key=lambda row: row.stop_id)]
        ahead = [(stop_id, each) for stop_id, each in visits if any(row.status in AHEAD for row in each)]
        left = route.status == RouteStatus.IN_PROGRESS
        key = str(route.id)
        handed = frozenset(row.number for row in rows if row.kind == TaskKind.DELIVERY and row.number)
        calls = tuple(self._call(key, stop_id, each, handed) for stop_id, each in ahead)
        here, ready = self._now(route, driver, rows, calls, seen)
        done = 1 - len(ahead) / len(visits) if visits else 1.0
        costs: dict[str, Any] = {} if vehicle is None else {
            "capacity": Load(vehicle.payload, vehicle.volume, vehicle.pieces or 10**9), "fixed_cost": vehicle.fixed_cost * 1000,
            "per_metre": vehicle.cost_per_km, "per_second": round(vehicle.cost_per_hour * 1000 / 3600), "speed": vehicle.speed,
        }  # fmt: skip
        skills = frozenset(vehicle.skills if vehicle else ()) | frozenset(driver.skills if driver else ())
        return Underway(
            key=key, here=here, ready=ready, home=self.home(driver), calls=calls, left=left, skills=skills,
            aboard=self._aboard(rows, handed), **costs, **self.limits(route, driver, ready, done),
        )  # fmt: skip

    def limits(self, route: Route, driver: Driver | None, ready: int, done: float) -> dict[str, Any]:
        """Until when the driver works, what remains of driving and working time, and the rests still to be taken."""
        duty = self.duties.get((driver.id or 0, route.day)) if driver is not None else None
        left = route.status == RouteStatus.IN_PROGRESS
        ends = duty.end if duty is not None else route.planned_end
        until = self._since(ends) if ends is not None else ready + 24 * 3600
        rests = self._rests(route, duty)
        max_duration = None
        if driver is not None and driver.max_working is not None:
            if left and route.planned_start is not None:
                unpaid = 0 if duty is None or duty.rest is None or duty.rest.paid else duty.rest.seconds
                until = min(until, self._since(route.planned_start) + driver.max_working * 60 + unpaid)
            else:
                max_duration = driver.max_working * 60
        max_driving = None
        if driver is not None and driver.max_driving is not None:
            max_driving = max(0, driver.max_driving * 60 - round(route.driving * done if left else 0))
        return {"until": until, "rests": rests, "max_duration": max_duration, "max_driving": max_driving}

    def begins(self, driver: Driver | None) -> Place:
        """Where the driver's day begins."""
        home = driver.home if driver is not None and driver.starts_at == Spot.HOME else None
        return home or self.depot.place

    def home(self, driver: Driver | None) -> Place | None:
        """Where the route ends; None where it ends at its last stop."""
        if driver is None or driver.ends_at == Spot.DEPOT:
            return self.depot.place
        return None if driver.ends_at == Spot.OPEN else driver.home or self.depot.place

    def _since(self, moment: datetime) -> int:
        return round((moment - self.now).total_seconds())

    def _call(self, route: str, stop_id: int, rows: Sequence[Row[Any]], handed: frozenset[str]) -> Call:
        """A stop ahead. What is loaded over there and delivered later, ``handed``, counts as aboard already."""
        ahead = [row for row in rows if row.status in AHEAD]
        deliver, collect, skills, windows = NOTHING, NOTHING, frozenset[str](), []
        for row in ahead:
            if row.kind == TaskKind.PICKUP and row.number in handed:
                continue
            load, needs = self._goods(row)
            skills |= needs
            if row.kind == TaskKind.PICKUP:
                collect = load if collect is NOTHING else collect + load
            else:
                deliver = load if deliver is NOTHING else deliver + load
            window = _window(
                self, row.told_start, row.told_end, row.promise_day, row.promise_start, row.promise_end
            )  # fmt: skip
            windows += [window] if window else []
        first, states = rows[0], {row.status for row in ahead}
        service, here = first.service, T.ARRIVED in states
        if here:
            arrived = [self.arrivals.get(str(row.task_id), self.now) for row in ahead if row.status == T.ARRIVED]
            service = max(_LEAST_LEFT, service - max(0, -self._since(min(arrived))))
        deliveries = [row for row in ahead if row.kind == TaskKind.DELIVERY]
        aboard = any(row.order_status in ABOARD for row in deliveries)
        return Call(
            key=str(stop_id),
            place=Place(first.lat, first.lon),
            service=service,
            window=None if here else _shared(windows),
            deliver=deliver,
            collect=collect,
            skills=skills,
            goods=None if not deliveries else route if aboard else AT_DEPOT,
            fixed=first.locked or not states.isdisjoint(_BEGUN),
        )

    def _now(
        self, route: Route, driver: Driver | None, rows: Sequence[Row[Any]], calls: Sequence[Call],
        seen: RoutePosition | None,
    ) -> tuple[Place, int]:  # fmt: skip
        """Where the vehicle is, and in how many seconds it can go on."""
        duty = self.duties.get((driver.id or 0, route.day)) if driver is not None else None
        if route.status != RouteStatus.IN_PROGRESS:
            starts = duty.start if duty is not None else route.planned_start or self.now
            return self.begins(driver), max(0, self._since(starts))
        if calls and any(row.status == T.ARRIVED and str(row.stop_id) == calls[0].key for row in rows):
            return calls[0].place, 0
        known = [
            (row.done_at, Place(row.lat, row.lon)) for row in rows if row.done_at is not None and row.status in _VISITED
        ]
        known += [(seen.at, Place(seen.lat, seen.lon))] if seen is not None else []
        here = max(known, key=lambda each: each[0])[1] if known else self.begins(driver)
        return here, self._resting(route)

    def _resting(self, route: Route) -> int:
        """Seconds of a break that goes on now."""
        ends = [start + timedelta(seconds=seconds) for start, seconds, _ in taken(route) if start <= self.now]
        return max([0, *(self._since(end) for end in ends)])

    def _rests(self, route: Route, duty: Duty | None) -> tuple[Break, ...]:
        """The rest of the duty, unless it is over or goes on."""
        if duty is None or duty.rest is None:
            return ()
        rest = duty.rest
        begun = any(start <= self.now for start, _, _ in taken(route))
        if route.status == RouteStatus.IN_PROGRESS and (begun or (not route.breaks and rest.latest < self.now)):
            return ()
        return (Break(Span(self._since(rest.earliest), self._since(rest.latest)), rest.seconds, rest.paid),)

    def _aboard(self, rows: Iterable[Row[Any]], handed: frozenset[str]) -> Load:
        """What is on the vehicle and stays there: collected, or not taken by who should have."""
        load = NOTHING
        for row in rows:
            collected = (
                row.kind == TaskKind.PICKUP and row.status in {T.COMPLETED, T.PARTIAL} and row.number not in handed
            )
            refused = row.status == T.FAILED or (row.status == T.SKIPPED and row.order_status in ABOARD)
            kept = row.kind == TaskKind.DELIVERY and refused
            if collected or kept:
                load = load + self._goods(row)[0]
        return load

    def _goods(self, row: Row[Any]) -> tuple[Load, frozenset[str]]:
        """What is brought or collected by the task of a row, and what it needs."""
        known = self.goods.get(row.order_id) if row.return_id is None else self.back.get(row.return_id)
        return known or (NOTHING, frozenset())


def _shared(windows: Sequence[Span]) -> Span | None:
    """The part that all windows share, else from the first start to the last end."""
    if len(windows) < 2:
        return windows[0] if windows else None
    start, end = max(each.start for each in windows), min(each.end for each in windows)
    if start <= end:
        return Span(start, end)
    return Span(min(each.start for each in windows), max(each.end for each in windows))


def taken(route: Route) -> list[tuple[datetime, int, bool]]:
    """The breaks of a route: when, how many seconds, paid or not."""
    return [
        (datetime.fromisoformat(each["start"]).astimezone(UTC), int(each["seconds"]), bool(each["paid"]))
        for each in route.breaks
    ]
