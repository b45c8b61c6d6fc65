"""Notices about orders, and about what could be ordered."""

from __future__ import annotations

from datetime import date, datetime

from domain.notices.base import Item, Notice
from domain.values import Window


class OrderNotice(Notice):
    """Something about one order."""

    number: str
    items: tuple[Item, ...] = ()


class OrderTracked(OrderNotice):
    """Where an order is: its state, what was promised, what is expected, what happens next; the ``pin`` for the driver."""

    text = "order.tracked"

    status: str
    day: date | None = None
    window: Window | None = None
    eta_start: datetime | None = None
    eta_end: datetime | None = None
    stops_before: int | None = None
    changed_at: datetime | None = None
    why: str | None = None
    needs: str | None = None
    pin: str | None = None


class OrderConfirmed(OrderNotice):
    """The order is taken; this is the promise. ``link`` opens the chat about it, ``tracking`` its page."""

    text = "order.confirmed"

    day: date
    window: Window
    link: str
    tracking: str

    @classmethod
    def still_true(cls, status: str | None) -> bool:
        return status not in {None, "cancelled", "delivered"}


class OrderRescheduled(OrderNotice):
    """A new promise replaces the old one."""

    text = "order.rescheduled"

    day: date
    window: Window
    was_day: date | None = None
    was_window: Window | None = None


class OrderCancelled(OrderNotice):
    """The order will not be delivered."""

    text = "order.cancelled"


class OrderHeld(OrderNotice):
    """The order does not come when its customer was told, as a person must look into it; they hear of another time."""

    text = "order.held"
    urgent = True

    day: date | None = None

    @classmethod
    def still_true(cls, status: str | None) -> bool:
        return status == "held"


class PlaceFound(OrderNotice):
    """The customer's pin was taken; with it the order has a promise, or none and a person looks into it."""

    text = "order.place_found"

    day: date | None = None
    window: Window | None = None


class PromiseGiven(Notice):
    """When a delivery to a postcode would arrive."""

    text = "promise.given"

    postcode: str
    day: date
    window: Window
    product: str | None = None
    order_by: datetime | None = None
    wanted_day: date | None = None


class StockTold(Notice):
    """How many pieces of a product can be bought now."""

    text = "stock.told"

    product: str
    sku: str
    available: int
    asked: int = 1
