"""Exceptions: who sees to them, by when, and what comes of it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domain.commands.base import CaseReference, Command, DepotName, PartOfDay, Postcode, Slot
from domain.commands.desk import Days, Page
from domain.commands.setup import Code
from domain.commands.staff import Person

Which = Literal["mine", "unowned", "overdue", "snoozed"]
#: What cases are about (`domain.cases.GROUPS`).
Group = Literal[
    "chats", "problems", "incidents", "failed", "addresses", "stock", "planning", "schedule", "targets", "returns"
]


class ShowCases(Command):
    """What needs a person, the most pressing first; or the ``orders`` in that trouble, where these are asked for."""

    orders: Annotated[Literal["late", "failed", "unplanned"], Slot(reader="troubled_orders")] | None = None
    days: Days | None = None
    postcode: Postcode | None = None
    which: Annotated[Which, Slot(reader="case_filter")] | None = None
    group: Annotated[Group, Slot(reader="case_group")] | None = None
    depot: DepotName | None = None
    page: Page = 1


class ShowCase(Command):
    """Everything about one exception."""

    case: CaseReference


class OwnCase(Command):
    """Whoever says so sees to an exception."""

    case: CaseReference


class HandCase(Command):
    """Somebody else sees to an exception."""

    case: CaseReference
    person: Person


class SnoozeCase(Command):
    """Put an exception off: for so many seconds (``lasts``), or until a day and time, the morning where none is named."""

    case: CaseReference
    lasts: Annotated[int, Slot("duration"), Field(ge=60, le=30 * 86_400)] | None = None
    day: Annotated[date, Slot("date")] | None = None
    window: PartOfDay | None = None


class EscalateCases(Command):
    """Bring before others what nobody sees to, or is late; what was put off comes back."""

    depot: Code
