"""Whatever comes in: what comes out of every engine keeps every hard rule, forgets nobody, and is the same again."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.routing.check import violations
from domain.routing.engines import ENGINES, solve
from domain.routing.problem import Problem, check_problem
from domain.routing.solution import Solution
from tests.routing import problems

thorough = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
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


@pytest.mark.parametrize("engine", ENGINES)
@thorough
@given(problem=problems())
def test_whatever_comes_in_no_rule_is_broken_by_what_comes_out(engine, problem):
    check_problem(problem)
    assert_sound(problem, solved(problem, engine))


@pytest.mark.parametrize("engine", ENGINES)
@settings(thorough, max_examples=12)
@given(problem=problems(), seed=st.integers(0, 100))
def test_the_same_seed_and_iterations_give_the_same_routes(engine, problem, seed):
    one, other = (solved(problem, engine, iterations=10, seed=seed) for _ in range(2))
    assert one.routes == other.routes
    assert one.dropped == other.dropped
