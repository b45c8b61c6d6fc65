"""The way of an order as its customer follows it: what has happened, in their words, and what lies ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.events import Event
from domain.orders import Order, OrderStatus

S = OrderStatus
#: States as a customer follows them; what is not here is ours alone.
_NAMES: dict[str | None, str] = {
    S.CREATED: "ordered", S.CONFIRMED: "confirmed", S.BACKORDERED: "backordered", S.PACKED: "packed",
    S.DISPATCHED: "loaded", S.OUT_FOR_DELIVERY: "on_the_way", S.DELIVERED: "delivered",
    S.PARTIALLY_DELIVERED: "partly_delivered", S.FAILED: "failed", S.RETURNED_TO_DEPOT: "returned", S.HELD: "held",
    S.CANCELLED: "cancelled",
}  # fmt: skip
#: What lies ahead of an order that goes its way, and from which of these steps on in each state.
_AHEAD = ("confirmed", "packed", "loaded", "on_the_way", "delivered")
_FROM = {
    S.CREATED: 0, S.CONFIRMED: 1, S.BACKORDERED: 1, S.ALLOCATED: 1, S.PACKED: 2, S.RESCHEDULED: 2, S.DISPATCHED: 3,
    S.OUT_FOR_DELIVERY: 4,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way; ``at`` is when it was taken, None while it lies ahead. ``promise`` is a new day and window."""

    name: str
    at: datetime | None = None
    current: bool = False
    promise: tuple[str, str] | None = None


def way_of(order: Order, history: Sequence[Event]) -> tuple[Step, ...]:
    """The way of an order by its history; the last step that was taken is the current one."""
    taken: list[Step] = []
    for event in history:
        if (event.change, event.before, event.after) == ("status", S.DISPATCHED, S.PACKED):  # off the van again
            taken = [*taken[:-1]] if taken and taken[-1].name == "loaded" else taken
        elif (step := _step(event)) is not None:
            taken.append(step)
    if not taken:
        taken = [Step(_NAMES.get(order.status, "confirmed"))]
    taken[-1] = replace(taken[-1], current=True)
    ahead = _AHEAD[_FROM[S(order.status)] :] if order.status in _FROM else ()
    return (*taken, *(Step(name) for name in ahead))


def _step(event: Event) -> Step | None:
    if event.change == "promise" and event.before is not None and event.after is not None:
        day, _, window = event.after.partition(" ")
        return Step("promise", event.at, promise=(day, window))
    if event.change != "status":
        return None
    if event.before == S.HELD and event.after != S.CANCELLED:
        return Step("released", event.at)
    if (event.before, event.after) == (S.BACKORDERED, S.ALLOCATED):
        return Step("goods_here", event.at)
    name = _NAMES.get(event.after)
    return Step(name, event.at) if name is not None else None
