"""API keys, stored hashed, and counters."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlmodel import Field, Session, SQLModel

from domain.columns import UtcDateTime


class ApiKey(SQLModel, table=True):
    """A key of the REST API. Only its SHA-256 is kept: the key is 256 random bits, so no salt is needed."""

    __tablename__ = "api_key"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    hash: str = Field(unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Counter(SQLModel, table=True):
    """A number that only goes up."""

    name: str = Field(primary_key=True)
    value: int


def hashed(key: str) -> str:
    """What is stored of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def find_key(session: Session, key: str) -> ApiKey | None:
    """The key's row, unless it is unknown or revoked."""
    row = session.scalars(select(ApiKey).where(ApiKey.__table__.c.hash == hashed(key))).first()  # type: ignore[attr-defined]
    return row if row is not None and row.revoked_at is None else None


def next_number(session: Session, name: str, first: int, count: int = 1) -> int:
    """The first of ``count`` numbers nobody else gets."""
    counter = Counter.__table__  # type: ignore[attr-defined]
    raised = update(counter).where(counter.c.name == name).values(value=counter.c.value + count)
    value = session.execute(raised.returning(counter.c.value)).scalar()
    if value is None:
        session.execute(insert(counter), {"name": name, "value": first + count - 1})
        return first
    return int(value) - count + 1
