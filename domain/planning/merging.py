"""Taking out of a solution what has changed since, and timing the routes anew."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from domain.planning.inputs import Change
from domain.planning.snapshot import Snapshot, without
from domain.routing.costs import cost_of
from domain.routing.problem import Problem
from domain.routing.schedule import schedule
from domain.routing.solution import Drop, PlannedRoute, Solution

#: Up to so many changed orders, or this part of all, are taken out; with more the day is planned again.
A_FEW, _PART = 3, 0.1


def is_mergeable(found: Sequence[Change], orders: int) -> bool:
    """Whether changes are few enough, and of orders only, so that the rest of a plan is still good."""
    return all(change.what == "order" for change in found) and len(found) <= max(A_FEW, int(orders * _PART))


def merged(
    snapshot: Snapshot, problem: Problem, solution: Solution, gone: Collection[str]
) -> tuple[Snapshot, Problem, Solution] | None:
    """Snapshot, problem and solution without some orders; None where a route without them cannot be driven as it is.

    Fewer stops take no longer where the straight way is the shortest, but travel times need not be so.
    """
    rest = without(snapshot, gone)
    smaller = rest.problem(lambda speed: problem.matrices[_profile(snapshot, speed)])
    left = smaller.task_of
    routes: list[PlannedRoute] = []
    for route in solution.routes:
        chain = [key for key in route.tasks if key in left]
        if not chain:
            continue
        timed = schedule(smaller, smaller.vehicle_of[route.vehicle], chain)
        if timed is None:
            return None
        routes.append(timed)
    drops = tuple(Drop(drop.task, drop.reason) for drop in solution.dropped if drop.task in left)
    cost = cost_of(smaller, routes, [drop.task for drop in drops])
    kept = Solution(tuple(routes), drops, cost, solution.engine, solution.seconds, solution.seed)
    return rest, smaller, kept


def _profile(snapshot: Snapshot, speed: float) -> int:
    return sorted({ride.vehicle.speed for ride in snapshot.day.rides} or {1.0}, reverse=True).index(speed)
