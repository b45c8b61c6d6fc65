"""Where vehicles are: the last position of each route."""

from __future__ import annotations

from datetime import timedelta

from domain.commands import RecordPosition
from domain.moment import Moment, Role
from domain.notices import Notice
from domain.refusals import NotFound, Refusal
from storage.unit_of_work import UnitOfWork

#: So far may the clock of whoever reports be ahead of ours.
AHEAD = timedelta(minutes=1)
#: What was seen longer ago than this is no use to anybody.
OLD = timedelta(days=1)


def record_position(command: RecordPosition, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Keep the newest position. One older than that, or than OLD, changes nothing; refuses unknown routes and times to come.

    To a driver only their own routes are known.
    """
    if command.at > at.now + AHEAD:
        raise Refusal("position_ahead", field="at")
    route = uow.routes.find(command.route)
    if route is None or (at.actor.role == Role.DRIVER and route.driver_id != at.actor.person):
        raise NotFound("no_such_route", route=command.route)
    if command.at > at.now - OLD:
        uow.routes.record_position(command.route, command.at, command.place)
    return []
