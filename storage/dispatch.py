"""What dispatching reads of routes under way: plain rows, for a day of a thousand stops is looked at in one turn."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Row, bindparam, func, select, update
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, SQLModel

from domain.depots import Depot
from domain.driving import DriverReport, WorkedShift
from domain.eta import Eta
from domain.events import Event
from domain.fleet import Driver, Vehicle
from domain.orders import Order, OrderLine
from domain.returns import Outcome, Return, ReturnLine
from domain.routes import LIVE, Route, RoutePosition, RouteStatus, Stop, Task, TaskKind, TaskStatus
from domain.routing.problem import NOTHING, Load
from domain.stock import Product, skills_for
from domain.told import REFINED
from domain.travel.learning import Learned
from domain.travel.today import Today
from domain.values import Place
from storage.travel import told_ways
from storage.visits import Visits

Entity = TypeVar("Entity", bound=SQLModel)
_stops = Stop.__table__  # type: ignore[attr-defined]
_tasks = Task.__table__  # type: ignore[attr-defined]
_orders = Order.__table__  # type: ignore[attr-defined]
_lines = OrderLine.__table__  # type: ignore[attr-defined]
_returns = Return.__table__  # type: ignore[attr-defined]
_return_lines = ReturnLine.__table__  # type: ignore[attr-defined]
_products = Product.__table__  # type: ignore[attr-defined]
_routes = Route.__table__  # type: ignore[attr-defined]
_positions = RoutePosition.__table__  # type: ignore[attr-defined]
_events = Event.__table__  # type: ignore[attr-defined]
_reports = DriverReport.__table__  # type: ignore[attr-defined]
_shifts = WorkedShift.__table__  # type: ignore[attr-defined]
_vehicles = Vehicle.__table__  # type: ignore[attr-defined]
_drivers = Driver.__table__  # type: ignore[attr-defined]

#: What a task is about, an order or a return: its number, what was told of it, and what was promised.
_ABOUT = (
    _orders.c.id.label("order_id"), _orders.c.status.label("order_status"), _returns.c.id.label("return_id"),
    func.coalesce(_tasks.c.order_number, _tasks.c.return_number).label("number"),
    func.coalesce(_orders.c.told_start, _returns.c.told_start).label("told_start"),
    func.coalesce(_orders.c.told_end, _returns.c.told_end).label("told_end"),
    func.coalesce(_orders.c.promise_day, _returns.c.pickup_day).label("promise_day"),
    func.coalesce(_orders.c.promise_start, _returns.c.pickup_start).label("promise_start"),
    func.coalesce(_orders.c.promise_end, _returns.c.pickup_end).label("promise_end"),
)  # fmt: skip
_ON_ROUTES = (
    select(
        _stops.c.route_id, _stops.c.id.label("stop_id"), _stops.c.lat, _stops.c.lon, _stops.c.service, _stops.c.locked,
        _stops.c.done_at, _tasks.c.id.label("task_id"), _tasks.c.kind, _tasks.c.status,
        *_ABOUT,
    )
    .join(_tasks, _tasks.c.stop_id == _stops.c.id)
    .outerjoin(_orders, _orders.c.number == _tasks.c.order_number)
    .outerjoin(_returns, _returns.c.number == _tasks.c.return_number)
    .where(_stops.c.route_id.in_(bindparam("routes", expanding=True)))
    .order_by(_stops.c.route_id, _stops.c.position, _tasks.c.id)
)  # fmt: skip
_ON_THE_ROAD = (
    select(
        _stops.c.route_id, _stops.c.id.label("stop_id"), _stops.c.position, _stops.c.lat, _stops.c.lon, _stops.c.service,
        _stops.c.done_at, _stops.c.eta, _stops.c.eta_start, _stops.c.eta_end, _stops.c.near_since, _stops.c.arrival_asked_at,
        _stops.c.address, _stops.c.locked, _tasks.c.id.label("task_id"), _tasks.c.kind, _tasks.c.status, _tasks.c.near_at,
        *_ABOUT,
    )
    .join(_tasks, _tasks.c.stop_id == _stops.c.id)
    .outerjoin(_orders, _orders.c.number == _tasks.c.order_number)
    .outerjoin(_returns, _returns.c.number == _tasks.c.return_number)
    .where(_stops.c.route_id.in_(bindparam("routes", expanding=True)))
    .order_by(_stops.c.route_id, _stops.c.position, _tasks.c.id)
)  # fmt: skip
_SET_ETA = (
    update(_stops)
    .where(_stops.c.id == bindparam("stop"))
    .values(eta=bindparam("likely"), eta_start=bindparam("early"), eta_end=bindparam("late"))
)
_RETURNED = (
    select(
        _return_lines.c.return_id, func.coalesce(_return_lines.c.collected, _return_lines.c.quantity).label("quantity"),
        _products.c.weight, _products.c.volume, _products.c.handling,
    )
    .join(_products, _products.c.sku == _return_lines.c.sku)
    .where(_return_lines.c.return_id.in_(bindparam("returns", expanding=True)))
    .where(_return_lines.c.outcome.is_(None) | (_return_lines.c.outcome != Outcome.REJECT))
)  # fmt: skip
_GOODS = (
    select(_lines.c.order_id, _lines.c.quantity, _products.c.weight, _products.c.volume, _products.c.handling)
    .join(_products, _products.c.sku == _lines.c.sku)
    .where(_lines.c.order_id.in_(bindparam("orders", expanding=True)))
)  # fmt: skip

#: What visits teach changes slowly and takes long to compute: once a day for each database and depot is enough.
_learned: WeakKeyDictionary[Any, dict[tuple[int, date], Learned]] = WeakKeyDictionary()


class Dispatch:
    """Queries for routes under way."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def rows(self, routes: Iterable[Route]) -> dict[int, list[Row[Any]]]:
        """By route the tasks at its stops, in order, each with its stop's and its order's values."""
        found: dict[int, list[Row[Any]]] = defaultdict(list)
        for row in self._session.execute(_ON_ROUTES, {"routes": [route.id for route in routes]}):
            found[row.route_id].append(row)
        return found

    def on_the_road(self, routes: Iterable[Route]) -> dict[int, list[Row[Any]]]:
        """As `rows`, with what is known of ETAs and of who was told what."""
        found: dict[int, list[Row[Any]]] = defaultdict(list)
        for row in self._session.execute(_ON_THE_ROAD, {"routes": [route.id for route in routes]}):
            found[row.route_id].append(row)
        return found

    def set_etas(self, etas: Mapping[int, Eta]) -> None:
        """Write the ETAs of stops, by id. No version is counted: whoever changes a stop need not know when it is served."""
        if not etas:
            return
        rows = [{"stop": key, "early": eta.early, "likely": eta.likely, "late": eta.late} for key, eta in etas.items()]
        self._session.execute(_SET_ETA, rows)
        for stop in self._held(Stop):
            eta = etas.get(stop.id or 0)
            if eta is not None:
                self._took(stop, eta=eta.likely, eta_start=eta.early, eta_end=eta.late)

    def set_near(self, tasks: Sequence[int], at: datetime) -> None:
        """Note that customers were told that their driver is near."""
        if tasks:
            self._session.execute(update(_tasks).where(_tasks.c.id.in_(tasks)).values(near_at=at))
        for task in self._held(Task):
            if task.id in tasks:
                self._took(task, near_at=at)

    def _held(self, kind: type[Entity]) -> list[Entity]:
        """The entities of a kind that somebody holds in this transaction."""
        return [each for each in self._session.identity_map.values() if isinstance(each, kind)]

    def _took(self, entity: SQLModel, **values: Any) -> None:
        """What was written past an entity is in it too."""
        for name, value in values.items():
            set_committed_value(entity, name, value)

    def reports(self, routes: Sequence[int], kinds: Sequence[str]) -> list[DriverReport]:
        """What drivers reported of routes and did not take back, of these kinds, in order."""
        query = select(DriverReport).where(_reports.c.route_id.in_(routes), _reports.c.what.in_(kinds))
        query = query.where(_reports.c.undone_at.is_(None)).order_by(_reports.c.id)
        return list(self._session.scalars(query))

    def shifts(self, routes: Sequence[int]) -> dict[int, WorkedShift]:
        """The shifts in which routes are driven now, by route."""
        query = select(WorkedShift).where(_shifts.c.route_id.in_(routes), _shifts.c.ended_at.is_(None))
        return {each.route_id or 0: each for each in self._session.scalars(query)}

    def delivered(self, depot_id: int, days: Sequence[date], since: datetime, until: datetime) -> list[str]:
        """The orders that a depot's routes of these days delivered between two moments, and nobody was asked about."""
        query = (
            select(_orders.c.number)
            .join(_tasks, _tasks.c.order_number == _orders.c.number)
            .join(_stops, _stops.c.id == _tasks.c.stop_id)
            .join(_routes, _routes.c.id == _stops.c.route_id)
            .where(_routes.c.day.in_(days), _routes.c.depot_id == depot_id, _tasks.c.done_at.between(since, until))
            .where(_tasks.c.kind == TaskKind.DELIVERY, _tasks.c.status.in_([TaskStatus.COMPLETED, TaskStatus.PARTIAL]))
            .where(_orders.c.rating_asked_at.is_(None))
        )
        return list(self._session.scalars(query.order_by(_orders.c.id)))

    def left_at(self, routes: Sequence[int]) -> dict[int, datetime]:
        """When routes left their depot."""
        if not routes:
            return {}
        query = select(_events.c.subject, func.min(_events.c.at)).where(
            _events.c.noun == "route", _events.c.subject.in_([str(each) for each in routes])
        )
        query = query.where(_events.c.after == RouteStatus.IN_PROGRESS).group_by(_events.c.subject)
        return {int(subject): at for subject, at in self._session.execute(query)}

    def goods(self, orders: Sequence[int]) -> dict[int, tuple[Load, frozenset[str]]]:
        """By id of the order what it weighs and measures, and what its vehicle must have."""
        return _summed(orders, self._session.execute(_GOODS, {"orders": list(orders)}))

    def returned(self, returns: Sequence[int]) -> dict[int, tuple[Load, frozenset[str]]]:
        """By id of the return what comes back with it weighs and measures, and what its vehicle must have."""
        return _summed(returns, self._session.execute(_RETURNED, {"returns": list(returns)})) if returns else {}

    def positions(self, routes: Iterable[Route]) -> dict[int, RoutePosition]:
        """Where vehicles were last seen, by route."""
        ids = [route.id for route in routes]
        found = self._session.scalars(select(RoutePosition).where(_positions.c.route_id.in_(ids)))
        return {each.route_id: each for each in found}

    def fleet(self, routes: Sequence[Route]) -> tuple[dict[int, Vehicle], dict[int, Driver]]:
        """The vehicles and drivers of routes, by id."""
        vehicles = select(Vehicle).where(_vehicles.c.id.in_([route.vehicle_id for route in routes]))
        drivers = select(Driver).where(_drivers.c.id.in_([route.driver_id for route in routes]))
        return (
            {each.id or 0: each for each in self._session.scalars(vehicles)},
            {each.id or 0: each for each in self._session.scalars(drivers)},
        )

    def arrivals(self, tasks: Sequence[int]) -> Mapping[str, datetime]:
        """When drivers arrived for tasks, by the task's name."""
        if not tasks:
            return {}
        names = [str(task) for task in tasks]
        query = select(_events.c.subject, func.max(_events.c.at)).where(
            _events.c.noun == "task",
            _events.c.subject.in_(names),
            _events.c.after == "arrived",
            _events.c.change == "status",
        )
        return {row[0]: row[1] for row in self._session.execute(query.group_by(_events.c.subject))}

    def told_changes(self, numbers: Sequence[str], since: datetime) -> dict[str, int]:
        """How often customers were told another window since a moment, by order or return; a narrower one within it is the same."""
        query = (
            select(_events.c.subject, _events.c.detail)
            .where(_events.c.noun.in_(["order", "return"]), _events.c.subject.in_(numbers), _events.c.change == "told")
            .where(_events.c.at >= since, _events.c.before.is_not(None))
        )
        return Counter(number for number, detail in self._session.execute(query) if detail.get("why") != REFINED)

    def routed(self, pairs: Iterable[tuple[Place, Place]]) -> dict[tuple[int, int], int]:
        """The free seconds of ways as a table service told them lately, by the digests of their places."""
        return told_ways(self._session, [(start.digest(), end.digest()) for start, end in pairs])

    def stops(self, ids: Sequence[int]) -> dict[int, Stop]:
        """Stops by id."""
        return {each.id or 0: each for each in self._session.scalars(select(Stop).where(_stops.c.id.in_(ids)))}

    def busy(self, driver_id: int, day: date) -> Route | None:
        """The live route a driver has on a day, if any."""
        query = select(Route).where(_routes.c.driver_id == driver_id, _routes.c.day == day, _routes.c.status.in_(LIVE))
        return self._session.scalars(query.order_by(_routes.c.id)).first()

    def learned(self, depot: Depot, now: datetime) -> Learned:
        """What the visits of a depot teach, as of the first time it was asked today."""
        known = _learned.setdefault(self._session.get_bind(), {})
        key = (depot.id or 0, now.date())
        if key not in known:
            for old in [each for each in known if each[1] != key[1]]:
                del known[old]
            known[key] = Visits(self._session).learned(depot, now)
        return known[key]

    def today(self, depot: Depot, learned: Learned, now: datetime) -> Today:
        """What the ways that were driven today say of those to come."""
        return Visits(self._session).today(depot, learned, now)


def _summed(ids: Sequence[int], lines: Iterable[Any]) -> dict[int, tuple[Load, frozenset[str]]]:
    """Lines (whose, quantity, weight, volume, handling) added up by whose they are."""
    found: dict[int, tuple[Load, frozenset[str]]] = dict.fromkeys(ids, (NOTHING, frozenset()))
    for owner, quantity, weight, volume, handling in lines:
        load, skills = found[owner]
        found[owner] = (
            load + Load(quantity * weight, quantity * volume, quantity),
            skills | skills_for(handling) if handling else skills,
        )
    return found
