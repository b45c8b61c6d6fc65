"""Notices about routes under way: to customers what becomes of their window, to dispatchers what a change does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.notices.base import Notice
from domain.notices.ladder import within
from domain.notices.orders import OrderNotice
from domain.notices.planning import OrderPlanned

#: Whoever has an order in such a state waits for nothing.
_OVER = frozenset({None, "delivered", "partially_delivered", "cancelled"})


class OrderComing(OrderPlanned):
    """The order joins a route of today: it is said at once, whatever the hour."""

    urgent = True


class WindowChanged(OrderNotice):
    """The order comes at another time than was told. ``why`` names a reason: inserted, moved, removed, driver,
    replanned, breakdown, late, early."""

    text = "order.window_changed"
    urgent = True
    rings = True

    was_start: datetime
    was_end: datetime
    eta_start: datetime
    eta_end: datetime
    why: str

    @classmethod
    def still_true(cls, status: str | None) -> bool:
        return status not in _OVER

    @classmethod
    def still_told(cls, facts: Mapping[str, Any], told_start: datetime | None, told_end: datetime | None) -> bool:
        return within(facts["eta_start"], facts["eta_end"], told_start, told_end)


class DeliveryOff(OrderNotice):
    """The order does not come today after all; a person sets a new day. ``why`` as in `WindowChanged`."""

    text = "order.off_today"
    urgent = True

    why: str

    @classmethod
    def still_true(cls, status: str | None) -> bool:
        return status not in _OVER


class StopEffect(BaseModel):
    """What becomes of a stop: served on ``route`` from ``now`` instead of from ``was``. ``late`` is minutes after what its
    customers were told; ``breaks`` says that this is the change's doing."""

    model_config = ConfigDict(frozen=True)

    stop: int | None
    numbers: tuple[str, ...] = ()
    route: int | None
    was: datetime | None = None
    now: datetime | None = None
    late: int = 0
    breaks: bool = False


class StopInserted(Notice):
    """An order is on a route (with ``preview`` it would be): as which stop of those ahead, and when it comes."""

    text = "route.inserted"

    number: str
    route: int
    position: int
    eta: datetime
    eta_start: datetime
    eta_end: datetime
    preview: bool = False
    effects: tuple[StopEffect, ...] = ()


class RouteChanged(Notice):
    """Routes were changed (with ``preview`` they would be). ``what``: moved, removed, locked, unlocked, swapped, replanned,
    split; ``touched`` are the routes, ``dropped`` orders that are on no route any more, each with a reason's code."""

    text = "route.changed"

    what: str
    touched: tuple[int, ...]
    preview: bool = False
    effects: tuple[StopEffect, ...] = ()
    dropped: tuple[tuple[str, str], ...] = ()
    versions: dict[int, int] = {}
