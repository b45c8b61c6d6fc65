"""Depots: where routes start and stock is kept; their days, windows, areas and room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from domain.columns import Json
from domain.refusals import Refusal
from domain.values import Place, Window


class Depot(SQLModel, table=True):
    """A depot. ``cutoff`` is the local time after which orders join the next plan; ``handling`` minutes to pack one.

    A stop takes ``stop_seconds``, and ``piece_seconds`` more for each piece.

    ``opening_days`` are ISO weekdays (1 is Monday); ``country`` and ``region`` choose the public holidays;
    ``closed_days`` are further days without deliveries.
    """

    __table_args__ = (
        CheckConstraint("handling >= 0 AND horizon > 0", name="depot_sane"),
        CheckConstraint("stop_seconds >= 0 AND piece_seconds >= 0", name="depot_service"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    zone: str
    country: str
    region: str | None = None
    lat: float
    lon: float
    street: str = ""
    postcode: str = ""
    city: str = ""
    cutoff: time = time(18, 0)
    handling: int = 60
    horizon: int = 14
    stop_seconds: int = 240
    piece_seconds: int = 10
    opening_days: list[int] = Field(default_factory=lambda: [1, 2, 3, 4, 5, 6], sa_column=Column(Json, nullable=False))
    closed_days: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))

    @property
    def place(self) -> Place:
        """Where it is."""
        return Place(self.lat, self.lon)

    @property
    def tz(self) -> ZoneInfo:
        """Its time zone."""
        return ZoneInfo(self.zone)


def spans(days: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """ISO weekdays as spans of neighbours, first and last: 1, 2, 3 and 6 are (1, 3) and (6, 6)."""
    found: list[tuple[int, int]] = []
    for day in sorted(set(days)):
        if found and found[-1][1] == day - 1:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return tuple(found)


class DeliveryWindow(SQLModel, table=True):
    """A window a depot offers on a weekday (ISO), and how many deliveries fit."""

    __tablename__ = "delivery_window"
    __table_args__ = (
        UniqueConstraint("depot_id", "weekday", "starts"),
        CheckConstraint("capacity >= 0 AND starts < ends AND weekday BETWEEN 1 AND 7", name="window_sane"),
    )

    id: int | None = Field(default=None, primary_key=True)
    depot_id: int = Field(foreign_key="depot.id")
    weekday: int
    starts: time
    ends: time
    capacity: int

    @property
    def window(self) -> Window:
        """Start and end."""
        return Window(self.starts, self.ends)


class DeliveryArea(SQLModel, table=True):
    """Where a depot delivers: postcodes by pattern (``101*``, ``1010-1099``) or a radius in metres around it."""

    __tablename__ = "delivery_area"
    __table_args__ = (
        CheckConstraint("pattern IS NOT NULL OR radius IS NOT NULL", name="area_says_where"),
        CheckConstraint("radius IS NULL OR radius > 0", name="area_radius_positive"),
    )

    id: int | None = Field(default=None, primary_key=True)
    depot_id: int = Field(foreign_key="depot.id", index=True)
    country: str
    pattern: str | None = None
    radius: int | None = None

    def covers(self, country: str, postcode: str, place: Place | None, depot: Place) -> bool:
        """Whether an address is inside; a radius needs its place."""
        if country != self.country:
            return False
        if self.pattern is not None and _matches(self.pattern, postcode):
            return True
        return self.radius is not None and place is not None and depot.metres_to(place) <= self.radius


def _matches(pattern: str, postcode: str) -> bool:
    code = "".join(postcode.split()).upper()
    pattern = "".join(pattern.split()).upper()
    if pattern.endswith("*"):
        return code.startswith(pattern[:-1])
    low, dash, high = pattern.partition("-")
    if dash and len(low) == len(high):  # else the dash belongs to the postcode, as in 00-950 or 1000-001
        return low <= code[: len(low)] <= high and len(low) <= len(code)
    return code == pattern


class DeliverySlot(SQLModel, table=True):
    """One window of one day: how many deliveries fit and how many are promised."""

    __tablename__ = "delivery_slot"
    __table_args__ = (
        UniqueConstraint("depot_id", "day", "starts"),
        CheckConstraint("booked >= 0 AND booked <= capacity", name="slot_never_overbooked"),
    )

    id: int | None = Field(default=None, primary_key=True)
    depot_id: int = Field(foreign_key="depot.id")
    day: date
    starts: time
    ends: time
    capacity: int
    booked: int = 0

    @property
    def window(self) -> Window:
        """Start and end."""
        return Window(self.starts, self.ends)

    def book(self) -> None:
        """Promise one delivery more. Refuses when full."""
        if self.booked >= self.capacity:
            raise Refusal("window_full", ask="window", **self.told())
        self.booked += 1

    def free(self) -> None:
        """One delivery less."""
        self.booked = max(0, self.booked - 1)

    def told(self) -> dict[str, Any]:
        """Day and window, for words."""
        return {"day": self.day, "window": self.window}
