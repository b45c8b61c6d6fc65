"""The full model for OR-Tools: breaks, locks, company and all the rest that a problem can say.

Its breaks mean the same as `schedule`'s: one may lie before the start of a route or after its end, within its window.
Matrices are registered whole, with plain integers: callbacks into Python cost most of the time, hide their exceptions,
and numpy's integers are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, pairwise

import numpy as np
from ortools.constraint_solver import pywrapcp

from domain.routing.problem import UNLIMITED_AMOUNT, Integers, Load, Problem, Task, Vehicle

_NOWHERE = -1
#: The most a single cost may be, so that no sum of them overflows.
_MOST = 1 << 44


class FullModel:
    """OR-Tools' model of a problem. ``routing`` is the solver, ``index`` its number of each task."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._origin = min((vehicle.shift.start for vehicle in problem.vehicles), default=0)
        self._horizon = max(vehicle.shift.end for vehicle in problem.vehicles) - self._origin
        places = {each for v in problem.vehicles for each in (v.start, _NOWHERE if v.end is None else v.end)}
        self._node_of_place = {place: len(problem.tasks) + n for n, place in enumerate(sorted(places))}
        self._places = [*(task.place for task in problem.tasks), *sorted(places)]
        self._manager = pywrapcp.RoutingIndexManager(
            len(self._places),
            len(problem.vehicles),
            [self._node_of_place[vehicle.start] for vehicle in problem.vehicles],
            [self._node_of_place[_NOWHERE if vehicle.end is None else vehicle.end] for vehicle in problem.vehicles],
        )
        self.routing = pywrapcp.RoutingModel(self._manager)
        self.index = {task.key: self._manager.NodeToIndex(n) for n, task in enumerate(problem.tasks)}
        self._task_at = {index: key for key, index in self.index.items()}
        self._transits: dict[tuple[str, int, int], int] = {}
        self._add_distance()
        self._add_time()
        self._add_driving()
        self._add_loads()
        self._add_changes()
        self._add_drops()
        self._add_rules()
        self._add_locks()

    def routes(self, next_of: Callable[[int], int]) -> dict[str, tuple[str, ...]]:
        """The routes of a solution that says which index follows which."""
        return {
            vehicle.key: keys
            for number, vehicle in enumerate(self.problem.vehicles)
            if (keys := tuple(self._walk(number, next_of)))
        }

    def _walk(self, number: int, next_of: Callable[[int], int]) -> Iterator[str]:
        index = next_of(self.routing.Start(number))
        while not self.routing.IsEnd(index):
            yield self._task_at[index]
            index = next_of(index)

    # --- costs and time

    def _add_distance(self) -> None:
        for number, vehicle in enumerate(self.problem.vehicles):
            transit = self._transit("cost", vehicle, lambda v: self._square(v, "metres") * v.per_metre)
            self.routing.SetArcCostEvaluatorOfVehicle(transit, number)
            # Unpaid breaks lie within the span of time that is paid, and every route pays for them alike.
            unpaid = vehicle.per_second * _unpaid(vehicle)
            fixed = 0 if vehicle.sunk else max(0, vehicle.fixed - unpaid)
            self.routing.SetFixedCostOfVehicle(min(fixed, _MOST), number)

    def _add_time(self) -> None:
        service = np.array([*(task.service for task in self.problem.tasks), *(0 for _ in self._node_of_place)])
        transits = [
            self._transit("time", vehicle, lambda v: self._square(v, "seconds") + service[:, None])
            for vehicle in self.problem.vehicles
        ]
        self.routing.AddDimensionWithVehicleTransits(transits, self._horizon, self._horizon, False, "time")
        time = self.routing.GetDimensionOrDie("time")
        for task in self.problem.tasks:
            self._add_windows(time, task)
        visits = [self._service(index) for index in range(self.routing.Size())]
        for number, vehicle in enumerate(self.problem.vehicles):
            self._add_shift(time, number, vehicle, visits)

    def _add_windows(self, time: pywrapcp.RoutingDimension, task: Task) -> None:
        if not task.windows:
            return
        index = self.index[task.key]
        windows = [(window.start - self._origin, window.end - self._origin) for window in sorted(task.windows)]
        last = max(end for _, end in windows)
        late = task.lateness is not None
        first = windows[0][0]
        cumul = time.CumulVar(index)
        cumul.SetRange(min(max(0, first), self._horizon), self._horizon if late else max(0, min(last, self._horizon)))
        reached = windows[0][1]
        for start, end in windows[1:]:
            if start > reached + 1 and reached + 1 <= self._horizon and start - 1 >= 0:
                cumul.RemoveInterval(max(0, reached + 1), min(start - 1, self._horizon))
            reached = max(reached, end)
        if task.lateness and last < self._horizon:
            time.SetCumulVarSoftUpperBound(index, max(0, last), min(task.lateness, _MOST))

    def _add_shift(self, time: pywrapcp.RoutingDimension, number: int, vehicle: Vehicle, visits: Sequence[int]) -> None:
        for index in (self.routing.Start(number), self.routing.End(number)):
            time.CumulVar(index).SetRange(vehicle.shift.start - self._origin, vehicle.shift.end - self._origin)
        time.SetSpanCostCoefficientForVehicle(vehicle.per_second, number)
        if vehicle.max_duration is not None:
            time.SetSpanUpperBoundForVehicle(min(vehicle.max_duration + _unpaid(vehicle), self._horizon), number)
        if self.problem.balance is not None and self.problem.balance.cost:
            bound = pywrapcp.BoundCost(self.problem.balance.share + _unpaid(vehicle), self.problem.balance.cost)
            time.SetSoftSpanUpperBoundForVehicle(bound, number)
        if vehicle.breaks:
            rests = [
                self.routing.solver().FixedDurationIntervalVar(
                    rest.window.start - self._origin, rest.window.end - self._origin, rest.seconds, False, "break"
                )
                for rest in vehicle.breaks
            ]
            time.SetBreakIntervalsOfVehicle(rests, number, visits)

    def _add_driving(self) -> None:
        if all(vehicle.max_driving is None for vehicle in self.problem.vehicles):
            return
        transits = [
            self._transit("driving", vehicle, lambda v: self._square(v, "seconds")) for vehicle in self.problem.vehicles
        ]
        most = [self._horizon if v.max_driving is None else v.max_driving for v in self.problem.vehicles]
        self.routing.AddDimensionWithVehicleTransitAndCapacity(transits, 0, most, True, "driving")

    # --- loads

    def _add_loads(self) -> None:
        for name in ("weight", "volume", "pieces"):
            deliver, collect = self._amounts(name, "deliver"), self._amounts(name, "collect")
            room = [int(getattr(vehicle.capacity, name)) for vehicle in self.problem.vehicles]
            aboard = [int(getattr(vehicle.aboard, name)) for vehicle in self.problem.vehicles]
            if min(room) >= UNLIMITED_AMOUNT or not (any(deliver) or any(collect)):
                continue
            left = [max(0, most - had) for most, had in zip(room, aboard, strict=True)]
            if any(deliver):
                self._add_load(f"{name} delivered", deliver, left, from_empty=True)
            if any(collect):
                self._add_load(f"{name} collected", collect, left, from_empty=True)
            if any(deliver) and any(collect):
                self._add_load(name, [c - d for c, d in zip(collect, deliver, strict=True)], left, from_empty=False)
                self._start_with_deliveries(name)

    def _add_load(self, name: str, amounts: list[int], room: list[int], *, from_empty: bool) -> None:
        transit = self.routing.RegisterUnaryTransitVector(amounts)
        self.routing.AddDimensionWithVehicleCapacity(transit, 0, room, from_empty, name)

    def _start_with_deliveries(self, name: str) -> None:
        """What is aboard at the start is what is delivered by the end."""
        load = self.routing.GetDimensionOrDie(name)
        delivered = self.routing.GetDimensionOrDie(f"{name} delivered")
        for number in range(len(self.problem.vehicles)):
            start = load.CumulVar(self.routing.Start(number))
            self.routing.solver().Add(start == delivered.CumulVar(self.routing.End(number)))

    def _amounts(self, name: str, kind: str) -> list[int]:
        loads: list[Load] = [getattr(task, kind) for task in self.problem.tasks]
        return [*(int(getattr(load, name)) for load in loads), *(0 for _ in self._node_of_place)]

    # --- rules

    def _add_changes(self) -> None:
        """Every task that rides elsewhere than usual is a step of a dimension whose span costs."""
        if not self.problem.change or all(task.usual is None for task in self.problem.tasks):
            return
        transits = [self._changes(vehicle) for vehicle in self.problem.vehicles]
        self.routing.AddDimensionWithVehicleTransits(transits, 0, len(self.problem.tasks) + 1, True, "changes")
        changes = self.routing.GetDimensionOrDie("changes")
        changes.SetSpanCostCoefficientForAllVehicles(min(self.problem.change, _MOST))

    def _changes(self, vehicle: Vehicle) -> int:
        moved = [int(task.usual not in {None, vehicle.key}) for task in self.problem.tasks]
        number: int = self.routing.RegisterUnaryTransitVector([*moved, *(0 for _ in self._node_of_place)])
        return number

    def _add_drops(self) -> None:
        locked = {key for vehicle in self.problem.vehicles for key in vehicle.locked}
        for task in self.problem.tasks:
            if task.key not in locked:
                self.routing.AddDisjunction([self.index[task.key]], min(self.problem.dropping(task), _MOST))

    def _add_rules(self) -> None:
        """Skills, bans, and who rides with whom; a task that is left out has the vehicle -1."""
        for task in self.problem.tasks:
            refused = [n for n, each in enumerate(self.problem.vehicles) if self.problem.refuses(each, task)]
            if refused:
                self.routing.VehicleVar(self.index[task.key]).RemoveValues(refused)
        solver = self.routing.solver()
        for group in _by_word(self.problem.tasks, lambda task: {task.together} - {None}).values():
            for one, other in pairwise(group):
                solver.Add(self._vehicle(one) == self._vehicle(other))
        for group in _by_word(self.problem.tasks, lambda task: task.apart).values():
            for one, other in combinations(group, 2):
                elsewhere = solver.IsDifferentVar(self._vehicle(one), self._vehicle(other))
                solver.Add(elsewhere + (1 - self.routing.ActiveVar(self.index[one.key])) >= 1)

    def _vehicle(self, task: Task) -> pywrapcp.IntVar:
        return self.routing.VehicleVar(self.index[task.key])

    def _add_locks(self) -> None:
        for number, vehicle in enumerate(self.problem.vehicles):
            index = self.routing.Start(number)
            for key in vehicle.locked:
                self.routing.NextVar(index).SetValue(self.index[key])
                index = self.index[key]

    # --- matrices

    def _service(self, index: int) -> int:
        key = self._task_at.get(index)
        return 0 if key is None else self.problem.task_of[key].service

    def _transit(self, what: str, vehicle: Vehicle, square: Callable[[Vehicle], Integers]) -> int:
        """The number of a registered matrix, one for all vehicles that have it in common."""
        alike = (what, vehicle.profile, vehicle.per_metre if what == "cost" else 0)
        if alike not in self._transits:
            self._transits[alike] = self.routing.RegisterTransitMatrix(square(vehicle).tolist())
        return self._transits[alike]

    def _square(self, vehicle: Vehicle, what: str) -> Integers:
        places = np.array(self._places)
        square: Integers = getattr(self.problem.matrices[vehicle.profile], what)[np.ix_(places, places)]
        nowhere = self._node_of_place.get(_NOWHERE)
        if nowhere is not None:
            square[:, nowhere] = square[nowhere, :] = 0
        return square


def _unpaid(vehicle: Vehicle) -> int:
    return sum(rest.seconds for rest in vehicle.breaks if not rest.paid)


def _by_word(tasks: Sequence[Task], words: Callable[[Task], set[str | None] | frozenset[str]]) -> dict[str, list[Task]]:
    groups: dict[str, list[Task]] = {}
    for task in tasks:
        for word in words(task):
            groups.setdefault(str(word), []).append(task)
    return groups
