"""Delays that staff announce: everything on a route comes later, and customers whose window is left are told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from actions.choices import Ask, Known, Talk
from actions.desk.changes import rehearsed
from actions.driving.delays import OFFERED
from actions.driving.telling import told_of_times
from domain.commands import AnnounceDelay
from domain.dialogue import Frame
from domain.driving import ANNOUNCED, DriverReport
from domain.events import note
from domain.moment import Moment
from domain.notices import Choice, DelayAnnounced, Notice, WindowChanged
from domain.refusals import Refusal
from domain.routes import RouteStatus
from domain.values import plain
from storage.unit_of_work import UnitOfWork

#: The same delay of the same route within this time is the same announcement.
SAME = timedelta(minutes=10)


def how_long(frame: Frame, talk: Talk) -> Known | Ask:
    """By how much."""
    if frame.slots.get("lasts") is not None:
        return Known({})
    choices = tuple(Choice(label="choice.minutes", values={"minutes": n}, slots={"lasts": n * 60}) for n in OFFERED)
    return Ask("lasts", "how_late_is", choices, {"route": frame.slots["route"]})


def announce_delay(command: AnnounceDelay, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Everything ahead on a route comes so much later; customers whose window is left are told.

    Refuses a route that is not on the road, and the same delay within ten minutes.
    """
    route = uow.routes.get(command.route, lock=True)
    if route.status != RouteStatus.IN_PROGRESS or route.driver_id is None:
        raise Refusal("route_not_left", route=route.id, status=route.status)
    before = [each for each in uow.dispatch.reports([route.id or 0], [ANNOUNCED]) if at.now - each.at < SAME]
    if any(each.before.get("seconds") == command.lasts for each in before):
        raise Refusal("delay_announced", route=route.id, minutes=_minutes(command), at=before[-1].at)
    uow.record(note(route, "delay", at, None, command.lasts, reason=command.reason, announced=True))
    report = {"seconds": command.lasts}
    uow.add(DriverReport(driver_id=route.driver_id, route_id=route.id, what=ANNOUNCED, at=at.now, before=report))
    told = told_of_times(route.id or 0, uow, at)
    customers = len({each.to for each in told if isinstance(each, WindowChanged)})
    return [
        DelayAnnounced(route=route.id or 0, minutes=_minutes(command), told=customers, reason=command.reason), *told
    ]  # fmt: skip


def describe_announcing(command: AnnounceDelay, uow: UnitOfWork, at: Moment) -> dict[str, Any]:
    """How many customers would be told, and what the first of them reads."""
    notices = rehearsed(announce_delay, command, uow, at)
    told = [each for each in notices if isinstance(each, WindowChanged)]
    route = uow.routes.get(command.route)
    names = uow.fleet.called([route.driver_id or 0])
    return {
        "route": command.route, "driver": names.get(route.driver_id or 0), "minutes": _minutes(command),
        "customers": len({each.to for each in told}), "sample": plain(told[0].facts()) if told else None,
    }  # fmt: skip


def _minutes(command: AnnounceDelay) -> int:
    return -(-command.lasts // 60)
