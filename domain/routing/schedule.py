"""The times of one route: when each task of a sequence is served, exactly, with waits, windows and breaks.

Forwards, the earliest moment each visit can be over is computed for every number of breaks that are settled by then
(earlier is never worse, so the least is enough); backwards, the latest moment to leave that does not delay the end
(forward time slack; M. W. P. Savelsbergh, 1992).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations

from domain.routing.problem import NOTHING, Break, Load, Problem, Span, Task, Vehicle
from domain.routing.solution import Pause, PlannedRoute, Visit


def schedule(problem: Problem, vehicle: Vehicle, tasks: Sequence[str]) -> PlannedRoute | None:
    """The route that serves ``tasks`` in that order, done as early as possible and left as late as that allows.

    None where windows, shift, breaks, load, driving or working time forbid it. Skills, bans and who rides with whom are
    not looked at. Without tasks it is a route that goes nowhere and takes no time.
    """
    if not tasks:
        return PlannedRoute(vehicle.key, vehicle.shift.start, vehicle.shift.start, ())
    chain = [problem.task_of[key] for key in tasks]
    if not carries(vehicle, chain):
        return None
    seconds, metres = legs(problem, vehicle, chain)
    if vehicle.max_driving is not None and sum(seconds) > vehicle.max_driving:
        return None
    rests = _rests_by_leg(vehicle, chain, seconds)
    if rests is None:
        return None
    route = _timed(vehicle, chain, seconds, sum(metres), *rests)
    if vehicle.max_duration is not None and route.working > vehicle.max_duration:
        return None
    return route


def carries(vehicle: Vehicle, chain: Sequence[Task]) -> bool:
    """Whether the load fits all along the way."""
    return most_aboard(vehicle, chain).fits(vehicle.capacity)


def most_aboard(vehicle: Vehicle, chain: Sequence[Task]) -> Load:
    """The most that is aboard on the way, in each dimension: deliveries are from the start, collected goods to the end."""
    weight, volume, pieces = vehicle.aboard.weight, vehicle.aboard.volume, vehicle.aboard.pieces
    for task in chain:
        goods = task.deliver
        weight, volume, pieces = weight + goods.weight, volume + goods.volume, pieces + goods.pieces
    heaviest, largest, most = weight, volume, pieces
    for task in chain:
        goods, more = task.deliver, task.collect
        if more is not NOTHING:
            weight, volume, pieces = weight + more.weight, volume + more.volume, pieces + more.pieces
        weight, volume, pieces = weight - goods.weight, volume - goods.volume, pieces - goods.pieces
        heaviest, largest, most = max(heaviest, weight), max(largest, volume), max(most, pieces)
    return Load(heaviest, largest, most)


def legs(problem: Problem, vehicle: Vehicle, chain: Sequence[Task]) -> tuple[list[int], list[int]]:
    """Seconds and metres of every leg, from the start to the end place (an open end has a leg of nothing)."""
    matrix = problem.matrices[vehicle.profile]
    places = [vehicle.start, *(task.place for task in chain)]
    places.append(places[-1] if vehicle.end is None else vehicle.end)
    here, there = places[:-1], places[1:]
    seconds, metres = matrix.seconds[here, there].tolist(), matrix.metres[here, there].tolist()
    if vehicle.end is None:
        seconds[-1] = metres[-1] = 0
    return seconds, metres


def service_start(task: Task, ready: int) -> int | None:
    """When service starts for who is ready at ``ready``; None where it cannot any more."""
    window = _window(task, ready)
    return None if window is None else max(ready, window.start)


def latest_start(task: Task, start: int, bound: int) -> int:
    """How late, up to ``bound``, service may start within a window that could start at ``start``; ``start`` where it is late
    anyway."""
    windows = task.windows or (_ANY_TIME,)
    still = [min(window.end, bound) for window in windows if start <= window.end and window.start <= bound]
    return max(still, default=start)


#: Of more breaks than this at one time not every order is tried.
_MOST_ORDERED = 4
_ANY_TIME = Span(-(10**12), 10**12)


def _window(task: Task, ready: int) -> Span | None:
    """The first window still open for who is ready at ``ready``."""
    if not task.windows:
        return _ANY_TIME
    for window in task.windows if len(task.windows) == 1 else sorted(task.windows):
        if ready <= window.end:
            return window
    return None if task.lateness is None else Span(ready, ready)


@dataclass(frozen=True, slots=True)
class _Passage:
    """A leg with its breaks: there at ``arrival``, ready to serve at ``ready``."""

    arrival: int
    ready: int
    pauses: tuple[Pause, ...]


def _pass(departure: int, travel: int, rests: Sequence[Break]) -> _Passage | None:
    """Drive ``travel`` seconds and take ``rests``, each as early as may be; None where one would start too late."""
    if not rests:
        return _Passage(departure + travel, departure + travel, ())
    now, left, arrival, pauses = departure, travel, None, []
    for rest in rests:
        start = max(now, rest.window.start)
        if start > rest.window.end:
            return None
        if arrival is None and left <= start - now:
            arrival = now + left
        left -= min(left, start - now)
        pauses.append(Pause(start, rest.seconds, rest.paid))
        now = start + rest.seconds
    if arrival is None:
        arrival = now + left
    return _Passage(arrival, max(now, arrival), tuple(pauses))


def _latest_departure(ready: int, travel: int, rests: Sequence[Break]) -> int:
    """The latest departure with which a leg is over by ``ready``."""
    now, left = ready, travel
    for rest in reversed(rests):
        start = min(now - rest.seconds, rest.window.end)
        left -= min(left, now - (start + rest.seconds))
        now = start
    return now - left


def _rests_by_leg(
    vehicle: Vehicle, chain: Sequence[Task], seconds: Sequence[int]
) -> tuple[int, list[list[Break]]] | None:
    """The earliest start, and which breaks are taken on which leg, so that the route ends soonest; None where it cannot
    be driven at all.

    Breaks that a late start leaves behind, or that come after the end, are on no leg.
    """
    found = [_in_order(vehicle, chain, seconds, rests) for rests in _orders(vehicle.breaks)]
    possible = [each for each in found if each is not None]
    return min(possible, key=lambda each: each[0])[1:] if possible else None


def _orders(breaks: Sequence[Break]) -> list[Sequence[Break]]:
    """The orders in which breaks can be settled: by their windows, where these have no moment in common."""
    rests = sorted(breaks, key=lambda rest: (rest.window, rest.seconds))
    apart = all(one.window.end < other.window.start for one, other in pairwise(rests))
    return [rests] if apart or len(rests) > _MOST_ORDERED else list(permutations(rests))


def _in_order(
    vehicle: Vehicle, chain: Sequence[Task], seconds: Sequence[int], rests: Sequence[Break]
) -> tuple[int, int, list[list[Break]]] | None:
    """The end, the start and the breaks of each leg, with breaks settled in that order."""
    first = _starts(vehicle, rests)
    reached: list[dict[int, tuple[int, int]]] = [{k: (time, k) for k, time in first.items()}]
    for n, travel in enumerate(seconds):
        task = chain[n] if n < len(chain) else None
        reached.append(_step(reached[-1], task, travel, rests))
        if not reached[-1]:
            return None
    ends = {k: time for k, (time, _) in reached[-1].items() if _is_over(vehicle, rests[k:], time)}
    if not ends:
        return None
    k = min(ends, key=lambda each: (ends[each], each))
    end = ends[k]
    taken: list[list[Break]] = []
    for states in reversed(reached[1:]):
        before = states[k][1]
        taken.append(list(rests[before:k]))
        k = before
    return end, first[k], taken[::-1]


def _starts(vehicle: Vehicle, rests: Sequence[Break]) -> dict[int, int]:
    """The earliest start by how many breaks lie before it."""
    starts, earliest = {0: vehicle.shift.start}, vehicle.shift.start
    for k, rest in enumerate(rests, 1):
        earliest = max(earliest, rest.window.start + rest.seconds)
        starts[k] = earliest
    return {k: start for k, start in starts.items() if start <= vehicle.shift.end}


def _is_over(vehicle: Vehicle, later: Sequence[Break], end: int) -> bool:
    """Whether a route may end then: within the shift, the breaks that are left after it."""
    return end <= vehicle.shift.end and all(end <= rest.window.end for rest in later)


def _step(
    states: dict[int, tuple[int, int]], task: Task | None, travel: int, rests: Sequence[Break]
) -> dict[int, tuple[int, int]]:
    """By how many breaks are settled: the earliest time the next visit (or, with none, the route) is over."""
    after: dict[int, tuple[int, int]] = {}
    for k in sorted(states, reverse=True):  # of equals, the one with fewer breaks on this leg
        departure = states[k][0]
        for m in range(k, len(rests) + 1):
            passage = _pass(departure, travel, rests[k:m])
            if passage is None:
                break
            over: int | None = passage.ready
            if task is not None:
                start = service_start(task, passage.ready)
                over = None if start is None else start + task.service
            if over is not None and (m not in after or over < after[m][0]):
                after[m] = (over, k)
    return after


def _timed(
    vehicle: Vehicle,
    chain: Sequence[Task],
    seconds: Sequence[int],
    metres: int,
    earliest: int,
    rests: list[list[Break]],
) -> PlannedRoute:
    """The route with its breaks in place: from the earliest end back to the latest start, and forward from there."""
    _, starts, latest, _ = _drive(earliest, chain, seconds, rests)
    back = zip(reversed(chain), reversed(starts), reversed(seconds), reversed(rests), strict=False)
    for task, start, travel, taken in back:
        departure = _latest_departure(latest, travel, taken)
        latest = latest_start(task, start, departure - task.service)
    begin = max(earliest, _latest_departure(latest, seconds[0], rests[0]))
    arrivals, starts, end, pauses = _drive(begin, chain, seconds, rests)
    visits = tuple(
        Visit(task.key, arrival, start, start + task.service)
        for task, arrival, start in zip(chain, arrivals, starts, strict=True)
    )
    return PlannedRoute(vehicle.key, begin, end, visits, tuple(pauses), metres, sum(seconds))


def _drive(
    departure: int, chain: Sequence[Task], seconds: Sequence[int], rests: list[list[Break]]
) -> tuple[list[int], list[int], int, list[Pause]]:
    """Arrivals, starts of service, the end, and the breaks of a route that is known to be possible."""
    arrivals: list[int] = []
    starts: list[int] = []
    pauses: list[Pause] = []
    now = departure
    for task, travel, taken in zip(chain, seconds, rests, strict=False):
        passage = _pass(now, travel, taken)
        assert passage is not None, "the leg was possible when it was chosen"
        start = service_start(task, passage.ready)
        assert start is not None, "the visit was possible when it was chosen"
        arrivals.append(passage.arrival)
        starts.append(start)
        pauses += passage.pauses
        now = start + task.service
    last = _pass(now, seconds[-1], rests[-1])
    assert last is not None, "the way home was possible when it was chosen"
    return arrivals, starts, last.ready, [*pauses, *last.pauses]
