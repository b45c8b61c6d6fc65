"""Jobs: outside work that was wanted in a turn, done afterwards and recorded by a Command of its own."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import structlog

from actions.perform import perform
from bot import metrics
from bot.clock import moment, now
from bot.geocoding import GeocoderTrouble, locate
from bot.settings import Settings
from domain.commands import RecordLocation
from domain.moment import SYSTEM
from domain.refusals import NotFound
from storage import jobs
from storage.database import Database
from storage.jobs import JobRow
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()
LEASE = timedelta(minutes=2)
#: So many are leased together: a provider that hangs must not outlast the lease (3 tries of 10 seconds each).
AT_ONCE = 3
#: After so many failures an address counts as not found, and a person is asked.
MOST_ATTEMPTS = 6


def run_due_jobs(database: Database, settings: Settings) -> int:
    """Do the work that is due; how many pieces there were."""
    if not _any_due(database):
        return 0
    due = database.retrying(lambda session: jobs.claim(session, now(), LEASE, AT_ONCE))
    for job in due:
        result = _run(database, settings, job)
        metrics.JOBS.labels(job.kind, result).inc()
        log.info("job.run", kind=job.kind, key=job.key, result=result, attempt=job.attempts)
    return len(due)


def _run(database: Database, settings: Settings, job: JobRow) -> str:
    """Do one piece of work; how it went."""
    try:
        _locate(database, settings, job)
    except GeocoderTrouble as trouble:
        _try_again(database, job, str(trouble))
    except Exception as error:  # the other jobs must not wait for this one
        log.exception("job.broken", kind=job.kind, key=job.key)
        _try_again(database, job, type(error).__name__)
    else:
        return "done"
    return "failed"


def _try_again(database: Database, job: JobRow, why: str) -> None:
    """Put a job off, longer each time, ten minutes at most."""
    again = now() + timedelta(seconds=min(600, 5 * 2**job.attempts))
    database.retrying(lambda session: jobs.fail(session, job.id or 0, why, again))


def _any_due(database: Database) -> bool:
    with database.reading() as session:
        return jobs.any_due(session, now())


def _locate(database: Database, settings: Settings, job: JobRow) -> None:
    """Find an order's address on the map and record the place, or that there is none."""
    number = job.payload["order"]
    with database.reading() as session:
        order = UnitOfWork(session, SYSTEM).orders.find(number)
        address = order.address if order else None
        country = order.country if order else None
    try:
        place = locate(f"{address}, {country}", settings) if address else None
    except GeocoderTrouble:
        if job.attempts < MOST_ATTEMPTS:
            raise
        place = None
    at = moment(SYSTEM, job.key, settings.policies)
    with suppress(NotFound):  # an order that is gone needs no place
        perform(database, [RecordLocation(order=number, place=place, address=address)], at)
    database.retrying(lambda session: jobs.finish(session, job.id or 0, now()))
