"""Who works when, by the week and by single days; and the states of vehicles, tasks and stops."""

from __future__ import annotations

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.fleet import Driver, Shift, ShiftPattern, Vehicle, VehicleStatus, duties
from domain.refusals import Refusal
from domain.routes import TASK_TRANSITIONS, Task, TaskStatus, state_of
from tests.builders import moment

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY, SUNDAY = date(2026, 5, 4), date(2026, 3, 29)
INES = Driver(id=1, name="Ines", depot_id=1)
T = TaskStatus


def pattern(weekday: int = 1, starts: time = time(7), ends: time = time(15), **values) -> ShiftPattern:
    return ShiftPattern(driver_id=1, weekday=weekday, starts=starts, ends=ends, **values)


def on(day: date, *patterns: ShiftPattern, shifts: tuple[Shift, ...] = ()) -> list:
    return duties([INES], patterns, shifts, day, BERLIN)


def test_the_week_says_who_works():
    (duty,) = on(MONDAY, pattern(vehicle_id=7))
    assert (str(duty.start), str(duty.end)) == ("2026-05-04 05:00:00+00:00", "2026-05-04 13:00:00+00:00")
    assert (duty.driver, duty.vehicle_id, duty.rest) == (INES, 7, None)
    assert on(MONDAY + timedelta(days=1), pattern()) == []


def test_a_single_day_counts_more_than_the_week():
    off = Shift(driver_id=1, day=MONDAY)
    longer = Shift(driver_id=1, day=MONDAY, starts=time(6), ends=time(18))
    assert on(MONDAY, pattern(), shifts=(off,)) == []
    (duty,) = on(MONDAY, pattern(), shifts=(longer,))
    assert duty.end - duty.start == timedelta(hours=12)


def test_who_left_does_not_work():
    assert duties([Driver(id=1, name="Ines", depot_id=1, active=False)], [pattern()], [], MONDAY, BERLIN) == []


def test_a_shift_over_midnight_and_the_break_in_its_second_half():
    late = pattern(starts=time(20), ends=time(4), break_from=time(0, 30), break_until=time(1), break_minutes=30)
    (duty,) = on(MONDAY, late)
    assert duty.end - duty.start == timedelta(hours=8)
    assert str(duty.rest.earliest.astimezone(BERLIN)) == "2026-05-05 00:30:00+02:00"


def test_the_night_the_clocks_go_forward_is_an_hour_shorter():
    (duty,) = on(SUNDAY, pattern(weekday=7, starts=time(0), ends=time(8)))
    assert duty.end - duty.start == timedelta(hours=7)


def test_a_vehicle_on_the_road_today_is_back_tomorrow():
    van = Vehicle(plate="B-X 1", name="Van", depot_id=1, payload=1, volume=1)
    van.move(VehicleStatus.IN_USE, moment())
    assert (van.usable(MONDAY, MONDAY), van.usable(MONDAY + timedelta(days=1), MONDAY)) == (False, True)
    event = van.move(VehicleStatus.OUT_OF_SERVICE, moment())
    assert (event.noun, event.subject, event.before) == ("vehicle", "B-X 1", "in_use")
    assert not van.usable(MONDAY + timedelta(days=1), MONDAY)
    with pytest.raises(Refusal):
        van.move(VehicleStatus.IN_USE, moment())


@pytest.mark.parametrize(("before", "after"), [(a, b) for a in T for b in T])
def test_a_task_takes_only_the_steps_there_are(before, after):
    task = Task(id=1, depot_id=1, day=MONDAY, order_number="RM-10001", status=before)
    if after in TASK_TRANSITIONS[before]:
        task.move(after, moment())
        assert (task.status, task.done_at is None) == (after, task.is_ahead)
    else:
        with pytest.raises(Refusal):
            task.move(after, moment())


@pytest.mark.parametrize(
    ("states", "stop"),
    [
        ([T.PENDING, T.PENDING], T.PENDING),
        ([T.EN_ROUTE, T.PENDING], T.EN_ROUTE),
        ([T.ARRIVED, T.EN_ROUTE], T.ARRIVED),
        ([T.COMPLETED, T.PENDING], T.ARRIVED),
        ([T.SKIPPED, T.PENDING], T.PENDING),
        ([T.COMPLETED, T.COMPLETED], T.COMPLETED),
        ([T.COMPLETED, T.FAILED], T.PARTIAL),
        ([T.SKIPPED, T.SKIPPED], T.SKIPPED),
        ([T.SKIPPED, T.FAILED], T.FAILED),
    ],
)
def test_a_stop_stands_where_its_tasks_do(states, stop):
    tasks = [
        Task(id=n, depot_id=1, day=MONDAY, order_number="RM-10001", status=state) for n, state in enumerate(states)
    ]
    assert state_of(tasks) == stop
