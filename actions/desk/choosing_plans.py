"""Which day is to be planned, and which plan is meant."""

from __future__ import annotations

from datetime import date, timedelta

from actions.choices import MAX_BUTTONS, Ask, Known, Talk
from actions.desk.choosing import which_depot
from domain.depots import Depot
from domain.dialogue import Frame
from domain.notices import Choice
from domain.plans import Plan
from domain.promise import is_open
from domain.refusals import NotFound


def day_to_plan(frame: Frame, talk: Talk) -> Known | Ask:
    """The day that was said, else the depot's next open one."""
    if frame.slots.get("day") is not None:
        return Known({})
    depot = talk.uow.depots.find(str(frame.slots["depot"]))
    if depot is None:
        raise NotFound("no_such_depot", depot=frame.slots["depot"], field="depot")
    return Known({"day": next_open(depot, talk.at.now.astimezone(depot.tz).date()).isoformat()})


def which_plan(frame: Frame, talk: Talk) -> Known | Ask:
    """Where nothing else says which plan or route is meant, the depot whose it is."""
    if frame.slots.get("plan") is not None or frame.slots.get("route") is not None:
        return Known({})
    return which_depot(frame, talk)


def which_draft(frame: Frame, talk: Talk) -> Known | Ask:
    """The draft of a depot and day, the only one, or one of them to choose. Refuses where there is none."""
    if frame.slots.get("plan") is not None:
        return Known({})
    depots = {each.id or 0: each for each in talk.uow.depots.all()}
    if frame.slots.get("depot") is not None:
        found = which_depot(frame, talk)
        if isinstance(found, Ask):
            return found
        depots = {key: each for key, each in depots.items() if each.code == found.slots["depot"]}
    day = str(frame.slots["day"]).partition("/")[0] if frame.slots.get("day") is not None else None
    drafts = [each for each in _drafts(depots, talk) if day is None or each.day.isoformat() == day]
    if len(drafts) == 1:
        return Known({"plan": drafts[0].id})
    if not drafts:
        raise NotFound("no_draft", day=day)
    return Ask("plan", "which_plan", tuple(_choice(each, depots) for each in drafts[:MAX_BUTTONS]))


def which_run(frame: Frame, talk: Talk) -> Known | Ask:
    """The run that was named, the only one at work, or one of them to choose. Refuses where none is."""
    if frame.slots.get("run") is not None:
        return Known({})
    runs = talk.uow.routes.at_work()
    if len(runs) == 1:
        return Known({"run": runs[0].id})
    if not runs:
        raise NotFound("nothing_planned_now")
    depots = {each.id or 0: each for each in talk.uow.depots.all()}
    choices = tuple(
        Choice(
            label="choice.run", values={"depot": depots[each.depot_id].name, "day": each.day}, slots={"run": each.id}
        )
        for each in runs[:MAX_BUTTONS]
    )
    return Ask("run", "which_run", choices)


def next_open(depot: Depot, after: date) -> date:
    """The first day after another one on which a depot is open; the very next where it never is."""
    days = [after + timedelta(days=n) for n in range(1, depot.horizon + 32)]
    return next((each for each in days if is_open(depot, each)), days[0])


def _drafts(depots: dict[int, Depot], talk: Talk) -> list[Plan]:
    """Drafts that can still be driven, the next day first."""
    return [each for each in talk.uow.routes.drafts(depots) if each.day >= _today(depots[each.depot_id], talk)]


def _today(depot: Depot, talk: Talk) -> date:
    return talk.at.now.astimezone(depot.tz).date()


def _choice(plan: Plan, depots: dict[int, Depot]) -> Choice:
    values = {"plan": plan.id, "depot": depots[plan.depot_id].name, "day": plan.day}
    return Choice(label="choice.plan", values=values, slots={"plan": plan.id})
