"""Routing problems to test with: small ones made by hand, and hypothesis strategies for whole ones.

Places of hand-made problems lie on a line, ten minutes and a kilometre apart; the depot is place 0.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
from hypothesis import strategies as st

from domain.routing.costs import cost_of, route_cost
from domain.routing.insertion import cheapest_insertion, may_ride
from domain.routing.problem import NOTHING, UNLIMITED, Balance, Break, Load, Matrix, Problem, Span, Task, Vehicle
from domain.routing.schedule import schedule
from domain.routing.solution import Cost, Drop, PlannedRoute, Reason, Solution

MINUTE = 60
HOUR = 3600
DAY = Span(0, 24 * HOUR)
LEG = 10 * MINUTE
WAY = 1000


def on_a_line(places: int) -> Matrix:
    """Travel between places on a line."""
    apart = np.abs(np.subtract.outer(np.arange(places), np.arange(places)))
    return Matrix(apart * LEG, apart * WAY)


def a_van(key: str = "van", **changes: Any) -> Vehicle:
    """A van of the depot with a whole day's shift; every second and metre costs 1."""
    return replace(Vehicle(key, 0, 0, DAY, per_second=1), **changes)


def a_problem(tasks: Sequence[Task], *vehicles: Vehicle, **changes: Any) -> Problem:
    """Tasks on a line, and one van where no vehicles are given."""
    places = 1 + max([task.place for task in tasks], default=0)
    matrices = (on_a_line(max(places, 4)),)
    return Problem(tuple(tasks), vehicles or (a_van(),), changes.pop("matrices", matrices), **changes)


def planned(problem: Problem, routes: Mapping[str, Sequence[str]]) -> Solution:
    """The solution that drives ``routes`` (task keys by vehicle key) and leaves out what is on none of them."""
    made = []
    for vehicle in problem.vehicles:
        if routes.get(vehicle.key):
            route = schedule(problem, vehicle, routes[vehicle.key])
            assert route is not None, f"{vehicle.key} cannot drive {routes[vehicle.key]}"
            made.append(route)
    return priced(problem, made)


def priced(problem: Problem, routes: Sequence[PlannedRoute]) -> Solution:
    """The solution of ``routes``, whatever they break, with all that is on none of them left out."""
    on_routes = {key for route in routes for key in route.tasks}
    left = [task.key for task in problem.tasks if task.key not in on_routes]
    known = all(key in problem.task_of for key in on_routes) and all(r.vehicle in problem.vehicle_of for r in routes)
    cost = cost_of(problem, routes, left) if known else Cost()
    return Solution(tuple(routes), tuple(Drop(key, Reason("drop.no_vehicle")) for key in left), cost)


def large_day(stops: int, vans: int, seed: int = 1) -> Problem:
    """Stops all over a town, most with a morning's or an afternoon's window; vans with breaks and two capacities."""
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 20_000, (stops + 1, 2))
    metres = np.rint(np.hypot(*(points[:, None] - points[None, :]).transpose(2, 0, 1))).astype(np.int64)
    starts = rng.choice([8, 12, 0], stops).tolist()
    weights = rng.integers(1, 20, (stops, 2)).tolist()
    tasks = tuple(
        Task(f"t{n}", n + 1, 180, (Span(start * HOUR, (start + 5) * HOUR),) if start else (), Load(*weights[n]))
        for n, start in enumerate(starts)
    )
    room = Load(15 * stops // vans, 15 * stops // vans)
    lunch = Break(Span(11 * HOUR, 13 * HOUR), 1800)
    van = a_van(shift=Span(8 * HOUR, 18 * HOUR), capacity=room, breaks=(lunch,), fixed=20_000)
    return Problem(tasks, tuple(replace(van, key=f"v{n}") for n in range(vans)), (Matrix(metres // 8, metres),))


def crowded_day(
    seed: int, stops: int, vans: int, left: int, penalty: int | None = None
) -> tuple[Problem, dict[str, list[str]]]:
    """A day in the plane with windows, loads, breaks and two kinds of vans, filled by cheapest insertion but for the
    last ``left`` stops, many of which no longer fit."""
    rng, lift = Random(seed), frozenset({"lift"})
    points = np.array([[rng.randrange(20_000), rng.randrange(20_000)] for _ in range(stops + 1)])
    metres = np.rint(np.hypot(*(points[:, None] - points[None, :]).transpose(2, 0, 1))).astype(np.int64)
    starts = [rng.randrange(8, 16) * HOUR for _ in range(stops)]
    tasks = tuple(
        Task(
            f"t{n}", n + 1, 300, (Span(start, start + 2 * HOUR),), Load(rng.randrange(1, 30), rng.randrange(1, 30)),
            skills=lift if rng.random() < 0.2 else frozenset(), penalty=penalty if n >= stops - left else None,
        )
        for n, start in enumerate(starts)
    )  # fmt: skip
    lunch = Break(Span(11 * HOUR, 13 * HOUR), 1800)
    room = Load(15 * stops // vans, 15 * stops // vans)
    vehicles = tuple(
        a_van(
            f"v{n}", shift=Span(8 * HOUR, (14 + n % 3) * HOUR), capacity=room, breaks=(lunch,) if n % 2 else (),
            skills=lift if n % 3 else frozenset(), fixed=1000,
        )
        for n in range(vans)
    )  # fmt: skip
    problem = Problem(tasks, vehicles, (Matrix(metres // 6, metres),))
    routes: dict[str, list[str]] = {}
    for task in tasks[: stops - left]:
        found = cheapest_insertion(problem, routes, task.key)
        if found is not None:
            routes.setdefault(found.vehicle, []).insert(found.position, task.key)
    return problem, routes


def every_place(problem: Problem, routes: Mapping[str, Sequence[str]], key: str) -> list[int]:
    """What every feasible place for one more task adds to the cost, by trying all there are."""
    added = []
    for vehicle in problem.vehicles:
        chain = list(routes.get(vehicle.key, ()))
        now = schedule(problem, vehicle, chain)
        if now is None or not may_ride(
            problem, {name: tuple(keys) for name, keys in routes.items()}, vehicle, problem.task_of[key]
        ):
            continue
        first = next((n for n, each in enumerate(chain) if each not in vehicle.locked), len(chain))
        for position in range(first, len(chain) + 1):
            route = schedule(problem, vehicle, [*chain[:position], key, *chain[position:]])
            if route is not None:
                added.append(route_cost(problem, route).total - route_cost(problem, now).total)
    return added


def halfway(problem: Problem) -> dict[str, list[str]]:
    """Routes of the first half of the tasks that depend on no others, and nothing else."""
    locked = {key for vehicle in problem.vehicles for key in vehicle.locked}
    free = [task.key for task in problem.tasks if task.together is None and task.key not in locked]
    routes: dict[str, list[str]] = {}
    for key in free[: len(free) // 2]:
        found = cheapest_insertion(problem, routes, key)
        if found is not None:
            routes.setdefault(found.vehicle, []).insert(found.position, key)
    return routes


#: What problems can be about, besides places, services and shifts; any mixture must be survived.
FEATURES = (
    "windows", "two windows", "night", "lateness", "penalties", "priorities", "skills", "bans", "together", "apart",
    "usual", "loads", "pickups", "aboard", "breaks", "two breaks", "driving", "duration", "open ends", "other ends",
    "depots", "locked", "profiles", "no shift", "same place", "at the depot", "fixed", "sunk", "balance", "initial", "one way",
)  # fmt: skip


@st.composite
def problems(draw: st.DrawFn, most_tasks: int = 12) -> Problem:
    """A whole problem of any mixture of features. What fails shrinks to few tasks, vehicles and features."""
    tasks = draw(st.integers(draw(st.sampled_from([0, 4, 8, 8])), most_tasks))
    vehicles = draw(st.sampled_from([1, 2, 3, 4, 1, 2, 3, 4, 2, 3, 3, 0]))
    at_least = draw(st.sampled_from([0, 2, 4, 8, 12]))
    features = draw(st.frozensets(st.sampled_from(FEATURES), min_size=at_least))
    return some_problem(tasks, vehicles, features, draw(st.integers(0, 2**20)))


def some_problem(tasks: int, vehicles: int, features: Collection[str], seed: int) -> Problem:
    """A problem that has ``features``, each by its own chance, so that it stays alike when one is left out."""
    chance = _Chance(features, seed)
    places = max(2, tasks)
    keys = [f"v{n}" for n in range(vehicles)]
    vans = [_some_vehicle(chance, key, places) for key in keys]
    visits = [_some_task(chance, f"t{n}", places, keys) for n in range(tasks)]
    rest = [task.key for task in visits]
    chance.of("locked", "").shuffle(rest)
    for n, van in enumerate(vans):
        locked = chance.of("locked", van.key).choice([0, 0, 1, 2]) if "locked" in features else 0
        vans[n], rest = replace(van, locked=tuple(rest[:locked])), rest[locked:]
    initial: dict[str, tuple[str, ...]] = {}
    for key in rest if "initial" in features and vans else ():
        name = chance.of("initial", key).choice([*keys, "none"])
        initial[name] = (*initial.get(name, ()), key)
    initial.pop("none", None)
    return Problem(
        tuple(visits),
        tuple(vans),
        tuple(_some_ways(chance, places, n) for n in range(2 if "profiles" in features else 1)),
        initial=initial,
        balance=chance.maybe("balance", "", lambda rng: Balance(rng.randrange(6) * HOUR, rng.randrange(3)), None),
        change=300 if "usual" in features else 0,
    )


class _Chance:
    """Chance for each feature and key of its own."""

    def __init__(self, features: Collection[str], seed: int) -> None:
        self._features, self._seed = features, seed

    def of(self, feature: str, key: str) -> Random:
        return Random(f"{self._seed} {feature} {key}")

    def maybe(self, feature: str, key: str, value: Callable[[Random], Any], otherwise: Any, share: float = 0.5) -> Any:
        """``value`` for some keys where the problem has the feature."""
        rng = self.of(feature, key)
        return value(rng) if feature in self._features and rng.random() < share else otherwise


def _some_task(chance: _Chance, key: str, places: int, vehicles: Sequence[str]) -> Task:
    def maybe(feature: str, value: Callable[[Random], Any], otherwise: Any, share: float = 0.5) -> Any:
        return chance.maybe(feature, key, value, otherwise, share)

    plain = chance.of("plain", key)
    windows = maybe("windows", lambda rng: (_some_span(rng, 12 * HOUR),), (), 0.8)
    windows += maybe("two windows", lambda rng: (_some_span(rng, 12 * HOUR),), ())
    windows += maybe("night", lambda rng: (_some_span(rng, 30 * HOUR),), (), 0.3)
    place = maybe("same place", lambda rng: 1, plain.randrange(places))
    return Task(
        key,
        maybe("at the depot", lambda rng: 0, place, 0.2),
        service=plain.choice([0, 60, 300, 1800]),
        windows=tuple(sorted(windows)),
        deliver=maybe("loads", _some_load, NOTHING, 0.8),
        collect=maybe("pickups", _some_load, NOTHING, 0.4),
        lateness=maybe("lateness", lambda rng: rng.randrange(3), None),
        penalty=maybe("penalties", lambda rng: rng.randrange(20_000), None, 0.6),
        priority=maybe("priorities", lambda rng: rng.randrange(3), 0),
        skills=maybe(
            "skills", lambda rng: frozenset(rng.sample(["fridge", "lift"], rng.randrange(3))), frozenset(), 0.3
        ),
        banned=maybe("bans", lambda rng: frozenset(rng.sample(vehicles, min(len(vehicles), 1))), frozenset(), 0.3),
        together=maybe("together", lambda rng: rng.choice("gh"), None, 0.4),
        apart=maybe("apart", lambda rng: frozenset(rng.sample("pq", rng.randrange(3))), frozenset()),
        usual=maybe("usual", lambda rng: rng.choice([*vehicles, "somebody who left"]), None),
    )


def _some_vehicle(chance: _Chance, key: str, places: int) -> Vehicle:
    def maybe(feature: str, value: Callable[[Random], Any], otherwise: Any, share: float = 0.5) -> Any:
        return chance.maybe(feature, key, value, otherwise, share)

    plain = chance.of("plain", key)
    start = maybe("depots", lambda rng: rng.randrange(places), 0)
    begin = plain.randrange(0, 8) * HOUR
    shift = Span(begin, begin + plain.randrange(4, 14) * HOUR)
    shift = maybe("night", lambda rng: Span(begin, begin + 24 * HOUR), shift, 0.3)
    rests = maybe("breaks", lambda rng: (_some_break(rng, shift),), (), 0.8)
    rests += maybe("two breaks", lambda rng: (_some_break(rng, shift),), ())
    return Vehicle(
        key,
        start,
        maybe("open ends", lambda rng: None, maybe("other ends", lambda rng: rng.randrange(places), start)),
        maybe("no shift", lambda rng: Span(begin, begin), shift, 0.3),
        capacity=maybe("loads", lambda rng: rng.choice([Load(10, 10, 10), Load(20, 15, 8)]), UNLIMITED, 0.8),
        max_driving=maybe("driving", lambda rng: rng.randrange(0, 5 * HOUR), None),
        max_duration=maybe("duration", lambda rng: rng.randrange(0, 10 * HOUR), None),
        breaks=rests,
        skills=maybe(
            "skills", lambda rng: frozenset(rng.sample(["fridge", "lift"], rng.randrange(1, 3))), frozenset(), 0.8
        ),
        fixed=maybe("fixed", lambda rng: rng.randrange(2000), 0),
        per_second=plain.randrange(3),
        per_metre=plain.randrange(3),
        profile=maybe("profiles", lambda rng: 1, 0),
        aboard=maybe("aboard", lambda rng: rng.choice([Load(2, 2, 2), Load(5, 0, 1), Load(11, 0, 0)]), NOTHING),
        sunk=maybe("sunk", lambda rng: True, False),
    )


def _some_load(rng: Random) -> Load:
    return Load(rng.randrange(6), rng.randrange(6), rng.randrange(4))


def _some_span(rng: Random, latest: int) -> Span:
    start = rng.randrange(0, latest, 900)
    return Span(start, start + rng.choice([0, 900, HOUR, 4 * HOUR]))


def _some_break(rng: Random, shift: Span) -> Break:
    start = shift.start + rng.randrange(1, 5) * HOUR
    return Break(Span(start, start + rng.randrange(5) * 900), rng.choice([0, 600, 1800, 3600]), rng.random() < 0.5)


def _some_ways(chance: _Chance, places: int, profile: int) -> Matrix:
    """Travel that keeps to no triangle; that differs by direction where things are "one way"."""
    rng = chance.of("ways", str(profile))
    seconds = np.array([[0 if i == j else rng.randrange(2400) for j in range(places)] for i in range(places)])
    metres = np.array([[0 if i == j else rng.randrange(5000) for j in range(places)] for i in range(places)])
    if not chance.maybe("one way", str(profile), lambda rng: True, False, 1.0):
        seconds, metres = np.maximum(seconds, seconds.T), np.maximum(metres, metres.T)
    return Matrix(seconds.astype(np.int64), metres.astype(np.int64))
