"""The routing problem: who is to be visited, by which vehicles, and what it costs. Plain frozen values.

All integers: seconds since ``Problem.origin`` (physical seconds, so that a change of the clocks is no special case),
metres, grams, cubic centimetres. Costs are whole numbers of a unit the caller chooses (`UNIT` in planning: a thousandth
of a cent). A place is a row and column of the matrices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
#: More than anything weighs, measures or counts.
UNLIMITED_AMOUNT = 10**12


@dataclass(frozen=True, slots=True)
class Load:
    """Goods: grams, cubic centimetres, pieces."""

    weight: int = 0
    volume: int = 0
    pieces: int = 0

    def __add__(self, other: Load) -> Load:
        return Load(self.weight + other.weight, self.volume + other.volume, self.pieces + other.pieces)

    def __sub__(self, other: Load) -> Load:
        return Load(self.weight - other.weight, self.volume - other.volume, self.pieces - other.pieces)

    def fits(self, room: Load) -> bool:
        """Whether it goes into ``room`` in every dimension."""
        return self.weight <= room.weight and self.volume <= room.volume and self.pieces <= room.pieces


NOTHING = Load()
UNLIMITED = Load(UNLIMITED_AMOUNT, UNLIMITED_AMOUNT, UNLIMITED_AMOUNT)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From ``start`` to ``end``, both included."""

    start: int
    end: int

    def __contains__(self, moment: object) -> bool:
        return isinstance(moment, int) and self.start <= moment <= self.end


@dataclass(frozen=True, slots=True)
class Task:
    """One visit to make: a delivery, a pickup, or both.

    Service starts within one of ``windows`` (none: at any time); a vehicle that is early waits. With ``lateness`` it may
    start after the last window's end, at that cost a second; without, never. Left out it costs `Problem.dropping`:
    ``penalty``, or much more than any route where that is None. ``skills`` are what its vehicle must have, ``banned``
    the keys of vehicles that must not come. Tasks with the same word in ``together`` ride on one vehicle or not at all;
    tasks that share a word in ``apart`` never ride on the same. ``usual`` is the vehicle that had it before; another one
    costs `Problem.change`.
    """

    key: str
    place: int
    service: int = 0
    windows: tuple[Span, ...] = ()
    deliver: Load = NOTHING
    collect: Load = NOTHING
    lateness: int | None = None
    penalty: int | None = None
    priority: int = 0
    skills: frozenset[str] = frozenset()
    banned: frozenset[str] = frozenset()
    together: str | None = None
    apart: frozenset[str] = frozenset()
    usual: str | None = None


@dataclass(frozen=True, slots=True)
class Break:
    """A rest of ``seconds`` that starts within ``window``, between two visits (on the way if need be).

    A route that starts late enough for the rest before it (at ``window.start + seconds`` or later), or ends early enough
    for the rest after it (by ``window.end``), needs none. An unpaid one is no working time and costs nothing.
    """

    window: Span
    seconds: int
    paid: bool = True


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle with its driver and shift.

    It leaves ``start`` and comes back to ``end`` (None: it stays where its last visit is), within ``shift``. Mid-day
    ``start`` is where it is now, ``shift`` begins now, ``locked`` are the tasks it serves first, in that order, and
    ``aboard`` what it collected so far and carries to the end; ``sunk`` says that its fixed cost is spent anyway.
    ``max_driving`` and ``max_duration`` are seconds at the wheel and of working time. ``profile`` chooses its matrix.
    """

    key: str
    start: int
    end: int | None
    shift: Span
    capacity: Load = UNLIMITED
    max_driving: int | None = None
    max_duration: int | None = None
    breaks: tuple[Break, ...] = ()
    skills: frozenset[str] = frozenset()
    fixed: int = 0
    per_second: int = 0
    per_metre: int = 1
    profile: int = 0
    locked: tuple[str, ...] = ()
    aboard: Load = NOTHING
    sunk: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """Travel between places, not necessarily the same in both directions: (n, n) whole seconds and metres."""

    seconds: Integers
    metres: Integers


@dataclass(frozen=True, slots=True)
class Balance:
    """What a second of working time beyond a fair ``share`` of seconds costs, on every route."""

    share: int
    cost: int


@dataclass(frozen=True, eq=False)
class Problem:
    """Everything a solver is told. ``initial`` are routes to start from: task keys by vehicle key."""

    tasks: tuple[Task, ...]
    vehicles: tuple[Vehicle, ...]
    matrices: tuple[Matrix, ...]
    origin: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    initial: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    balance: Balance | None = None
    change: int = 0

    @cached_property
    def task_of(self) -> dict[str, Task]:
        """Tasks by key."""
        return {task.key: task for task in self.tasks}

    @cached_property
    def vehicle_of(self) -> dict[str, Vehicle]:
        """Vehicles by key."""
        return {vehicle.key: vehicle for vehicle in self.vehicles}

    @cached_property
    def must(self) -> int:
        """The cost of leaving out what must be served: ten times the dearest there and back with a vehicle of its own."""
        dearest = 0
        for vehicle in self.vehicles:
            matrix = self.matrices[vehicle.profile]
            way = vehicle.per_metre * int(matrix.metres.max(initial=0))
            way += vehicle.per_second * int(matrix.seconds.max(initial=0))
            dearest = max(dearest, vehicle.fixed + 2 * way)
        return 10 * (dearest + 1)

    def dropping(self, task: Task) -> int:
        """What leaving ``task`` out costs; each step of priority adds the whole again."""
        return (self.must if task.penalty is None else task.penalty) * (1 + task.priority)

    def refuses(self, vehicle: Vehicle, task: Task) -> bool:
        """Whether ``vehicle`` must not serve ``task``, whatever the route."""
        return vehicle.key in task.banned or not task.skills <= vehicle.skills


class WrongProblem(ValueError):
    """A problem that says something impossible; the message is a sentence for people."""


def check_problem(problem: Problem) -> None:
    """Raises WrongProblem for keys that stand twice, places outside the matrices, and times, costs or loads below zero."""
    places = {matrix.seconds.shape for matrix in problem.matrices} | {
        matrix.metres.shape for matrix in problem.matrices
    }
    if len(places) != 1 or len(set(places.copy().pop())) != 1:
        raise WrongProblem("the matrices must be square and of one size")
    size = places.pop()[0]
    for what, keys in (("task", [each.key for each in problem.tasks]), ("vehicle", [v.key for v in problem.vehicles])):
        twice = {key for key in keys if keys.count(key) > 1} if len(set(keys)) < len(keys) else set()
        if twice:
            raise WrongProblem(f"{what} {min(twice)} stands twice")
    balance = problem.balance or Balance(0, 0)
    if min(problem.change, balance.share, balance.cost) < 0:
        raise WrongProblem("a change of vehicles or the balance has a time or cost below zero")
    for task in problem.tasks:
        _check_task(task, size)
    locked: set[str] = set()
    for vehicle in problem.vehicles:
        _check_vehicle(vehicle, problem, size)
        for key in vehicle.locked:
            if key not in problem.task_of:
                raise WrongProblem(f"vehicle {vehicle.key} is locked to task {key}, which is not there")
            if key in locked:
                raise WrongProblem(f"task {key} is locked twice")
            locked.add(key)


def _check_task(task: Task, size: int) -> None:
    if not 0 <= task.place < size:
        raise WrongProblem(f"task {task.key} is at place {task.place}, and there are {size}")
    if min(task.service, task.lateness or 0, task.penalty or 0, task.priority) < 0:
        raise WrongProblem(f"task {task.key} has a time or cost below zero")
    loads = (task.deliver, task.collect)
    if any(min(load.weight, load.volume, load.pieces) < 0 for load in loads):
        raise WrongProblem(f"task {task.key} weighs, measures or counts less than nothing")
    if any(window.end < window.start for window in task.windows):
        raise WrongProblem(f"a window of task {task.key} ends before it starts")


def _check_vehicle(vehicle: Vehicle, problem: Problem, size: int) -> None:
    for place in (vehicle.start, vehicle.start if vehicle.end is None else vehicle.end):
        if not 0 <= place < size:
            raise WrongProblem(f"vehicle {vehicle.key} is at place {place}, and there are {size}")
    if vehicle.shift.end < vehicle.shift.start:
        raise WrongProblem(f"the shift of vehicle {vehicle.key} ends before it starts")
    if (
        min(vehicle.fixed, vehicle.per_second, vehicle.per_metre, vehicle.max_driving or 0, vehicle.max_duration or 0)
        < 0
    ):
        raise WrongProblem(f"vehicle {vehicle.key} has a time or cost below zero")
    if not (NOTHING.fits(vehicle.capacity) and NOTHING.fits(vehicle.aboard)):
        raise WrongProblem(f"vehicle {vehicle.key} holds or carries less than nothing")
    if not 0 <= vehicle.profile < len(problem.matrices):
        raise WrongProblem(
            f"vehicle {vehicle.key} has profile {vehicle.profile}, and there are {len(problem.matrices)}"
        )
    if any(each.seconds < 0 or each.window.end < each.window.start for each in vehicle.breaks):
        raise WrongProblem(f"a break of vehicle {vehicle.key} has no sense: its window or length is below zero")
