"""Drafts become the truth, or are thrown away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from actions import told as orders_told
from actions import tracking
from actions.cases import open_case
from actions.driving.changes import routes_given
from actions.leaving import CHANGED, NOT_PLANNED
from actions.plan_pictures import want_picture
from actions.returns import pickups
from domain.commands import DiscardPlan, PublishPlan, TellPlanned
from domain.depots import Depot
from domain.eta import Eta
from domain.moment import Moment
from domain.notices import Choice, Item, Notice, OrderPlanned, PlanDiscarded, PlanPublished
from domain.orders import Order
from domain.planning.day import PLANNABLE
from domain.planning.inputs import Change, Outdated, changes
from domain.plans import Plan, PlanStatus
from domain.refusals import Refusal
from domain.returns import ReturnStatus
from domain.routes import RouteStatus, Stop, Task
from domain.told import PLANNED, leaves
from storage.routes import Tour
from storage.unit_of_work import UnitOfWork

#: The kind of job that tells customers, so many at once: nobody's turn waits for all of a large plan.
TELL, AT_ONCE = "tell_planned", 50
#: So long after its first route should have left a draft can still be published.
LATEST = timedelta(minutes=15)


def publish_plan(command: PublishPlan, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Publish a draft; one that is published stays so. Refuses discarded ones, those that should have begun, and what
    changed."""
    plan = uow.routes.plan(command.plan, lock=True)
    depot = uow.depots.get(plan.depot_id)
    if plan.status == PlanStatus.PUBLISHED:
        return [PlanPublished(plan=plan.id or 0, depot=depot.code, day=plan.day, already=True)]
    _check_publishable(plan, uow, at)
    return publish(plan, depot, uow, at, leave_out_changed=command.leave_out_changed)


def describe_publishing(command: PublishPlan, uow: UnitOfWork, at: Moment) -> dict[str, Any] | None:
    """What publishing means: how many customers are told, and when those whose quiet hours it is. Refuses what
    `publish_plan` does; None where it is published already."""
    plan = uow.routes.plan(command.plan)
    if plan.status == PlanStatus.PUBLISHED:
        return None
    depot = _check_publishable(plan, uow, at)
    owners = uow.planning.customers(plan.id or 0)
    held = [until for each in owners if (until := each.held_until(at.now, depot.tz)) is not None]
    return {
        "plan": plan.id, "depot": depot.name, "day": plan.day, "routes": plan.summary.get("routes", 0),
        "stops": plan.summary.get("stops", 0), "left_out": plan.summary.get("left_out", 0),
        "customers": len(owners), "held": len(held), "until": min(held, default=None),
        "without": command.leave_out_changed,
    }  # fmt: skip


def describe_discarding(command: DiscardPlan, uow: UnitOfWork, at: Moment) -> dict[str, Any] | None:
    """What is thrown away; None where it is gone already."""
    plan = uow.routes.plan(command.plan)
    if plan.status != PlanStatus.DRAFT:
        return None
    return {"plan": plan.id, "depot": uow.depots.get(plan.depot_id).name, "day": plan.day}


def discard_plan(command: DiscardPlan, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Throw a draft away; one that is thrown away stays so. Refuses published ones."""
    plan = uow.routes.plan(command.plan, lock=True)
    if plan.status != PlanStatus.DISCARDED:
        discard(plan, uow, at)
    return [PlanDiscarded(plan=plan.id or 0, depot=uow.depots.get(plan.depot_id).code, day=plan.day)]


def discard(plan: Plan, uow: UnitOfWork, at: Moment) -> None:
    """A draft is thrown away: its routes were nobody's, so they go; what it was like stays with its run."""
    uow.record(plan.move(PlanStatus.DISCARDED, at))
    uow.routes.tear_up(plan.id or 0)


def publish(plan: Plan, depot: Depot, uow: UnitOfWork, at: Moment, *, leave_out_changed: bool) -> list[Notice]:
    """Make a draft the truth: routes are published, customers told when, and what is left out becomes an exception."""
    numbers = [task.number for task in uow.routes.planned(plan.id or 0)]
    uow.orders.lock(numbers)
    uow.returns.lock(numbers)
    found = _changed(plan, depot, uow, at)
    if found and not leave_out_changed:
        without = {"plan": plan.id, "leave_out_changed": True}
        raise Outdated(
            "plan_changed", found, Choice(label="choice.publish_without", command="PublishPlan", slots=without)
        )
    if found:
        _leave_out(plan, found, uow)
    uow.record(plan.move(PlanStatus.PUBLISHED, at))
    tours = uow.routes.tours(uow.routes.of_plan(plan.id or 0))
    for tour in tours:
        uow.record(tour.route.move(RouteStatus.PUBLISHED, at, plan=plan.id))
    notices = _tell_some(plan, [task.number for tour in tours for task in tour.tasks], tours, uow, at)
    unplanned, off = _file_unplanned(plan, uow, at)
    _count_again(plan, tours, unplanned, found)
    done = PlanPublished(
        plan=plan.id or 0, depot=depot.code, day=plan.day, routes=len(tours),
        stops=sum(len(tour.visits) for tour in tours), left_out=unplanned, taken_out=len(found),
    )  # fmt: skip
    if found:
        want_picture(plan, uow, at)
    return [done, *notices, *off, *routes_given(tours, uow, at)]


def tell_planned(command: TellPlanned, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Tell some customers of a published plan. Said again it changes nothing: what still holds is not told twice."""
    plan = uow.routes.plan(command.plan)
    live = [route for route in uow.routes.of_plan(command.plan) if route.is_live]
    return _tell(plan, set(command.orders), uow.routes.tours(live), uow, at)


# What changed since


def _check_publishable(plan: Plan, uow: UnitOfWork, at: Moment) -> Depot:
    """The depot of a draft. Refuses one that is thrown away, of a day that is over, or that should have begun."""
    depot = uow.depots.get(plan.depot_id)
    if plan.status == PlanStatus.DISCARDED:
        raise Refusal("plan_discarded", plan=plan.id)
    if plan.day < at.now.astimezone(depot.tz).date():
        raise Refusal("day_over", day=plan.day)
    _check_not_begun(plan, uow, at)
    return depot


def _check_not_begun(plan: Plan, uow: UnitOfWork, at: Moment) -> None:
    """Refuses a plan of routes that should have left by now: nobody can be where it says, and customers would be told so."""
    starts = [route.planned_start for route in uow.routes.of_plan(plan.id or 0) if route.planned_start is not None]
    if starts and min(starts) < at.now - LATEST:
        raise Refusal("plan_too_late", plan=plan.id, start=min(starts))


def _changed(plan: Plan, depot: Depot, uow: UnitOfWork, at: Moment) -> list[Change]:
    """What of the plan's orders, returns and rides is not as it was; what was left out and is gone changes nothing."""
    run = uow.routes.run(plan.run_id or 0)
    day = uow.planning.day(depot, plan.day, at.now)
    used = {(each["driver"], each["vehicle"]): key for key, each in run.inputs["rides"].items()}
    crews = {(route.driver_id, route.vehicle_id) for route in uow.routes.of_plan(plan.id or 0)}
    rides = {key for crew, key in used.items() if crew in crews}
    numbers = [task.number for task in uow.routes.planned(plan.id or 0) if task.stop_id is not None]
    return changes(run.inputs, day, numbers, rides)


def _leave_out(plan: Plan, found: Sequence[Change], uow: UnitOfWork) -> None:
    """Take what changed off the routes: what is gone for good, the rest as left out. Times of the others stay good."""
    run = uow.routes.run(plan.run_id or 0)
    why = {change.name: change.why for change in found if change.what == "order"}
    gone_rides = [run.inputs["rides"][change.name] for change in found if change.what == "ride"]
    crews = {(ride["driver"], ride["vehicle"]) for ride in gone_rides}
    for tour in uow.routes.tours(uow.routes.of_plan(plan.id or 0)):
        whole = (tour.route.driver_id, tour.route.vehicle_id) in crews
        empty: list[Stop] = []
        for visit in tour.visits:
            off = [task for task in visit.tasks if whole or task.number in why]
            for task in off:
                _take_off(task, gone=why.get(task.number) == "gone", uow=uow)
            if len(off) == len(visit.tasks):
                empty.append(visit.stop)
        uow.flush()
        uow.remove(*empty)
        if len(empty) == len(tour.visits):
            uow.remove(tour.route)
        elif empty:
            uow.routes.reorder([visit.stop for visit in tour.visits if visit.stop not in empty])
    uow.flush()


def _take_off(task: Task, *, gone: bool, uow: UnitOfWork) -> None:
    if gone:
        uow.remove(task)
    else:
        task.stop_id, task.reason = None, CHANGED


def _count_again(plan: Plan, tours: Sequence[Tour], left_out: int, found: Sequence[Change]) -> None:
    """What the plan comes to without what changed since; its ways and hours stay those that were planned."""
    plan.summary = {
        **plan.summary, "routes": len(tours), "stops": sum(len(tour.visits) for tour in tours), "left_out": left_out,
        "taken_out": [*plan.summary.get("taken_out", []), *(asdict(change) for change in found)],
    }  # fmt: skip


# Who is told what


@dataclass(frozen=True, slots=True)
class _Telling:
    """What the notices of a plan are made of."""

    depot: Depot
    items: dict[str, tuple[Item, ...]]
    tokens: dict[str, str]


def _tell_some(plan: Plan, numbers: Sequence[str], tours: Sequence[Tour], uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Tell the first customers now; for the others there are jobs."""
    for n in range(AT_ONCE, len(numbers), AT_ONCE):
        some = list(numbers[n : n + AT_ONCE])
        uow.want(f"{TELL}:{plan.id}:{n}", TELL, {"plan": plan.id, "orders": some}, at.now)
    return _tell(plan, set(numbers[:AT_ONCE]), tours, uow, at)


def _tell(plan: Plan, numbers: set[str], tours: Sequence[Tour], uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The told window of each order and return, and the notices of those whose customers do not know it yet."""
    stops = {
        task.number: visit.stop
        for tour in tours
        for visit in tour.visits
        for task in visit.tasks
        if task.number in numbers and task.is_ahead
    }
    orders = uow.orders.named(stops)
    for case in uow.cases.of_orders(numbers):
        if case.kind == NOT_PLANNED and case.is_open:
            uow.record(case.resolve(at))
    telling = _Telling(
        uow.depots.get(plan.depot_id), orders_told.items_of(orders, uow), uow.chats.tracking_tokens(numbers)
    )
    told = [notice for order in orders for notice in _tell_one(stops[order.number], order, telling, uow, at)]
    return [*told, *_tell_pickups(stops, telling.depot, uow, at)]


def _tell_pickups(stops: Mapping[str, Stop], depot: Depot, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The told window of each return, and the notices of those whose customers do not know it yet."""
    returns = uow.returns.named(stops)
    items = pickups.items_back(returns, uow)
    pickups.settle_trouble({pickups.PICKUP_NOT_PLANNED}, [made.number for made in returns], uow, at)
    notices: list[Notice] = []
    for made in returns:
        stop, again = stops[made.number], made.told_start is not None
        if stop.eta is None or stop.eta_start is None or stop.eta_end is None:
            continue
        eta = Eta(stop.eta_start, stop.eta, stop.eta_end)
        if made.told_start is None or made.told_end is None or leaves(eta, made.told_start, made.told_end):
            orders_told.tell_window(made, eta, depot.tz, uow, at, why="planned", telling=PLANNED)
            notices.append(pickups.planned(made, items, uow, at, again=again))
    return notices


def _tell_one(stop: Stop, order: Order, telling: _Telling, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A window that was told and still holds is not told again."""
    if stop.eta is None or stop.eta_start is None or stop.eta_end is None:
        return []
    eta, again = Eta(stop.eta_start, stop.eta, stop.eta_end), order.told_start is not None
    if (
        order.told_start is not None
        and order.told_end is not None
        and not leaves(eta, order.told_start, order.told_end)
    ):
        return []
    orders_told.tell_window(order, eta, telling.depot.tz, uow, at, why="planned", telling=PLANNED)
    assert order.told_start is not None, "it was just told"
    assert order.told_end is not None, "it was just told"
    planned = OrderPlanned(
        to=order.customer_id, about=order.number, number=order.number, items=telling.items[order.number],
        start=order.told_start, end=order.told_end, again=again, tracking=telling.tokens.get(order.number) or tracking.token_of(order, uow, at),
        good_until=order.told_end, pin=order.code, live=orders_told.live_name(order.number), choices=orders_told.coming_choices(order),
    )  # fmt: skip
    return [planned]


def _file_unplanned(plan: Plan, uow: UnitOfWork, at: Moment) -> tuple[int, list[Notice]]:
    """Orders and returns on no route are exceptions, each with its reason; how many there are, and what customers are told.

    One that is not to be delivered or collected that day any more is nothing.
    """
    tasks = {task.order_number: task for task in uow.routes.unplanned(plan.id or 0) if task.order_number}
    orders = {order.number: order for order in uow.orders.named(tasks)}
    for number, task in tasks.items():
        order = orders[number]
        if order.promise_day != plan.day or order.status not in PLANNABLE:
            uow.remove(task)
            continue
        reason = task.reason or CHANGED
        open_case(
            NOT_PLANNED, order, uow, at, plan=plan.id, day=plan.day.isoformat(), reason=reason["code"],
            values=reason.get("values", {}), fix=reason.get("fix"),
        )  # fmt: skip
    off = _call_off_pickups(plan, set(orders), uow, at)
    return len(uow.routes.unplanned(plan.id or 0)), off


def _call_off_pickups(plan: Plan, left_out: set[str], uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Nobody collects the returns that are on no route: their customers choose another day. What is exchanged for an order
    that is on no route either is collected when that is brought."""
    tasks = {task.return_number: task for task in uow.routes.unplanned(plan.id or 0) if task.return_number}
    notices: list[Notice] = []
    for made in uow.returns.named(number for number in tasks if number is not None):
        task = tasks[made.number]
        if made.status == ReturnStatus.PICKUP_PLANNED and made.exchange_order in left_out:
            continue
        if made.status != ReturnStatus.PICKUP_PLANNED or made.pickup_day != plan.day:
            uow.remove(task)
            continue
        reason = task.reason or CHANGED
        notices += pickups.nobody_collects(
            [made.number], "not_planned", uow, at, plan=plan.id, reason=reason["code"], values=reason.get("values", {}),
            fix=reason.get("fix"),
        )  # fmt: skip
    return notices
