"""VROOM, for comparison only. It takes what the benchmark instances need: one kind of vehicle, one window a task."""

from __future__ import annotations

from datetime import timedelta
from importlib.util import find_spec

from domain.routing.engines.limit import Routes
from domain.routing.problem import Problem

#: VROOM's most thorough search.
_THOROUGH = 5


def is_installed() -> bool:
    """Whether the dependency group ``bench`` is there."""
    return find_spec("vroom") is not None


def find_with_vroom(problem: Problem, seconds: float) -> Routes:
    """The routes VROOM finds within ``seconds`` on all cores. Only for problems as the benchmarks are."""
    import numpy as np
    import vroom

    model = vroom.Input()
    matrix = problem.matrices[0]
    model.set_durations_matrix("car", matrix.seconds.astype(np.uint32))
    model.set_costs_matrix("car", matrix.metres.astype(np.uint32))
    for number, vehicle in enumerate(problem.vehicles):
        model.add_vehicle(
            vroom.Vehicle(
                number,
                start=vehicle.start,
                end=vehicle.end,
                capacity=[vehicle.capacity.pieces],
                time_window=vroom.TimeWindow(vehicle.shift.start, vehicle.shift.end),
            )
        )
    model.add_job(
        [
            vroom.Job(
                number,
                location=task.place,
                default_service=task.service,
                delivery=[task.deliver.pieces],
                time_windows=[vroom.TimeWindow(window.start, window.end) for window in task.windows],
            )
            for number, task in enumerate(problem.tasks)
        ]
    )
    found = model.solve(_THOROUGH, nb_threads=2, timeout=timedelta(seconds=seconds))
    steps = found.routes[found.routes["type"] == "job"]
    routes: dict[str, tuple[str, ...]] = {}
    for vehicle_number, job in zip(steps["vehicle_id"], steps["id"], strict=True):
        key = problem.vehicles[int(vehicle_number)].key
        routes[key] = (*routes.get(key, ()), problem.tasks[int(job)].key)
    return routes
