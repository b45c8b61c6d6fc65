"""What shops' servers are told: written with the change it is about, sent afterwards, in order for each thing.

A row holds no personal data: what is told of the thing is read when it is sent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, delete, func, or_, select, update
from sqlmodel import Field, Session, SQLModel

from domain.columns import BigKey, UtcDateTime
from domain.events import Event
from storage.database import insert_if_new

#: Answers that speak of a server in trouble, not of what it was sent.
IN_TROUBLE = (429, 502, 503, 504)


class WebhookRow(SQLModel, table=True):
    """One event for one receiver. ``queue`` is what must be told in order; ``message`` what the receiver tells repeats by.

    ``kind`` is the event's type; ``name`` the thing it is about, ``status`` what that became. ``answered`` is the HTTP status of the last attempt, None
    where no answer came; it is over at ``ended_at``, in vain where it was ``lost``.
    """

    __tablename__ = "webhook"
    __table_args__ = (Index("ix_webhook_queue", "ended_at", "receiver", "queue", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True))
    key: str = Field(unique=True)
    message: str
    receiver: str
    queue: str
    kind: str
    noun: str
    name: str
    status: str
    at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lost: bool = False
    attempts: int = 0
    answered: int | None = None
    error: str | None = None


_hooks = WebhookRow.__table__  # type: ignore[attr-defined]
_events = Event.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Happened:
    """A change of status on record."""

    id: int
    noun: str
    name: str
    status: str


def happened(session: Session, things: Collection[tuple[str, str]], key: str, at: datetime) -> list[Happened]:
    """The changes of status of things that were written down for one message, in order."""
    found: list[Happened] = []
    for noun in sorted({noun for noun, _ in things}):
        names = [name for kind, name in things if kind == noun]
        query = select(_events.c.id, _events.c.noun, _events.c.subject, _events.c.after).where(
            _events.c.noun == noun, _events.c.subject.in_(names), _events.c.at == at, _events.c.key == key,
            _events.c.change == "status",
        )  # fmt: skip
        found += [Happened(*row) for row in session.execute(query)]
    return sorted(found, key=lambda each: each.id)


def put(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Want events told; the same key twice is the same event."""
    for row in rows:
        session.execute(insert_if_new(session, _hooks), {"attempts": 0, "lost": False, **row})


def claim(session: Session, now: datetime, until: datetime, limit: int) -> list[WebhookRow]:
    """What is due and comes first in its queue, for this sender alone until a moment."""
    earlier = _hooks.alias()
    before = select(earlier.c.id).where(
        earlier.c.receiver == _hooks.c.receiver, earlier.c.queue == _hooks.c.queue, earlier.c.ended_at.is_(None),
        earlier.c.id < _hooks.c.id,
    )  # fmt: skip
    due = select(WebhookRow).where(_hooks.c.ended_at.is_(None), _hooks.c.due_at <= now, ~before.exists())
    rows = list(session.scalars(due.order_by(_hooks.c.id).limit(limit).with_for_update(skip_locked=True)))
    for row in rows:
        row.due_at = until
        row.attempts += 1
    session.flush()
    return rows


def any_due(session: Session, now: datetime) -> bool:
    """Whether anything may be due."""
    due = select(_hooks.c.id).where(_hooks.c.ended_at.is_(None), _hooks.c.due_at <= now)
    return session.execute(due.limit(1)).scalar() is not None


def sent(session: Session, row_id: int, status: int | None, now: datetime) -> None:
    """It was taken."""
    values = {"ended_at": now, "answered": status, "error": None}
    session.execute(update(_hooks).where(_hooks.c.id == row_id).values(values))


def again(session: Session, row_id: int, status: int | None, error: str, due_at: datetime) -> None:
    """It was not taken, and is tried again."""
    values = {"due_at": due_at, "answered": status, "error": error[:200]}
    session.execute(update(_hooks).where(_hooks.c.id == row_id).values(values))


def lose(session: Session, row_id: int, status: int | None, error: str, now: datetime) -> None:
    """It is tried no more."""
    values = {"ended_at": now, "lost": True, "answered": status, "error": error[:200]}
    session.execute(update(_hooks).where(_hooks.c.id == row_id).values(values))


def wake(session: Session, receiver: str, now: datetime) -> None:
    """A receiver that was away answers again: what could not be told meanwhile is due now."""
    away = or_(_hooks.c.answered.is_(None), _hooks.c.answered.in_(IN_TROUBLE))
    waiting = (_hooks.c.receiver == receiver) & _hooks.c.ended_at.is_(None) & (_hooks.c.error.is_not(None)) & away
    session.execute(update(_hooks).where(waiting, _hooks.c.due_at > now).values(due_at=now))


def lost_since(session: Session, receiver: str, since: datetime) -> int:
    """How many events a receiver was not told since a moment."""
    query = select(func.count()).where(_hooks.c.receiver == receiver, _hooks.c.lost, _hooks.c.ended_at >= since)
    return int(session.execute(query).scalar() or 0)


def waiting(session: Session) -> dict[str, tuple[int, datetime]]:
    """By receiver how many events wait to be told, and since when."""
    query = select(_hooks.c.receiver, func.count(), func.min(_hooks.c.at)).where(_hooks.c.ended_at.is_(None))
    return {row[0]: (row[1], row[2]) for row in session.execute(query.group_by(_hooks.c.receiver))}


def forget(session: Session, before: datetime) -> None:
    """Forget what was over before a moment."""
    session.execute(delete(_hooks).where(_hooks.c.ended_at < before))
