"""Stock on the desk: how much there is, and counting it anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from actions.fulfilment import allocate_waiting
from domain.commands import AdjustStock, ShowStock
from domain.depots import Depot
from domain.events import Thing, note
from domain.moment import STOCKING, Moment
from domain.notices import Choice, Notice, StockAdjusted, StockShown
from domain.refusals import NotFound, Refusal
from domain.stock import Product, StockLevel
from domain.values import Money
from storage.unit_of_work import UnitOfWork

#: What one person writes off within this time counts together, or much would go in little pieces.
TOGETHER = timedelta(hours=24)


def show_stock(command: ShowStock, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Pieces of a product by depot, with how many orders wait for it. Refuses an unknown product."""
    product = _product(command.product, uow)
    depots = [each for each in uow.depots.all() if command.depot in {None, each.code}]
    shown = []
    for depot in depots:
        level = uow.stock.levels(depot.id or 0, [product.sku]).get(product.sku) or StockLevel(
            depot_id=0, sku=product.sku
        )
        shown.append(
            {
                "depot": depot.name, "on_hand": level.on_hand, "reserved": level.reserved, "quarantined": level.quarantined,
                "available": level.available, "waiting": len(uow.orders.backordered(depot.id or 0, product.sku)),
            }
        )  # fmt: skip
    adjust = Choice(label="choice.adjust_stock", command="AdjustStock", slots={"product": product.sku}, form=True)
    may = not at.actor.is_staff or at.actor.role in STOCKING
    return [StockShown(product=product.name, sku=product.sku, levels=shown, choices=(adjust,) if may else ())]


def why_two(command: AdjustStock, uow: UnitOfWork, at: Moment) -> Mapping[str, Any] | None:
    """What a second person reads before goods worth more than the limit are written off; None for less, and for what comes
    in. Refuses what is impossible anyway.
    """
    product, depot = _product(command.product, uow), _depot(command.depot, uow)
    level = uow.stock.levels(depot.id or 0, [product.sku]).get(product.sku)
    before = level.on_hand if level is not None else 0
    gone = before - _after(command, before, level)
    if gone <= 0:
        return None
    worth, so_far = gone * product.price, _written_off(uow, at)
    if worth + so_far <= at.policies.write_off_limit:
        return None
    person = uow.people.get(at.actor.person or 0)
    return {
        "product": product.name, "sku": product.sku, "depot": depot.name, "pieces": gone, "before": before,
        "after": before - gone, "reason": command.reason, "worth": Money(worth, product.currency),
        "so_far": Money(worth + so_far, product.currency) if so_far else None,
        "who": person.name if person is not None else None,
    }  # fmt: skip


def _written_off(uow: UnitOfWork, at: Moment) -> int:
    """What the goods are worth, in minor units, that the actor wrote off lately with nobody else's approval."""
    gone: Counter[str] = Counter()
    for sku, pieces in uow.approvals.written_off_alone(at.actor.person or 0, at.now - TOGETHER):
        gone[sku] += pieces
    products = uow.stock.products(gone)
    return sum(pieces * products[sku].price for sku, pieces in gone.items() if sku in products)


def adjust_stock(command: AdjustStock, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Count a product anew; what comes in goes to the orders that wait for it. Refuses to go below what is promised,
    and to put back what has moved on since.
    """
    product, depot = _product(command.product, uow), _depot(command.depot, uow)
    level = uow.stock.levels(depot.id or 0, [product.sku]).get(product.sku)
    before = level.on_hand if level is not None else 0
    after = _after(command, before, level)
    if level is None:
        level = StockLevel(depot_id=depot.id or 0, sku=product.sku)
        uow.add(level)
    level.on_hand = after
    uow.record(note(Thing("stock", f"{product.sku}@{depot.code}"), "on_hand", at, before, after, reason=command.reason))
    uow.flush()
    if after > before:
        allocate_waiting(product.sku, depot.id or 0, uow, at)
    slots = {
        "product": product.sku, "how": "set", "quantity": before, "was": after, "depot": depot.code, "reason": "undone",
    }  # fmt: skip
    return [
        StockAdjusted(
            product=product.name, sku=product.sku, depot=depot.name, before=before, after=after,
            available=level.available, why=command.reason,
            choices=(Choice(label="choice.undo", command="AdjustStock", slots=slots),) if after != before else (),
        )
    ]  # fmt: skip


def _after(command: AdjustStock, before: int, level: StockLevel | None) -> int:
    """How many pieces there are then. Refuses fewer than none, or than are promised or held back, and
    whatever was meant for another number than there is.
    """
    if command.was is not None and command.was != before:
        raise Refusal("stock_moved_on", sku=command.product, was=command.was, on_hand=before)
    match command.how:
        case "add":
            after = before + command.quantity
        case "remove":
            after = before - command.quantity
        case _:
            after = command.quantity
    promised = level.reserved + level.quarantined if level is not None else 0
    if after < promised:
        raise Refusal("stock_below_promised", sku=command.product, on_hand=max(after, 0), promised=promised)
    return after


def _product(sku: str, uow: UnitOfWork) -> Product:
    product = uow.stock.products([sku]).get(sku)
    if product is None:
        raise NotFound("no_such_product", ask="product", product=sku)
    return product


def _depot(code: str, uow: UnitOfWork) -> Depot:
    depot = uow.depots.find(code)
    if depot is None:
        raise NotFound("no_such_depot", depot=code, field="depot")
    return depot
