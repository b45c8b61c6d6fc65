"""Handing the rest of a broken vehicle's route to others, who meet it where it stands.

A taking route goes to the meeting next, after what it must finish first, and serves what it took over afterwards. The
goods count as aboard from the start: less than could be carried in theory, never more than fits. One call after the
other, the most urgent first, goes to whom it costs least, the way to the meeting included. Where it can be, nobody on a
taking route waits longer than they were told, else at most half an hour; those of the broken one may wait as long as it
takes: late is better than not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain.routing.changes import Change, insert
from domain.routing.costs import route_cost
from domain.routing.insertion import Insertion, cheapest_insertion
from domain.routing.problem import NOTHING, Problem, Span
from domain.routing.running import BREAKING, Call, Day, Underway
from domain.routing.schedule import schedule
from domain.routing.solution import PlannedRoute, Reason
from domain.values import Place

#: Loading over at the roadside takes so many seconds.
MEETING = 600
#: So many routes, the nearest, are asked to take something over.
MOST_TAKERS = 6
#: So many seconds longer than told may customers of a taking route wait, where nobody can take over otherwise.
LONGER = 1_800


@dataclass
class Handover:
    """What becomes of a broken vehicle's calls: ``taken`` by route, the others ``left`` with the reason."""

    change: Change
    taken: dict[str, list[str]] = field(default_factory=dict)
    left: dict[str, Reason] = field(default_factory=dict)


def meeting(route: str) -> str:
    """The key of the call at which a route meets the broken vehicle."""
    return f"meet:{route}"


def takers(routes: Iterable[Underway], broken: str, place: Place) -> list[Underway]:
    """The routes that may take something over, the nearest first, each able to meet at ``place``."""
    others = sorted((route for route in routes if route.key != broken), key=lambda each: each.here.metres_to(place))
    return others[:MOST_TAKERS]


def meetings(routes: Iterable[Underway], place: Place) -> list[Call]:
    """A call for each of the routes to meet at ``place``."""
    return [Call(meeting(route.key), place, MEETING, goods=route.key) for route in routes]


def hand_over(day: Day, calls: Sequence[Call], routes: Sequence[str], kept: Mapping[str, Sequence[str]]) -> Handover:
    """Give ``calls``, which are tasks of the day on none of ``routes``, to these; ``kept`` are further routes as they go
    on without them. Deliveries need the meeting, pickups do not."""
    waiting = _may_wait(day.problem, [call.key for call in calls])
    patient = _half_an_hour(waiting)
    chains = {key: day.chains[key] for key in routes}
    handover = Handover(Change({}))
    for call in sorted(calls, key=lambda each: (each.window.end if each.window else 10**9, each.key)):
        taker = _cheapest(waiting, chains, call, routes) or _cheapest(patient, chains, call, routes)
        if taker is None:
            handover.left[call.key] = _why(day, patient, chains, call, routes)
            continue
        route, chain = taker
        chains[route] = chain
        handover.taken.setdefault(route, []).append(call.key)
    after: dict[str, PlannedRoute] = {}
    driven_on: dict[str, Sequence[str]] = {**kept, **{key: chains[key] for key in handover.taken}}
    for key, each in driven_on.items():
        driven = schedule(patient, patient.vehicle_of[key], each)
        assert driven is not None, "it was possible when it was chosen"
        after[key] = driven
    handover.change = Change(after)
    return handover


def _may_wait(problem: Problem, calls: Sequence[str]) -> Problem:
    keys = set(calls)
    tasks = tuple(replace(task, lateness=BREAKING) if task.key in keys else task for task in problem.tasks)
    return replace(problem, tasks=tasks)


def _half_an_hour(problem: Problem) -> Problem:
    """The problem in which all who must not wait may do so for `LONGER`."""
    tasks = []
    for task in problem.tasks:
        if task.windows and task.lateness is None:
            *others, last = task.windows
            task = replace(task, windows=(*others, Span(last.start, last.end + LONGER)))
        tasks.append(task)
    return replace(problem, tasks=tuple(tasks))


def _cheapest(
    problem: Problem, chains: Mapping[str, tuple[str, ...]], call: Call, routes: Sequence[str]
) -> tuple[str, tuple[str, ...]] | None:
    """The route that serves a call at the least further cost, with its calls then."""
    best: tuple[int, str, tuple[str, ...]] | None = None
    for key in routes:
        way = _way(problem, chains[key], key, call)
        if way is None:
            continue
        met, chain, detour = way
        found = cheapest_insertion(met, {key: chain}, call.key, [key])
        if found is not None and (best is None or found.added + detour < best[0]):
            best = (found.added + detour, key, _with(chain, found, call.key))
    return None if best is None else best[1:]


def _way(
    problem: Problem, chain: tuple[str, ...], key: str, call: Call
) -> tuple[Problem, tuple[str, ...], int] | None:  # fmt: skip
    """The problem and the route with the meeting on it, where the call needs one, and what going there costs; None where
    the route cannot go there."""
    if call.deliver == NOTHING:
        return problem, chain, 0
    vehicle, meet = problem.vehicle_of[key], meeting(key)
    held = [each for each in chain if each in vehicle.locked]
    vehicle = replace(vehicle, locked=(*held, meet))
    met = replace(problem, vehicles=tuple(vehicle if each.key == key else each for each in problem.vehicles))
    if meet in chain:
        return met, chain, 0
    before = schedule(problem, problem.vehicle_of[key], chain)
    longer = (*chain[: len(held)], meet, *chain[len(held) :])
    after = schedule(met, vehicle, longer)
    if before is None or after is None:
        return None
    return met, longer, route_cost(met, after).total - route_cost(met, before).total


def _with(chain: Sequence[str], found: Insertion, call: str) -> tuple[str, ...]:
    return (*chain[: found.position], call, *chain[found.position :])


def _why(
    day: Day, problem: Problem, chains: Mapping[str, tuple[str, ...]], call: Call, routes: Sequence[str]
) -> Reason:  # fmt: skip
    """Why nobody takes a call over."""
    ways = {key: way for key in routes if (way := _way(problem, chains[key], key, call)) is not None}
    if routes and not ways:
        return Reason("unfit.others_late")
    reached = replace(
        day, problem=problem, chains={**day.chains, **chains, **{key: way[1] for key, way in ways.items()}}
    )
    found = insert(reached, call.key, list(ways))
    return found if isinstance(found, Reason) else Reason("unfit.others_late")
