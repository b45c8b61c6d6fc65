"""Large days in parts: the routes of a neighbourhood are a problem of their own, and every time another neighbourhood.

After E. Taillard and S. Voss, POPMUSIC (2002): a part is one route and the routes nearest to it, with the tasks they
serve, some vehicles that stand idle, and tasks left out nearby. What comes out takes the place of what went in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from domain.routing.engines.limit import Routes
from domain.routing.problem import Matrix, Problem, Vehicle

#: Idle vehicles and tasks left out that join a part, per vehicle on the way and in all.
_IDLE_SHARE = 0.5
_MOST_LEFT_OUT = 20


@dataclass(frozen=True, slots=True)
class Part:
    """A problem that is a part of another; its routes may replace those of its vehicles there."""

    problem: Problem

    @property
    def vehicles(self) -> frozenset[str]:
        """The keys of its vehicles."""
        return frozenset(self.problem.vehicle_of)

    @property
    def tasks(self) -> frozenset[str]:
        """The keys of its tasks."""
        return frozenset(self.problem.task_of)


class Neighbourhoods:
    """Cuts parts out of a problem, each around the route that was in none for longest."""

    def __init__(self, problem: Problem, size: int) -> None:
        """``size`` is about how many tasks a part has."""
        self._problem, self._size = problem, size
        self._turns: dict[str, int] = {}
        metres = problem.matrices[0].metres
        self._far = (metres + metres.T) / 2

    def next(self, routes: Routes, busy: Collection[str], taken: Collection[str]) -> Part | None:
        """The next part of ``routes`` without vehicles that are ``busy`` and tasks that are ``taken``; None where fewer
        than two routes are free."""
        free = [vehicle for vehicle in self._problem.vehicles if routes.get(vehicle.key) and vehicle.key not in busy]
        if len(free) < 2:
            return None
        centre = min(free, key=lambda vehicle: self._turns.get(vehicle.key, 0))
        near = self._nearest(routes, centre, free)
        chosen: list[Vehicle] = []
        count = 0
        for vehicle in near:
            if chosen and count + len(routes[vehicle.key]) > self._size and len(chosen) >= 2:
                break
            chosen.append(vehicle)
            count += len(routes[vehicle.key])
        self._turns.update(dict.fromkeys([vehicle.key for vehicle in chosen], 1 + max(self._turns.values(), default=0)))
        idle = [v for v in self._problem.vehicles if not routes.get(v.key) and v.key not in busy]
        chosen += _like(idle, chosen)[: max(1, int(_IDLE_SHARE * len(chosen)))]
        return Part(self._part(routes, chosen, self._left_out(routes, chosen, taken)))

    def _nearest(self, routes: Routes, centre: Vehicle, free: Sequence[Vehicle]) -> list[Vehicle]:
        """``free`` by the mean distance between their tasks and those of ``centre``, which comes first."""
        middle = self._far[self._places(routes[centre.key])].mean(axis=0)
        far = {vehicle.key: float(middle[self._places(routes[vehicle.key])].mean()) for vehicle in free}
        return sorted(free, key=lambda vehicle: (vehicle.key != centre.key, far[vehicle.key]))

    def _places(self, keys: Sequence[str]) -> list[int]:
        return [self._problem.task_of[key].place for key in keys]

    def _left_out(self, routes: Routes, chosen: Sequence[Vehicle], taken: Collection[str]) -> list[str]:
        """Tasks on no route that are nearest to the routes of ``chosen``; whole groups that ride together or none."""
        planned = {key for keys in routes.values() for key in keys}
        out = [task for task in self._problem.tasks if task.key not in planned and task.key not in taken]
        if not out:
            return []
        places = [place for vehicle in chosen for place in self._places(routes.get(vehicle.key, ()))]
        near = self._far[places].min(axis=0) if places else np.zeros(len(self._far))
        out.sort(key=lambda task: (float(near[task.place]), task.key))
        words = {task.together for task in out[:_MOST_LEFT_OUT] if task.together}
        return [task.key for n, task in enumerate(out) if n < _MOST_LEFT_OUT or task.together in words]

    def _part(self, routes: Routes, vehicles: Sequence[Vehicle], left_out: Sequence[str]) -> Problem:
        """The problem of these vehicles and their tasks, on matrices of their own places only."""
        keys = {*left_out, *(key for vehicle in vehicles for key in routes.get(vehicle.key, ()))}
        chosen = {vehicle.key for vehicle in vehicles}
        tasks = [task for task in self._problem.tasks if task.key in keys]
        kept = [vehicle for vehicle in self._problem.vehicles if vehicle.key in chosen]
        ends = {place for vehicle in kept for place in (vehicle.start, vehicle.end) if place is not None}
        places = sorted(ends | {task.place for task in tasks})
        number = {place: n for n, place in enumerate(places)}
        square = np.ix_(places, places)
        return replace(
            self._problem,
            tasks=tuple(replace(task, place=number[task.place]) for task in tasks),
            vehicles=tuple(
                replace(each, start=number[each.start], end=None if each.end is None else number[each.end])
                for each in kept
            ),
            matrices=tuple(Matrix(each.seconds[square], each.metres[square]) for each in self._problem.matrices),
            initial={each.key: tuple(routes[each.key]) for each in kept if routes.get(each.key)},
        )


def merged(routes: Routes, part: Part, found: Routes) -> dict[str, tuple[str, ...]]:
    """``routes`` with what was ``found`` for a part in the place of what its vehicles did."""
    rest: Mapping[str, tuple[str, ...]] = {key: keys for key, keys in routes.items() if key not in part.vehicles}
    return {**rest, **{key: tuple(keys) for key, keys in found.items() if keys}}


def _like(idle: Sequence[Vehicle], chosen: Sequence[Vehicle]) -> list[Vehicle]:
    """``idle`` with those first that start where one of ``chosen`` does."""
    starts = {vehicle.start for vehicle in chosen}
    return sorted(idle, key=lambda vehicle: vehicle.start not in starts)
