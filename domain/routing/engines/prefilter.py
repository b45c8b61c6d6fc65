"""What no vehicle can ever serve is taken out before an engine sees it: one impossible stop must not spoil the rest."""

from __future__ import annotations

from dataclasses import replace

from domain.routing.problem import Problem, Task, Vehicle
from domain.routing.schedule import schedule


def possible(problem: Problem) -> Problem:
    """The problem without tasks that no vehicle can serve, not even with nothing else than its locked tasks.

    Locked tasks that a vehicle cannot serve after those before them are taken out as well, and so are vehicles that have
    more aboard than they may.
    """
    able = [vehicle for vehicle in problem.vehicles if vehicle.aboard.fits(vehicle.capacity)]
    vehicles = tuple(_unlocked(problem, vehicle) for vehicle in able)
    asked = {key for vehicle in problem.vehicles for key in vehicle.locked}
    locked = {key for vehicle in vehicles for key in vehicle.locked}
    kinds = [*{replace(vehicle, key=""): vehicle for vehicle in reversed(vehicles)}.values()]
    named = {key for task in problem.tasks for key in task.banned}
    kinds += [vehicle for vehicle in vehicles if vehicle.key in named]
    kept = tuple(
        task
        for task in problem.tasks
        if task.key in locked or (task.key not in asked and any(_can_serve(problem, each, task) for each in kinds))
    )
    kept = _complete(problem, kept)
    keys, names = {task.key for task in kept}, {vehicle.key for vehicle in vehicles}
    return replace(
        problem,
        tasks=kept,
        vehicles=tuple(replace(each, locked=tuple(key for key in each.locked if key in keys)) for each in vehicles),
        initial={
            key: tuple(each for each in route if each in keys) for key, route in problem.initial.items() if key in names
        },
    )


def _unlocked(problem: Problem, vehicle: Vehicle) -> Vehicle:
    """The vehicle with those of its locked tasks that it can serve."""
    kept: tuple[str, ...] = ()
    for key in vehicle.locked:
        refused = problem.refuses(vehicle, problem.task_of[key])
        if not refused and schedule(problem, vehicle, (*kept, key)) is not None:
            kept += (key,)
    return replace(vehicle, locked=kept)


def _can_serve(problem: Problem, vehicle: Vehicle, task: Task) -> bool:
    return not problem.refuses(vehicle, task) and schedule(problem, vehicle, (*vehicle.locked, task.key)) is not None


def _complete(problem: Problem, tasks: tuple[Task, ...]) -> tuple[Task, ...]:
    """Without tasks that ride together with one that is not there."""
    keys = {task.key for task in tasks}
    torn = {task.together for task in problem.tasks if task.together and task.key not in keys}
    return tuple(task for task in tasks if task.together not in torn)
