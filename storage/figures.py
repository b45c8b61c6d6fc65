"""What happened in a span of time, counted: from events and the times of what was done, never from how things are now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, true
from sqlmodel import Session

from domain.cases import Case
from domain.conversations import Conversation
from domain.depots import Depot
from domain.driving import WorkedShift
from domain.events import Event
from domain.handing import Failure
from domain.orders import Order, OrderStatus
from domain.routes import Route, RouteStatus, Stop, Task, TaskKind, TaskStatus
from domain.scheduling import moment_of
from storage.outbox import SENT, OutboxRow

_orders = Order.__table__  # type: ignore[attr-defined]
_events = Event.__table__  # type: ignore[attr-defined]
_tasks = Task.__table__  # type: ignore[attr-defined]
_stops = Stop.__table__  # type: ignore[attr-defined]
_routes = Route.__table__  # type: ignore[attr-defined]
_shifts = WorkedShift.__table__  # type: ignore[attr-defined]
_outbox = OutboxRow.__table__  # type: ignore[attr-defined]
_chats = Conversation.__table__  # type: ignore[attr-defined]
_cases = Case.__table__  # type: ignore[attr-defined]

#: What became of orders, and what that is called among the figures.
_OUTCOMES = {
    OrderStatus.DELIVERED: "delivered",
    OrderStatus.PARTIALLY_DELIVERED: "partly",
    OrderStatus.FAILED: "failed",
    OrderStatus.RETURNED_TO_DEPOT: "returned",
    OrderStatus.CANCELLED: "cancelled",
}
#: What changes the state of an order; a driver may take the last report back.
_CHANGES = ("status", "undone")
#: What failed without a driver at the door: the shift was over, the vehicle broke down.
_NOT_REACHED, _UNKNOWN = "not_reached", "unknown"
_SERVED = frozenset({TaskStatus.COMPLETED, TaskStatus.PARTIAL})
#: The reply that says where an order is.
_WHERE = "order.tracked"
#: So many values are looked for in one statement.
_MANY = 500


class Figures:
    """Counts of what happened at a depot."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, depot: Depot, start: datetime, end: datetime, *, alone: bool) -> dict[str, Any]:
        """What happened from ``start`` until before ``end``.

        What cannot be told to belong to a depot counts only where that is the only one (``alone``). ``metres`` are those
        of odometers where drivers gave them, else planned ones; ``worked`` seconds of shifts.
        """
        return {
            **self._outcomes(depot, start, end),
            **self._attempts(depot, start, end),
            **self._driven(depot, start, end),
            **self._said(depot, start, end, alone),
            **self._cases(depot, start, end, alone),
        }

    def _outcomes(self, depot: Depot, start: datetime, end: datetime) -> dict[str, int]:
        """Orders by what they had come to in the end; one that went two ways counts by the last."""
        query = (
            select(_events.c.subject, _events.c.after)
            .join(_orders, _orders.c.number == _events.c.subject)
            .where(_events.c.noun == "order", _events.c.change.in_(_CHANGES), _orders.c.depot_id == depot.id)
            .where(_events.c.at >= start, _events.c.at < end)
            .order_by(_events.c.id)
        )
        last = {row.subject: row.after for row in self._session.execute(query)}
        counts = Counter(last.values())
        new = select(func.count()).where(
            _orders.c.depot_id == depot.id, _orders.c.created_at >= start, _orders.c.created_at < end
        )
        ordered = self._session.execute(new).scalar() or 0
        return {name: counts[status] for status, name in _OUTCOMES.items()} | {"ordered": int(ordered)}

    def _attempts(self, depot: Depot, start: datetime, end: datetime) -> dict[str, Any]:
        """Visits that were made, and how many of them when they were promised and told."""
        query = (
            select(
                _tasks.c.id, _tasks.c.status, _tasks.c.done_at, _orders.c.promise_day, _orders.c.promise_start,
                _orders.c.promise_end, _orders.c.told_start, _orders.c.told_end,
            )
            .join(_stops, _stops.c.id == _tasks.c.stop_id)
            .join(_routes, _routes.c.id == _stops.c.route_id)
            .join(_orders, _orders.c.number == _tasks.c.order_number)
            .where(_routes.c.depot_id == depot.id, _tasks.c.kind == TaskKind.DELIVERY)
            .where(_tasks.c.status.in_([*_SERVED, TaskStatus.FAILED]), _tasks.c.done_at >= start, _tasks.c.done_at < end)
        )  # fmt: skip
        visits = list(self._session.execute(query))
        arrived, reasons = self._reported([str(visit.id) for visit in visits])
        served = [visit for visit in visits if visit.status in _SERVED]
        whens = {visit.id: arrived.get(str(visit.id), visit.done_at) for visit in served}
        promised = [visit for visit in served if visit.promise_day is not None]
        told = [visit for visit in served if visit.told_start is not None and visit.told_end is not None]
        failed = [_why(reasons.get(str(visit.id))) for visit in visits if visit.status == TaskStatus.FAILED]
        return {
            "attempts": len(served) + sum(reason != _NOT_REACHED for reason in failed),
            "reasons": dict(Counter(failed).most_common()),
            "with_promise": len(promised),
            "in_promise": sum(_in_promise(visit, whens[visit.id], depot) for visit in promised),
            "with_told": len(told),
            "in_told": sum(visit.told_start <= whens[visit.id] <= visit.told_end for visit in told),
        }

    def _reported(self, tasks: list[str]) -> tuple[dict[str, datetime], dict[str, str]]:
        """When drivers arrived for tasks, and why tasks failed, by the task's name; the last time counts."""
        arrived: dict[str, datetime] = {}
        reasons: dict[str, str] = {}
        for some in _chunks(tasks):
            query = (
                select(_events.c.subject, _events.c.after, _events.c.at, _events.c.detail)
                .where(_events.c.noun == "task", _events.c.subject.in_(some), _events.c.change == "status")
                .where(_events.c.after.in_([TaskStatus.ARRIVED, TaskStatus.FAILED]))
                .order_by(_events.c.id)
            )
            for row in self._session.execute(query):
                if row.after == TaskStatus.ARRIVED:
                    arrived[row.subject] = row.at
                elif row.detail.get("reason"):
                    reasons[row.subject] = str(row.detail["reason"])
        return arrived, reasons

    def _driven(self, depot: Depot, start: datetime, end: datetime) -> dict[str, int]:
        first, last = start.astimezone(depot.tz).date(), end.astimezone(depot.tz).date()
        on_road = (RouteStatus.IN_PROGRESS, RouteStatus.COMPLETED)
        query = select(_routes.c.id, _routes.c.metres).where(
            _routes.c.depot_id == depot.id, _routes.c.day >= first, _routes.c.day < last, _routes.c.status.in_(on_road)
        )
        metres = {row.id: row.metres for row in self._session.execute(query)}
        worked = 0.0
        shifts = select(WorkedShift).where(_shifts.c.depot_id == depot.id, _shifts.c.started_at < end)
        for shift in self._session.scalars(shifts.where((_shifts.c.ended_at > start) | _shifts.c.ended_at.is_(None))):
            until = min(shift.ended_at or end, end)
            worked += max(0.0, (until - max(shift.started_at, start)).total_seconds())
            if shift.route_id in metres and shift.start_km is not None and shift.end_km is not None:
                metres[shift.route_id] = (shift.end_km - shift.start_km) * 1000
        return {"routes": len(metres), "metres": sum(metres.values()), "worked": round(worked)}

    def _said(self, depot: Depot, start: datetime, end: datetime, alone: bool) -> dict[str, int]:
        """What customers were told without asking (not what was changed in messages they have), and how often they asked where their order is."""
        mine = true() if alone else _orders.c.depot_id == depot.id
        told = self._count(
            _outbox.c.id,
            mine,
            _outbox.c.kind != "reply",
            ~_outbox.c.edits,
            _outbox.c.sent_at >= start,
            _outbox.c.sent_at < end,
        )
        asked = self._count(
            _outbox.c.inbox_id, mine, _outbox.c.kind == "reply", _outbox.c.name == _WHERE,
            _outbox.c.created_at >= start, _outbox.c.created_at < end,
        )  # fmt: skip
        return {"messages": told, "asked_where": asked}

    def _count(self, what: ColumnElement[Any], *conditions: ColumnElement[bool]) -> int:
        """Different values among what was said to customers."""
        query = (
            select(func.count(what.distinct()))
            .join(_chats, _chats.c.id == _outbox.c.conversation_id)
            .outerjoin(_orders, _orders.c.number == _outbox.c.about)
            .where(_outbox.c.state == SENT, _chats.c.role == "customer", *conditions)
        )
        return int(self._session.execute(query).scalar() or 0)

    def _cases(self, depot: Depot, start: datetime, end: datetime, alone: bool) -> dict[str, int]:
        query = select(_cases.c.opened_at, _cases.c.resolved_at, _cases.c.detail, _orders.c.depot_id)
        query = query.outerjoin(_orders, _orders.c.number == _cases.c.order_number)
        lately = ((_cases.c.opened_at >= start) & (_cases.c.opened_at < end)) | (
            (_cases.c.resolved_at >= start) & (_cases.c.resolved_at < end)
        )
        mine = [row for row in self._session.execute(query.where(lately)) if alone or _belongs(row, depot)]
        return {
            "cases_opened": sum(start <= row.opened_at < end for row in mine),
            "cases_closed": sum(row.resolved_at is not None and start <= row.resolved_at < end for row in mine),
        }


def _why(reason: str | None) -> str:
    return _UNKNOWN if reason is None else reason if reason in set(Failure) else _NOT_REACHED


def _in_promise(visit: Row[Any], when: datetime, depot: Depot) -> bool:
    first = moment_of(visit.promise_day, visit.promise_start, depot.tz)
    last = moment_of(visit.promise_day, visit.promise_end, depot.tz)
    return first <= when <= last


def _belongs(case: Row[Any], depot: Depot) -> bool:
    return bool(case.depot_id == depot.id or case.detail.get("depot") == depot.code)


def _chunks(values: Iterable[str]) -> Iterator[list[str]]:
    rest = list(values)
    for n in range(0, len(rest), _MANY):
        yield rest[n : n + _MANY]
