"""What customers ask and tell beyond where their order is: address, instructions, problems, ratings, messages."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from domain.commands.base import Command, OrderNumber, Pin, Slot
from domain.dialogue import CONFIRM
from domain.problems import MOST_PHOTOS, Problem
from domain.wishes import Wish

Photos = Annotated[
    tuple[Annotated[str, StringConstraints(min_length=1, max_length=64)], ...],
    Slot("photo", answer="no_photo"),
    Field(max_length=MOST_PHOTOS),
]


class ChangeAddress(Command):
    """Deliver to another address, before the order is packed; ``place`` is its pin where one was sent.

    ``house`` is another number in the street that is talked about, and becomes part of ``street``.
    """

    order: OrderNumber
    street: Annotated[
        str,
        Slot("address", reader="address", answer="address_words"),
        StringConstraints(min_length=1, max_length=200, strip_whitespace=True),
    ]
    postcode: Annotated[
        str,
        Slot("postcode", answer="postcode_and_city"),
        StringConstraints(min_length=2, max_length=12, to_upper=True, strip_whitespace=True),
    ]
    city: Annotated[str, Slot(answer="city"), StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
    place: Pin | None = None
    house: Annotated[
        str,
        Slot(reader="house", whole_text=True, beside=("street", "postcode", "city", CONFIRM)),
        StringConstraints(max_length=20),
    ] = ""


class InstructDelivery(Command):
    """What the driver should know, by kind; kinds that are not named stay as they were. ``remove`` takes all back.

    A kind without words asks for them. ``note`` is what fits no kind, ``words`` what was said about a kind asked for.
    """

    order: OrderNumber
    wishes: Annotated[dict[Wish, Annotated[str, StringConstraints(max_length=2_000)]], Slot(reader="wishes")] = Field(
        default_factory=dict
    )
    note: Annotated[str, Slot(reader="note", whole_text=True, answer="note"), StringConstraints(max_length=2_000)] = ""
    words: Annotated[str, Slot(answer="wish_words"), StringConstraints(max_length=2_000)] = ""
    remove: Annotated[bool, Slot(reader="remove_wishes")] = False


class ReportProblem(Command):
    """Something is wrong with a delivery. ``item`` is a product of the order, or "all"; ``photos`` are ids of files.

    ``arrived`` answers whether an order that says it was delivered has turned up meanwhile.
    """

    order: OrderNumber
    kind: Annotated[Problem, Slot(reader="problem")]
    item: Annotated[str, Slot("product", answer="item"), StringConstraints(max_length=200)] | None = None
    words: Annotated[
        str,
        Slot(whole_text=True, reader="story", answer="words", beside=("kind", "item", "photos", "arrived")),
        StringConstraints(max_length=4_000),
    ] = ""
    photos: Photos = ()
    arrived: Annotated[bool, Slot(answer="arrived")] | None = None


class RateDelivery(Command):
    """How a delivery was: 1 (bad) to 5 (good), and words."""

    order: OrderNumber
    score: Annotated[int, Slot("rating", answer="score"), Field(ge=1, le=5)]
    words: Annotated[
        str, Slot(whole_text=True, reader="remark", beside=("score",)), StringConstraints(max_length=4_000)
    ] = ""


class ShowProof(Command):
    """Who took a delivery, when and where; with the photo where there is one."""

    order: OrderNumber


class SetMessages(Command):
    """How somebody hears from us; what is not given stays.

    ``quiet`` is from when until when they want to be left alone, "21:00-09:00", either side open, or "none".
    """

    on: Annotated[bool, Slot(reader="messages_on")] | None = None
    channel: Annotated[str, Slot(reader="channel"), StringConstraints(max_length=20)] | None = None
    quiet: (
        Annotated[
            str, Slot(reader="quiet"), StringConstraints(pattern=r"^(none|(\d\d:\d\d)?-(\d\d:\d\d)?)$", max_length=11)
        ]
        | None
    ) = None
    language: Annotated[str, Slot(reader="language"), StringConstraints(max_length=20)] | None = None
