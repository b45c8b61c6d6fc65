"""What drivers say of their shift: joining, beginning, loading, breaks, trouble, and the end of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from domain.commands.base import Command, OrderNumber, Slot, Words
from domain.commands.customers import Photos
from domain.handing import Incident

Plate = Annotated[str, Slot(answer="as_it_is"), StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
Odometer = Annotated[int, Slot(reader="odometer", whole_text=True, answer="counter"), Field(ge=0, le=9_999_999)]
#: Seconds that something takes longer.
Lasting = Annotated[int, Slot("duration", answer="lateness"), Field(gt=0, le=12 * 3600)]


class CreateDriverCode(Command):
    """A code by which a driver's phone joins, once; ``driver`` is their code or their name."""

    driver: Annotated[str, Slot("driver"), StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]


class StartShift(Command):
    """Begin to work: in which vehicle (by plate), and how it is.

    ``unread`` says that nobody looks at the odometer; ``drivable`` whether a damaged vehicle can still be driven.
    """

    vehicle: Plate
    km: Odometer | None = None
    unread: bool = False
    damage: Annotated[bool, Slot(reader="damage", answer="damaged")] = False
    words: Annotated[
        str,
        Slot(reader="damage_words", whole_text=True, beside=("damage", "photos")),
        StringConstraints(max_length=2_000),
    ] = ""
    photos: Photos = ()
    drivable: Annotated[bool, Slot(answer="yes_or_no")] | None = None


class ConfirmLoad(Command):
    """What is on the vehicle: ``all_there``, or all but the ``missing`` orders, which are taken off the route.

    ``stop`` is the number of the stop whose packages are missing.
    """

    all_there: Annotated[bool, Slot(reader="all_there")] | None = None
    missing: Annotated[tuple[OrderNumber, ...], Slot("order_number", many=True), Field(max_length=100)] = ()
    stop: Annotated[int, Slot("stop", answer="stop_number"), Field(gt=0, le=10_000)] | None = None


class Depart(Command):
    """Off the yard."""


class EndShift(Command):
    """Done for today. ``unread`` as in `StartShift`."""

    km: Odometer | None = None
    unread: bool = False


class StartBreak(Command):
    """A break begins."""


class EndBreak(Command):
    """A break is over."""


class ReportDelay(Command):
    """Everything comes later by so many seconds."""

    lasts: Lasting
    words: Words = ""


class ReportIncident(Command):
    """Something happened on the road that a person must know of."""

    kind: Annotated[Incident, Slot(reader="incident", answer="incident")]
    words: Annotated[str, Slot(whole_text=True, beside=("kind", "photos")), StringConstraints(max_length=4_000)] = ""
    photos: Photos = ()


class TellDispatcher(Command):
    """Something for the dispatcher, who answers in the driver's chat."""

    words: Annotated[
        str, Slot(reader="message", whole_text=True, answer="words"), StringConstraints(min_length=1, max_length=2_000)
    ]
