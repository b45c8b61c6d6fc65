"""Drivers at work: how they join, their shifts as worked, what they reported, and where they were."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, text
from sqlmodel import Field, SQLModel

from domain.columns import BigKey, Json, UtcDateTime, Versioned

#: A code that binds a driver's phone works this long, once.
CODE_FOR = timedelta(hours=24)
#: A report can be taken back this long.
UNDO_FOR = timedelta(minutes=10)
#: What a delay is kept as that staff announced: no report of the driver's.
ANNOUNCED = "AnnounceDelay"
#: Where drivers were is kept this long.
TRACK_KEPT_FOR = timedelta(days=30)


class DriverCode(SQLModel, table=True):
    """A one-time code by which a driver's chat becomes theirs; it is the secret, and travels as a deep link."""

    __tablename__ = "driver_code"

    code: str = Field(primary_key=True)
    driver_id: int = Field(foreign_key="driver.id", index=True)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    def opens(self, now: datetime) -> bool:
        """Whether it still binds a chat."""
        return self.used_at is None and now < self.expires_at


class WorkedShift(Versioned, table=True):
    """A shift as it is worked: one at a time for each driver. ``start_km`` and ``end_km`` are what the odometer says.

    ``break_since`` while a break goes on; ``asked_at`` when a silent driver was asked whether all is well; ``summary``
    what the shift came to, once it is over.
    """

    __tablename__ = "worked_shift"
    __table_args__ = (
        CheckConstraint("start_km >= 0 AND end_km >= start_km", name="odometer_sane"),
        Index(
            "ix_worked_shift_one_at_a_time", "driver_id", unique=True,
            postgresql_where=text("ended_at IS NULL"), sqlite_where=text("ended_at IS NULL"),
        ),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    driver_id: int = Field(foreign_key="driver.id")
    depot_id: int = Field(foreign_key="depot.id")
    day: date = Field(index=True)
    route_id: int | None = Field(default=None, foreign_key="route.id", index=True)
    vehicle_id: int | None = Field(default=None, foreign_key="vehicle.id")
    started_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    start_km: int | None = None
    end_km: int | None = None
    break_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    summary: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))

    @property
    def noun(self) -> str:
        return "shift"

    @property
    def name(self) -> str:
        return str(self.id)


class DriverReport(SQLModel, table=True):
    """Something a driver reported: which Command, when it happened, and what it changed, so that it can be taken back.

    ``before`` holds ids, states and times only, nothing of any customer.
    """

    __tablename__ = "driver_report"
    __table_args__ = (Index("ix_driver_report_latest", "driver_id", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True))
    driver_id: int = Field(foreign_key="driver.id")
    route_id: int | None = Field(default=None, foreign_key="route.id", index=True)
    stop_id: int | None = None
    what: str
    at: datetime = Field(sa_type=UtcDateTime)
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class TrackPoint(SQLModel, table=True):
    """Where the vehicle of a route was at a moment, thinned out."""

    __tablename__ = "track_point"
    __table_args__ = (Index("ix_track_point_route", "route_id", "at"), Index("ix_track_point_at", "at"))

    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True))
    route_id: int = Field(foreign_key="route.id")
    at: datetime = Field(sa_type=UtcDateTime)
    lat: float
    lon: float
