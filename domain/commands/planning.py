"""Planning a depot's day: a run is asked for, worked on, and its outcome becomes a draft that is published or not."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from domain.commands.base import Command, Given, OrderNumber
from domain.commands.setup import Code
from domain.values import Place

Number = Annotated[int, Field(gt=0)]
Seconds = Annotated[int, Field(ge=0)]


class PlanDay(Command):
    """Plan a depot's day: a run is queued, whose outcome becomes a draft.

    ``seconds`` is the time to search, ``iterations`` a limit that does not depend on the machine; ``balance`` shares the
    work out among the drivers, ``publish`` makes the draft the truth at once.
    """

    depot: Code
    day: date
    engine: Literal["hybrid", "ortools", "pyvrp"] = "hybrid"
    seconds: Annotated[int, Field(ge=1, le=3_600)] = 60
    iterations: Annotated[int, Field(ge=1)] | None = None
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    balance: bool = False
    publish: bool = False


class StopRun(Command):
    """End a run before its time: with the best it has found, or (``abort``) with nothing."""

    run: Number
    abort: bool = False


class BeginRun(Command):
    """A run is taken up: by a new try, whatever became of the last one."""

    run: Number


class FailRun(Command):
    """A run came to nothing; ``reason`` names the words that say why, ``values`` fill them."""

    run: Number
    reason: str
    values: dict[str, Any] = Field(default_factory=dict)


class AdoptedTask(Given):
    """An order at a stop, with its share of the stop's seconds."""

    order: OrderNumber
    service: Seconds


class AdoptedStop(Given):
    """A stop of a planned route: when service starts by plan, and when it does 19 times of 20."""

    tasks: Annotated[tuple[AdoptedTask, ...], Field(min_length=1)]
    place: Place
    address: str
    service: Seconds
    start: AwareDatetime
    eta: AwareDatetime
    eta_start: AwareDatetime
    eta_end: AwareDatetime


class AdoptedRoute(Given):
    """A planned route; ``ride`` is the key of driver and vehicle in the run's inputs."""

    ride: str
    driver: Number
    vehicle: Number
    start: AwareDatetime
    end: AwareDatetime
    metres: Seconds
    driving: Seconds
    breaks: tuple[dict[str, Any], ...] = ()
    cost: dict[str, int]
    stops: Annotated[tuple[AdoptedStop, ...], Field(min_length=1)]


class LeftOut(Given):
    """An order that is on no route, and why: the code of its words, their values, and what would change it."""

    order: OrderNumber
    service: Seconds
    reason: dict[str, Any]


class Outcome(Given):
    """What a run came to. ``ended_early`` says that somebody stopped it; ``taken`` is seconds."""

    routes: tuple[AdoptedRoute, ...]
    left_out: tuple[LeftOut, ...] = ()
    ended_early: bool = False
    taken: float = 0.0
    travel_source: str = ""
    cost: dict[str, int] = Field(default_factory=dict)
    figures: dict[str, Any] = Field(default_factory=dict)
    baselines: dict[str, Any] = Field(default_factory=dict)
    taken_out: tuple[dict[str, str], ...] = ()


class AdoptPlan(Command):
    """Make a draft of what the ``attempt``-th try of a run came to. Refused when something it used has changed."""

    run: Number
    attempt: Number
    outcome: Outcome


class PublishPlan(Command):
    """Make a draft the truth: routes are published and customers told when.

    What changed since is refused, or (``leave_out_changed``) left out.
    """

    plan: Number
    leave_out_changed: bool = False


class TellPlanned(Command):
    """Tell the customers of some orders of a published plan when these come, where they do not know it yet."""

    plan: Number
    orders: Annotated[tuple[OrderNumber, ...], Field(min_length=1)]


class DiscardPlan(Command):
    """Throw a draft away."""

    plan: Number
