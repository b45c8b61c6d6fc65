"""Exchanges that do not come as agreed: what the customer can have instead, also once the goods are settled."""

from __future__ import annotations

from actions.returns.settling import UNSETTLED, ask_person
from actions.returns.stepping import next_step
from actions.returns.telling import told_of
from domain.events import note
from domain.moment import Moment
from domain.notices import Notice
from domain.orders import Order
from domain.returns import Return, ReturnStatus
from storage.unit_of_work import UnitOfWork

S = ReturnStatus


def exchange_called_off(order: Order, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The order that was to bring an exchange is cancelled: its return is none any more, and its customer chooses what they
    get instead. Nothing for other orders. The return is locked by whoever calls this, before the order."""
    made = uow.returns.find(order.exchange_of) if order.exchange_of is not None else None
    if made is None or made.exchange_order != order.number:
        return []
    lines = uow.returns.lines(made)
    uow.record(note(made, "exchange_order", at, order.number, None))
    uow.record(note(made, "resolution", at, made.resolution, None))
    made.exchange_order = made.resolution = None
    for line in lines:
        line.exchange_sku = None
    if made.status == S.EXCHANGED:
        reopen(made, uow, at)
        ask_person(UNSETTLED, made, lines, uow, at)
    return told_of("exchange_off", made, uow, at, next_step(made, uow, at), order=order.number)


def reopen(made: Return, uow: UnitOfWork, at: Moment) -> None:
    """What was exchanged is to be settled anew: nothing of it counts as paid for."""
    uow.record(made.move(S.INSPECTED, at, why="exchange_off"))
    for line in uow.returns.lines(made):
        line.paid_back = None
    uow.flush()
