"""A depot's day as the planner sees it: orders that are wanted that day, and who drives which vehicle when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.depots import Depot
from domain.fleet import Duty, Rest, Spot, Vehicle
from domain.orders import Order, OrderStatus
from domain.returns import Return
from domain.routes import TaskKind
from domain.routing.problem import NOTHING, UNLIMITED_AMOUNT, Load
from domain.stock import skills_for
from domain.values import Place, Window

S = OrderStatus
#: Orders in these states can go out on the promised day. A backordered one has no goods, a held one waits for a person.
PLANNABLE = frozenset({S.CONFIRMED, S.ALLOCATED, S.PACKED, S.RESCHEDULED})


@dataclass(frozen=True, slots=True)
class Wanted:
    """An order that is promised for the day, or a return to collect; ``again`` says that it was tried before.

    ``load`` is what goes aboard at the depot, or (``kind`` pickup) at the door. A pickup ``with_order`` is made on the visit
    that brings that order, for which it is exchanged.
    """

    number: str
    customer_id: int
    address: str
    place: Place | None
    window: Window
    load: Load
    skills: frozenset[str]
    again: bool = False
    kind: TaskKind = TaskKind.DELIVERY
    with_order: str | None = None

    @property
    def brought(self) -> Load:
        """What is handed over at the door."""
        return self.load if self.kind == TaskKind.DELIVERY else NOTHING

    @property
    def collected(self) -> Load:
        """What is taken along from the door."""
        return self.load if self.kind == TaskKind.PICKUP else NOTHING

    @classmethod
    def of(cls, order: Order, lines: Iterable[tuple[int, int, int, Sequence[str]]]) -> Wanted:
        """The order with its lines as (quantity, weight, volume, handling). It must have a promise."""
        assert order.window is not None, "only promised orders are planned"
        load, skills = _goods(lines)
        return cls(
            order.number, order.customer_id, order.address, order.place, order.window, load, skills,
            again=order.status == S.RESCHEDULED,
        )  # fmt: skip

    @classmethod
    def pickup(
        cls, made: Return, lines: Iterable[tuple[int, int, int, Sequence[str]]], tried: int, order: Wanted | None = None
    ) -> Wanted:
        """The return, with its lines as (quantity, weight, volume, handling), how often it was ``tried``, and the order that
        the same visit brings. It must have a pickup window, or that order."""
        window = made.pickup_window
        if order is not None:
            window = order.window if window is None or not window.overlaps(order.window) else window
        assert window is not None, "only what is to be collected is planned"
        load, skills = _goods(lines)
        return cls(
            made.number, made.customer_id, made.address, made.place, window, load, skills, again=tried > 0,
            kind=TaskKind.PICKUP, with_order=order.number if order is not None else None,
        )  # fmt: skip


def _goods(lines: Iterable[tuple[int, int, int, Sequence[str]]]) -> tuple[Load, frozenset[str]]:
    load, handling = Load(), set[str]()
    for quantity, weight, volume, needs in lines:
        load += Load(weight * quantity, volume * quantity, quantity)
        handling |= set(needs)
    return load, skills_for(handling)


@dataclass(frozen=True, slots=True)
class Ride:
    """A driver with a vehicle for a day; ``key`` says to people who and what it is."""

    key: str
    duty: Duty
    vehicle: Vehicle

    @property
    def skills(self) -> frozenset[str]:
        """What driver and vehicle have between them."""
        return frozenset(self.vehicle.skills) | frozenset(self.duty.driver.skills)

    @property
    def room(self) -> Load:
        """What goes in."""
        vehicle = self.vehicle
        return Load(vehicle.payload, vehicle.volume, vehicle.pieces or UNLIMITED_AMOUNT)

    def starts(self, depot: Place) -> Place:
        """Where the day starts."""
        home = self.duty.driver.home
        return home if home is not None and self.duty.driver.starts_at == Spot.HOME else depot

    def ends(self, depot: Place) -> Place | None:
        """Where the day ends; None at the last stop."""
        driver = self.duty.driver
        if driver.ends_at == Spot.OPEN:
            return None
        return driver.home if driver.home is not None and driver.ends_at == Spot.HOME else depot


@dataclass(frozen=True)
class Day:
    """All there is to plan. ``idle`` are drivers on duty for whom there is no vehicle; ``busy`` says how many more have a
    route that day already."""

    depot: Depot
    day: date
    wanted: tuple[Wanted, ...]
    rides: tuple[Ride, ...]
    idle: tuple[Duty, ...] = ()
    busy: int = 0

    @property
    def origin(self) -> datetime:
        """Local midnight, in UTC: seconds are counted from here."""
        return datetime(self.day.year, self.day.month, self.day.day, tzinfo=self.depot.tz).astimezone(UTC)

    def seconds(self, moment: datetime) -> int:
        """Physical seconds from the origin to a moment."""
        return round((moment.astimezone(UTC) - self.origin).total_seconds())

    def moment(self, seconds: int) -> datetime:
        """The moment so many physical seconds after the origin, in UTC."""
        return self.origin + timedelta(seconds=seconds)


@dataclass(frozen=True)
class Fleet:
    """What can be driven on a day: vehicles, duties, and which vehicles routes of that day have already, and when.

    A span without times is the whole day.
    """

    vehicles: Sequence[Vehicle]
    duties: Sequence[Duty]
    taken: Mapping[int, Sequence[tuple[datetime, datetime]]] = field(default_factory=dict)


def rides(fleet: Fleet, day: date, today: date) -> tuple[tuple[Ride, ...], tuple[Duty, ...]]:
    """Who drives what: the usual vehicle where it is free, then for all others the largest that is; and who has none."""
    free = {vehicle.id or 0: vehicle for vehicle in fleet.vehicles if vehicle.usable(day, today)}
    busy: dict[int, list[tuple[datetime, datetime]]] = {each: list(fleet.taken.get(each, ())) for each in free}
    given: dict[int, Vehicle] = {}
    for usual in (True, False):
        for n, duty in enumerate(fleet.duties):
            if n in given:
                continue
            able = [free[duty.vehicle_id]] if usual and duty.vehicle_id in free else [] if usual else _largest(free)
            vehicle = next((each for each in able if _is_free(busy[each.id or 0], duty)), None)
            if vehicle is not None:
                given[n] = vehicle
                busy[vehicle.id or 0].append((duty.start, duty.end))
    found = tuple(Ride(_key(duty, given[n]), duty, given[n]) for n, duty in enumerate(fleet.duties) if n in given)
    return _unlike(found), tuple(duty for n, duty in enumerate(fleet.duties) if n not in given)


def _largest(vehicles: Mapping[int, Vehicle]) -> list[Vehicle]:
    return sorted(vehicles.values(), key=lambda each: (-each.payload, -each.volume, each.id or 0))


def _is_free(busy: Iterable[tuple[datetime, datetime]], duty: Duty) -> bool:
    return all(end <= duty.start or duty.end <= start for start, end in busy)


def _key(duty: Duty, vehicle: Vehicle) -> str:
    return f"{duty.driver.name} ({vehicle.plate})"


def _unlike(found: tuple[Ride, ...]) -> tuple[Ride, ...]:
    """Namesakes in one vehicle are told apart by their numbers."""
    keys = [ride.key for ride in found]
    return tuple(
        ride if keys.count(ride.key) == 1 else Ride(f"{ride.key} {ride.duty.driver.id}", ride.duty, ride.vehicle)
        for ride in found
    )


def facts_of(ride: Ride) -> dict[str, Any]:
    """What of a ride a plan depends on, as JSON holds it."""
    duty, vehicle, driver = ride.duty, ride.vehicle, ride.duty.driver
    return {
        "driver": driver.id,
        "vehicle": vehicle.id,
        "duty": [duty.start.isoformat(), duty.end.isoformat(), _rest_facts(duty.rest)],
        "limits": [driver.max_driving, driver.max_working],
        "spots": [driver.starts_at, driver.ends_at, driver.home_lat, driver.home_lon],
        "room": [vehicle.payload, vehicle.volume, vehicle.pieces],
        "skills": sorted(ride.skills),
        "costs": [vehicle.fixed_cost, vehicle.cost_per_km, vehicle.cost_per_hour, vehicle.speed],
    }


def _rest_facts(rest: Rest | None) -> list[Any] | None:
    return None if rest is None else [rest.earliest.isoformat(), rest.latest.isoformat(), rest.seconds, rest.paid]
