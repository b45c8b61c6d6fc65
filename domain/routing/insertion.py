"""Where one more task fits best into routes that are already made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from domain.routing.costs import route_cost
from domain.routing.problem import Problem, Task, Vehicle
from domain.routing.room import Room, survey
from domain.routing.schedule import schedule
from domain.routing.solution import Cost, PlannedRoute

Routes = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Insertion:
    """A task at ``position`` (from 0) of a vehicle's tasks: the route that comes of it, and what it adds to the cost."""

    vehicle: str
    position: int
    route: PlannedRoute
    added: int


def cheapest_insertion(
    problem: Problem,
    routes: Routes,
    key: str,
    among: Iterable[str] | None = None,
    timed: Mapping[str, PlannedRoute] | None = None,
) -> Insertion | None:
    """The feasible place for task ``key`` that adds least; None where there is none. See `cheapest_insertions`."""
    return next(cheapest_insertions(problem, routes, key, among, timed), None)


def cheapest_insertions(
    problem: Problem,
    routes: Routes,
    key: str,
    among: Iterable[str] | None = None,
    timed: Mapping[str, PlannedRoute] | None = None,
) -> Iterator[Insertion]:
    """The best feasible place for task ``key`` on each vehicle that has one, the vehicle on which it adds least first.

    ``routes`` are task keys by vehicle; vehicles without a route may be begun. Locked tasks stay first. ``among`` names
    the vehicles to look at, all by default; ``timed`` are routes whose times are known. Places that bounds do not
    forbid (`room`) are tried by what they add to the cost at least, until that is more than the best that was found. That
    is exact, unless breaks or several windows make the day shorter by a longer way.
    """
    task = problem.task_of[key]
    names = [each.key for each in problem.vehicles] if among is None else list(among)
    vehicles = [problem.vehicle_of[name] for name in names]
    open_to = [vehicle for vehicle in vehicles if may_ride(problem, routes, vehicle, task)]
    if not open_to:
        return
    chains = {each.key: [problem.task_of[key] for key in routes.get(each.key, ())] for each in open_to}
    room = survey(problem, open_to, chains, [task])
    before = _before(problem, open_to, routes, timed or {}, set(room.vehicle[room.free[:, 0]].tolist()))
    best: dict[int, Insertion] = {}
    given: set[int] = set()
    for least, n, position in _places(open_to, task, room, before):
        yield from _sure(best, given, least)
        if n in given or (n in best and least >= best[n].added):
            continue
        vehicle = open_to[n]
        chain = list(routes.get(vehicle.key, ()))
        route = schedule(problem, vehicle, [*chain[:position], key, *chain[position:]])
        if route is None:
            continue
        added = route_cost(problem, route).total - before[n].cost.total
        if n not in best or added < best[n].added:
            best[n] = Insertion(vehicle.key, position, route, added)
    yield from _sure(best, given, None)


def _sure(best: dict[int, Insertion], given: set[int], least: int | None) -> Iterator[Insertion]:
    """Of the best places by vehicle those that nothing beats which adds ``least`` or more; they are then ``given``."""
    for n in sorted(best, key=lambda n: best[n].added):
        if least is not None and least < best[n].added:
            return
        given.add(n)
        yield best.pop(n)


@dataclass(frozen=True, slots=True)
class _Before:
    """A route as it is: what it costs, the seconds in which nobody drives or serves, whether some may be served late."""

    cost: Cost
    idle: int
    soft: bool


def _before(
    problem: Problem, vehicles: Sequence[Vehicle], routes: Routes, timed: Mapping[str, PlannedRoute], numbers: set[int]
) -> dict[int, _Before]:
    """Some routes as they are, by number of the vehicle; without those that cannot be driven: nothing can be added."""
    found = {}
    for n in numbers:
        vehicle = vehicles[n]
        chain, route = tuple(routes.get(vehicle.key, ())), timed.get(vehicle.key)
        if route is None or route.tasks != chain:
            route = schedule(problem, vehicle, chain)
        if route is not None:
            busy = route.driving + sum(visit.departure - visit.start for visit in route.visits)
            soft = any(problem.task_of[key].lateness is not None for key in route.tasks)
            found[n] = _Before(route_cost(problem, route), route.working - busy, soft)
    return found


def _places(
    vehicles: Sequence[Vehicle], task: Task, room: Room, before: Mapping[int, _Before]
) -> list[tuple[int, int, int]]:
    """What each place that bounds allow adds at least, the number of its vehicle and its position, the cheapest first.

    The time in which nobody drives or serves may all be saved; but a longer way makes no day shorter, unless somebody is
    served late for it.
    """
    rows = np.flatnonzero(room.free[:, 0] & np.isin(room.vehicle, list(before)))
    number = room.vehicle[rows]
    wage = np.array([vehicle.per_second for vehicle in vehicles], dtype=np.int64)[number]
    now = [before[n] for n in number.tolist()]
    idle, was_late = (
        np.array(each, dtype=np.int64) for each in ([b.idle for b in now], [b.cost.lateness for b in now])
    )
    soft = np.array([b.soft for b in now], dtype=bool)
    longer, driven = room.longer[rows, 0], room.longer[rows, 0] - task.service
    work = np.where(soft, longer - idle, np.maximum(longer - idle, np.minimum(0, longer)))
    least = room.extra[rows, 0] + wage * (work - driven) + room.waiting[rows, 0] - was_late
    return sorted(zip(least.tolist(), number.tolist(), room.position[rows].tolist(), strict=True))


def may_ride(problem: Problem, routes: Routes, vehicle: Vehicle, task: Task) -> bool:
    """Whether skills, bans and company let ``task`` ride on ``vehicle`` as the routes are."""
    if problem.refuses(vehicle, task):
        return False
    if task.apart and any(task.apart & problem.task_of[key].apart for key in routes.get(vehicle.key, ())):
        return False
    if task.together is None:
        return True
    hosts = {
        name for name, keys in routes.items() if any(problem.task_of[key].together == task.together for key in keys)
    }
    return hosts <= {vehicle.key}
