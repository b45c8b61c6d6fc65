"""Goods that come back to the dock, what is found, and the money for them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.commands.base import Command, DepotName, Given, OrderNumber, ReturnNumber, Sku, Slot, Words
from domain.commands.deliveries import FileId
from domain.returns import Disposition, Grade, Resolution

Photos = Annotated[tuple[FileId, ...], Slot("photo", many=True, asked=False), Field(max_length=10)]
Token = Annotated[str, Slot(asked=False), StringConstraints(min_length=22, max_length=64)]
Grams = Annotated[int, Field(gt=0, le=2_000_000)]
Serial = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
Bin = Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
Pieces = Annotated[int, Slot("quantity"), Field(ge=0, le=10_000)]
Condition = Literal["expected", "as_new", "opened", "used", "damaged", "defective", "wrong"]
RefundKey = Annotated[str, Slot(asked=False), StringConstraints(min_length=1, max_length=120)]


class ReceiveReturn(Command):
    """A parcel is at the dock: by its number, or the token in its QR code; ``weight`` is that of the whole parcel in grams."""

    return_number: ReturnNumber | None = None
    token: Token | None = None
    weight: Grams | None = None


class ReceiveUnknown(Command):
    """A parcel with no number, or one that was not to come: what is known of it, and a photo."""

    words: Annotated[Words, StringConstraints(min_length=1)]
    order: OrderNumber | None = None
    depot: DepotName | None = None
    photos: Photos = ()


class FoundPieces(Given):
    """Pieces of one product in one condition, as they were found."""

    product: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    order: Annotated[str, StringConstraints(pattern=r"^RM-\d{4,9}$")] | None = None
    pieces: Annotated[int, Field(ge=0, le=10_000)]
    grade: Grade
    serial: Serial | None = None
    note: Annotated[str, StringConstraints(max_length=500)] = ""
    disposition: Disposition | None = None
    bin: Bin | None = None
    photos: Photos = ()


class InspectReturn(Command):
    """What was found in a parcel: all of it in one ``condition`` (``expected``: as the customer said), or one ``product``
    of it, or several of them as ``found``."""

    return_number: ReturnNumber
    condition: Annotated[Condition, Slot(reader="found_condition", answer="found_condition")] | None = None
    product: Sku | None = None
    pieces: Pieces | None = None
    disposition: Annotated[Disposition, Slot(reader="disposition")] | None = None
    bin: Bin | None = None
    serial: Serial | None = None
    note: Annotated[str, StringConstraints(max_length=500)] = ""
    photos: Photos = ()
    found: Annotated[tuple[FoundPieces, ...], Slot(asked=False), Field(max_length=200)] = ()


class DecideInspection(Command):
    """What counts where something else was found than expected: what was ``found``, ``all`` that was expected, so many
    ``pieces``, or ``none``; what does not count is sent back to the customer or kept."""

    return_number: ReturnNumber
    accept: Annotated[Literal["found", "all", "pieces", "none"], Slot()]
    product: Sku | None = None
    pieces: Pieces | None = None
    goods: Literal["send_back", "keep"] = "send_back"
    reason: Annotated[str, Slot("reason", answer="words"), StringConstraints(max_length=500)] | None = None


class FinishRepair(Command):
    """Goods of a return were repaired and are on their way back to the customer."""

    return_number: ReturnNumber


class SettleKept(Command):
    """Give the money back for a return of which nothing comes back."""

    return_number: ReturnNumber


class SettleReturn(Command):
    """Give the customer of a return that was looked into what a person says, where nobody had chosen it. Credit for a gift
    goes to ``customer``: whoever the shop calls that, or the one of an order of that number."""

    return_number: ReturnNumber
    customer: (
        Annotated[
            str,
            Slot(answer="as_it_is", asked=False),
            StringConstraints(min_length=1, max_length=100, strip_whitespace=True),
        ]
        | None
    ) = None
    resolution: Literal[Resolution.REFUND, Resolution.CREDIT, Resolution.REPAIR]


class RecordRefund(Command):
    """What became of a refund: ``issued`` by a gateway or a person, ``pending`` there, to be issued ``by_hand``, ``refused`` by
    the gateway for good, or ``unclear``."""

    key: RefundKey
    outcome: Literal["issued", "pending", "by_hand", "refused", "unclear"] = "issued"
    gateway: Annotated[str, StringConstraints(max_length=40)] = ""
    reference: Annotated[str, StringConstraints(max_length=200)] | None = None
    why: Annotated[str, StringConstraints(max_length=500)] = ""


class IssueRefund(Command):
    """Give money of an order back without a return: an ``amount`` ("12.50", with or without its currency), a ``share`` of what
    was paid in percent, or all that is left; ``return_number`` is what was named instead of an order."""

    order: OrderNumber | None = None
    return_number: Annotated[str, Slot("return_number", asked=False), StringConstraints(max_length=20)] | None = None
    amount: (
        Annotated[
            str,
            Slot("money", answer="amount"),
            StringConstraints(pattern=r"^(all|\d{1,7}([.,]\d{1,3})?( ?[A-Za-z]{3})?)$"),
        ]
        | None
    ) = None
    share: Annotated[float, Slot("percentage", asked=False), Field(gt=0, le=100)] | None = None
    reason: Annotated[
        str, Slot("reason", answer="words"), StringConstraints(min_length=1, max_length=500, strip_whitespace=True)
    ]
