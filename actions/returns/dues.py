"""What pieces that came back are worth, order by order: of what was paid, what is gone already, and what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from actions.returns.opening import terms_of
from domain.orders import Order
from domain.refunding import Back, Breakdown, Sold, fees_of, paid_beside, refund_of, shared
from domain.refunds import Refund, RefundStatus
from domain.returns import OUR_FAULT, Resolution, Return, ReturnLine, approved_of
from storage.unit_of_work import UnitOfWork

_OURS = frozenset(reason.value for reason in OUR_FAULT)


@dataclass(frozen=True, slots=True)
class Due:
    """What one order of a return comes to, and of which lines."""

    order: Order
    lines: tuple[ReturnLine, ...]
    made_of: Breakdown


def sold_of(order: Order, uow: UnitOfWork) -> Sold:
    """An order as it was paid."""
    goods: dict[str, tuple[int, int]] = {}
    for sku, _, quantity, price in uow.orders.priced([order])[order.id or 0]:
        pieces, cost = goods.get(sku, (0, 0))
        goods[sku] = pieces + quantity, cost + quantity * price
    return Sold(paid_of(order, uow), order.carriage, goods)


def paid_of(order: Order, uow: UnitOfWork) -> int:
    """What was paid for an order, in minor units; of one that was brought in exchange beside what was paid for it that which had
    been paid for what came back, less the difference that was given back."""
    if order.exchange_of is None:
        return order.total
    made = uow.returns.find(order.exchange_of)
    if made is None:
        return order.total
    worth = sum(line.paid_back or 0 for line in uow.returns.lines(made))
    return order.total + max(0, worth - sum(each.amount for each in _alive(uow.returns.refunds(made))))


def _alive(refunds: Sequence[Refund]) -> list[Refund]:
    return [each for each in refunds if each.status != RefundStatus.FAILED]


def given_back(order: Order, uow: UnitOfWork) -> int:
    """What of an order's money is gone already (minor units): refunded, credited without bonus, or turned into other goods."""
    return uow.returns.refunded(order.number) + uow.returns.exchanged(order.number)


def left_to_refund(order: Order, uow: UnitOfWork) -> int:
    """What can still be given back of what was paid for an order."""
    return max(0, paid_of(order, uow) - given_back(order, uow))


def expected_amount(made: Return, uow: UnitOfWork) -> int:
    """What is given back if all of it comes back as the customer said (minor units), for telling beforehand."""
    fee = 0 if made.resolution == Resolution.KEEP else made.fee
    return amount_of(approved_of(uow.returns.lines(made)), fee, uow)


def amount_of(lines: Sequence[ReturnLine], fee: int, uow: UnitOfWork) -> int:
    """What lines come to if all of them come back as the customer said (minor units); nothing is locked."""
    pieces = {line.id: line.quantity for line in lines}
    return sum(due.made_of.amount for due in _dues(lines, pieces, fee, uow))


def dues_of(lines: Sequence[ReturnLine], fee: int, uow: UnitOfWork) -> list[Due]:
    """By order what the accepted pieces come to; the orders are locked, so that nobody counts the same pieces meanwhile."""
    uow.orders.lock(_orders_of(lines))
    return _dues(lines, {line.id: line.accepted or 0 for line in lines}, fee, uow)


def _orders_of(lines: Sequence[ReturnLine]) -> list[str]:
    return list(dict.fromkeys(line.order_number for line in lines))


def _dues(lines: Sequence[ReturnLine], pieces: dict[int | None, int], fee: int, uow: UnitOfWork) -> list[Due]:
    """By order what ``pieces`` (by line) come to."""
    found = [order for number in _orders_of(lines) if (order := uow.orders.find(number)) is not None]
    of_order = {
        order.number: tuple(line for line in lines if line.order_number == order.number and pieces[line.id])
        for order in found
    }
    without = [_breakdown(order, of_order[order.number], pieces, 0, uow) for order in found]
    fees = fees_of(fee, [each.amount for each in without])
    return [
        Due(order, of_order[order.number], _breakdown(order, of_order[order.number], pieces, part, uow))
        for order, part in zip(found, fees, strict=True)
    ]


def _breakdown(
    order: Order, lines: Sequence[ReturnLine], pieces: dict[int | None, int], fee: int, uow: UnitOfWork
) -> Breakdown:
    sold, before = sold_of(order, uow), uow.returns.taken_back(order.number)
    taxes = uow.orders.taxes(order)
    backs: list[Back] = []
    for line in lines:
        so_far = before.get(line.sku, 0)
        restocking = terms_of(line).restocking
        backs.append(Back(line.sku, pieces[line.id], so_far, restocking, taxes.get(line.sku, 0)))
        before[line.sku] = so_far + pieces[line.id]
    all_back = all(before.get(sku, 0) >= count for sku, (count, _) in sold.goods.items())
    carriage = _carriage(order, sold, lines, all_back, uow)
    return refund_of(sold, backs, carriage=carriage, fee=fee, before=given_back(order, uow))


def _carriage(order: Order, sold: Sold, lines: Sequence[ReturnLine], all_back: bool, uow: UnitOfWork) -> int:
    """What is given back of the carriage, once: where a rule says so, and all of the order is back or it was our fault."""
    wanted = any(terms_of(line).carriage_back and (all_back or line.reason in _OURS) for line in lines)
    if not wanted:
        return 0
    refunds, credits = uow.returns.refunds_of_order(order.number), uow.returns.credits_of_order(order.number)
    told = [*(each.breakdown for each in refunds), *(each.breakdown for each in credits)]
    return max(0, paid_beside(sold) - sum(int(each.get("carriage", 0)) for each in told))


def had_before(made: Return, due: Due, uow: UnitOfWork) -> int:
    """What was given back before for the same pieces, when they were exchanged for less, as far as it is not cut already."""
    before = [each for each in _alive(uow.returns.refunds(made)) if each.order_number == due.order.number]
    return max(0, sum(each.amount for each in before) - due.made_of.cut)


def why_nothing(dues: Sequence[Due]) -> str:
    """Why nothing is given back: it was given back before, kept as a fee, or nothing was paid."""
    if any(due.made_of.cut for due in dues):
        return "given_before"
    return "fee" if any(due.made_of.goods for due in dues) else "nothing_paid"


def mark_paid(dues: Sequence[Due], lines: Sequence[ReturnLine]) -> None:
    """Keep with each line what was paid for its pieces, so that these are counted once."""
    for due in dues:
        for line, part in zip(due.lines, due.made_of.parts, strict=True):
            line.paid_back = part.amount
    for line in lines:
        line.paid_back = line.paid_back or 0


def mark_exchanged(dues: Sequence[Due]) -> None:
    """Of what was given back before nothing is turned into other goods: those are worth what was left."""
    for due in dues:
        amounts = [part.amount for part in due.made_of.parts]
        left = max(0, due.made_of.paid - due.made_of.before)
        for line, amount in zip(due.lines, shared(min(sum(amounts), left), amounts), strict=True):
            line.paid_back = amount


def facts_of(due: Due, uow: UnitOfWork) -> dict[str, Any]:
    """How it came about, as it is kept with a refund or credit."""
    products = uow.stock.products(line.sku for line in due.lines)
    return due.made_of.facts({sku: product.name for sku, product in products.items()})
