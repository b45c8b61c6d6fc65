"""Where vehicles are: the last position of each route."""

from __future__ import annotations

from datetime import timedelta

from domain.commands import RecordPosition
from domain.moment import Moment
from domain.notices import Notice
from domain.refusals import NotFound, Refusal
from domain.routes import RoutePosition
from storage.unit_of_work import UnitOfWork

#: So far may the clock of whoever reports be ahead of ours.
AHEAD = timedelta(minutes=1)


def record_position(command: RecordPosition, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Keep the newest position. One older than that changes nothing; refuses unknown routes and times to come."""
    if command.at > at.now + AHEAD:
        raise Refusal("position_ahead", field="at")
    if uow.orders.route_status(command.route) is None:
        raise NotFound("no_such_route", route=command.route)
    seen = uow.session.get(RoutePosition, command.route)
    if seen is None:
        seen = RoutePosition(route_id=command.route, at=command.at, lat=command.place.lat, lon=command.place.lon)
        uow.add(seen)
    elif seen.at < command.at:
        seen.at, seen.lat, seen.lon = command.at, command.place.lat, command.place.lon
    return []
