"""What customers ask about their orders, and before buying."""

from __future__ import annotations

from domain.commands.base import Command, Day, OrderNumber, PartOfDay, Pin, Postcode, Quantity, Reason, Sku


class TrackOrder(Command):
    """Where is my order?"""

    order: OrderNumber


class RescheduleOrder(Command):
    """Deliver on another day or in another window, where there is room."""

    order: OrderNumber
    day: Day
    window: PartOfDay


class CancelOrder(Command):
    """Cancel an order that has not left the depot."""

    order: OrderNumber
    reason: Reason | None = None


class PinAddress(Command):
    """Tell where an address is that could not be found on the map."""

    order: OrderNumber
    place: Pin


class AskPromise(Command):
    """When would a delivery arrive there?"""

    postcode: Postcode
    product: Sku | None = None
    day: Day | None = None


class CheckStock(Command):
    """Is a product available?"""

    product: Sku
    quantity: Quantity = 1
