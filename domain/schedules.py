"""What the program does by itself, per depot: when by local time, and what became of it."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from domain.columns import BigKey, Json, UtcDateTime


class Schedule(SQLModel, table=True):
    """One job of one depot: at a local time on weekdays (ISO), or every so many minutes.

    ``paused_until`` is a moment before which nothing is begun; ``options`` are values of the job's own.
    """

    __table_args__ = (
        UniqueConstraint("depot_id", "job"),
        CheckConstraint("(at IS NULL) <> (every_minutes IS NULL)", name="schedule_says_when"),
        CheckConstraint("every_minutes > 0", name="schedule_repeats"),
    )

    id: int | None = Field(default=None, primary_key=True)
    depot_id: int = Field(foreign_key="depot.id")
    job: str
    at: time | None = None
    every_minutes: int | None = None
    weekdays: list[int] = Field(default_factory=lambda: [1, 2, 3, 4, 5, 6, 7], sa_column=Column(Json, nullable=False))
    enabled: bool = True
    paused_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    options: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))


class ScheduledRun(SQLModel, table=True):
    """One time a job was due. ``key`` is job, depot and local date and time, so that it happens once, whoever ticks.

    ``state``: due, done, failed, missed; ``detail`` what came of it, or why not.
    """

    __tablename__ = "scheduled_run"
    __table_args__ = (Index("ix_scheduled_run_state", "state", "due_at"),)

    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True))
    key: str = Field(unique=True)
    job: str
    depot_id: int = Field(foreign_key="depot.id")
    due_at: datetime = Field(sa_type=UtcDateTime)
    state: str = "due"
    began_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))


class Report(SQLModel, table=True):
    """A digest of a day or week of a depot, in figures. ``kind``: daily, weekly; ``period`` its local day or ISO week."""

    __table_args__ = (UniqueConstraint("depot_id", "kind", "period"),)

    id: int | None = Field(default=None, primary_key=True)
    depot_id: int = Field(foreign_key="depot.id")
    kind: str
    period: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    figures: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
