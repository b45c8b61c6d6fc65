"""Visits as they were made: how long the way and the stop took."""

from __future__ import annotations

from datetime import timedelta

from domain.commands import RecordVisit
from domain.moment import Moment, Role
from domain.notices import Notice
from domain.refusals import NotFound, Refusal
from domain.travel.visits import Visit
from storage.unit_of_work import UnitOfWork

#: So far may the clock of whoever reports be ahead of ours.
AHEAD = timedelta(minutes=5)


def record_visit(command: RecordVisit, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Keep how a visit went, in place of what was recorded of that stop before.

    Refuses unknown stops, and times that are to come or not in order. To a driver only their own routes are known.
    """
    stop = uow.visits.stop(command.stop)
    route = uow.routes.find(stop.route_id) if stop is not None else None
    if stop is None or route is None or (at.actor.role == Role.DRIVER and route.driver_id != at.actor.person):
        raise NotFound("no_such_stop", stop=command.stop)
    left, start = command.left, command.start
    if not (left or command.arrived) <= command.arrived <= command.done <= at.now + AHEAD:
        raise Refusal("visit_at_odd_time", stop=command.stop, field="done")
    knows_way = left is not None and start is not None
    uow.visits.keep(
        Visit(
            stop_id=command.stop,
            depot_id=route.depot_id,
            driver_id=route.driver_id,
            building=stop.place.digest(),
            left_at=left if knows_way else None,
            arrived_at=command.arrived,
            beeline=start.metres_to(stop.place) if start and knows_way else None,
            routed=uow.visits.routed(start, stop.place) if start and knows_way else None,
            planned=command.planned,
            served=round((command.done - command.arrived).total_seconds()),
        )
    )
    return []
