"""What staff are shown of the day: the board of a depot, a route, a driver; and what they announced."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from domain.notices.base import Facts, Notice


class StopLine(BaseModel):
    """A stop in one line: its place on the route, its orders, when it is expected and what was told; ``late`` is minutes
    after that, ``risky`` that it may well be later."""

    model_config = ConfigDict(frozen=True)

    nth: int
    orders: tuple[str, ...]
    address: str
    status: str
    eta: datetime | None = None
    told_start: datetime | None = None
    told_end: datetime | None = None
    done_at: datetime | None = None
    late: int = 0
    risky: bool = False
    locked: bool = False


class RouteOverview(Notice):
    """A route with some of its stops; weights in grams, ``weight`` being what is still to be delivered."""

    text = "road.route"

    route: int
    depot: str
    day: date
    status: str
    driver_name: str | None
    vehicle: str | None
    served: int
    count: int
    late: int
    risky: int
    begins: datetime | None
    ends: datetime | None
    weight: int
    payload: int | None
    stop_lines: tuple[StopLine, ...]
    page: int
    pages: int


class RouteCard(RouteOverview):
    """The first page of a route: it is kept up to date."""

    rings = True


class BoardLine(BaseModel):
    """A route on the board: ``where`` its driver is (``there``) or goes to, and when they are expected there."""

    model_config = ConfigDict(frozen=True)

    route: int
    driver: str | None
    status: str
    done: int
    count: int
    where: str | None = None
    there: bool = False
    eta: datetime | None = None
    late: int = 0
    risky: int = 0


class BoardShown(Notice):
    """A depot's day: its routes (those in trouble first), and counts over all of them."""

    text = "road.board"
    rings = True

    depot: str
    day: date
    board: tuple[BoardLine, ...]
    active: int
    count: int
    served: int
    stops: int
    late: int
    risky: int
    waiting: int
    open_cases: int
    page: int
    pages: int


class DriverSeen(Notice):
    """Where a driver is: seen there at ``seen_at``, ``age`` seconds ago, driving a route or none, with the stops that come ``next_stops``."""

    text = "road.driver"

    driver_name: str
    phone: str | None
    reachable: bool
    on_shift_since: datetime | None
    break_since: datetime | None
    works: tuple[datetime, datetime] | None
    route: int | None
    status: str | None
    served: int = 0
    count: int = 0
    seen_at: datetime | None = None
    age: int | None = None
    where: str | None = None
    late: int = 0
    next_stops: tuple[StopLine, ...] = ()


class DriverMessaged(Notice):
    """Something was said to a driver."""

    text = "road.messaged"

    driver_name: str


class DriverAssigned(Notice):
    """A route has another driver."""

    text = "road.assigned"

    route: int
    driver_name: str
    day: date


class DelayAnnounced(Notice):
    """A route comes later, and so many customers were told another window."""

    text = "road.delayed"

    route: int
    minutes: int
    told: int
    reason: str | None = None


class DayClosed(Notice):
    """A depot is ``closed`` on a day, or open again; ``count`` orders are promised for it, some of which are told."""

    text = "schedule.day_closed"

    depot: str
    day: date
    closed: bool
    already: bool
    count: int
    standing: Facts = {}
    plans: int = 0
