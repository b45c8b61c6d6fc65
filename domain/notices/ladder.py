"""What customers hear while their order comes nearer, and what drivers are asked on the way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.notices.base import Notice
from domain.notices.orders import OrderNotice

#: Orders in these states are on their way.
_COMING = frozenset({"dispatched", "out_for_delivery"})


class _Coming(OrderNotice):
    """Something about an order that is on its way; ``pin`` is what the customer tells the driver."""

    urgent = True

    tracking: str
    pin: str | None = None

    @classmethod
    def still_true(cls, status: str | None) -> bool:
        return status in _COMING


class OrderOut(_Coming):
    """The route with the order has left. ``was_start`` and ``was_end`` where another window was told before; ``first_name``
    (the driver's) and ``stops_before`` where it comes soon."""

    text = "order.out"
    rings = True

    start: datetime
    end: datetime
    was_start: datetime | None = None
    was_end: datetime | None = None
    first_name: str | None = None
    stops_before: int | None = None

    @classmethod
    def still_told(cls, facts: Mapping[str, Any], told_start: datetime | None, told_end: datetime | None) -> bool:
        return within(facts["start"], facts["end"], told_start, told_end)


class WindowSharper(_Coming):
    """The order comes within a narrower part of the window that was told: shown where that is, and nowhere else."""

    text = "order.window_sharper"
    edits = True

    start: datetime
    end: datetime

    @classmethod
    def still_told(cls, facts: Mapping[str, Any], told_start: datetime | None, told_end: datetime | None) -> bool:
        return within(facts["start"], facts["end"], told_start, told_end)


class DriverNear(_Coming):
    """The driver is there soon. ``was_start`` and ``was_end`` where another window was told before than the one that ends at
    ``end``."""

    text = "order.near"
    rings = True

    first_name: str | None
    eta: datetime
    stops_before: int
    end: datetime | None = None
    was_start: datetime | None = None
    was_end: datetime | None = None


class RatingAsked(OrderNotice):
    """How the delivery was."""

    text = "order.rating_asked"

    @classmethod
    def still_true(cls, status: str | None) -> bool:
        return status in {"delivered", "partially_delivered"}


class AllWell(Notice):
    """Whether all is well with a driver of whom nothing was heard ``since`` then."""

    text = "driver.all_well"

    since: datetime


class ArrivalAsked(Notice):
    """Whether the driver is at a stop: they have been near it for a while."""

    text = "driver.arrival_asked"

    stop: int


class PositionNoted(Notice):
    """Where the driver is was noted, or not ``kept`` as they have no route; ``stop`` is the next, ``metres`` how far as
    the crow flies.
    """

    text = "driver.position_noted"

    stop: int | None = None
    metres: int | None = None
    kept: bool = True


def within(start: str, end: str, told_start: datetime | None, told_end: datetime | None) -> bool:
    """Whether what is told now lies in a window that a notice speaks of: that still stands, if less exactly."""
    if told_start is None or told_end is None:
        return False
    return datetime.fromisoformat(start) <= told_start and told_end <= datetime.fromisoformat(end)
