"""Planning the rest of a day anew: what may change and what that costs, and whether the outcome still fits afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from domain.routing.costs import cost_of, route_cost
from domain.routing.problem import Problem
from domain.routing.running import AT_DEPOT, BREAKING, Chains, Day, Underway
from domain.routing.schedule import schedule
from domain.routing.solution import Cost, PlannedRoute, Solution

#: What it costs to give a stop to another vehicle: 2.00 in thousandths of cents. Drivers know their routes, loads are sorted.
CHANGING = 200_000
#: So much must be saved at least for a driver to take the same stops in another order: 0.50.
REORDERING = 50_000


def problem_of_rest(day: Day) -> Problem:
    """The day as a problem to solve: told windows can be broken at `BREAKING` a second, stops change vehicles at
    `CHANGING` each, what is wrong already is forgiven to vehicles, and the search starts from the routes as they are."""
    home = {call: key for key, chain in day.chains.items() for call in chain}
    tasks = tuple(
        replace(task, lateness=BREAKING, usual=home.get(task.key)) for task in day.strict.tasks
    )  # fmt: skip
    return replace(
        day.strict, tasks=tasks, vehicles=day.problem.vehicles, change=CHANGING,
        initial={key: chain for key, chain in day.chains.items() if chain},
    )  # fmt: skip


def chosen(problem: Problem, solution: Solution) -> tuple[dict[str, tuple[str, ...]], Cost, Cost]:
    """The routes to take, and what they and the present ones cost: the solution's if it serves all and costs less.

    A route that keeps its stops keeps their order too, unless another one saves `REORDERING`.
    """
    as_is = {key: tuple(chain) for key, chain in problem.initial.items()}
    routes = [schedule(problem, problem.vehicle_of[key], chain) for key, chain in as_is.items()]
    driven = [route for route in routes if route is not None]
    before = cost_of(problem, driven, ())
    worse = bool(solution.dropped) or solution.cost.total >= before.total
    if worse and len(driven) == len(routes):
        return as_is, before, before
    taken = [_usual(problem, route, as_is.get(route.vehicle, ())) for route in solution.routes]
    return {route.vehicle: route.tasks for route in taken}, before, cost_of(problem, taken, ())


def _usual(problem: Problem, route: PlannedRoute, before: Sequence[str]) -> PlannedRoute:
    """The route in the order of its stops ``before``, where these are the same and little is saved by another order."""
    if set(before) != set(route.tasks):
        return route
    usual = schedule(problem, problem.vehicle_of[route.vehicle], before)
    if usual is None or route_cost(problem, usual).total - route_cost(problem, route).total >= REORDERING:
        return route
    return usual


def merged(planned: Chains, used: Chains, routes: Sequence[Underway]) -> dict[str, tuple[str, ...]] | None:
    """What was ``planned`` from routes as they were ``used``, for the routes as they are now; None where too much changed.

    Stops that are served or taken off since are left out, and what a driver is on the way to comes first. Too much is a
    stop that is new or was moved since, one on a route that is gone, or one whose goods or place no longer let it go where it
    was planned to.
    """
    now = {route.key: route for route in routes}
    was = {call: key for key, chain in used.items() for call in chain}
    calls = {call.key: (route.key, call) for route in routes for call in route.calls}
    if any(was.get(call) != key for call, (key, _) in calls.items()):
        return None
    chains = {key: tuple(call for call in planned.get(key, ()) if call in calls) for key in now}
    there = {call: key for key, chain in chains.items() for call in chain}
    if there.keys() != calls.keys():
        return None
    for key, route in now.items():
        if any(there[call] != key for call in route.held):
            return None
        if any(not _can_go(calls[call][1].goods, now[key], calls[call][0]) for call in chains[key]):
            return None
        chains[key] = (*route.held, *(call for call in chains[key] if call not in route.held))
    return chains


def _can_go(goods: str | None, route: Underway, own: str) -> bool:
    if goods is None or own == route.key:
        return True
    return not route.left if goods == AT_DEPOT else goods == route.key


def handed_over(before: Chains, after: Chains) -> int:
    """How many stops another vehicle serves."""
    home = {call: key for key, chain in before.items() for call in chain}
    return sum(home.get(call, key) != key for key, chain in after.items() for call in chain)


def chains_of(routes: Iterable[Underway]) -> dict[str, list[str]]:
    """The calls of each route in order, as JSON holds them."""
    return {route.key: [call.key for call in route.calls] for route in routes}
