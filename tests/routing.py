"""Routing problems to test with: small ones made by hand, and hypothesis strategies for whole ones.

Places of hand-made problems lie on a line, ten minutes and a kilometre apart; the depot is place 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np

from domain.routing.costs import cost_of
from domain.routing.insertion import cheapest_insertion
from domain.routing.problem import Break, Load, Matrix, Problem, Span, Task, Vehicle
from domain.routing.schedule import schedule
from domain.routing.solution import Cost, Drop, PlannedRoute, Reason, Solution

MINUTE = 60
HOUR = 3600
DAY = Span(0, 24 * HOUR)
LEG = 10 * MINUTE
WAY = 1000


def on_a_line(places: int) -> Matrix:
    """Travel between places on a line."""
    apart = np.abs(np.subtract.outer(np.arange(places), np.arange(places)))
    return Matrix(apart * LEG, apart * WAY)


def a_van(key: str = "van", **changes: Any) -> Vehicle:
    """A van of the depot with a whole day's shift; every second and metre costs 1."""
    return replace(Vehicle(key, 0, 0, DAY, per_second=1), **changes)


def a_problem(tasks: Sequence[Task], *vehicles: Vehicle, **changes: Any) -> Problem:
    """Tasks on a line, and one van where no vehicles are given."""
    places = 1 + max([task.place for task in tasks], default=0)
    matrices = (on_a_line(max(places, 4)),)
    return Problem(tuple(tasks), vehicles or (a_van(),), changes.pop("matrices", matrices), **changes)


def planned(problem: Problem, routes: Mapping[str, Sequence[str]]) -> Solution:
    """The solution that drives ``routes`` (task keys by vehicle key) and leaves out what is on none of them."""
    made = []
    for vehicle in problem.vehicles:
        if routes.get(vehicle.key):
            route = schedule(problem, vehicle, routes[vehicle.key])
            assert route is not None, f"{vehicle.key} cannot drive {routes[vehicle.key]}"
            made.append(route)
    return priced(problem, made)


def priced(problem: Problem, routes: Sequence[PlannedRoute]) -> Solution:
    """The solution of ``routes``, whatever they break, with all that is on none of them left out."""
    on_routes = {key for route in routes for key in route.tasks}
    left = [task.key for task in problem.tasks if task.key not in on_routes]
    known = all(key in problem.task_of for key in on_routes) and all(r.vehicle in problem.vehicle_of for r in routes)
    cost = cost_of(problem, routes, left) if known else Cost()
    return Solution(tuple(routes), tuple(Drop(key, Reason("drop.no_vehicle")) for key in left), cost)


def crowded_day(
    seed: int, stops: int, vans: int, left: int, penalty: int | None = None
) -> tuple[Problem, dict[str, list[str]]]:
    """A day in the plane with windows, loads, breaks and two kinds of vans, filled by cheapest insertion but for the
    last ``left`` stops, many of which no longer fit."""
    rng, lift = Random(seed), frozenset({"lift"})
    points = np.array([[rng.randrange(20_000), rng.randrange(20_000)] for _ in range(stops + 1)])
    metres = np.rint(np.hypot(*(points[:, None] - points[None, :]).transpose(2, 0, 1))).astype(np.int64)
    starts = [rng.randrange(8, 16) * HOUR for _ in range(stops)]
    tasks = tuple(
        Task(
            f"t{n}", n + 1, 300, (Span(start, start + 2 * HOUR),), Load(rng.randrange(1, 30), rng.randrange(1, 30)),
            skills=lift if rng.random() < 0.2 else frozenset(), penalty=penalty if n >= stops - left else None,
        )
        for n, start in enumerate(starts)
    )  # fmt: skip
    lunch = Break(Span(11 * HOUR, 13 * HOUR), 1800)
    room = Load(15 * stops // vans, 15 * stops // vans)
    vehicles = tuple(
        a_van(
            f"v{n}", shift=Span(8 * HOUR, (14 + n % 3) * HOUR), capacity=room, breaks=(lunch,) if n % 2 else (),
            skills=lift if n % 3 else frozenset(), fixed=1000,
        )
        for n in range(vans)
    )  # fmt: skip
    problem = Problem(tasks, vehicles, (Matrix(metres // 6, metres),))
    routes: dict[str, list[str]] = {}
    for task in tasks[: stops - left]:
        found = cheapest_insertion(problem, routes, task.key)
        if found is not None:
            routes.setdefault(found.vehicle, []).insert(found.position, task.key)
    return problem, routes
