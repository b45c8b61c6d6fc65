"""Staff: the people of the business who command it, and the rooms in which they are told things."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from domain.columns import UtcDateTime
from domain.events import Event, note
from domain.moment import STAFF, Moment, Role

#: The room of the whole business, where a depot has none of its own.
EVERYWHERE = "*"


class Staff(SQLModel, table=True):
    """Somebody who works in the office or the warehouse. ``slack_id`` is their user in the workspace, where they have one.

    Who is no longer ``active`` may do nothing; what they did keeps their name.
    """

    __table_args__ = (
        CheckConstraint("role IN ({})".format(", ".join(f"'{role.value}'" for role in sorted(STAFF))), name="staff_role"),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    name: str
    role: str = Role.VIEWER
    slack_id: str | None = Field(default=None, unique=True)
    active: bool = True
    added_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def noun(self) -> str:
        return "staff"

    def give(self, role: Role, at: Moment) -> Event:
        """They may do from now on what that role may."""
        before, self.role, self.active = self.role if self.active else None, role.value, True
        return note(self, "role", at, before, role.value)

    def leave(self, at: Moment) -> Event:
        """They may do nothing any more."""
        self.active = False
        return note(self, "left", at)
