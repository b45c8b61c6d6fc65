"""Runs as staff see them: how far the search is, what comes of it, and what can be done then."""

from __future__ import annotations

from domain.moment import Moment
from domain.notices import Choice, Notice, RunShown
from domain.plans import Plan, PlanStatus, Run, savings_of
from storage.unit_of_work import UnitOfWork


def card(name: str, uow: UnitOfWork, at: Moment) -> Notice:
    """The card of the run of that number."""
    return shown(uow.routes.run(int(name)), uow)


def shown(run: Run, uow: UnitOfWork) -> RunShown:
    """A run as it is now, with what can be done about it."""
    depot, plan = uow.depots.get(run.depot_id), uow.routes.of_run(run.id or 0)
    return RunShown(
        live=f"run:{run.id}", run=run.id or 0, depot=depot.name, day=run.day, status=run.status,
        searched=run.progress.get("seconds", 0), limit=run.seconds if run.iterations is None else None,
        cost=run.progress.get("cost"), unplanned=run.progress.get("unplanned"), stopping=run.stop_wanted,
        plan=plan.id if plan is not None else None, plan_status=plan.status if plan is not None else None,
        figures=plan.summary if plan is not None else {}, savings=savings_of(plan.summary) if plan is not None else {},
        error=run.error, moved=run.baselines.get("moved"),
        told=run.baselines.get("told"), choices=_choices(run, plan, depot.code, uow),
    )  # fmt: skip


def of_plan(name: str, uow: UnitOfWork) -> list[tuple[str, str]]:
    """The run that a plan came of."""
    plan = uow.routes.plan(int(name))
    return [] if plan.run_id is None else [("run", str(plan.run_id))]


def _choices(run: Run, plan: Plan | None, depot: str, uow: UnitOfWork) -> tuple[Choice, ...]:
    if not run.is_over:
        label, abort = ("choice.give_up_run", True) if run.stop_wanted else ("choice.stop_run", False)
        return (Choice(label=label, command="StopRun", slots={"run": run.id, "abort": abort}),)
    if plan is not None:
        return (see(plan), *decide(plan, uow))
    if run.is_of_rest:
        return ()
    return (_again(depot, run.day.isoformat()),)


def see(plan: Plan) -> Choice:
    """Shows the plan."""
    return Choice(label="choice.see_plan", command="ShowPlan", slots={"plan": plan.id})


def decide(plan: Plan, uow: UnitOfWork) -> tuple[Choice, ...]:
    """What becomes of a plan: published or thrown away while it is a draft, made anew once it is gone."""
    this = {"plan": plan.id}
    if plan.status == PlanStatus.DISCARDED:
        return (_again(uow.depots.get(plan.depot_id).code, plan.day.isoformat()),)
    if plan.status != PlanStatus.DRAFT:
        return ()
    before = (Choice(label="choice.compare_plans", command="ComparePlans", slots=this),)
    return (
        Choice(label="choice.publish_plan", command="PublishPlan", slots=this),
        *(before if uow.routes.plan_before(plan) is not None else ()),
        Choice(label="choice.discard_plan", command="DiscardPlan", slots=this),
    )


def _again(depot: str, day: str) -> Choice:
    return Choice(label="choice.plan_again", command="PlanDay", slots={"depot": depot, "day": day})
