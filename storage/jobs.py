"""Jobs: long or outside work, written in the transaction that wants it and done afterwards, at least once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Index, delete, select, true, update
from sqlmodel import Field, Session, SQLModel

from domain.columns import BigKey, Json, UtcDateTime
from storage.database import insert_if_new, upsert


class JobRow(SQLModel, table=True):
    """One piece of work; ``key`` is unique and serves as the idempotency key towards providers."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_waiting", "done_at", "run_at"),)

    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True))
    key: str = Field(unique=True)
    kind: str
    payload: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    run_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    error: str | None = None


_job = JobRow.__table__  # type: ignore[attr-defined]


def put(session: Session, key: str, kind: str, payload: dict[str, Any], now: datetime) -> None:
    """Want work done; the same key twice is the same work."""
    session.execute(insert_if_new(session, _job), {"key": key, "kind": kind, "payload": payload, "run_at": now})


def put_again(session: Session, key: str, kind: str, payload: dict[str, Any], now: datetime) -> bool:
    """Want work done again and again under one key; False where it is still being wanted or done from the last time."""
    insert = upsert(session, _job).values(key=key, kind=kind, payload=payload, run_at=now, attempts=0)
    anew = {"payload": insert.excluded.payload, "run_at": now, "done_at": None, "attempts": 0, "error": None}
    write = insert.on_conflict_do_update(index_elements=[_job.c.key], set_=anew, where=_job.c.done_at.is_not(None))
    return session.execute(write.returning(_job.c.id)).scalar() is not None


def claim(
    session: Session, now: datetime, lease: timedelta, limit: int = 10, kinds: Sequence[str] | None = None
) -> list[JobRow]:
    """Due work (of some kinds) for this worker alone for the time of ``lease``; if it is not done by then, another
    may take it."""
    due = (
        select(JobRow)
        .where(_job.c.done_at.is_(None), _job.c.run_at <= now, _of(kinds))
        .order_by(_job.c.run_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    jobs = list(session.scalars(due))
    for job in jobs:
        job.run_at = now + lease
        job.attempts += 1
    session.flush()
    return jobs


def finish(session: Session, job_id: int, now: datetime) -> None:
    """The work is done."""
    session.execute(update(_job).where(_job.c.id == job_id).values(done_at=now, error=None))


def delete_done(session: Session, before: datetime) -> None:
    """Delete work that was done before a moment."""
    session.execute(delete(_job).where(_job.c.done_at < before))


def fail(session: Session, job_id: int, error: str, again_at: datetime) -> None:
    """The work failed and is tried again at ``again_at``."""
    session.execute(update(_job).where(_job.c.id == job_id).values(error=error[:500], run_at=again_at))


def put_off(session: Session, job_id: int, until: datetime) -> None:
    """It is not time for the work yet; looking at it was no attempt."""
    values = {"run_at": until, "attempts": _job.c.attempts - 1}
    session.execute(update(_job).where(_job.c.id == job_id).values(values))


def extend(session: Session, job_id: int, until: datetime) -> None:
    """Whoever works on it is alive and keeps it until a moment."""
    session.execute(update(_job).where(_job.c.id == job_id, _job.c.done_at.is_(None)).values(run_at=until))


def any_due(session: Session, now: datetime, kinds: Sequence[str] | None = None) -> bool:
    """Whether any work (of some kinds) is due."""
    due = select(_job.c.id).where(_job.c.done_at.is_(None), _job.c.run_at <= now, _of(kinds))
    return session.execute(due.limit(1)).scalar() is not None


def _of(kinds: Sequence[str] | None) -> ColumnElement[bool]:
    return true() if kinds is None else _job.c.kind.in_(kinds)
