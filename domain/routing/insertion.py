"""Where one more task fits best into routes that are already made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.routing.costs import route_cost
from domain.routing.problem import Problem, Task, Vehicle
from domain.routing.room import survey
from domain.routing.schedule import schedule
from domain.routing.solution import PlannedRoute

Routes = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Insertion:
    """A task at ``position`` (from 0) of a vehicle's tasks: the route that comes of it, and what it adds to the cost."""

    vehicle: str
    position: int
    route: PlannedRoute
    added: int


def cheapest_insertion(
    problem: Problem, routes: Routes, key: str, among: Iterable[str] | None = None
) -> Insertion | None:
    """The feasible place for task ``key`` that adds least; None where there is none.

    ``routes`` are task keys by vehicle; vehicles without a route may be begun. Locked tasks stay first. ``among`` names
    the vehicles to look at, all by default. Exact: places that bounds do not forbid (`room`) are
    tried by what their detour costs at least, until that is more than the best that was found.
    """
    task = problem.task_of[key]
    names = [each.key for each in problem.vehicles] if among is None else list(among)
    vehicles = [problem.vehicle_of[name] for name in names]
    open_to = [vehicle for vehicle in vehicles if may_ride(problem, routes, vehicle, task)]
    possible = _possible(problem, routes, open_to, task)
    places = sorted(
        (least, n, position)
        for n, vehicle in enumerate(open_to)
        for position, least in _detours(problem, vehicle, routes.get(vehicle.key, ()), task)
        if (n, position) in possible
    )
    before: dict[str, int | None] = {}
    best: Insertion | None = None
    for least, n, position in places:
        if best is not None and least >= best.added:
            break
        vehicle = open_to[n]
        chain = list(routes.get(vehicle.key, ()))
        if vehicle.key not in before:
            before[vehicle.key] = _cost(problem, vehicle, chain)
        was = before[vehicle.key]
        route = schedule(problem, vehicle, [*chain[:position], key, *chain[position:]]) if was is not None else None
        if route is None or was is None:
            continue
        added = route_cost(problem, route).total - was
        if best is None or added < best.added:
            best = Insertion(vehicle.key, position, route, added)
    return best


def _possible(problem: Problem, routes: Routes, vehicles: Sequence[Vehicle], task: Task) -> set[tuple[int, int]]:
    """The places that bounds of time and load do not forbid, as number of the vehicle and position."""
    if not vehicles:
        return set()
    chains = {each.key: [problem.task_of[key] for key in routes.get(each.key, ())] for each in vehicles}
    room = survey(problem, vehicles, chains, [task])
    free = room.free[:, 0]
    return set(zip(room.vehicle[free].tolist(), room.position[free].tolist(), strict=True))


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


def _detours(problem: Problem, vehicle: Vehicle, chain: Sequence[str], task: Task) -> Iterator[tuple[int, int]]:
    """Positions after the locked tasks, each with the least that inserting there can add to the cost."""
    metres = problem.matrices[vehicle.profile].metres
    places = [vehicle.start, *(problem.task_of[key].place for key in chain)]
    ends = [vehicle.end] if vehicle.end is not None else []
    after = [*places[1:], *ends]
    begins = 0 if chain or vehicle.sunk else vehicle.fixed
    for position in range(_locked(vehicle, chain), len(chain) + 1):
        here = places[position]
        way = int(metres[here, task.place])
        if position < len(after):
            way += int(metres[task.place, after[position]])
            way -= int(metres[here, after[position]]) if chain else 0
        yield position, begins + vehicle.per_metre * way


def _locked(vehicle: Vehicle, chain: Sequence[str]) -> int:
    """How many tasks at the front must stay there."""
    return next((n for n, key in enumerate(chain) if key not in vehicle.locked), len(chain))


def _cost(problem: Problem, vehicle: Vehicle, chain: Sequence[str]) -> int | None:
    """What a route costs as it is; None where it is not possible itself, so that nothing can be added to it."""
    route = schedule(problem, vehicle, chain)
    return None if route is None else route_cost(problem, route).total
