"""The inbox: every message from outside, saved and committed before anything is done about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, bindparam, select, text, update
from sqlmodel import Field, Session, SQLModel

from domain.columns import BigKey, Json, UtcDateTime
from storage.database import insert_if_new


class InboxRow(SQLModel, table=True):
    """One message as it came. ``key`` is unique, so the same message twice is one row."""

    __tablename__ = "inbox"
    __table_args__ = (Index("ix_inbox_waiting", "conversation_id", "handled_at", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True))
    key: str = Field(unique=True)
    conversation_id: int = Field(foreign_key="conversation.id")
    text: str
    raw: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    received_at: datetime = Field(sa_type=UtcDateTime)
    handled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: str | None = None


_inbox = InboxRow.__table__  # type: ignore[attr-defined]
_OLDEST = (
    select(_inbox.c.id)
    .where(_inbox.c.conversation_id == bindparam("conversation_id"), _inbox.c.handled_at.is_(None))
    .order_by(_inbox.c.id)
    .limit(1)
)
#: Held until the commit; nobody else uses this space of numbers.
_IN_LINE = text("SELECT pg_advisory_xact_lock(720032, :conversation_id)")
_HANDLED = update(_inbox).where(_inbox.c.id == bindparam("row_id"))


def save(session: Session, key: str, conversation_id: int, text: str, raw: dict[str, Any], now: datetime) -> int | None:
    """Keep a message; the id of its row, or None when the key was seen before.

    Rows of a conversation are numbered in the order they are committed: PostgreSQL would let a later one be seen first.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_IN_LINE, {"conversation_id": conversation_id})
    row = {"key": key, "conversation_id": conversation_id, "text": text, "raw": raw, "received_at": now}
    added = session.execute(insert_if_new(session, _inbox, _inbox.c.id), row).scalar()
    return int(added) if added is not None else None


def find(session: Session, key: str) -> InboxRow:
    """The message of that key. Raises when there is none."""
    return session.scalars(select(InboxRow).where(_inbox.c.key == key)).one()


def of_id(session: Session, row_id: int) -> InboxRow:
    """The message of that id. Raises when there is none."""
    return session.get_one(InboxRow, row_id)


def oldest_waiting(session: Session, conversation_id: int) -> int | None:
    """The id of the message of a conversation that is next to be handled."""
    return session.execute(_OLDEST, {"conversation_id": conversation_id}).scalar()


def latest_waiting(session: Session, conversation_id: int) -> InboxRow | None:
    """The last message of a conversation that waits for its turn."""
    waiting = select(InboxRow).where(_inbox.c.conversation_id == conversation_id, _inbox.c.handled_at.is_(None))
    return session.scalars(waiting.order_by(_inbox.c.id.desc()).limit(1)).first()


def received_since(session: Session, conversation_id: int, since: datetime, limit: int = 500) -> list[InboxRow]:
    """What was said in a conversation since a moment, in the order it came; at most the last ``limit``."""
    rows = (
        select(InboxRow)
        .where(_inbox.c.conversation_id == conversation_id, _inbox.c.received_at >= since)
        .order_by(_inbox.c.id.desc())
        .limit(limit)
    )
    return list(reversed(session.scalars(rows).all()))


def is_handled(session: Session, row_id: int) -> bool:
    """Whether a message has had its turn."""
    return session.execute(select(_inbox.c.handled_at).where(_inbox.c.id == row_id)).scalar() is not None


def mark_handled(session: Session, row_id: int, now: datetime, outcome: str) -> None:
    """The message has had its turn."""
    session.execute(_HANDLED, {"row_id": row_id, "handled_at": now, "outcome": outcome})


def conversations_waiting(session: Session, before: datetime, limit: int = 200) -> list[int]:
    """Conversations with a message received before ``before`` that nobody has handled."""
    waiting = (
        select(_inbox.c.conversation_id)
        .where(_inbox.c.handled_at.is_(None), _inbox.c.received_at < before)
        .group_by(_inbox.c.conversation_id)
        .limit(limit)
    )
    return list(session.scalars(waiting))
