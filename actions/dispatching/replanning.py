"""The rest of a day planned anew: a run is asked for, taken up, and what it comes to changes the live routes."""

from __future__ import annotations

from actions.board import Board, board_of
from actions.desk.runs import shown
from actions.dispatching.applying import apply
from actions.dispatching.etas import traffic
from actions.dispatching.telling import all_numbers, stop_effects
from actions.planning import already_planning, check_try, take_up
from domain.commands import AdoptReplan, BeginReplan, ReplanRest
from domain.events import note
from domain.moment import Moment
from domain.notices import Notice, RouteChanged
from domain.planning.inputs import hash_of
from domain.plans import Run, RunStatus
from domain.refusals import NotFound, Refusal
from domain.routing.changes import Change, effects, rearranged
from domain.routing.replanning import chains_of, handed_over, merged
from domain.routing.running import Day, rest_of_day
from domain.routing.solution import Reason
from storage.unit_of_work import UnitOfWork

#: The kind of job that works on such a run.
JOB = "replan"


def replan_rest(command: ReplanRest, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Queue a run for the rest of today. Refuses a second run at a time, and days without live routes."""
    depot = uow.depots.by_code(command.depot)
    if depot is None:
        raise NotFound("no_such_depot", depot=command.depot, field="depot")
    day = at.now.astimezone(depot.tz).date()
    running = uow.routes.running(depot.id or 0, day)
    if running is not None:
        raise already_planning(depot, running)
    if not board_of(depot, uow, at).posts:
        raise Refusal("nothing_to_replan", depot=depot.code)
    run = Run(depot_id=depot.id or 0, day=day, created_at=at.now, **command.model_dump(exclude={"depot"}))
    uow.add(run)
    uow.record(note(run, "status", at, None, RunStatus.QUEUED, depot=depot.code, day=day.isoformat(), rest=True))
    uow.want(f"{JOB}:{run.id}", JOB, {"run": run.id}, at.now)
    return [shown(run, uow)]


def begin_replan(command: BeginReplan, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Take a run up, and keep the routes it uses. Refuses one that is over."""
    run = take_up(command.run, uow, at)
    board = board_of(uow.depots.get(run.depot_id), uow, at)
    run.inputs = {"routes": chains_of(board.routes), "at": at.now.isoformat()}
    run.inputs_hash = hash_of(run.inputs, run.engine, run.seed, run.seconds, run.iterations)
    return []


def adopt_replan(command: AdoptReplan, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Change the live routes to an outcome; customers hear of it where their window is left.

    What was served meanwhile stays served. Refuses a try that another one has overtaken, and an outcome whose routes have
    changed too much since: then it is planned again.
    """
    run = uow.routes.run(command.run, lock=True)
    check_try(run, command.attempt)
    board = board_of(uow.depots.get(run.depot_id), uow, at)
    used = run.inputs["routes"]
    chains = merged(command.chains, used, board.routes)
    if chains is None:
        raise Refusal("routes_changed_meanwhile", run=run.id)
    chains = {key: chain for key, chain in chains.items() if chain or board.posts[key].underway.calls}
    everywhere = [call for chain in chains.values() for call in chain if not _is_home(board, chains, call)]
    day = rest_of_day(board.routes, origin=board.now, traffic=traffic(board), everywhere=everywhere)
    change = rearranged(day, chains, overtime=True)  # what is possible was decided with better known ways
    if isinstance(change, Reason):
        raise Refusal("routes_changed_meanwhile", run=run.id)
    told = _told(board, day, change, chains)
    applied = apply(board, change, uow, at, "replanned")
    _end(run, command, handed_over(used, chains), sum(each.to is not None for each in applied.notices), uow, at)
    return [told, *applied.notices]


def _is_home(board: Board, chains: dict[str, tuple[str, ...]], call: str) -> bool:
    """Whether a call stays on its route."""
    return any(call in chain and call in board.posts[key].calls for key, chain in chains.items())


def _told(board: Board, day: Day, change: Change, chains: dict[str, tuple[str, ...]]) -> RouteChanged:
    moved = [key for key, chain in chains.items() if chain != day.chains[key]]
    posts = [board.posts[key] for key in moved]
    found = [each for each in effects(day, change) if each.route in moved or each.breaks]
    return RouteChanged(
        what="replanned", touched=tuple(post.route.id or 0 for post in posts),
        effects=stop_effects(board, found, all_numbers(list(board.posts.values()))),
    )  # fmt: skip


def _end(run: Run, command: AdoptReplan, moved: int, told: int, uow: UnitOfWork, at: Moment) -> None:
    run.taken, run.travel_source, run.cost = command.taken, command.travel_source, command.cost
    run.baselines = {"before": command.cost_before, "moved": moved, "told": told}
    uow.record(run.move(RunStatus.STOPPED if command.ended_early else RunStatus.DONE, at, moved=moved, told=told))
