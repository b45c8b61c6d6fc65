"""The end of a shift: what was not delivered comes back, the vehicle is free, and what the day came to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from actions.cases import file_case, open_case
from actions.choices import Known, Talk
from actions.driving.breaks import end_break
from actions.driving.loading import told_off
from actions.driving.menu import START, half_done, menu, tour_of
from actions.driving.own import driver_id, my_shift, reported
from actions.fulfilment import put_back
from actions.returns import pickups
from actions.returns.booking import call_off_pickup
from actions.returns.pickups import OLD_NOT_GIVEN, PICKUP_FAILED, items_back, nobody_collects, open_trouble
from domain.commands import EndBreak, EndShift
from domain.dialogue import Frame
from domain.driving import WorkedShift
from domain.events import note
from domain.fleet import VehicleStatus
from domain.moment import Moment
from domain.notices import HandedIn, Notice, ReturnsBrought, ShiftEnded
from domain.orders import DELIVERED, Order, OrderStatus
from domain.refusals import Refusal
from domain.returns import ReturnStatus
from domain.routes import RouteStatus, Task, TaskKind, TaskStatus
from storage.routes import Tour, Visit
from storage.unit_of_work import UnitOfWork

S, T = OrderStatus, TaskStatus
#: The exception that nobody came to an order in its driver's shift.
NOT_REACHED = "not_reached"
#: Why a return was not collected whose driver handed something over there, and said nothing of it.
UNSAID = "unsaid"
#: The exception that a shift ended before its route had left.
NOT_DRIVEN = "route_not_driven"
#: States in which what is aboard comes back to the depot.
_COMES_BACK = frozenset({S.OUT_FOR_DELIVERY, S.FAILED})


def check_shift(frame: Frame, talk: Talk) -> Known:
    """Refuses where there is no shift to end, saying when the last one was over."""
    if talk.uow.driving.shift(driver_id(talk.at)) is None:
        last = talk.uow.driving.last_shift(driver_id(talk.at))
        if last is not None and last.ended_at is not None and talk.at.now - last.ended_at < timedelta(hours=12):
            raise Refusal("shift_over", at=last.ended_at, choices=(START,))
        raise Refusal("no_shift", choices=(START,))
    return Known({})


def describe_ending(command: EndShift, uow: UnitOfWork, at: Moment) -> dict[str, Any] | None:
    """What is asked while stops lie ahead; None where all is done."""
    tour = tour_of(my_shift(uow, at), uow)
    ahead = sum(visit.is_ahead for visit in tour.visits) if tour is not None else 0
    unsaid = [visit.stop.position for visit in tour.visits if half_done(visit)] if tour is not None else []
    return {"ahead": ahead, "unsaid": unsaid} if ahead else None


def end_shift(command: EndShift, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """End the shift: goods that nobody took are booked back, the vehicle is free, the route is completed.

    Refuses without a shift, and an odometer that ran backwards.
    """
    shift = my_shift(uow, at)
    if command.km is not None and shift.start_km is not None and command.km < shift.start_km:
        raise Refusal("odometer_backwards", ask="km", km=command.km, start=shift.start_km)
    notices = end_break(EndBreak(), uow, at)[1:] if shift.break_since is not None else []
    tour = _driven(shift, uow)
    returned: tuple[str, ...] = ()
    hand_in: tuple[HandedIn, ...] = ()
    if tour is not None and tour.route.status in {RouteStatus.IN_PROGRESS, RouteStatus.COMPLETED}:
        not_collected, half = _not_collected(tour, uow), [visit for visit in tour.visits if half_done(visit)]
        returned, notices = _come_back(tour, uow, at)
        notices += _left_open(half, tour, uow, at)
        notices += nobody_collects(not_collected, NOT_REACHED, uow, at, route=tour.route.id)
        hand_in = _hand_in(tour, uow)
        notices += _brought(hand_in, tour, uow)
        if tour.route.status == RouteStatus.IN_PROGRESS:
            uow.record(tour.route.move(RouteStatus.COMPLETED, at))
    elif tour is not None and any(task.is_ahead for task in tour.tasks):
        file_case(NOT_DRIVEN, uow, at, driver=shift.driver_id, route=tour.route.id)
    _park(shift, uow, at)
    shift.ended_at, shift.end_km = max(at.when, shift.started_at), command.km
    shift.summary = _summary(shift, tour, uow)
    uow.record(note(shift, "status", at, "started", "ended", km=command.km))
    reported("EndShift", uow, at, route=shift.route_id)
    uow.flush()
    ended = ShiftEnded(
        began=shift.started_at,
        at=shift.ended_at,
        summary=shift.summary,
        returned=returned,
        hand_in=hand_in,
        choices=menu(uow, at),
    )
    return [ended, *notices]


def _driven(shift: WorkedShift, uow: UnitOfWork) -> Tour | None:
    """The route of the shift, also one whose rest others have taken over; its orders are open to the driver now."""
    if shift.route_id is None:
        return None
    tour = uow.routes.tour(shift.route_id, lock=True)
    if tour.route.driver_id != shift.driver_id:
        return None
    uow.become(replace(uow.actor, opened=frozenset(_aboard(tour, uow))))
    return tour


def _aboard(tour: Tour, uow: UnitOfWork) -> list[str]:
    """The orders of a route, also those that were taken off it while they were aboard; none that another one brings
    today: what is planned for a later day by now is still aboard."""
    numbers = {task.order_number for task in tour.tasks if task.kind == TaskKind.DELIVERY and task.order_number}
    numbers |= set(uow.driving.loaded(tour.route.id or 0))
    last = uow.driving.last_routes(numbers, tour.route.day)
    return sorted(number for number in numbers if last.get(number) in {None, tour.route.id})


def _park(shift: WorkedShift, uow: UnitOfWork, at: Moment) -> None:
    vehicle = uow.driving.vehicle(shift.vehicle_id) if shift.vehicle_id is not None else None
    if vehicle is not None and vehicle.status == VehicleStatus.IN_USE:
        uow.record(vehicle.move(VehicleStatus.AVAILABLE, at, driver=shift.driver_id))


def _come_back(tour: Tour, uow: UnitOfWork, at: Moment) -> tuple[tuple[str, ...], list[Notice]]:
    """Book back what is still aboard: the orders that came back, and what customers hear to whom nobody came."""
    numbers = _aboard(tour, uow)
    uow.orders.lock(numbers)
    for task in tour.tasks:
        _close(task, at, uow)
    returned: list[str] = []
    off: list[Notice] = []
    for order in uow.orders.named(numbers):
        not_reached = order.status == S.OUT_FOR_DELIVERY
        if order.status == S.DELIVERED:
            continue
        if order.status in _COMES_BACK:
            uow.record(order.move(S.RETURNED_TO_DEPOT, at))
        elif order.status == S.DISPATCHED:
            uow.record(order.move(S.PACKED, at))
        if put_back(order, uow, at, _left_of(order, uow)) or order.status == S.RETURNED_TO_DEPOT:
            returned.append(order.number)
        if not_reached and all(case.kind != "breakdown" for case in uow.cases.of_order(order.number)):
            order.forget_told()
            open_case(NOT_REACHED, order, uow, at, route=tour.route.id)
            off.append(told_off(order, uow, NOT_REACHED))
    return tuple(returned), off


def _not_collected(tour: Tour, uow: UnitOfWork) -> list[str]:
    """The returns that nobody was at; without those that are exchanged for an order that is promised for another day, with which
    they are collected."""
    returns = uow.returns.named(task.return_number for task in tour.tasks if task.return_number and task.is_ahead)
    brought = {order.number: order for order in uow.orders.named(made.exchange_order or "" for made in returns)}
    return [made.number for made in returns if not _comes_later(brought.get(made.exchange_order or ""), tour)]


def _comes_later(exchange: Order | None, tour: Tour) -> bool:
    day = exchange.promise_day if exchange is not None and exchange.status not in DELIVERED else None
    return day is not None and day > tour.route.day


def _left_open(half: list[Visit], tour: Tour, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Something was handed over there, and nothing was said of what was to be collected: a person looks into it."""
    notices: list[Notice] = []
    for made in uow.returns.named(task.return_number or "" for visit in half for task in visit.tasks):
        if made.status != ReturnStatus.PICKUP_PLANNED:
            continue
        kind = OLD_NOT_GIVEN if made.exchange_order is not None else PICKUP_FAILED
        open_trouble(kind, made, uow, at, failure=UNSAID, route=tour.route.id)
        call_off_pickup(made, uow, at, UNSAID)
        notices.append(pickups.told_off(made, uow, at, UNSAID, person=True))
    return notices


def _hand_in(tour: Tour, uow: UnitOfWork) -> tuple[HandedIn, ...]:
    """The returns that were collected and are not at the depot yet."""
    numbers = [
        task.return_number for task in tour.tasks if task.return_number and task.status in {T.COMPLETED, T.PARTIAL}
    ]
    returns = [made for made in uow.returns.named(numbers) if made.status == ReturnStatus.IN_TRANSIT] if numbers else []
    items = items_back(returns, uow)
    return tuple(HandedIn(number=made.number, items=items[made.number]) for made in returns)


def _brought(hand_in: tuple[HandedIn, ...], tour: Tour, uow: UnitOfWork) -> list[Notice]:
    """Tell the depot what its driver brings in."""
    driver = uow.driving.driver(tour.route.driver_id) if tour.route.driver_id is not None else None
    if not hand_in or driver is None:
        return []
    depot = uow.depots.get(tour.route.depot_id)
    return [ReturnsBrought(desk=depot.code, driver_name=driver.name, hand_in=hand_in)]


def _left_of(order: Order, uow: UnitOfWork) -> dict[str, int] | None:
    """The pieces of an order that were not handed over; None for all of them."""
    return uow.orders.not_handed_over(order) if order.status == S.PARTIALLY_DELIVERED else None


def _close(task: Task, at: Moment, uow: UnitOfWork) -> None:
    """A visit nobody made has been skipped, also one the driver would have made next; one they were at has failed."""
    if task.status in {T.PENDING, T.EN_ROUTE}:
        uow.record(task.move(T.SKIPPED, at, why="shift_ended"))
    elif task.status == T.ARRIVED:
        uow.record(task.move(T.FAILED, at, reason="shift_ended"))


def _summary(shift: WorkedShift, tour: Tour | None, uow: UnitOfWork) -> dict[str, Any]:
    """What a shift came to: stops, how many were served in the told window and in the promised one, metres, seconds.

    ``in_time`` and ``promised`` count deliveries, of ``told`` and ``had_promise``; metres are those of the odometer, else
    of the plan (``planned_metres``).
    """
    assert shift.ended_at is not None, "the shift is over"
    tasks = [task for task in tour.tasks if task.kind == TaskKind.DELIVERY] if tour is not None else []
    visits = [visit for visit in tour.visits if visit.tasks] if tour is not None else []
    done = [task for task in tasks if task.status in {T.COMPLETED, T.PARTIAL}]
    driven = shift.end_km - shift.start_km if shift.end_km is not None and shift.start_km is not None else None
    return {
        "stops": len(visits),
        "done": sum(visit.status in {T.COMPLETED, T.PARTIAL} for visit in visits),
        "failed": sum(visit.status == T.FAILED for visit in visits),
        "not_reached": sum(visit.status == T.SKIPPED for visit in visits),
        "km": driven,
        "planned_metres": tour.route.metres if tour is not None else 0,
        "seconds": round((shift.ended_at - shift.started_at).total_seconds()),
        **_punctual(done, tour, uow),
    }


def _punctual(done: list[Task], tour: Tour | None, uow: UnitOfWork) -> dict[str, int]:
    """How many deliveries began within what was told and promised, and of how many that is known."""
    if tour is None:
        return {"in_time": 0, "told": 0, "promised": 0, "had_promise": 0}
    zone = uow.depots.get(tour.route.depot_id).tz
    arrived = uow.dispatch.arrivals([task.id or 0 for task in done])
    orders = {order.number: order for order in uow.orders.named(task.order_number or "" for task in done)}
    kept = {"in_time": 0, "told": 0, "promised": 0, "had_promise": 0}
    for task in done:
        order = orders.get(task.order_number or "")
        when = arrived.get(task.name) or task.done_at
        if order is None or when is None or order.status not in DELIVERED:
            continue
        if order.told_start is not None and order.told_end is not None:
            kept["told"] += 1
            kept["in_time"] += _within(when, order.told_start, order.told_end)
        if (promised := order.promised_span(zone)) is not None:
            kept["had_promise"] += 1
            kept["promised"] += _within(when, *promised)
    return kept


def _within(when: datetime, start: datetime, end: datetime) -> bool:
    return start <= when <= end
