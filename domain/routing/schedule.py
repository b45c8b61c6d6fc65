"""The times of one route: when each task of a sequence is served, exactly, with waits, windows and breaks."""

from __future__ import annotations

from collections.abc import Sequence

from domain.routing.problem import Problem, Vehicle
from domain.routing.solution import PlannedRoute


def schedule(problem: Problem, vehicle: Vehicle, tasks: Sequence[str]) -> PlannedRoute | None:
    """The route that serves ``tasks`` in that order, done as early as possible and left as late as that allows.

    None where windows, shift, breaks, load, driving or working time forbid it. Skills, bans and who rides with whom are
    not looked at.
    """
    raise NotImplementedError
