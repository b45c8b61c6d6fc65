"""Working on a run: from a snapshot through the search to a draft, as often as it takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import structlog

from actions.perform import perform
from bot.clock import moment, now
from bot.settings import Settings
from bot.solving import Progress, SolverDied, solve_apart
from bot.travel import travel_times
from domain.commands import AdoptPlan, BeginRun, FailRun, KeepProgress
from domain.commands.planning import Outcome
from domain.moment import SYSTEM
from domain.planning.balance import balanced
from domain.planning.baselines import by_hand, by_pattern, figures
from domain.planning.day import Day
from domain.planning.inputs import Change, Outdated
from domain.planning.merging import is_mergeable, merged
from domain.planning.outcome import nobody, outcome_of
from domain.planning.snapshot import UNIT, Snapshot, take_snapshot
from domain.plans import Run
from domain.refusals import Refusal
from domain.routing.costs import cost_of
from domain.routing.problem import Problem
from domain.routing.solution import Drop, Solution
from domain.travel.times import Travel, scaled
from domain.values import Place
from storage import jobs
from storage.database import Database
from storage.jobs import JobRow
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()
#: A run is somebody's for so long, and longer as long as its search is alive.
LEASE = timedelta(minutes=3)
#: So often the database hears of a run, in seconds.
_HEARD = 3.0
#: So often a run is taken up again after its process died, and planned anew because too much had changed.
MOST_TRIES, _ROUNDS, _MERGES = 4, 3, 5


class TryAgain(Exception):
    """The run did not get to its end here; somebody takes it up again."""


class GivenUp(Exception):
    """Nobody wants the outcome of this try any more."""


@dataclass(frozen=True)
class Planned:
    """What is planned, and with what it was searched for; the route times depend on it."""

    snapshot: Snapshot
    problem: Problem
    solution: Solution
    travel: Travel
    ended_early: bool = False
    taken: float = 0.0


@dataclass(frozen=True)
class _Begun:
    """A try: the run as it is, what is to be planned, and what is known from the days before."""

    run: Run
    snapshot: Snapshot
    learned: Any
    pattern: dict[int, list[Place]]


def plan(database: Database, settings: Settings, job: JobRow, leaving: Callable[[], bool] = lambda: False) -> None:
    """Work on the run of a job until it is over. Raises TryAgain where it is not."""
    run_id = int(job.payload["run"])
    if job.attempts > MOST_TRIES:
        _do(database, settings, job, FailRun(run=run_id, reason="planning.failed.died"))
        return
    try:
        for _ in range(_ROUNDS):
            begun = _begin(database, settings, job, run_id)
            if not begun.snapshot.day.wanted:
                _do(database, settings, job, FailRun(run=run_id, reason="planning.failed.nothing_left"))
                return
            watch = Watch(database, settings, job, begun.run, leaving)
            if _adopt(database, settings, job, begun, _search(database, settings, begun, watch)):
                return
        _do(database, settings, job, FailRun(run=run_id, reason="planning.failed.kept_changing"))
    except SolverDied as died:
        log.warning("plan.solver_died", run=run_id, attempt=job.attempts, why=str(died))
        raise TryAgain(str(died)) from died
    except GivenUp as given_up:
        if leaving() and not _is_over(database, run_id):
            raise TryAgain("the program ends") from given_up
        log.info("plan.given_up", run=run_id)
    except Refusal as refusal:  # it is over, or somebody else's: nothing to do here
        log.info("plan.refused", run=run_id, reason=refusal.text)


def _do(database: Database, settings: Settings, job: JobRow, command: Any, look: Any = None) -> Any:
    return perform(database, [command], moment(SYSTEM, job.key, settings.policies), look)[1]


def _is_over(database: Database, run_id: int) -> bool:
    with database.reading() as session:
        return UnitOfWork(session, SYSTEM).routes.run(run_id).is_over


def _begin(database: Database, settings: Settings, job: JobRow, run_id: int) -> _Begun:
    """Take the run up, and look at what is to be planned in the same moment."""
    at = now()
    with database.reading() as session:  # what takes long to learn is no part of the transaction
        uow = UnitOfWork(session, SYSTEM)
        day = uow.routes.run(run_id).day
        depot = uow.depots.get(uow.routes.run(run_id).depot_id)
        learned, pattern = uow.visits.learned(depot, at), uow.planning.pattern(depot, day)

    def look(uow: UnitOfWork) -> tuple[Run, Day]:
        return uow.routes.run(run_id), uow.planning.day(depot, day, at)

    run, planned = _do(database, settings, job, BeginRun(run=run_id), look)
    snapshot = take_snapshot(planned, at, lambda seconds, place: learned.service(seconds, None, place))
    return _Begun(run, snapshot, learned, pattern)


class Watch:
    """Keeps a run ours while its search is alive, tells how far it is, and hears what is wished."""

    def __init__(
        self, database: Database, settings: Settings, job: JobRow, run: Run, leaving: Callable[[], bool]
    ) -> None:
        self._database, self._settings, self._job, self._run, self._leaving = database, settings, job, run, leaving
        self._begun, self._heard = time.monotonic(), -_HEARD
        self._best: Progress | None = None
        self.stopped = False

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self._begun

    def progress(self, best: Progress) -> None:
        """There is something better."""
        self._best = best

    def stop(self) -> bool:
        """Whether to stop with the best there is; the database hears of the best now and then. Raises GivenUp."""
        if self._leaving():
            raise GivenUp
        if self.seconds - self._heard >= _HEARD:
            self._heard = self.seconds
            self._tell()
        return self.stopped

    def _tell(self) -> None:
        best = self._best
        news = KeepProgress(
            run=self._run.id or 0, attempt=self._run.tries, seconds=round(self.seconds, 1),
            cost=None if best is None else round(best.cost / UNIT), unplanned=None if best is None else best.left_out,
        )  # fmt: skip

        def look(uow: UnitOfWork) -> bool:
            jobs.extend(uow.session, self._job.id or 0, now() + LEASE)
            return uow.routes.run(news.run).stop_wanted

        try:
            self.stopped = bool(_do(self._database, self._settings, self._job, news, look))
        except Refusal as refusal:  # it was given up, or another try has overtaken it
            raise GivenUp from refusal


def _search(database: Database, settings: Settings, begun: _Begun, watch: Watch) -> Planned:
    run, snapshot = begun.run, begun.snapshot
    watch.stop()
    travel = travel_times(snapshot.places, snapshot.day.depot.tz, snapshot.span, settings, database, begun.learned)
    problem = snapshot.problem(lambda speed: scaled(travel.matrix, 1 / speed))
    problem = balanced(problem) if run.balance else problem
    if problem.tasks and problem.vehicles:
        found = solve_apart(
            problem, engine=run.engine, seconds=None if run.iterations else run.seconds, iterations=run.iterations,
            seed=run.seed, progress=watch.progress, stop=watch.stop,
        )  # fmt: skip
    else:
        found = _nothing(snapshot, problem, run)
    return Planned(snapshot, problem, found, travel, watch.stopped, round(watch.seconds, 2))


def _nothing(snapshot: Snapshot, problem: Problem, run: Run) -> Solution:
    """The plan of a day on which nobody drives, or nothing is wanted."""
    keys = [task.key for task in problem.tasks]
    drops = tuple(Drop(key, nobody(snapshot.day)) for key in keys)
    return Solution((), drops, cost_of(problem, (), keys), run.engine, 0.0, run.seed)


def _adopt(database: Database, settings: Settings, job: JobRow, begun: _Begun, planned: Planned) -> bool:
    """Make it a draft, without what changed meanwhile; False where that was too much, so that all is planned again."""
    run_id, taken_out = begun.run.id or 0, list[Change]()
    for _ in range(_MERGES):
        outcome = _outcome(begun, planned, taken_out)
        try:
            _do(database, settings, job, AdoptPlan(run=run_id, attempt=begun.run.tries, outcome=outcome))
        except Outdated as outdated:
            log.info("plan.outdated", run=run_id, changes=len(outdated.changes))
            orders = len(begun.snapshot.day.wanted)
            taken_out += outdated.changes
            if not is_mergeable(taken_out, orders):
                return False
            less = merged(planned.snapshot, planned.problem, planned.solution, {each.name for each in taken_out})
            if less is None:
                return False
            planned = replace(planned, snapshot=less[0], problem=less[1], solution=less[2])
        else:
            return True
    return False


def _outcome(begun: _Begun, planned: Planned, taken_out: list[Change]) -> Outcome:
    problem = planned.problem
    by_last_day = by_pattern(problem, planned.snapshot, begun.pattern)
    baselines = {"by_hand": figures(problem, by_hand(problem))}
    if by_last_day is not None:
        baselines["last_day"] = figures(problem, by_last_day)
    return outcome_of(
        planned.snapshot, problem, planned.solution, planned.travel, seed=begun.run.seed, baselines=baselines,
        taken=planned.taken, ended_early=planned.ended_early, taken_out=taken_out,
        service_spread=begun.learned.service_spread,
    )  # fmt: skip
