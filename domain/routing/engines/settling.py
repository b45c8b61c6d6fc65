"""Settling routes: what an engine found becomes what can be driven, with exact times, nothing twice, all rules kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from domain.routing.costs import cost_of, route_cost
from domain.routing.engines.limit import Limit, Routes
from domain.routing.insertion import cheapest_insertion, may_ride
from domain.routing.problem import Problem, Task, Vehicle
from domain.routing.schedule import schedule
from domain.routing.solution import Cost, PlannedRoute


def settle(problem: Problem, routes: Routes) -> dict[str, PlannedRoute]:
    """What can be driven of ``routes``, by vehicle, in the order of the problem's vehicles; locked tasks lead.

    Tasks that are not the problem's or must not ride with those before them are taken off, and of those that stand in
    the way of a route the cheapest. Groups that ride together may be torn; see `whole`.
    """
    keys: dict[str, tuple[str, ...]] = {}
    seen: set[str] = {key for vehicle in problem.vehicles for key in vehicle.locked}
    for vehicle in problem.vehicles:
        free = (key for key in routes.get(vehicle.key, ()) if key not in seen and key in problem.task_of)
        wanted = list(dict.fromkeys([*vehicle.locked, *free]))
        seen.update(wanted)
        keys[vehicle.key] = ()
        for key in wanted:
            if key in vehicle.locked or may_ride(problem, keys, vehicle, problem.task_of[key]):
                keys[vehicle.key] += (key,)
    driven = {vehicle.key: _drivable(problem, vehicle, keys[vehicle.key]) for vehicle in problem.vehicles}
    return {key: route for key, route in driven.items() if route is not None}


def whole(problem: Problem, routes: Mapping[str, PlannedRoute]) -> dict[str, PlannedRoute]:
    """``routes`` without what is left of groups that ride together or not at all and are not complete."""
    torn = _torn(problem, routes)
    if not torn:
        return dict(routes)
    left: dict[str, PlannedRoute] = {}
    for key, route in routes.items():
        kept = [each for each in route.tasks if problem.task_of[each].together not in torn]
        driven = _drivable(problem, problem.vehicle_of[key], kept) if len(kept) < len(route.visits) else route
        if driven is not None:
            left[key] = driven
    return whole(problem, left)


def insert_rest(problem: Problem, routes: Mapping[str, PlannedRoute], limit: Limit) -> dict[str, PlannedRoute]:
    """``routes`` with the tasks that are on none put where they cost least, the dearest to leave out first.

    A task stays out where it fits nowhere or costs more than leaving it out; groups that ride together come `whole`.
    """
    current = dict(routes)
    left_out = dropped(problem, current.values())
    for group in _groups(problem, left_out):
        if limit.is_over():
            break
        tried = _with_group(problem, current, group)
        if tried is not None:
            current = tried
    return whole(problem, _in_order(problem, current))


def dropped(problem: Problem, routes: Iterable[PlannedRoute]) -> list[str]:
    """The tasks on none of ``routes``, in the order of the problem."""
    planned = {key for route in routes for key in route.tasks}
    return [task.key for task in problem.tasks if task.key not in planned]


def total(problem: Problem, routes: Mapping[str, PlannedRoute]) -> Cost:
    """What ``routes`` cost with all that they leave out."""
    return cost_of(problem, [*routes.values()], dropped(problem, routes.values()))


def sequences(routes: Mapping[str, PlannedRoute]) -> dict[str, tuple[str, ...]]:
    """The tasks of timed routes in order, by vehicle."""
    return {key: route.tasks for key, route in routes.items()}


def _drivable(problem: Problem, vehicle: Vehicle, keys: Sequence[str]) -> PlannedRoute | None:
    """The route that serves as much of ``keys`` as can be; None where that is nothing."""
    chain = list(keys)
    while chain:
        route = schedule(problem, vehicle, chain)
        if route is not None:
            return route
        chain = _one_less(problem, vehicle, chain)
    return None


def _one_less(problem: Problem, vehicle: Vehicle, chain: list[str]) -> list[str]:
    """``chain`` without its cheapest task whose absence makes it drivable; where none does, as much of it as can be
    driven, locked tasks first and then the dearest to leave out."""
    locked = [key for key in chain if key in vehicle.locked]
    free = sorted((key for key in chain if key not in vehicle.locked), key=lambda each: _worth(problem, each))
    for key in free:
        rest = [each for each in chain if each != key]
        if schedule(problem, vehicle, rest) is not None:
            return rest
    kept: set[str] = set()
    for key in (*locked, *reversed(free)):
        if schedule(problem, vehicle, [each for each in chain if each in kept or each == key]) is not None:
            kept.add(key)
    return [each for each in chain if each in kept]


def _worth(problem: Problem, key: str) -> int:
    return problem.dropping(problem.task_of[key])


def _torn(problem: Problem, routes: Mapping[str, PlannedRoute]) -> set[str]:
    """The words of groups that some route carries only a part of."""
    sizes = _sizes(problem.tasks)
    torn: set[str] = set()
    for route in routes.values():
        riding = _sizes(problem.task_of[key] for key in route.tasks)
        torn |= {word for word, count in riding.items() if count < sizes[word]}
    return torn


def _sizes(tasks: Iterable[Task]) -> dict[str, int]:
    sizes: dict[str, int] = defaultdict(int)
    for task in tasks:
        if task.together:
            sizes[task.together] += 1
    return sizes


def _groups(problem: Problem, keys: Sequence[str]) -> list[list[str]]:
    """Tasks alone or, riding together, in groups; the dearest to leave out first."""
    groups: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        word = problem.task_of[key].together
        groups[f"together {word}" if word else f"alone {key}"].append(key)
    return sorted(groups.values(), key=lambda group: -sum(_worth(problem, key) for key in group))


def _with_group(
    problem: Problem, routes: Mapping[str, PlannedRoute], group: Sequence[str]
) -> dict[str, PlannedRoute] | None:
    """Routes with all of ``group``, or None where that cannot be or costs more than leaving them out."""
    alone = len(group) == 1
    tries = [_on(problem, routes, group, among) for among in ([None] if alone else [[v.key] for v in problem.vehicles])]
    made = [each for each in tries if each is not None]
    if not made:
        return None
    added, now = min(made, key=lambda each: each[0])
    return now if added <= sum(_worth(problem, key) for key in group) else None


def _on(
    problem: Problem, routes: Mapping[str, PlannedRoute], group: Sequence[str], among: Sequence[str] | None
) -> tuple[int, dict[str, PlannedRoute]] | None:
    """Routes with all of ``group`` on vehicles of ``among``, and what they cost more; None where that cannot be."""
    now = dict(routes)
    for key in group:
        found = cheapest_insertion(problem, sequences(now), key, among, now)
        if found is None:
            return None
        now[found.vehicle] = found.route
    changed = [key for key in now if now[key] is not routes.get(key)]
    added = sum(route_cost(problem, now[key]).total for key in changed)
    return added - sum(route_cost(problem, routes[key]).total for key in changed if key in routes), now


def _in_order(problem: Problem, routes: Mapping[str, PlannedRoute]) -> dict[str, PlannedRoute]:
    return {vehicle.key: routes[vehicle.key] for vehicle in problem.vehicles if vehicle.key in routes}
