"""The clockwork: once a minute what has become due is written down, by one process of however many there are."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.job import Job as APJob
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from actions.perform import perform_in
from bot import metrics
from bot.clock import machine_now, new_id, now
from bot.compose import Program
from bot.logs import what_broke
from domain.commands import TakeUpDue
from domain.moment import SYSTEM, Moment
from storage import leases, waiting
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()
#: Who ticks holds this lease, in machine time; whoever is cut off for so long is followed by another.
LEASE, HELD_FOR = "scheduler", timedelta(seconds=150)
#: A tick that comes later than this is left out: the next one, a minute away, does its work too.
GRACE = 30
#: At which second of each minute it ticks.
SECOND = "0"
#: So many seconds a tick waits for what others have locked.
PATIENCE = 5
_HAPPENED = {EVENT_JOB_MISSED: "missed", EVENT_JOB_MAX_INSTANCES: "still_running", EVENT_JOB_ERROR: "failed"}


class Clockwork:
    """Ticks once a minute of UTC while it runs. What is due is computed from the time alone, so no tick is ever missed for
    good: the next one looks back to the last."""

    def __init__(self, program: Program, holder: str | None = None) -> None:
        self._program = program
        self._holder = holder or new_id()
        self._scheduler: BackgroundScheduler | None = None

    def tick(self, moment: datetime) -> bool:
        """Write down all that is due at ``moment``; False where another process does that."""
        if not self._is_mine():
            return False
        with self._program.database.reading() as session:
            depots = [depot.code for depot in UnitOfWork(session, SYSTEM).depots.all()]
        for depot in depots:
            try:
                self._take_up(depot, moment)
            except Exception as error:  # the next tick looks back this far too, and other depots must not wait
                metrics.TICKS.labels("failed").inc()
                log.error("scheduler.failed", depot=depot, **what_broke(error))
        metrics.TICKS.labels("done").inc()
        self._program.committed()
        return True

    def start(self) -> None:
        """Begin to tick, each minute of the machine's clock."""
        scheduler = BackgroundScheduler(
            timezone=ZoneInfo("UTC"),
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"misfire_grace_time": GRACE, "coalesce": True, "max_instances": 1},
        )
        scheduler.add_listener(_heard, EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES | EVENT_JOB_ERROR)
        scheduler.add_job(lambda: self.tick(now()), CronTrigger(second=SECOND, timezone=ZoneInfo("UTC")), id="tick")
        scheduler.start()
        self._scheduler = scheduler

    def jobs(self) -> list[APJob]:
        """What it is set to do; nothing while it does not run."""
        return list(self._scheduler.get_jobs()) if self._scheduler is not None else []

    def stop(self) -> None:
        """Tick no more, and let another process go on at once."""
        if self._scheduler is not None:
            self._scheduler.shutdown()
            self._scheduler = None
        try:
            self._program.database.retrying(lambda session: leases.release(session, [LEASE], self._holder))
        except Exception as error:  # it ends by itself
            log.warning("scheduler.not_released", **what_broke(error))

    def _is_mine(self) -> bool:
        at = machine_now()
        return bool(
            self._program.database.retrying(
                lambda session: leases.take(session, [LEASE], self._holder, at, at + HELD_FOR)
            )
        )

    def _take_up(self, depot: str, moment: datetime) -> None:
        at = Moment(
            moment, SYSTEM, f"tick:{depot}:{moment:%Y-%m-%dT%H:%MZ}", new_id, policies=self._program.settings.policies
        )

        with self._program.database.writing() as session:  # tried once: the next tick is near
            waiting.limit(session, PATIENCE)
            perform_in(session, [TakeUpDue(depot=depot)], at)


def _heard(event: JobEvent) -> None:
    """A tick did not happen, or broke: the next one does its work too, but whoever runs this should know."""
    what = _HAPPENED.get(event.code, "unknown")
    metrics.TICKS.labels(what).inc()
    broken = getattr(event, "exception", None)
    log.warning(f"scheduler.tick_{what}", **(what_broke(broken) if broken is not None else {}))
