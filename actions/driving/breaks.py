"""Breaks of a shift: since when, how long, and that nobody is driven to meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from actions.driving.menu import menu, tour_of
from actions.driving.own import my_shift, reported
from actions.driving.telling import told_of_times
from domain.commands import EndBreak, StartBreak
from domain.events import note
from domain.moment import Moment
from domain.notices import BreakEnded, BreakStarted, Notice
from domain.refusals import Refusal
from domain.routes import Route, RouteStatus
from storage.unit_of_work import UnitOfWork

#: A break that was not planned is taken to last so long, until its end is told.
USUAL = timedelta(minutes=30)
#: A break that was planned to begin this near is the one that is taken now.
NEAR = timedelta(hours=2)


def start_break(command: StartBreak, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A break begins. Refuses without a shift, and a second one, saying since when the first goes on."""
    shift = my_shift(uow, at)
    if shift.break_since is not None:
        raise Refusal("on_break", at=shift.break_since, choices=menu(uow, at))
    shift.break_since = at.when
    uow.record(note(shift, "break", at, None, "started"))
    reported("StartBreak", uow, at, route=shift.route_id)
    tour = tour_of(shift, uow)
    notices = []
    if tour is not None and tour.route.status == RouteStatus.IN_PROGRESS:
        tour.route.breaks = _begun(tour.route, at.when)
        notices = told_of_times(tour.route.id or 0, uow, at)
    return [BreakStarted(at=at.when, choices=menu(uow, at)), *notices]


def end_break(command: EndBreak, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The break is over. Refuses where none goes on."""
    shift = my_shift(uow, at)
    if shift.break_since is None:
        raise Refusal("no_break", choices=menu(uow, at))
    lasted = max(timedelta(), at.when - shift.break_since)
    uow.record(note(shift, "break", at, "started", "ended", seconds=round(lasted.total_seconds())))
    began, shift.break_since = shift.break_since, None
    reported("EndBreak", uow, at, route=shift.route_id)
    tour = tour_of(shift, uow)
    notices = []
    if tour is not None and tour.route.status == RouteStatus.IN_PROGRESS:
        tour.route.breaks = _over(tour.route, began, lasted)
        notices = told_of_times(tour.route.id or 0, uow, at)
    return [BreakEnded(minutes=round(lasted.total_seconds() / 60), choices=menu(uow, at)), *notices]


def _begun(route: Route, now: datetime) -> list[dict[str, Any]]:
    """The breaks of a route, of which the planned one that is nearest begins now; else one more."""
    coming = [each for each in route.breaks if abs(datetime.fromisoformat(each["start"]) - now) <= NEAR]
    taken = min(coming, key=lambda each: abs(datetime.fromisoformat(each["start"]) - now), default=None)
    rest = [each for each in route.breaks if each is not taken]
    usual = {"seconds": round(USUAL.total_seconds()), "paid": False}
    return sorted([*rest, {**(taken or usual), "start": now.isoformat()}], key=lambda each: each["start"])


def _over(route: Route, began: datetime, lasted: timedelta) -> list[dict[str, Any]]:
    """The breaks of a route, with how long that which began then really took."""
    seconds = round(lasted.total_seconds())
    return [
        {**each, "seconds": seconds} if datetime.fromisoformat(each["start"]) == began else each
        for each in route.breaks
    ]
