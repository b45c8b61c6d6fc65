"""What would make a place for a task that no vehicle could serve even alone, on the routes as they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from domain.routing.problem import Span, Vehicle
from domain.routing.reasons.alone import more_time
from domain.routing.reasons.question import TOO_MUCH, Flags, Question, least
from domain.routing.reasons.trying import drive
from domain.routing.solution import Reason


def mended(question: Question, reason: Reason) -> Reason:
    """The reason with a fix that was tried out on the routes, or one of another vehicle where these are full.

    What is too far for a way of its own may still lie on the way of others; then that is told.
    """
    if question.fitting(question.allowed):
        return question.answer()
    if reason.fix is None:
        return reason
    mend = _MENDS.get(reason.fix.code)
    return reason if mend is None else replace(reason, fix=mend(question, reason.fix))


def _more_time(question: Question, fix: Reason) -> Reason:
    longer = question.longer()
    best = least(longer) if longer else None
    if best is not None and best.amount <= TOO_MUCH:
        return more_time(best.vehicle, best.lack)
    values = {name: fix.values[name] for name in ("shift", "driving", "work")}
    return Reason("fix.another_longer", {"like": fix.values["vehicle"], **values})


def _start_earlier(question: Question, fix: Reason) -> Reason:
    vehicle = question.crowd.problem.vehicle_of[fix.values["vehicle"]]
    shift = Span(vehicle.shift.start - fix.values["seconds"], vehicle.shift.end)
    if question.changed(replace(vehicle, shift=shift)):
        return fix
    return _later(question) or Reason("fix.another_earlier", {"like": vehicle.key, "seconds": fix.values["seconds"]})


def _open_longer(question: Question, fix: Reason) -> Reason | None:
    return _later(question)


def _later(question: Question) -> Reason | None:
    late = question.later()
    return (
        Reason("fix.open_longer", {"seconds": least(late).amount}) if late and least(late).amount <= TOO_MUCH else None
    )


def _equip(question: Question, fix: Reason) -> Reason | None:
    """The vehicles that lack fewest skills first; all that lack as few are as good."""
    task, problem = question.task, question.crowd.problem
    open_to = [vehicle for vehicle in problem.vehicles if vehicle.key not in task.banned]
    if not open_to:
        return None
    fewest = min(len(task.skills - vehicle.skills) for vehicle in open_to)
    nearest = [vehicle for vehicle in open_to if len(task.skills - vehicle.skills) == fewest]
    found = question.fitting(_rows(question, nearest))
    if found:
        vehicle = least(found).vehicle
        return Reason("fix.equip", {"vehicle": vehicle.key, "skills": sorted(task.skills - vehicle.skills)})
    like = _able_alone(question, open_to)
    return None if like is None else Reason("fix.another_equipped", {"like": like, "skills": sorted(task.skills)})


def _lift_ban(question: Question, fix: Reason) -> Reason | None:
    task, problem = question.task, question.crowd.problem
    banned = [vehicle for vehicle in problem.vehicles if task.skills <= vehicle.skills]
    found = question.fitting(_rows(question, banned))
    if found:
        return Reason("fix.lift_ban", {"vehicle": least(found).vehicle.key})
    like = _able_alone(question, banned)
    return None if like is None else Reason("fix.another_vehicle", {"like": like})


def _move_break(question: Question, fix: Reason) -> Reason | None:
    vehicle = question.crowd.problem.vehicle_of[fix.values["vehicle"]]
    return fix if question.changed(replace(vehicle, breaks=())) else None


def _rows(question: Question, vehicles: list[Vehicle]) -> Flags:
    """The positions on routes of ``vehicles`` that carry nothing the task must be apart from."""
    keys = {vehicle.key for vehicle in vehicles if not question.crowd.rivals(vehicle, question.task)}
    chosen = np.array([vehicle.key in keys for vehicle in question.crowd.problem.vehicles])
    return chosen[question.room.vehicle]


def _able_alone(question: Question, vehicles: list[Vehicle]) -> str | None:
    able = (each.key for each in vehicles if drive(question.crowd.problem, each, [question.task]) is not None)
    return next(able, None)


_MENDS: dict[str, Callable[[Question, Reason], Reason | None]] = {
    "fix.more_time": _more_time,
    "fix.start_earlier": _start_earlier,
    "fix.open_longer": _open_longer,
    "fix.equip": _equip,
    "fix.lift_ban": _lift_ban,
    "fix.move_break": _move_break,
}
