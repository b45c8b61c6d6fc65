"""Why tasks that depend on others have no place: those that ride together, and those that are locked to a vehicle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from domain.routing.costs import route_cost
from domain.routing.problem import NOTHING, Load, Problem, Span, Task, Vehicle
from domain.routing.reasons.alone import never
from domain.routing.reasons.crowd import Crowd
from domain.routing.reasons.trying import Effort, drive, shortage
from domain.routing.schedule import carries
from domain.routing.solution import PlannedRoute, Reason


def never_on(problem: Problem, task: Task, vehicle: Vehicle) -> Reason | None:
    """Why the vehicle it is locked to could not serve a task even alone; None where it could."""
    alone = never(problem, task, [vehicle])
    if alone is None:
        return None
    others = [each for each in problem.vehicles if each.key != vehicle.key]
    fix = Reason("fix.unlock", {"vehicle": vehicle.key}) if never(problem, task, others) is None else None
    return Reason("drop.locked", {"vehicle": vehicle.key, "because": alone.code.removeprefix("drop.")}, fix)


def held_back(crowd: Crowd, task: Task, vehicle: Vehicle) -> Reason:
    """Why a task that its vehicle could serve alone is not among the locked ones it serves first."""
    chain = crowd.chains.get(vehicle.key, [])
    before = vehicle.locked[: vehicle.locked.index(task.key)]
    position = sum(other.key in before for other in chain)
    tasks = [*chain[:position], task, *chain[position:]]
    because = "apart" if crowd.rivals(vehicle, task) else "" if carries(vehicle, tasks) else "load"
    route = None if because else drive(crowd.problem, vehicle, tasks)
    if route is not None:
        return crowd.not_planned([task], vehicle, crowd.added(route))
    values = {"vehicle": vehicle.key, "because": because or "time"}
    return Reason("drop.locked", values, Reason("fix.unlock", {"vehicle": vehicle.key}))


def why_not_together(
    crowd: Crowd, tasks: Sequence[Task], found: Mapping[str, Reason], effort: Effort
) -> dict[str, Reason]:
    """The reasons of those ``tasks`` that must ride with others, none of which is on a route.

    ``found`` are reasons of tasks that could not be served in any company.
    """
    groups: dict[str, list[Task]] = {}
    for task in crowd.problem.tasks:
        if task.together is not None:
            groups.setdefault(task.together, []).append(task)
    served = {task.key for chain in crowd.chains.values() for task in chain}
    told: dict[str, Reason] = {}
    for task in tasks:
        group = groups.get(task.together or "", [])
        if task.key in told or len(group) < 2 or any(each.key in served for each in group):
            continue
        told |= _of_group(crowd, group, found, effort)
    return told


def _of_group(crowd: Crowd, group: list[Task], found: Mapping[str, Reason], effort: Effort) -> dict[str, Reason]:
    alone = next((each.key for each in group if each.key in found), None)
    if alone is not None:
        reason = Reason("drop.partner", {"partner": alone})
        return {each.key: reason for each in group if each.key not in found}
    reason = _whole(crowd, group, effort)
    return {
        task.key: Reason(
            reason.code, {**reason.values, "partners": [each.key for each in group if each is not task]}, reason.fix
        )
        for task in group
    }


def _whole(crowd: Crowd, group: list[Task], effort: Effort) -> Reason:
    """The reason of a group each of which could be served alone."""
    if any(one.apart & other.apart for n, one in enumerate(group) for other in group[:n]):
        return Reason("drop.group_apart", {}, Reason("fix.separate"))
    allowed = [vehicle for vehicle in _hosts(crowd.problem, group) if not _refused(crowd.problem, vehicle, group)]
    if not allowed:
        return Reason("drop.group_no_vehicle", {}, Reason("fix.separate"))
    large = [_too_large(vehicle, group) for vehicle in allowed]
    if all(large):
        return min((each for each in large if each is not None), key=lambda each: each[0])[1]
    carrying = [vehicle for vehicle, short in zip(allowed, large, strict=True) if short is None]
    return _among(crowd, group, carrying, effort)


def _hosts(problem: Problem, group: list[Task]) -> list[Vehicle]:
    """The vehicles that the locked ones of a group leave to it."""
    keys = {task.key for task in group}
    locked = [vehicle for vehicle in problem.vehicles if keys & set(vehicle.locked)]
    return list(problem.vehicles) if not locked else locked if len(locked) == 1 else []


def _refused(problem: Problem, vehicle: Vehicle, group: list[Task]) -> bool:
    return any(problem.refuses(vehicle, task) for task in group)


def _too_large(vehicle: Vehicle, group: list[Task]) -> tuple[float, Reason] | None:
    """What the group has too much of for the vehicle, if it has, and which part of its room that is."""
    for load in (_sum(task.deliver for task in group), _sum(task.collect for task in group)):
        short = shortage(vehicle, load)
        if short is not None:
            dimension, over = short
            room = getattr(vehicle.capacity, dimension)
            fix = Reason("fix.larger_vehicle", {"dimension": dimension, "amount": room + over})
            values = {"vehicle": vehicle.key, "dimension": dimension, "over": over}
            return over / (room + 1), Reason("drop.group_too_large", values, fix)
    return None


def _sum(loads: Iterable[Load]) -> Load:
    return sum(loads, start=NOTHING)


def _among(crowd: Crowd, group: list[Task], vehicles: list[Vehicle], effort: Effort) -> Reason:
    """The group on one of the routes, or on an empty one."""
    for vehicle in vehicles:
        route = None if any(crowd.rivals(vehicle, task) for task in group) else _with_all(crowd, vehicle, group, effort)
        if route is not None:
            return crowd.not_planned(group, vehicle, crowd.added(route))
    empty = Crowd(crowd.problem, [])
    options = []
    for vehicle in vehicles:
        route = _with_all(empty, vehicle, group, effort)
        if route is not None:
            options.append((route_cost(crowd.problem, route).total, vehicle.key))
    if options:
        return Reason("drop.group_full", {}, Reason("fix.another_vehicle", {"like": min(options)[1]}))
    return Reason("drop.group_too_long", {}, Reason("fix.separate"))


def _with_all(crowd: Crowd, vehicle: Vehicle, group: list[Task], effort: Effort) -> PlannedRoute | None:
    """The vehicle's route with the whole group put in, one after the other, each where the end is soonest."""
    chain = list(crowd.chains.get(vehicle.key, []))
    route: PlannedRoute | None = None
    for task in sorted(group, key=lambda each: _turn(vehicle, each)):
        first = sum(other.key in vehicle.locked for other in chain)
        best: tuple[int, list[Task], PlannedRoute] | None = None
        for position in range(first, first + 1 if task.key in vehicle.locked else len(chain) + 1):
            tasks = [*chain[:position], task, *chain[position:]]
            made = drive(crowd.problem, vehicle, tasks) if effort.spend() else None
            if made is not None and (best is None or made.end < best[0]):
                best = made.end, tasks, made
        if best is None:
            return None
        _, chain, route = best
    return route


def _turn(vehicle: Vehicle, task: Task) -> tuple[int, tuple[Span, ...]]:
    """Locked ones in their order, then those whose windows come first."""
    return (vehicle.locked.index(task.key) if task.key in vehicle.locked else len(vehicle.locked)), task.windows
