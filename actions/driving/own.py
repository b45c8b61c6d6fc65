"""What is a driver's own: the shift they work, the route they drive, and the orders on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from domain.driving import DriverReport, WorkedShift
from domain.moment import Moment
from domain.refusals import Refusal
from domain.routes import RouteStatus
from storage.routes import Tour, Visit
from storage.unit_of_work import UnitOfWork

#: Routes that the questions of a turn have read.
_looked_at: WeakKeyDictionary[UnitOfWork, Tour] = WeakKeyDictionary()


def driver_id(at: Moment) -> int:
    """Who drives. Refuses whoever is no driver."""
    if at.actor.person is None:
        raise Refusal("no_driver")
    return at.actor.person


def my_shift(uow: UnitOfWork, at: Moment) -> WorkedShift:
    """The shift the driver works now, locked. Refuses before it has begun."""
    shift = uow.driving.shift(driver_id(at), lock=True)
    if shift is None:
        raise Refusal("no_shift")
    return shift


def my_tour(uow: UnitOfWork, at: Moment) -> Tour:
    """The route of the driver's shift with all that is on it, locked; its orders and returns are open to them from here on.

    Refuses without a shift, and where there is nothing to drive.
    """
    shift = my_shift(uow, at)
    if shift.route_id is None:
        raise Refusal("no_route_today")
    tour = uow.routes.tour(shift.route_id, lock=True)
    if tour.route.driver_id != shift.driver_id or not tour.route.is_live:
        raise Refusal("no_route_today")
    numbers = frozenset(task.number for task in tour.tasks)
    uow.become(replace(uow.actor, opened=numbers))
    return tour


def looked_at(uow: UnitOfWork, at: Moment) -> Tour:
    """As `my_tour`, read once while nothing is reported: the questions of one turn all look at the same route."""
    if uow not in _looked_at:
        _looked_at[uow] = my_tour(uow, at)
    return _looked_at[uow]


def look_anew(uow: UnitOfWork) -> None:
    """The route changes now."""
    _looked_at.pop(uow, None)


def my_tour_on_the_road(uow: UnitOfWork, at: Moment) -> Tour:
    """As `my_tour`. Refuses a route that has not left yet."""
    tour = my_tour(uow, at)
    if tour.route.status != RouteStatus.IN_PROGRESS:
        raise Refusal("not_left_yet")
    return tour


def next_visit(tour: Tour) -> Visit | None:
    """The first stop at which something is still to be done."""
    return next((visit for visit in tour.visits if visit.is_ahead), None)


def reported(
    what: str, uow: UnitOfWork, at: Moment, *, route: int | None = None, stop: int | None = None, **before: Any
) -> None:
    """Keep that a driver reported something, and what it changed."""
    report = DriverReport(driver_id=driver_id(at), route_id=route, stop_id=stop, what=what, at=at.when, before=before)
    uow.add(report)
