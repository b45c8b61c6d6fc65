"""Who did what."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from domain.commands.base import CaseReference, Command, OrderNumber, Sku, Slot
from domain.commands.staff import Person

#: What somebody may have done, by the verb it is asked with.
Deed = Literal[
    "cancelled", "held", "rescheduled", "address", "published", "discarded", "assigned", "resolved", "owned", "adjusted",
    "approved", "rejected",
]  # fmt: skip


class TakeBack(Command):
    """What was done last in this chat shall be undone; ``button`` is the one that was offered with it."""

    button: Annotated[str, StringConstraints(max_length=64)]


class WhoDid(Command):
    """Who changed something, when and by which channel: what is named, else what was shown last, else anything.

    ``noun`` and ``subject`` name the thing in its history; ``deed`` what of it is meant, ``person`` by whom.
    """

    order: OrderNumber | None = None
    case: CaseReference | None = None
    route: Annotated[str, Slot("route"), StringConstraints(pattern=r"^R?\d{1,9}$")] | None = None
    plan: Annotated[str, Slot(reader="plan_number"), StringConstraints(pattern=r"^\d{1,9}$")] | None = None
    product: Sku | None = None
    person: Person | None = None
    deed: Annotated[Deed, Slot(reader="deed")] | None = None
    noun: Annotated[str, StringConstraints(max_length=40)] | None = None
    subject: Annotated[str, StringConstraints(max_length=120)] | None = None
