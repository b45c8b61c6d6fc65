"""Cases: exceptions that need a person, with an owner and a state."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from domain.columns import Json, UtcDateTime
from domain.events import Event, move
from domain.moment import Moment


class CaseStatus(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    OWNED = "owned"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


CASE_TRANSITIONS = {
    CaseStatus.OPEN: {CaseStatus.OWNED, CaseStatus.SNOOZED, CaseStatus.RESOLVED},
    CaseStatus.OWNED: {CaseStatus.OPEN, CaseStatus.SNOOZED, CaseStatus.RESOLVED},
    CaseStatus.SNOOZED: {CaseStatus.OPEN, CaseStatus.OWNED, CaseStatus.RESOLVED},
}


class Case(SQLModel, table=True):
    """An exception. ``kind`` says what is wrong (``address_not_found``, ``customer_wish`` …), ``detail`` the particulars."""

    __table_args__ = (Index("ix_case_open", "status", "kind"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    status: str = CaseStatus.OPEN
    order_number: str | None = Field(default=None, index=True)
    customer_id: int | None = Field(default=None, foreign_key="customer.id")
    conversation_id: int | None = Field(default=None, index=True)
    owner: str | None = None
    opened_at: datetime = Field(sa_type=UtcDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))

    @property
    def noun(self) -> str:
        return "case"

    @property
    def name(self) -> str:
        """The reference people use, e.g. C-1042."""
        return f"C-{1000 + (self.id or 0)}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to look."""
        return self.status != CaseStatus.RESOLVED

    def own(self, owner: str, at: Moment) -> Event:
        """Somebody looks after it."""
        self.owner = owner
        return move(self, CaseStatus.OWNED, CASE_TRANSITIONS, at)

    def resolve(self, at: Moment) -> Event:
        """Settle it."""
        self.resolved_at = at.now
        return move(self, CaseStatus.RESOLVED, CASE_TRANSITIONS, at)
