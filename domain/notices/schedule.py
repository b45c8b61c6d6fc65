"""Notices about what the program does by itself."""

from __future__ import annotations

from datetime import date, datetime, time

from pydantic import BaseModel, ConfigDict

from domain.notices.base import Facts, Notice
from domain.notices.figures import ShownKpi


class ScheduledJob(BaseModel):
    """One row of a schedule in words; ``next`` when it is due next."""

    model_config = ConfigDict(frozen=True)

    job: str
    at: time | None = None
    every: int | None = None
    weekdays: tuple[int, ...]
    enabled: bool
    paused_until: datetime | None = None
    options: Facts = {}
    next: datetime | None = None


class ScheduleShown(Notice):
    """A depot's schedule."""

    text = "schedule.shown"

    depot: str
    zone: str
    jobs: tuple[ScheduledJob, ...]


class ScheduleSet(Notice):
    """A job is scheduled as it shall be."""

    text = "schedule.set"

    depot: str
    row: ScheduledJob


class SchedulePaused(Notice):
    """Nothing is begun until then; None: it goes on. ``job`` None: of all jobs."""

    text = "schedule.paused"

    depot: str
    job: str | None = None
    until: datetime | None = None


class CutoffClosed(Notice):
    """The orders for a day are complete; ``waiting`` of them cannot go out yet."""

    text = "schedule.cutoff_closed"

    depot: str
    day: date
    orders: int
    waiting: int


class MorningChecked(Notice):
    """What a look at the day found; the numbers are those of exceptions."""

    text = "schedule.morning_checked"

    depot: str
    day: date
    routes: int
    unplanned: int
    vehicles: int
    drivers: int
    returns_waiting: int = 0


class ReportMade(Notice):
    """A day or a week in figures, and what they come to; ``next_day`` what the day after brings, where it is told in its morning."""

    text = "report.made"

    depot: str
    name_of_depot: str
    kind: str
    period: str
    figures: Facts
    kpis: tuple[ShownKpi, ...] = ()
    next_day: Facts | None = None


class ScheduleSkips(Notice):
    """Nothing of a job, or (None) of all jobs, is begun on a day."""

    text = "schedule.skips"

    depot: str
    job: str | None
    day: date
