"""Returns in figures: what was handed over, asked back, decided, looked at and refunded in a span of time, from events."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlmodel import Session

from domain.customers import Customer
from domain.depots import Depot
from domain.events import Event
from domain.orders import DELIVERED, Order, OrderLine
from domain.refunds import Refund, RefundStatus
from domain.returns import Disposition, Outcome, Return, ReturnLine, ReturnStatus
from domain.stock import Product
from storage.made import chunks

_orders = Order.__table__  # type: ignore[attr-defined]
_order_lines = OrderLine.__table__  # type: ignore[attr-defined]
_events = Event.__table__  # type: ignore[attr-defined]
_returns = Return.__table__  # type: ignore[attr-defined]
_lines = ReturnLine.__table__  # type: ignore[attr-defined]
_refunds = Refund.__table__  # type: ignore[attr-defined]
_products = Product.__table__  # type: ignore[attr-defined]
_customers = Customer.__table__  # type: ignore[attr-defined]

#: Goods that can be sold again.
RECOVERED = frozenset({Disposition.RESTOCK, Disposition.REFURBISH})
_HANDED = [each.value for each in DELIVERED]
S = ReturnStatus


@dataclass(slots=True)
class Rate:
    """Of a product: pieces handed over, and pieces whose return was approved, in all and by reason."""

    sku: str
    name: str
    delivered: int = 0
    returned: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, other: Rate) -> None:
        """The same product at another depot."""
        self.delivered += other.delivered
        self.returned += other.returned
        self.reasons += other.reasons


@dataclass(frozen=True, slots=True)
class Words:
    """Pieces somebody asked to return, why, what they said (perhaps nothing), and what they are called."""

    sku: str
    pieces: int
    reason: str
    words: str
    name: str


def returned(session: Session, depot: Depot, start: datetime, end: datetime) -> dict[str, Any]:
    """Counts of the returns of a depot from ``start`` until before ``end``: pieces, money in minor units, seconds."""
    return {
        **_pieces(rates(session, depot, start, end)),
        **_delivered_worth(session, depot, start, end),
        **_decided(session, depot, start, end),
        **_recovered(session, depot, start, end),
        **_refunded(session, depot, start, end),
    }


def rates(session: Session, depot: Depot, start: datetime, end: datetime) -> list[Rate]:
    """By product what was handed over, and what was approved to come back, in that time; the most returned pieces first."""
    found: dict[str, Rate] = defaultdict(lambda: Rate("", ""))
    for sku, pieces, _ in _handed_over(session, depot, start, end):
        found[sku].delivered += pieces
    for line in approved(session, depot, start, end):
        found[line.sku].returned += line.quantity
        found[line.sku].reasons[line.reason] += line.quantity
    for some in chunks(sorted(found)):
        for row in session.execute(select(_products.c.sku, _products.c.name).where(_products.c.sku.in_(some))):
            found[row.sku].sku, found[row.sku].name = row.sku, row.name
    return sorted(found.values(), key=lambda each: (-each.returned, each.sku))


def approved(session: Session, depot: Depot, start: datetime, end: datetime) -> Sequence[Row[Any]]:
    """Lines (sku, quantity, reason) that may come back by returns that were approved in that time for the first time."""
    lines: list[Row[Any]] = []
    for some in chunks(sorted(_first(session, depot, [S.APPROVED], start, end))):
        query = (
            select(_lines.c.sku, _lines.c.quantity, _lines.c.reason)
            .join(_returns, _returns.c.id == _lines.c.return_id)
            .where(_returns.c.number.in_(some), _lines.c.outcome != Outcome.REJECT)
        )
        lines += session.execute(query.order_by(_lines.c.id)).all()
    return lines


def said(session: Session, depot: Depot, start: datetime, end: datetime, skus: Iterable[str] = ()) -> list[Words]:
    """What customers asked to return in that time and said about it, the latest first; of these products, or of all."""
    query = (
        select(
            _lines.c.sku,
            _lines.c.quantity,
            _lines.c.reason,
            _lines.c.words,
            _returns.c.words.label("all_words"),
            _customers.c.name,
        )
        .join(_returns, _returns.c.id == _lines.c.return_id)
        .join(_customers, _customers.c.id == _returns.c.customer_id)
        .where(*_asked_in(depot, start, end))
        .order_by(_lines.c.id.desc())
    )
    wanted = list(skus)
    rows = session.execute(query.where(_lines.c.sku.in_(wanted)) if wanted else query)
    return [
        Words(row.sku, row.quantity, row.reason, (row.words or row.all_words or "").strip(), row.name) for row in rows
    ]


def followed(
    session: Session, depot: Depot, start: datetime, end: datetime
) -> Iterator[tuple[str, datetime, datetime | None]]:
    """Of each product in each order that was first handed over in that time: SKU, when, and when it was first asked back."""
    handed = (
        select(_events.c.subject, func.min(_events.c.at).label("at"))
        .join(_orders, _orders.c.number == _events.c.subject)
        .where(_events.c.noun == "order", _events.c.change == "status", _events.c.after.in_(_HANDED))
        .where(_orders.c.depot_id == depot.id, _events.c.at < end)
        .group_by(_events.c.subject)
        .having(func.min(_events.c.at) >= start)
        .subquery()
    )
    asked = (
        select(_lines.c.order_number, _lines.c.sku, func.min(_returns.c.created_at).label("asked"))
        .join(_returns, _returns.c.id == _lines.c.return_id)
        .where(_returns.c.depot_id == depot.id, _returns.c.created_at >= start)
        .group_by(_lines.c.order_number, _lines.c.sku)
        .subquery()
    )
    query = (
        select(_orders.c.number, _order_lines.c.sku, handed.c.at, asked.c.asked)
        .join(_orders, _orders.c.number == handed.c.subject)
        .join(_order_lines, _order_lines.c.order_id == _orders.c.id)
        .outerjoin(asked, (asked.c.order_number == _orders.c.number) & (asked.c.sku == _order_lines.c.sku))
        .distinct()
    )
    for row in session.execute(query):
        yield row.sku, row.at, row.asked


def _pieces(found: Sequence[Rate]) -> dict[str, Any]:
    reasons: Counter[str] = Counter()
    for each in found:
        reasons += each.reasons
    return {
        "delivered_pieces": sum(each.delivered for each in found),
        "returned_pieces": sum(each.returned for each in found),
        "return_reasons": dict(reasons.most_common()),
    }


def _delivered_worth(session: Session, depot: Depot, start: datetime, end: datetime) -> dict[str, int]:
    return {"delivered_worth": sum(pieces * price for _, pieces, price in _handed_over(session, depot, start, end))}


def _handed_over(session: Session, depot: Depot, start: datetime, end: datetime) -> Iterator[tuple[str, int, int]]:
    """SKU, pieces and the price of one, of what was handed over in that time."""
    numbers = _handed_in(session, depot, start, end)
    for some in chunks(numbers):
        had = _had(session, some, start, end)
        query = (
            select(_orders.c.number, _order_lines.c.sku, _order_lines.c.quantity, _order_lines.c.unit_price)
            .join(_orders, _orders.c.id == _order_lines.c.order_id)
            .where(_orders.c.number.in_(some))
            .order_by(_order_lines.c.id)
        )
        for row in session.execute(query):
            before, after = (_share(row, each) for each in had[row.number])
            if after > before:
                yield row.sku, after - before, row.unit_price


def _handed_in(session: Session, depot: Depot, start: datetime, end: datetime) -> list[str]:
    """Orders of which something was handed over in that time."""
    query = (
        select(_events.c.subject)
        .join(_orders, _orders.c.number == _events.c.subject)
        .where(_events.c.noun == "order", _events.c.change == "status", _events.c.after.in_(_HANDED))
        .where(_orders.c.depot_id == depot.id, _events.c.at >= start, _events.c.at < end)
        .distinct()
    )
    return sorted(session.scalars(query))


_Had = Mapping[str, int] | None
#: Nothing, and (None) all of an order.
_NOTHING: _Had = {}


def _had(session: Session, numbers: Sequence[str], start: datetime, end: datetime) -> dict[str, tuple[_Had, _Had]]:
    """What customers had of orders before ``start`` and before ``end``, by SKU; None: all of it."""
    query = (
        select(_events.c.subject, _events.c.at, _events.c.change, _events.c.after, _events.c.detail)
        .where(_events.c.noun == "order", _events.c.subject.in_(list(numbers)), _events.c.at < end)
        .where(_events.c.change.in_(("status", "handed_over", "undone")))
        .order_by(_events.c.at, _events.c.id)
    )
    then: dict[str, _Had] = dict.fromkeys(numbers, _NOTHING)
    found: dict[str, _Had] = dict.fromkeys(numbers, _NOTHING)
    for row in session.execute(query):
        if row.change == "handed_over":
            found[row.subject] = row.detail.get("pieces", {})
        elif row.change == "undone" and found[row.subject] is None:
            found[row.subject] = _NOTHING
        elif row.change == "status" and row.after in _HANDED:
            found[row.subject] = None
        if row.at < start:
            then[row.subject] = found[row.subject]
    return {number: (then[number], found[number]) for number in numbers}


def _share(row: Row[Any], had: _Had) -> int:
    return int(row.quantity) if had is None else min(int(row.quantity), int(had.get(row.sku, 0)))


def _decided(session: Session, depot: Depot, start: datetime, end: datetime) -> dict[str, int]:
    """Returns that were asked for in that time; and those that were decided, all and without a person."""
    asked = session.execute(select(func.count()).where(*_asked_in(depot, start, end))).scalar() or 0
    decided = _first(session, depot, [S.APPROVED, S.REJECTED], start, end)
    return {
        "returns_asked": int(asked),
        "returns_decided": len(decided),
        "returns_by_rule": sum(each.before == S.REQUESTED for each in decided.values()),
    }


def _recovered(session: Session, depot: Depot, start: datetime, end: datetime) -> dict[str, int]:
    """What was paid for the pieces that were looked at in that time, and for those of them that can be sold again."""
    looked_at = recovered = 0
    for some in chunks(sorted(_first(session, depot, [S.INSPECTED], start, end))):
        query = (
            select(_lines.c.received, _lines.c.unit_price, _lines.c.disposition)
            .join(_returns, _returns.c.id == _lines.c.return_id)
            .where(_returns.c.number.in_(some), _lines.c.received > 0)
        )
        for row in session.execute(query):
            worth = row.received * row.unit_price
            looked_at += worth
            recovered += worth if row.disposition in RECOVERED else 0
    return {"worth_inspected": looked_at, "worth_recovered": recovered}


def _refunded(session: Session, depot: Depot, start: datetime, end: datetime) -> dict[str, Any]:
    """Refunds that were issued in that time; of those of returns the seconds since it was asked for, and since it was received."""
    query = (
        select(_refunds.c.amount, _returns.c.number, _returns.c.created_at, _events.c.at)
        .join(_events, _events.c.subject == _refunds.c.key)
        .join(_orders, _orders.c.number == _refunds.c.order_number)
        .outerjoin(_returns, _returns.c.id == _refunds.c.return_id)
        .where(_events.c.noun == "refund", _events.c.change == "status", _events.c.after == RefundStatus.ISSUED)
        .where(_orders.c.depot_id == depot.id, _events.c.at >= start, _events.c.at < end)
        .order_by(_events.c.at, _refunds.c.id)
    )
    rows = session.execute(query).all()
    of_returns = {row.number: row for row in rows if row.number is not None}
    came = _received(session, list(of_returns))
    since_asked = [round((row.at - row.created_at).total_seconds()) for row in of_returns.values()]
    since_received = [
        round((row.at - came[number]).total_seconds()) for number, row in of_returns.items() if number in came
    ]
    return {
        "refunds": len(rows), "refunded": sum(row.amount for row in rows), "asked_refunds": len(since_asked),
        "asked_waits": since_asked, "received_refunds": len(since_received), "received_waits": since_received,
    }  # fmt: skip


def _received(session: Session, numbers: Sequence[str]) -> dict[str, datetime]:
    """When returns were received, of those that were."""
    found: dict[str, datetime] = {}
    for some in chunks(list(numbers)):
        query = select(_events.c.subject, func.min(_events.c.at)).where(
            _events.c.noun == "return", _events.c.subject.in_(some), _events.c.change == "status",
            _events.c.after == S.RECEIVED,
        )  # fmt: skip
        found |= {row[0]: row[1] for row in session.execute(query.group_by(_events.c.subject))}
    return found


def _first(
    session: Session, depot: Depot, after: Sequence[ReturnStatus], start: datetime, end: datetime
) -> dict[str, Row[Any]]:
    """Returns that took one of these states in that time, and never before, with the event."""
    query = (
        select(_events.c.subject, _events.c.before, _events.c.after, _events.c.at)
        .join(_returns, _returns.c.number == _events.c.subject)
        .where(_events.c.noun == "return", _events.c.change == "status", _events.c.after.in_(list(after)))
        .where(_returns.c.depot_id == depot.id, _returns.c.created_at < end, _events.c.at < end)
        .where(_returns.c.number.in_(_touched(after, start, end)))
        .order_by(_events.c.at, _events.c.id)
    )
    found: dict[str, Row[Any]] = {}
    for row in session.execute(query):
        found.setdefault(row.subject, row)
    return {number: row for number, row in found.items() if row.at >= start}


def _touched(after: Sequence[ReturnStatus], start: datetime, end: datetime) -> Any:
    return select(_events.c.subject).where(
        _events.c.noun == "return", _events.c.change == "status", _events.c.after.in_(list(after)),
        _events.c.at >= start, _events.c.at < end,
    )  # fmt: skip


def _asked_in(depot: Depot, start: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
    return _returns.c.depot_id == depot.id, _returns.c.created_at >= start, _returns.c.created_at < end
