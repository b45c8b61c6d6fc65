"""The times of one route: waiting, windows, breaks, load, and that it starts as late as it may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.routing.costs import cost_of
from domain.routing.problem import Balance, Break, Load, Matrix, Problem, Span, Task, Vehicle
from domain.routing.schedule import schedule
from domain.routing.solution import Pause, PlannedRoute, Visit

HOUR = 3600
DAY = Span(0, 24 * HOUR)


def line(*tasks: Task, vehicle: Vehicle, minutes: int = 10, balance: Balance | None = None, change: int = 0) -> Problem:
    """Places on a line, ``minutes`` apart, 100 metres a minute; the depot is place 0."""
    size = 1 + max((task.place for task in tasks), default=0)
    apart = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    matrix = Matrix(apart * minutes * 60, apart * minutes * 100)
    return Problem(tasks, (vehicle,), (matrix,), balance=balance, change=change)


def van(**changes: object) -> Vehicle:
    return replace(Vehicle("van", 0, 0, DAY), **changes)  # type: ignore[arg-type]


def a_route(problem: Problem, *keys: str) -> PlannedRoute:
    route = schedule(problem, problem.vehicles[0], keys)
    assert route is not None
    return route


def test_it_leaves_as_late_as_the_first_window_allows():
    problem = line(Task("a", 1, service=300, windows=(Span(8 * HOUR, 9 * HOUR),)), vehicle=van())
    route = a_route(problem, "a")
    assert route == PlannedRoute(
        "van", 8 * HOUR - 600, 8 * HOUR + 900, (Visit("a", 8 * HOUR, 8 * HOUR, 8 * HOUR + 300),), (), 2000, 1200
    )


def test_leaving_late_never_makes_a_later_visit_late():
    tasks = Task("a", 1, windows=(Span(0, HOUR),)), Task("b", 2, windows=(Span(4 * HOUR, 5 * HOUR),))
    route = a_route(line(*tasks, vehicle=van()), "a", "b")
    assert (route.start, route.visits[0].start, route.visits[1].start) == (HOUR - 600, HOUR, 4 * HOUR)


def test_a_window_that_was_missed_gives_way_to_the_next():
    task = Task("a", 3, windows=(Span(0, 600), Span(2 * HOUR, 3 * HOUR)))
    assert a_route(line(task, vehicle=van()), "a").visits[0].start == 2 * HOUR


def test_who_comes_after_the_last_window_is_refused_unless_lateness_has_a_price():
    task = Task("a", 3, windows=(Span(0, 600),))
    assert schedule(line(task, vehicle=van()), van(), ["a"]) is None
    late = line(replace(task, lateness=7), vehicle=van())
    route = a_route(late, "a")
    assert (route.start, route.visits[0].start) == (0, 1800)
    assert cost_of(late, [route], []).lateness == 7 * 1200


def test_the_shift_ends_at_the_end_place():
    problem = line(Task("a", 3), vehicle=van(shift=Span(0, 3599)))
    assert schedule(problem, problem.vehicles[0], ["a"]) is None
    open_end = line(Task("a", 3), vehicle=van(shift=Span(0, 3599), end=None))
    assert a_route(open_end, "a").end == 1800 or a_route(open_end, "a").driving == 1800


LUNCH = Break(Span(12 * HOUR, 13 * HOUR), 1800, paid=False)


@pytest.mark.parametrize(
    ("windows", "pauses"),
    [
        ([(9, 10), (10, 11)], []),  # home before lunch is due
        ([(14, 15), (15, 16)], []),  # leaves after lunch
        ([(11, 12), (14, 15)], [12 * HOUR]),  # in between
        ([(12, 12), (13, 13)], [12 * HOUR]),  # straight after the visit at noon
    ],
)
def test_a_break_is_taken_where_the_route_needs_one(windows: list[tuple[int, int]], pauses: list[int]):
    tasks = [Task(f"t{n}", n + 1, windows=(Span(a * HOUR, b * HOUR),)) for n, (a, b) in enumerate(windows)]
    route = a_route(line(*tasks, vehicle=van(breaks=(LUNCH,))), *[task.key for task in tasks])
    assert [pause.start for pause in route.pauses] == pauses
    assert route.working == route.end - route.start - 1800 * len(pauses)


def test_a_break_interrupts_a_long_drive():
    task = Task("a", 30)  # five hours away
    route = a_route(line(task, vehicle=van(breaks=(LUNCH,), shift=Span(9 * HOUR, 24 * HOUR))), "a")
    assert route.pauses == (Pause(12 * HOUR, 1800, False),) or route.start >= 12 * HOUR + 1800


def test_a_break_that_fits_nowhere_is_refused():
    task = Task("a", 1, service=3 * HOUR, windows=(Span(11 * HOUR, 11 * HOUR),))
    problem = line(task, vehicle=van(breaks=(Break(Span(12 * HOUR, 13 * HOUR), 600),)))
    assert schedule(problem, problem.vehicles[0], ["a"]) is None


def test_a_break_within_anothers_window_is_taken_and_the_other_left_for_after_the_end():
    long, short = Break(Span(0, 300), 60), Break(Span(60, 60), 60)
    problem = line(Task("a", 1), vehicle=van(shift=Span(0, 300), breaks=(long, short)), minutes=2)
    route = schedule(problem, problem.vehicles[0], ["a"])
    assert route is not None
    assert [(pause.start, pause.seconds) for pause in route.pauses] == [(60, 60)]
    assert (route.start, route.end) == (0, 300)


def test_load_is_looked_at_all_along_the_way():
    tasks = Task("brings", 1, deliver=Load(10)), Task("takes", 2, collect=Load(10))
    problem = line(*tasks, vehicle=van(capacity=Load(10)))
    assert schedule(problem, problem.vehicles[0], ["brings", "takes"]) is not None
    assert schedule(problem, problem.vehicles[0], ["takes", "brings"]) is None
    laden = replace(problem.vehicles[0], aboard=Load(1))
    assert schedule(problem, laden, ["brings", "takes"]) is None


def test_driving_and_working_time_have_limits():
    task = Task("a", 3, service=600)
    problem = line(task, vehicle=van())
    assert schedule(problem, van(max_driving=3600), ["a"]) is not None
    assert schedule(problem, van(max_driving=3599), ["a"]) is None
    assert schedule(problem, van(max_duration=4200), ["a"]) is not None
    assert schedule(problem, van(max_duration=4199), ["a"]) is None


def test_costs_are_split_by_what_they_are_spent_on():
    vehicle = van(fixed=1000, per_second=2, per_metre=3)
    task = Task("a", 1, service=60, usual="other")
    problem = line(task, Task("b", 1, penalty=11, priority=1), vehicle=vehicle, balance=Balance(1000, 5), change=13)
    cost = cost_of(problem, [a_route(problem, "a")], ["b"])
    assert (cost.fixed, cost.time, cost.distance) == (1000, 2 * 1260, 3 * 2000)
    assert (cost.dropped, cost.balance, cost.changes) == (22, 260 * 5, 13)
    assert cost.total == 1000 + 2520 + 6000 + 22 + 1300 + 13
    sunk = replace(problem, vehicles=(replace(vehicle, sunk=True),))
    assert cost_of(sunk, [a_route(sunk, "a")], []).fixed == 0


# Against trying everything, on a clock of whole minutes.


def _possible(problem: Problem, keys: list[str], start: int) -> int | None:
    """The earliest end of a route that leaves at ``start``, by trying every leg for every break; None when impossible."""
    vehicle = problem.vehicles[0]
    ends = []
    options = [[None, *range(len(keys) + 1)] for _ in vehicle.breaks]
    for legs in product(*options):
        for rests in permutations(zip(vehicle.breaks, legs, strict=True)):
            end = _end(problem, keys, start, rests)
            if end is not None:
                ends.append(end)
    return min(ends, default=None)


def _end(problem: Problem, keys: list[str], start: int, rests: Sequence[tuple[Break, int | None]]) -> int | None:
    vehicle, matrix = problem.vehicles[0], problem.matrices[0]
    now, here = start, vehicle.start
    for n in range(len(keys) + 1):
        task = problem.task_of[keys[n]] if n < len(keys) else None
        there = task.place if task else vehicle.start
        left = int(matrix.seconds[here, there])
        for rest, leg in rests:
            if leg == n:
                begin = max(now, rest.window.start)
                if begin > rest.window.end:
                    return None
                left -= min(left, begin - now)
                now = begin + rest.seconds
        now, here = now + left, there
        if task is not None:
            open_windows = [window for window in sorted(task.windows) if now <= window.end]
            if task.windows and not open_windows:
                return None
            now = max(now, open_windows[0].start if task.windows else now) + task.service
    for rest, leg in rests:
        if leg is None and not (start >= rest.window.start + rest.seconds or now <= rest.window.end):
            return None
    return now if now <= vehicle.shift.end else None


minutes = st.integers(0, 40).map(lambda n: 60 * n)
windows = st.tuples(minutes, minutes).map(lambda pair: Span(min(pair), max(pair)))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.lists(windows, max_size=2), st.integers(0, 3)), min_size=1, max_size=4),
    st.lists(st.tuples(windows, st.integers(1, 4)), max_size=2),
    windows,
)
@example([(0, [Span(0, 0), Span(60, 60)], 0), (0, [Span(60, 60)], 0)], [], Span(0, 120))
def test_nothing_that_can_be_tried_ends_sooner(
    visits: list[tuple[int, list[Span], int]], rests: list[tuple[Span, int]], shift: Span
):
    tasks = [Task(f"t{n}", place, 60 * service, tuple(spans)) for n, (place, spans, service) in enumerate(visits)]
    breaks = tuple(sorted((Break(window, 60 * n) for window, n in rests), key=lambda rest: (rest.window, rest.seconds)))
    problem = line(*tasks, vehicle=van(shift=shift, breaks=breaks), minutes=2)
    keys = [task.key for task in tasks]
    ends = {start: _possible(problem, keys, start) for start in range(shift.start, shift.end + 1, 60)}
    soonest = min((end for end in ends.values() if end is not None), default=None)
    route = schedule(problem, problem.vehicles[0], keys)
    assert (route.end if route else None) == soonest
    if route is not None and not breaks:
        assert route.start == max(start for start, end in ends.items() if end == soonest)
