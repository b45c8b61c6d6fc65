"""What the page of a plan shows: order numbers, times, places and states. No driver, no customer, no address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from actions import plan_links
from actions.drawn import drawing_of_plan
from bot.pictures.colours import COLOURS, STYLES
from domain.drawing import Drawing, DrawnRoute, DrawnStop
from domain.moment import SYSTEM
from domain.values import Place
from storage.database import Database
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ShownRoute:
    """A route on the page; ``colour`` and ``style`` are numbers of its looks, ``way`` the places a line is drawn through."""

    name: str
    key: str
    vehicle: str
    state: str
    colour: int
    style: int
    metres: int
    stops: tuple[DrawnStop, ...]
    way: tuple[Place, ...]

    @property
    def done(self) -> int:
        """How many of its stops lie behind."""
        return sum(stop.done for stop in self.stops)

    @property
    def times(self) -> tuple[datetime, datetime] | None:
        """From the first stop to the last, as far as that is known."""
        known = [stop.eta for stop in self.stops if stop.eta is not None]
        return (known[0][0], known[-1][1]) if known else None

    @classmethod
    def of(cls, route: DrawnRoute) -> ShownRoute:
        """What of a route is shown to whoever has the link: its driver is not."""
        colour, style = route.colour % len(COLOURS), route.colour // len(COLOURS) % len(STYLES)
        key = "".join(sign if sign.isalnum() else "-" for sign in route.name)
        return cls(
            route.name, key, route.vehicle, route.state, colour, style, route.metres, route.stops, route.way
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """A plan on the page."""

    drawing: Drawing
    routes: tuple[ShownRoute, ...]

    @classmethod
    def of(cls, drawing: Drawing) -> ShownPlan:
        """The plan of a drawing."""
        return cls(drawing, tuple(map(ShownRoute.of, drawing.routes)))

    @property
    def done(self) -> int:
        """How many stops lie behind."""
        return sum(route.done for route in self.routes)

    @property
    def finished(self) -> bool:
        """Whether nothing changes any more."""
        over = all(route.state == "completed" for route in self.routes)
        return self.drawing.state == "discarded" or (self.drawing.state == "published" and over)


def find(database: Database, token: str, now: datetime) -> Drawing:
    """What the link of that token shows. Refuses a dead or unknown one."""
    with database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        return drawing_of_plan(plan_links.plan_of(token, uow, now), uow)
