"""Routes that are being driven, as a routing problem for the rest of the day.

Times are seconds since an origin, now. What happens today has happened: a vehicle is where it is, a stop that will be
late is late. So the problem made here forgives what is wrong already and nothing more: no customer later than they were
told, or than they will be anyway; no shift longer than it is, or will be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from domain.routing.problem import NOTHING, UNLIMITED, Break, Load, Matrix, Problem, Span, Task, Vehicle
from domain.routing.schedule import most_aboard, schedule
from domain.routing.solution import PlannedRoute
from domain.travel.straight import straight_line
from domain.values import Place

#: Where goods are that no vehicle has aboard.
AT_DEPOT = "depot"
#: What a second costs that a customer waits longer than told, where that may be: 1.20 a minute in thousandths of cents.
BREAKING = 2_000
#: Later than anything of the day.
_NEVER = 10**9
#: A break that cannot start in its window any more starts so many seconds after it at the latest, the first that works.
_LATER = (0, 900, 1_800, 3_600, 7_200, 14_400)


@dataclass(frozen=True, slots=True)
class Call:
    """A stop still to be made. ``window`` is what its customers were told, or else promised.

    ``goods`` is where what it delivers is: the key of the route that has it aboard, `AT_DEPOT`, or None for nothing. A
    ``fixed`` one keeps its route and its place there, and so do those before it.
    """

    key: str
    place: Place
    service: int = 0
    window: Span | None = None
    deliver: Load = NOTHING
    collect: Load = NOTHING
    skills: frozenset[str] = frozenset()
    goods: str | None = None
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Underway:
    """A route from now on: it goes on from ``here`` at ``ready`` and is ``home`` (None: anywhere) by ``until``.

    ``left`` says that it left the depot, and so takes nothing more from there; ``aboard`` is what it collected so far.
    ``rests`` are those still to be taken, ``max_driving`` and ``max_duration`` what remains of them. ``speed`` is how fast
    it is against others.
    """

    key: str
    here: Place
    ready: int
    until: int
    home: Place | None
    calls: tuple[Call, ...] = ()
    left: bool = False
    capacity: Load = UNLIMITED
    aboard: Load = NOTHING
    skills: frozenset[str] = frozenset()
    rests: tuple[Break, ...] = ()
    max_driving: int | None = None
    max_duration: int | None = None
    fixed_cost: int = 0
    per_second: int = 0
    per_metre: int = 1
    speed: float = 1.0

    @property
    def held(self) -> tuple[str, ...]:
        """The calls at the front that keep their places."""
        last = max((n for n, call in enumerate(self.calls, 1) if call.fixed), default=0)
        return tuple(call.key for call in self.calls[:last])


Chains = Mapping[str, Sequence[str]]


@dataclass(frozen=True, eq=False)
class Day:
    """The rest of a day: the problem, the calls of each route in order, and the times they have as things stand.

    ``strict`` is the problem with nothing forgiven.
    """

    problem: Problem
    strict: Problem
    chains: dict[str, tuple[str, ...]]
    running: dict[str, PlannedRoute]


def soft(problem: Problem, lateness: int) -> Problem:
    """The problem in which customers may wait longer, at that price a second."""
    return replace(problem, tasks=tuple(replace(task, lateness=lateness) for task in problem.tasks))


def rest_of_day(
    routes: Sequence[Underway],
    new: Sequence[Call] = (),
    *,
    origin: datetime,
    traffic: float = 1.0,
    everywhere: Iterable[str] = (),
) -> Day:
    """The problem of the routes as they are now, with calls that are ``new``, on no route.

    Ways are straight lines × ``traffic``, and known only among the places of one route: to and from the new calls and
    those of the keys in ``everywhere`` from all. That is what inserting and moving need; all pairs of a thousand places
    would take longer than all else.
    """
    calls = [call for route in routes for call in route.calls] + list(new)
    index = _indexed(routes, calls)
    shared = {call.key for call in new} | set(everywhere)
    anywhere = [index[call.place] for call in calls if call.key in shared]
    speeds = sorted({route.speed for route in routes}) or [1.0]
    matrices = tuple(_matrix(speed, routes, index, anywhere, traffic) for speed in speeds)
    problem = Problem(
        tasks=_tasks(calls, routes, index),
        vehicles=tuple(_vehicle(route, index, speeds.index(route.speed)) for route in routes),
        matrices=matrices,
        origin=origin,
    )
    chains = {route.key: tuple(call.key for call in route.calls) for route in routes}
    return forgiving(problem, chains)


def with_ways(routes: Sequence[Underway], *, origin: datetime, places: Sequence[Place], matrix: Matrix) -> Day:
    """The problem of the routes with known ways between all places: ``matrix`` in the order of ``places``."""
    index = {place: n for n, place in enumerate(places)}
    speeds = sorted({route.speed for route in routes}) or [1.0]
    matrices = tuple(Matrix(np.rint(matrix.seconds / speed).astype(np.int64), matrix.metres) for speed in speeds)
    problem = Problem(
        tasks=_tasks([call for route in routes for call in route.calls], routes, index),
        vehicles=tuple(_vehicle(route, index, speeds.index(route.speed)) for route in routes),
        matrices=matrices,
        origin=origin,
    )
    return forgiving(problem, {route.key: tuple(call.key for call in route.calls) for route in routes})


def places_of(routes: Sequence[Underway]) -> list[Place]:
    """Every place of the routes, once."""
    return list(_indexed(routes, [call for route in routes for call in route.calls]))


def forgiving(problem: Problem, chains: Chains) -> Day:
    """The day of a problem and its routes as they are, with what is wrong already allowed."""
    late: dict[str, Task] = {}
    vehicles, running = [], {}
    for vehicle in problem.vehicles:
        chain = chains.get(vehicle.key, ())
        route = schedule(problem, vehicle, chain)
        if route is None:
            vehicle, route = _as_it_goes(problem, vehicle, chain)
            late |= {visit.task: _as_late(problem.task_of[visit.task], visit.start) for visit in route.visits}
        running[vehicle.key] = route
        vehicles.append(vehicle)
    forgiven = replace(
        problem, tasks=tuple(late.get(task.key, task) for task in problem.tasks), vehicles=tuple(vehicles)
    )
    return Day(forgiven, problem, {key: tuple(chain) for key, chain in chains.items()}, running)


def unlimited_time(vehicle: Vehicle) -> Vehicle:
    """The vehicle, however long it takes."""
    shift = Span(vehicle.shift.start, max(vehicle.shift.end, _NEVER))
    return replace(vehicle, max_driving=None, max_duration=None, shift=shift)


def _as_it_goes(problem: Problem, vehicle: Vehicle, chain: Sequence[str]) -> tuple[Vehicle, PlannedRoute]:
    """The vehicle with limits that its route keeps, and the route."""
    tasks = tuple(problem.task_of[key] for key in chain)
    patient = soft(replace(problem, tasks=tasks), 0)
    boundless = replace(unlimited_time(vehicle), capacity=UNLIMITED)
    breaks, route = _rested(patient, boundless, chain)
    limits = replace(
        vehicle,
        breaks=breaks,
        shift=Span(vehicle.shift.start, max(vehicle.shift.end, route.end)),
        capacity=_wider(vehicle.capacity, most_aboard(vehicle, tasks)),
    )
    if vehicle.max_driving is not None:
        limits = replace(limits, max_driving=max(vehicle.max_driving, route.driving))
    if vehicle.max_duration is not None:
        limits = replace(limits, max_duration=max(vehicle.max_duration, route.working))
    return limits, route


def _rested(patient: Problem, vehicle: Vehicle, chain: Sequence[str]) -> tuple[tuple[Break, ...], PlannedRoute]:
    """The breaks with windows in which they can be taken on the route, and the route; no breaks if there is no way."""
    for later in _LATER:
        breaks = tuple(
            replace(rest, window=Span(rest.window.start, rest.window.end + later)) for rest in vehicle.breaks
        )
        route = schedule(patient, replace(vehicle, breaks=breaks), chain)
        if route is not None:
            return breaks, route
    route = schedule(patient, replace(vehicle, breaks=()), chain)
    assert route is not None, "without limits every order of stops can be driven"
    return (), route


def _as_late(task: Task, start: int) -> Task:
    """The task with its last window open until it is served as things stand."""
    if not task.windows or start <= task.windows[-1].end:
        return task
    return replace(task, windows=(*task.windows[:-1], Span(task.windows[-1].start, start)))


def _wider(one: Load, other: Load) -> Load:
    return Load(max(one.weight, other.weight), max(one.volume, other.volume), max(one.pieces, other.pieces))


def _indexed(routes: Sequence[Underway], calls: Sequence[Call]) -> dict[Place, int]:
    places = dict.fromkeys(call.place for call in calls)
    for route in routes:
        places |= dict.fromkeys((route.here, *((route.home,) if route.home else ())))
    return {place: n for n, place in enumerate(places)}


def _tasks(calls: Sequence[Call], routes: Sequence[Underway], index: Mapping[Place, int]) -> tuple[Task, ...]:
    """The calls as tasks, each banned from vehicles that cannot have its goods or must not have it."""
    every = frozenset(route.key for route in routes)
    left = frozenset(route.key for route in routes if route.left)
    others = {key: every - {key} for key in every}
    own = {call.key: route.key for route in routes for call in route.calls}

    def banned(call: Call) -> frozenset[str]:
        if call.fixed:
            return others[own[call.key]]
        if call.goods is None:
            return frozenset()
        return left if call.goods == AT_DEPOT else others.get(call.goods, every)

    return tuple(
        Task(
            key=call.key,
            place=index[call.place],
            service=call.service,
            windows=() if call.window is None else (call.window,),
            deliver=call.deliver,
            collect=call.collect,
            skills=call.skills,
            banned=banned(call),
        )
        for call in calls
    )


def _vehicle(route: Underway, index: Mapping[Place, int], profile: int) -> Vehicle:
    return Vehicle(
        key=route.key,
        start=index[route.here],
        end=None if route.home is None else index[route.home],
        shift=Span(route.ready, max(route.ready, route.until)),
        capacity=route.capacity,
        max_driving=route.max_driving,
        max_duration=route.max_duration,
        breaks=tuple(_still(rest, route.ready) for rest in route.rests) if route.left else route.rests,
        skills=route.skills,
        fixed=route.fixed_cost,
        per_second=route.per_second,
        per_metre=route.per_metre,
        profile=profile,
        locked=route.held,
        aboard=route.aboard,
        sunk=True,
    )


def _still(rest: Break, ready: int) -> Break:
    """A rest that was not taken yet: no route that left long ago has it behind it."""
    start = max(rest.window.start, ready)
    return replace(rest, window=Span(start, max(rest.window.end, start)))


def _matrix(
    speed: float, routes: Sequence[Underway], index: Mapping[Place, int], anywhere: Sequence[int], traffic: float
) -> Matrix:
    """Ways within each route of that speed, and to and from ``anywhere``; nothing elsewhere."""
    size = len(index)
    seconds, metres = np.zeros((size, size), np.int64), np.zeros((size, size), np.int64)
    places = list(index)
    for route in routes:
        if route.speed != speed:
            continue
        ends = [index[route.here], *([index[route.home]] if route.home else [])]
        block = sorted({*ends, *(index[call.place] for call in route.calls), *anywhere})
        ways = straight_line([places[n] for n in block])
        cells = np.ix_(block, block)
        seconds[cells] = np.rint(ways.seconds * (traffic / speed))
        metres[cells] = ways.metres
    return Matrix(seconds, metres)
