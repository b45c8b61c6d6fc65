"""Several orders that are named at once by what is in them: "cancel the lamp and the blender"."""

from __future__ import annotations

from actions.choices import Talk, holding_product, order_with_places, own_order
from actions.registry import BY_NAME, REGISTRY
from domain.dialogue import THINGS, Frame


def all_named(frame: Frame, talk: Talk) -> Frame:
    """The frame with the number of each order that is named by a product of its own; as it was where one of the products is
    in none of the orders under way, or in several."""
    things = frame.slots.get(THINGS) or ()
    by_product = REGISTRY[BY_NAME[frame.command]].resolve.get("order") in {own_order, order_with_places}
    if not by_product or len(things) < 2 or frame.slots.get("order") is not None or frame.asking is not None:
        return frame
    orders = talk.uow.orders.active()
    holding = [holding_product(orders, str(thing), talk.uow) for thing in things]
    numbers = list(dict.fromkeys(found[0].number for found in holding if len(found) == 1))
    if any(len(found) != 1 for found in holding) or len(numbers) < 2:
        return frame
    named = frame.without(THINGS).given(order=numbers[0])
    return named.model_copy(update={"more": {**frame.more, "order": tuple(numbers[1:])}})
