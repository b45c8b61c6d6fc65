"""What each job of a schedule means at its time: commands, or nothing, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from domain.commands import (
    AskRatings,
    AskSilent,
    CheckStarts,
    CloseCutoff,
    Command,
    EscalateCases,
    ForgetScheduled,
    ForgetTracks,
    MakeReport,
    PlanDay,
    PublishPlan,
    RefreshBoard,
    RefreshEtas,
    RunMorningCheck,
    TendReturns,
    WatchReturns,
)
from domain.commands.schedule import State
from domain.depots import Depot
from domain.plans import PlanStatus
from domain.promise import is_open, last_order
from domain.scheduling import Job, planned_day
from storage.unit_of_work import UnitOfWork

#: What of a row's options a planned day is asked with.
_OF_PLANNING = ("seconds", "iterations", "engine", "seed", "balance")


@dataclass(frozen=True, slots=True)
class Wish:
    """What to do of something that was due: commands, or nothing, and why; ``later``: not yet, but soon."""

    commands: tuple[Command, ...] = ()
    detail: dict[str, Any] = field(default_factory=dict)
    state: State = "done"
    later: bool = False


def _close_cutoff(depot: Depot, local: datetime, options: dict[str, Any], uow: UnitOfWork) -> Wish:
    if not is_open(depot, local.date()):
        return _nothing("closed")
    return Wish((CloseCutoff(depot=depot.code, day=local.date()),))


def _plan_day(depot: Depot, local: datetime, options: dict[str, Any], uow: UnitOfWork) -> Wish:
    """The next open day, unless it was planned since the last order for it could come in."""
    day = planned_day(depot, local)
    if day is None:
        return _nothing("closed")
    if not uow.fleet.drivers(depot.id or 0):  # routes are made elsewhere
        return _nothing("no_drivers")
    complete = last_order(depot, day)
    plans = uow.routes.plans(depot.id, day)
    if any(plan.status != PlanStatus.DISCARDED and plan.created_at >= complete for plan in plans):
        return _nothing("planned_already", day=day.isoformat())
    asked = {name: options[name] for name in _OF_PLANNING if name in options}
    return Wish((PlanDay(depot=depot.code, day=day, **asked),), {"day": day.isoformat()})


def _publish(depot: Depot, local: datetime, options: dict[str, Any], uow: UnitOfWork) -> Wish:
    """The draft of the day that is planned by now; what is just being planned is waited for."""
    day = planned_day(depot, local)
    if day is None:
        return _nothing("closed")
    planning = uow.routes.running(depot.id or 0, day) is not None
    wanted = any(
        planned_day(depot, datetime.fromisoformat(run.detail["local"])) == day
        for run in uow.schedules.waiting(depot.id or 0, Job.PLAN_DAY)
    )
    if planning or wanted:
        return Wish(later=True)
    draft = uow.routes.draft(depot.id or 0, day)
    if draft is None:
        return _nothing("no_draft", day=day.isoformat())
    leave_out = bool(options.get("leave_out_changed", True))
    command = PublishPlan(plan=draft.id or 0, leave_out_changed=leave_out)
    return Wish((command,), {"day": day.isoformat(), "plan": draft.id})


def _check(depot: Depot, local: datetime, options: dict[str, Any], uow: UnitOfWork) -> Wish:
    if not is_open(depot, local.date()) and not uow.routes.live(depot.id or 0, local.date()):
        return _nothing("closed")
    return Wish((RunMorningCheck(depot=depot.code),))


def _digest(depot: Depot, local: datetime, options: dict[str, Any], uow: UnitOfWork) -> Wish:
    return Wish((MakeReport(depot=depot.code, kind="daily", period=local.date().isoformat(), send=True),))


def _morning(depot: Depot, local: datetime, options: dict[str, Any], uow: UnitOfWork) -> Wish:
    """The day before, which is over, and what this one brings."""
    day = local.date() - timedelta(days=1)
    report = MakeReport(depot=depot.code, kind="daily", period=day.isoformat(), send=True, morning=True)
    return Wish((report,))


def _weekly(depot: Depot, local: datetime, options: dict[str, Any], uow: UnitOfWork) -> Wish:
    """The week before the one it is due in."""
    year, week, _ = (local.date() - timedelta(days=7)).isocalendar()
    return Wish((MakeReport(depot=depot.code, kind="weekly", period=f"{year}-W{week:02}", send=True),))


def _clean_up(depot: Depot, local: datetime, options: dict[str, Any], uow: UnitOfWork) -> Wish:
    return Wish((ForgetScheduled(), ForgetTracks()))


def _nothing(why: str, **detail: Any) -> Wish:
    return Wish(detail={"nothing": why, **detail})


_Meaning = Callable[[Depot, datetime, dict[str, Any], UnitOfWork], Wish]
#: By job.
MEANS: Mapping[Job, _Meaning] = {
    Job.CLOSE_CUTOFF: _close_cutoff,
    Job.PLAN_DAY: _plan_day,
    Job.PUBLISH: _publish,
    Job.MORNING_CHECK: _check,
    Job.LATE_STARTS: lambda depot, local, options, uow: Wish((CheckStarts(depot=depot.code),)),
    Job.REFRESH_ETAS: lambda depot, local, options, uow: Wish((RefreshEtas(depot=depot.code),)),
    Job.BOARD: lambda depot, local, options, uow: Wish((RefreshBoard(depot=depot.code),)),
    Job.RATINGS: lambda depot, local, options, uow: Wish((AskRatings(depot=depot.code),)),
    Job.ESCALATE: lambda depot, local, options, uow: Wish((EscalateCases(depot=depot.code),)),
    Job.RETURNS: lambda depot, local, options, uow: Wish((TendReturns(depot=depot.code),)),
    Job.SILENT_DRIVERS: lambda depot, local, options, uow: Wish((AskSilent(depot=depot.code),)),
    Job.MORNING_DIGEST: _morning,
    Job.DAILY_DIGEST: _digest,
    Job.WEEKLY_REPORT: _weekly,
    Job.RETURN_NOTE: lambda depot, local, options, uow: Wish((WatchReturns(depot=depot.code),)),
    Job.CLEAN_UP: _clean_up,
}
