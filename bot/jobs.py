"""Jobs: outside work that was wanted in a turn, done afterwards and recorded by a Command of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog

from actions.perform import perform
from actions.plan_pictures import PICTURE
from actions.publishing import TELL
from actions.returns.opening import SETTLE
from actions.returns.wanting import JOB
from bot import fetching, metrics, numbers, plan_pictures, planning, privacy, refunding, replanning, reports
from bot.clock import moment, now
from bot.fetching import Fetcher, FetchTrouble
from bot.geocoding import GeocoderTrouble, locate
from bot.logs import what_broke
from bot.planning import TryAgain
from bot.privacy import StillTalking
from bot.refunding import GatewayTrouble, StillPending
from bot.reports import MailTrouble
from bot.settings import Settings
from domain.commands import RecordLocation, SettleKept, TellPlanned
from domain.moment import SYSTEM
from domain.refusals import NotFound
from storage import jobs
from storage.database import Database
from storage.jobs import JobRow
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()
LEASE = timedelta(minutes=4)
#: So many are leased together: providers that hang must not outlast the lease (a minute each).
AT_ONCE = 3
#: Kinds of work that take minutes: they have loops and leases of their own, so that nothing waits for them.
LONG = frozenset({"plan", "replan"})
#: After so many failures an address counts as not found, and a person is asked.
MOST_ATTEMPTS = 6


@dataclass(frozen=True, slots=True)
class Means:
    """What work is done with; ``fetcher`` where there is one; ``leaving`` says that the program is about to end."""

    database: Database
    settings: Settings
    fetcher: Fetcher | None = None
    leaving: Callable[[], bool] = lambda: False


def run_due_jobs(database: Database, settings: Settings, fetcher: Fetcher | None = None) -> int:
    """Do the work that is due, as far as it can be done here; how many pieces there were."""
    kinds = [kind for kind in WORK if kind not in LONG and (kind != fetching.KIND or fetcher is not None)]
    return _run_due(Means(database, settings, fetcher), kinds, LEASE, AT_ONCE)


def run_due_plans(database: Database, settings: Settings, leaving: Callable[[], bool] = lambda: False) -> int:
    """Work on the run that waits longest, if one is due; 1 where there was one."""
    return _run_due(Means(database, settings, leaving=leaving), sorted(LONG), planning.LEASE, 1)


def _run_due(means: Means, kinds: list[str], lease: timedelta, at_once: int) -> int:
    database = means.database
    if not _any_due(database, kinds):
        return 0
    due = database.retrying(lambda session: jobs.claim(session, now(), lease, at_once, kinds))
    for job in due:
        result = _run(means, job)
        metrics.JOBS.labels(job.kind, result).inc()
        log.info("job.run", kind=job.kind, key=job.key, result=result, attempt=job.attempts)
    return len(due)


def _run(means: Means, job: JobRow) -> str:
    """Do one piece of work; how it went."""
    try:
        WORK[job.kind](means, job)
    except (GeocoderTrouble, FetchTrouble, StillTalking, TryAgain, MailTrouble, GatewayTrouble) as trouble:
        _try_again(means.database, job, str(trouble))
    except StillPending as pending:
        again = pending.again
        means.database.retrying(lambda session: jobs.put_off(session, job.id or 0, again))
        return "waits"
    except Exception as error:  # the other jobs must not wait for this one
        log.error("job.broken", kind=job.kind, key=job.key, **what_broke(error))
        _try_again(means.database, job, type(error).__name__)
    else:
        means.database.retrying(lambda session: jobs.finish(session, job.id or 0, now()))
        return "done"
    return "failed"


def _try_again(database: Database, job: JobRow, why: str) -> None:
    """Put a job off, longer each time, ten minutes at most."""
    again = now() + timedelta(seconds=min(600, 5 * 2**job.attempts))
    database.retrying(lambda session: jobs.fail(session, job.id or 0, why, again))


def _any_due(database: Database, kinds: list[str]) -> bool:
    with database.reading() as session:
        return jobs.any_due(session, now(), kinds)


def _locate(means: Means, job: JobRow) -> None:
    """Find an order's address on the map and record the place, or that there is none."""
    database, settings = means.database, means.settings
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


def _fetch(means: Means, job: JobRow) -> None:
    """Fetch a photo that came in a chat."""
    assert means.fetcher is not None, "nobody takes this work who has no fetcher"
    fetching.fetch_file(means.database, means.settings, means.fetcher, job)


def _tell_planned(means: Means, job: JobRow) -> None:
    """Tell some customers of a plan when their orders come."""
    at = moment(SYSTEM, job.key, means.settings.policies)
    perform(means.database, [TellPlanned.model_validate(job.payload)], at)


def _settle_kept(means: Means, job: JobRow) -> None:
    """Settle a return of which nothing comes back."""
    at = moment(SYSTEM, job.key, means.settings.policies)
    perform(means.database, [SettleKept.model_validate(job.payload)], at)


#: How each kind of job is done; it is finished when that returns, and tried again when it raises.
WORK: dict[str, Callable[[Means, JobRow], None]] = {
    "locate": _locate,
    fetching.KIND: _fetch,
    "plan": lambda means, job: planning.plan(means.database, means.settings, job, means.leaving),
    "replan": lambda means, job: replanning.replan(means.database, means.settings, job, means.leaving),
    TELL: _tell_planned,
    PICTURE: lambda means, job: plan_pictures.draw(means.database, means.settings, job),
    reports.KIND: lambda means, job: reports.send(means.database, means.settings, job),
    numbers.KIND: lambda means, job: numbers.save(means.database, means.settings, job),
    JOB: lambda means, job: refunding.issue(means.database, means.settings, job),
    SETTLE: _settle_kept,
    "export": lambda means, job: privacy.export(means.database, means.settings, job),
    "forget": lambda means, job: privacy.forget(means.database, means.settings, job),
}
