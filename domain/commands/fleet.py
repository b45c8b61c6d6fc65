"""Setting up vehicles, drivers and when these work, so that saying it again changes nothing."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, StringConstraints, field_validator, model_validator

from domain.commands.base import Command, Given, Slot
from domain.commands.setup import Code, Count, Equipment, Name, Weekday, check_once
from domain.fleet import Spot
from domain.values import Place, Window


def _span(value: Any) -> Any:
    """Two times of day out of "22:00-06:00"; the second may be next morning."""
    if not isinstance(value, str):
        return value
    start, dash, end = value.partition("-")
    try:
        read = (time.fromisoformat(start.strip()), time.fromisoformat(end.strip()))
    except ValueError:
        read = None
    if not dash or read is None or read[0] == read[1] or any(each.tzinfo for each in read):
        raise ValueError(f'"{value[:40]}" are no working hours; write them like 07:00-15:30')
    return read


def _yes(value: Any) -> Any:
    """Yes and no as people write them."""
    return value.strip().lower() in {"yes", "true", "1"} if isinstance(value, str) else value


Hours = Annotated[tuple[time, time], BeforeValidator(_span)]
YesNo = Annotated[bool, BeforeValidator(_yes)]
Plate = Annotated[str, StringConstraints(min_length=1, max_length=20, strip_whitespace=True)]
Minutes = Annotated[int, Field(gt=0, le=1_440)]


class SetUpVehicle(Command):
    """A vehicle as it shall be; one of the same plate becomes this one. Costs are in minor units (cents).

    ``pieces`` is how many it holds where that is counted; ``speed`` how fast it is against others.
    """

    plate: Plate
    name: Name
    depot: Code
    payload_kg: Annotated[float, Field(gt=0, le=100_000)]
    volume_m3: Annotated[float, Field(gt=0, le=200)]
    pieces: Annotated[int, Field(gt=0, le=100_000)] | None = None
    skills: Equipment = ()
    fixed_cost: Count = 3_000
    cost_per_km: Count = 35
    cost_per_hour: Count = 2_400
    speed: Annotated[float, Field(ge=0.1, le=3)] = 1.0
    out_of_service: YesNo = False


class ReturnVehicle(Command):
    """A vehicle that was out of service can be driven again."""

    vehicle: Annotated[
        str, Slot(answer="as_it_is"), StringConstraints(min_length=1, max_length=40, strip_whitespace=True)
    ]


class WorkBreak(Given):
    """A rest of some minutes that begins within a window of local time."""

    window: Window
    minutes: Annotated[int, Field(gt=0, le=240)]
    paid: YesNo = False


class WorkedHours(Given):
    """On which weekdays somebody works, when, with which break and in which vehicle (its plate) usually."""

    days: Annotated[tuple[Weekday, ...], Field(min_length=1)]
    hours: Hours
    rest: WorkBreak | None = None
    vehicle: Plate | None = None


class SetUpDriver(Command):
    """A driver as they shall be, with their usual week; one of the same code becomes this one. Limits are in minutes."""

    code: Code
    name: Name
    depot: Code
    phone: Annotated[str, StringConstraints(max_length=40)] | None = None
    active: YesNo = True
    skills: Equipment = ()
    home: Place | None = None
    starts_at: Spot = Spot.DEPOT
    ends_at: Spot = Spot.DEPOT
    max_driving: Minutes | None = None
    max_working: Minutes | None = None
    week: tuple[WorkedHours, ...] = ()

    @field_validator("starts_at")
    @classmethod
    def _starts_somewhere(cls, value: Spot) -> Spot:
        if value == Spot.OPEN:
            raise ValueError("is depot or home; only the end can be open")
        return value

    @model_validator(mode="after")
    def _home_is_known(self) -> Self:
        if self.home is None and Spot.HOME in {self.starts_at, self.ends_at}:
            raise ValueError("who starts or ends at home needs home: latitude,longitude")
        check_once("the weekday", str, tuple(day for each in self.week for day in each.days))
        return self


class SetShift(Command):
    """How a driver works on one day, whatever their usual week: off, or other hours. Neither: as usual again."""

    driver: Code
    day: date
    off: YesNo = False
    hours: Hours | None = None
    rest: WorkBreak | None = None
    vehicle: Plate | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.off and self.hours is not None:
            raise ValueError("a day is off or has hours, not both")
        if self.hours is None and (self.rest is not None or self.vehicle is not None):
            raise ValueError("rest and vehicle need hours")
        return self
