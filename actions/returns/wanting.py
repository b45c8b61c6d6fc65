"""Refunds that are wanted: each once, under a key of its own."""

from __future__ import annotations

from typing import Any

from domain.events import note
from domain.moment import Moment
from domain.orders import Order
from domain.refunds import Refund, RefundStatus
from domain.returns import Return
from storage.unit_of_work import UnitOfWork

#: The kind of job that issues a refund.
JOB = "refund"


def want_refund(
    order: Order,
    amount: int,
    key: str,
    uow: UnitOfWork,
    at: Moment,
    *,
    made: Return | None = None,
    breakdown: dict[str, Any] | None = None,
    why: str = "",
) -> Refund:
    """A refund of that key, and the job that issues it."""
    refund = Refund(
        key=key, return_id=made.id if made is not None else None, order_number=order.number, amount=amount,
        currency=order.currency, breakdown=breakdown or {}, why=why, created_at=at.now,
    )  # fmt: skip
    uow.add(refund)
    uow.record(note(refund, "status", at, None, RefundStatus.WANTED, amount=amount))
    uow.want(key, JOB, {"key": key}, at.now)
    return refund


def key_of(made: Return, order: Order, uow: UnitOfWork) -> str:
    """Under which a refund is wanted once; another one of the same return and order has a number of its own."""
    before = [each for each in uow.returns.refunds(made) if each.order_number == order.number]
    return f"refund:{made.number}:{order.number}" + (f":{len(before) + 1}" if before else "")
