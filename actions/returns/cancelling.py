"""Giving a return up, while the goods are with the customer."""

from __future__ import annotations

from typing import Any

from actions.returns.booking import call_off_pickup
from actions.returns.exchanging import check_exchange_is_here, drop_exchange
from actions.returns.leaving import leave_route
from actions.returns.told import live_name, look
from actions.returns.waiting import end_review
from domain.commands import CancelReturn
from domain.moment import Moment, Role
from domain.notices import Choice, Notice, ReturnCancelled
from domain.refusals import Refusal
from domain.returns import WITH_CUSTOMER, Return, ReturnStatus
from storage.unit_of_work import UnitOfWork

S = ReturnStatus


def check_cancellable(made: Return, uow: UnitOfWork, at: Moment) -> None:
    """Refuses what is over, and what has left the customer; where what is brought in exchange has left, only staff give it up."""
    if made.status in WITH_CUSTOMER:
        if not at.actor.is_staff:
            check_exchange_is_here(made, uow)
        return
    person = Choice(label="choice.person", command="AskPerson", slots={"topic": "track_return"})
    track = Choice(label="choice.track_return", command="TrackReturn", slots={"return_number": made.number})
    over = made.status == S.CANCELLED
    raise Refusal(
        "cannot_cancel_return", number=made.number, status=made.status, choices=() if over else (track, person)
    )


def describe_cancelling(command: CancelReturn, uow: UnitOfWork, at: Moment) -> dict[str, Any]:
    """What is confirmed before a return is given up. Refuses when it is too late."""
    made = uow.returns.get(command.return_number)
    check_cancellable(made, uow, at)
    return {
        "number": made.number, "items": _items(made, uow), "day": made.pickup_day, "exchange": made.exchange_order,
        "told": at.actor.is_staff,
    }  # fmt: skip


def cancel_return(command: CancelReturn, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Give it up: nobody comes for it, nothing is brought in exchange, and its pieces can be returned anew. Refuses once
    the goods have left."""
    made = uow.returns.get(command.return_number, lock=True)
    check_cancellable(made, uow, at)
    brought = made.exchange_order is not None
    off = give_up(made, S.CANCELLED, uow, at, reason=command.reason)
    return [*_told(made, brought, uow, at), *off]


def give_up(made: Return, end: ReturnStatus, uow: UnitOfWork, at: Moment, **detail: Any) -> list[Notice]:
    """End a return whose goods stay with the customer: its pickup and what was to be brought in exchange are called off.
    What drivers are told is given back."""
    off = [*drop_exchange(made, uow, at), *leave_route(made, uow, at, end.value)]
    call_off_pickup(made, uow, at, why=end.value)
    made.way = None
    uow.record(made.move(end, at, **detail))
    off += end_review(made, uow, at)
    uow.flush()
    return off


def _told(made: Return, brought: bool, uow: UnitOfWork, at: Moment) -> list[Notice]:
    lines = uow.returns.lines(made)
    cancelled = ReturnCancelled(
        about=lines[0].order_number,
        number=made.number,
        look=look(made, uow, lines),
        exchange=brought,
        live=live_name(made),
    )
    if at.actor.role == Role.CUSTOMER:
        return [cancelled]
    theirs = cancelled.model_copy(update={"to": made.customer_id})
    return [cancelled, theirs] if at.actor.is_staff else [theirs]


def _items(made: Return, uow: UnitOfWork) -> list[dict[str, Any]]:
    lines = uow.returns.lines(made)
    products = uow.stock.products({line.sku for line in lines})
    return [{"name": products[line.sku].name, "quantity": line.quantity} for line in lines]
