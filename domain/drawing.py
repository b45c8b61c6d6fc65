"""What pictures and maps show of plans and routes: plain values, the same for every way of drawing them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.routing.solution import Reason
from domain.values import Place

#: States in which nothing more happens at a stop.
DONE = frozenset({"completed", "partial", "failed", "skipped"})


@dataclass(frozen=True, slots=True)
class DrawnStop:
    """A stop: its number on the route (the first is 1), the orders served there, when it is expected, what became of it.

    ``eta`` is the span it is expected in; ``done_at`` is when it was served or tried.
    """

    number: int
    orders: tuple[str, ...]
    place: Place
    eta: tuple[datetime, datetime] | None = None
    state: str = "pending"
    done_at: datetime | None = None

    @property
    def done(self) -> bool:
        """Whether it lies behind."""
        return self.state in DONE


@dataclass(frozen=True, slots=True)
class DrawnRoute:
    """A route: from ``start`` over its stops to ``end`` (None: unknown, or it ends where its last stop is).

    ``colour`` counts up from 0; every way of drawing has its own colours for the numbers.
    """

    name: str
    stops: tuple[DrawnStop, ...]
    driver: str = ""
    vehicle: str = ""
    start: Place | None = None
    end: Place | None = None
    metres: int = 0
    state: str = "draft"
    colour: int = 0

    @property
    def way(self) -> tuple[Place, ...]:
        """The places it passes, in order."""
        stops = (stop.place for stop in self.stops)
        return tuple(place for place in (self.start, *stops, self.end) if place is not None)

    @property
    def orders(self) -> int:
        """How many orders are on it."""
        return sum(len(stop.orders) for stop in self.stops)


@dataclass(frozen=True, slots=True)
class DrawnDrop:
    """An order that is on no route, and why, if the planner said so."""

    order: str
    place: Place | None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """The routes of a day, as they are to be shown: a whole plan, or a single route.

    ``name`` is what it is called (the depot, or the route); local times are those of ``zone``.
    """

    name: str
    day: date
    zone: ZoneInfo
    routes: tuple[DrawnRoute, ...] = ()
    depots: tuple[Place, ...] = ()
    drops: tuple[DrawnDrop, ...] = ()
    state: str = "draft"

    @property
    def places(self) -> tuple[Place, ...]:
        """Every place on it, some more than once."""
        ways = (place for route in self.routes for place in route.way)
        return (*self.depots, *ways, *(drop.place for drop in self.drops if drop.place is not None))

    @property
    def stops(self) -> int:
        """How many stops its routes have."""
        return sum(len(route.stops) for route in self.routes)

    @property
    def metres(self) -> int:
        """How far its routes go."""
        return sum(route.metres for route in self.routes)
