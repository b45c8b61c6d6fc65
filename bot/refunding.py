"""Refunds are issued: by a payment gateway, or by a person where there is none. Each once, whatever breaks or repeats.

A job asks the gateway with the refund's key, and a Command records the answer. Whatever is not clearly answered is asked
again with the same key; what stays unclear, and what the gateway will not do, goes to a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

import structlog

from actions.perform import perform
from actions.returns.refunding import payment_of
from bot.clock import moment, now
from bot.settings import Settings
from domain.commands import RecordRefund
from domain.moment import SYSTEM
from domain.refunds import Refund, RefundStatus
from storage.database import Database
from storage.jobs import JobRow
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()
#: So often an unclear answer is asked about again; the pauses grow to ten minutes.
MOST_TRIES = 20
#: What a gateway has taken and not done yet is looked at so often, and for so long until a person is asked.
PENDING_AGAIN, PENDING_FOR = timedelta(hours=1), timedelta(days=10)

Outcome = Literal["issued", "pending", "by_hand", "refused", "unclear"]


class GatewayTrouble(Exception):
    """No answer, or none that is clear: whether the refund was made is not known. The same may be asked again."""


class StillPending(Exception):
    """The gateway has taken it and not done it yet."""

    def __init__(self, again: datetime) -> None:
        super().__init__("pending")
        self.again = again


@dataclass(frozen=True, slots=True)
class Wanted:
    """A refund as a gateway is asked for it: ``amount`` in minor units, of the ``payment`` as the gateway calls it.
    ``reference`` is what the gateway calls the refund, once it has one; ``again`` says that it was asked before."""

    key: str
    amount: int
    currency: str
    payment: str | None
    order: str
    reference: str | None
    again: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of it."""

    outcome: Outcome
    reference: str | None = None
    why: str = ""


class PaymentGateway(Protocol):
    """Gives money back."""

    name: str

    def refund(self, wanted: Wanted) -> Answer:
        """Give it back, or say what became of it. The same key is given back once. Raises GatewayTrouble."""
        ...


class Manual:
    """No gateway: a person gives the money back."""

    name = "manual"

    def refund(self, wanted: Wanted) -> Answer:
        """Always a task."""
        return Answer("by_hand")


def gateway_of(settings: Settings) -> PaymentGateway:
    """The gateway of this installation."""
    if settings.payment_gateway == "stripe":
        from bot.stripe import Stripe  # the client is loaded where it is used

        return Stripe(settings)
    return Manual()


def issue(database: Database, settings: Settings, job: JobRow) -> None:
    """Issue the refund of a job and record what became of it; nothing where that is settled. Raises GatewayTrouble or
    StillPending when it must be asked again."""
    wanted, since = _wanted(database, job)
    if wanted is None:
        return
    gateway = gateway_of(settings)
    try:
        answer = gateway.refund(wanted) if wanted.payment or gateway.name == Manual.name else Answer("by_hand")
    except GatewayTrouble as trouble:
        if job.attempts < MOST_TRIES:
            raise
        answer = Answer("unclear", wanted.reference, str(trouble))
    if answer.outcome == "pending" and now() - since > PENDING_FOR:
        answer = Answer("unclear", answer.reference, "It is still pending after ten days.")
    log.info("refund.answered", key=wanted.key, gateway=gateway.name, outcome=answer.outcome)
    record = RecordRefund(
        key=wanted.key, outcome=answer.outcome, gateway=gateway.name, reference=answer.reference, why=answer.why[:500]
    )
    perform(database, [record], moment(SYSTEM, f"{job.key}:{answer.outcome}", settings.policies))
    if answer.outcome == "pending":
        raise StillPending(now() + PENDING_AGAIN)


def _wanted(database: Database, job: JobRow) -> tuple[Wanted | None, datetime]:
    with database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        refund: Refund | None = uow.returns.refund(str(job.payload["key"]))
        if refund is None or refund.status != RefundStatus.WANTED:
            return None, now()
        order = uow.orders.get(refund.order_number)
        wanted = Wanted(
            refund.key, refund.amount, refund.currency, payment_of(order, uow), order.number, refund.reference,
            again=job.attempts > 1 or refund.reference is not None,
        )  # fmt: skip
        return wanted, refund.created_at
