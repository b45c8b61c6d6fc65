"""What a dispatcher changes about today's routes. Stops are named by their number, on a route by its number."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from domain.commands.base import Command, OrderNumber, Reason
from domain.commands.setup import Code
from domain.values import Place

RouteNumber = Annotated[int, Field(gt=0, le=2**31 - 1)]
StopNumber = Annotated[int, Field(gt=0, le=2**31 - 1)]
#: What a route was when it was looked at; a route that changed since is left alone.
Version = Annotated[int, Field(gt=0)]


class InsertStop(Command):
    """Put an order on a route of today, where that costs least and nobody waits longer than they were told.

    ``route`` leaves the choice of the place only. With ``preview`` nothing is changed.
    """

    order: OrderNumber
    route: RouteNumber | None = None
    preview: bool = False


class MoveStop(Command):
    """Put a stop on another route of the day, or elsewhere on its own.

    ``position`` counts the stops still ahead there from 1; without one it goes where it costs least. With ``preview``
    nothing is changed: it says what would be. ``version`` is that of the route the stop is on.
    """

    route: RouteNumber
    stop: StopNumber
    to_route: RouteNumber
    position: Annotated[int, Field(gt=0, le=1_000)] | None = None
    version: Version | None = None
    preview: bool = False


class RemoveStop(Command):
    """Take a stop off its route; its orders wait for a person. With ``preview`` nothing is changed."""

    route: RouteNumber
    stop: StopNumber
    reason: Reason
    version: Version | None = None
    preview: bool = False


class LockStop(Command):
    """Keep a stop on its route and at its place there, whatever is planned anew; or, ``locked`` false, no longer."""

    route: RouteNumber
    stop: StopNumber
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


class ReplanRest(Command):
    """Plan what is left of today anew, from where vehicles are: a run is queued, whose outcome changes the live routes.

    Fewest changes are preferred, told windows are broken only where that saves much. ``seconds`` and ``iterations`` limit
    the search.
    """

    depot: Code
    engine: Literal["hybrid", "ortools", "pyvrp"] = "hybrid"
    seconds: Annotated[int, Field(ge=1, le=600)] = 20
    iterations: Annotated[int, Field(ge=1)] | None = None
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
