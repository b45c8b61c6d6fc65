"""Why a task could not be served even by a vehicle that had nothing else to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.routing.problem import Problem, Span, Task, Vehicle
from domain.routing.reasons.trying import Lack, drive, lack, shortage, told, unlimited
from domain.routing.room import hull
from domain.routing.schedule import carries
from domain.routing.solution import PlannedRoute, Reason


def never(problem: Problem, task: Task, among: Sequence[Vehicle]) -> Reason | None:
    """Why none of the vehicles could serve ``task`` if that were all it did; None where one could."""
    if not among:
        return Reason("drop.no_vehicle")
    able = [vehicle for vehicle in among if task.skills <= vehicle.skills]
    if not able:
        return _no_skill(task, among)
    allowed = [vehicle for vehicle in able if vehicle.key not in task.banned]
    if not allowed:
        keys = [vehicle.key for vehicle in able]
        return Reason("drop.banned", {"vehicles": keys}, Reason("fix.lift_ban", {"vehicle": keys[0]}))
    carrying = [vehicle for vehicle in allowed if carries(vehicle, [task])]
    if not carrying:
        return _too_large(task, allowed)
    kinds = list({_kind(vehicle): vehicle for vehicle in reversed(carrying)}.values())[::-1]
    if any(drive(problem, vehicle, [task]) is not None for vehicle in kinds):
        return None
    return _no_time(problem, task, kinds)


def _kind(vehicle: Vehicle) -> tuple[object, ...]:
    """All that matters to when a vehicle can be where."""
    limits = vehicle.max_driving, vehicle.max_duration
    return vehicle.start, vehicle.end, vehicle.shift, vehicle.breaks, vehicle.profile, *limits


def _no_skill(task: Task, among: Sequence[Vehicle]) -> Reason:
    nowhere = task.skills - frozenset[str]().union(*(vehicle.skills for vehicle in among))
    nearest = min(among, key=lambda vehicle: (vehicle.key in task.banned, len(task.skills - vehicle.skills)))
    fix = Reason("fix.equip", {"vehicle": nearest.key, "skills": sorted(task.skills - nearest.skills)})
    return Reason("drop.no_skill", {"skills": sorted(nowhere or task.skills)}, fix)


def _too_large(task: Task, among: Sequence[Vehicle]) -> Reason:
    """With the vehicle that lacks least, relative to its size."""
    lacks = []
    for vehicle in among:
        for load in (task.deliver, task.collect):
            short = shortage(vehicle, load)
            if short is not None:
                room = getattr(vehicle.capacity, short[0])
                lacks.append((short[1] / (room + 1), vehicle.key, *short, room + short[1]))
    _, key, dimension, over, needed = min(max(each for each in lacks if each[1] == vehicle.key) for vehicle in among)
    values = {"vehicle": key, "dimension": dimension, "over": over}
    return Reason("drop.too_large", values, Reason("fix.larger_vehicle", {"dimension": dimension, "amount": needed}))


def _no_time(problem: Problem, task: Task, among: Sequence[Vehicle]) -> Reason:
    """For the vehicle that is nearest to being in time; those that do not work then count only where all do not."""
    at_work = [vehicle for vehicle in among if _works_then(vehicle, task)]
    if not at_work:
        return _no_shift(problem, task, among)
    found = [_obstacle(problem, task, vehicle) for vehicle in at_work]
    return min(found, key=lambda each: each[0])[1]


def _works_then(vehicle: Vehicle, task: Task) -> bool:
    if vehicle.shift.start == vehicle.shift.end:
        return False
    open_ = hull(task)
    if open_ is None:
        return True
    too_late = task.lateness is None and vehicle.shift.start > open_.end
    return not too_late and open_.start <= vehicle.shift.end


def _no_shift(problem: Problem, task: Task, among: Sequence[Vehicle]) -> Reason:
    open_ = hull(task)
    window = {} if open_ is None else {"opens": told(problem, open_.start), "closes": told(problem, open_.end)}
    values = {"opens": None, "closes": None, **window}
    return Reason("drop.no_shift", values, Reason("fix.shift", {"vehicle": among[0].key, **values}))


def _obstacle(problem: Problem, task: Task, vehicle: Vehicle) -> tuple[int, Reason]:
    """What keeps one vehicle from serving the task, and how many seconds are lacking."""
    route = drive(problem, unlimited(vehicle), [task])
    if route is not None:
        return _too_long(problem, task, vehicle, route)
    at_any_time = replace(task, windows=())
    soonest = drive(problem, unlimited(vehicle), [at_any_time])
    open_ = hull(task)
    if soonest is None or open_ is None or soonest.visits[0].start <= open_.end:
        return 10**9, _break_in_the_way(problem, task, vehicle)
    arrival = soonest.visits[0].start
    late = arrival - open_.end
    values = {"vehicle": vehicle.key, "arrival": told(problem, arrival), "closes": told(problem, open_.end)}
    return late, Reason("drop.closes_too_early", values, _in_time(problem, task, vehicle, late))


def _in_time(problem: Problem, task: Task, vehicle: Vehicle, late: int) -> Reason | None:
    """An earlier start of the shift, or where that does not do, a window that is longer at its end."""
    sooner = replace(vehicle, shift=Span(vehicle.shift.start - late, vehicle.shift.end))
    if drive(problem, sooner, [task]) is not None:
        return Reason("fix.start_earlier", {"vehicle": vehicle.key, "seconds": late})
    last = max(task.windows)
    longer = replace(task, windows=(*task.windows, Span(last.start, last.end + late)))
    if drive(problem, vehicle, [longer]) is not None:
        return Reason("fix.open_longer", {"seconds": late})
    return None


def _too_long(problem: Problem, task: Task, vehicle: Vehicle, route: PlannedRoute) -> tuple[int, Reason]:
    """The vehicle could do it with more time; which of its limits stands in the way, the largest lack first."""
    short = lack(vehicle, route)
    fix = more_time(vehicle, short)
    if short.shift >= max(short.driving, short.work):
        return short.most, _shift_too_short(problem, task, vehicle, route, fix)
    if short.driving >= short.work:
        values = {"vehicle": vehicle.key, "takes": route.driving, "may": vehicle.max_driving}
        return short.most, Reason("drop.too_much_driving", values, fix)
    values = {"vehicle": vehicle.key, "takes": route.working, "may": vehicle.max_duration}
    return short.most, Reason("drop.too_much_work", values, fix)


def more_time(vehicle: Vehicle, short: Lack) -> Reason:
    """The fix of longer hours for one vehicle: which, by how much."""
    values = {"vehicle": vehicle.key, "shift": short.shift, "driving": short.driving, "work": short.work}
    return Reason("fix.more_time", values)


def _shift_too_short(problem: Problem, task: Task, vehicle: Vehicle, route: PlannedRoute, fix: Reason) -> Reason:
    at_any_time = drive(problem, unlimited(vehicle), [replace(task, windows=())])
    open_ = hull(task)
    if open_ is not None and at_any_time is not None and lack(vehicle, at_any_time).shift == 0:
        values = {"vehicle": vehicle.key, "opens": told(problem, open_.start), "back": told(problem, route.end)}
        return Reason("drop.opens_too_late", {**values, "shift_end": told(problem, vehicle.shift.end)}, fix)
    needs = (at_any_time or route).end - (at_any_time or route).start
    has = vehicle.shift.end - vehicle.shift.start
    return Reason("drop.too_far", {"vehicle": vehicle.key, "takes": needs, "lasts": has}, fix)


def _break_in_the_way(problem: Problem, task: Task, vehicle: Vehicle) -> Reason:
    restless = drive(problem, replace(vehicle, breaks=()), [task])
    fix = None if restless is None else Reason("fix.move_break", {"vehicle": vehicle.key})
    return Reason("drop.break_in_the_way", {"vehicle": vehicle.key}, fix)
