"""Sharing the work of a day out among its drivers."""

from __future__ import annotations

from dataclasses import replace

from domain.planning.baselines import by_hand
from domain.routing.problem import Balance, Problem

#: A second beyond the fair share costs so many times its pay on top.
_WEIGHT = 3


def balanced(problem: Problem) -> Problem:
    """``problem``, with what a driver works beyond a fair share costing four times its pay.

    The share is the work there would be by hand, divided by the drivers who have any shift. It only weighs: nobody is
    left out for it who would be served without, as long as serving is worth more than the time.
    """
    drivers = [vehicle for vehicle in problem.vehicles if vehicle.shift.end > vehicle.shift.start]
    if not drivers:
        return problem
    work = sum(route.working for route in by_hand(problem))
    dearest = max(vehicle.per_second for vehicle in drivers)
    return replace(problem, balance=Balance(work // len(drivers), _WEIGHT * dearest))
