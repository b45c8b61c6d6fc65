"""What is loaded on the vehicle of a route, in which order, and whether it fits. Plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from domain.routing.problem import NOTHING, Load

#: A span of time, from and to.
Times = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class LoadedLine:
    """Some pieces of one product: what all of them weigh and measure, and how they want to be handled."""

    quantity: int
    name: str
    sku: str
    load: Load
    handling: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadedOrder:
    """What belongs to one order, or comes back with one return (``collect``)."""

    number: str
    lines: tuple[LoadedLine, ...]
    window: Times | None = None
    collect: bool = False

    @property
    def load(self) -> Load:
        """All of it."""
        return _sum(line.load for line in self.lines)

    @property
    def handling(self) -> tuple[str, ...]:
        """How it wants to be handled, each word once, by the alphabet."""
        return tuple(sorted({word for line in self.lines for word in line.handling}))


@dataclass(frozen=True, slots=True)
class LoadedStop:
    """A stop with its number on the route (the first is 1), address, and what is handed over or collected there."""

    number: int
    address: str
    orders: tuple[LoadedOrder, ...]
    eta: Times | None = None


@dataclass(frozen=True)
class Manifest:
    """A route as those who load it need it; ``stops`` in driving order, ``capacity`` what its vehicle takes."""

    route: str
    day: date
    zone: ZoneInfo
    depot: str
    stops: tuple[LoadedStop, ...]
    driver: str = ""
    vehicle: str = ""
    capacity: Load | None = None
    leaves: datetime | None = None

    @cached_property
    def loading(self) -> tuple[LoadedStop, ...]:
        """Stops with what is loaded for them, in loading order: what is handed over last goes in first."""
        return _with(reversed(self.stops), collect=False)

    @cached_property
    def collecting(self) -> tuple[LoadedStop, ...]:
        """Stops with what comes back from them, in driving order."""
        return _with(self.stops, collect=True)

    @cached_property
    def load(self) -> Load:
        """All that is loaded at the depot."""
        return _sum(order.load for stop in self.loading for order in stop.orders)

    @property
    def handling(self) -> dict[str, tuple[int, ...]]:
        """The stops, by number, that need each kind of handling; kinds by the alphabet."""
        asked: dict[str, set[int]] = {}
        for stop in self.stops:
            for word in (word for order in stop.orders for word in order.handling):
                asked.setdefault(word, set()).add(stop.number)
        return {word: tuple(sorted(asked[word])) for word in sorted(asked)}


def _with(stops: Iterable[LoadedStop], *, collect: bool) -> tuple[LoadedStop, ...]:
    """The stops with only the orders that are collected, or only those that are not; no stop is empty."""
    found = []
    for stop in stops:
        orders = tuple(order for order in stop.orders if order.collect == collect)
        if orders:
            found.append(LoadedStop(stop.number, stop.address, orders, stop.eta))
    return tuple(found)


def _sum(loads: Iterable[Load]) -> Load:
    return sum(loads, NOTHING)
