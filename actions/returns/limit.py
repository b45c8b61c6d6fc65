"""The limit above which a second person must agree to money that is given back, by whatever way somebody gives it."""

from __future__ import annotations

from datetime import timedelta

from actions.returns.reviewing import pays
from domain.moment import Moment
from domain.orders import Order
from domain.refunds import RefundStatus
from storage.unit_of_work import UnitOfWork

#: What one person gives back within this time counts together, or much would go in little pieces.
TOGETHER = timedelta(hours=24)


def given_alone(uow: UnitOfWork, at: Moment, order: Order | None = None) -> int:
    """What the actor gave back lately with nobody else's approval, in minor units: the returns they approved, and refunds
    without a return; and of ``order`` all refunds without a return, whoever gave them and whenever."""
    person, since = at.actor.person or 0, at.now - TOGETHER
    approved = [
        made for made in uow.returns.named(uow.reviewing.approved_alone(person, since)) if made.decided_by == "person"
    ]
    refunds = {key: uow.returns.refund(key) for key in uow.reviewing.refunded_alone(person, since)}
    if order is not None:
        refunds |= {each.key: each for each in uow.returns.refunds_of_order(order.number)}
    counted = [
        each
        for each in refunds.values()
        if each is not None and each.return_id is None and each.status != RefundStatus.FAILED
    ]
    return sum(pays(uow.returns.lines(made), uow) for made in approved) + sum(each.amount for each in counted)
