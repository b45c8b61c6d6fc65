"""A depot's day as it is to be planned, read from the database; and the progress of runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import Session

from domain.customers import Customer
from domain.depots import Depot
from domain.orders import Order, OrderLine
from domain.planning.day import PLANNABLE, Day, Fleet, Wanted, rides
from domain.plans import Run, RunStatus
from domain.returns import Return, ReturnLine, ReturnStatus
from domain.routes import AHEAD, LIVE, Route, RouteStatus, Stop, Task, TaskStatus
from domain.stock import Product
from domain.values import Place
from storage.fleet import Fleet as FleetQueries

_orders = Order.__table__  # type: ignore[attr-defined]
_lines = OrderLine.__table__  # type: ignore[attr-defined]
_returns = Return.__table__  # type: ignore[attr-defined]
_return_lines = ReturnLine.__table__  # type: ignore[attr-defined]
_products = Product.__table__  # type: ignore[attr-defined]
_routes = Route.__table__  # type: ignore[attr-defined]
_stops = Stop.__table__  # type: ignore[attr-defined]
_tasks = Task.__table__  # type: ignore[attr-defined]
_runs = Run.__table__  # type: ignore[attr-defined]


def _on_route(number: Any) -> Any:
    """The orders, or the returns (by their column of tasks), that are on a route to be driven."""
    return (
        select(number)
        .join(_stops, _stops.c.id == _tasks.c.stop_id)
        .join(_routes, _routes.c.id == _stops.c.route_id)
        .where(number.is_not(None), _tasks.c.status.in_(AHEAD), _routes.c.status.in_(LIVE))
    )


#: Orders that can go out and are on no route yet.
_PLANNABLE = (_orders.c.status.in_(PLANNABLE), _orders.c.number.not_in(_on_route(_tasks.c.order_number)))
#: Which lines of a return come back.
APPROVED = (_return_lines.c.outcome.is_(None) | (_return_lines.c.outcome != "reject"),)


class Planning:
    """Queries for planning a day."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def day(self, depot: Depot, day: date, now: datetime) -> Day:
        """What is to be planned: orders promised and returns to be collected that day, on no route yet, and who is free to
        drive."""
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
        orders = self._wanted(depot, day)
        return Day(depot, day, (*orders, *self._pickups(depot, day, orders)), found, idle, busy)

    def is_anything_wanted(self, depot: Depot, day: date) -> bool:
        """Whether there is any order or pickup to plan."""
        return self.count_wanted(depot, day) > 0

    def count_wanted(self, depot: Depot, day: date) -> int:
        """How many orders and pickups are to be planned."""
        orders = int(self._session.execute(select(func.count()).where(*_wanted(depot, day))).scalar() or 0)
        return orders + int(self._session.execute(select(func.count()).where(*_to_collect(depot, day))).scalar() or 0)

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

    def customers(self, plan_id: int) -> Sequence[Customer]:
        """Whose orders and returns are on the routes of a plan, and can be told so."""
        planned = (_tasks.c.plan_id == plan_id, _tasks.c.stop_id.is_not(None))
        theirs = select(_orders.c.customer_id).join(_tasks, _tasks.c.order_number == _orders.c.number).where(*planned)
        hers = select(_returns.c.customer_id).join(_tasks, _tasks.c.return_number == _returns.c.number).where(*planned)
        mine = Customer.__table__.c.id  # type: ignore[attr-defined]
        query = select(Customer).where(mine.in_(theirs) | mine.in_(hers))
        return [each for each in self._session.scalars(query) if not each.messages_off and each.erased_at is None]

    def record_progress(self, run_id: int, attempt: int, progress: dict[str, Any]) -> bool:
        """Keep the latest news of a try; False where nobody wants it any more. No version is counted: nothing depends on it."""
        mine = (_runs.c.id == run_id, _runs.c.tries == attempt, _runs.c.status == RunStatus.SOLVING)
        written = self._session.execute(update(_runs).where(*mine).values(progress=progress).returning(_runs.c.id))
        return written.first() is not None

    def _wanted(self, depot: Depot, day: date) -> list[Wanted]:
        promised = _wanted(depot, day)
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

    def _pickups(self, depot: Depot, day: date, orders: Sequence[Wanted]) -> list[Wanted]:
        """Returns to collect; what is exchanged for one of the ``orders`` is collected when that is brought."""
        collected = _to_collect(depot, day)
        returns = list(self._session.scalars(select(Return).where(*collected).order_by(_returns.c.id)))
        if not returns:
            return []
        goods, tried = self._returned(returns), self._tried(returns)
        brought = {order.number: order for order in orders}
        return [
            Wanted.pickup(made, goods[made.id or 0], tried.get(made.number, 0), brought.get(made.exchange_order or ""))
            for made in returns
        ]

    def _returned(self, returns: Sequence[Return]) -> dict[int, list[tuple[int, int, int, list[str]]]]:
        """By id of the return its approved lines as (quantity, weight, volume, handling)."""
        query = (
            select(
                _return_lines.c.return_id, _return_lines.c.quantity, _products.c.weight, _products.c.volume,
                _products.c.handling,
            )
            .join(_products, _products.c.sku == _return_lines.c.sku)
            .where(_return_lines.c.return_id.in_([made.id for made in returns]), *APPROVED)
            .order_by(_return_lines.c.id)
        )  # fmt: skip
        found: dict[int, list[tuple[int, int, int, list[str]]]] = defaultdict(list)
        for return_id, quantity, weight, volume, handling in self._session.execute(query):
            found[return_id].append((quantity, weight, volume, handling))
        return found

    def _tried(self, returns: Sequence[Return]) -> dict[str, int]:
        """How often collecting was tried, by return."""
        query = (
            select(_tasks.c.return_number, func.count())
            .where(_tasks.c.return_number.in_([made.number for made in returns]), _tasks.c.status == TaskStatus.FAILED)
            .group_by(_tasks.c.return_number)
        )
        return {number: int(count) for number, count in self._session.execute(query)}

    def _live(self, depot: Depot, day: date) -> list[Route]:
        query = select(Route).where(_routes.c.depot_id == depot.id, _routes.c.day == day, _routes.c.status.in_(LIVE))
        return list(self._session.scalars(query))


def _wanted(depot: Depot, day: date) -> tuple[Any, ...]:
    """Which orders are to be planned: promised for the day, ready to go out, on no route yet."""
    return (_orders.c.depot_id == depot.id, _orders.c.promise_day == day, *_PLANNABLE)


def _to_collect(depot: Depot, day: date) -> tuple[Any, ...]:
    """Which returns are to be collected: on their day, or with the order they are exchanged for; on no route yet."""
    swapped = select(_orders.c.number).where(_orders.c.promise_day.is_not(None), *_PLANNABLE)
    today = select(_orders.c.number).where(*_wanted(depot, day))
    alone = _returns.c.exchange_order.is_(None) | _returns.c.exchange_order.not_in(swapped)
    return (
        _returns.c.depot_id == depot.id,
        _returns.c.status == ReturnStatus.PICKUP_PLANNED,
        _returns.c.number.not_in(_on_route(_tasks.c.return_number)),
        ((_returns.c.pickup_day == day) & alone) | _returns.c.exchange_order.in_(today),
    )


def _span(route: Route) -> tuple[datetime, datetime] | None:
    if route.planned_start is None or route.planned_end is None:
        return None
    return route.planned_start, route.planned_end


def forget_inputs(session: Session, before: date) -> None:
    """Forget what runs for days before one used and gave to whom: nothing depends on it, and it has digests of addresses."""
    session.execute(update(_runs).where(_runs.c.day < before, _runs.c.inputs != {}).values(inputs={}, chains={}))
