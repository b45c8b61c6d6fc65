"""What drivers report and ask about the stops of their route."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from domain.commands.base import Command, OrderNumber, Slot, Words
from domain.handing import Failure

#: Stops as people name them: their numbers on the route.
StopNumbers = Annotated[
    tuple[Annotated[int, Field(gt=0, le=10_000)], ...], Slot("stop", many=True), Field(max_length=20)
]
#: Stops as buttons name them, which stay the same when a route changes.
StopIds = Annotated[tuple[Annotated[int, Field(gt=0, le=2**31 - 1)], ...], Field(max_length=20)]


class AtStops(Command):
    """Something about stops of the driver's own route: by number, by id, or by an order; the one at hand otherwise."""

    stops: StopNumbers = ()
    visits: StopIds = ()
    order: OrderNumber | None = None


class ShowRoute(Command):
    """All my stops."""


class NextStop(Command):
    """Where do I go now?"""


class ShowStop(AtStops):
    """Notes, phone and packages of a stop."""


class Navigate(AtStops):
    """The way to a stop, as a place the phone's navigation opens."""


class Arrive(AtStops):
    """I am there."""


class Deliver(AtStops):
    """Handed over."""


class FailDelivery(AtStops):
    """Nothing could be handed over: why, and in the driver's own words."""

    reason: Annotated[Failure, Slot(reader="failure", answer="failure")]
    words: Words = ""


class SkipStop(AtStops):
    """Not now: do it after the others."""


class Undo(Command):
    """Take my last report back."""
