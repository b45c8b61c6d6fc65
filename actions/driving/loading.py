"""Loading and leaving: what is on the vehicle, what is missing, and the moment the route begins."""

from __future__ import annotations

from dataclasses import replace

from actions.cases import open_case
from actions.choices import Ask, Known, Talk
from actions.driving import stops
from actions.driving.menu import ALL_THERE, DISPATCHER, is_loaded, menu, tour_of
from actions.driving.own import driver_id, my_tour, next_visit, reported
from actions.driving.telling import told_of_leaving
from actions.fulfilment import put_back, ship
from actions.told import items_of, rest_of
from domain.commands import ConfirmLoad, Depart
from domain.dialogue import Frame
from domain.events import note
from domain.moment import Moment
from domain.notices import Choice, DeliveryOff, Departed, LoadConfirmed, Loaded, Notice, PackageMissing
from domain.orders import Order, OrderStatus
from domain.refusals import NotFound, Refusal
from domain.routes import RouteStatus, Task, TaskKind, TaskStatus
from storage.routes import Tour
from storage.unit_of_work import UnitOfWork

S, T = OrderStatus, TaskStatus
#: What an order goes through until it is aboard.
_ABOARD = {S.ALLOCATED: (S.PACKED, S.DISPATCHED), S.PACKED: (S.DISPATCHED,), S.RESCHEDULED: (S.DISPATCHED,)}
#: What the history of a route calls what was put on its vehicle.
LOADED = "loaded"
#: The exception that a package was not there when its route was loaded.
MISSING = "missing_at_loading"


def load_list(tour: Tour, uow: UnitOfWork) -> tuple[Loaded, ...]:
    """What must be on the vehicle, by stop in the order they are driven to."""
    orders = {order.number: order for order in uow.orders.named(_numbers(tour))}
    items = rest_of(list(orders.values()), uow)
    return tuple(
        Loaded(stop=visit.stop.position, number=task.order_number or "", items=items[task.order_number or ""])
        for visit in tour.visits
        for task in visit.tasks
        if _to_bring(task) and task.order_number in orders
    )


def what_is_there(frame: Frame, talk: Talk) -> Known | Ask:
    """Whether all is there, or which packages are missing. Refuses orders and stops that are not on the driver's route."""
    tour = my_tour(talk.uow, talk.at)
    if tour.route.status == RouteStatus.IN_PROGRESS:
        raise Refusal("left_already", choices=menu(talk.uow, talk.at))
    load = load_list(tour, talk.uow)
    missing = [str(each) for each in frame.slots.get("missing") or ()]
    strange = next((each for each in missing if each not in {one.number for one in load}), None)
    if strange is not None:
        raise NotFound("not_on_your_route", ask="missing", order=strange, choices=_by_stop(load))
    stop = frame.slots.get("stop")
    if stop is not None:
        there = [each.number for each in load if each.stop == stop]
        if not there:
            raise NotFound("no_such_stop_of_yours", ask="stop", stop=stop, choices=_by_stop(load))
        missing += [each for each in there if each not in missing]
    if missing or frame.slots.get("all_there"):
        return Known({"missing": missing, "stop": None})
    if frame.slots.get("all_there") is False:
        return Ask("stop", "missing", _by_stop(load))
    choices = tuple(
        Choice(label=each, slots={"all_there": there})
        for each, there in (("choice.all_there", True), ("choice.something_missing", False))
    )
    return Ask("all_there", "load", choices, {"load": [each.model_dump() for each in load]})


def leaving_said_before(frame: Frame, talk: Talk) -> Frame | None:
    """Leaving, where that was said together with the load, and nothing was missing."""
    leaves = frame.slots.get("leaves") and not frame.slots.get("missing")
    return Frame(id=talk.at.ids(), command="Depart") if leaves else None


def load_first(frame: Frame, talk: Talk) -> Frame | None:
    """Loading is confirmed before the route leaves: it is asked whether all is there, and then it does."""
    shift = talk.uow.driving.shift(driver_id(talk.at))
    tour = tour_of(shift, talk.uow) if shift is not None else None
    if tour is None or tour.route.status == RouteStatus.IN_PROGRESS or is_loaded(tour, talk.uow):
        return None
    return Frame(id=frame.id, command="ConfirmLoad", slots={"leaves": True})


def confirm_load(command: ConfirmLoad, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What is missing leaves the route; with ``all_there`` the rest is aboard. Said again it changes nothing.

    Refuses a route that has left, and orders that are not on it.
    """
    tour = my_tour(uow, at)
    if tour.route.status == RouteStatus.IN_PROGRESS:
        raise Refusal("left_already", choices=menu(uow, at))
    mine = {each.number for each in load_list(tour, uow)}
    strange = next((each for each in command.missing if each not in mine), None)
    if strange is not None:
        raise NotFound("not_on_your_route", order=strange)
    told = _take_off(tour, command.missing, uow, at) if command.missing else []
    tour = uow.routes.tour(tour.route.id or 0)
    reported("ConfirmLoad", uow, at, route=tour.route.id)
    if not command.all_there:
        rest = (ALL_THERE.model_copy(update={"label": "choice.rest_there"}), _MORE_MISSING, DISPATCHER)
        noted = PackageMissing(numbers=command.missing, left=len(mine) - len(command.missing), choices=rest)
        return [noted, *told]
    left_off = load(tour, uow, at)
    loaded = load_list(tour, uow)
    return [
        LoadConfirmed(
            stops=len({each.stop for each in loaded}), pieces=sum(item.quantity for each in loaded for item in each.items),
            left_off=left_off, leaves=tour.route.planned_start, choices=menu(uow, at),
        ),
        *told,
    ]  # fmt: skip


_MORE_MISSING = Choice(label="choice.more_missing", command="ConfirmLoad", slots={"all_there": False})


def load(tour: Tour, uow: UnitOfWork, at: Moment, *, inferred: bool = False) -> tuple[str, ...]:
    """What of the route waits at the depot is aboard now; the numbers of orders that must not go, whatever lies there.

    With ``inferred`` nobody said so, but it must have happened.
    """
    detail = {"inferred": True} if inferred else {}
    left_off: list[str] = []
    aboard: list[str] = []
    for order in _locked(tour, uow):
        for step in _ABOARD.get(S(order.status), ()):
            uow.record(order.move(step, at, **detail))
        if order.status == S.DISPATCHED:
            ship(order, uow, at)
            aboard.append(order.number)
        elif order.before_dispatch:
            left_off.append(order.number)
    if aboard:
        uow.record(note(tour.route, LOADED, at, orders=aboard, **detail))
    uow.flush()
    return tuple(left_off)


def depart(command: Depart, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The route leaves the depot. Refuses before loading is confirmed, and a second time, saying so."""
    tour = my_tour(uow, at)
    if tour.route.status == RouteStatus.IN_PROGRESS:
        raise Refusal("left_already", choices=menu(uow, at))
    if not is_loaded(tour, uow):
        raise Refusal("not_loaded_yet", choices=menu(uow, at))
    notices = leave(tour, uow, replace(at, now=at.when, said=None))
    reported("Depart", uow, at, route=tour.route.id)
    tour = uow.routes.tour(tour.route.id or 0)
    followed = uow.routes.position(tour.route.id or 0) is not None
    left = Departed(at=at.when, stops=sum(visit.is_ahead for visit in tour.visits), followed=followed)
    return [left, stops.ahead(tour, uow, at), *notices]


def leave(tour: Tour, uow: UnitOfWork, at: Moment, *, inferred: bool = False) -> list[Notice]:
    """A route that is loaded, or of which that must be so, is on the road; what its customers are told.

    For whoever reports from the road what says that it has left (``inferred``), too. On the road it changes nothing.
    """
    route = tour.route
    if route.status == RouteStatus.IN_PROGRESS:
        return []
    load(tour, uow, at, inferred=inferred)
    detail = {"inferred": True} if inferred else {}
    if route.status == RouteStatus.PUBLISHED:
        uow.record(route.move(RouteStatus.LOADING, at, **detail))
    uow.record(route.move(RouteStatus.IN_PROGRESS, at, **detail))
    for order in _locked(tour, uow):
        if order.status == S.DISPATCHED:
            uow.record(order.move(S.OUT_FOR_DELIVERY, at, **detail))
    first = next_visit(tour)
    for task in first.tasks if first is not None else ():
        if task.status == T.PENDING:
            uow.record(task.move(T.EN_ROUTE, at, **detail))
    uow.flush()
    return told_of_leaving(uow.routes.tour(route.id or 0), uow, at)


def _take_off(tour: Tour, numbers: tuple[str, ...], uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Orders leave the route: nobody comes to them today, and staff find out where the packages are."""
    for task in tour.tasks:
        if task.order_number in numbers and task.is_ahead:
            uow.record(task.move(T.SKIPPED, at, why="missing"))
            task.reason, task.stop_id = {"code": "missing_at_loading", "values": {}}, None
    uow.flush()
    tour = uow.routes.tour(tour.route.id or 0)
    empty = [visit.stop for visit in tour.visits if not visit.tasks]
    uow.remove(*empty)
    uow.routes.reorder([visit.stop for visit in tour.visits if visit.tasks])
    uow.routes.touch(tour.route)
    uow.orders.lock(numbers)
    orders = uow.orders.named(numbers)
    for order in orders:
        if order.status == S.DISPATCHED:  # it was taken to be aboard
            uow.record(order.move(S.PACKED, at, reason="missing"))
            put_back(order, uow, at)
        order.forget_told()
        open_case(MISSING, order, uow, at, route=tour.route.id)
    return [told_off(order, uow, "missing") for order in orders]


def told_off(order: Order, uow: UnitOfWork, why: str) -> DeliveryOff:
    """What a customer hears to whom nobody comes today."""
    return DeliveryOff(
        about=order.number, to=order.customer_id, number=order.number, items=items_of([order], uow)[order.number],
        why=why,
    )  # fmt: skip


def _by_stop(load: tuple[Loaded, ...]) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            label="choice.package", values={"stop": each.stop, "number": each.number},
            slots={"missing": [each.number], "all_there": False},
        )
        for each in load
    )  # fmt: skip


def _locked(tour: Tour, uow: UnitOfWork) -> list[Order]:
    """The orders that are to be brought, locked: without those that left the route while they were waited for."""
    uow.flush()
    uow.orders.lock(_numbers(tour))
    ahead = uow.driving.to_bring(tour.route.id or 0)
    return [order for order in uow.orders.named(_numbers(tour)) if order.number in ahead]


def _numbers(tour: Tour) -> list[str]:
    return [task.order_number for task in tour.tasks if _to_bring(task) and task.order_number is not None]


def _to_bring(task: Task) -> bool:
    return task.kind == TaskKind.DELIVERY and task.is_ahead
