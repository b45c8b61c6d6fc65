"""Working on a run for the rest of a day: from where vehicles are through the search to changed routes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from actions.board import board_of
from actions.perform import perform
from bot.clock import moment
from bot.planning import MOST_TRIES, GivenUp, TryAgain, Watch
from bot.settings import Settings
from bot.solving import SolverDied, solve_apart
from bot.travel import travel_times
from domain.commands import AdoptReplan, BeginReplan, FailRun
from domain.moment import SYSTEM, Moment
from domain.planning.snapshot import UNIT
from domain.plans import Run
from domain.refusals import Refusal
from domain.routing.replanning import chosen, problem_of_rest
from domain.routing.running import Underway, places_of, with_ways
from domain.routing.solution import Cost
from domain.travel.learning import Learned
from storage.database import Database
from storage.jobs import JobRow
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()
#: So often it is planned again because too much had changed meanwhile.
_ROUNDS = 3


@dataclass(frozen=True)
class _Begun:
    """A try: the run as it is, and the routes as they are."""

    run: Run
    now: datetime
    zone: ZoneInfo
    routes: list[Underway]
    learned: Learned


def replan(database: Database, settings: Settings, job: JobRow, leaving: Callable[[], bool] = lambda: False) -> None:
    """Work on the run of a job until it is over. Raises TryAgain where it is not."""
    run_id = int(job.payload["run"])
    at = moment(SYSTEM, job.key, settings.policies)
    if job.attempts > MOST_TRIES:
        perform(database, [FailRun(run=run_id, reason="planning.failed.died")], at)
        return
    try:
        for _ in range(_ROUNDS):
            begun = _begin(database, settings, job, run_id)
            if not begun.routes:
                perform(database, [FailRun(run=run_id, reason="planning.failed.all_done")], at)
                return
            outcome = _search(database, settings, begun, Watch(database, settings, job, begun.run, leaving))
            if _adopted(database, settings, job, outcome):
                return
        perform(database, [FailRun(run=run_id, reason="planning.failed.kept_changing")], at)
    except SolverDied as died:
        log.warning("replan.solver_died", run=run_id, attempt=job.attempts, why=str(died))
        raise TryAgain(str(died)) from died
    except GivenUp as given_up:
        if leaving():
            raise TryAgain("the program ends") from given_up
        log.info("replan.given_up", run=run_id)
    except Refusal as refusal:  # it is over, or somebody else's: nothing to do here
        log.info("replan.refused", run=run_id, reason=refusal.text)


def _begin(database: Database, settings: Settings, job: JobRow, run_id: int) -> _Begun:
    at: Moment = moment(SYSTEM, job.key, settings.policies)

    def look(uow: UnitOfWork) -> _Begun:
        run = uow.routes.run(run_id)
        board = board_of(uow.depots.get(run.depot_id), uow, at)
        return _Begun(run, at.now, board.depot.tz, board.routes, board.learned)

    begun: _Begun = perform(database, [BeginReplan(run=run_id)], at, look)[1]
    return begun


def _search(database: Database, settings: Settings, begun: _Begun, watch: Watch) -> AdoptReplan:
    """The outcome of a search, or the routes as they are where nothing is better."""
    watch.stop()
    run, places = begun.run, places_of(begun.routes)
    ends = begun.now + timedelta(seconds=max(3_600, *(route.until for route in begun.routes)))
    travel = travel_times(places, begun.zone, (begun.now, ends), settings, database, begun.learned)
    day = with_ways(begun.routes, origin=begun.now, places=places, matrix=travel.matrix)
    problem = problem_of_rest(day)
    found = solve_apart(
        problem, engine=run.engine, seconds=None if run.iterations else run.seconds, iterations=run.iterations,
        seed=run.seed, progress=watch.progress, stop=watch.stop,
    )  # fmt: skip
    chains, before, after = chosen(problem, found)
    return AdoptReplan(
        run=run.id or 0, attempt=run.tries, chains=chains, ended_early=watch.stopped, taken=round(watch.seconds, 2),
        travel_source=travel.source, cost=_cents(after), cost_before=_cents(before),
    )  # fmt: skip


def _adopted(database: Database, settings: Settings, job: JobRow, outcome: AdoptReplan) -> bool:
    """Change the routes; False where they have changed too much themselves."""
    try:
        perform(database, [outcome], moment(SYSTEM, job.key, settings.policies))
    except Refusal as refusal:
        if refusal.text != "refused.routes_changed_meanwhile":
            raise
        log.info("replan.outdated", run=outcome.run)
        return False
    return True


def _cents(cost: Cost) -> dict[str, int]:
    return {part: round(each / UNIT) for part, each in asdict(cost).items()}
