"""Tidying up: what nobody can need any more goes."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from bot.clock import now
from bot.files import Files
from domain.driving import TRACK_KEPT_FOR
from domain.learning import KEPT_FOR
from storage import files as stored_files
from storage import jobs, learning, planning, tracks, travel, visits, webhooks
from storage.chats import delete_expired, delete_strangers
from storage.database import Database

#: Buttons, links and counts of wrong facts go a day after they expired.
EXPIRED_FOR = timedelta(days=1)
#: Chats of strangers go when nobody has written in them this long, as their pages forget them; done jobs too.
SILENT_FOR = timedelta(days=30)

#: What a plan was made of can be looked up for so long after its day.
PLANNED_FOR = timedelta(days=7)


def tidy(database: Database, files: Files, travel_days: int = 30) -> None:
    """Delete what has expired, rows and files; the file first, so that none is left of which nobody knows.

    Travel times that were asked for are kept ``travel_days``.
    """
    moment = now()
    with database.reading() as session:
        gone = stored_files.that_must_go(session, moment, moment - SILENT_FOR)
    for each in gone:
        files.remove(each)
    files.tidy()

    def work(session: Session) -> None:
        stored_files.delete_rows(session, [each.id for each in gone])
        delete_expired(session, moment - EXPIRED_FOR)
        delete_strangers(session, moment - SILENT_FOR)
        jobs.delete_done(session, moment - SILENT_FOR)
        webhooks.forget(session, moment - SILENT_FOR)
        travel.forget(session, moment - timedelta(days=travel_days))
        visits.forget(session, moment)
        tracks.forget(session, moment - TRACK_KEPT_FOR)
        learning.forget(session, moment - KEPT_FOR)
        planning.forget_inputs(session, moment.date() - PLANNED_FOR)

    database.retrying(work)
