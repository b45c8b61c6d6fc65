"""What a customer is told of their return: what was decided, what they get and what comes next; and whoever did it for them."""

from __future__ import annotations

from typing import Any

from actions.returns.dues import expected_amount
from actions.returns.stepping import next_step
from actions.returns.told import news, shown
from domain.moment import Moment, Role
from domain.notices import Choice, Notice
from domain.returns import AWAITED, Resolution, Return
from domain.values import Money, plain
from storage.unit_of_work import UnitOfWork


def told_of(
    what: str, made: Return, uow: UnitOfWork, at: Moment, first: tuple[Choice, ...] = (), **detail: Any
) -> list[Notice]:
    """What has happened to a return: to its customer, with what comes ``first`` or else next, and to whoever of the business
    did it.
    """
    uow.flush()
    if made.status in AWAITED and made.resolution in {Resolution.REFUND, Resolution.KEEP}:
        detail["amount"] = Money(expected_amount(made, uow), made.currency)
    told = news(what, made, uow, at, first or next_step(made, uow, at))
    told = told.model_copy(update={"detail": plain(detail)})
    return [told] if at.actor.role == Role.CUSTOMER else [told, shown(made, uow)]
