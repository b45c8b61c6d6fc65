"""What happened in a span of time, counted: from events and the times of what was done, never from how things are now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, select, true
from sqlmodel import Session

from domain.cases import Case
from domain.conversations import Conversation
from domain.depots import Depot
from domain.events import Event
from domain.orders import Order, OrderStatus
from storage.kpis import driven, ratings, waits
from storage.made import count, made
from storage.outbox import SENT, OutboxRow
from storage.return_figures import Rate, Words, followed, rates, returned, said

_orders = Order.__table__  # type: ignore[attr-defined]
_events = Event.__table__  # type: ignore[attr-defined]
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
#: What was said, and to whom.
_TO_CUSTOMERS = and_(_outbox.c.state == SENT, _chats.c.role == "customer")
#: The reply that says where an order is.
_WHERE = "order.tracked"


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
            **self._visits(depot, start, end),
            **driven(self._session, depot, start, end),
            **self._said(depot, start, end, alone),
            **self._cases(depot, start, end, alone),
            **ratings(self._session, depot, start, end),
            **waits(self._session, depot, start, end, alone),
            **returned(self._session, depot, start, end),
        }

    def rates(self, depot: Depot, start: datetime, end: datetime) -> list[Rate]:
        """By product what was handed over, and what was approved to come back, the most returned pieces first."""
        return rates(self._session, depot, start, end)

    def said(self, depot: Depot, start: datetime, end: datetime, skus: Iterable[str] = ()) -> list[Words]:
        """What customers said about what they asked to return in that time, of these products or of all; the latest first."""
        return said(self._session, depot, start, end, skus)

    def followed(self, depot: Depot, start: datetime, end: datetime) -> Iterator[tuple[str, datetime, datetime | None]]:
        """Products in orders that were first handed over in that time: SKU, when, and when it was first asked back."""
        return followed(self._session, depot, start, end)

    def visits(self, depot: Depot, start: datetime, end: datetime) -> int:
        """How many visits there are to be counted."""
        return count(self._session, depot, start, end)

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

    def _visits(self, depot: Depot, start: datetime, end: datetime) -> dict[str, Any]:
        """Visits that were made, and how many of them when they were promised and told."""
        visits = made(self._session, depot, start, end)
        served = [visit for visit in visits if visit.served]
        promised = [visit for visit in served if visit.promised is not None]
        told = [visit for visit in served if visit.told is not None]
        reached = [visit for visit in visits if visit.reached]
        first = [visit for visit in reached if visit.first]
        return {
            "attempts": len(reached),
            "reasons": dict(Counter(visit.reason for visit in visits if visit.reason is not None).most_common()),
            "with_promise": len(promised),
            "in_promise": sum(visit.in_promise for visit in promised),
            "with_told": len(told),
            "in_told": sum(visit.in_told for visit in told),
            "first_attempts": len(first),
            "first_served": sum(visit.served for visit in first),
            "stops": len({visit.stop for visit in reached}),
            "tried_orders": len({visit.order for visit in reached}),
            "served_orders": len({visit.order for visit in served}),
        }

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
        asked = self._count(_outbox.c.inbox_id, mine, asked_where(start, end))
        return {"messages": told, "asked_where": asked}

    def _count(self, what: ColumnElement[Any], *conditions: ColumnElement[bool]) -> int:
        """Different values among what was said to customers."""
        query = (
            select(func.count(what.distinct()))
            .join(_chats, _chats.c.id == _outbox.c.conversation_id)
            .outerjoin(_orders, _orders.c.number == _outbox.c.about)
            .where(_TO_CUSTOMERS, *conditions)
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


def asked_where(start: datetime, end: datetime) -> ColumnElement[bool]:
    """Whether what was said told a customer where an order is, because they asked in that time."""
    asked = and_(_outbox.c.kind == "reply", _outbox.c.name == _WHERE)
    return and_(_TO_CUSTOMERS, asked, _outbox.c.created_at >= start, _outbox.c.created_at < end)


def _belongs(case: Row[Any], depot: Depot) -> bool:
    return bool(case.depot_id == depot.id or case.detail.get("depot") == depot.code)
