"""Pieces that were exchanged and did not come back, or did not count: what was set aside for them, or brought already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from actions.cases import begin
from domain.cases import Case
from domain.events import note
from domain.moment import Moment
from domain.orders import Order, OrderStatus
from domain.returns import Return, approved_of
from domain.values import Money, plain
from storage.unit_of_work import UnitOfWork

#: More was brought in exchange than came back; what a packed order holds too much of.
SHORT, REPACK = "return_exchange_short", "return_exchange_repack"


def settle_missing(made: Return, uow: UnitOfWork, at: Moment) -> None:
    """What was set aside for pieces that do not count stays at the depot where its order has not left; where it has, a person
    sees to it. The order must not be empty without them."""
    order = uow.orders.find(made.exchange_order, lock=True) if made.exchange_order is not None else None
    if order is None or not any(_missing(made, uow).values()):
        return
    if order.before_dispatch:
        _take_out(order, made, uow, at)
    else:
        file_missing(SHORT, made, uow, at)


def missing_of(made: Return, uow: UnitOfWork) -> list[dict[str, Any]]:
    """What was exchanged for pieces that do not count: its name, how many pieces, whether they are ``brought`` all the same (they
    have left the depot), and what these cost."""
    order = uow.orders.find(made.exchange_order) if made.exchange_order is not None else None
    if order is None:
        return []
    missing, surplus = _missing(made, uow), _surplus(order, made, uow)
    products = uow.stock.products(missing)
    prices = {sku: price for sku, _, _, price in uow.orders.priced([order])[order.id or 0]}
    found = []
    for sku, pieces in missing.items():
        brought = min(pieces, surplus.get(sku, 0))
        for count, there in ((brought, True), (pieces - brought, False)):
            if count:
                money = Money(prices[sku] * count, made.currency) if there else None
                found.append({"name": products[sku].name, "pieces": count, "brought": there, "money": money})
    return found


def file_missing(kind: str, made: Return, uow: UnitOfWork, at: Moment, pieces: Sequence[dict[str, Any]] = ()) -> Case:
    """A person sees to what was exchanged and did not come back: what it is, and what it costs."""
    items = [each for each in missing_of(made, uow) if each["brought"]] or list(pieces)
    owed = sum(each["money"].minor for each in items if each["money"] is not None)
    detail = {
        "return_number": made.number, "subject": made.number, "exchange": made.exchange_order,
        "goods": [f"{each['pieces']} × {each['name']}" for each in items], "money": Money(owed, made.currency) if owed else None,
    }  # fmt: skip
    first = uow.returns.lines(made)[0].order_number
    case = Case(kind=kind, order_number=first, customer_id=made.customer_id, opened_at=at.now, detail=plain(detail))
    return begin(case, uow, at)


def _missing(made: Return, uow: UnitOfWork) -> dict[str, int]:
    """By SKU of what was exchanged the pieces for which nothing counts."""
    found: dict[str, int] = {}
    for line in approved_of(uow.returns.lines(made)):
        gone = line.quantity - (line.accepted or 0)
        if gone > 0:
            sku = line.exchange_sku or line.sku
            found[sku] = found.get(sku, 0) + gone
    return found


def _surplus(order: Order, made: Return, uow: UnitOfWork) -> dict[str, int]:
    """By SKU what an order brings more than counts."""
    due: dict[str, int] = {}
    for line in approved_of(uow.returns.lines(made)):
        sku = line.exchange_sku or line.sku
        due[sku] = due.get(sku, 0) + min(line.accepted or 0, line.quantity)
    brings = {line.sku: line.quantity for line in uow.orders.rows(order)}
    return {sku: pieces - due.get(sku, 0) for sku, pieces in brings.items() if pieces > due.get(sku, 0)}


def _take_out(order: Order, made: Return, uow: UnitOfWork, at: Moment) -> None:
    """The surplus is no part of the order any more, and can be promised to anybody; what is packed is packed anew."""
    surplus = _surplus(order, made, uow)
    if not surplus:
        return
    if OrderStatus.PACKED in {order.status, order.held_from}:
        names = uow.stock.products(surplus)
        pieces = [{"pieces": count, "name": names[sku].name, "money": None} for sku, count in surplus.items()]
        file_missing(REPACK, made, uow, at, pieces)
    levels = uow.stock.levels(order.depot_id or 0, surplus) if order.stock_reserved else {}
    emptied = []
    for line in uow.orders.rows(order):
        count = surplus.get(line.sku, 0)
        if not count:
            continue
        uow.record(note(order, "quantity", at, line.quantity, line.quantity - count, sku=line.sku, why="not_returned"))
        order.discount -= min(order.discount, line.unit_price * count)
        if line.sku in levels:
            levels[line.sku].release(count)
        if count == line.quantity:
            emptied.append(line)
        else:
            line.quantity -= count
    uow.remove(*emptied)
