"""Several processes at one problem: who does what when, and what becomes of what they find. Time is only a number."""

from __future__ import annotations

import time
from functools import cache

import pytest

from domain.routing.check import violations
from domain.routing.engines import Routes, finish, solve
from domain.routing.engines.limit import Limit
from domain.routing.engines.sharing import Job, Sharing
from domain.routing.problem import Problem
from tests.routing import crowded_day


@cache
def large() -> tuple[Problem, Routes]:
    """A day beyond what is searched as a whole all the time, and routes for it."""
    problem, _ = crowded_day(2, stops=320, vans=45, left=320)
    solution = solve(problem, engine="pyvrp", seconds=None, iterations=20, clock=time.monotonic)
    return problem, {route.vehicle: route.tasks for route in solution.routes}


def at_the_parts() -> tuple[Sharing, Job, Job]:
    """A shared search of 100 seconds, late enough that its two processes have got a part each."""
    problem, routes = large()
    sharing = Sharing(problem, 100.0, 0, alone=False)
    assert sharing.next(0, 0.0) is not None
    assert sharing.next(1, 0.0) is not None
    sharing.take(0, routes, done=True)
    sharing.take(1, routes, done=True)
    first, second = sharing.next(0, 80.0), sharing.next(1, 80.0)
    assert first is not None
    assert second is not None
    return sharing, first, second


def test_one_search_alone_takes_all_the_time() -> None:
    problem, _ = large()
    sharing = Sharing(problem, 100.0, 7, alone=True)
    assert sharing.next(0, 1.0) == Job(99.0, 7)
    assert sharing.next(0, 50.0) is None


def test_the_whole_is_searched_with_several_seeds_and_from_the_best_at_half_time() -> None:
    problem, routes = large()
    sharing = Sharing(problem, 100.0, 5, alone=False)
    first, second = sharing.next(0, 0.0), sharing.next(1, 0.0)
    assert (first, second) == (Job(35.0, 5), Job(35.0, 6))
    assert sharing.take(0, routes, done=True)
    again = sharing.next(0, 35.0)
    assert again is not None
    assert again.part is None
    assert again.start == sharing.routes


def test_a_vast_problem_comes_to_its_parts_sooner_and_they_are_larger() -> None:
    problem, _ = crowded_day(3, stops=700, vans=90, left=700)
    routes = {
        vehicle.key: tuple(task.key for task in problem.tasks[n::90]) for n, vehicle in enumerate(problem.vehicles)
    }
    sharing = Sharing(problem, 100.0, 0, alone=False)
    first = sharing.next(0, 0.0)
    assert first == Job(20.0, 0)
    sharing.take(0, routes, done=True)
    later = sharing.next(0, 39.0)
    assert later is not None
    assert later.part is None
    sharing.give_up(0)
    part = sharing.next(0, 40.0)
    assert part is not None
    assert part.part is not None
    assert 150 < len(part.part.tasks) < 500


def test_a_vast_problem_is_searched_in_small_steps_that_lead_to_what_can_be_driven() -> None:
    problem, _ = crowded_day(2, stops=620, vans=90, left=620)
    solution = solve(problem, engine="pyvrp", seconds=None, iterations=30, clock=time.monotonic)
    assert not violations(problem, solution)
    assert sum(len(route.visits) for route in solution.routes) > 400


def test_parts_have_nothing_in_common() -> None:
    _, first, second = at_the_parts()
    assert first.part is not None
    assert second.part is not None
    assert not first.part.vehicles & second.part.vehicles
    assert not first.part.tasks & second.part.tasks
    assert 20 < len(first.part.tasks) < 100


def test_a_part_is_a_problem_of_its_own_and_fits_back_in() -> None:
    problem, _ = large()
    sharing, job, _ = at_the_parts()
    assert job.part is not None
    before = sharing.cost
    within = solve(job.part.problem, engine="pyvrp", seconds=None, iterations=120, clock=time.monotonic)
    assert violations(job.part.problem, within) == []
    better = sharing.take(0, {route.vehicle: route.tasks for route in within.routes}, done=True)
    whole = finish(problem, sharing.routes, Limit(time.monotonic))
    assert violations(problem, whole) == []
    assert before is not None
    assert sharing.cost is not None
    assert better == (sharing.cost < before)
    assert better
    assert {key for keys in sharing.routes.values() for key in keys} <= problem.task_of.keys()


def test_what_is_dearer_is_not_taken() -> None:
    sharing, job, _ = at_the_parts()
    before, cost = sharing.routes, sharing.cost
    assert job.part is not None
    assert not sharing.take(0, {}, done=True)
    assert (sharing.routes, sharing.cost) == (before, cost)


def test_the_next_part_is_another() -> None:
    sharing, job, _ = at_the_parts()
    sharing.take(0, job.start, done=True)
    after = sharing.next(0, 84.0)
    assert after is not None
    assert after.part is not None
    assert job.part is not None
    assert after.part.vehicles != job.part.vehicles


def test_a_process_that_is_gone_frees_its_part() -> None:
    sharing, job, _ = at_the_parts()
    assert job.part is not None
    sharing.give_up(0)
    busy: set[str] = set()
    for process in range(2, 40):
        again = sharing.next(process, 81.0)
        if again is None or again.part is None:
            break
        busy |= again.part.vehicles
    assert busy & job.part.vehicles


@pytest.mark.parametrize("now", [99.8, 100.0, 120.0])
def test_at_the_end_there_is_nothing_to_do(now: float) -> None:
    sharing, _, _ = at_the_parts()
    assert sharing.next(5, now) is None
