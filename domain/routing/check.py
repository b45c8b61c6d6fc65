"""The independent checker: whether a solution keeps every hard constraint of its problem and costs what it says.

It shares no code with what makes solutions; everything is computed again from the problem's own words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from itertools import combinations, pairwise

from domain.routing.problem import Break, Load, Matrix, Problem, Task, Vehicle
from domain.routing.solution import Cost, Pause, PlannedRoute, Solution, Visit


def violations(problem: Problem, solution: Solution) -> list[str]:
    """One plain English sentence for every violated hard constraint; none where all is well."""
    found = list(_wrong_keys(problem, solution))
    if found:
        return found  # what follows looks every key up
    found += _wrong_counts(problem, solution)
    found += _wrong_company(problem, solution)
    for route in solution.routes:
        found += _wrong_route(problem, route)
    found += _wrong_cost(problem, solution)
    return found


def _wrong_keys(problem: Problem, solution: Solution) -> Iterator[str]:
    tasks, vehicles = {task.key for task in problem.tasks}, {vehicle.key for vehicle in problem.vehicles}
    for route in solution.routes:
        if route.vehicle not in vehicles:
            yield f"Vehicle {route.vehicle} has a route and is not in the problem."
        for visit in route.visits:
            if visit.task not in tasks:
                yield f"Vehicle {route.vehicle} serves task {visit.task}, which is not in the problem."
    for drop in solution.dropped:
        if drop.task not in tasks:
            yield f"Task {drop.task} is left out and is not in the problem."


def _wrong_counts(problem: Problem, solution: Solution) -> Iterator[str]:
    served = Counter(visit.task for route in solution.routes for visit in route.visits)
    dropped = Counter(drop.task for drop in solution.dropped)
    for task in problem.tasks:
        times = served[task.key]
        if times > 1:
            yield f"Task {task.key} is served {times} times."
        if dropped[task.key] > 1:
            yield f"Task {task.key} is left out {dropped[task.key]} times."
        if times and dropped[task.key]:
            yield f"Task {task.key} is both served and left out."
        if not times and not dropped[task.key]:
            yield f"Task {task.key} is neither served nor left out."
    for drop in solution.dropped:
        if not drop.reason.code:
            yield f"Task {drop.task} is left out without a reason."
    place = {vehicle.key: n for n, vehicle in enumerate(problem.vehicles)}
    for vehicle, routes in Counter(route.vehicle for route in solution.routes).items():
        if routes > 1:
            yield f"Vehicle {vehicle} has {routes} routes."
    for one, other in pairwise(solution.routes):
        if place[one.vehicle] > place[other.vehicle]:
            yield f"The route of vehicle {other.vehicle} stands after that of {one.vehicle}, against the problem's order."


def _wrong_company(problem: Problem, solution: Solution) -> Iterator[str]:
    """Who must ride together and does not, who must not and does, and locked tasks that are not first."""
    tasks = {task.key: task for task in problem.tasks}
    rides_on = {visit.task: route.vehicle for route in solution.routes for visit in route.visits}
    groups: dict[str, list[str]] = {}
    for task in problem.tasks:
        if task.together is not None:
            groups.setdefault(task.together, []).append(task.key)
    for word, keys in groups.items():
        if len({rides_on.get(key) for key in keys}) > 1:
            yield f"Tasks {', '.join(keys)} must ride together ({word}) and do not."
    for route in solution.routes:
        for one, other in combinations([tasks[visit.task] for visit in route.visits], 2):
            if one.apart & other.apart:
                yield f"Tasks {one.key} and {other.key} must ride apart and are both with vehicle {route.vehicle}."
    for vehicle in problem.vehicles:
        yield from _wrong_lock(vehicle, solution, rides_on)


def _wrong_lock(vehicle: Vehicle, solution: Solution, rides_on: dict[str, str]) -> Iterator[str]:
    kept = [key for key in vehicle.locked if key in rides_on]
    for key in kept:
        if rides_on[key] != vehicle.key:
            yield f"Task {key} is locked to vehicle {vehicle.key} and rides with {rides_on[key]}."
            return
    for route in solution.routes:
        first = [visit.task for visit in route.visits][: len(kept)]
        if route.vehicle == vehicle.key and first != kept:
            yield f"Vehicle {vehicle.key} must serve {', '.join(kept)} first, in that order, and does not."


def _wrong_route(problem: Problem, route: PlannedRoute) -> Iterator[str]:
    if not route.visits:
        yield f"The route of vehicle {route.vehicle} has no visits."
        return
    vehicle = next(each for each in problem.vehicles if each.key == route.vehicle)
    by_key = {task.key: task for task in problem.tasks}
    tasks = [by_key[visit.task] for visit in route.visits]
    matrix = problem.matrices[vehicle.profile]
    for task, visit in zip(tasks, route.visits, strict=True):
        yield from _wrong_visit(vehicle, task, visit)
    yield from _wrong_shift(vehicle, route)
    yield from _wrong_ways(vehicle, route, tasks, matrix)
    yield from _wrong_breaks(vehicle, route)
    yield from _wrong_load(vehicle, tasks)


def _wrong_visit(vehicle: Vehicle, task: Task, visit: Visit) -> Iterator[str]:
    missing = task.skills - vehicle.skills
    if missing:
        yield f"Task {task.key} needs {', '.join(sorted(missing))}, which vehicle {vehicle.key} has not."
    if vehicle.key in task.banned:
        yield f"Vehicle {vehicle.key} must not serve task {task.key}."
    if visit.start < visit.arrival:
        yield f"Service of task {task.key} starts at {visit.start}, before the arrival at {visit.arrival}."
    if visit.departure != visit.start + task.service:
        yield f"Task {task.key} takes {task.service} s and is served from {visit.start} to {visit.departure}."
    if not task.windows or any(window.start <= visit.start <= window.end for window in task.windows):
        return
    last = max(window.end for window in task.windows)
    if visit.start <= last:
        yield f"Service of task {task.key} starts at {visit.start}, before or between its windows."
    elif task.lateness is None:
        yield f"Service of task {task.key} starts at {visit.start}, after its last window's end at {last}."


def _wrong_shift(vehicle: Vehicle, route: PlannedRoute) -> Iterator[str]:
    if route.end < route.start:
        yield f"The route of vehicle {vehicle.key} ends at {route.end}, before its start at {route.start}."
    if route.start < vehicle.shift.start:
        yield f"Vehicle {vehicle.key} starts at {route.start}, before its shift at {vehicle.shift.start}."
    if route.end > vehicle.shift.end:
        yield f"Vehicle {vehicle.key} is done at {route.end}, after its shift's end at {vehicle.shift.end}."
    unpaid = sum(pause.seconds for pause in route.pauses if not pause.paid)
    working = route.end - route.start - unpaid
    if vehicle.max_duration is not None and working > vehicle.max_duration:
        yield f"Vehicle {vehicle.key} works {working} s and may work {vehicle.max_duration} s."


def _wrong_ways(vehicle: Vehicle, route: PlannedRoute, tasks: Sequence[Task], matrix: Matrix) -> Iterator[str]:
    """Time for every leg and the breaks on it, from the start of the route to its end; metres and driving."""
    driving = metres = 0
    here, left = vehicle.start, route.start
    for task, visit in zip(tasks, route.visits, strict=True):
        travel = int(matrix.seconds[here, task.place])
        driving, metres = driving + travel, metres + int(matrix.metres[here, task.place])
        rest = _resting(route.pauses, left, visit.arrival)
        if visit.arrival < left + travel + rest:
            yield (
                f"Vehicle {vehicle.key} leaves at {left}, travels {travel} s and rests {rest} s on the way, "
                f"and is at task {task.key} already at {visit.arrival}."
            )
        here, left = task.place, visit.departure
    travel = 0 if vehicle.end is None else int(matrix.seconds[here, vehicle.end])
    way = 0 if vehicle.end is None else int(matrix.metres[here, vehicle.end])
    driving, metres = driving + travel, metres + way
    rest = _resting(route.pauses, left, route.end)
    if route.end < left + travel + rest:
        yield (
            f"Vehicle {vehicle.key} leaves its last visit at {left}, travels {travel} s and rests {rest} s, "
            f"and is done already at {route.end}."
        )
    if route.driving != driving:
        yield f"The route of vehicle {vehicle.key} says {route.driving} s at the wheel and has {driving} s."
    if route.metres != metres:
        yield f"The route of vehicle {vehicle.key} says {route.metres} m and has {metres} m."
    if vehicle.max_driving is not None and driving > vehicle.max_driving:
        yield f"Vehicle {vehicle.key} drives {driving} s and may drive {vehicle.max_driving} s."


def _resting(pauses: Sequence[Pause], start: int, end: int) -> int:
    """Seconds of the breaks that begin between two moments; none straddles a moment, or `_wrong_breaks` says so."""
    return sum(pause.seconds for pause in pauses if start <= pause.start and pause.start + pause.seconds <= end)


def _wrong_breaks(vehicle: Vehicle, route: PlannedRoute) -> Iterator[str]:
    pauses = sorted(route.pauses, key=lambda pause: (pause.start, pause.seconds))
    for pause in pauses:
        over = pause.start + pause.seconds
        if pause.start < route.start or over > route.end:
            yield f"A break of vehicle {vehicle.key} from {pause.start} to {over} lies outside its route."
        for visit in route.visits:
            if pause.start < visit.arrival < over:
                yield f"Vehicle {vehicle.key} arrives at task {visit.task} during its break at {pause.start}."
            if pause.start < visit.departure and visit.start < over:
                yield f"A break of vehicle {vehicle.key} at {pause.start} overlaps the service of task {visit.task}."
    for one, other in pairwise(pauses):
        if other.start < one.start + one.seconds:
            yield f"Breaks of vehicle {vehicle.key} at {one.start} and {other.start} overlap."
    yield from _missing_breaks(vehicle, route, pauses)


def _missing_breaks(vehicle: Vehicle, route: PlannedRoute, pauses: Sequence[Pause]) -> Iterator[str]:
    """Breaks that are none of the vehicle's, and those that are due and not taken.

    Where each pause can be a break of its own, and each due break a pause of its own, both can at once (N. S. Mendelsohn
    and A. L. Dulmage, 1958), so that the two are looked at one after the other.
    """

    def is_it(pause: Pause, rest: Break) -> bool:
        same = (pause.seconds, pause.paid) == (rest.seconds, rest.paid)
        return same and rest.window.start <= pause.start <= rest.window.end

    for n in _unmatched(len(pauses), len(vehicle.breaks), lambda a, b: is_it(pauses[a], vehicle.breaks[b])):
        yield f"A break of {pauses[n].seconds} s at {pauses[n].start} is none that vehicle {vehicle.key} has."
    due = [
        rest
        for rest in vehicle.breaks
        if route.start < rest.window.start + rest.seconds and route.end > rest.window.end
    ]
    for n in _unmatched(len(due), len(pauses), lambda a, b: is_it(pauses[b], due[a])):
        window = due[n].window
        yield (
            f"Vehicle {vehicle.key} does not take its break of {due[n].seconds} s "
            f"that starts between {window.start} and {window.end}."
        )


def _unmatched(size: int, others: int, fits: Callable[[int, int], bool]) -> list[int]:
    """Those of ``range(size)`` that get none of ``range(others)`` for themselves in a greatest matching."""
    taken: dict[int, int] = {}

    def place(one: int, seen: set[int]) -> bool:
        for other in range(others):
            if other not in seen and fits(one, other):
                seen.add(other)
                if other not in taken or place(taken[other], seen):
                    taken[other] = one
                    return True
        return False

    return [one for one in range(size) if not place(one, set())]


def _wrong_load(vehicle: Vehicle, tasks: Sequence[Task]) -> Iterator[str]:
    for dimension in ("weight", "volume", "pieces"):
        room = _amount(vehicle.capacity, dimension)
        load = _amount(vehicle.aboard, dimension) + sum(_amount(task.deliver, dimension) for task in tasks)
        if load > room:
            yield f"Vehicle {vehicle.key} leaves with {dimension} {load} and takes {room}."
            continue
        for task in tasks:
            load += _amount(task.collect, dimension) - _amount(task.deliver, dimension)
            if load > room:
                yield f"Vehicle {vehicle.key} has {dimension} {load} aboard after task {task.key} and takes {room}."
                break


def _amount(load: Load, dimension: str) -> int:
    amount: int = getattr(load, dimension)
    return amount


def _wrong_cost(problem: Problem, solution: Solution) -> Iterator[str]:
    right = _cost(problem, solution)
    for field in fields(Cost):
        said, should = getattr(solution.cost, field.name), getattr(right, field.name)
        if said != should:
            yield f"The cost says {said} for {field.name}, and it is {should}."


def _cost(problem: Problem, solution: Solution) -> Cost:
    tasks = {task.key: task for task in problem.tasks}
    fixed = time = distance = lateness = balance = changes = 0
    for route in solution.routes:
        if not route.visits:
            continue
        vehicle = next(each for each in problem.vehicles if each.key == route.vehicle)
        working = route.end - route.start - sum(pause.seconds for pause in route.pauses if not pause.paid)
        fixed += 0 if vehicle.sunk else vehicle.fixed
        time += vehicle.per_second * working
        distance += vehicle.per_metre * route.metres
        if problem.balance is not None:
            balance += problem.balance.cost * max(0, working - problem.balance.share)
        for visit in route.visits:
            task = tasks[visit.task]
            if task.windows and task.lateness is not None:
                lateness += task.lateness * max(0, visit.start - max(window.end for window in task.windows))
            if task.usual is not None and task.usual != vehicle.key:
                changes += problem.change
    dropped = sum(problem.dropping(tasks[drop.task]) for drop in solution.dropped)
    return Cost(fixed, time, distance, lateness, dropped, balance, changes)
