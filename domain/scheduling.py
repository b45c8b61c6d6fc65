"""What is due: pure calculations from the rows of a schedule, a zone and two moments. Nobody else decides it.

A local time that a clock change skips happens once, when the clock jumps; one that it repeats happens once, the first time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from domain.depots import Depot
from domain.promise import is_open


class Job(StrEnum):
    """What the program does by itself for a depot."""

    CLOSE_CUTOFF = "close_cutoff"
    PLAN_DAY = "plan_day"
    PUBLISH = "publish"
    MORNING_CHECK = "morning_check"
    LATE_STARTS = "late_starts"
    REFRESH_ETAS = "refresh_etas"
    BOARD = "board"
    RATINGS = "ratings"
    SILENT_DRIVERS = "silent_drivers"
    RETURNS = "returns"
    ESCALATE = "escalate"
    MORNING_DIGEST = "morning_digest"
    DAILY_DIGEST = "daily_digest"
    WEEKLY_REPORT = "weekly_report"
    RETURN_NOTE = "return_note"
    CLEAN_UP = "clean_up"


EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
#: After the cut-off the day is planned so many minutes later, and published so many after that, or at the usual time.
PLAN_AFTER, PUBLISH_AFTER, PUBLISH_AT = 10, 20, time(19, 30)
#: An option of a row: it is due so many minutes before the first route starts, where that is known.
BEFORE_START = "before_start"
#: An option of a row: local days on which nothing of it is begun.
SKIPPED = "skipped"
#: A time that moved into the past, because the first route starts earlier than it did, is taken up so long after it.
MOVED_FOR = timedelta(hours=2)
#: Nothing that is taken up so soon after its time is late.
ON_TIME = timedelta(minutes=5)
#: What was missed is still worth doing so long afterwards; nobody waits for it later.
USEFUL_FOR: Mapping[str, timedelta] = {
    Job.CLOSE_CUTOFF: timedelta(hours=12),
    Job.MORNING_CHECK: timedelta(hours=2),
    Job.MORNING_DIGEST: timedelta(hours=3),
    Job.DAILY_DIGEST: timedelta(days=1),
    Job.WEEKLY_REPORT: timedelta(days=3),
    Job.RETURN_NOTE: timedelta(days=3),
}
#: A day nobody is known to begin begins then, by local time.
MORNING = time(6)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Row(Protocol):
    """A row of a schedule: `domain.schedules.Schedule`, or anything of that shape."""

    @property
    def job(self) -> str: ...
    @property
    def at(self) -> time | None: ...
    @property
    def every_minutes(self) -> int | None: ...
    @property
    def weekdays(self) -> Sequence[int]: ...
    @property
    def enabled(self) -> bool: ...
    @property
    def options(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Usual:
    """How a job is scheduled unless staff say otherwise."""

    job: Job
    at: time | None = None
    every_minutes: int | None = None
    weekdays: tuple[int, ...] = EVERY_DAY
    options: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A job that is due. ``key`` is the same whoever computes it; ``local`` the local day and time it was set for.

    ``repeats`` says that it comes every few minutes: it is never caught up, and only its latest time counts.
    """

    key: str
    job: str
    local: datetime
    due_at: datetime
    repeats: bool = False


def usual(cutoff: time) -> list[Usual]:
    """The schedule of a depot with that cut-off, before anybody changes it."""
    plan = _later(cutoff, PLAN_AFTER)
    after_plan = _later(plan, PUBLISH_AFTER)
    wraps = after_plan < cutoff  # past midnight
    publish = after_plan if wraps else max(PUBLISH_AT, after_plan)
    return [
        Usual(Job.CLOSE_CUTOFF, cutoff),
        Usual(Job.PLAN_DAY, plan, options={"seconds": 60}),
        Usual(Job.PUBLISH, publish),
        Usual(Job.MORNING_CHECK, time(6, 30), options={BEFORE_START: 45}),
        Usual(Job.LATE_STARTS, every_minutes=5),
        Usual(Job.REFRESH_ETAS, every_minutes=2),
        Usual(Job.BOARD, every_minutes=2),
        Usual(Job.RATINGS, every_minutes=10),
        Usual(Job.SILENT_DRIVERS, every_minutes=5),
        Usual(Job.RETURNS, every_minutes=60),
        Usual(Job.MORNING_DIGEST, time(7)),
        Usual(Job.ESCALATE, every_minutes=5),
        Usual(Job.DAILY_DIGEST, time(20, 30)),
        Usual(Job.WEEKLY_REPORT, time(7), weekdays=(1,)),
        Usual(Job.RETURN_NOTE, time(7, 15), weekdays=(1,)),
        Usual(Job.CLEAN_UP, time(3, 15)),
    ]


def due(
    rows: Iterable[Row],
    depot: str,
    zone: ZoneInfo,
    since: datetime,
    now: datetime,
    starts: Mapping[date, datetime] | None = None,
) -> list[Due]:
    """What of a depot's schedule became due after ``since`` and until ``now``, in order of time.

    ``starts`` says when the first route of a day starts, for rows that are due some time before that. A job that repeats
    comes at most once.
    """
    found: list[Due] = []
    for row in rows:
        if row.enabled and row.every_minutes is not None:
            found += _repeating(row.job, row.every_minutes, depot, zone, since, now)
        elif row.enabled and row.at is not None:
            found += _daily(row, row.at, depot, zone, since, now, starts or {})
    return sorted(found, key=lambda each: (each.due_at, each.key))


def next_due(row: Row, zone: ZoneInfo, now: datetime, starts: Mapping[date, datetime] | None = None) -> datetime | None:
    """When a row is due next after ``now``; None where it never is."""
    if not row.enabled:
        return None
    if row.every_minutes is not None:
        step = timedelta(minutes=row.every_minutes)
        return _EPOCH + ((now - _EPOCH) // step + 1) * step
    if row.at is None:
        return None
    today = now.astimezone(zone).date()
    for ahead in range(-1, 9):
        day = today + timedelta(days=ahead)
        when = _moved(row, day, row.at, zone, starts or {})
        if day.isoweekday() in row.weekdays and when > now and day.isoformat() not in row.options.get(SKIPPED, ()):
            return when
    return None


def moment_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When it is that local time on that day, in UTC.

    The first of two such moments; where there is none, the moment the clock jumps over it.
    """
    naive = datetime.combine(day, at.replace(tzinfo=None, fold=0))
    first = naive.replace(tzinfo=zone).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == naive:
        return first
    before, after = naive.replace(tzinfo=zone, fold=1).astimezone(UTC), first
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        middle = middle if middle > before else before + timedelta(seconds=1)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def planned_day(depot: Depot, local: datetime) -> date | None:
    """The day that is planned, or published, at a local time: the next open one.

    In the early morning, before the day's own cut-off, it is that very day; None where the depot is closed then.
    """
    day = local.date()
    if local.time() < min(depot.cutoff, time(12)):
        return day if is_open(depot, day) else None
    ahead = (day + timedelta(days=n) for n in range(1, depot.horizon + 32))
    return next((each for each in ahead if is_open(depot, each)), None)


def useful_until(due: Due, depot: Depot, begins: datetime | None) -> datetime | None:
    """Until when a job that could not be done at its time is still worth doing; None: at any time.

    ``begins`` is when the day that it plans or publishes begins, where that is known: a shift's, or a route's, start.
    """
    if due.job == Job.CLEAN_UP:
        return None
    until = due.due_at + USEFUL_FOR.get(due.job, ON_TIME)
    if due.job in {Job.PLAN_DAY, Job.PUBLISH}:
        day = planned_day(depot, due.local)
        until = begins or (moment_of(day, MORNING, depot.tz) if day is not None else until)
    return max(until, due.due_at + ON_TIME)


def _repeating(job: str, minutes: int, depot: str, zone: ZoneInfo, since: datetime, now: datetime) -> Iterator[Due]:
    step = timedelta(minutes=minutes)
    latest = _EPOCH + (now - _EPOCH) // step * step
    if latest > since:
        local = latest.astimezone(zone).replace(tzinfo=None)
        yield Due(f"{job}:{depot}:{latest:%Y-%m-%dT%H:%MZ}", job, local, latest, repeats=True)


def _daily(
    row: Row, at: time, depot: str, zone: ZoneInfo, since: datetime, now: datetime, starts: Mapping[date, datetime]
) -> Iterator[Due]:
    # A jump may be a whole day (Samoa, 2011): the days around are looked at too.
    day, last = since.astimezone(zone).date() - timedelta(days=2), now.astimezone(zone).date() + timedelta(days=2)
    while day <= last:
        when = _moved(row, day, at, zone, starts)
        late = when <= since and BEFORE_START in row.options and day in starts and now - when <= MOVED_FOR
        if day.isoweekday() in row.weekdays and (since < when <= now or late):
            local = datetime.combine(day, at)
            yield Due(f"{row.job}:{depot}:{local:%Y-%m-%dT%H:%M}", row.job, local, when)
        day += timedelta(days=1)


def _moved(row: Row, day: date, at: time, zone: ZoneInfo, starts: Mapping[date, datetime]) -> datetime:
    """When a row is due on a day: at its time, or some time before the first route starts."""
    ahead = row.options.get(BEFORE_START)
    if ahead is not None and day in starts:
        return starts[day] - timedelta(minutes=int(ahead))
    return moment_of(day, at, zone)


def _later(at: time, minutes: int) -> time:
    return (datetime.combine(date(2000, 1, 1), at) + timedelta(minutes=minutes)).time()
