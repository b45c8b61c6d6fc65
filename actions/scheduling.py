"""What a depot does by itself: what is due is written down and wanted, and what staff set."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from actions.cases import open_about
from actions.scheduled_jobs import MEANS, Wish
from domain.commands import (
    CloseCutoff,
    EndScheduled,
    ForgetScheduled,
    PauseSchedule,
    SetSchedule,
    ShowSchedule,
    TakeUpDue,
)
from domain.depots import Depot
from domain.events import Thing, note
from domain.moment import Moment
from domain.notices import (
    CutoffClosed,
    Notice,
    ScheduledJob,
    SchedulePaused,
    ScheduleSet,
    ScheduleShown,
    ScheduleSkips,
)
from domain.planning.day import PLANNABLE
from domain.refusals import NotFound, Refusal
from domain.routes import RouteStatus
from domain.schedules import Schedule, ScheduledRun
from domain.scheduling import BEFORE_START, SKIPPED, Due, Job, due, next_due, planned_day, useful_until, usual
from storage import jobs
from storage.unit_of_work import UnitOfWork

#: The kind of job that does what was due.
JOB = "scheduled"
#: After an outage nothing older than this is looked for.
LOOK_BACK = timedelta(days=14)
#: What was due is remembered so long.
KEPT_FOR = timedelta(days=90)
#: The exceptions that tell staff of what was not done.
MISSED, FAILED = "schedule_missed", "schedule_failed"
#: So many times are named in one exception.
_NAMED = 20
R = RouteStatus
#: Jobs that are only wanted while a depot has routes in one of these states.
_ONLY_WITH = {
    Job.REFRESH_ETAS: (R.IN_PROGRESS,),
    Job.SILENT_DRIVERS: (R.IN_PROGRESS,),
    Job.BOARD: (R.PUBLISHED, R.LOADING, R.IN_PROGRESS),
    Job.LATE_STARTS: (R.PUBLISHED, R.LOADING),
}


def take_up_due(command: TakeUpDue, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Write down what has become due, each time once whoever looks, and want it done while it is of use.

    What is too late for that is an exception. A depot that is seen for the first time begins now.
    """
    depot = depot_of(command.depot, uow)
    rows = {row.job: row for row in uow.schedules.of(depot)}
    tick = uow.schedules.ticked(depot, at.now)
    if at.now <= tick.due_at:
        return []
    since = max(tick.due_at, at.now - LOOK_BACK)
    found = due(rows.values(), depot.code, depot.tz, since, at.now, _starts(depot, rows, uow, since, at))
    latest = {each.job: each for each in found}
    for each in found:
        row = rows[each.job]
        if each.repeats:
            _want_again(each, row, depot, uow, at)
        else:
            _write_down(each, row, latest[each.job], depot, uow, at)
    tick.due_at = at.now
    return []


def end_scheduled(command: EndScheduled, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What was due is over. Refuses when it was over before: whoever did it was too slow, and it does not count."""
    run = uow.schedules.run(command.run)
    if run.state != "due" or run.due_at != command.due_at:  # what repeats may have come again meanwhile
        raise Refusal("scheduled_over", run=run.key)
    run.state, run.ended_at = command.state, at.now
    run.detail = {**run.detail, **command.detail}
    if command.state == "missed":
        _tell_staff(MISSED, run, uow, at)
    elif command.state == "failed":
        _tell_staff(FAILED, run, uow, at)
    return []


def forget_scheduled(command: ForgetScheduled, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Forget what was due long ago."""
    uow.schedules.forget(at.now - KEPT_FOR)
    return []


def close_cutoff(command: CloseCutoff, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Count the orders for the next open day: what goes out, and what waits for goods or a person."""
    depot = depot_of(command.depot, uow)
    day = planned_day(depot, datetime.combine(command.day, depot.cutoff)) or command.day
    statuses = uow.schedules.promised(depot.id or 0, day)
    waiting = sum(count for status, count in statuses.items() if status not in PLANNABLE)
    closed = CutoffClosed(depot=depot.code, day=day, orders=sum(statuses.values()), waiting=waiting)
    counts = {"orders": closed.orders, "waiting": closed.waiting}
    uow.record(note(Thing("depot", depot.code), "cutoff_closed", at, None, day.isoformat(), **counts))
    return [closed]


# What staff set


def set_schedule(command: SetSchedule, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Change when a job is done. What has become due by now stays due; a time of today that is past waits for tomorrow."""
    depot = depot_of(command.depot, uow)
    row = uow.schedules.row(depot, command.job)
    before = row.model_dump(mode="json", exclude={"id", "depot_id", "job"})
    if command.at is not None:
        row.at, row.every_minutes = command.at, None
    if command.every is not None:
        row.at, row.every_minutes = None, command.every
    if command.weekdays is not None:
        row.weekdays = sorted(set(command.weekdays))
    if command.enabled is not None:
        row.enabled = command.enabled
    if command.options:
        kept = {**row.options, **command.options}
        row.options = {name: value for name, value in kept.items() if value is not None}
    after = row.model_dump(mode="json", exclude={"id", "depot_id", "job"})
    changed = {name: value for name, value in after.items() if before[name] != value}
    if changed:
        uow.record(note(Thing("schedule", f"{depot.code}:{row.job}"), "set", at, values=changed))
    return [ScheduleSet(depot=depot.code, row=_told(row, depot, uow, at))]


def pause_schedule(command: PauseSchedule, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Begin nothing until a moment; what would have been due meanwhile is missed, and said to be paused.

    Refuses a moment that is past.
    """
    depot = depot_of(command.depot, uow)
    rows = uow.schedules.of(depot) if command.job is None else [uow.schedules.row(depot, command.job)]
    until = command.until
    if until is not None and until <= at.now:
        raise Refusal("pause_over", until=until)
    for row in rows:
        row.paused_until = until
        if until is None:
            row.options = {name: value for name, value in row.options.items() if name != SKIPPED}
    name = f"{depot.code}:{command.job or 'all'}"
    uow.record(note(Thing("schedule", name), "paused", at, None, until.isoformat() if until else None))
    return [SchedulePaused(depot=depot.code, job=command.job, until=until)]


def skip_day(depot: Depot, job: Job | None, day: date, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Begin nothing of a job, or of all jobs, on one day; what would have been due then is missed, and said to be paused.

    Refuses a day that is past.
    """
    today = at.now.astimezone(depot.tz).date()
    if day < today:
        raise Refusal("day_over", day=day, field="day")
    for row in uow.schedules.of(depot) if job is None else [uow.schedules.row(depot, job)]:
        known = [each for each in row.options.get(SKIPPED, []) if each >= today.isoformat()]
        row.options = {**row.options, SKIPPED: sorted({*known, day.isoformat()})}
    uow.record(note(Thing("schedule", f"{depot.code}:{job or 'all'}"), "skipped", at, None, day.isoformat()))
    return [ScheduleSkips(depot=depot.code, job=job, day=day)]


def show_schedule(command: ShowSchedule, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A depot's schedule, each job with when it is due next."""
    depot = depot_of(command.depot, uow)
    jobs_told = tuple(_told(row, depot, uow, at) for row in uow.schedules.of(depot))
    return [ScheduleShown(depot=depot.code, zone=depot.zone, jobs=jobs_told)]


def follow_cutoff(depot: Depot, before: Any, uow: UnitOfWork) -> None:
    """A depot has another cut-off: what was scheduled by the old one as usual goes by the new one."""
    were = {each.job: each.at for each in usual(before)}
    new = {each.job: each.at for each in usual(depot.cutoff)}
    for row in uow.schedules.of(depot):
        if row.at is not None and row.at == were.get(Job(row.job)) and new[Job(row.job)] is not None:
            row.at = new[Job(row.job)]


def depot_of(code: str, uow: UnitOfWork) -> Depot:
    """The depot of that code, not locked. Refuses when there is none."""
    found = next((each for each in uow.depots.all() if each.code == code), None)
    if found is None:
        raise NotFound("no_such_depot", depot=code, field="depot")
    return found


# What is to be done at its time


def wish(key: str, uow: UnitOfWork, at: Moment) -> Wish | None:
    """What the run of that key means now; None where it is over."""
    run = uow.schedules.find(key)
    if run is None or run.state != "due":
        return None
    depot = uow.depots.get(run.depot_id)
    row = uow.schedules.look_up(depot, run.job)
    assert row is not None, "it is on the schedule since it became due"
    each = Due(run.key, run.job, datetime.fromisoformat(run.detail["local"]), run.due_at)
    until = useful_until(each, depot, _begins(each, depot, uow))
    if row.every_minutes is None and until is not None and at.now >= until:
        return Wish(state="missed", detail={"why": "too_late"})
    return MEANS[Job(run.job)](depot, each.local, row.options, uow)


# Writing down


def _write_down(each: Due, row: Schedule, latest: Due, depot: Depot, uow: UnitOfWork, at: Moment) -> None:
    """One time that came: to be done, or missed and why."""
    until = useful_until(each, depot, _begins(each, depot, uow))
    why = None
    if _is_paused(each, row):
        why = "paused"
    elif each.job == Job.CLEAN_UP and each is not latest:
        why = "later_one"
    elif until is not None and at.now >= until:
        why = "too_late"
    run = ScheduledRun(
        key=each.key, job=each.job, depot_id=depot.id or 0, due_at=each.due_at, detail={"local": each.local.isoformat()}
    )
    if why is not None:
        run.state, run.ended_at, run.detail = "missed", at.now, {**run.detail, "why": why}
    if not uow.schedules.add(run):
        return
    if why is None:
        uow.want(f"{JOB}:{each.key}", JOB, _payload(each, each.key), at.now)
    elif why == "too_late":
        _tell_staff(MISSED, run, uow, at)


def _want_again(each: Due, row: Schedule, depot: Depot, uow: UnitOfWork, at: Moment) -> None:
    """What repeats has one row, and is not begun again while it still goes on."""
    if _is_paused(each, row):
        return
    if not _has_work(Job(each.job), depot, uow):
        return
    name = f"{each.job}:{depot.code}"
    if not jobs.put_again(uow.session, f"{JOB}:{name}", JOB, _payload(each, name), at.now):
        return
    detail = {"local": each.local.isoformat()}
    uow.schedules.add(ScheduledRun(key=name, job=each.job, depot_id=depot.id or 0, due_at=each.due_at, detail=detail))
    run = uow.schedules.run(name)
    run.state, run.due_at, run.began_at, run.ended_at, run.detail = "due", each.due_at, None, None, detail


def _has_work(job: Job, depot: Depot, uow: UnitOfWork) -> bool:
    """Whether what repeats has anything to do at a depot: routes or returns to look after, or something that
    waits for a person."""
    if job == Job.ESCALATE:
        return uow.cases.any_open() or bool(uow.approvals.waiting(1))
    if job == Job.RETURNS:
        return uow.returns.any_to_tend(depot.id or 0)
    return uow.schedules.any_under_way(depot.id or 0, _ONLY_WITH.get(job, tuple(R)))


def _is_paused(each: Due, row: Schedule) -> bool:
    """Whether nothing is begun then: it is before the end of a pause, or on a day that is left out."""
    if row.paused_until is not None and each.due_at < row.paused_until:
        return True
    return each.local.date().isoformat() in row.options.get(SKIPPED, ())


def _payload(each: Due, run: str) -> dict[str, str]:
    return {"run": run, "key": each.key, "job": each.job, "due_at": each.due_at.isoformat()}


def _tell_staff(kind: str, run: ScheduledRun, uow: UnitOfWork, at: Moment) -> None:
    """What was not done is an exception: one per depot and job, with its times."""
    depot = uow.depots.get(run.depot_id)
    subject = f"{run.job}:{depot.code}"
    known = next((case for case in uow.cases.of_kind(kind) if case.detail.get("subject") == subject), None)
    times: Sequence[str] = known.detail.get("times", []) if known is not None else []
    told = [*times, run.due_at.isoformat()][-_NAMED:]
    open_about(
        kind,
        subject,
        uow,
        at,
        depot=depot.code,
        job=run.job,
        times=list(dict.fromkeys(told)),
        cause=run.detail.get("why"),
    )


def _begins(each: Due, depot: Depot, uow: UnitOfWork) -> datetime | None:
    """When the day that something plans or publishes begins: with the first route, else the first shift."""
    if each.job not in {Job.PLAN_DAY, Job.PUBLISH}:
        return None
    day = planned_day(depot, each.local)
    if day is None:
        return None
    if each.job == Job.PUBLISH and (draft := uow.routes.draft(depot.id or 0, day)) is not None:
        starts = [route.planned_start for route in uow.routes.of_plan(draft.id or 0) if route.planned_start]
        if starts:
            return min(starts)
    return min((duty.start for duty in uow.fleet.duties(depot, day)), default=None)


def _starts(
    depot: Depot, rows: dict[str, Schedule], uow: UnitOfWork, since: datetime, at: Moment
) -> dict[date, datetime]:
    """When routes start, where any row goes by that."""
    if not any(BEFORE_START in row.options for row in rows.values()):
        return {}
    first, last = since.astimezone(depot.tz).date(), at.now.astimezone(depot.tz).date()
    days = {first + timedelta(days=n) for n in range((last - first).days + 2)}
    return uow.schedules.starts(depot.id or 0, days)


def _told(row: Schedule, depot: Depot, uow: UnitOfWork, at: Moment) -> ScheduledJob:
    starts = _starts(depot, {row.job: row}, uow, at.now, at)
    later = row.paused_until if row.paused_until is not None and row.paused_until > at.now else None
    return ScheduledJob(
        job=row.job, at=row.at, every=row.every_minutes, weekdays=tuple(row.weekdays), enabled=row.enabled,
        paused_until=later, options=row.options, next=next_due(row, depot.tz, max(at.now, later or at.now), starts),
    )  # fmt: skip
