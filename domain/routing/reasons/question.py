"""One task that has no place: why none of the routes as they are takes it, and what would make a place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from domain.routing.problem import Integers, Span, Task, Vehicle
from domain.routing.reasons.alone import more_time
from domain.routing.reasons.crowd import Crowd
from domain.routing.reasons.trying import NO_LACK, Effort, Lack, drive, lack, roomy, told, unlimited
from domain.routing.room import DIMENSIONS, Room, hull, survey
from domain.routing.solution import PlannedRoute, Reason

Flags = npt.NDArray[np.bool_]
#: Finds among which the best is taken.
_ENOUGH = 3
#: Nobody works so many seconds more than a shift, or is served so much later; another vehicle is the better answer.
TOO_MUCH = 4 * 3600
#: Positions tried on one route where the figures say that it fits.
_MOST_PLACES = 10
#: Tasks looked at at once, so that the tables stay small.
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A route with the task that is possible with more than there is: by how much more, and what it adds to the cost."""

    vehicle: Vehicle
    amount: int
    added: int
    lack: Lack = NO_LACK
    dimension: str = ""


def least(found: Sequence[Found]) -> Found:
    """The one that needs least more; of equals, the cheapest."""
    return min(found, key=lambda each: (each.amount, each.added))


def questions(crowd: Crowd, tasks: Sequence[Task], effort: int) -> Iterator[Question]:
    """A question for each task; about ``effort`` routes may be tried out for each."""
    for first in range(0, len(tasks), _AT_ONCE):
        some = tasks[first : first + _AT_ONCE]
        room = survey(crowd.problem, crowd.problem.vehicles, crowd.chains, some)
        for column, task in enumerate(some):
            yield Question(crowd, task, room, column, Effort(effort))


class Question:
    """One task, and every position of every route: what stands in its way there (``Room``), and what trying it shows."""

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
        self.free = room.free[:, column]
        #: Which part of each vehicle's room is lacking, by dimension and position.
        self.fullness = self.short / crowd.capacities[:, room.vehicle]

    def answer(self) -> Reason:
        """The truest reason that is found, with the cheapest fix, for a task that one of the vehicles could serve alone."""
        fitting = self.fitting(self.allowed)
        longer = [] if fitting else self.longer()
        fitting += [each for each in longer if each.amount == 0]
        if fitting:
            best = least(fitting)
            return self.crowd.not_planned([self.task], best.vehicle, best.added)
        rivals = self.fitting(self.rival)
        if rivals:
            return self._kept_apart(least(rivals))
        larger = self._larger()
        if not longer and not larger:
            return self._busy()
        return self._full(longer, larger)

    def fitting(self, rows: Flags) -> list[Found]:
        """Places on the routes as they are."""
        return self._try(rows & self.free, self.extra, self._as_it_is, _MOST_PLACES)

    def longer(self) -> list[Found]:
        """Places there would be if days were longer."""
        return self._try(self.allowed & self.light & self.in_time, self.over, self._with_more_time)

    def later(self) -> list[Found]:
        """Places there would be if the last window were longer at its end."""
        rows = self.allowed & self.light & (self.late > 0) & (self.pushed == 0) & (self.over <= 0)
        return self._try(rows, self.late, self._with_longer_window)

    def changed(self, vehicle: Vehicle) -> bool:
        """Whether there is a place on the route of ``vehicle``, which is one of the problem's with other limits."""
        chain = self.crowd.chains.get(vehicle.key, [])
        first = sum(task.key in vehicle.locked for task in chain)
        for position in range(first, len(chain) + 1):
            if self.effort.spend() and drive(
                self.crowd.problem, vehicle, [*chain[:position], self.task, *chain[position:]]
            ):
                return True
        return False

    def _larger(self) -> list[Found]:
        """Places there would be if vehicles were larger."""
        rows = self.allowed & ~self.light & self.in_time & (self.over <= 0)
        return self._try(rows, self.fullness.max(axis=0), self._with_more_room)

    def _try(
        self, rows: Flags, key: Integers, attempt: Callable[[int, Vehicle], Found | None], per_route: int = 3
    ) -> list[Found]:
        """The first few finds at ``rows``, tried in the order of ``key``, so many on each route and with half of what
        effort is left."""
        where = np.flatnonzero(rows)
        reserve = self.effort.left // 2
        tried: Counter[int] = Counter()
        found: list[Found] = []
        for row in where[np.argsort(key[where], kind="stable")].tolist():
            number = int(self.room.vehicle[row])
            tried[number] += 1
            if tried[number] > per_route:
                continue
            if len(found) == _ENOUGH or self.effort.left <= reserve or not self.effort.spend():
                break
            one = attempt(row, self.crowd.problem.vehicles[number])
            found += [one] if one is not None else []
        return found

    def _drive(self, row: int, vehicle: Vehicle, task: Task | None = None) -> PlannedRoute | None:
        chain = self.crowd.chains.get(vehicle.key, [])
        position = int(self.room.position[row])
        tasks = [*chain[:position], task or self.task, *chain[position:]]
        return drive(self.crowd.problem, vehicle, tasks)

    def _as_it_is(self, row: int, vehicle: Vehicle) -> Found | None:
        route = self._drive(row, vehicle)
        return None if route is None else Found(vehicle, 0, self.crowd.added(route))

    def _with_more_time(self, row: int, vehicle: Vehicle) -> Found | None:
        route = self._drive(row, unlimited(vehicle))
        if route is None:
            return None
        missing = lack(vehicle, route)
        return Found(vehicle, missing.most, self.crowd.added(route), lack=missing)

    def _with_more_room(self, row: int, vehicle: Vehicle) -> Found | None:
        route = self._drive(row, roomy(vehicle))
        if route is None:
            return None
        d = int(self.fullness[:, row].argmax())
        return Found(vehicle, int(self.short[d, row]), self.crowd.added(route), dimension=DIMENSIONS[d])

    def _with_longer_window(self, row: int, vehicle: Vehicle) -> Found | None:
        late, last = int(self.late[row]), max(self.task.windows)
        task = replace(self.task, windows=(*self.task.windows, Span(last.start, last.end + late)))
        route = self._drive(row, vehicle, task)
        return None if route is None else Found(vehicle, late, self.crowd.added(route))

    def _kept_apart(self, found: Found) -> Reason:
        partner = self.crowd.rivals(found.vehicle, self.task)[0]
        _, fix = self.crowd.another_vehicle(self.task)
        return Reason("drop.apart", {"partner": partner, "vehicle": found.vehicle.key}, fix)

    def _full(self, longer: list[Found], larger: list[Found]) -> Reason:
        """Room and time are both short somewhere; told is what most vehicles lack, fixed what costs less."""
        loaded = self._vehicles(self.allowed) - self._vehicles(self.allowed & self.light)
        mostly_loaded = 2 * len(loaded) > len(self._vehicles(self.allowed))
        fix = self._more_time_or_vehicle(least(longer) if longer else None)
        if larger and (mostly_loaded or not longer):
            best = least(larger)
            values = {"vehicle": best.vehicle.key, "dimension": best.dimension, "short": best.amount}
            return Reason("drop.full", values, fix)
        best = least(longer)
        return Reason("drop.shifts_full", {"vehicle": best.vehicle.key, "seconds": best.amount}, fix)

    def _vehicles(self, rows: Flags) -> set[int]:
        return set(self.room.vehicle[rows].tolist())

    def _more_time_or_vehicle(self, longer: Found | None) -> Reason:
        cost, another = self.crowd.another_vehicle(self.task)
        if longer is None or longer.amount > TOO_MUCH or cost < longer.added:
            return another
        return more_time(longer.vehicle, longer.lack)

    def _busy(self) -> Reason:
        """No route has both room and time: everybody is elsewhere in its window, or so it seems."""
        _, fix = self.crowd.another_vehicle(self.task)
        open_, problem = hull(self.task), self.crowd.problem
        if open_ is None or self.effort.left <= 0:
            return Reason("drop.no_room", {}, fix)
        late = self.later()
        if late and least(late).amount <= TOO_MUCH:
            fix = Reason("fix.open_longer", {"seconds": least(late).amount})
        window = {"opens": told(problem, open_.start), "closes": told(problem, open_.end)}
        return Reason("drop.window_busy", window, fix)
