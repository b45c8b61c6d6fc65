"""Vehicles, drivers and when they work: a weekly pattern per driver, and single days that differ from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Self
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from domain.columns import Json
from domain.events import Event, Thing, note
from domain.moment import Moment
from domain.refusals import Refusal
from domain.values import Place


class VehicleStatus(StrEnum):
    """Whether a vehicle can be driven. Only one that is out of service is no use on any day."""

    AVAILABLE = "available"
    IN_USE = "in_use"
    OUT_OF_SERVICE = "out_of_service"


VEHICLE_TRANSITIONS: dict[str, frozenset[str]] = {
    VehicleStatus.AVAILABLE: frozenset({VehicleStatus.IN_USE, VehicleStatus.OUT_OF_SERVICE}),
    VehicleStatus.IN_USE: frozenset({VehicleStatus.AVAILABLE, VehicleStatus.OUT_OF_SERVICE}),
    VehicleStatus.OUT_OF_SERVICE: frozenset({VehicleStatus.AVAILABLE}),
}


class Spot(StrEnum):
    """Where a driver's day starts or ends; ``open`` is where the last stop is, and only for the end."""

    DEPOT = "depot"
    HOME = "home"
    OPEN = "open"


class Vehicle(SQLModel, table=True):
    """What is driven: payload in grams, volume in cubic centimetres, room in pieces (None: they are not counted).

    ``skills`` is what it is equipped with (``fridge``, ``lift`` …). Costs are in minor units: once a day it is used, for a
    kilometre, for an hour of its driver. ``speed`` is how fast it is against others: 0.8 takes a quarter longer.
    """

    __table_args__ = (
        CheckConstraint("payload > 0 AND volume > 0", name="vehicle_sane"),
        CheckConstraint("pieces > 0", name="vehicle_pieces"),
        CheckConstraint("fixed_cost >= 0 AND cost_per_km >= 0 AND cost_per_hour >= 0", name="vehicle_costs"),
        CheckConstraint("speed > 0", name="vehicle_moves"),
    )

    id: int | None = Field(default=None, primary_key=True)
    plate: str = Field(unique=True)
    name: str
    depot_id: int = Field(foreign_key="depot.id")
    payload: int
    volume: int
    status: str = VehicleStatus.AVAILABLE
    pieces: int | None = None
    skills: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    fixed_cost: int = 3_000
    cost_per_km: int = 35
    cost_per_hour: int = 2_400
    speed: float = 1.0

    def move(self, to: VehicleStatus, at: Moment, **detail: Any) -> Event:
        """Take the next state. Refuses what VEHICLE_TRANSITIONS does not allow."""
        before = self.status
        if to not in VEHICLE_TRANSITIONS.get(before, frozenset()):
            raise Refusal("transition", noun="vehicle", name=self.plate, before=before, after=to.value)
        self.status = to
        return note(Thing("vehicle", self.plate), "status", at, before, to, **detail)

    def usable(self, day: date, today: date) -> bool:
        """Whether a route of ``day`` may have it: one that is on the road today is back tomorrow."""
        return self.status == VehicleStatus.AVAILABLE or (self.status == VehicleStatus.IN_USE and day > today)


class Driver(SQLModel, table=True):
    """Somebody who drives. ``skills`` come with them (``two_people``: with a mate); limits are minutes a day.

    ``starts_at`` and ``ends_at`` are a `Spot`; a driver without a home starts and ends at the depot instead.
    """

    __table_args__ = (
        CheckConstraint("(home_lat IS NULL) = (home_lon IS NULL)", name="home_whole"),
        CheckConstraint("max_driving > 0 AND max_working > 0", name="driver_limits"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str | None = Field(default=None, unique=True)
    name: str
    phone: str | None = None
    depot_id: int = Field(foreign_key="depot.id")
    active: bool = True
    skills: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    home_lat: float | None = None
    home_lon: float | None = None
    starts_at: str = Spot.DEPOT
    ends_at: str = Spot.DEPOT
    max_driving: int | None = None
    max_working: int | None = None

    @property
    def first_name(self) -> str:
        """What to call them."""
        return self.name.split()[0] if self.name.split() else self.name

    @property
    def home(self) -> Place | None:
        """Where they live, if they said so."""
        return None if self.home_lat is None or self.home_lon is None else Place(self.home_lat, self.home_lon)


class WorkingHours(SQLModel):
    """From when to when somebody works, in the depot's local time; an end that is not after the start is next morning.

    The break starts between ``break_from`` and ``break_until`` and takes ``break_minutes``.
    """

    starts: time | None = None
    ends: time | None = None
    break_from: time | None = None
    break_until: time | None = None
    break_minutes: int = 0
    break_paid: bool = False


def _hours_checks() -> tuple[CheckConstraint, ...]:
    return (
        CheckConstraint("(starts IS NULL) = (ends IS NULL)", name="hours_whole"),
        CheckConstraint("(break_from IS NULL) = (break_until IS NULL) AND break_minutes >= 0", name="break_whole"),
    )


class ShiftPattern(WorkingHours, table=True):
    """When a driver works on a weekday (ISO), and in which vehicle usually."""

    __tablename__ = "shift_pattern"
    __table_args__ = (
        UniqueConstraint("driver_id", "weekday"),
        CheckConstraint("weekday BETWEEN 1 AND 7 AND starts IS NOT NULL", name="pattern_sane"),
        *_hours_checks(),
    )

    id: int | None = Field(default=None, primary_key=True)
    driver_id: int = Field(foreign_key="driver.id")
    weekday: int
    vehicle_id: int | None = Field(default=None, foreign_key="vehicle.id")


class Shift(WorkingHours, table=True):
    """How a driver works on one day, whatever the pattern says. Without hours: that day is off."""

    __table_args__ = (UniqueConstraint("driver_id", "day"), *_hours_checks())

    id: int | None = Field(default=None, primary_key=True)
    driver_id: int = Field(foreign_key="driver.id")
    day: date = Field(index=True)
    vehicle_id: int | None = Field(default=None, foreign_key="vehicle.id")

    @property
    def is_off(self) -> bool:
        """Whether nobody drives."""
        return self.starts is None


@dataclass(frozen=True, slots=True)
class Rest:
    """A break of ``seconds`` that starts between two moments."""

    earliest: datetime
    latest: datetime
    seconds: int
    paid: bool


@dataclass(frozen=True, slots=True)
class Duty:
    """A driver's working time on a day, as moments (UTC); ``vehicle_id`` is the usual vehicle."""

    driver: Driver
    start: datetime
    end: datetime
    rest: Rest | None
    vehicle_id: int | None

    @classmethod
    def of(cls, driver: Driver, hours: ShiftPattern | Shift, day: date, zone: ZoneInfo) -> Self | None:
        """The duty on ``day``; None where there are no hours or they are over before they begin."""
        if hours.starts is None or hours.ends is None:
            return None
        start, end = moments(day, hours.starts, hours.ends, zone)
        if end <= start:
            return None
        return cls(driver, start, end, _rest(hours, day, start, zone), hours.vehicle_id)


def duties(
    drivers: Iterable[Driver], patterns: Iterable[ShiftPattern], shifts: Iterable[Shift], day: date, zone: ZoneInfo
) -> list[Duty]:
    """Who works on ``day``, in the order of ``drivers``: a shift of that very day counts more than the week's pattern."""
    usual = {each.driver_id: each for each in patterns if each.weekday == day.isoweekday()}
    differing = {each.driver_id: each for each in shifts if each.day == day}
    found = []
    for driver in drivers:
        hours = differing.get(driver.id or 0) or usual.get(driver.id or 0)
        duty = Duty.of(driver, hours, day, zone) if driver.active and hours is not None else None
        if duty is not None:
            found.append(duty)
    return found


def moments(day: date, starts: time, ends: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """A stretch of local time as moments in UTC; it ends the next day where ``ends`` is not after ``starts``."""
    last = day if ends > starts else day + timedelta(days=1)
    start, end = datetime.combine(day, starts, zone), datetime.combine(last, ends, zone)
    return start.astimezone(UTC), end.astimezone(UTC)


def _rest(hours: ShiftPattern | Shift, day: date, start: datetime, zone: ZoneInfo) -> Rest | None:
    if not hours.break_minutes or hours.break_from is None or hours.break_until is None or hours.starts is None:
        return None
    if hours.break_from < hours.starts:  # of a shift over midnight
        day += timedelta(days=1)
    earliest, latest = moments(day, hours.break_from, hours.break_until, zone)
    return Rest(max(start, earliest), max(start, latest), hours.break_minutes * 60, hours.break_paid)
