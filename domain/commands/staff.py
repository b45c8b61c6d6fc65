"""Commands about staff: who they are, what they may do, and what is not there for them yet."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.commands.base import Command, DepotName, Slot

Person = Annotated[
    str,
    StringConstraints(min_length=1, max_length=80, strip_whitespace=True),
    Slot("staff", reader="staff_named", answer="as_it_is"),
]
StaffRole = Literal["viewer", "dispatcher", "warehouse", "buyer", "manager", "admin"]


class ShowStaff(Command):
    """Who works here, with which role."""


class SetRole(Command):
    """Give somebody a role: a name, a number, or a user of the workspace (``<@U…>``).

    ``slack_id`` is the user that a new person has; with ``new`` somebody without one is put on the list.
    """

    person: Person
    role: Annotated[StaffRole, Slot(reader="staff_role", answer="staff_role")]
    slack_id: Annotated[str, StringConstraints(pattern=r"^[UW][A-Z0-9]{2,20}$")] | None = None
    new: bool = False


class RemoveStaff(Command):
    """Somebody works here no more."""

    person: Person


class UseRoom(Command):
    """From now on the staff of a depot are told things in this room, or without a depot those of the whole business.

    ``room`` is its name on the channel, where it is another than the one this is said in.
    """

    depot: DepotName | None = None
    room: Annotated[str, StringConstraints(pattern=r"^[CG][A-Z0-9]{2,20}$")] | None = None


class AskPhrase(Command):
    """A slash command that says nothing known: with phrases that may be meant, or with a ``key`` its Command has not."""

    phrases: tuple[Annotated[str, StringConstraints(max_length=80)], ...] = Field(default=(), max_length=5)
    key: Annotated[str, StringConstraints(max_length=40)] | None = None
    keys: tuple[Annotated[str, StringConstraints(max_length=40)], ...] = Field(default=(), max_length=40)


class AskNotYet(Command):
    """Something staff wish that cannot be done yet."""

    topic: Annotated[str, StringConstraints(max_length=60)]
