"""What would make a place for an order that a draft left out, done at once: somebody works longer, and the day is planned anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from actions.fleet import set_shift
from actions.planning import plan_day
from domain.commands import MendPlan, PlanDay, SetShift, WorkBreak
from domain.fleet import Duty
from domain.moment import Moment
from domain.notices import Notice
from domain.plans import Plan, PlanStatus
from domain.refusals import NotFound, Refusal
from domain.routes import Task
from domain.values import Window
from storage.unit_of_work import UnitOfWork

#: Nobody is asked for less than so much more time.
_STEP = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Longer:
    """A driver's day as it would be: from when to when, in local time."""

    duty: Duty
    starts: datetime
    ends: datetime
    vehicle: str | None

    @property
    def minutes(self) -> int:
        """How much longer it is."""
        before = self.duty.end - self.duty.start
        return round((self.ends - self.starts - before).total_seconds() / 60)


def mend_plan(command: MendPlan, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Let a driver work as much longer as it takes, and plan the day anew. Refuses where that is not what helps."""
    plan = uow.routes.plan(command.plan)
    longer = _wanted(command, plan, uow)
    driver, rest = longer.duty.driver, longer.duty.rest
    tz = uow.depots.get(plan.depot_id).tz
    kept = None
    if rest is not None:
        window = Window(rest.earliest.astimezone(tz).time(), rest.latest.astimezone(tz).time())
        kept = WorkBreak(window=window, minutes=max(1, rest.seconds // 60), paid=rest.paid)
    change = SetShift(
        driver=driver.code or "", day=plan.day, hours=(longer.starts.time(), longer.ends.time()), rest=kept,
        vehicle=longer.vehicle,
    )  # fmt: skip
    set_shift(change, uow, at)
    uow.flush()
    return plan_day(PlanDay(depot=uow.depots.get(plan.depot_id).code, day=plan.day), uow, at)


def describe_mending(command: MendPlan, uow: UnitOfWork, at: Moment) -> dict[str, object]:
    """Who would work from when to when."""
    plan = uow.routes.plan(command.plan)
    longer = _wanted(command, plan, uow)
    return {
        "name": longer.duty.driver.name, "day": plan.day, "order": command.order, "minutes": longer.minutes,
        "start": longer.starts, "end": longer.ends,
    }  # fmt: skip


def possible(plan: Plan, tasks: Iterable[Task], uow: UnitOfWork) -> dict[str, Longer]:
    """By order who would have to work longer for it, where that is all it takes and the plan is still a draft."""
    wanted = {task.order_number: fix for task in tasks if task.order_number and (fix := _more_time(task)) is not None}
    if not wanted or plan.status != PlanStatus.DRAFT or plan.run_id is None:
        return {}
    depot = uow.depots.get(plan.depot_id)
    vehicles = {each.id: each for each in uow.fleet.vehicles(plan.depot_id)}
    duties = {each.driver.id: each for each in uow.fleet.duties(depot, plan.day) if each.driver.code}
    found = {}
    for number, (name, before, after) in wanted.items():
        rides = uow.routes.run(plan.run_id).inputs.get("rides", {}).values()
        mine = [each for each in rides if each["vehicle"] in vehicles and vehicles[each["vehicle"]].name == name]
        if len(mine) != 1 or mine[0]["driver"] not in duties:
            continue
        duty = duties[mine[0]["driver"]]
        starts, ends = duty.start.astimezone(depot.tz) - before, duty.end.astimezone(depot.tz) + after
        if starts.date() == ends.date() == plan.day:
            found[number] = Longer(duty, starts, ends, vehicles[mine[0]["vehicle"]].plate)
    return found


def _wanted(command: MendPlan, plan: Plan, uow: UnitOfWork) -> Longer:
    task = next((each for each in uow.routes.unplanned(command.plan) if each.order_number == command.order), None)
    if task is None:
        raise NotFound("not_left_out", plan=plan.id, order=command.order)
    longer = possible(plan, [task], uow).get(command.order)
    if longer is None:
        raise Refusal("not_mendable", plan=plan.id, order=command.order)
    return longer


def _more_time(task: Task) -> tuple[str, timedelta, timedelta] | None:
    """Which vehicle's driver would have to begin so much earlier or end so much later; None where something else helps."""
    fix = (task.reason or {}).get("fix") or {}
    values = fix.get("values", {})
    if fix.get("code") == "fix.start_earlier":
        return values["vehicle"], _rounded(values["seconds"]), timedelta()
    if fix.get("code") == "fix.more_time" and values["shift"] and not values["driving"] and not values["work"]:
        return values["vehicle"], timedelta(), _rounded(values["shift"])
    return None


def _rounded(seconds: int) -> timedelta:
    return -(-timedelta(seconds=seconds) // _STEP) * _STEP
