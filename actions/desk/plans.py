"""Plans as staff see them: figures, routes, what was left out and why, a picture; and one beside the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, Protocol

from actions import plan_links
from actions.desk.board import board
from actions.desk.mending import Longer, possible
from actions.desk.routes import shown as route_shown
from actions.desk.runs import decide
from actions.live import depot_called
from actions.plan_pictures import Chains, shape, want_picture
from domain.commands import ComparePlans, ShowPlan
from domain.moment import Moment
from domain.notices import Choice, DropLine, Media, MovedOrder, Notice, PlanCard, PlansCompared, PlanShown, RouteLine
from domain.plans import Plan, PlanStatus, savings_of
from domain.refusals import NotFound, Refusal
from domain.routes import Route, RouteStatus, Task
from storage.unit_of_work import UnitOfWork

#: So many routes, orders left out (each with a button) and moved orders are listed at once.
ROUTES, DROPS, MOVED = 12, 5, 12


class Wanted(Protocol):
    """What says which plan is meant."""

    @property
    def plan(self) -> int | None: ...
    @property
    def depot(self) -> str | None: ...
    @property
    def day(self) -> Any: ...


def show_plan(command: ShowPlan, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A plan, a page of what is on it, or a route by its number. Refuses where there is none."""
    if command.route is not None:
        return [route_shown(command.route, 1, uow)]
    try:
        plan = plan_meant(command, uow, at)
    except NotFound:
        elsewhere = _made_elsewhere(command, uow, at)
        if not elsewhere:
            raise
        return elsewhere
    if command.part == "routes" and command.page == 1:
        return [card(plan.name, uow, at)]
    return [_shown(plan, command.part, command.page, uow, at, PlanShown)]


def _made_elsewhere(command: ShowPlan, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The board of a day that has routes and no plan; nothing where there are none."""
    if command.plan is not None:
        return []
    depot = depot_called(command.depot or "", uow)
    day = command.day or at.now.astimezone(depot.tz).date()
    return [board(depot, day, 1, uow)] if uow.routes.of_day(depot.id or 0, day) else []


def card(name: str, uow: UnitOfWork, at: Moment) -> Notice:
    """The card of the plan of that number."""
    return _shown(uow.routes.plan(int(name)), "routes", 1, uow, at, PlanCard)


def of_route(name: str, uow: UnitOfWork) -> list[tuple[str, str]]:
    """The plan that a route is on."""
    route = uow.routes.find(int(name))
    return [] if route is None or route.plan_id is None else [("plan", str(route.plan_id))]


def plan_meant(command: Wanted, uow: UnitOfWork, at: Moment) -> Plan:
    """The plan of a number; else the latest of a depot and day; without a day the next draft, else the next that is
    driven. Refuses where there is none."""
    if command.plan is not None:
        return uow.routes.plan(command.plan)
    depot = depot_called(command.depot or "", uow)
    found = [each for each in uow.routes.plans(depot.id, command.day) if each.status != PlanStatus.DISCARDED]
    if command.day is None:
        today = at.now.astimezone(depot.tz).date()
        coming = [each for each in found if each.day >= today]
        found = sorted(coming, key=lambda each: (each.status != PlanStatus.DRAFT, each.day, -(each.id or 0)))
    if not found:
        again = Choice(label="choice.plan_day", command="PlanDay", slots={"depot": depot.code})
        raise NotFound("no_plan_yet", depot=depot.name, day=command.day, choices=(again,))
    return found[0]


def _shown(plan: Plan, part: str, page: int, uow: UnitOfWork, at: Moment, kind: type[PlanShown]) -> PlanShown:
    routes = [each for each in uow.routes.of_plan(plan.id or 0) if each.status != RouteStatus.CANCELLED]
    chains = uow.routes.chains(routes)
    drops = uow.routes.unplanned(plan.id or 0)
    each_page, listed = (ROUTES, len(routes)) if part == "routes" else (DROPS, len(drops))
    pages = max(1, ceil(listed / each_page))
    first = (min(page, pages) - 1) * each_page
    told_drops = drops[first : first + DROPS] if part == "drops" else drops[:DROPS]
    return kind(
        plan=plan.id or 0, depot=uow.depots.get(plan.depot_id).name, day=plan.day, status=plan.status, part=part,
        figures=plan.summary, savings=savings_of(plan.summary), left_out=len(drops),
        lines=_lines(routes[first : first + ROUTES], chains, uow) if part == "routes" else (),
        drops=tuple(map(_drop, told_drops)), page=min(page, pages), pages=pages,
        more=max(0, listed - first - each_page), link=plan_links.token_of(plan, uow, at),
        live=f"plan:{plan.id}" if kind is PlanCard else None,
        media=_picture(plan, chains, uow, at) if kind is PlanCard else None,
        choices=(*_pages(plan, part, page, pages, len(drops)), *_mends(told_drops, plan, uow, at), *decide(plan, uow)),
    )  # fmt: skip


def _lines(routes: Sequence[Route], chains: Chains, uow: UnitOfWork) -> tuple[RouteLine, ...]:
    crews = uow.fleet.crews(routes)
    found = []
    for route in routes:
        driver, vehicle = crews[route.id or 0]
        mine = chains[route.id or 0]
        found.append(
            RouteLine(
                route=route.id or 0, driver=driver.name if driver else None, vehicle=vehicle.name if vehicle else None,
                status=route.status, stops=len(mine), done=sum(done for _, done in mine), start=route.planned_start,
                end=route.planned_end, metres=route.metres,
            )
        )  # fmt: skip
    return tuple(found)


def _drop(task: Task) -> DropLine:
    reason = task.reason or {}
    return DropLine(
        order=task.number, fix=reason.get("fix"),
        reason={"code": reason.get("code", "drop.changed"), "values": reason.get("values", {})},
    )  # fmt: skip


def _picture(plan: Plan, chains: Chains, uow: UnitOfWork, at: Moment) -> Media | None:
    """The picture of the plan as it is; one that is not made yet comes when it is."""
    if plan.status == PlanStatus.DISCARDED or not chains:
        return None
    if plan.picture is not None and plan.drawn == shape(chains):
        return Media(photos=(plan.picture,))
    want_picture(plan, uow, at)
    return None


def _pages(plan: Plan, part: str, page: int, pages: int, drops: int) -> list[Choice]:
    found = []
    if page < pages:
        slots = {"plan": plan.id, "part": part, "page": page + 1}
        found.append(Choice(label="choice.next_page", command="ShowPlan", slots=slots))
    if part == "routes" and drops > DROPS:
        slots = {"plan": plan.id, "part": "drops", "page": 2}
        found.append(
            Choice(label="choice.more_drops", values={"count": drops - DROPS}, command="ShowPlan", slots=slots)
        )
    return found


def _mends(drops: Sequence[Task], plan: Plan, uow: UnitOfWork, at: Moment) -> list[Choice]:
    """What can be done at once about each order that is on no route."""
    if plan.status == PlanStatus.DISCARDED:
        return []
    today = at.now.astimezone(uow.depots.get(plan.depot_id).tz).date()
    live = plan.status == PlanStatus.PUBLISHED and plan.day == today
    longer = possible(plan, drops, uow)
    return [
        _mend(task, plan, longer.get(task.order_number or ""), live=live) if task.order_number else _collect(task)
        for task in drops
        if task.order_number or live
    ]


def _collect(task: Task) -> Choice:
    """Put a return that is on no route on one of today."""
    values, slots = {"order": task.number}, {"return_number": task.number}
    return Choice(label="choice.insert_order", values=values, command="InsertStop", slots=slots)


def _mend(task: Task, plan: Plan, longer: Longer | None, *, live: bool) -> Choice:
    values, slots = {"order": task.order_number}, {"order": task.order_number}
    code = (task.reason or {}).get("code")
    if code == "drop.placeless":
        return Choice(label="choice.pin_order", values=values, command="PinAddress", slots=slots)
    if longer is not None:
        told = {**values, "name": longer.duty.driver.first_name, "minutes": longer.minutes}
        return Choice(label="choice.mend", values=told, command="MendPlan", slots={**slots, "plan": plan.id})
    if live:
        return Choice(label="choice.insert_order", values=values, command="InsertStop", slots=slots)
    return Choice(label="choice.another_day", values=values, command="RescheduleOrder", slots=slots)


# One beside the other


def compare_plans(command: ComparePlans, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What is different in a plan from the one made before it for the day. Refuses where there was none."""
    plan = plan_meant(command, uow, at)
    before = uow.routes.plan_before(plan)
    if before is None:
        raise Refusal("nothing_to_compare", plan=plan.id)
    moved = _moved(_drivers(before, uow), _drivers(plan, uow))
    names = uow.fleet.called({driver for _, *both in moved for driver in both if driver is not None})
    told = tuple(
        MovedOrder(order=order, was=names.get(was or 0), now=names.get(now or 0)) for order, was, now in moved[:MOVED]
    )
    return [
        PlansCompared(
            plan=plan.id or 0, other=before.id or 0, depot=uow.depots.get(plan.depot_id).name, day=plan.day,
            figures=plan.summary, figures_before=before.summary, swaps=told, count=len(moved),
            more=max(0, len(moved) - MOVED), choices=decide(plan, uow),
        )
    ]  # fmt: skip


def _drivers(plan: Plan, uow: UnitOfWork) -> dict[str, int]:
    """Who serves each order of a plan, as it was planned."""
    chains = uow.routes.run(plan.run_id).chains if plan.run_id is not None else {}
    return {order: int(driver) for driver, orders in chains.items() for order in orders}


def _moved(before: Mapping[str, int], now: Mapping[str, int]) -> list[tuple[str, int | None, int | None]]:
    """The orders whose driver is another one, with both; None: nobody."""
    both = sorted(before.keys() | now.keys())
    return [(each, before.get(each), now.get(each)) for each in both if before.get(each) != now.get(each)]
