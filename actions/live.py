"""ETAs that follow the road: of one route after every report, of all routes of a depot every two minutes."""

from __future__ import annotations

from actions import ladder
from actions.positions import asked_arrivals
from actions.underway import is_under_way, under_way, ways_of
from domain.commands import RefreshEtas
from domain.depots import Depot
from domain.moment import Moment
from domain.notices import Notice
from domain.refusals import NotFound
from storage.unit_of_work import UnitOfWork


def refreshed(route_id: int, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The ETAs of a route under way anew, and what its customers are told by them. Nothing for a route that is not."""
    route = uow.routes.get(route_id, lock=True)
    depot = uow.depots.get(route.depot_id)
    if not is_under_way(route, at.now.astimezone(depot.tz).date(), at.now):
        return []
    return ladder.told(ways_of([route], depot, uow, at), depot, uow, at)


def refresh_etas(command: RefreshEtas, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The ETAs of all routes of a depot that are under way anew, and what their customers are told by them."""
    depot = depot_called(command.depot, uow)
    ways = ways_of(under_way(depot, uow, at, lock=True), depot, uow, at)
    return [*ladder.told(ways, depot, uow, at), *asked_arrivals(ways, uow, at)]


def depot_called(code: str, uow: UnitOfWork) -> Depot:
    """The depot of that code. Refuses when there is none."""
    depot = uow.depots.find(code)
    if depot is None:
        raise NotFound("no_such_depot", depot=code, field="depot")
    return depot
