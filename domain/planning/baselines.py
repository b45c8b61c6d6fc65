"""What a day would come to without the planner: by hand, and by the pattern of the last day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from domain.planning.snapshot import UNIT, Snapshot
from domain.routing.costs import cost_of
from domain.routing.problem import Problem, Task, Vehicle
from domain.routing.schedule import schedule
from domain.routing.solution import Cost, PlannedRoute
from domain.values import Place

#: Who plans by hand looks at the nearest few stops, not at all of them.
_LOOKED_AT = 12


def by_hand(problem: Problem) -> tuple[PlannedRoute, ...]:
    """Nearest neighbour per driver: one after the other takes the nearest stop that still fits, until none does."""
    left = dict.fromkeys(task.key for task in problem.tasks)
    return tuple(
        route
        for vehicle in problem.vehicles
        if (route := _nearest_first(problem, vehicle, list(left), left)) is not None
    )


def by_pattern(
    problem: Problem, snapshot: Snapshot, before: Mapping[int, Sequence[Place]]
) -> tuple[PlannedRoute, ...] | None:
    """Each stop goes to the driver who was nearest to it on the last day; None where none of them works today.

    ``before`` are places of stops by driver.
    """
    rides = {ride.duty.driver.id or 0: ride.key for ride in snapshot.day.rides}
    known = [(driver, place) for driver, places in before.items() if driver in rides for place in places]
    if not known:
        return None
    mine: dict[str, list[str]] = {ride.key: [] for ride in snapshot.day.rides}
    for halt in snapshot.halts:
        driver, _ = min(known, key=lambda each: each[1].metres_to(halt.place))
        mine[rides[driver]].append(halt.key)
    left = dict.fromkeys(task.key for task in problem.tasks)
    routes = [_nearest_first(problem, vehicle, mine[vehicle.key], left) for vehicle in problem.vehicles]
    return tuple(route for route in routes if route is not None)


def figures(problem: Problem, routes: Sequence[PlannedRoute]) -> dict[str, Any]:
    """What routes come to, as JSON holds it: routes, stops, stops left out, metres, seconds, cost in minor units."""
    served = {key for route in routes for key in route.tasks}
    left_out = [task.key for task in problem.tasks if task.key not in served]
    return {
        "routes": len(routes),
        "stops": len(served),
        "left_out": len(left_out),
        "metres": sum(route.metres for route in routes),
        "driving": sum(route.driving for route in routes),
        "working": sum(route.working for route in routes),
        "cost": in_money(cost_of(problem, routes, left_out)),
    }


def in_money(cost: Cost) -> dict[str, int]:
    """A cost by what it is spent on, in minor units; ``dropped`` is what leaving out is weighed with, not money."""
    return {name: round(value / UNIT) for name, value in asdict(cost).items()}


def _nearest_first(
    problem: Problem, vehicle: Vehicle, keys: Sequence[str], left: dict[str, None]
) -> PlannedRoute | None:
    """The route of a driver who takes the nearest of ``keys`` that still fits, again and again; takes them from ``left``."""
    able = [problem.task_of[key] for key in keys if key in left and not problem.refuses(vehicle, problem.task_of[key])]
    here, chain = vehicle.start, list[str]()
    route: PlannedRoute | None = None
    while able:
        for task in _nearest(problem, vehicle, here, able):
            longer = schedule(problem, vehicle, [*chain, task.key])
            if longer is not None:
                break
        else:
            break
        route, here = longer, task.place
        chain.append(task.key)
        able.remove(task)
        left.pop(task.key)
    return route


def _nearest(problem: Problem, vehicle: Vehicle, here: int, tasks: list[Task]) -> list[Task]:
    seconds = problem.matrices[vehicle.profile].seconds[here, [task.place for task in tasks]]
    return [tasks[n] for n in np.argsort(seconds, kind="stable")[:_LOOKED_AT]]
