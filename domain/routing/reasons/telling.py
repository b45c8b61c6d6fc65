"""The truest reason for every task that is on no route."""

from __future__ import annotations

from collections.abc import Sequence

from domain.routing.problem import Problem
from domain.routing.reasons.alone import never
from domain.routing.reasons.company import held_back, never_on, why_not_together
from domain.routing.reasons.crowd import Crowd
from domain.routing.reasons.mending import mended
from domain.routing.reasons.question import questions
from domain.routing.reasons.trying import Effort
from domain.routing.solution import PlannedRoute, Reason

#: Routes that are tried out for all tasks, and for one at least and at most.
_EFFORT, _LEAST, _MOST = 4000, 4, 60


def reasons(problem: Problem, routes: Sequence[PlannedRoute], dropped: Sequence[str]) -> dict[str, Reason]:
    """The reason, and the cheapest fix where one is found, of every task in ``dropped``, with ``routes`` as they are.

    Codes name texts (``drop.…``, ``fix.…``); values are what JSON holds: keys, whole numbers in the problem's units
    (seconds, grams, cubic centimetres, pieces, cost) and moments in ISO form. What a fix says is tried out: the task then
    has a place on that route. With very many tasks a more general reason is given where the search would take long.
    """
    if not problem.vehicles:
        return {key: Reason("drop.no_vehicle") for key in dropped}
    tasks = [problem.task_of[key] for key in dropped]
    locked_to = {key: vehicle for vehicle in problem.vehicles for key in vehicle.locked}
    never_served: dict[str, Reason] = {}
    for task in tasks:
        host = locked_to.get(task.key)
        reason = never(problem, task, problem.vehicles) if host is None else never_on(problem, task, host)
        if reason is not None:
            never_served[task.key] = reason
    crowd = Crowd(problem, routes)
    told = {key: reason for key, reason in never_served.items() if key in locked_to}
    told |= why_not_together(
        crowd, [each for each in tasks if each.key not in never_served], never_served, Effort(_EFFORT)
    )
    held = [task for task in tasks if task.key in locked_to and task.key not in told]
    told |= {task.key: held_back(crowd, task, locked_to[task.key]) for task in held}
    effort = min(_MOST, max(_LEAST, _EFFORT // max(1, len(tasks))))
    for question in questions(crowd, [task for task in tasks if task.key not in told], effort):
        key = question.task.key
        told[key] = mended(question, never_served[key]) if key in never_served else question.answer()
    return {key: told[key] for key in dropped}
