"""Returns from outside: what a shop's own pages ask for."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StrictBool, StringConstraints

from domain.commands.base import Command, Given, OrderNumber
from domain.commands.deliveries import FileId, KeptAt
from domain.returns import Resolution, ReturnReason, Way
from domain.values import Window

ExternalId = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]


class PiecesBack(Given):
    """Pieces of one product that come back. What the policy needs to know and is not said is refused by its name.

    ``order`` or ``order_external_id`` where they are of another order than the return names; ``photos`` are ids of
    uploaded ones.
    """

    sku: Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]
    quantity: Annotated[int, Field(gt=0, le=10_000)] = 1
    reason: ReturnReason
    opened: Annotated[StrictBool | None, Field(description="Whether it was opened, where the customer was asked")] = (
        None
    )
    words: Annotated[str, Field(description="What the customer says"), StringConstraints(max_length=2_000)] = ""
    photos: Annotated[tuple[FileId, ...], Field(max_length=10)] = ()
    exchange_sku: Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)] | None = None
    order: OrderNumber | None = None
    order_external_id: ExternalId | None = None


class CreateReturn(Command):
    """Ask for a return and have it decided. The same ``external_id`` with the same content is the same return, with other
    content refused. The order is named by our number or by the shop's own."""

    external_id: ExternalId
    order: OrderNumber | None = None
    order_external_id: ExternalId | None = None
    lines: Annotated[tuple[PiecesBack, ...], Field(min_length=1, max_length=200)]
    resolution: Annotated[Resolution | None, Field(description="What the customer gets, if it is approved")] = None
    way: Annotated[Way | None, Field(description="How it comes back, if it is approved")] = None
    pickup_day: Annotated[date | None, Field(description="With the way pickup: on which day")] = None
    pickup_window: Annotated[Window | None, Field(description="With the way pickup: in which window of that day")] = (
        None
    )
    gift: Annotated[StrictBool, Field(description="Whoever received it returns it, not who paid")] = False
    words: Annotated[str, StringConstraints(max_length=2_000)] = ""


class KeepReturnPhoto(Command):
    """A photo of what comes back of an order is on the disk; it gets the id ``file``, and goes again unless a return takes it."""

    file: FileId
    order: OrderNumber
    path: KeptAt
    thumbnail: KeptAt | None = None
    mime: str
    size: Annotated[int, Field(ge=0)]
