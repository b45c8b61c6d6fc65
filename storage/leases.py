"""Leases: of what may be done by one process only, who does it, until when. Machine time, not business time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel

from domain.columns import UtcDateTime
from storage.database import upsert


class Lease(SQLModel, table=True):
    """``name`` is held by ``holder`` until then; a holder that lives on takes it again before that."""

    name: str = Field(primary_key=True)
    holder: str
    until: datetime = Field(sa_type=UtcDateTime)


_lease = Lease.__table__  # type: ignore[attr-defined]


def take(session: Session, names: Sequence[str], holder: str, now: datetime, until: datetime) -> set[str]:
    """Those of the names that ``holder`` holds from now on: they were free, expired or held by it already."""
    if not names:
        return set()
    rows = [{"name": name, "holder": holder, "until": until} for name in names]
    insert = upsert(session, _lease)
    taken = insert.values(rows).on_conflict_do_update(
        index_elements=[_lease.c.name],
        set_={"holder": insert.excluded.holder, "until": insert.excluded.until},
        where=(_lease.c.until < now) | (_lease.c.holder == holder),
    )
    return set(session.scalars(taken.returning(_lease.c.name)))


def release(session: Session, names: Sequence[str], holder: str) -> None:
    """Let go of what ``holder`` holds."""
    if names:
        session.execute(delete(_lease).where(_lease.c.name.in_(list(names)), _lease.c.holder == holder))


def release_all(session: Session) -> None:
    """Forget every lease: for a database that only one process uses, when that process starts."""
    session.execute(delete(_lease))
