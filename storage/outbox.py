"""The outbox: what is to be said to whom, committed together with what it speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, func, insert, select, update
from sqlmodel import Field, Session, SQLModel

from domain.columns import BigKey, Json, UtcDateTime

#: Waiting for the sender; shown; no longer true; given up.
PENDING, SENT, DROPPED, DEAD = "pending", "sent", "dropped", "dead"


class OutboxRow(SQLModel, table=True):
    """One notice to one conversation. ``name`` and ``facts`` become words when it is shown; ``choices`` its buttons."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_conversation", "conversation_id", "id"),
        Index("ix_outbox_waiting", "state", "id"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True))
    conversation_id: int = Field(foreign_key="conversation.id")
    inbox_id: int | None = Field(default=None, index=True)
    kind: str
    name: str
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    choices: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    about: str | None = None
    good_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    state: str = PENDING
    created_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0


_outbox = OutboxRow.__table__  # type: ignore[attr-defined]


def put(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Add notices, in order."""
    if rows:
        session.execute(insert(_outbox), list(rows))


def replies(session: Session, inbox_id: int) -> list[OutboxRow]:
    """What was said in answer to a message, in order."""
    return list(session.scalars(select(OutboxRow).where(_outbox.c.inbox_id == inbox_id).order_by(_outbox.c.id)))


def shown_since(session: Session, conversation_id: int, since: datetime, limit: int = 500) -> list[OutboxRow]:
    """What a conversation was told since a moment, in the order it was told; at most the last ``limit``."""
    rows = (
        select(OutboxRow)
        .where(_outbox.c.conversation_id == conversation_id, _outbox.c.sent_at >= since, _outbox.c.state == SENT)
        .order_by(_outbox.c.sent_at.desc(), _outbox.c.id.desc())
        .limit(limit)
    )
    return list(reversed(session.scalars(rows).all()))


def told_since(session: Session, conversation_ids: Sequence[int], since: datetime) -> list[tuple[int, int]]:
    """Rows shown to any of the conversations since a moment, as (row id, conversation id)."""
    told = select(_outbox.c.id, _outbox.c.conversation_id).where(
        _outbox.c.conversation_id.in_(conversation_ids), _outbox.c.sent_at >= since, _outbox.c.state == SENT
    )
    return [(row_id, conversation_id) for row_id, conversation_id in session.execute(told)]


def claim(session: Session, now: datetime, lease_until: datetime, limit: int = 100) -> list[OutboxRow]:
    """Waiting rows for this sender alone until ``lease_until``, oldest first."""
    free = (
        select(OutboxRow)
        .where(_outbox.c.state == PENDING, (_outbox.c.lease_until.is_(None)) | (_outbox.c.lease_until < now))
        .order_by(_outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = list(session.scalars(free))
    if rows:
        ids = [row.id for row in rows]
        session.execute(update(_outbox).where(_outbox.c.id.in_(ids)).values(lease_until=lease_until))
    return rows


def mark(session: Session, ids: Sequence[int], state: str, now: datetime) -> None:
    """The rows were sent, dropped or given up."""
    if ids:
        session.execute(update(_outbox).where(_outbox.c.id.in_(ids)).values(state=state, sent_at=now, lease_until=None))


def depth(session: Session) -> tuple[int, datetime | None]:
    """How many rows wait, and since when the oldest does."""
    count, oldest = session.execute(
        select(func.count(), func.min(_outbox.c.created_at)).where(_outbox.c.state == PENDING)
    ).one()
    return int(count), oldest
