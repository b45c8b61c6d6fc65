"""What is exchanged is collected on the visit that brings the new one, also when that comes on another day."""

from __future__ import annotations

from actions.returns.allowed import allowed_ways
from actions.returns.booking import ask_code, call_off_pickup
from domain.depots import DeliverySlot
from domain.moment import Moment
from domain.orders import Order
from domain.returns import Return, ReturnStatus, Way
from storage.unit_of_work import UnitOfWork

S = ReturnStatus


def exchanged_for(order: Order, uow: UnitOfWork) -> Return | None:
    """The return that an order brings the exchange for, locked, while it is still to be collected by us or nothing else was
    chosen."""
    made = uow.returns.find(order.exchange_of) if order.exchange_of is not None else None
    if made is None or made.exchange_order != order.number:
        return None
    planned = made.status == S.PICKUP_PLANNED
    open_way = made.status == S.APPROVED and made.way is None and Way.PICKUP in allowed_ways(uow.returns.lines(made))
    return uow.returns.find(made.number, lock=True) if planned or open_way else None


def slot_of_pickup(made: Return, uow: UnitOfWork) -> DeliverySlot | None:
    """The window in which its pickup has a place."""
    if made.depot_id is None or made.pickup_day is None or made.pickup_start is None:
        return None
    return uow.depots.find_slot(made.depot_id, made.pickup_day, made.pickup_start)


def collect_with(order: Order, made: Return, uow: UnitOfWork, at: Moment, why: str) -> bool:
    """Promise the pickup for the visit that brings the new one; whether there was room for both. Where there is none nobody
    comes for it, and it is chosen anew how it comes back."""
    day, window = order.promise_day, order.window
    if (made.pickup_day, made.pickup_window) == (day, window):
        return True
    slot = None
    if day is not None and window is not None and made.depot_id == order.depot_id:
        slot = uow.depots.find_slot(made.depot_id or 0, day, window.start)
    call_off_pickup(made, uow, at, why)
    if slot is None or day is None or window is None or slot.booked >= slot.capacity:
        return False
    slot.book()
    uow.record(made.promise_pickup(day, window, at, why), made.move(S.PICKUP_PLANNED, at, why=why))
    made.way = Way.PICKUP
    ask_code(made, at)
    uow.flush()
    return True
