"""Inserting one more task: the best place of all, and no place where none is."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from domain.routing.costs import route_cost
from domain.routing.insertion import cheapest_insertion, cheapest_insertions
from domain.routing.problem import Load, Matrix, Problem, Span, Task, Vehicle
from domain.routing.schedule import schedule
from domain.routing.solution import PlannedRoute
from tests.routing import every_place, halfway, problems

HOUR = 3600


def a_day(seed: int, stops: int = 12, vans: int = 3) -> tuple[Problem, dict[str, list[str]]]:
    """A day in the plane with windows, most stops on routes already; the last one is new."""
    rng = Random(seed)
    points = np.array([[rng.randrange(10_000), rng.randrange(10_000)] for _ in range(stops + 1)])
    metres = np.rint(np.hypot(*(points[:, None] - points[None, :]).transpose(2, 0, 1))).astype(np.int64)
    tasks = []
    for n in range(stops):
        start = rng.randrange(0, 8) * HOUR
        tasks.append(
            Task(
                f"t{n}",
                n + 1,
                300,
                (Span(start, start + 2 * HOUR),),
                Load(1),
                skills=frozenset({"lift"} if n % 5 == 0 else ()),
            )
        )
    vehicles = tuple(
        Vehicle(
            f"v{n}",
            0,
            0 if n else None,
            Span(0, 10 * HOUR),
            Load(stops // 2),
            fixed=500 * n,
            per_second=1,
            skills=frozenset({"lift"} if n else ()),
        )
        for n in range(vans)
    )
    problem = Problem(tuple(tasks), vehicles, (Matrix(metres // 8, metres),))
    routes: dict[str, list[str]] = {}
    for task in tasks[:-1]:
        found = cheapest_insertion(problem, routes, task.key)
        if found is not None:
            routes.setdefault(found.vehicle, []).insert(found.position, task.key)
    return problem, routes


def every_insertion(problem: Problem, routes: dict[str, list[str]], key: str) -> list[int]:
    """What every feasible place adds, by trying all."""
    task, added = problem.task_of[key], []
    for vehicle in problem.vehicles:
        chain = routes.get(vehicle.key, [])
        was = schedule(problem, vehicle, chain)
        for n in range(len(chain) + 1):
            route = schedule(problem, vehicle, [*chain[:n], key, *chain[n:]])
            if route is not None and was is not None and not problem.refuses(vehicle, task):
                added.append(route_cost(problem, route).total - route_cost(problem, was).total)
    return added


@pytest.mark.parametrize("seed", range(20))
def test_no_place_is_cheaper(seed: int):
    problem, routes = a_day(seed)
    new = problem.tasks[-1].key
    found = cheapest_insertion(problem, routes, new)
    every = every_insertion(problem, routes, new)
    assert (found.added if found else None) == min(every, default=None)
    if found is not None:
        chain = [*routes.get(found.vehicle, [])]
        chain.insert(found.position, new)
        assert found.route.tasks == tuple(chain)


@pytest.mark.parametrize("seed", range(6))
def test_each_further_place_is_the_cheapest_of_the_vehicles_that_are_left(seed: int):
    problem, routes = a_day(seed, vans=4)
    key, left = problem.tasks[-1].key, [vehicle.key for vehicle in problem.vehicles]
    found = list(cheapest_insertions(problem, routes, key))
    assert found
    for each in found:
        assert each == cheapest_insertion(problem, routes, key, left)
        left.remove(each.vehicle)
    assert cheapest_insertion(problem, routes, key, left) is None


def test_locked_tasks_stay_first():
    problem, routes = a_day(3)
    locked = tuple(replace(vehicle, locked=tuple(routes.get(vehicle.key, ()))) for vehicle in problem.vehicles)
    problem = replace(problem, vehicles=locked)
    found = cheapest_insertion(problem, routes, problem.tasks[-1].key)
    assert found is not None
    assert found.position == len(routes.get(found.vehicle, ()))


def test_company_is_kept_and_shunned():
    problem, routes = a_day(1)
    new = problem.tasks[-1]
    host = next(name for name, keys in routes.items() if keys)
    friend = routes[host][0]
    mates = {friend: replace(problem.task_of[friend], together="pair"), new.key: replace(new, together="pair")}
    found = cheapest_insertion(_with(problem, mates), routes, new.key)
    assert found is None or found.vehicle == host
    foes = {
        friend: replace(problem.task_of[friend], apart=frozenset({"x"})),
        new.key: replace(new, apart=frozenset({"x"})),
    }
    found = cheapest_insertion(_with(problem, foes), routes, new.key)
    assert found is None or found.vehicle != host


def _with(problem: Problem, changed: dict[str, Task]) -> Problem:
    return replace(problem, tasks=tuple(changed.get(task.key, task) for task in problem.tasks))


@settings(max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(problem=problems())
def test_the_cheapest_of_all_places_is_found_whatever_comes_in(problem):
    routes = halfway(problem)
    on_routes = {key for keys in routes.values() for key in keys}
    for task in problem.tasks:
        if task.key not in on_routes:
            least = min(every_place(problem, routes, task.key), default=None)
            for known in (None, _timed(problem, routes)):
                found = cheapest_insertion(problem, routes, task.key, timed=known)
                assert (None if found is None else found.added) == least


def _timed(problem: Problem, routes: dict[str, list[str]]) -> dict[str, PlannedRoute]:
    found = {each.key: schedule(problem, each, routes.get(each.key, ())) for each in problem.vehicles}
    return {key: route for key, route in found.items() if route is not None}
