"""Whatever comes in: what comes out of every engine keeps every hard rule, forgets nobody, and is the same again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.routing.check import violations
from domain.routing.engines import ENGINES, solve
from domain.routing.problem import Load, Problem, Span, Task, check_problem
from domain.routing.solution import Solution
from tests.routing import HOUR, a_problem, a_van, large_day, problems

thorough = settings(
    max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


def solved(problem: Problem, engine: str = "hybrid", iterations: int = 20, seed: int = 1) -> Solution:
    """A solution after so many iterations, whatever the time: the clock only counts how often it is read."""
    ticks = count()
    return solve(
        problem, engine=engine, seconds=None, iterations=iterations, seed=seed, clock=lambda: float(next(ticks))
    )


def assert_sound(problem: Problem, solution: Solution) -> None:
    """No rule is broken (each task served or left out, once), and who is left out has a reason."""
    assert violations(problem, solution) == []
    assert sorted(
        [*(key for route in solution.routes for key in route.tasks), *(drop.task for drop in solution.dropped)]
    ) == sorted(problem.task_of)
    assert all(drop.reason.code for drop in solution.dropped)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Every engine, one after the other."""
    return str(request.param)


@thorough
@given(problem=problems())
def test_whatever_comes_in_no_rule_is_broken_by_what_comes_out(engine, problem):
    check_problem(problem)
    assert_sound(problem, solved(problem, engine))


@settings(thorough, max_examples=30)
@given(problem=problems(), seed=st.integers(0, 100))
def test_the_same_seed_and_iterations_give_the_same_routes(engine, problem, seed):
    one, other = (solved(problem, engine, iterations=10, seed=seed) for _ in range(2))
    assert one.routes == other.routes
    assert one.dropped == other.dropped


def test_nothing_to_do_and_nobody_to_do_it(engine):
    assert solved(a_problem([]), engine).routes == ()
    assert solved(replace(a_problem([]), vehicles=()), engine).routes == ()


def test_without_vehicles_everything_is_left_out_and_told_so(engine):
    problem = replace(a_problem([Task("a", 1), Task("b", 2)]), vehicles=())
    solution = solved(problem, engine)
    assert_sound(problem, solution)
    assert {drop.reason.code for drop in solution.dropped} == {"drop.no_vehicle"}


def test_one_stop_is_there_and_back(engine):
    problem = a_problem([Task("a", 1, service=300)])
    solution = solved(problem, engine)
    assert_sound(problem, solution)
    assert [route.tasks for route in solution.routes] == [("a",)]
    assert solution.cost.total == 2 * 1000 + 2 * 600 + 300


def test_one_impossible_stop_does_not_empty_the_plan(engine):
    tasks = [Task(f"t{n}", n) for n in range(1, 4)]
    impossible = Task("x", 3, windows=(Span(0, 60),)), Task("y", 1, skills=frozenset({"crane"}))
    problem = a_problem([*tasks, *impossible])
    solution = solved(problem, engine)
    assert_sound(problem, solution)
    assert {drop.task: drop.reason.code for drop in solution.dropped} == {
        "x": "drop.closes_too_early",
        "y": "drop.no_skill",
    }


def test_a_day_with_too_much_of_everything_keeps_what_counts_most(engine):
    """Room for two of five; the ones with priority come."""
    tasks = [Task(f"t{n}", 1, deliver=Load(1), priority=2 if n in {1, 3} else 0) for n in range(5)]
    problem = a_problem(tasks, a_van(capacity=Load(2)))
    solution = solved(problem, engine)
    assert_sound(problem, solution)
    assert sorted(solution.routes[0].tasks) == ["t1", "t3"]
    assert {drop.reason.code for drop in solution.dropped} == {"drop.full"}


def test_a_shift_of_no_length_serves_what_is_where_it_stands(engine):
    problem = a_problem([Task("here", 0), Task("there", 1)], a_van(shift=Span(HOUR, HOUR)))
    solution = solved(problem, engine)
    assert_sound(problem, solution)
    assert [route.tasks for route in solution.routes] == [("here",)]
    assert solution.dropped[0].reason.code == "drop.no_shift"


def test_stops_at_one_place_and_at_the_depot(engine):
    problem = a_problem([Task("d", 0, service=60), *(Task(f"t{n}", 2, service=60) for n in range(4))])
    solution = solved(problem, engine)
    assert_sound(problem, solution)
    assert solution.dropped == ()
    assert solution.cost.distance == 4000


def test_windows_past_midnight(engine):
    tasks = [
        Task("late", 1, windows=(Span(23 * HOUR, 25 * HOUR),)),
        Task("night", 2, windows=(Span(26 * HOUR, 27 * HOUR),)),
    ]
    problem = a_problem(tasks, a_van(shift=Span(20 * HOUR, 30 * HOUR)))
    solution = solved(problem, engine)
    assert_sound(problem, solution)
    assert solution.dropped == ()


def test_the_day_the_clocks_change_has_its_own_length(engine):
    """29 March 2026 in Berlin has 23 hours; a shift from 01:00 to 04:00 on the clock lasts two."""
    origin = datetime(2026, 3, 29, tzinfo=ZoneInfo("Europe/Berlin"))
    problem = replace(a_problem([Task("x", 3, service=HOUR + 60)], a_van(shift=Span(HOUR, 3 * HOUR))), origin=origin)
    solution = solved(problem, engine)
    assert_sound(problem, solution)
    assert solution.dropped[0].reason.values["lasts"] == 2 * HOUR


def test_three_thousand_stops():
    """On 100 vehicles with breaks and two capacities; every engine, for as long as a day is planned, is for the bench."""
    problem = large_day(stops=3000, vans=100)
    assert_sound(problem, solved(problem, "hybrid", iterations=3))
