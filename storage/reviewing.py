"""Queries for returns that a person decides: the queue, what is known of a customer, and what was seen before."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session

from domain.approvals import ApprovalStatus
from domain.customers import Customer
from domain.deliveries import StoredFile
from domain.events import Event
from domain.orders import DELIVERED, Order, OrderLine
from domain.refunds import RefundStatus
from domain.return_signals import Pieces
from domain.returns import OUR_FAULT, VOID, Return, ReturnLine, ReturnStatus

_returns = Return.__table__  # type: ignore[attr-defined]
_lines = ReturnLine.__table__  # type: ignore[attr-defined]
_orders = Order.__table__  # type: ignore[attr-defined]
_order_lines = OrderLine.__table__  # type: ignore[attr-defined]
_customers = Customer.__table__  # type: ignore[attr-defined]
_files = StoredFile.__table__  # type: ignore[attr-defined]
_events = Event.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A return that waits for a decision; ``risk`` is what it is worth, once more for every signal."""

    number: str
    worth: int
    signals: int
    created_at: datetime

    @property
    def risk(self) -> int:
        return self.worth * (1 + self.signals)


class Reviewing:
    """Queries for returns that a person decides."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def queue(self, depot_id: int | None = None) -> list[Waiting]:
        """What waits for a decision, the greatest risk first, of equal ones the oldest."""
        query = select(_returns.c.number, _returns.c.worth, _returns.c.signals, _returns.c.created_at).where(
            _returns.c.status == ReturnStatus.REVIEW
        )
        if depot_id is not None:
            query = query.where(_returns.c.depot_id == depot_id)
        rows = self._session.execute(query.order_by(_returns.c.id))
        found = [Waiting(row.number, row.worth, len(row.signals), row.created_at) for row in rows]
        return sorted(found, key=lambda each: (-each.risk, each.created_at))

    def count(self, depot_id: int | None = None) -> int:
        """How many wait for a decision."""
        query = select(func.count(_returns.c.id)).where(_returns.c.status == ReturnStatus.REVIEW)
        if depot_id is not None:
            query = query.where(_returns.c.depot_id == depot_id)
        return int(self._session.execute(query).scalar_one())

    def of_customers_named(self, words: Iterable[str], limit: int) -> list[str]:
        """The numbers of returns of customers with all these words in their names, the latest first."""
        query = select(_returns.c.number).join(_customers, _customers.c.id == _returns.c.customer_id)
        for word in words:
            query = query.where(_customers.c.name.icontains(word, autoescape=True))
        return list(self._session.scalars(query.order_by(_returns.c.id.desc()).limit(limit)))

    def appealed(self, number: str) -> bool:
        """Whether somebody asked a person to look at a rejected return again."""
        return self._session.execute(select(_returns.c.id).where(_returns.c.appeal_of == number)).first() is not None

    # What is known of a customer, and of goods

    def pieces_of(self, customer_id: int, since: datetime) -> Pieces:
        """Of a customer since a moment."""
        return self._pieces([_orders.c.customer_id == customer_id], [_returns.c.customer_id == customer_id], since)

    def pieces_but(self, customer_id: int, since: datetime) -> Pieces:
        """Of all customers but one."""
        return self._pieces([_orders.c.customer_id != customer_id], [_returns.c.customer_id != customer_id], since)

    def pieces_of_sku(self, sku: str, since: datetime) -> Pieces:
        """Of one product."""
        return self._pieces([_order_lines.c.sku == sku], [_lines.c.sku == sku], since)

    def pieces_but_sku(self, sku: str, since: datetime) -> Pieces:
        """Of all products but one."""
        return self._pieces([_order_lines.c.sku != sku], [_lines.c.sku != sku], since)

    def _pieces(
        self, delivered: list[ColumnElement[bool]], returned: list[ColumnElement[bool]], since: datetime
    ) -> Pieces:
        out = (
            select(func.coalesce(func.sum(_order_lines.c.quantity), 0))
            .join(_orders, _orders.c.id == _order_lines.c.order_id)
            .where(_orders.c.status.in_(DELIVERED), _orders.c.created_at >= since, *delivered)
        )
        back = (
            select(func.coalesce(func.sum(_lines.c.quantity), 0))
            .join(_returns, _returns.c.id == _lines.c.return_id)
            .where(_returns.c.status.not_in(VOID), _returns.c.created_at >= since, *returned)
        )
        session = self._session
        return Pieces(int(session.execute(out).scalar_one()), int(session.execute(back).scalar_one()))

    def orders_of(self, customer_id: int, since: datetime) -> int:
        """How many orders of a customer were delivered since a moment."""
        query = select(func.count(_orders.c.id)).where(
            _orders.c.customer_id == customer_id, _orders.c.status.in_(DELIVERED), _orders.c.created_at >= since
        )
        return int(self._session.execute(query).scalar_one())

    def returns_of(self, customer_id: int, since: datetime) -> int:
        """How many returns a customer asked for since a moment, rejected ones too."""
        query = select(func.count(_returns.c.id)).where(
            _returns.c.customer_id == customer_id, _returns.c.created_at >= since, _returns.c.appeal_of.is_(None)
        )
        return int(self._session.execute(query).scalar_one())

    def chosen_returns_of(self, customer_id: int, since: datetime) -> int:
        """Of how many orders a customer asked to return something since a moment because they wanted to, not because
        something was wrong."""
        query = (
            select(func.count(_lines.c.order_number.distinct()))
            .select_from(_returns)
            .join(_lines, _lines.c.return_id == _returns.c.id)
        )
        query = query.where(
            _returns.c.customer_id == customer_id, _returns.c.created_at >= since, _returns.c.appeal_of.is_(None),
            _lines.c.reason.not_in(OUR_FAULT),
        )  # fmt: skip
        return int(self._session.execute(query).scalar_one())

    def addresses_of(self, customer_id: int, since: datetime) -> int:
        """To how many addresses a customer's orders went since a moment."""
        query = select(_orders.c.street, _orders.c.postcode).where(
            _orders.c.customer_id == customer_id, _orders.c.created_at >= since
        )
        return len({(_plain(row.street), _plain(row.postcode)) for row in self._session.execute(query)})

    def returned_worth(self, order_number: str) -> int:
        """What the pieces of an order cost that are in returns, but for what was rejected, in minor units."""
        query = (
            select(func.coalesce(func.sum(_lines.c.quantity * _lines.c.unit_price), 0))
            .join(_returns, _returns.c.id == _lines.c.return_id)
            .where(_lines.c.order_number == order_number, _returns.c.status.not_in(VOID))
            .where((_lines.c.outcome.is_(None)) | (_lines.c.outcome != "reject"))
        )
        return int(self._session.execute(query).scalar_one())

    def seen_with(self, photos: Collection[str], orders: Collection[str], limit: int = 5) -> list[str]:
        """The numbers of returns that were shown one of the same photos, byte by byte, of other orders than these."""
        if not photos:
            return []
        digests = select(_files.c.digest).where(_files.c.id.in_(list(photos)), _files.c.digest.is_not(None))
        alike = select(_files.c.id).where(_files.c.digest.in_(digests), _files.c.id.not_in(list(photos)))
        twins = set(self._session.scalars(alike))
        if not twins:
            return []
        query = select(_returns.c.number, _lines.c.photos).join(_lines, _lines.c.return_id == _returns.c.id)
        query = query.where(_lines.c.order_number.not_in(list(orders))).order_by(_returns.c.id)
        found = [row.number for row in self._session.execute(query) if twins & set(row.photos)]
        return list(dict.fromkeys(found))[:limit]

    # Who decided

    def approved_alone(self, person: int, since: datetime) -> list[str]:
        """The numbers of returns that somebody approved since a moment without a second person."""
        return self._done_alone(
            person, since, _events.c.noun == "return", _events.c.before == ReturnStatus.REVIEW,
            _events.c.after == ReturnStatus.APPROVED,
        )  # fmt: skip

    def refunded_alone(self, person: int, since: datetime) -> list[str]:
        """The keys of refunds that somebody wanted since a moment without a second person."""
        return self._done_alone(
            person,
            since,
            _events.c.noun == "refund",
            _events.c.before.is_(None),
            _events.c.after == RefundStatus.WANTED,
        )

    def _done_alone(self, person: int, since: datetime, *what: ColumnElement[bool]) -> list[str]:
        seconded = select(_events.c.key).where(
            _events.c.noun == "approval", _events.c.after == ApprovalStatus.APPROVED, _events.c.at >= since
        )
        query = select(_events.c.subject).where(
            *what, _events.c.change == "status", _events.c.person == person, _events.c.at >= since,
            _events.c.actor.not_in(("customer", "driver")), _events.c.key.not_in(seconded),
        )  # fmt: skip
        return list(dict.fromkeys(self._session.scalars(query)))


def _plain(words: str) -> str:
    return "".join(char for char in words.casefold() if char.isalnum())
