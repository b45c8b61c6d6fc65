"""What customers of a route hear when it leaves, and when its times move."""

from __future__ import annotations

from actions import ladder, live
from domain.moment import Moment
from domain.notices import Notice
from storage.routes import Tour
from storage.unit_of_work import UnitOfWork


def told_of_times(route_id: int, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The ETAs of a route anew, and what its customers are told by them."""
    uow.flush()
    return live.refreshed(route_id, uow, at)


def told_of_leaving(tour: Tour, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The ETAs of a route that leaves, and what its customers are told by them."""
    uow.flush()
    return ladder.out_for_delivery(tour, uow, at)
