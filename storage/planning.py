"""A depot's day as it is to be planned, read from the database; and the progress of runs."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from domain.depots import Depot
from domain.orders import Order, OrderLine
from domain.planning.day import PLANNABLE, Day, Fleet, Wanted, rides
from domain.plans import Run, RunStatus
from domain.routes import AHEAD, LIVE, Route, RouteStatus, Stop, Task
from domain.stock import Product
from domain.values import Place
from storage.fleet import Fleet as FleetQueries

_orders = Order.__table__  # type: ignore[attr-defined]
_lines = OrderLine.__table__  # type: ignore[attr-defined]
_products = Product.__table__  # type: ignore[attr-defined]
_routes = Route.__table__  # type: ignore[attr-defined]
_stops = Stop.__table__  # type: ignore[attr-defined]
_tasks = Task.__table__  # type: ignore[attr-defined]
_runs = Run.__table__  # type: ignore[attr-defined]


class Planning:
    """Queries for planning a day."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def day(self, depot: Depot, day: date, now: datetime) -> Day:
        """What is to be planned: orders promised for the day that are on no route yet, and who is free to drive."""
        fleet = FleetQueries(self._session)
        routes = self._live(depot, day)
        duties = fleet.duties(depot, day)
        at_work = {route.driver_id for route in routes}
        spans = {duty.driver.id: (duty.start, duty.end) for duty in duties}
        whole = (datetime.min.replace(tzinfo=now.tzinfo), datetime.max.replace(tzinfo=now.tzinfo))
        taken: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
        for route in routes:
            taken[route.vehicle_id or 0].append(_span(route) or spans.get(route.driver_id) or whole)
        free = [duty for duty in duties if duty.driver.id not in at_work and duty.end > now]
        found, idle = rides(Fleet(fleet.vehicles(depot.id or 0), free, taken), day, now.astimezone(depot.tz).date())
        busy = sum(duty.driver.id in at_work for duty in duties)
        return Day(depot, day, tuple(self._wanted(depot, day)), found, idle, busy)

    def pattern(self, depot: Depot, day: date) -> dict[int, list[Place]]:
        """Where each driver stopped on the last day before ``day`` that had routes; empty where there was none."""
        driven = (RouteStatus.PUBLISHED, RouteStatus.LOADING, RouteStatus.IN_PROGRESS, RouteStatus.COMPLETED)
        mine = (_routes.c.depot_id == depot.id, _routes.c.status.in_(driven), _routes.c.driver_id.is_not(None))
        last = select(_routes.c.day).where(*mine, _routes.c.day < day).order_by(_routes.c.day.desc()).limit(1)
        query = (
            select(_routes.c.driver_id, _stops.c.lat, _stops.c.lon)
            .join(_stops, _stops.c.route_id == _routes.c.id)
            .where(*mine, _routes.c.day == last.scalar_subquery())
            .order_by(_routes.c.id, _stops.c.position)
        )
        places: dict[int, list[Place]] = defaultdict(list)
        for driver_id, lat, lon in self._session.execute(query):
            places[driver_id].append(Place(lat, lon))
        return dict(places)

    def _wanted(self, depot: Depot, day: date) -> list[Wanted]:
        on_route = (
            select(_tasks.c.order_number)
            .join(_stops, _stops.c.id == _tasks.c.stop_id)
            .join(_routes, _routes.c.id == _stops.c.route_id)
            .where(_tasks.c.order_number.is_not(None), _tasks.c.status.in_(AHEAD), _routes.c.status.in_(LIVE))
        )
        promised = (
            _orders.c.depot_id == depot.id,
            _orders.c.promise_day == day,
            _orders.c.status.in_(PLANNABLE),
            _orders.c.number.not_in(on_route),
        )
        orders = list(self._session.scalars(select(Order).where(*promised).order_by(_orders.c.id)))
        lines = (
            select(_lines.c.order_id, _lines.c.quantity, _products.c.weight, _products.c.volume, _products.c.handling)
            .join(_orders, _orders.c.id == _lines.c.order_id)
            .join(_products, _products.c.sku == _lines.c.sku)
            .where(*promised)
            .order_by(_lines.c.id)
        )
        of_order: dict[int, list[tuple[int, int, int, list[str]]]] = defaultdict(list)
        for order_id, quantity, weight, volume, handling in self._session.execute(lines):
            of_order[order_id].append((quantity, weight, volume, handling))
        return [Wanted.of(order, of_order[order.id or 0]) for order in orders]

    def _live(self, depot: Depot, day: date) -> list[Route]:
        query = select(Route).where(_routes.c.depot_id == depot.id, _routes.c.day == day, _routes.c.status.in_(LIVE))
        return list(self._session.scalars(query))


def _span(route: Route) -> tuple[datetime, datetime] | None:
    if route.planned_start is None or route.planned_end is None:
        return None
    return route.planned_start, route.planned_end


def record_progress(session: Session, run_id: int, attempt: int, progress: dict[str, Any]) -> tuple[bool, bool]:
    """Keep the latest news of a try; whether it is to stop with what it has, and whether nobody wants it any more."""
    mine = (_runs.c.id == run_id, _runs.c.tries == attempt, _runs.c.status == RunStatus.SOLVING)
    session.execute(update(_runs).where(*mine).values(progress=progress))
    found = session.execute(select(_runs.c.stop_wanted).where(*mine)).first()
    return (bool(found.stop_wanted), False) if found is not None else (True, True)


def forget_inputs(session: Session, before: date) -> None:
    """Forget what runs for days before one used: nothing depends on it any more, and it has digests of addresses."""
    session.execute(update(_runs).where(_runs.c.day < before, _runs.c.inputs != {}).values(inputs={}))
