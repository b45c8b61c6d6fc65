"""What no vehicle can ever serve is taken out before an engine sees it: one impossible stop must not spoil the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from domain.routing.problem import Problem, Task, Vehicle
from domain.routing.schedule import schedule


def possible(problem: Problem) -> Problem:
    """The problem without tasks that no vehicle can serve, not even with nothing else than its locked tasks.

    Locked tasks that a vehicle cannot serve after those before them are taken out as well, and so are vehicles that have
    more aboard than they may.
    """
    able = [vehicle for vehicle in problem.vehicles if vehicle.aboard.fits(vehicle.capacity)]
    asked = {key for vehicle in problem.vehicles for key in vehicle.locked}
    vehicles = tuple(_unlocked(problem, vehicle) for vehicle in able)
    while True:
        keys = {task.key for task in _complete(problem, _servable(problem, vehicles, asked), vehicles)}
        left = tuple(replace(each, locked=tuple(key for key in each.locked if key in keys)) for each in vehicles)
        if left == vehicles:
            break
        vehicles = left  # with fewer locked tasks, others may have room
    names = {vehicle.key for vehicle in vehicles}
    initial = {
        name: tuple(key for key in route if key in keys) for name, route in problem.initial.items() if name in names
    }
    return replace(
        problem, tasks=tuple(task for task in problem.tasks if task.key in keys), vehicles=vehicles, initial=initial
    )


def _servable(problem: Problem, vehicles: Sequence[Vehicle], asked: set[str]) -> tuple[Task, ...]:
    """The tasks that are locked to one of ``vehicles``, or ``asked`` by none and possible for one."""
    locked = {key for vehicle in vehicles for key in vehicle.locked}
    kinds = [*{replace(vehicle, key=""): vehicle for vehicle in reversed(vehicles)}.values()]
    named = {key for task in problem.tasks for key in task.banned}
    kinds += [vehicle for vehicle in vehicles if vehicle.key in named]
    return tuple(
        task
        for task in problem.tasks
        if task.key in locked or (task.key not in asked and any(_can_serve(problem, each, task) for each in kinds))
    )


def _unlocked(problem: Problem, vehicle: Vehicle) -> Vehicle:
    """The vehicle with those of its locked tasks that it can serve."""
    kept: tuple[str, ...] = ()
    for key in vehicle.locked:
        task = problem.task_of[key]
        refused = problem.refuses(vehicle, task) or any(task.apart & problem.task_of[other].apart for other in kept)
        if not refused and schedule(problem, vehicle, (*kept, key)) is not None:
            kept += (key,)
    return replace(vehicle, locked=kept)


def _can_serve(problem: Problem, vehicle: Vehicle, task: Task) -> bool:
    return not problem.refuses(vehicle, task) and schedule(problem, vehicle, (*vehicle.locked, task.key)) is not None


def _complete(problem: Problem, tasks: tuple[Task, ...], vehicles: Sequence[Vehicle]) -> tuple[Task, ...]:
    """Without tasks that ride together with one that is not there, or is locked to another vehicle."""
    keys = {task.key for task in tasks}
    torn = {task.together for task in problem.tasks if task.together and task.key not in keys}
    hosts = {(problem.task_of[key].together, vehicle.key) for vehicle in vehicles for key in vehicle.locked}
    words = Counter(word for word, _ in hosts if word)
    torn |= {word for word, count in words.items() if count > 1}
    return tuple(task for task in tasks if task.together not in torn)
