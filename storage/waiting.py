"""How long a transaction may wait."""

from __future__ import annotations

from sqlalchemy import text
from sqlmodel import Session


def limit(session: Session, seconds: int) -> None:
    """From now on no statement of this transaction waits longer than that for what others have locked.

    SQLite has a limit of its own for all: its busy timeout.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL lock_timeout = '{int(seconds)}s'"))
