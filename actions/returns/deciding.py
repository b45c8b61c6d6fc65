"""What the policy decides about pieces somebody wants to send back, or what must be asked before it can."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from domain.customers import Customer
from domain.moment import Moment, Role
from domain.orders import DELIVERED, Order, OrderStatus
from domain.refusals import NotFound, Refusal
from domain.return_policy import Decision, Facts, Policy, Undecided, decide
from domain.returns import ReturnReason
from storage.unit_of_work import UnitOfWork

#: So far back what somebody ordered and returned counts as their record.
RECORD = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Piece:
    """Pieces of a product of an order as they were handed over: how many can still be returned, and what one cost."""

    order: Order
    sku: str
    name: str
    quantity: int
    returnable: int
    unit_price: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to send back, as far as it is known; None is what they were not asked yet."""

    order: str
    sku: str
    quantity: int | None = None
    reason: ReturnReason | None = None
    opened: bool | None = None
    photos: tuple[str, ...] | None = None
    words: str = ""
    exchange_sku: str | None = None


def pieces_of(order: Order, uow: UnitOfWork) -> list[Piece]:
    """What of an order was handed over, by product; nothing of one that was not delivered."""
    if order.status not in DELIVERED:
        return []
    lines = uow.orders.priced([order])[order.id or 0]
    left = uow.orders.not_handed_over(order) if order.status == OrderStatus.PARTIALLY_DELIVERED else {}
    taken = uow.returns.taken([order.number])
    found: dict[str, Piece] = {}
    for sku, name, quantity, price in lines:
        known = found.get(sku)
        so_far = known.quantity if known is not None else 0
        found[sku] = Piece(order, sku, name, so_far + quantity, 0, max(price, known.unit_price if known else 0))
    return [
        replace(piece, quantity=had, returnable=max(0, had - taken.get((order.number, piece.sku), 0)))
        for piece in found.values()
        if (had := piece.quantity - left.get(piece.sku, 0)) > 0
    ]


def piece_of(wanted: Wanted, uow: UnitOfWork) -> Piece:
    """The pieces that are meant. Refuses an order that is not delivered, a product that is not in it, and more pieces than are
    left to return."""
    order = uow.orders.get(wanted.order)
    pieces = pieces_of(order, uow)
    if not pieces:
        raise Refusal("not_yet_delivered", number=order.number, status=order.status)
    piece = next((each for each in pieces if each.sku == wanted.sku), None)
    if piece is None:
        raise NotFound("not_in_order", number=order.number, sku=wanted.sku)
    if piece.returnable < (wanted.quantity or 1):
        raise Refusal(
            "already_returned", number=order.number, product=piece.name, left=piece.returnable, ask="quantity"
        )
    return piece


def facts_of(wanted: Wanted, uow: UnitOfWork, at: Moment, *, gift: bool = False, channel: str = "") -> Facts:
    """What rules look at. Refuses what `piece_of` does."""
    piece = piece_of(wanted, uow)
    order = piece.order
    product = uow.stock.products([piece.sku])[piece.sku]
    delivered, returned, count = uow.returns.record_of(order.customer_id, at.now - RECORD)
    customer = uow.customers.get(order.customer_id)
    return Facts(
        sku=piece.sku, product=piece.name, days=_days(order, uow, at), category=product.category, tags=frozenset(product.tags),
        price=piece.unit_price, value=piece.unit_price * (wanted.quantity or 1), quantity=wanted.quantity,
        reason=wanted.reason.value if wanted.reason is not None else None, opened=wanted.opened,
        photos=len(wanted.photos) if wanted.photos is not None else None, country=order.country,
        channel=order.channel or channel, payment=order.paid_by, gift=gift or order.gift, exchanged=order.exchange_of is not None,
        return_rate=round(100 * returned / delivered) if delivered else 0, returns=count, fraud_marks=customer.fraud_marks,
        language=_language(customer, uow, at), currency=order.currency,
    )  # fmt: skip


def _language(customer: Customer, uow: UnitOfWork, at: Moment) -> str:
    """What the customer reads: the language of their own chat where it is theirs, else the one they are known by."""
    own = uow.chat.language if uow.chat is not None and at.actor.role == Role.CUSTOMER else None
    return own or customer.language or at.policies.languages[0]


def judge(
    wanted: Wanted,
    uow: UnitOfWork,
    at: Moment,
    *,
    policy: Policy | None = None,
    gift: bool = False,
    channel: str = "",
) -> Decision | Undecided:
    """What ``policy`` (the one in force) says. Refuses what `piece_of` does."""
    rules = policy if policy is not None else uow.returns.policy()[1]
    return decide(rules, facts_of(wanted, uow, at, gift=gift, channel=channel))


def _days(order: Order, uow: UnitOfWork, at: Moment) -> int | None:
    """Local days since it was handed over."""
    delivered = uow.returns.delivered_at([order.number]).get(order.number)
    if delivered is None:
        return None
    zone = uow.depots.get(order.depot_id).tz if order.depot_id is not None else at.policies.zone
    return (at.now.astimezone(zone).date() - delivered.astimezone(zone).date()).days
