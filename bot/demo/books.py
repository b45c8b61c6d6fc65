"""What follows from the demo's orders: goods reserved, windows booked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, time

from bot.demo.city import WINDOWS, City
from bot.demo.story import Room, Story
from domain.depots import DeliverySlot
from domain.orders import FINISHED
from domain.stock import StockLevel


def levels(city: City, stories: Iterable[Story]) -> list[StockLevel]:
    """Per depot and product: what is reserved for orders, and on top what is free; some low, some gone."""
    reserved: Counter[tuple[int | None, str]] = Counter()
    for story in stories:
        if story.order.stock_reserved:
            for line in story.lines:
                reserved[story.order.depot_id, line.sku] += line.quantity
    found = []
    for depot in city.depots:
        for n, product in enumerate(city.products):
            held = reserved[depot.id, product.sku]
            roll = (n * 37 + (depot.id or 0) * 11) % 120
            free = 0 if product.sku in city.gone[depot.id or 0] else 1 + roll % 4 if roll < 10 else 12 + roll
            quarantined = 2 if roll == 60 else 0
            level = StockLevel(depot_id=depot.id or 0, sku=product.sku, reserved=held, quarantined=quarantined)
            level.on_hand = held + quarantined + free
            found.append(level)
    return found


def slots(city: City, stories: Iterable[Story]) -> list[DeliverySlot]:
    """Per window with a promise that is still to be kept, how many there are."""
    booked: Counter[tuple[int, date, time]] = Counter()
    for story in stories:
        order = story.order
        if order.status not in FINISHED and order.promise_day is not None and order.promise_start is not None:
            booked[order.depot_id or 0, order.promise_day, order.promise_start] += 1
    ends = {window.start: window.end for window in WINDOWS}
    room = Room(city)
    return [
        DeliverySlot(
            depot_id=depot,
            day=day,
            starts=starts,
            ends=ends[starts],
            capacity=room.capacity(depot, day, starts),
            booked=count,
        )
        for (depot, day, starts), count in sorted(booked.items())
    ]
