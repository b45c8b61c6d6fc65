"""Giving an order up before it is out for delivery; what it was to bring in exchange is settled otherwise."""

from __future__ import annotations

from actions import told
from actions.fulfilment import free_window, put_back, release_stock
from actions.leaving import leave_route
from actions.orders import unless_they_did
from actions.returns.reopening import exchange_called_off
from domain.commands import CancelOrder
from domain.moment import Moment
from domain.notices import Choice, Notice, OrderCancelled
from domain.orders import DELIVERED, Order, OrderStatus
from domain.refusals import Refusal
from storage.unit_of_work import UnitOfWork

S = OrderStatus


def describe_cancelling(command: CancelOrder, uow: UnitOfWork, at: Moment) -> dict[str, object]:
    """What is confirmed before cancelling. Refuses when it is too late, saying what is possible instead."""
    order = uow.orders.get(command.order)
    _check_cancellable(order, uow, at)
    return {
        "number": order.number, "items": told.items_of([order], uow)[order.number], "day": order.promise_day,
        "told": at.actor.is_staff,
    }  # fmt: skip


def cancel_order(command: CancelOrder, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Give the order up; goods and window are free again. A return that it was to bring the exchange for is settled otherwise.
    Refuses once it is out for delivery."""
    uow.returns.lock([uow.orders.get(command.order).exchange_of or ""])
    order = uow.orders.get(command.order, lock=True)
    _check_cancellable(order, uow, at)
    release_stock(order, uow, at)
    free_window(order, uow)
    loaded = order.status == OrderStatus.DISPATCHED
    uow.record(order.cancel(command.reason, at))
    if loaded:
        put_back(order, uow, at)
    off = leave_route(order, uow, at, "cancelled")
    for case in uow.cases.of_order(order.number):
        if not case.kind.startswith("wish."):
            uow.record(case.resolve(at))
    items = told.items_of([order], uow)[order.number]
    cancelled = OrderCancelled(about=order.number, to=unless_they_did(order, at), number=order.number, items=items)
    return [cancelled, *told.done("cancelled", order, at), *off, *exchange_called_off(order, uow, at)]


def _check_cancellable(order: Order, uow: UnitOfWork, at: Moment) -> None:
    try:
        order.check_cancellable()
    except Refusal as refusal:
        back = Choice(label="choice.send_back", command="StartReturn", slots={"order": order.number})
        person = Choice(
            label="choice.person", command="AskPerson", slots={"topic": "talk_to_human", "order": order.number}
        )
        instead = back if order.status in DELIVERED else person
        their_choices = (instead,) if order.status != OrderStatus.CANCELLED else ()
        raise Refusal(
            "cannot_cancel",
            number=order.number,
            status=order.status,
            choices=told.staff_instead(order) if at.actor.is_staff else their_choices,
            until=told.until(order, S.OUT_FOR_DELIVERY, uow, at),
        ) from refusal
