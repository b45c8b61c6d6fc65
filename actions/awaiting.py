"""Whoever waits for an order and asks when it comes is told where it is, whatever else the words may sound like."""

from __future__ import annotations

from actions.choices import Talk
from actions.returns.which import credit_instead
from actions.told import items_of
from domain.dialogue import Frame
from domain.moment import Role
from domain.naming import SIMILAR, likeness
from domain.orders import Order

#: With one of these it is said what else is meant.
_NAMED = ("postcode", "return_number", "about_return", "about_order", "order")


def promised_instead(frame: Frame, talk: Talk) -> Frame | None:
    """An order that is awaited, not one that could be placed, where the words ask when something comes."""
    return _awaited(frame, talk)


def returned_instead(frame: Frame, talk: Talk) -> Frame | None:
    """Credit that is asked for by its name; an order that is awaited, where nothing comes back."""
    if (credit := credit_instead(frame, talk)) is not None:
        return credit
    goes_back = frame.slots.get("speaks_of") == "return" or talk.uow.returns.mine(open_only=True)
    return None if goes_back or talk.dialogue.about_return is not None else _awaited(frame, talk)


def _awaited(frame: Frame, talk: Talk) -> Frame | None:
    slots, actor = frame.slots, talk.at.actor
    if not slots.get("awaited") or actor.role != Role.CUSTOMER or any(slots.get(name) for name in _NAMED):
        return None
    product = slots.get("product") or slots.get("about_product")
    orders = talk.uow.orders.active()
    if not orders or (product and not _holds(str(product), orders, talk)):
        return None
    return Frame(id=frame.id, command="TrackOrder", slots={"about_product": product} if product else {})


def _holds(product: str, orders: list[Order], talk: Talk) -> bool:
    """Whether one of the orders has what was named."""
    items = items_of(orders, talk.uow)
    return any(likeness(product, item.name) >= SIMILAR for order in orders for item in items[order.number])
