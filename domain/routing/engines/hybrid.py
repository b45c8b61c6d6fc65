"""Which engine searches for how long, and whose routes are taken."""

from __future__ import annotations

from typing import Literal

from domain.routing.engines.limit import Limit, Routes
from domain.routing.problem import Problem

Engine = Literal["hybrid", "ortools", "pyvrp"]


def search(problem: Problem, engine: str, limit: Limit, seed: int) -> Routes:
    """The best routes that ``engine`` finds for what is possible of a problem; they are still to be settled."""
    from domain.routing.engines import finding

    if not problem.tasks or not problem.vehicles:
        return {}
    return finding.find(problem, limit, seed, problem.initial or None)
