"""Planning a depot's day: a run is asked for, worked on, and its outcome becomes a draft that is published or not."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, model_validator

from domain.commands.base import Command, Day, DepotName, Given, OrderNumber, ReturnNumber, Slot
from domain.commands.deliveries import FileId
from domain.commands.dispatching import RouteNumber
from domain.values import Place

#: A number that a database counts things with.
Number = Annotated[int, Field(gt=0, le=2_147_483_647)]
Seconds = Annotated[int, Field(ge=0)]


class PlanDay(Command):
    """Plan a depot's day: a run is queued, whose outcome becomes a draft.

    ``seconds`` is the time to search, ``iterations`` a limit that does not depend on the machine; ``balance`` shares the
    work out among the drivers, ``publish`` makes the draft the truth at once.
    """

    depot: DepotName
    day: Day
    engine: Literal["hybrid", "ortools", "pyvrp"] = "hybrid"
    seconds: Annotated[int, Field(ge=1, le=3_600)] = 60
    iterations: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    balance: bool = False
    publish: bool = False


class StopRun(Command):
    """End a run before its time: with the best it has found, or (``abort``) with nothing."""

    run: Number
    abort: bool = False


class KeepProgress(Command):
    """The ``attempt``-th try of a run is still searching: seconds gone, the cost of the best so far (minor units), and
    how many tasks it leaves out."""

    run: Number
    attempt: Number
    seconds: Annotated[float, Field(ge=0)]
    cost: int | None = None
    unplanned: int | None = None


class BeginRun(Command):
    """A run is taken up: by a new try, whatever became of the last one."""

    run: Number


class FailRun(Command):
    """A run came to nothing; ``reason`` names the words that say why, ``values`` fill them."""

    run: Number
    reason: str
    values: dict[str, Any] = Field(default_factory=dict)


class PlannedTask(Given):
    """An order to bring, or a return to collect: one of both."""

    order: OrderNumber | None = None
    return_number: ReturnNumber | None = None

    @model_validator(mode="after")
    def _is_one(self) -> PlannedTask:
        if (self.order is None) == (self.return_number is None):
            raise ValueError("a task is about an order or about a return")
        return self

    @property
    def number(self) -> str:
        """What it is about."""
        return self.order or self.return_number or ""


class AdoptedTask(PlannedTask):
    """An order or a return at a stop, with its share of the stop's seconds."""

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


class LeftOut(PlannedTask):
    """An order or a return that is on no route, and why: the code of its words, their values, and what would change it."""

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


class ShowPlan(Command):
    """The plan of a depot and day, draft or published: one by its number, else the next that is to be driven.

    ``part`` and ``page`` choose what of a long one is listed; ``route`` shows that route instead.
    """

    depot: DepotName | None = None
    day: Day | None = None
    route: RouteNumber | None = None
    plan: Number | None = None
    part: Annotated[Literal["routes", "drops"], Slot(reader="plan_part")] = "routes"
    page: Number = 1


class MendPlan(Command):
    """Let the driver whom an order that a draft left out lacks time of work as much longer, and plan the day anew."""

    plan: Number
    order: OrderNumber


class ComparePlans(Command):
    """What is different in a draft (or a published plan) from the plan made before it for the same day."""

    depot: DepotName | None = None
    day: Day | None = None
    plan: Number | None = None


class KeepPlanPicture(Command):
    """A picture of a plan, as it was when its shape was ``drawn``, is kept as a file."""

    plan: Number
    drawn: str
    file: FileId
    path: str
    size: Seconds


class PublishPlan(Command):
    """Make a draft the truth: routes are published and customers told when.

    What changed since is refused, or (``leave_out_changed``) left out. ``depot`` and ``day`` say which draft is meant.
    """

    plan: Number
    depot: DepotName | None = None
    day: Day | None = None
    leave_out_changed: bool = False


class TellPlanned(Command):
    """Tell the customers of some orders and returns of a published plan when somebody comes, where they do not know it yet."""

    plan: Number
    orders: Annotated[tuple[OrderNumber | ReturnNumber, ...], Field(min_length=1)]


class DiscardPlan(Command):
    """Throw a draft away; ``depot`` and ``day`` say which is meant."""

    plan: Number
    depot: DepotName | None = None
    day: Day | None = None
