"""Notices about orders, filled from the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.moment import Moment
from domain.notices import Choice, Item, OrderTracked
from domain.orders import Order, OrderStatus
from domain.refusals import Refusal
from storage.unit_of_work import UnitOfWork

_UNDER_WAY = frozenset({OrderStatus.DISPATCHED, OrderStatus.OUT_FOR_DELIVERY})
_OVER = frozenset({OrderStatus.DELIVERED, OrderStatus.PARTIALLY_DELIVERED, OrderStatus.CANCELLED})
_NEEDS_EXPLAINING = frozenset({OrderStatus.FAILED, OrderStatus.HELD, OrderStatus.RETURNED_TO_DEPOT})


def items_of(orders: Sequence[Order], uow: UnitOfWork) -> dict[str, tuple[Item, ...]]:
    """Per order number what is in it."""
    lines = uow.orders.lines(orders)
    return {
        order.number: tuple(Item(name=name, quantity=quantity) for _, name, quantity in lines[order.id or 0])
        for order in orders
    }


def tracked(order: Order, uow: UnitOfWork) -> OrderTracked:
    """Where the order is, in full, with what may be done about it as buttons."""
    stop = uow.orders.stop(order) if order.status in _UNDER_WAY else None
    event = uow.orders.last_event(order, order.status)
    lost = order.place is None and any(case.kind == "address_not_found" for case in uow.cases.of_order(order.number))
    return OrderTracked(
        about=order.number,
        number=order.number,
        items=items_of([order], uow)[order.number],
        status=order.status,
        day=order.promise_day,
        window=order.window,
        eta_start=(stop[0].eta_start if stop else None) or order.told_start,
        eta_end=(stop[0].eta_end if stop else None) or order.told_end,
        stops_before=stop[1] if stop else None,
        changed_at=event.at if event else None,
        why=str(event.detail.get("reason") or "") or None
        if event is not None and order.status in _NEEDS_EXPLAINING
        else None,
        needs="pin" if lost else None,
        choices=_possible(order, lost=lost),
    )


def _possible(order: Order, *, lost: bool) -> tuple[Choice, ...]:
    choices = []
    slots = {"order": order.number}
    for label, command, check in (
        ("choice.reschedule", "RescheduleOrder", order.check_reschedulable),
        ("choice.cancel_order", "CancelOrder", order.check_cancellable),
    ):
        try:
            check()
        except Refusal:
            continue
        if order.promise_day is not None or command == "CancelOrder":
            choices.append(Choice(label=label, command=command, slots=slots))
    if lost:
        choices.insert(0, Choice(label="choice.pin", command="PinAddress", slots=slots))
    return tuple(choices)


def order_choice(order: Order, items: tuple[Item, ...]) -> Choice:
    """The button that picks one of several orders."""
    return Choice(
        label="choice.order",
        values={"number": order.number, "items": [item.model_dump() for item in items], "day": order.promise_day},
        slots={"order": order.number},
    )


def until(order: Order, left: OrderStatus, uow: UnitOfWork, at: Moment) -> datetime:
    """Since when a change is no longer possible: when it took the present state, or left the depot."""
    event = uow.orders.last_event(order, order.status if order.status in _OVER else left) or uow.orders.last_event(
        order
    )
    return event.at if event else at.now
