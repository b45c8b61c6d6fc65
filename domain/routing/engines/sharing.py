"""How several processes share one search: what each does next, and what comes of it. Pure: `bot/solving.py` has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from domain.routing.engines.decomposition import Neighbourhoods, Part, merged
from domain.routing.engines.limit import Routes
from domain.routing.engines.settling import sequences, settle, total, whole
from domain.routing.problem import Problem

#: Up to so many tasks every process searches the whole problem all the time; above, neighbourhoods of it at last.
_WHOLE = 300
#: With more tasks, how long the whole is searched: a share, and at least seconds for each task. Earlier it is cheaper to
#: go on with the whole.
_WHOLE_SHARE = 0.7
_WHOLE_PER_TASK = 0.05
#: With more tasks than that the whole gets better so slowly that neighbourhoods, larger ones, begin sooner.
_VAST = 600
_VAST_SHARE = 0.4
_VAST_PER_TASK = 0.015
_VAST_PART_TASKS = 400
#: The shares of that time after which all go on from the best whole routes.
_LEGS = (0.5, 1.0)
#: How long a neighbourhood of how many tasks is searched.
_PART_SECONDS = 4.0
_PART_TASKS = 160
#: A problem has at least so many neighbourhoods' tasks, so that the next one is another.
_LEAST_PARTS = 5
#: A search shorter than this finds nothing worth its start, in seconds.
_LEAST = 0.3


@dataclass(frozen=True, slots=True)
class Job:
    """A search for one process: the whole problem where ``part`` is None, from ``start``, for so many seconds (None:
    as long as its iterations take)."""

    seconds: float | None
    seed: int
    start: Routes = field(default_factory=dict)
    part: Part | None = None


class Sharing:
    """The state of a shared search: the best routes so far and who is at what. Seconds count from its start."""

    def __init__(self, problem: Problem, seconds: float | None, seed: int, *, alone: bool) -> None:
        """``problem`` holds only what is possible. ``alone``: one search of the whole, as for a single process."""
        self._problem, self._seconds, self._seed = problem, seconds, seed
        self._alone = alone or seconds is None
        self._large = len(problem.tasks) > _WHOLE and not self._alone
        span, count = seconds or 0.0, len(problem.tasks)
        vast = count > _VAST
        share, per_task = (_VAST_SHARE, _VAST_PER_TASK) if vast else (_WHOLE_SHARE, _WHOLE_PER_TASK)
        self._whole_until = min(span, max(share * span, per_task * count)) if self._large else span
        size = _VAST_PART_TASKS if vast else min(_PART_TASKS, count // _LEAST_PARTS)
        self._neighbourhoods = Neighbourhoods(problem, size) if self._large else None
        self._jobs = 0
        self._at: dict[int, Job] = {}
        self.routes: dict[str, tuple[str, ...]] = {}
        self.cost: int | None = None

    def next(self, process: int, now: float) -> Job | None:
        """What a process that is free does next; None where there is nothing left for it."""
        job = self._next(now)
        if job is not None:
            self._jobs += 1
            self._at[process] = job
        return job

    def take(self, process: int, routes: Routes, *, done: bool) -> bool:
        """Takes what a process found so far, or at the end of its job; whether the whole is cheaper with it."""
        job = self._at.pop(process) if done else self._at[process]
        candidate = routes if job.part is None else merged(self.routes, job.part, routes)
        driven = whole(self._problem, settle(self._problem, candidate))
        cost = total(self._problem, driven).total
        if self.cost is not None and cost >= self.cost:
            return False
        self.routes, self.cost = sequences(driven), cost
        return True

    def give_up(self, process: int) -> None:
        """Forgets the job of a process that is gone."""
        self._at.pop(process, None)

    def _next(self, now: float) -> Job | None:
        first = {key: tuple(keys) for key, keys in self._problem.initial.items()}
        if self._alone or self._seconds is None:
            left = None if self._seconds is None else max(0.0, self._seconds - now)
            return None if self._jobs else Job(left, self._seed, first)
        return self._shared(self._seconds - now, now, first)

    def _shared(self, left: float, now: float, first: Routes) -> Job | None:
        assert self._seconds is not None
        if left < _LEAST:
            return None
        seed = self._seed + self._jobs
        if self._large and self.cost is not None and now >= self._whole_until - _LEAST:
            return self._part(left, seed)
        ends = (share * self._whole_until for share in _LEGS)
        return Job(next((end - now for end in ends if end - now > _LEAST), left), seed, self.routes or first)

    def _part(self, left: float, seed: int) -> Job | None:
        assert self._neighbourhoods is not None
        parts = [job.part for job in self._at.values() if job.part is not None]
        busy = {key for part in parts for key in part.vehicles}
        taken = {key for part in parts for key in part.tasks}
        part = self._neighbourhoods.next(self.routes, busy, taken)
        if part is None:
            return None
        seconds = left if left < 1.5 * _PART_SECONDS else _PART_SECONDS
        return Job(seconds, seed, part.problem.initial, part)


def with_start(problem: Problem, start: Routes) -> Problem:
    """``problem`` with ``start`` as its initial routes, where there are any."""
    initial: Mapping[str, tuple[str, ...]] = {key: tuple(keys) for key, keys in start.items()}
    return replace(problem, initial=initial) if initial else problem
