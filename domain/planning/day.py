"""A depot's day as the planner sees it: orders that are wanted that day, and who drives which vehicle when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.depots import Depot
from domain.fleet import Duty, Rest, Spot, Vehicle
from domain.orders import Order, OrderStatus
from domain.routing.problem import UNLIMITED_AMOUNT, Load
from domain.stock import skills_for
from domain.values import Place, Window

S = OrderStatus
#: Orders in these states can go out on the promised day. A backordered one has no goods, a held one waits for a person.
PLANNABLE = frozenset({S.CONFIRMED, S.ALLOCATED, S.PACKED, S.RESCHEDULED})


@dataclass(frozen=True, slots=True)
class Wanted:
    """An order that is promised for the day; ``again`` says that it was tried before."""

    number: str
    customer_id: int
    address: str
    place: Place | None
    window: Window
    load: Load
    skills: frozenset[str]
    again: bool = False

    @classmethod
    def of(cls, order: Order, lines: Iterable[tuple[int, int, int, Sequence[str]]]) -> Wanted:
        """The order with its lines as (quantity, weight, volume, handling). It must have a promise."""
        assert order.window is not None, "only promised orders are planned"
        load, handling = Load(), set[str]()
        for quantity, weight, volume, needs in lines:
            load += Load(weight * quantity, volume * quantity, quantity)
            handling |= set(needs)
        return cls(
            order.number, order.customer_id, order.address, order.place, order.window, load, skills_for(handling),
            again=order.status == S.RESCHEDULED,
        )  # fmt: skip


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
