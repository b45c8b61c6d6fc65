"""A stop that is served after all others of its route: when that would be, and what is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from actions.driving.reports import Report
from actions.told import tell_window
from domain.eta import Eta
from domain.orders import Order
from domain.travel.straight import free_seconds, road_metres
from domain.values import Place
from storage.routes import Visit

#: Streets are slower than free ones by about this.
_TRAFFIC = 1.3
#: So much earlier or later it may be.
SPREAD = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class AtTheEnd:
    """Expected then, ``pause`` from now, with so much of the shift left afterwards."""

    eta: datetime
    pause: timedelta
    spare: timedelta | None


def at_the_end(visit: Visit, report: Report) -> AtTheEnd:
    """When a stop would be served after all others of the route, by straight lines."""
    now = report.happened.now
    rest = [each for each in report.tour.visits if each.is_ahead and each is not visit]
    free, here = now, visit.stop.place
    if rest:
        last = max(rest, key=lambda each: each.stop.position).stop
        free = max(now, last.eta or now) + timedelta(seconds=last.service)
        here = last.place
    eta = free + _way(here, visit.stop.place)
    depot = report.uow.depots.get(report.tour.route.depot_id)
    back = eta + timedelta(seconds=visit.stop.service) + _way(visit.stop.place, depot.place)
    until = _until(report)
    return AtTheEnd(eta, eta - now, None if until is None else until - back)


def _way(start: Place, end: Place) -> timedelta:
    return timedelta(seconds=round(free_seconds(road_metres(start.metres_to(end))) * _TRAFFIC))


def _until(report: Report) -> datetime | None:
    """When the driver's working time ends."""
    route = report.tour.route
    depot = report.uow.depots.get(route.depot_id)
    duties = report.uow.fleet.duties(depot, route.day)
    return next((duty.end for duty in duties if duty.driver.id == route.driver_id), route.planned_end)


def tell_later(order: Order, expected: AtTheEnd, report: Report, why: str) -> None:
    """Set the told window to when an order is expected at the end of the route."""
    eta = Eta(expected.eta - SPREAD, expected.eta, expected.eta + SPREAD)
    zone = report.uow.depots.get(report.tour.route.depot_id).tz
    tell_window(order, eta, zone, report.uow, report.happened, why=why)
