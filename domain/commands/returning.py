"""Sending something back: what, why and in what condition, what is wanted for it, and whether a person shall look again."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from domain.commands.base import Command, Given, OrderNumber, ReturnNumber, Sku, Slot
from domain.commands.customers import Photos
from domain.problems import MOST_PHOTOS
from domain.returns import Resolution, ReturnReason

#: Of so many products pieces are sent back at once at most.
MOST_LINES = 50
Pieces = Annotated[int, Field(gt=0, le=10_000)]


class ReturnedPieces(Given):
    """Pieces of one product that shall go back; None is what is not known yet."""

    sku: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    quantity: Pieces | None = None
    reason: ReturnReason | None = None
    opened: bool | None = None
    photos: Annotated[tuple[str, ...], Field(max_length=MOST_PHOTOS)] | None = None


class StartReturn(Command):
    """Send something back, or exchange it.

    ``product`` names what, in words, ``everything`` all that can be sent back; both become ``lines``, to which
    ``quantity`` (``counts`` by words), ``reason`` (``told_apart`` by the words that are about one of them), ``opened`` and ``photos`` are given as they are said. ``resolution`` is
    what is wanted for it, ``instead`` the words for what it shall be exchanged for; ``gift`` says that it was given to
    whoever sends it back. With ``add_to`` it goes with a return that is there already, while nothing of that is under way.
    """

    order: OrderNumber
    lines: Annotated[tuple[ReturnedPieces, ...], Field(max_length=MOST_LINES)] = ()
    product: Annotated[
        tuple[Annotated[str, StringConstraints(max_length=200)], ...],
        Slot("product", answer="returned_products", many=True),
        Field(max_length=MOST_LINES),
    ] = ()
    everything: Annotated[bool, Slot(reader="everything")] = False
    quantity: Annotated[Pieces, Slot("quantity", answer="returned_quantity")] | None = None
    counts: Annotated[dict[str, Pieces], Slot(reader="counted")] = Field(default_factory=dict)
    told_apart: Annotated[dict[str, dict[str, Any]], Slot(reader="told_apart")] = Field(default_factory=dict)
    reason: Annotated[ReturnReason, Slot(reader="return_reason", answer="return_reason_said")] | None = None
    opened: Annotated[bool, Slot(reader="opened", answer="opened_said")] | None = None
    photos: Photos | None = None
    resolution: Annotated[Resolution, Slot(reader="resolution")] | None = None
    instead: Annotated[str, Slot(reader="exchanged_for"), StringConstraints(max_length=200)] = ""
    gift: Annotated[bool, Slot(reader="was_gift")] = False
    words: Annotated[
        str,
        Slot(whole_text=True, reader="story", beside=("product", "quantity", "reason", "opened", "photos")),
        StringConstraints(max_length=4_000),
    ] = ""
    add_to: ReturnNumber | None = None


class ChooseResolution(Command):
    """What the customer gets for what they send back; also instead of what was chosen before. ``product`` is what it is
    exchanged for; of several products ``instead`` says by SKU what each is, as far as ``named`` in words.
    """

    return_number: ReturnNumber
    resolution: Annotated[Resolution, Slot(reader="resolution", answer="resolution")]
    product: Sku | None = None
    named: Annotated[
        tuple[Annotated[str, StringConstraints(max_length=200)], ...],
        Slot(answer="returned_products", asked=False),
        Field(max_length=MOST_LINES),
    ] = ()
    instead: Annotated[
        dict[str, Annotated[str, StringConstraints(max_length=64)]], Slot(asked=False), Field(max_length=MOST_LINES)
    ] = Field(default_factory=dict)


class AppealReturn(Command):
    """Have a person look at a return that was not possible by the rules; ``words`` say why it should be."""

    return_number: ReturnNumber
    words: Annotated[str, Slot(answer="words"), StringConstraints(min_length=1, max_length=2_000)]
