"""Schedules as staff change them in words: times, pauses, days left out, and days on which a depot is closed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from actions.choices import Ask, Known, Talk
from actions.live import depot_called
from actions.scheduling import pause_schedule, set_schedule, skip_day
from domain.commands import ChangeSchedule, PauseSchedule, SetSchedule
from domain.depots import Depot
from domain.dialogue import Frame
from domain.events import Thing, note
from domain.moment import Moment
from domain.notices import Choice, DayClosed, Notice
from domain.orders import Order
from domain.plans import Plan, PlanStatus
from domain.refusals import Refusal
from domain.schedules import Schedule
from domain.scheduling import Job
from storage.unit_of_work import UnitOfWork

#: Jobs offered as buttons.
OFFERED = (Job.PLAN_DAY, Job.PUBLISH, Job.CLOSE_CUTOFF, Job.MORNING_CHECK, Job.DAILY_DIGEST)
#: Orders that stand on a day on which a depot closes get buttons, so many.
ORDERS = 5
_DAY_WANTED = frozenset({"close", "open"})


def what_is_missing(frame: Frame, talk: Talk) -> Known | Ask:
    """The job, the time, or the day that a change of a schedule needs."""
    slots = frame.slots
    what = slots.get("what") or "set"
    if what in _DAY_WANTED:
        return Known({}) if slots.get("day") is not None else Ask("day", "closed_day")
    if what == "set":
        return _to_set(slots)
    if what in {"on", "off"} and slots.get("job") is None:
        return _ask_job()
    if what == "pause" and slots.get("day") is None:
        return _ask_day(talk)
    return Known({})


def change_schedule(command: ChangeSchedule, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Do what is said about a depot's schedule; what is told has a button that takes it back."""
    depot = depot_called(command.depot, uow)
    match command.what:
        case "close" | "open":
            return _close(command, uow, at)
        case "pause" | "resume":
            return _pause(command, depot, uow, at)
        case _:
            return _set(command, depot, uow, at)


def describe_changing(command: ChangeSchedule, uow: UnitOfWork, at: Moment) -> dict[str, Any] | None:
    """What closing a depot on a day means to orders and plans; None where nothing is closed, or nobody minds."""
    depot = depot_called(command.depot, uow)
    if command.what != "close" or command.day is None or command.day.isoformat() in depot.closed_days:
        return None
    promised = uow.orders.promised_on(depot.id or 0, command.day)
    plans = _plans(depot, command.day, uow)
    if not promised and not plans:
        return None
    return {"depot": depot.name, "day": command.day, "count": len(promised), "plans": len(plans)}


def _to_set(slots: Any) -> Known | Ask:
    job = slots.get("job")
    if job is None:
        return _ask_job()
    said = any(slots.get(name) is not None for name in ("at", "every", "weekdays"))
    return Known({}) if said else Ask("at", "schedule_at", values={"job": job})


def _ask_job() -> Ask:
    choices = tuple(Choice(label="choice.job", values={"job": job.value}, slots={"job": job.value}) for job in OFFERED)
    return Ask("job", "schedule_job", choices)


def _ask_day(talk: Talk) -> Ask:
    today = talk.at.now.astimezone(talk.at.policies.zone).date()
    days = [today + timedelta(days=n) for n in range(4)]
    choices = tuple(Choice(label="choice.day", values={"day": day}, slots={"day": day.isoformat()}) for day in days)
    return Ask("day", "pause_day", choices)


def _set(command: ChangeSchedule, depot: Depot, uow: UnitOfWork, at: Moment) -> list[Notice]:
    if command.job is None:
        raise Refusal("no_job_named", depot=depot.name)
    before = uow.schedules.row(depot, command.job)
    back = _back(before, depot)
    every = command.every if command.at is None else None
    change = SetSchedule(
        depot=depot.code, job=command.job, at=command.at, every=every, weekdays=command.weekdays,
        enabled={"on": True, "off": False}.get(command.what),
    )  # fmt: skip
    return [each.model_copy(update={"choices": (back,)}) for each in set_schedule(change, uow, at)]


def _back(row: Schedule, depot: Depot) -> Choice:
    """Makes a row what it is now."""
    slots = {
        "depot": depot.code, "job": row.job, "what": "set" if row.enabled else "off", "weekdays": list(row.weekdays),
        "at": row.at.strftime("%H:%M") if row.at is not None else None, "every": row.every_minutes,
    }  # fmt: skip
    return Choice(label="choice.put_back", command="ChangeSchedule", slots=slots)


def _pause(command: ChangeSchedule, depot: Depot, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A single day is left out; until a day nothing is begun; or it goes on."""
    this = {"depot": depot.code, "job": command.job.value if command.job is not None else None}
    if command.what == "resume":
        return pause_schedule(PauseSchedule(depot=depot.code, job=command.job), uow, at)
    if command.day is None:
        raise Refusal("no_day_named", depot=depot.name)
    go_on = Choice(label="choice.go_on", command="ChangeSchedule", slots={**this, "what": "resume"})
    if command.through:
        until = datetime.combine(command.day, time(0), depot.tz)
        told = pause_schedule(PauseSchedule(depot=depot.code, job=command.job, until=until), uow, at)
    else:
        told = skip_day(depot, command.job, command.day, uow, at)
    return [each.model_copy(update={"choices": (go_on,)}) for each in told]


def _close(command: ChangeSchedule, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A depot plans and promises nothing on a day, or does again. Orders that are promised for it stay, and are shown."""
    depot = uow.depots.by_code(command.depot)
    assert depot is not None, "it was just found"
    day, closed = command.day, command.what == "close"
    if day is None:
        raise Refusal("no_day_named", depot=depot.name)
    if day < at.now.astimezone(depot.tz).date():
        raise Refusal("day_over", day=day, field="day")
    already = (day.isoformat() in depot.closed_days) == closed
    others = [each for each in depot.closed_days if each != day.isoformat()]
    depot.closed_days = sorted([*others, day.isoformat()]) if closed else others
    if not already:
        uow.record(note(Thing("depot", depot.code), "closed_day", at, None, day.isoformat(), closed=closed))
    promised = uow.orders.promised_on(depot.id or 0, day) if closed else []
    plans = _plans(depot, day, uow) if closed else []
    undo = Choice(
        label="choice.put_back", command="ChangeSchedule",
        slots={"depot": depot.code, "day": day.isoformat(), "what": "open" if closed else "close"},
    )  # fmt: skip
    drop = [
        Choice(label="choice.discard_plan", command="DiscardPlan", slots={"plan": each.id})
        for each in plans if each.status == PlanStatus.DRAFT
    ]  # fmt: skip
    return [
        DayClosed(
            depot=depot.name, day=day, closed=closed, already=already, count=len(promised), plans=len(plans),
            standing={each.number: each.status for each in promised[: 3 * ORDERS]},
            choices=(*(() if already else (undo,)), *drop, *map(_another_day, promised[:ORDERS])),
        )
    ]  # fmt: skip


def _plans(depot: Depot, day: date, uow: UnitOfWork) -> list[Plan]:
    return [each for each in uow.routes.plans(depot.id, day) if each.status != PlanStatus.DISCARDED]


def _another_day(order: Order) -> Choice:
    values = {"order": order.number}
    return Choice(label="choice.another_day", values=values, command="RescheduleOrder", slots={"order": order.number})
