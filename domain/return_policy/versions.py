"""Versions of the policy, as they are kept: a draft is tried before it takes effect, one at most is active, old ones stay."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from domain.columns import UtcDateTime
from domain.events import Event, move
from domain.moment import Moment


class PolicyStatus(StrEnum):
    """Whether a version decides."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"
    DISCARDED = "discarded"


#: What may follow what: a text never changes, what is edited becomes a new version, and an old one can come back.
POLICY_TRANSITIONS: dict[str, frozenset[str]] = {
    PolicyStatus.DRAFT: frozenset({PolicyStatus.ACTIVE, PolicyStatus.DISCARDED}),
    PolicyStatus.ACTIVE: frozenset({PolicyStatus.RETIRED}),
    PolicyStatus.RETIRED: frozenset({PolicyStatus.ACTIVE}),
    PolicyStatus.DISCARDED: frozenset(),
}
_ONE = text("status = 'active'")


class ReturnPolicy(SQLModel, table=True):
    """One version: the text of its rules (YAML), who wrote it, and since when it decides."""

    __tablename__ = "return_policy"
    __table_args__ = (Index("one_active_policy", "status", unique=True, sqlite_where=_ONE, postgresql_where=_ONE),)

    id: int | None = Field(default=None, primary_key=True)
    text: str
    note: str = ""
    status: str = Field(default=PolicyStatus.DRAFT, index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: int | None = Field(default=None, foreign_key="staff.id")
    activated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    activated_by: int | None = Field(default=None, foreign_key="staff.id")

    @property
    def noun(self) -> str:
        return "return_policy"

    @property
    def name(self) -> str:
        return str(self.id)

    def move(self, to: PolicyStatus, at: Moment) -> Event:
        """Take the next state. Refuses what POLICY_TRANSITIONS does not allow."""
        return move(self, to.value, POLICY_TRANSITIONS, at)
