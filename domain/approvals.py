"""Approvals: what somebody of the business wants done that a second person must say yes to."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from domain.columns import Json, UtcDateTime
from domain.events import Event, move, note
from domain.moment import Moment
from domain.refusals import NotAllowed, Refusal
from domain.staff import EVERYWHERE

#: What nobody decided for so long is not done any more.
GOOD_FOR = timedelta(hours=24)


class ApprovalStatus(StrEnum):
    """Where an approval stands."""

    ASKED = "asked"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"


APPROVAL_TRANSITIONS = {
    ApprovalStatus.ASKED: {ApprovalStatus.APPROVED, ApprovalStatus.REJECTED, ApprovalStatus.EXPIRED},
}


class Approval(SQLModel, table=True):
    """A Command as somebody asked for it, with its ``slots``; ``why`` are the values that say what it comes to."""

    id: int | None = Field(default=None, primary_key=True)
    command: str
    slots: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    why: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    desk: str = EVERYWHERE
    status: str = Field(default=ApprovalStatus.ASKED, index=True)
    asked_by: int = Field(foreign_key="staff.id")
    asked_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: int | None = Field(default=None, foreign_key="staff.id")
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def noun(self) -> str:
        return "approval"

    @property
    def name(self) -> str:
        """The reference people use, e.g. A-1042."""
        return f"A-{1000 + (self.id or 0)}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide."""
        return self.status == ApprovalStatus.ASKED

    def check_decidable(self, at: Moment) -> None:
        """Refuses what is decided, or too old, and whoever asked for it."""
        if not self.is_open:
            raise Refusal("approval_decided", approval=self.name, status=self.status)
        if self.expires_at <= at.now:
            raise Refusal("approval_expired", approval=self.name)
        if at.actor.person == self.asked_by:
            raise NotAllowed("approval_of_own", approval=self.name)

    def comes_to_more_or_less(self, why: dict[str, Any]) -> bool:
        """Whether what it comes to by now (``worth``) is not what people read."""
        return bool(why.get("worth") != self.why.get("worth"))

    def read_anew(self, why: dict[str, Any], at: Moment) -> Event:
        """What it comes to has changed; whoever decides must read it again. It grows no younger."""
        self.why = why
        return note(self, "changed", at)

    def decide(self, to: ApprovalStatus, at: Moment) -> Event:
        """Somebody else than who asked says yes or no. Refuses as `check_decidable` does."""
        self.check_decidable(at)
        self.decided_by, self.decided_at = at.actor.person, at.now
        return move(self, to, APPROVAL_TRANSITIONS, at, asked_by=self.asked_by)

    def expire(self, at: Moment) -> Event:
        """Nobody decided in time."""
        return move(self, ApprovalStatus.EXPIRED, APPROVAL_TRANSITIONS, at)
