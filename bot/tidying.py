"""Tidying up: what nobody can need any more goes."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from bot.clock import now
from storage import jobs
from storage.database import Database
from storage.nouns import delete_expired, delete_strangers

#: Buttons, links and counts of wrong facts go a day after they expired.
EXPIRED_FOR = timedelta(days=1)
#: Chats of strangers go when nobody has written in them this long, as their pages forget them; done jobs too.
SILENT_FOR = timedelta(days=30)


def tidy(database: Database) -> None:
    """Delete what has expired."""

    def work(session: Session) -> None:
        moment = now()
        delete_expired(session, moment - EXPIRED_FOR)
        delete_strangers(session, moment - SILENT_FOR)
        jobs.delete_done(session, moment - SILENT_FOR)

    database.retrying(work)
