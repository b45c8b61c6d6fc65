"""Changes to running routes: what they do to everybody's times, and why they cannot be made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.routing.insertion import Insertion, cheapest_insertion, cheapest_insertions
from domain.routing.problem import Load, Problem, Task, Vehicle
from domain.routing.running import Day, soft, unlimited_time
from domain.routing.schedule import carries, most_aboard, schedule
from domain.routing.solution import PlannedRoute, Reason

#: Dearer than any detour: with it the way that makes customers wait least is the cheapest.
_ANY_DETOUR = 10**7
#: Of so many routes that come nearest to a place one is named as the reason, if they can take the call at all.
_NEAR = 12


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of a call: served on ``route`` from ``now`` instead of from ``was`` (None: not at all).

    ``late`` is by how many seconds that is after what its customers were told, ``waited`` by how many it was before.
    """

    call: str
    route: str | None
    was: int | None
    now: int | None
    late: int = 0
    waited: int = 0

    @property
    def breaks(self) -> bool:
        """Whether the change makes its customers wait longer than they were told, or longer still."""
        return self.late > self.waited


@dataclass(frozen=True, slots=True)
class Change:
    """Routes as they will be, by key."""

    routes: Mapping[str, PlannedRoute]


def effects(day: Day, change: Change) -> list[Effect]:
    """What a change does to the calls of all routes it touches, in the order they will be served; those left out last."""
    was = {visit.task: visit.start for key in change.routes for visit in day.running[key].visits}
    found = []
    for key, route in change.routes.items():
        for visit in route.visits:
            before = was.pop(visit.task, None)
            waited = 0 if before is None else late(day, visit.task, before)
            found.append(Effect(visit.task, key, before, visit.start, late(day, visit.task, visit.start), waited))
    return found + [Effect(call, None, before, None) for call, before in was.items()]


def late(day: Day, call: str, start: int) -> int:
    """Seconds that a start is after what was told."""
    windows = day.strict.task_of[call].windows
    return max(0, start - windows[-1].end) if windows else 0


def insert(day: Day, call: str, among: Iterable[str] | None = None) -> Insertion | Reason:
    """The cheapest place for a new call where nobody waits longer than they were told; or why there is none."""
    names = list(day.problem.vehicle_of) if among is None else list(among)
    found = cheapest_insertion(day.problem, day.chains, call, names, day.running)
    return found if found is not None else why_nowhere(day, call, names)


def insertions(day: Day, call: str) -> Iterator[Insertion]:
    """The best place for a new call on each route on which nobody waits longer than they were told, the cheapest first."""
    return cheapest_insertions(day.problem, day.chains, call, timed=day.running)


def move(day: Day, call: str, source: str, target: str, position: int | None = None) -> Change | Reason:
    """``call`` off route ``source`` and onto ``target`` as the stop of that ``position`` (from 0) of those ahead.

    Without a position where it costs least and, if possible, nobody waits longer than told. The reason where skills,
    goods, load, shift or fixed stops forbid it; waiting customers are an effect, not a reason.
    """
    chains = {**day.chains, source: tuple(each for each in day.chains[source] if each != call)}
    vehicle, task = day.problem.vehicle_of[target], day.problem.task_of[call]
    if call in day.problem.vehicle_of[source].locked:
        return Reason("unfit.fixed", {"route": source})
    reason = None if source == target else _cannot_ride(vehicle, task)
    if reason is not None:
        return reason
    held = len(vehicle.locked)
    if position is None:
        found = cheapest_insertion(day.problem, chains, call, [target])
        found = found or cheapest_insertion(soft(day.problem, _ANY_DETOUR), chains, call, [target])
        position = found.position if found is not None else len(chains[target])
    elif position < held:
        return Reason("unfit.before_fixed", {"route": target, "first": held + 1})
    chain = chains[target]
    position = min(position, len(chain))
    return rearranged(day, {**({} if source == target else {source: chains[source]}),
                            target: (*chain[:position], call, *chain[position:])})  # fmt: skip


def leave_out(day: Day, call: str, source: str) -> Change | Reason:
    """Route ``source`` without ``call``."""
    return rearranged(day, {source: tuple(each for each in day.chains[source] if each != call)})


def rearranged(
    day: Day, chains: Mapping[str, Sequence[str]], *, strict: bool = False, overtime: bool = False
) -> Change | Reason:
    """Routes with these calls in that order, customers waiting as long as need be; or why they cannot be driven.

    ``strict``: within limits that the routes may not keep as things stand; ``overtime``: whenever they end.
    """
    problem = soft(day.strict if strict else day.problem, 1)
    routes = {}
    for key, chain in chains.items():
        vehicle = problem.vehicle_of[key]
        route = schedule(problem, vehicle, chain)
        if route is None and overtime:
            route = schedule(problem, unlimited_time(vehicle), chain)
        if route is None:
            return _why_undrivable(problem, vehicle, chain)
        routes[key] = route
    return Change(routes)


def _cannot_ride(vehicle: Vehicle, task: Task) -> Reason | None:
    if vehicle.key in task.banned:
        return Reason("unfit.goods_elsewhere", {"route": vehicle.key})
    missing = task.skills - vehicle.skills
    return Reason("unfit.no_skills", {"skills": sorted(missing)}) if missing else None


def _why_undrivable(problem: Problem, vehicle: Vehicle, chain: Sequence[str]) -> Reason:
    tasks = [problem.task_of[key] for key in chain]
    if not carries(vehicle, tasks):
        return Reason("unfit.no_room", {"route": vehicle.key, **_over(_over_by(vehicle, tasks))})
    return Reason("unfit.no_time", {"route": vehicle.key, "until": vehicle.shift.end})


def why_nowhere(day: Day, call: str, names: Sequence[str]) -> Reason:
    """Why a new call fits on none of the routes of these ``names``: of the reasons, that of those which came nearest."""
    task = day.problem.task_of[call]
    if not names:
        return Reason("unfit.no_routes")
    reachable = [day.problem.vehicle_of[name] for name in names if name not in task.banned]
    if not reachable:
        return Reason("unfit.all_left")
    able = [vehicle for vehicle in reachable if task.skills <= vehicle.skills]
    if not able:
        missing = min(
            (task.skills - vehicle.skills for vehicle in reachable), key=lambda each: (len(each), sorted(each))
        )
        return Reason("unfit.no_skills", {"skills": sorted(missing)})
    near = _nearest(day, task, able)
    for some in (near[:_NEAR], near[_NEAR:]):
        found = _least_waiting(day, call, some)
        if found is not None:
            return _why_late(day, call, found)
    over = [
        _over_by(vehicle, [*(day.problem.task_of[key] for key in day.chains[vehicle.key]), task]) for vehicle in able
    ]
    if all(any(vars_of(each)) for each in over):
        return Reason("unfit.no_room", _over(min(over, key=vars_of)))
    return Reason("unfit.no_time")


def _nearest(day: Day, task: Task, vehicles: Sequence[Vehicle]) -> list[Vehicle]:
    """Vehicles by how near their routes come to a task's place."""

    def far(vehicle: Vehicle) -> int:
        places = [vehicle.start, *(day.problem.task_of[key].place for key in day.chains[vehicle.key])]
        return int(day.problem.matrices[vehicle.profile].metres[places, task.place].min())

    return sorted(vehicles, key=far)


def _least_waiting(day: Day, call: str, vehicles: Sequence[Vehicle]) -> Insertion | None:
    """The place on the routes of ``vehicles`` where customers wait least; None where they cannot take the call at all."""
    chains = {vehicle.key: day.chains[vehicle.key] for vehicle in vehicles}
    keys = [*(key for chain in chains.values() for key in chain), call]
    tasks = tuple(day.problem.task_of[key] for key in keys)
    patient = soft(replace(day.problem, tasks=tasks, vehicles=tuple(vehicles)), _ANY_DETOUR)
    return cheapest_insertion(patient, chains, call, timed=day.running)


def _why_late(day: Day, call: str, found: Insertion) -> Reason:
    """The place with the least waiting makes the new customer wait, or others."""
    change = effects(day, Change({found.vehicle: found.route}))
    own = next(each for each in change if each.call == call)
    values = {"route": found.vehicle, "at": own.now, "call": call}
    if own.late:
        window = day.strict.task_of[call].windows[-1]
        return Reason("unfit.too_late", {**values, "until": window.end})
    others = sorted((each for each in change if each.breaks), key=lambda each: each.waited - each.late)
    worst = others[0]
    return Reason(
        "unfit.others_late", {**values, "count": len(others), "other": worst.call, "seconds": worst.late - worst.waited}
    )


def _over_by(vehicle: Vehicle, chain: Sequence[Task]) -> Load:
    """By how much the most that is aboard is over what the vehicle holds."""
    over = most_aboard(vehicle, chain) - vehicle.capacity
    return Load(max(0, over.weight), max(0, over.volume), max(0, over.pieces))


def vars_of(load: Load) -> tuple[int, int, int]:
    """Its dimensions, to compare."""
    return load.weight, load.volume, load.pieces


def _over(load: Load) -> dict[str, int]:
    return {"weight": load.weight, "volume": load.volume, "pieces": load.pieces}
