"""Why a task that a vehicle could serve has no place on the routes as they are, and what would make one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from domain.routing.costs import route_cost
from domain.routing.problem import Integers, Problem, Span, Task, Vehicle
from domain.routing.reasons.alone import more_time
from domain.routing.reasons.room import Room, survey
from domain.routing.reasons.trying import DIMENSIONS, NO_LACK, Effort, Lack, drive, hull, lack, roomy, told, unlimited
from domain.routing.schedule import schedule
from domain.routing.solution import PlannedRoute, Reason

Flags = npt.NDArray[np.bool_]
#: Positions of one route that are tried out for one question; the best by their figures come first.
_PER_ROUTE = 3
#: Finds among which the best is taken.
_ENOUGH = 3
#: Nobody works so many seconds more than a shift; another vehicle is the better answer.
_TOO_MUCH_MORE = 4 * 3600
#: Tasks looked at at once, so that the tables stay small.
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class _Found:
    """A route that is possible with more than there is: by how much more, and what it adds to the cost."""

    vehicle: Vehicle
    amount: int
    added: int
    lack: Lack = NO_LACK
    dimension: str = ""


class Crowd:
    """The routes as they are, and questions about one task more."""

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

    def why(self, tasks: Sequence[Task], effort: int) -> dict[str, Reason]:
        """The reasons by key; about ``effort`` routes are tried out for each."""
        found: dict[str, Reason] = {}
        for first in range(0, len(tasks), _AT_ONCE):
            some = tasks[first : first + _AT_ONCE]
            room = survey(self.problem, self.chains, some)
            for column, task in enumerate(some):
                found[task.key] = _Question(self, task, room, column, Effort(effort)).answer()
        return found

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


class _Question:
    """One task, and where it could go."""

    def __init__(self, crowd: Crowd, task: Task, room: Room, column: int, effort: Effort) -> None:
        self.crowd, self.task, self.room, self.effort = crowd, task, room, effort
        vehicles = crowd.problem.vehicles
        may = np.array([not crowd.problem.refuses(vehicle, task) for vehicle in vehicles])
        apart = np.array([bool(crowd.rivals(vehicle, task)) for vehicle in vehicles])
        self.allowed, self.rival = (may & ~apart)[room.vehicle], (may & apart)[room.vehicle]
        self.over, self.extra = room.over[:, column], room.extra[:, column]
        self.late, self.pushed, self.short = room.late[:, column], room.pushed[:, column], room.short[:, :, column]
        self.light = (self.short == 0).all(axis=0)
        self.in_time = (self.late == 0) & (self.pushed == 0)
        #: Which part of each vehicle's room is lacking, by dimension and position.
        self.fullness = self.short / crowd.capacities[:, room.vehicle]

    def answer(self) -> Reason:
        """The truest reason that is found, with the cheapest fix."""
        free = self.light & self.in_time & (self.over <= 0)
        fitting = self._try(self.allowed & free, self.extra, self._as_it_is)
        longer = [] if fitting else self._try(self.allowed & self.light & self.in_time, self.over, self._with_more_time)
        fitting += [each for each in longer if each.amount == 0]
        if fitting:
            best = _least(fitting)
            return self.crowd.not_planned([self.task], best.vehicle, best.added)
        rivals = self._try(self.rival & free, self.extra, self._as_it_is)
        if rivals:
            return self._kept_apart(_least(rivals))
        heavy = self.allowed & ~self.light & self.in_time & (self.over <= 0)
        larger = self._try(heavy, self.fullness.max(axis=0), self._with_more_room)
        if not longer and not larger:
            return self._busy()
        return self._full(longer, larger)

    def _try(self, rows: Flags, key: Integers, attempt: Callable[[int, Vehicle], _Found | None]) -> list[_Found]:
        """The first few finds at ``rows``, tried in the order of ``key``, not too many on one route."""
        where = np.flatnonzero(rows)
        tried: Counter[int] = Counter()
        found: list[_Found] = []
        for row in where[np.argsort(key[where], kind="stable")].tolist():
            number = int(self.room.vehicle[row])
            tried[number] += 1
            if tried[number] > _PER_ROUTE:
                continue
            if len(found) == _ENOUGH or not self.effort.spend():
                break
            one = attempt(row, self.crowd.problem.vehicles[number])
            found += [one] if one is not None else []
        return found

    def _drive(self, row: int, vehicle: Vehicle, task: Task | None = None) -> PlannedRoute | None:
        chain = self.crowd.chains.get(vehicle.key, [])
        position = int(self.room.position[row])
        tasks = [*chain[:position], task or self.task, *chain[position:]]
        return drive(self.crowd.problem, vehicle, tasks)

    def _as_it_is(self, row: int, vehicle: Vehicle) -> _Found | None:
        route = self._drive(row, vehicle)
        return None if route is None else _Found(vehicle, 0, self.crowd.added(route))

    def _with_more_time(self, row: int, vehicle: Vehicle) -> _Found | None:
        route = self._drive(row, unlimited(vehicle))
        if route is None:
            return None
        missing = lack(vehicle, route)
        return _Found(vehicle, missing.most, self.crowd.added(route), lack=missing)

    def _with_more_room(self, row: int, vehicle: Vehicle) -> _Found | None:
        route = self._drive(row, roomy(vehicle))
        if route is None:
            return None
        d = int(self.fullness[:, row].argmax())
        return _Found(vehicle, int(self.short[d, row]), self.crowd.added(route), dimension=DIMENSIONS[d])

    def _with_longer_window(self, row: int, vehicle: Vehicle) -> _Found | None:
        late, last = int(self.late[row]), max(self.task.windows)
        task = replace(self.task, windows=(*self.task.windows, Span(last.start, last.end + late)))
        route = self._drive(row, vehicle, task)
        return None if route is None else _Found(vehicle, late, self.crowd.added(route))

    def _kept_apart(self, found: _Found) -> Reason:
        partner = self.crowd.rivals(found.vehicle, self.task)[0]
        _, fix = self.crowd.another_vehicle(self.task)
        return Reason("drop.apart", {"partner": partner, "vehicle": found.vehicle.key}, fix)

    def _full(self, longer: list[_Found], larger: list[_Found]) -> Reason:
        """Room and time are both short somewhere; told is what most vehicles lack, fixed what costs less."""
        loaded = self._vehicles(self.allowed) - self._vehicles(self.allowed & self.light)
        mostly_loaded = 2 * len(loaded) > len(self._vehicles(self.allowed))
        fix = self._more_time_or_vehicle(_least(longer) if longer else None)
        if larger and (mostly_loaded or not longer):
            best = _least(larger)
            values = {"vehicle": best.vehicle.key, "dimension": best.dimension, "short": best.amount}
            return Reason("drop.full", values, fix)
        best = _least(longer)
        return Reason("drop.shifts_full", {"vehicle": best.vehicle.key, "seconds": best.amount}, fix)

    def _vehicles(self, rows: Flags) -> set[int]:
        return set(self.room.vehicle[rows].tolist())

    def _more_time_or_vehicle(self, longer: _Found | None) -> Reason:
        cost, another = self.crowd.another_vehicle(self.task)
        if longer is None or longer.amount > _TOO_MUCH_MORE or cost < longer.added:
            return another
        return more_time(longer.vehicle, longer.lack)

    def _busy(self) -> Reason:
        """No route has both room and time: everybody is elsewhere in its window, or so it seems."""
        _, fix = self.crowd.another_vehicle(self.task)
        open_ = hull(self.task)
        if open_ is None or self.effort.left <= 0:
            return Reason("drop.no_room", {}, fix)
        elsewhere = self.allowed & self.light & (self.late > 0) & (self.pushed == 0) & (self.over <= 0)
        late = self._try(elsewhere, self.late, self._with_longer_window)
        if late and _least(late).amount <= _TOO_MUCH_MORE:
            fix = Reason("fix.open_longer", {"seconds": _least(late).amount})
        problem = self.crowd.problem
        return Reason(
            "drop.window_busy", {"opens": told(problem, open_.start), "closes": told(problem, open_.end)}, fix
        )


def _least(found: Sequence[_Found]) -> _Found:
    return min(found, key=lambda each: (each.amount, each.added))
