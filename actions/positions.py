"""Where vehicles are: the last position of each route, its track thinned out, and drivers who seem to be at a stop.

A position costs a handful of statements and locks no conversation: they come every few seconds from every driver.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from actions.driving.menu import menu
from actions.underway import Way
from domain.commands import ForgetTracks, RecordPosition, ReportPosition
from domain.driving import TRACK_KEPT_FOR
from domain.moment import Moment, Role
from domain.notices import ArrivalAsked, Choice, Notice, PositionNoted
from domain.refusals import NotFound, Refusal
from domain.routes import TaskKind, TaskStatus
from domain.tracks import is_worth_keeping, near_since, seems_there
from domain.values import Place
from storage import tracks
from storage.unit_of_work import UnitOfWork

#: So far may the clock of whoever reports be ahead of ours.
AHEAD = timedelta(minutes=1)
#: What was seen longer ago than this is no use to anybody.
OLD = timedelta(days=1)
#: An answer to whether the driver is there is of use this long.
_ASKED_FOR = timedelta(minutes=30)


def record_position(command: RecordPosition, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Keep the newest position. One older than that, or than OLD, changes nothing; refuses unknown routes and times to come.

    To a driver only their own routes are known.
    """
    if command.at > at.now + AHEAD:
        raise Refusal("position_ahead", field="at")
    route = uow.routes.find(command.route)
    if route is None or (at.actor.role == Role.DRIVER and route.driver_id != at.actor.person):
        raise NotFound("no_such_route", route=command.route)
    return _seen(command.route, command.at, command.place, uow, at)


def report_position(command: ReportPosition, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Where the driver who says so is. Without a route to drive it is nobody's business, and is not kept: who sends it
    once hears so.
    """
    route_id = uow.tracks.driven_by(at.actor.person or 0)
    if route_id is None:
        unwanted = PositionNoted(driver=at.actor.person, kept=False, choices=menu(uow, at))
        return [unwanted] if command.once else []
    notices = _seen(route_id, min(command.at, at.now), command.place, uow, at)
    if not command.once or notices:
        return notices
    stop = uow.tracks.next_stop(route_id)
    metres = None if stop is None else command.place.metres_to(Place(stop.lat, stop.lon))
    return [PositionNoted(driver=at.actor.person, stop=None if stop is None else stop.position, metres=metres)]


def forget_tracks(command: ForgetTracks, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Where vehicles were goes after TRACK_KEPT_FOR."""
    tracks.forget(uow.session, at.now - TRACK_KEPT_FOR)
    return []


def asked_arrivals(ways: Sequence[Way], uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Ask drivers who have stood at their next stop for a while: a phone that stands still sends no positions."""
    notices: list[Notice] = []
    for way in ways:
        row = next(iter(way.ahead.values()))[0]
        if way.at_hand is None and row.arrival_asked_at is None and seems_there(row.near_since, at.now):
            notices += _ask(row.stop_id, row, way.route.driver_id, uow, at)
    return notices


def _seen(route_id: int, when: datetime, place: Place, uow: UnitOfWork, at: Moment) -> list[Notice]:
    if when <= at.now - OLD:
        return []
    uow.routes.record_position(route_id, when, place)
    if is_worth_keeping(uow.tracks.last(route_id), when, place):
        uow.tracks.keep(route_id, when, place)
    stop = uow.tracks.next_stop(route_id)
    if stop is None or stop.status == TaskStatus.ARRIVED:
        return []
    since = near_since(Place(stop.lat, stop.lon), place, stop.near_since, when)
    if since != stop.near_since:
        uow.tracks.set_near(stop.id, since)
    if stop.arrival_asked_at is not None or not seems_there(since, when):
        return []
    return _ask(stop.id, stop, stop.driver_id, uow, at)


def _ask(stop_id: int, row: Row[Any], driver_id: int | None, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Whether the driver is at a stop, once for each."""
    if driver_id is None or not uow.tracks.ask(stop_id, at.now):
        return []
    slots = {"visits": [stop_id]}
    done = ("choice.delivered", "Deliver") if row.kind == TaskKind.DELIVERY else ("choice.collected", "CollectReturn")
    choices = tuple(
        Choice(label=label, command=command, slots=slots) for label, command in (("choice.arrived", "Arrive"), done)
    )
    return [ArrivalAsked(driver=driver_id, stop=row.position, choices=choices, good_until=at.now + _ASKED_FOR)]
