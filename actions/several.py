"""Several orders that are meant at once: "cancel the lamp and the blender", "cancel everything", "where are my orders"."""

from __future__ import annotations

from actions import told
from actions.choices import MAX_BUTTONS, Talk, holding_product, order_with_places, own_order
from actions.registry import BY_NAME, REGISTRY
from domain.dialogue import THINGS, Frame


def all_named(frame: Frame, talk: Talk) -> Frame:
    """The frame with the number of each order that is meant; as it was where that is not several, or one of the products that
    name them is in none of the orders under way, or in several."""
    takes_one = REGISTRY[BY_NAME[frame.command]].resolve.get("order") in {own_order, order_with_places}
    if not takes_one or talk.at.actor.is_staff or frame.slots.get("order") is not None or frame.asking is not None:
        return frame
    numbers = _every(frame, talk) or _by_things(frame, talk)
    if len(numbers) < 2:
        return frame.given(order=numbers[0]) if numbers else frame
    named = frame.without(THINGS, "every", "other", "about_product").given(order=numbers[0])
    return named.model_copy(update={"more": {**frame.more, "order": tuple(numbers[1:])}})


def _by_things(frame: Frame, talk: Talk) -> list[str]:
    """The orders that hold one of the things each; none where one of them cannot be told."""
    things = frame.slots.get(THINGS) or ()
    if len(things) < 2:
        return []
    orders = talk.uow.orders.active()
    holding = [holding_product(orders, str(thing), talk.uow) for thing in things]
    numbers = list(dict.fromkeys(found[0].number for found in holding if len(found) == 1))
    return numbers if all(len(found) == 1 for found in holding) and len(numbers) > 1 else []


def _every(frame: Frame, talk: Talk) -> list[str]:
    """All orders under way for which it can still be done, where that was said; none where they are too many to go through."""
    every = frame.slots.get("every")
    if frame.slots.get("other") == "all":
        others = [each for each in talk.uow.orders.active() if each.number != talk.dialogue.focus]
        return [each.number for each in others if told.may(frame.command, each)][:MAX_BUTTONS]
    if not every or frame.slots.get("due") or (frame.slots.get("about_product") and not every["but"]):
        return []
    orders = talk.uow.orders.active()
    looks = REGISTRY[BY_NAME[frame.command]].reads_only
    if (every["which"] == "both" and len(orders) != 2) or (every["which"] == "several" and not looks):
        return []
    stays = holding_product(orders, str(every["but"]), talk.uow) if every["but"] else []
    if every["but"] and not stays:
        return []
    meant = [order for order in orders if order not in stays and (looks or told.may(frame.command, order))]
    return [order.number for order in meant] if len(meant) <= MAX_BUTTONS else []
