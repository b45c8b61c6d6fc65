"""The day as a routing problem: orders become stops, drivers with their vehicles become vehicles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from domain.planning.day import Day, Ride, Wanted
from domain.routing.problem import NOTHING, Break, Load, Matrix, Problem, Span, Task, Vehicle
from domain.values import Place, Window

#: Costs are counted in thousandths of a cent: metres and seconds cost whole numbers of them.
UNIT = 1_000
_HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Halt:
    """A stop to plan: orders of one customer at one address that can be brought at once, and returns collected with them.

    ``service`` is seconds as they are expected, ``shares`` what of them is each order's before anything was learned.
    """

    key: str
    orders: tuple[Wanted, ...]
    place: Place
    window: Window
    service: int
    shares: tuple[int, ...]

    @property
    def load(self) -> Load:
        """What is brought."""
        return sum((order.brought for order in self.orders), NOTHING)

    @property
    def collect(self) -> Load:
        """What is taken along."""
        return sum((order.collected for order in self.orders), NOTHING)

    @property
    def skills(self) -> frozenset[str]:
        """What it takes to bring it."""
        return frozenset[str]().union(*(order.skills for order in self.orders))


@dataclass(frozen=True)
class Snapshot:
    """What is planned: stops, the places of the matrices (the depot first), and orders that nobody knows the place of."""

    day: Day
    halts: tuple[Halt, ...]
    placeless: tuple[Wanted, ...]
    places: tuple[Place, ...]
    now: datetime

    @property
    def halt_of(self) -> dict[str, Halt]:
        """Stops by key."""
        return {halt.key: halt for halt in self.halts}

    @property
    def ride_of(self) -> dict[str, Ride]:
        """Rides by key."""
        return {ride.key: ride for ride in self.day.rides}

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From the first start to the last end of all shifts; the day's 24 hours where nobody works."""
        duties = [ride.duty for ride in self.day.rides]
        if not duties:
            return self.day.origin, self.day.moment(24 * _HOUR)
        return min(duty.start for duty in duties), max(duty.end for duty in duties)

    def problem(self, matrix_at: Callable[[float], Matrix]) -> Problem:
        """The problem, with the matrix of each speed there is (1.0 is the usual; half of it takes twice as long)."""
        row = {place: n for n, place in enumerate(self.places)}
        speeds = sorted({ride.vehicle.speed for ride in self.day.rides} or {1.0}, reverse=True)
        return Problem(
            tasks=tuple(self._task(halt, row) for halt in self.halts),
            vehicles=tuple(self._vehicle(ride, row, speeds) for ride in self.day.rides),
            matrices=tuple(matrix_at(speed) for speed in speeds),
            origin=self.day.origin,
        )

    def _task(self, halt: Halt, row: Mapping[Place, int]) -> Task:
        start, end = halt.window.on(self.day.day, self.day.depot.tz)
        return Task(
            halt.key,
            row[halt.place],
            service=halt.service,
            windows=(Span(self.day.seconds(start), self.day.seconds(end)),),
            deliver=halt.load,
            collect=halt.collect,
            skills=halt.skills,
            priority=int(any(order.again for order in halt.orders)),
        )

    def _vehicle(self, ride: Ride, row: Mapping[Place, int], speeds: Sequence[float]) -> Vehicle:
        depot, duty, vehicle = self.day.depot.place, ride.duty, ride.vehicle
        end = ride.ends(depot)
        begins = min(max(duty.start, self.now), duty.end)  # who began already starts now
        return Vehicle(
            ride.key,
            start=row[ride.starts(depot)],
            end=None if end is None else row[end],
            shift=Span(self.day.seconds(begins), self.day.seconds(duty.end)),
            capacity=ride.room,
            max_driving=_seconds(duty.driver.max_driving),
            max_duration=_seconds(duty.driver.max_working),
            breaks=self._breaks(ride, begins),
            skills=ride.skills,
            fixed=vehicle.fixed_cost * UNIT,
            per_second=round(vehicle.cost_per_hour * UNIT / _HOUR),
            per_metre=round(vehicle.cost_per_km * UNIT / 1_000),
            profile=speeds.index(vehicle.speed),
        )

    def _breaks(self, ride: Ride, begins: datetime) -> tuple[Break, ...]:
        """The break, unless its time was over before the route can begin."""
        rest = ride.duty.rest
        if rest is None or rest.latest < begins:
            return ()
        window = Span(self.day.seconds(max(rest.earliest, begins)), self.day.seconds(rest.latest))
        return (Break(window, rest.seconds, rest.paid),)


def _seconds(minutes: int | None) -> int | None:
    return None if minutes is None else 60 * minutes


def take_snapshot(day: Day, now: datetime, expected: Callable[[int, Place], int] | None = None) -> Snapshot:
    """The day as it is now. ``expected`` makes of the seconds a stop should take those it takes at that place."""
    located = [order for order in day.wanted if order.place is not None]
    halts = tuple(_halt(day, orders, expected) for orders in _together(located, day.rides))
    depot = day.depot.place
    ends = [place for ride in day.rides for place in (ride.starts(depot), ride.ends(depot)) if place is not None]
    places = dict.fromkeys([depot, *ends, *(halt.place for halt in halts)])
    placeless = tuple(order for order in day.wanted if order.place is None)
    return Snapshot(day, halts, placeless, tuple(places), now.astimezone(UTC))


def _halt(day: Day, orders: tuple[Wanted, ...], expected: Callable[[int, Place], int] | None) -> Halt:
    first, depot = orders[0], day.depot
    assert first.place is not None, "only orders with a place become stops"
    shares = [depot.piece_seconds * order.load.pieces for order in orders]
    shares[0] += depot.stop_seconds
    service = expected(sum(shares), first.place) if expected is not None else sum(shares)
    return Halt(first.number, orders, first.place, _common([each.window for each in orders]), service, tuple(shares))


def _together(orders: Iterable[Wanted], rides: Sequence[Ride]) -> list[tuple[Wanted, ...]]:
    """One customer's orders to one address, as long as their windows have a common part and one vehicle can have all.

    What is exchanged for an order is collected with it before anything else is.
    """
    groups: dict[tuple[int, str, Place | None], list[list[Wanted]]] = {}
    orders = sorted(orders, key=lambda each: (each.window, each.number))
    doors = {order.number: _door(order) for order in orders}
    swapped = {each.with_order: each for each in orders if doors.get(each.with_order or "") == doors[each.number]}
    rides_along = {each.number for each in swapped.values()}
    for order in orders:
        if order.number in rides_along:
            continue
        if order.number in swapped:  # a visit of its own, which others may join
            groups.setdefault(_door(order), []).append([order, swapped[order.number]])
            continue
        stops = groups.setdefault(_door(order), [])
        for stop in stops:
            if _can_join(order, stop, rides):
                stop.append(order)
                break
        else:
            stops.append([order])
    found = [tuple(stop) for stops in groups.values() for stop in stops]
    return sorted(found, key=lambda stop: stop[0].number)


def _door(order: Wanted) -> tuple[int, str, Place | None]:
    return order.customer_id, order.address.casefold(), order.place


def _can_join(order: Wanted, stop: Sequence[Wanted], rides: Sequence[Ride]) -> bool:
    if not all(order.window.overlaps(each.window) for each in stop):
        return False
    if not _common([each.window for each in stop]).overlaps(order.window):
        return False
    brought = sum((each.brought for each in stop), order.brought)
    collected = sum((each.collected for each in stop), order.collected)
    skills = order.skills.union(*(each.skills for each in stop))
    return any(brought.fits(ride.room) and collected.fits(ride.room) and skills <= ride.skills for ride in rides)


def _common(windows: Sequence[Window]) -> Window:
    return Window(max(each.start for each in windows), min(each.end for each in windows))


def without(snapshot: Snapshot, numbers: Iterable[str]) -> Snapshot:
    """The snapshot without some orders. What is left of a stop keeps its key and its window, so that it still fits."""
    gone = set(numbers)
    halts = [halt if gone.isdisjoint(_numbers(halt)) else _less(snapshot.day, halt, gone) for halt in snapshot.halts]
    placeless = tuple(order for order in snapshot.placeless if order.number not in gone)
    return replace(snapshot, halts=tuple(halt for halt in halts if halt.orders), placeless=placeless)


def _numbers(halt: Halt) -> list[str]:
    return [order.number for order in halt.orders]


def _less(day: Day, halt: Halt, gone: set[str]) -> Halt:
    kept = [n for n, order in enumerate(halt.orders) if order.number not in gone]
    shares = [halt.shares[n] for n in kept]
    if shares and kept[0] > 0:  # the first of a stop has the time that does not depend on pieces
        shares[0] += day.depot.stop_seconds
    service = round(halt.service * sum(shares) / max(1, sum(halt.shares)))
    return replace(halt, orders=tuple(halt.orders[n] for n in kept), shares=tuple(shares), service=service)
