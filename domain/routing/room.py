"""What stands in the way of putting tasks into routes: every position of every route, for many tasks at once.

The figures are bounds: breaks are left out, several windows count as one from the first start to the last end, and
waiting counts as no work. What they forbid cannot be done; what they allow is still to be tried out. A position's way on
to the end of its route is a function of when it is left: done at max(C, t + D), if t is no later than L (as in
T. Vidal et al., A unified solution framework for multi-attribute vehicle routing problems, 2014).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.routing.problem import Integers, Problem, Span, Task, Vehicle
from domain.routing.schedule import legs

DIMENSIONS = ("weight", "volume", "pieces")

#: Later than anything, and dearer; small enough to be added up.
_NEVER, _DEAREST = 10**15, 10**18


def hull(task: Task) -> Span | None:
    """From the first window's start to the last one's end; None where it has no windows."""
    if not task.windows:
        return None
    return Span(min(each.start for each in task.windows), max(each.end for each in task.windows))


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """What each task (a column) meets at each position (a row).

    ``vehicle`` (rows,) counts in the vehicles that were asked for, ``position`` (rows,) in its tasks. ``over`` (rows, tasks) is by
    how many seconds shift or limits are too short, below zero what is left of the shift; ``late`` by how many the last
    window is missed, ``pushed`` by how many those behind miss theirs; ``short`` (3, rows, tasks) how much weight, volume
    and pieces are too much; ``extra`` (rows, tasks) what the detour costs, ``longer`` the seconds of it and of the
    service, ``waiting`` what service after soft windows costs on the route at least.
    """

    vehicle: Integers
    position: Integers
    over: Integers
    late: Integers
    pushed: Integers
    short: Integers
    extra: Integers
    longer: Integers
    waiting: Integers

    @property
    def free(self) -> npt.NDArray[np.bool_]:
        """Whether nothing is known to stand in the way (rows, tasks)."""
        free: npt.NDArray[np.bool_] = (self.over <= 0) & (self.late == 0) & (self.pushed == 0)
        free &= (self.short == 0).all(axis=0)
        return free


def survey(
    problem: Problem, vehicles: Sequence[Vehicle], chains: Mapping[str, Sequence[Task]], tasks: Sequence[Task]
) -> Room:
    """The room for each of ``tasks`` on ``vehicles`` (one at least), after their locked tasks; ``chains`` are routes by
    vehicle key."""
    wanted = _Wanted.of(tasks)
    parts = [
        _on_route(problem, n, vehicle, list(chains.get(vehicle.key, ())), wanted) for n, vehicle in enumerate(vehicles)
    ]
    return Room(
        np.concatenate([part.vehicle for part in parts]),
        np.concatenate([part.position for part in parts]),
        np.concatenate([part.over for part in parts]),
        np.concatenate([part.late for part in parts]),
        np.concatenate([part.pushed for part in parts]),
        np.concatenate([part.short for part in parts], axis=1),
        np.concatenate([part.extra for part in parts]),
        np.concatenate([part.longer for part in parts]),
        np.concatenate([part.waiting for part in parts]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Wanted:
    """Tasks as columns of figures."""

    place: Integers
    service: Integers
    opens: Integers
    closes: Integers
    due: Integers
    rate: Integers
    deliver: Integers
    collect: Integers

    @classmethod
    def of(cls, tasks: Sequence[Task]) -> _Wanted:
        return cls(
            np.array([task.place for task in tasks], dtype=np.int64),
            np.array([task.service for task in tasks], dtype=np.int64),
            np.array([_opens(task) for task in tasks], dtype=np.int64),
            np.array([_closes(task) for task in tasks], dtype=np.int64),
            np.array([_due(task) for task in tasks], dtype=np.int64),
            np.array([task.lateness or 0 for task in tasks], dtype=np.int64),
            np.array([[getattr(task.deliver, name) for task in tasks] for name in DIMENSIONS], dtype=np.int64),
            np.array([[getattr(task.collect, name) for task in tasks] for name in DIMENSIONS], dtype=np.int64),
        )


def _opens(task: Task) -> int:
    open_ = hull(task)
    return -_NEVER if open_ is None else open_.start


def _closes(task: Task) -> int:
    """The last moment service may start; soft windows have none."""
    open_ = hull(task)
    return _NEVER if open_ is None or task.lateness is not None else open_.end


def _due(task: Task) -> int:
    """The last moment service may start without a price; hard windows have none."""
    open_ = hull(task) if task.lateness else None
    return _NEVER if open_ is None else open_.end


def _on_route(problem: Problem, n: int, vehicle: Vehicle, chain: list[Task], wanted: _Wanted) -> Room:
    size = len(chain) + 1
    matrix = problem.matrices[vehicle.profile]
    here = [vehicle.start, *(task.place for task in chain)]
    there = [*here[1:], here[-1] if vehicle.end is None else vehicle.end]
    go, go_metres = (table[np.ix_(np.array(here), wanted.place)] for table in (matrix.seconds, matrix.metres))
    on, on_metres = (table[np.ix_(wanted.place, np.array(there))].T.copy() for table in (matrix.seconds, matrix.metres))
    seconds, metres = (np.array(each, dtype=np.int64)[:, None] for each in legs(problem, vehicle, chain))
    if vehicle.end is None:
        on[-1] = on_metres[-1] = 0
    if not chain:
        seconds, metres = seconds * 0, metres * 0
    ready, done, rest, latest, due, rate = _way_on(vehicle, chain, seconds[:, 0])
    start = np.maximum(ready[:, None] + go, wanted.opens)
    leave = start + wanted.service + on
    longer = go + on - seconds
    over = np.maximum(done[:, None], leave + rest[:, None]) - vehicle.shift.end
    driving = int(seconds.sum())
    if vehicle.max_driving is not None:
        over = _worse(over, driving + longer - vehicle.max_driving)
    if vehicle.max_duration is not None:
        work = driving + sum(task.service for task in chain)
        over = _worse(over, work + longer + wanted.service - vehicle.max_duration)
    fixed = 0 if chain or vehicle.sunk else vehicle.fixed
    rows = slice(_locked(vehicle, chain), size)
    return Room(
        np.full(size, n)[rows],
        np.arange(size)[rows],
        over[rows],
        np.maximum(0, start - wanted.closes)[rows],
        np.maximum(0, leave - latest[:, None])[rows],
        _short(vehicle, chain, wanted)[:, rows],
        (vehicle.per_metre * (go_metres + on_metres - metres) + vehicle.per_second * longer + fixed)[rows],
        (longer + wanted.service)[rows],
        (_price(start - wanted.due, wanted.rate) + _price(leave - due[:, None], rate[:, None]))[rows],
    )


def _price(seconds: Integers, rate: Integers) -> Integers:
    """What so many seconds too late cost, none where they are below zero; no more than can be added up."""
    price: Integers = np.minimum(np.maximum(0, seconds), _DEAREST // np.maximum(1, rate)) * rate
    return price


def _worse(over: Integers, limit: Integers) -> Integers:
    """``limit`` where it is broken and worse; else as it was."""
    worse: Integers = np.where(limit > 0, np.maximum(over, limit), over)
    return worse


def _locked(vehicle: Vehicle, chain: Sequence[Task]) -> int:
    """How many tasks at the front must stay there."""
    return next((n for n, task in enumerate(chain) if task.key not in vehicle.locked), len(chain))


def _way_on(
    vehicle: Vehicle, chain: Sequence[Task], seconds: Integers
) -> tuple[Integers, Integers, Integers, Integers, Integers, Integers]:
    """For every position: the earliest moment to leave what is before it; C, D and L of what is after it; and the last
    moment to leave on to it at which nobody there waits at a price, with the least of their prices a second."""
    size = len(chain) + 1
    opens, closes, dues = ([of(task) for task in chain] for of in (_opens, _closes, _due))
    ready, done, rest, latest, due = ([each] * size for each in (vehicle.shift.start, -_NEVER, 0, _NEVER, _NEVER))
    rate = [0] * size
    ways = seconds.tolist()
    for n, task in enumerate(chain):
        ready[n + 1] = max(ready[n] + ways[n], opens[n]) + task.service
    for n in range(len(chain) - 1, -1, -1):
        further = chain[n].service + ways[n + 1]
        done[n] = max(done[n + 1], opens[n] + further + rest[n + 1])
        rest[n] = further + rest[n + 1]
        latest[n] = min(closes[n], latest[n + 1] - further)
        due[n] = min(dues[n], due[n + 1] - further)
        rate[n] = min((each for each in (chain[n].lateness, rate[n + 1]) if each), default=0)
    return tuple(np.array(each, dtype=np.int64) for each in (ready, done, rest, latest, due, rate))  # type: ignore[return-value]


def _short(vehicle: Vehicle, chain: Sequence[Task], wanted: _Wanted) -> Integers:
    """How much too much is aboard, by dimension, position and task."""
    tables = []
    for d, name in enumerate(DIMENSIONS):
        change = [getattr(task.collect, name) - getattr(task.deliver, name) for task in chain]
        first = getattr(vehicle.aboard, name) + sum(getattr(task.deliver, name) for task in chain)
        load = np.cumsum([first, *change], dtype=np.int64)
        before = np.maximum.accumulate(load)[:, None] + wanted.deliver[d]
        after = np.maximum.accumulate(load[::-1])[::-1][:, None] + wanted.collect[d]
        tables.append(np.maximum(0, np.maximum(before, after) - getattr(vehicle.capacity, name)))
    return np.array(tables)
