"""What is due, in zones whose clocks change: every local time once, whoever ticks when."""

from __future__ import annotations

import itertools
import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.depots import Depot
from domain.schedules import Schedule
from domain.scheduling import (
    BEFORE_START,
    Due,
    Job,
    due,
    moment_of,
    next_due,
    planned_day,
    useful_until,
    usual,
)

BERLIN, LOS_ANGELES = ZoneInfo("Europe/Berlin"), ZoneInfo("America/Los_Angeles")
#: Zones whose clocks change at midnight, by half an hour, by a whole day, never, or far from UTC.
ZONES = [
    BERLIN, LOS_ANGELES, ZoneInfo("America/Santiago"), ZoneInfo("Africa/Cairo"), ZoneInfo("Australia/Lord_Howe"),
    ZoneInfo("Asia/Kolkata"), ZoneInfo("Pacific/Apia"), ZoneInfo("Pacific/Kiritimati"), ZoneInfo("UTC"),
]  # fmt: skip


def row(at: time | None = None, job: str = "plan_day", every: int | None = None, **values: object) -> Schedule:
    return Schedule(depot_id=1, job=job, at=at, every_minutes=every, **values)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def fired(rows: list[Schedule], zone: ZoneInfo, ticks: list[datetime]) -> list[Due]:
    """All that is due when somebody ticks at these moments."""
    return [each for since, now in itertools.pairwise(ticks) for each in due(rows, "north", zone, since, now)]


def every_minute(start: datetime, end: datetime) -> list[datetime]:
    return [start + timedelta(minutes=n) for n in range(int((end - start) / timedelta(minutes=1)) + 1)]


@pytest.mark.parametrize(
    ("zone", "day", "at", "when"),
    [
        (BERLIN, date(2026, 3, 29), time(0, 0), "2026-03-28T23:00"),
        (BERLIN, date(2026, 3, 29), time(2, 30), "2026-03-29T01:00"),  # skipped: when the clock jumps
        (BERLIN, date(2026, 3, 29), time(3, 0), "2026-03-29T01:00"),
        (BERLIN, date(2026, 3, 30), time(0, 0), "2026-03-29T22:00"),
        (BERLIN, date(2026, 10, 25), time(2, 30), "2026-10-25T00:30"),  # twice: the first
        (BERLIN, date(2026, 10, 26), time(0, 0), "2026-10-25T23:00"),
        (LOS_ANGELES, date(2026, 3, 8), time(2, 30), "2026-03-08T10:00"),
        (LOS_ANGELES, date(2026, 3, 9), time(0, 0), "2026-03-09T07:00"),
        (LOS_ANGELES, date(2026, 11, 1), time(1, 30), "2026-11-01T08:30"),
        (LOS_ANGELES, date(2026, 11, 2), time(0, 0), "2026-11-02T08:00"),
        (ZoneInfo("America/Santiago"), date(2026, 9, 6), time(0, 0), "2026-09-06T04:00"),
        (ZoneInfo("Pacific/Apia"), date(2011, 12, 30), time(12, 0), "2011-12-30T10:00"),  # a day that never was
    ],
)
def test_a_local_time_is_one_moment(zone, day, at, when):
    assert moment_of(day, at, zone) == utc(when)


@pytest.mark.parametrize("zone", [BERLIN, LOS_ANGELES], ids=str)
@pytest.mark.parametrize("at", [time(0, 0), time(1, 30), time(2, 0), time(2, 30), time(3, 0), time(23, 59)])
@pytest.mark.parametrize("start", ["2026-03-06T12:00", "2026-03-26T12:00", "2026-10-23T12:00", "2026-10-30T12:00"])
def test_a_daily_job_is_due_once_a_day_over_a_change_of_clocks(zone, at, start):
    ticks = [utc(start) + timedelta(minutes=7 * n) for n in range(5 * 24 * 60 // 7)]
    found = fired([row(at)], zone, ticks)
    days = [each.local.date() for each in found]
    assert len(days) in {4, 5}
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
    assert {each.local.time() for each in found} == {at}
    assert len({each.key for each in found}) == len(found)


def test_midnight_after_the_spring_change_is_not_skipped_and_in_autumn_not_doubled():
    """What APScheduler's own zones get wrong."""
    spring = fired([row(time(0, 0))], BERLIN, every_minute(utc("2026-03-28T12:00"), utc("2026-03-31T12:00")))
    autumn = fired([row(time(0, 0))], BERLIN, every_minute(utc("2026-10-24T12:00"), utc("2026-10-27T12:00")))
    assert [f"{each.due_at:%d %H:%M}" for each in spring] == ["28 23:00", "29 22:00", "30 22:00"]
    assert [f"{each.due_at:%d %H:%M}" for each in autumn] == ["24 22:00", "25 23:00", "26 23:00"]


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 31)).map(lambda each: each.replace(tzinfo=UTC))


@settings(deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    at=st.times().map(lambda each: each.replace(second=0, microsecond=0)),
    start=moments,
    gaps=st.lists(st.integers(1, 4 * 24 * 3600), min_size=1, max_size=40),
)
@example(zone=BERLIN, at=time(2, 30), start=utc("2026-03-28T00:59"), gaps=[24 * 3600, 60, 60, 3600])
@example(zone=BERLIN, at=time(2, 30), start=utc("2026-10-25T00:29"), gaps=[60, 3600, 60, 60])
def test_over_any_ticks_every_local_time_comes_exactly_once(zone, at, start, gaps):
    ticks = [start + timedelta(seconds=each) for each in itertools.accumulate([0, *gaps])]
    found = [each.local for each in fired([row(at)], zone, ticks)]
    days, day = [], ticks[0].astimezone(zone).date() - timedelta(days=1)
    while day <= ticks[-1].astimezone(zone).date() + timedelta(days=1):
        if ticks[0] < moment_of(day, at, zone) <= ticks[-1]:
            days.append(datetime.combine(day, at))
        day += timedelta(days=1)
    assert found == days


@settings(deadline=None)
@given(zone=st.sampled_from(ZONES), day=st.dates(date(2005, 1, 1), date(2037, 1, 1)), at=st.times())
def test_a_moment_is_that_local_time_or_the_jump_over_it(zone, day, at):
    at = at.replace(second=0, microsecond=0)
    found = moment_of(day, at, zone)
    local = found.astimezone(zone).replace(tzinfo=None)
    wanted = datetime.combine(day, at)
    if local == wanted:
        earlier = found - timedelta(hours=3)
        assert all((earlier + timedelta(minutes=n)).astimezone(zone).replace(tzinfo=None) != wanted for n in range(180))
    else:
        before = (found - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)
        assert before < wanted < local


def test_a_weekly_job_keeps_to_its_weekdays():
    rows = [row(time(7), job="weekly_report", weekdays=[1])]
    found = fired(rows, BERLIN, [utc("2026-05-01T00:00") + timedelta(hours=n) for n in range(24 * 19)])
    assert [each.key for each in found] == [
        "weekly_report:north:2026-05-04T07:00", "weekly_report:north:2026-05-11T07:00", "weekly_report:north:2026-05-18T07:00",
    ]  # fmt: skip


def test_what_is_switched_off_is_never_due():
    assert not fired([row(time(7), enabled=False)], BERLIN, [utc("2026-05-01T00:00"), utc("2026-05-20T00:00")])


def test_a_job_that_repeats_is_due_once_after_an_outage():
    rows = [row(every=2, job="refresh_etas")]
    assert len(fired(rows, BERLIN, every_minute(utc("2026-05-04T08:00"), utc("2026-05-04T09:00")))) == 30
    (late,) = due(rows, "north", BERLIN, utc("2026-05-04T08:00"), utc("2026-05-04T20:01"))
    assert (late.due_at, late.repeats) == (utc("2026-05-04T20:00"), True)


def test_the_morning_check_comes_before_the_first_route():
    rows = [row(time(6, 30), job="morning_check", options={BEFORE_START: 45})]
    day = date(2026, 5, 4)

    def at(since: str, now: str, starts: dict[date, datetime]) -> list[datetime]:
        return [each.due_at for each in due(rows, "north", BERLIN, utc(since), utc(now), starts)]

    assert at("2026-05-04T04:29", "2026-05-04T04:30", {}) == [utc("2026-05-04T04:30")]
    starts = {day: utc("2026-05-04T06:00")}
    assert at("2026-05-04T04:29", "2026-05-04T04:30", starts) == []
    assert at("2026-05-04T05:14", "2026-05-04T05:15", starts) == [utc("2026-05-04T05:15")]
    # Planned anew, the first route leaves earlier than the check could have known: it is done at once, not never.
    assert at("2026-05-04T05:14", "2026-05-04T05:15", {day: utc("2026-05-04T05:30")}) == [utc("2026-05-04T04:45")]
    keys = {each.key for each in due(rows, "north", BERLIN, utc("2026-05-04T05:14"), utc("2026-05-04T05:15"), starts)}
    assert keys == {"morning_check:north:2026-05-04T06:30"}


def depot(**values: object) -> Depot:
    return Depot(
        code="north", name="North", zone="Europe/Berlin", country="DE", region="BE", lat=52.5, lon=13.4, **values
    )


@pytest.mark.parametrize(
    ("cutoff", "local", "planned"),
    [
        ("18:00", "2026-05-04T18:10", "2026-05-05"),
        ("18:00", "2026-05-02T18:10", "2026-05-04"),  # a Saturday: the Monday
        ("18:00", "2026-05-03T18:10", "2026-05-04"),  # the Sunday too
        ("18:00", "2026-04-30T18:10", "2026-05-02"),  # 1 May is a holiday
        ("18:00", "2026-05-05T05:00", "2026-05-05"),  # in the early morning, the very day
        ("18:00", "2026-05-03T05:00", None),
        ("11:00", "2026-05-04T11:10", "2026-05-05"),
        ("23:55", "2026-05-05T00:05", "2026-05-05"),
    ],
)
def test_which_day_is_planned(cutoff, local, planned):
    found = planned_day(depot(cutoff=time.fromisoformat(cutoff)), datetime.fromisoformat(local))
    assert (found.isoformat() if found else None) == planned


def test_until_when_something_is_still_of_use():
    def until(job: Job, local: str, begins: datetime | None = None) -> str | None:
        when = datetime.fromisoformat(local)
        each = Due("key", job, when, moment_of(when.date(), when.time(), BERLIN))
        found = useful_until(each, depot(), begins)
        return f"{found.astimezone(BERLIN):%d %H:%M}" if found else None

    assert until(Job.PLAN_DAY, "2026-05-04T18:10") == "05 06:00"
    assert until(Job.PLAN_DAY, "2026-05-04T18:10", utc("2026-05-05T05:30")) == "05 07:30"
    assert until(Job.PLAN_DAY, "2026-05-05T06:30", utc("2026-05-05T04:00")) == "05 06:35"  # never late at its time
    assert until(Job.DAILY_DIGEST, "2026-05-04T20:30") == "05 20:30"
    assert until(Job.MORNING_CHECK, "2026-05-04T06:30") == "04 08:30"
    assert until(Job.CLEAN_UP, "2026-05-04T03:15") is None


@pytest.mark.parametrize(
    ("cutoff", "plan", "publish"),
    [
        ("18:00", "18:10", "19:30"),
        ("22:00", "22:10", "22:30"),
        ("23:55", "00:05", "00:25"),
        ("23:40", "23:50", "00:10"),
    ],
)
def test_the_usual_schedule_goes_by_the_cutoff(cutoff, plan, publish):
    found = {each.job: each.at for each in usual(time.fromisoformat(cutoff))}
    assert (found[Job.CLOSE_CUTOFF], found[Job.PLAN_DAY], found[Job.PUBLISH]) == tuple(
        time.fromisoformat(each) for each in (cutoff, plan, publish)
    )


def test_when_something_is_due_next():
    assert next_due(row(time(2, 30)), BERLIN, utc("2026-03-28T12:00")) == utc("2026-03-29T01:00")
    assert next_due(row(time(7), weekdays=[1]), BERLIN, utc("2026-05-04T05:00")) == utc("2026-05-11T05:00")
    assert next_due(row(every=10), BERLIN, utc("2026-05-04T05:00")) == utc("2026-05-04T05:10")
    assert next_due(row(time(7), enabled=False), BERLIN, utc("2026-05-04T05:00")) is None


def test_one_module_knows_the_library():
    root = Path(__file__).parents[2]
    files = [path for room in ("domain", "actions", "nlu", "storage", "bot") for path in (root / room).rglob("*.py")]
    assert [
        path.name for path in files if re.search(r"^\s*(import|from) apscheduler", path.read_text("utf-8"), re.M)
    ] == ["scheduler.py"]
