"""Tidying up: what nobody can need any more goes."""

from __future__ import annotations

from datetime import timedelta

from bot.clock import now
from storage.database import Database
from storage.nouns import delete_expired

KEPT = timedelta(days=1)


def tidy(database: Database) -> None:
    """Delete buttons, links and counts of wrong facts that expired a day ago."""
    database.retrying(lambda session: delete_expired(session, now() - KEPT))
