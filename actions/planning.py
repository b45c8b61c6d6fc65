"""Planning a day: runs are asked for, taken up and ended; what they come to is adopted as a draft."""

from __future__ import annotations

from typing import Any

from actions import plan_links
from actions.desk.runs import shown
from actions.plan_pictures import want_picture
from actions.publishing import discard, publish
from domain.commands import AdoptPlan, BeginRun, FailRun, KeepProgress, PlanDay, StopRun
from domain.commands.planning import AdoptedRoute, AdoptedStop, AdoptedTask, LeftOut, Outcome
from domain.depots import Depot
from domain.events import note
from domain.moment import Moment
from domain.notices import Choice, Notice, PlanAdopted, PlanningStopped
from domain.planning.inputs import Outdated, changes, hash_of, inputs_of
from domain.plans import Plan, Run, RunStatus
from domain.refusals import NotFound, Refusal
from domain.routes import Route, Stop, Task, TaskKind
from storage.unit_of_work import UnitOfWork

#: The kind of job that works on a run.
JOB = "plan"


def plan_day(command: PlanDay, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Queue a run. Refuses days that are over or have nothing to plan, and a second run of a depot and day at a time."""
    depot = uow.depots.by_code(command.depot)
    if depot is None:
        raise NotFound("no_such_depot", depot=command.depot, field="depot")
    if command.day < at.now.astimezone(depot.tz).date():
        raise Refusal("day_over", day=command.day, field="day")
    running = uow.routes.running(depot.id or 0, command.day)
    if running is not None:
        raise already_planning(depot, running)
    if not uow.planning.is_anything_wanted(depot, command.day):
        raise Refusal("nothing_to_plan", depot=depot.name, day=command.day, field="day")
    run = Run(
        depot_id=depot.id or 0, created_at=at.now, **command.model_dump(exclude={"depot"}),
    )  # fmt: skip
    uow.add(run)
    uow.record(note(run, "status", at, None, RunStatus.QUEUED, depot=depot.code, day=command.day.isoformat()))
    uow.want(f"{JOB}:{run.id}", JOB, {"run": run.id}, at.now)
    return [shown(run, uow)]


def already_planning(depot: Depot, running: Run) -> Refusal:
    """The refusal of a second run of a depot and day at a time."""
    stop = Choice(label="choice.stop_run", command="StopRun", slots={"run": running.id})
    return Refusal(
        "already_planning", depot=depot.code, day=running.day, run=running.id, since=running.created_at, choices=(stop,)
    )


def stop_run(command: StopRun, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """End a run early: whoever works on it sees that and stops. One that is over stays as it is."""
    run = uow.routes.run(command.run, lock=True)
    already = run.is_over
    if not already and command.abort:
        uow.record(run.move(RunStatus.STOPPED, at))
    elif not already and not run.stop_wanted:
        run.stop_wanted = True
        uow.record(note(run, "stop", at))
    return [PlanningStopped(run=run.id or 0, already=already, aborted=command.abort)]


def keep_progress(command: KeepProgress, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Whoever is shown a run sees how far it is. Refuses a try that nobody wants any more."""
    news = command.model_dump(include={"seconds", "cost", "unplanned"})
    if not uow.planning.record_progress(command.run, command.attempt, news):
        raise Refusal("run_over", run=command.run)
    uow.show_anew("run", str(command.run))
    return []


def begin_run(command: BeginRun, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Take a run up, and keep what it uses. Refuses one that is over."""
    run = take_up(command.run, uow, at)
    run.inputs = inputs_of(uow.planning.day(uow.depots.get(run.depot_id), run.day, at.now))
    run.inputs_hash = hash_of(run.inputs, run.engine, run.seed, run.seconds, run.iterations, run.balance)
    return []


def take_up(run_id: int, uow: UnitOfWork, at: Moment) -> Run:
    """The run, locked, which is being solved from now on: a try more. Refuses one that is over."""
    run = uow.routes.run(run_id, lock=True)
    if run.is_over:
        raise Refusal("run_over", run=run.id)
    if run.status == RunStatus.QUEUED:
        uow.record(run.move(RunStatus.SOLVING, at))
    run.tries += 1
    run.progress = {}
    return run


def check_try(run: Run, attempt: int) -> None:
    """Refuses what came of a try when the run is over, or another try has overtaken it."""
    if run.is_over:
        raise Refusal("run_over", run=run.id)
    if attempt != run.tries:
        raise Refusal("run_overtaken", run=run.id)


def fail_run(command: FailRun, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Nothing came of a run, and why. One that is over stays as it is."""
    run = uow.routes.run(command.run, lock=True)
    if not run.is_over:
        run.error = {"reason": command.reason, "values": command.values}
        uow.record(run.move(RunStatus.FAILED, at, reason=command.reason))
    return []


def adopt_plan(command: AdoptPlan, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Make a draft of an outcome, in place of the draft there was; publish it where the run asks for that.

    The same run twice is one draft. Refuses a try that another one has overtaken, and (`Outdated`) an outcome whose
    orders or rides are no longer as it used them. Orders that are new since are in the next plan.
    """
    run = uow.routes.run(command.run, lock=True)
    known = uow.routes.of_run(command.run)
    if known is not None:
        return [_adopted(known, uow.depots.get(known.depot_id), uow, at)]
    check_try(run, command.attempt)
    depot, outcome = uow.depots.get(run.depot_id), command.outcome
    _check_unchanged(run, outcome, depot, uow, at)
    older = uow.routes.draft(run.depot_id, run.day)
    if older is not None:
        discard(older, uow, at)
        uow.flush()
    plan = Plan(depot_id=run.depot_id, day=run.day, run_id=run.id, created_at=at.now, summary=_summary(outcome))
    uow.add(plan)
    uow.record(note(plan, "status", at, None, plan.status, run=run.id))
    _write(plan, outcome, uow)
    _end(run, outcome, uow, at)
    want_picture(plan, uow, at)
    told = publish(plan, depot, uow, at, leave_out_changed=True) if run.publish else []
    return [_adopted(plan, depot, uow, at), *told]


def _check_unchanged(run: Run, outcome: Outcome, depot: Depot, uow: UnitOfWork, at: Moment) -> None:
    day = uow.planning.day(depot, run.day, at.now)
    numbers = [task.number for route in outcome.routes for stop in route.stops for task in stop.tasks]
    numbers += [each.number for each in outcome.left_out]
    found = changes(run.inputs, day, numbers, {route.ride for route in outcome.routes})
    if found:
        raise Outdated("plan_outdated", found)


def _summary(outcome: Outcome) -> dict[str, object]:
    return {**outcome.figures, "baselines": outcome.baselines, "taken_out": list(outcome.taken_out)}


def _end(run: Run, outcome: Outcome, uow: UnitOfWork, at: Moment) -> None:
    run.taken, run.travel_source, run.cost = outcome.taken, outcome.travel_source, outcome.cost
    run.baselines = outcome.baselines
    run.chains = {
        str(route.driver): [task.number for stop in route.stops for task in stop.tasks] for route in outcome.routes
    }
    run.drops = [{"order": each.number, "reason": each.reason} for each in outcome.left_out]
    uow.record(run.move(RunStatus.STOPPED if outcome.ended_early else RunStatus.DONE, at))


def _write(plan: Plan, outcome: Outcome, uow: UnitOfWork) -> None:
    """Routes, then their stops, then the tasks: a few statements, however many there are."""
    routes = [_route(plan, each) for each in outcome.routes]
    uow.add(*routes)
    placed = [
        (_stop(route, position, stop), stop)
        for route, each in zip(routes, outcome.routes, strict=True)
        for position, stop in enumerate(each.stops, 1)
    ]
    uow.add(*(stop for stop, _ in placed))
    numbers = [task.number for _, stop in placed for task in stop.tasks] + [each.number for each in outcome.left_out]
    tried = uow.routes.attempts(numbers)
    tasks = [_task(plan, each, tried, stop=row) for row, stop in placed for each in stop.tasks]
    tasks += [_task(plan, each, tried, reason=each.reason) for each in outcome.left_out]
    uow.add(*tasks)


def _task(
    plan: Plan,
    each: AdoptedTask | LeftOut,
    tried: dict[str, int],
    *,
    stop: Stop | None = None,
    reason: dict[str, Any] | None = None,
) -> Task:
    return Task(
        plan_id=plan.id, depot_id=plan.depot_id, day=plan.day, order_number=each.order, return_number=each.return_number,
        kind=TaskKind.DELIVERY if each.return_number is None else TaskKind.PICKUP, service=each.service,
        stop_id=stop.id if stop is not None else None, reason=reason, attempt=tried.get(each.number, 0) + 1,
    )  # fmt: skip


def _route(plan: Plan, adopted: AdoptedRoute) -> Route:
    return Route(
        plan_id=plan.id, depot_id=plan.depot_id, day=plan.day, driver_id=adopted.driver, vehicle_id=adopted.vehicle,
        planned_start=adopted.start, planned_end=adopted.end, metres=adopted.metres, driving=adopted.driving,
        breaks=list(adopted.breaks), cost=adopted.cost,
    )  # fmt: skip


def _stop(route: Route, position: int, adopted: AdoptedStop) -> Stop:
    return Stop(
        route_id=route.id or 0, position=position, lat=adopted.place.lat, lon=adopted.place.lon, address=adopted.address,
        service=adopted.service, planned_start=adopted.start, eta=adopted.eta, eta_start=adopted.eta_start,
        eta_end=adopted.eta_end,
    )  # fmt: skip


def _adopted(plan: Plan, depot: Depot, uow: UnitOfWork, at: Moment) -> PlanAdopted:
    link = plan_links.token_of(plan, uow, at)
    return PlanAdopted(plan=plan.id or 0, depot=depot.code, day=plan.day, figures=plan.summary, link=link)
