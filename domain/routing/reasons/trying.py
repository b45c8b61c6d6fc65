"""Trying things out: one vehicle with other limits, one task with other windows; and how times and loads are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta

from domain.routing.problem import UNLIMITED, Load, Problem, Span, Task, Vehicle
from domain.routing.room import DIMENSIONS
from domain.routing.schedule import schedule
from domain.routing.solution import PlannedRoute

#: A shift without an end, to see by how much the real one is too short.
_WEEK = 7 * 24 * 3600


@dataclass(slots=True)
class Effort:
    """How many more routes may be tried out, so that reasons come in time whatever the day."""

    left: int

    def spend(self) -> bool:
        """Takes one, if there is one."""
        self.left -= 1
        return self.left >= 0


@dataclass(frozen=True, slots=True)
class Lack:
    """By how many seconds a vehicle's shift, driving time and working time are too short for a route."""

    shift: int = 0
    driving: int = 0
    work: int = 0

    @property
    def most(self) -> int:
        """The largest of them; 0 where nothing is lacking."""
        return max(self.shift, self.driving, self.work)


NO_LACK = Lack()


def told(problem: Problem, seconds: int) -> str:
    """A moment in ISO form, in UTC; whoever tells it does so in local time.

    Physical seconds are counted from the origin, so that a change of the clocks in between is no hour too many.
    """
    return (problem.origin.astimezone(UTC) + timedelta(seconds=seconds)).isoformat()


def unlimited(vehicle: Vehicle) -> Vehicle:
    """The vehicle with a shift that does not end, and no limits to driving and working time."""
    shift = Span(vehicle.shift.start, vehicle.shift.end + _WEEK)
    return replace(vehicle, shift=shift, max_driving=None, max_duration=None)


def roomy(vehicle: Vehicle) -> Vehicle:
    """The vehicle with room for everything."""
    return replace(vehicle, capacity=UNLIMITED)


def drive(problem: Problem, vehicle: Vehicle, tasks: Sequence[Task]) -> PlannedRoute | None:
    """The route of ``tasks`` as they are given, which need not be those of the problem."""
    small = Problem(tuple(tasks), (vehicle,), problem.matrices)
    return schedule(small, vehicle, [task.key for task in tasks])


def lack(vehicle: Vehicle, route: PlannedRoute) -> Lack:
    """What ``vehicle`` lacks for a route that was made for it without limits."""
    return Lack(
        max(0, route.end - vehicle.shift.end),
        0 if vehicle.max_driving is None else max(0, route.driving - vehicle.max_driving),
        0 if vehicle.max_duration is None else max(0, route.working - vehicle.max_duration),
    )


def shortage(vehicle: Vehicle, load: Load) -> tuple[str, int] | None:
    """In which dimension, and by how much, ``load`` and what is aboard are most too much; None where they fit."""
    over = [(name, *_over(vehicle, load, name)) for name in DIMENSIONS]
    worst = max(over, key=lambda each: each[2])
    return (worst[0], worst[1]) if worst[1] > 0 else None


def _over(vehicle: Vehicle, load: Load, dimension: str) -> tuple[int, float]:
    """How much too much it is, and what part of the vehicle's room that is."""
    room = getattr(vehicle.capacity, dimension)
    over = getattr(load, dimension) + getattr(vehicle.aboard, dimension) - room
    return over, over / (room + 1)
