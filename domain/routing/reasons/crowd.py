"""The routes as they are, for questions about one task more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from domain.routing.costs import route_cost
from domain.routing.problem import Problem, Task, Vehicle
from domain.routing.reasons.trying import drive
from domain.routing.room import DIMENSIONS
from domain.routing.schedule import schedule
from domain.routing.solution import PlannedRoute, Reason


class Crowd:
    """What every vehicle does, what it costs, and what one more vehicle would."""

    def __init__(self, problem: Problem, routes: Sequence[PlannedRoute]) -> None:
        self.problem = problem
        self.chains: dict[str, list[Task]] = {
            route.vehicle: [problem.task_of[key] for key in route.tasks] for route in routes
        }
        self._costs: dict[str, int] = {}
        kinds = [replace(each, key="", locked=()) for each in problem.vehicles]
        self._kinds = [kinds.index(each) for each in kinds]
        rooms = [[getattr(each.capacity, name) + 1 for each in problem.vehicles] for name in DIMENSIONS]
        self.capacities = np.array(rooms, dtype=np.int64)

    def added(self, route: PlannedRoute) -> int:
        """What ``route`` costs more than the one its vehicle has now."""
        if route.vehicle not in self._costs:
            keys = [task.key for task in self.chains.get(route.vehicle, [])]
            now = schedule(self.problem, self.problem.vehicle_of[route.vehicle], keys)
            self._costs[route.vehicle] = 0 if now is None else route_cost(self.problem, now).total
        return route_cost(self.problem, route).total - self._costs[route.vehicle]

    def another_vehicle(self, task: Task) -> tuple[int, Reason]:
        """What a second one of those that could serve it alone would cost, and the fix of having it."""
        options, seen = [], set()
        for vehicle, kind in zip(self.problem.vehicles, self._kinds, strict=True):
            if kind in seen or self.problem.refuses(vehicle, task):
                continue
            seen.add(kind)
            route = drive(self.problem, vehicle, [task])
            if route is not None:
                cost = route_cost(self.problem, route).total + (vehicle.fixed if vehicle.sunk else 0)
                options.append((cost, vehicle.key))
        cost, like = min(options)
        return cost, Reason("fix.another_vehicle", {"like": like})

    def not_planned(self, tasks: Sequence[Task], vehicle: Vehicle, added: int) -> Reason:
        """Why tasks that fit on a route are on none: they are not worth its cost, or the search did not come that far."""
        saved = sum(self.problem.dropping(task) for task in tasks)
        if added >= saved:
            values = {"vehicle": vehicle.key, "added": added, "saved": saved}
            return Reason("drop.not_worth_it", values, Reason("fix.worth_more", {"by": added - saved + 1}))
        return Reason("drop.missed", {"vehicle": vehicle.key}, Reason("fix.insert", {"vehicle": vehicle.key}))

    def rivals(self, vehicle: Vehicle, task: Task) -> list[str]:
        """The tasks of a route that ``task`` must not ride with."""
        chain = self.chains.get(vehicle.key, []) if task.apart else []
        return [other.key for other in chain if task.apart & other.apart]
