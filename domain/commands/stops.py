"""What drivers report and ask about the stops of their route."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from domain.commands.base import Command, OrderNumber, Quantity, Slot, Words
from domain.handing import Condition, Failure
from domain.problems import MOST_PHOTOS

#: Stops as people name them: their numbers on the route.
StopNumbers = Annotated[
    tuple[Annotated[int, Field(gt=0, le=10_000)], ...], Slot("stop", many=True), Field(max_length=20)
]
#: Stops as buttons name them, which stay the same when a route changes.
StopIds = Annotated[tuple[Annotated[int, Field(gt=0, le=2**31 - 1)], ...], Field(max_length=20)]


#: Photos by their ids.
Pictures = Annotated[
    tuple[Annotated[str, StringConstraints(min_length=1, max_length=64)], ...],
    Slot("photo", answer="without_photo"),
    Field(max_length=MOST_PHOTOS),
]


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


class HandOver(AtStops):
    """Something is handed over, with what shows it: who took it (``name``), the PIN (``code``), photos by their ids.

    ``codes`` are PINs by order, ``without`` what could not be had (name, code, photo), ``here`` says that it was handed
    over where the driver is, far from the address.
    """

    name: Annotated[str, Slot(reader="taken_by", answer="taker"), StringConstraints(max_length=100)] = ""
    code: Annotated[str, Slot(reader="pin_said", answer="pin"), StringConstraints(max_length=20)] | None = None
    codes: dict[str, str] = Field(default_factory=dict)
    photos: Pictures = ()
    without: dict[str, bool] = Field(default_factory=dict)
    here: Annotated[bool, Slot(answer="yes_or_no")] | None = None


class Deliver(HandOver):
    """Handed over, all of it.

    ``part`` says that some of it was kept. ``by_photo`` means that nothing was said but a photo sent, ``guessed`` that no
    stop was named, ``further`` that it was another one than the last: the "next" or the "last" of all.
    """

    part: Annotated[bool, Slot(reader="part_only")] | None = None
    by_photo: bool = False
    guessed: bool = False
    further: Annotated[str, Slot(reader="further_stop")] | None = None


class DeliverPart(HandOver):
    """Some of an order was handed over; ``kept`` is what is still aboard, pieces by SKU.

    ``product`` and ``quantity`` are how the driver calls what is kept; ``complete`` says that nothing else is.
    """

    kept: dict[str, Annotated[int, Field(ge=0, le=10_000)]] = Field(default_factory=dict)
    product: Annotated[str, Slot("product", answer="item"), StringConstraints(max_length=200)] | None = None
    quantity: Quantity | None = None
    complete: bool = False


class CollectReturn(AtStops):
    """What is to be collected at a stop was picked up: in which condition, with a photo where one was made.

    ``return_number`` names the stop by what is collected there, as drivers say it. ``missing`` is what was not handed over:
    pieces by line of the return; ``part`` says that something was not, ``count`` how many were, ``complete`` that nothing else
    is missing. ``codes`` are what customers told, by return; ``without`` what could not be had (code, photo).
    """

    return_number: Annotated[str, Slot("return_number"), StringConstraints(max_length=20)] | None = None
    condition: Annotated[Condition, Slot(reader="condition", answer="condition")]
    part: Annotated[bool, Slot(reader="part_only")] | None = None
    count: Annotated[int, Slot("quantity"), Field(ge=0, le=10_000)] | None = None
    missing: dict[str, Annotated[int, Field(ge=0, le=10_000)]] = Field(default_factory=dict)
    complete: bool = False
    code: Annotated[str, Slot(reader="pin_said", answer="pin"), StringConstraints(max_length=20)] | None = None
    codes: dict[str, str] = Field(default_factory=dict)
    photos: Pictures = ()
    without: dict[str, bool] = Field(default_factory=dict)
    words: Words = ""


class FailDelivery(AtStops):
    """Nothing could be handed over: why, and in the driver's own words."""

    reason: Annotated[Failure, Slot(reader="failure", answer="failure")]
    words: Words = ""
    photos: Pictures = ()


class SkipStop(AtStops):
    """Not now: do it after the others."""


class Undo(Command):
    """Take my last report back."""
