"""Refunds and store credit: what customers get back, each at most once."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column
from sqlmodel import Field, SQLModel

from domain.columns import Json, UtcDateTime
from domain.events import Event, move
from domain.moment import Moment

#: Under these keys and a name credit is used, and given back.
REDEEMED, REVERSED = "redeemed:", "reversed:"
#: The first number of a redemption that nobody named.
CREDIT_NUMBER = 1001


class CreditStep(StrEnum):
    """What becomes of store credit: it is given, used, or what was used comes back."""

    GIVEN = "given"
    REDEEMED = "redeemed"
    REVERSED = "reversed"


class RefundStatus(StrEnum):
    """Where a refund stands: to be issued by the gateway, or by a person; issued; or refused by the gateway for good."""

    WANTED = "wanted"
    BY_HAND = "by_hand"
    ISSUED = "issued"
    FAILED = "failed"


REFUND_TRANSITIONS: dict[str, frozenset[str]] = {
    RefundStatus.WANTED: frozenset({RefundStatus.ISSUED, RefundStatus.BY_HAND, RefundStatus.FAILED}),
    RefundStatus.BY_HAND: frozenset({RefundStatus.ISSUED}),
    RefundStatus.FAILED: frozenset({RefundStatus.BY_HAND, RefundStatus.ISSUED}),
    RefundStatus.ISSUED: frozenset(),
}


class Refund(SQLModel, table=True):
    """Money of one order that goes back to its payment.

    ``key`` is unique and the idempotency key towards the gateway; ``reference`` is the gateway's own. ``breakdown`` says
    how ``amount`` (minor units) came about.
    """

    __table_args__ = (CheckConstraint("amount > 0", name="refund_positive"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    return_id: int | None = Field(default=None, foreign_key="returns.id", index=True)
    order_number: str = Field(foreign_key="orders.number", index=True)
    status: str = RefundStatus.WANTED
    amount: int = Field(sa_type=BigInteger)
    currency: str
    breakdown: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    gateway: str = ""
    reference: str | None = None
    why: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def noun(self) -> str:
        return "refund"

    @property
    def name(self) -> str:
        return self.key

    def move(self, to: RefundStatus, at: Moment, **detail: Any) -> Event:
        """Take the next state. Refuses what REFUND_TRANSITIONS does not allow."""
        return move(self, to.value, REFUND_TRANSITIONS, at, **detail)


class StoreCredit(SQLModel, table=True):
    """Credit that a customer was given (positive) or spent (negative), in minor units; ``key`` is unique. ``bonus`` of it was given
    on top of what was paid for what came back. Of what was spent ``breakdown`` holds the ``name`` of the redemption and the
    ``order`` it paid for as it was named, ``order_number`` that order where it is known; credit that came back has none.
    """

    __tablename__ = "store_credit"
    __table_args__ = (CheckConstraint("amount <> 0", name="credit_something"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    customer_id: int = Field(foreign_key="customer.id", index=True)
    return_id: int | None = Field(default=None, foreign_key="returns.id", index=True)
    order_number: str | None = Field(default=None, foreign_key="orders.number")
    amount: int = Field(sa_type=BigInteger)
    bonus: int = Field(default=0, sa_type=BigInteger)
    currency: str
    breakdown: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    why: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def noun(self) -> str:
        return "credit"

    @property
    def name(self) -> str:
        return self.key

    @property
    def step(self) -> CreditStep:
        """What it is."""
        if self.amount < 0:
            return CreditStep.REDEEMED
        return CreditStep.REVERSED if self.key.startswith(REVERSED) else CreditStep.GIVEN
