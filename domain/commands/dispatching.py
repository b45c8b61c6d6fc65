"""What a dispatcher changes about today's routes. Stops are named by their number, on a route by its number."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from domain.commands.base import Command, DepotName, OrderNumber, Reason, ReturnNumber, Slot
from domain.commands.setup import Code
from domain.commands.shifts import Lasting
from domain.values import Place


def _route(value: Any) -> Any:
    """The number of a route that is called by it: "R-7", "R7", "7"."""
    return value.strip().upper().removeprefix("R").removeprefix("-") if isinstance(value, str) else value


RouteId = Annotated[int, BeforeValidator(_route), Field(gt=0, le=2**31 - 1)]
RouteNumber = Annotated[RouteId, Slot("route", answer="route_number")]
#: The first and the second of two routes that one message names.
FromRoute = Annotated[RouteId, Slot(reader="from_route", answer="route_number")]
ToRoute = Annotated[RouteId, Slot(reader="to_route", answer="route_number")]
StopNumber = Annotated[int, Field(gt=0, le=2**31 - 1)]
#: A stop as drivers count them, the first of their route being 1; what it is called from then on is its number.
StopNth = Annotated[int, Slot("stop", reader="named_stop", answer="stop_number"), Field(gt=0, le=10_000)]
#: Somebody who drives, by code, name or number.
DriverName = Annotated[str, Slot("driver"), StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
#: What a route was when it was looked at; a route that changed since is left alone.
Version = Annotated[int, Field(gt=0, le=2_147_483_647)]


class InsertStop(Command):
    """Put an order, or a return to collect, on a route of today, where that costs least and nobody waits longer than they
    were told.

    ``route`` leaves the choice of the place only. With ``preview`` nothing is changed.
    """

    order: OrderNumber | None = None
    return_number: ReturnNumber | None = None
    route: RouteNumber | None = None
    preview: bool = False


class MoveStop(Command):
    """Put a stop on another route of the day, or elsewhere on its own. ``carrying`` is an order of the stop that is meant.

    ``position`` counts the stops still ahead there from 1; without one it goes where it costs least. With ``preview``
    nothing is changed: it says what would be. ``version`` is that of the route the stop is on. In conversation the stop is
    named by ``nth`` instead of its number.
    """

    route: FromRoute
    stop: StopNumber
    nth: StopNth | None = None
    carrying: OrderNumber | None = None
    to_route: ToRoute
    position: Annotated[int, Slot(reader="to_position"), Field(gt=0, le=1_000)] | None = None
    version: Version | None = None
    preview: bool = False


class RemoveStop(Command):
    """Take a stop off its route; its orders wait for a person. ``nth`` as in `MoveStop`. With ``preview`` nothing is changed."""

    route: RouteNumber
    stop: StopNumber
    nth: StopNth | None = None
    reason: Reason
    version: Version | None = None
    preview: bool = False


class LockStop(Command):
    """Keep a stop on its route and at its place there, whatever is planned anew; or, ``locked`` false, no longer.

    ``nth`` as in `MoveStop`.
    """

    route: RouteNumber
    stop: StopNumber
    nth: StopNth | None = None
    locked: bool = True
    version: Version | None = None


class SwapDriver(Command):
    """Give a route another driver (by code), or the drivers of two routes each other's. ``preview`` changes nothing."""

    route: RouteNumber
    driver: Code | None = None
    other: RouteNumber | None = None
    version: Version | None = None
    preview: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> SwapDriver:
        if (self.driver is None) == (self.other is None) or self.other == self.route:
            raise ValueError("name either another driver or another route")
        return self


class AssignDriver(Command):
    """Give a route a driver by name, or the drivers of two routes each other's (``other``); drafts and coming days too."""

    route: RouteNumber
    driver: DriverName | None = None
    other: Annotated[RouteId, Slot(reader="other_route")] | None = None


class ShowRouteCard(Command):
    """A route with its stops, of which ``page`` chooses some."""

    route: RouteNumber
    page: Annotated[int, Field(gt=0, le=1_000)] = 1


class AnnounceDelay(Command):
    """A route comes so many seconds later: customers whose window is left are told. ``driver`` says whose route is meant."""

    route: RouteNumber
    driver: DriverName | None = None
    lasts: Lasting
    reason: Reason | None = None


class ShowBoard(Command):
    """How a depot's day goes: its routes, who is late, what is unplanned. ``page`` chooses some of many routes."""

    depot: DepotName
    page: Annotated[int, Field(gt=0, le=1_000)] = 1


class RefreshBoard(Command):
    """Show the board of a depot's day in its room, and change it there and elsewhere where something is different."""

    depot: Code


class ShowDriver(Command):
    """Where a driver is, what comes next, and how late they are; or (None) everybody. ``route`` says whose driver is meant."""

    driver: DriverName | None = None
    route: RouteNumber | None = None


class MessageDriver(Command):
    """Something is said in a driver's chat; what they answer comes as a wish for the dispatcher."""

    driver: DriverName
    words: Annotated[
        str,
        Slot(reader="told_words", whole_text=True, answer="words"),
        StringConstraints(min_length=1, max_length=2_000),
    ]


class ReplanRest(Command):
    """Plan what is left of today anew, from where vehicles are: a run is queued, whose outcome changes the live routes.

    Fewest changes are preferred, told windows are broken only where that saves much. ``seconds`` and ``iterations`` limit
    the search.
    """

    depot: DepotName
    engine: Literal["hybrid", "ortools", "pyvrp"] = "hybrid"
    seconds: Annotated[int, Field(ge=1, le=600)] = 20
    iterations: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0


class BeginReplan(Command):
    """A run for the rest of a day is taken up: by a new try, whatever became of the last one."""

    run: RouteNumber


class AdoptReplan(Command):
    """Change the live routes to what the ``attempt``-th try of a run came to: stops by route, in order.

    Refused when what it used changed too much. ``cost`` is split by what is spent, in minor units.
    """

    run: RouteNumber
    attempt: Annotated[int, Field(gt=0)]
    chains: dict[str, tuple[str, ...]]
    ended_early: bool = False
    taken: float = 0.0
    travel_source: str = ""
    cost: dict[str, int] = Field(default_factory=dict)
    cost_before: dict[str, int] = Field(default_factory=dict)


class SplitRoute(Command):
    """A vehicle broke down: hand the rest of its route to drivers nearby, who meet it at ``place`` (where it was last
    seen). What fits nowhere waits for a person. With ``preview`` nothing is changed.
    """

    route: RouteNumber
    place: Place | None = None
    reason: Annotated[str, StringConstraints(max_length=200)] = "breakdown"
    preview: bool = False
