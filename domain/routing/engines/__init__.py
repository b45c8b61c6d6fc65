"""The engines: from a problem to a solution with exact times, whatever finds the routes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

from domain.routing.engines import hybrid
from domain.routing.engines.hybrid import Engine
from domain.routing.engines.limit import Limit, Routes
from domain.routing.engines.prefilter import possible
from domain.routing.engines.settling import dropped, insert_rest, settle, total, whole
from domain.routing.problem import Problem
from domain.routing.reasons import reasons
from domain.routing.solution import Drop, PlannedRoute, Solution

__all__ = ["ENGINES", "Engine", "NoLimit", "finish", "solve"]

ENGINES: tuple[str, ...] = get_args(Engine)
#: Of the time, so much is kept for timing the routes, inserting what is left over and finding reasons.
_KEPT = 0.04
_LEAST_KEPT = 0.05
#: What is left over may always take so many seconds: an empty plan in time helps nobody.
_GRACE = 0.5


class NoLimit(ValueError):
    """A search without an end."""


def solve(
    problem: Problem,
    *,
    engine: str = "hybrid",
    seconds: float | None,
    iterations: int | None = None,
    seed: int = 0,
    clock: Callable[[], float],
    progress: Callable[[int, Routes], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Solution:
    """The best solution an ``engine`` finds within ``seconds`` by ``clock`` or so many iterations of its search.

    The same problem, seed and iterations (without ``seconds``) give the same routes. ``progress`` hears of better
    routes and their whole cost now and then; when ``stop`` says so, the best so far is taken. All times are exact
    (`schedule`), every task is on a route or dropped with its reason. Raises NoLimit without any limit and KeyError
    for an engine that is not one of `ENGINES`.
    """
    if seconds is None and iterations is None:
        raise NoLimit("a search needs a limit of seconds or iterations")
    begun = clock()
    within = possible(problem)
    kept = 0.0 if seconds is None else max(_LEAST_KEPT, _KEPT * seconds)
    limit = Limit(
        clock,
        ends=None if seconds is None else begun + max(0.0, seconds - kept),
        iterations=iterations,
        stop=stop or (lambda: False),
        tell=_Told(within, problem, progress) if progress else lambda routes: None,
    )
    routes = hybrid.search(within, engine, limit, seed)
    ends = None if seconds is None else begun + seconds
    return finish(problem, routes, Limit(clock, ends), engine=engine, seconds=clock() - begun, seed=seed)


def finish(
    problem: Problem, routes: Routes, limit: Limit, *, engine: str = "", seconds: float = 0.0, seed: int = 0
) -> Solution:
    """The solution that ``routes`` become: settled, what is left over inserted, timed, costed, drops with reasons."""
    within = possible(problem)
    if limit.ends is not None:
        limit = replace(limit, ends=max(limit.ends, limit.clock() + _GRACE))
    driven = insert_rest(within, settle(within, routes), limit)
    planned = tuple(driven.values())
    left_out = dropped(problem, planned)
    why = reasons(problem, planned, left_out)
    return Solution(
        routes=planned,
        dropped=tuple(Drop(key, why[key]) for key in left_out),
        cost=total(problem, driven),
        engine=engine,
        seconds=seconds,
        seed=seed,
    )


class _Told:
    """Passes better routes on, settled and with their whole cost, as long as that becomes less."""

    def __init__(self, within: Problem, problem: Problem, progress: Callable[[int, Routes], None]) -> None:
        self._within, self._problem, self._progress = within, problem, progress
        self._best: int | None = None

    def __call__(self, routes: Routes) -> None:
        driven: dict[str, PlannedRoute] = whole(self._within, settle(self._within, routes))
        cost = total(self._problem, driven).total
        if self._best is None or cost < self._best:
            self._best = cost
            self._progress(cost, {key: route.tasks for key, route in driven.items()})
