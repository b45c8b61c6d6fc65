"""Which engine searches for how long, and whose routes are taken.

PyVRP finds, OR-Tools holds the full model and has the last word. Where PyVRP can express everything it gets all the time.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Literal

from domain.routing.engines.limit import Limit, Routes
from domain.routing.engines.settling import insert_rest, sequences, settle, total, whole
from domain.routing.problem import Problem
from domain.routing.solution import PlannedRoute

Engine = Literal["hybrid", "ortools", "pyvrp"]
#: PyVRP's part of the time where OR-Tools has to put right what PyVRP cannot express, and where that is only breaks.
_SHARE = 0.6
_SHARE_WITH_BREAKS = 0.9
#: With more tasks than this OR-Tools improves nothing in useful time, and needs gigabytes.
_MOST_FOR_ORTOOLS = 600


def search(problem: Problem, engine: str, limit: Limit, seed: int) -> Routes:
    """The best routes that ``engine`` finds for what is `possible` of a problem, settled.

    Raises KeyError for an engine that is not known. Without PyVRP the hybrid is OR-Tools alone.
    """
    if engine not in {"hybrid", "ortools", "pyvrp"}:
        raise KeyError(engine)
    if not problem.tasks or not problem.vehicles:
        return {}
    if engine == "ortools" or (engine == "hybrid" and not _is_there("pyvrp")):
        return _improved(problem, limit, seed, _known(problem))
    from domain.routing.engines import finding

    known = _known(problem)
    if engine == "pyvrp" or finding.expressible(problem) or len(problem.tasks) > _MOST_FOR_ORTOOLS:
        return _best(problem, finding.find(problem, limit, seed, known), known, limit)
    left = limit.left()
    share = _SHARE_WITH_BREAKS if finding.expressible(_without_breaks(problem)) else _SHARE
    early = limit if left is None else replace(limit, ends=limit.clock() + share * left)
    found = _best(problem, finding.find(problem, early, seed, known), known, limit)
    return _improved(problem, limit, seed, found)


def _is_there(module: str) -> bool:
    """Whether a module can be imported; it may be installed and not fit this machine."""
    try:
        import_module(module)
    except ImportError:
        return False
    return True


def _without_breaks(problem: Problem) -> Problem:
    return replace(problem, vehicles=tuple(replace(vehicle, breaks=()) for vehicle in problem.vehicles))


def _known(problem: Problem) -> Routes:
    """The initial routes as far as they can be driven."""
    return sequences(settle(problem, problem.initial)) if problem.initial else {}


def _improved(problem: Problem, limit: Limit, seed: int, start: Routes) -> Routes:
    """What OR-Tools makes of ``start`` (or of nothing), and ``start`` itself where that is better."""
    from domain.routing.engines import improving

    found = improving.improve(problem, limit, seed, start)
    return _best(problem, found or {}, start, limit)


def _best(problem: Problem, found: Routes, known: Routes, limit: Limit) -> Routes:
    """The cheaper of two sets of routes, both settled and filled up with what they leave out."""
    candidates: list[dict[str, PlannedRoute]] = []
    for routes in (found, known):
        if routes or not candidates:
            candidates.append(whole(problem, insert_rest(problem, settle(problem, routes), limit)))
    return sequences(min(candidates, key=lambda each: total(problem, each).total))
