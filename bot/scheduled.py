"""Doing what was due: each piece in a thread of its own, none longer than its limit, so that none holds up the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from actions.perform import perform
from actions.scheduled_jobs import Wish
from actions.scheduling import JOB, wish
from bot import metrics
from bot.clock import moment, now
from bot.jobs import Means
from bot.logs import what_broke
from domain.commands import EndScheduled
from domain.commands.schedule import State
from domain.moment import SYSTEM, Moment
from domain.refusals import Refusal
from domain.scheduling import Job
from storage import jobs
from storage.jobs import JobRow
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()
#: So many seconds a job may take; what takes longer hangs, and is given up.
LIMITS: Mapping[str, float] = {
    Job.REFRESH_ETAS: 60,
    Job.MORNING_DIGEST: 300,
    Job.DAILY_DIGEST: 300,
    Job.WEEKLY_REPORT: 300,
    Job.RETURN_NOTE: 300,
    Job.CLEAN_UP: 300,
}
USUAL_LIMIT = 120.0
#: A process that died loses its work to others so long after the limit.
SPARE = timedelta(seconds=60)
#: So many are done side by side, and so often one is tried that breaks.
AT_ONCE, MOST_TRIES = 4, 3
#: Seconds until something is looked at again that must wait for something else.
_LATER = 20
#: Whoever took too long hears that it is over.
OVER = "refused.scheduled_over"
#: Nothing came of these wishes because there was nothing to do.
_HARMLESS = frozenset({"refused.nothing_to_plan", "refused.already_planning"})
#: The draft was replaced just now: the new one is looked at.
_AGAIN = frozenset({"refused.plan_discarded"})


@dataclass
class _Piece:
    """A piece of work under way; nobody waits for one that was ``given_up``."""

    job: JobRow
    ends: float
    thread: threading.Thread | None = None
    given_up: bool = False
    done: threading.Event = field(default_factory=threading.Event)


class Scheduled:
    """Does what was due, as it comes."""

    def __init__(self, means: Means, limits: Mapping[str, float] = LIMITS, usual: float = USUAL_LIMIT) -> None:
        """``limits`` are seconds by job, ``usual`` those of all others."""
        self._means = means
        self._limits, self._usual = limits, usual
        self._pieces: list[_Piece] = []
        self._lock = threading.Lock()

    def turn(self) -> int:
        """Give up what hangs, begin what is due; how many pieces are under way."""
        with self._lock:
            self._pieces = [each for each in self._pieces if not each.done.is_set()]
            for each in self._pieces:
                if not each.given_up and time.monotonic() > each.ends:
                    each.given_up = True
                    self._give_up(each.job)
            active = sum(not each.given_up for each in self._pieces)
            hanging = {each.job.payload["run"] for each in self._pieces if each.given_up}
            begun = [self._begin(job) for job in self._claim(AT_ONCE - active) if not self._is_hopeless(job, hanging)]
            self._pieces += begun
            return active + len(begun)

    def settle(self, seconds: float = 60.0) -> bool:
        """Do all that is due, and wait until it is done or given up; whether nothing is left."""
        deadline = time.monotonic() + seconds
        while self.turn():
            with self._lock:
                pieces = [each for each in self._pieces if not each.given_up]
            first = min(pieces, key=lambda each: each.ends, default=None)
            if first is not None:
                first.done.wait(max(0.0, min(deadline, first.ends + 0.01) - time.monotonic()))
            if time.monotonic() >= deadline:
                return False
        return True

    def join(self, seconds: float = 60.0) -> bool:
        """Wait for all threads, those of what was given up too; whether they are done."""
        deadline = time.monotonic() + seconds
        with self._lock:
            pieces = list(self._pieces)
        return all(each.done.wait(max(0.0, deadline - time.monotonic())) for each in pieces)

    def limit(self, job: str) -> float:
        """Seconds a job may take."""
        return self._limits.get(job, self._usual)

    def _claim(self, free: int) -> list[JobRow]:
        database = self._means.database
        if free <= 0:
            return []
        with database.reading() as session:
            if not jobs.any_due(session, now(), [JOB]):
                return []
        lease = timedelta(seconds=max([self._usual, *self._limits.values()])) + SPARE
        return database.retrying(lambda session: jobs.claim(session, now(), lease, free, [JOB]))

    def _begin(self, job: JobRow) -> _Piece:
        piece = _Piece(job, time.monotonic() + self.limit(job.payload["job"]))
        name = f"scheduled-{job.payload['job']}"
        piece.thread = threading.Thread(target=self._run, args=(piece,), name=name, daemon=True)
        piece.thread.start()
        return piece

    def _is_hopeless(self, job: JobRow, hanging: set[str]) -> bool:
        """Whether it is not begun again: the last time of it still hangs, or its process died of it again and again."""
        if job.payload["run"] in hanging:
            self._give_up(job)
        elif job.attempts > MOST_TRIES:
            self._fail(job, "died")
        else:
            return False
        return True

    def _run(self, piece: _Piece) -> None:
        job = piece.job
        try:
            result = self._do(job)
            result = "given_up" if piece.given_up else result
        except Exception as error:  # the others go on
            log.error("scheduled.broken", key=job.payload["key"], **what_broke(error))
            result = "failed"
            self._try_again_or_fail(job, type(error).__name__, given_up=piece.given_up)
        finally:
            piece.done.set()
        metrics.JOBS.labels(JOB, result).inc()
        log.info("scheduled.run", job=job.payload["job"], key=job.payload["key"], result=result, attempt=job.attempts)

    def _do(self, job: JobRow) -> str:
        """Do one piece; how it went."""
        at = self._moment(job)
        with self._means.database.reading() as session:
            meant = wish(job.payload["run"], UnitOfWork(session, SYSTEM), at)
        if meant is not None and (meant.later or not self._perform(job, meant, at)):
            again = now() + timedelta(seconds=_LATER)
            self._means.database.retrying(lambda session: jobs.put_off(session, job.id or 0, again))
            return "later"
        self._means.database.retrying(lambda session: jobs.finish(session, job.id or 0, now()))
        return "done" if meant is not None else "over"

    def _perform(self, job: JobRow, meant: Wish, at: Moment) -> bool:
        """Do what is meant, and that it is over, in one transaction; False where it is to be looked at again."""
        try:
            perform(self._means.database, [*meant.commands, _over(job, meant.state, meant.detail)], at)
        except Refusal as refusal:
            if refusal.text in _AGAIN:
                return False
            if refusal.text != OVER:
                why, harmless = refusal.text.removeprefix("refused."), refusal.text in _HARMLESS
                self._end(job, "done" if harmless else "failed", {"nothing" if harmless else "why": why})
        return True

    def _end(self, job: JobRow, state: State, detail: dict[str, Any]) -> None:
        with suppress(Refusal):  # it is over
            perform(self._means.database, [_over(job, state, detail)], self._moment(job))

    def _moment(self, job: JobRow) -> Moment:
        return moment(SYSTEM, job.payload["key"], self._means.settings.policies)

    def _try_again_or_fail(self, job: JobRow, why: str, *, given_up: bool) -> None:
        if given_up:
            return
        database = self._means.database
        try:
            if job.attempts < MOST_TRIES:
                again = now() + timedelta(seconds=10 * 3**job.attempts)
                database.retrying(lambda session: jobs.fail(session, job.id or 0, why, again))
            else:
                self._fail(job, why)
        except Exception as error:  # its lease ends, and somebody takes it up again
            log.error("scheduled.broken_twice", key=job.payload["key"], **what_broke(error))

    def _give_up(self, job: JobRow) -> None:
        """It takes longer than its limit: it failed, and whatever it still comes to does not count."""
        log.error("scheduled.hangs", key=job.payload["key"], seconds=self.limit(job.payload["job"]))
        try:
            self._fail(job, "took_too_long")
        except Exception as error:
            log.error("scheduled.broken", key=job.payload["key"], **what_broke(error))

    def _fail(self, job: JobRow, why: str) -> None:
        self._end(job, "failed", {"why": why})
        self._means.database.retrying(lambda session: jobs.finish(session, job.id or 0, now()))


def _over(job: JobRow, state: State, detail: dict[str, Any]) -> EndScheduled:
    due_at = datetime.fromisoformat(job.payload["due_at"])
    return EndScheduled(run=job.payload["run"], due_at=due_at, state=state, detail=detail)
