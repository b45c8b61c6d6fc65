"""What key figures are counted from besides visits: routes as planned and as driven, ratings, waiting people; and the targets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import Session

from domain.cases import Case
from domain.deliveries import Rating
from domain.depots import Depot
from domain.driving import WorkedShift
from domain.events import Event
from domain.fleet import Vehicle
from domain.kpis import KpiTarget
from domain.orders import Order
from domain.routes import Route, RouteStatus, Stop, Task, TaskKind
from storage.made import chunks

_orders = Order.__table__  # type: ignore[attr-defined]
_events = Event.__table__  # type: ignore[attr-defined]
_tasks = Task.__table__  # type: ignore[attr-defined]
_stops = Stop.__table__  # type: ignore[attr-defined]
_routes = Route.__table__  # type: ignore[attr-defined]
_vehicles = Vehicle.__table__  # type: ignore[attr-defined]
_shifts = WorkedShift.__table__  # type: ignore[attr-defined]
_cases = Case.__table__  # type: ignore[attr-defined]
_ratings = Rating.__table__  # type: ignore[attr-defined]
_targets = KpiTarget.__table__  # type: ignore[attr-defined]

#: Routes in these states are, or were, driven.
_ON_ROAD = (RouteStatus.IN_PROGRESS, RouteStatus.COMPLETED)
#: What of a plan's cost is spent; the rest only tells the planner what to prefer.
_SPENT = ("fixed", "distance", "time")
HOUR = 3600


@dataclass(slots=True)
class _Shift:
    """What the shifts of a route came to: seconds, and metres by the odometer where it was read."""

    seconds: float = 0
    metres: int | None = None


def driven(session: Session, depot: Depot, start: datetime, end: datetime) -> dict[str, Any]:
    """Routes of the days from ``start`` until before ``end``: what was driven and worked, what it cost, against the plan.

    ``metres`` are those of odometers where drivers gave them, else planned ones; ``cost`` in minor units.
    """
    first, last = start.astimezone(depot.tz).date(), end.astimezone(depot.tz).date()
    routes = _routes_of(session, depot, first, last)
    ids = [route.id for route in routes]
    shifts, times = _shifts_of(session, ids), _times(session, ids)
    lengths = [(route, shifts.get(route.id, _Shift())) for route in routes]
    measured = [(route, shift) for route, shift in lengths if shift.metres is not None and route.metres > 0]
    timed = [route for route in routes if _planned(route) > 0 and route.id in times]
    return {
        "routes": len(routes),
        "metres": sum(route.metres if shift.metres is None else shift.metres for route, shift in lengths),
        "worked": _worked(session, depot, start, end),
        "cost": round(sum(_cost(route, shift) for route, shift in lengths)),
        "currency": _currency(session, depot),
        "planned_metres": sum(route.metres for route, _ in measured),
        "driven_metres": sum(shift.metres or 0 for _, shift in measured),
        "planned_seconds": round(sum(_planned(route) for route in timed)),
        "driven_seconds": round(sum(times[route.id] for route in timed)),
        "planned_stops": _stops_of(session, ids),
    }


def ratings(session: Session, depot: Depot, start: datetime, end: datetime) -> dict[str, int]:
    """How many deliveries were rated, and the sum of the scores."""
    query = (
        select(func.count(), func.coalesce(func.sum(_ratings.c.score), 0))
        .join(_orders, _orders.c.number == _ratings.c.order_number)
        .where(_orders.c.depot_id == depot.id, _ratings.c.at >= start, _ratings.c.at < end)
    )
    count, total = session.execute(query).one()
    return {"ratings": int(count), "rating_sum": int(total)}


def waits(session: Session, depot: Depot, start: datetime, end: datetime, alone: bool) -> dict[str, Any]:
    """Chats that were handed to a person in that time, and the seconds until the first answer of those that had one.

    They belong to the depot of the order they are about, else to that of the customer's last order before.
    """
    query = (
        select(_cases.c.id, _cases.c.opened_at, _cases.c.customer_id, _orders.c.depot_id)
        .outerjoin(_orders, _orders.c.number == _cases.c.order_number)
        .where(_cases.c.kind.like("wish.%"), _cases.c.opened_at >= start, _cases.c.opened_at < end)
        .order_by(_cases.c.id)
    )
    opened = session.execute(query).all()
    if not alone:
        usual = _usual_depots(session, {row.customer_id for row in opened if row.customer_id}, end)
        opened = [row for row in opened if (row.depot_id or usual.get(row.customer_id)) == depot.id]
    since = {Case(id=row.id, kind="", opened_at=row.opened_at).name: row.opened_at for row in opened}
    answered: dict[str, datetime] = {}
    for some in chunks(list(since)):
        said = select(_events.c.subject, func.min(_events.c.at)).where(
            _events.c.noun == "case", _events.c.subject.in_(some), _events.c.change == "answered"
        )
        answered |= {row[0]: row[1] for row in session.execute(said.group_by(_events.c.subject))}
    found = [round((at - since[name]).total_seconds()) for name, at in sorted(answered.items())]
    return {"handed_over": len(since), "answered": len(found), "waits": found}


def _usual_depots(session: Session, customers: Iterable[int], until: datetime) -> dict[int, int]:
    """The depot of each customer's last order that was taken before a moment."""
    found: dict[int, int] = {}
    for some in chunks([str(each) for each in customers]):
        query = select(_orders.c.customer_id, _orders.c.depot_id).where(
            _orders.c.customer_id.in_([int(each) for each in some]), _orders.c.depot_id.is_not(None),
            _orders.c.created_at < until,
        )  # fmt: skip
        found |= {row.customer_id: row.depot_id for row in session.execute(query.order_by(_orders.c.created_at))}
    return found


class Targets:
    """Queries for what is aimed at."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> Sequence[KpiTarget]:
        """All targets."""
        return self._session.scalars(select(KpiTarget).order_by(_targets.c.id)).all()

    def lock(self, kpi: str, depot_id: int | None) -> KpiTarget | None:
        """The target set for exactly that, locked."""
        mine = _targets.c.depot_id.is_(None) if depot_id is None else _targets.c.depot_id == depot_id
        return self._session.scalars(select(KpiTarget).where(_targets.c.kpi == kpi, mine).with_for_update()).first()

    def currency(self) -> str:
        """What the business is paid in: as the last order was."""
        query = select(_orders.c.currency).order_by(_orders.c.id.desc()).limit(1)
        return str(self._session.execute(query).scalar() or "EUR")


def _routes_of(session: Session, depot: Depot, first: date, last: date) -> Sequence[Row[Any]]:
    query = (
        select(
            _routes.c.id, _routes.c.metres, _routes.c.cost, _routes.c.planned_start, _routes.c.planned_end,
            _vehicles.c.fixed_cost, _vehicles.c.cost_per_km, _vehicles.c.cost_per_hour,
        )
        .outerjoin(_vehicles, _vehicles.c.id == _routes.c.vehicle_id)
        .where(_routes.c.depot_id == depot.id, _routes.c.day >= first, _routes.c.day < last)
        .where(_routes.c.status.in_(_ON_ROAD))
        .order_by(_routes.c.id)
    )  # fmt: skip
    return session.execute(query).all()


def _planned(route: Row[Any]) -> float:
    """Seconds the plan gave a route."""
    if route.planned_start is None or route.planned_end is None:
        return 0
    return float((route.planned_end - route.planned_start).total_seconds())


def _cost(route: Row[Any], shift: _Shift) -> float:
    """What a route cost: its vehicle for the day, the metres it drove and the seconds that were worked; as planned where
    nobody knows what it drives with."""
    if route.fixed_cost is None:
        return float(sum(route.cost.get(name, 0) for name in _SPENT))
    metres = route.metres if shift.metres is None else shift.metres
    seconds = shift.seconds or _planned(route)
    return float(route.fixed_cost + metres / 1000 * route.cost_per_km + seconds / HOUR * route.cost_per_hour)


def _shifts_of(session: Session, routes: Iterable[int]) -> dict[int, _Shift]:
    """Shifts that are over, by route."""
    found: dict[int, _Shift] = {}
    for some in chunks([str(each) for each in routes]):
        query = select(WorkedShift).where(
            _shifts.c.route_id.in_([int(each) for each in some]), _shifts.c.ended_at.is_not(None)
        )
        for shift in session.scalars(query.order_by(_shifts.c.id)):
            assert shift.route_id is not None
            assert shift.ended_at is not None
            known = found.setdefault(shift.route_id, _Shift())
            known.seconds += (shift.ended_at - shift.started_at).total_seconds()
            if shift.start_km is not None and shift.end_km is not None:
                known.metres = (known.metres or 0) + (shift.end_km - shift.start_km) * 1000
    return found


def _times(session: Session, routes: Iterable[int]) -> dict[int, float]:
    """Seconds from leaving to the end of each route that is over."""
    left: dict[str, datetime] = {}
    ended: dict[int, float] = {}
    for some in chunks([str(each) for each in routes]):
        query = (
            select(_events.c.subject, _events.c.after, _events.c.at)
            .where(_events.c.noun == "route", _events.c.subject.in_(some), _events.c.change == "status")
            .where(_events.c.after.in_(_ON_ROAD))
            .order_by(_events.c.at, _events.c.id)
        )
        for row in session.execute(query):
            if row.after == RouteStatus.IN_PROGRESS:
                left[row.subject] = row.at
            elif row.subject in left:
                ended[int(row.subject)] = (row.at - left[row.subject]).total_seconds()
    return ended


def _stops_of(session: Session, routes: Iterable[int]) -> int:
    """How many stops with a delivery the routes have."""
    count = 0
    for some in chunks([str(each) for each in routes]):
        query = (
            select(func.count(_tasks.c.stop_id.distinct()))
            .join(_stops, _stops.c.id == _tasks.c.stop_id)
            .where(_stops.c.route_id.in_([int(each) for each in some]), _tasks.c.kind == TaskKind.DELIVERY)
        )
        count += int(session.execute(query).scalar() or 0)
    return count


def _worked(session: Session, depot: Depot, start: datetime, end: datetime) -> int:
    """Seconds of shifts that were worked in that time."""
    shifts = select(WorkedShift).where(_shifts.c.depot_id == depot.id, _shifts.c.started_at < end)
    worked = 0.0
    for shift in session.scalars(shifts.where((_shifts.c.ended_at > start) | _shifts.c.ended_at.is_(None))):
        until = min(shift.ended_at or end, end)
        worked += max(0.0, (until - max(shift.started_at, start)).total_seconds())
    return round(worked)


def _currency(session: Session, depot: Depot) -> str:
    """What the depot's orders are paid in; nothing where it has none."""
    query = select(_orders.c.currency).where(_orders.c.depot_id == depot.id).order_by(_orders.c.id.desc()).limit(1)
    return str(session.execute(query).scalar() or "")
