"""What a driver can do next, as buttons: the one home of "every state has its buttons"."""

from __future__ import annotations

from actions.driving.own import driver_id, next_visit
from domain.driving import WorkedShift
from domain.moment import Moment
from domain.notices import Choice
from domain.orders import OrderStatus
from domain.routes import RouteStatus, TaskKind, TaskStatus
from storage.routes import Tour, Visit
from storage.unit_of_work import UnitOfWork

DISPATCHER = Choice(label="choice.dispatcher", command="TellDispatcher")
START = Choice(label="choice.start_shift", command="StartShift")
END = Choice(label="choice.end_shift", command="EndShift")
ROUTE = Choice(label="choice.my_route", command="ShowRoute")
ALL_THERE = Choice(label="choice.all_there", command="ConfirmLoad", slots={"all_there": True})
SOMETHING_MISSING = Choice(label="choice.something_missing", command="ConfirmLoad", slots={"all_there": False})
DEPART = Choice(label="choice.depart", command="Depart")
BREAK = Choice(label="choice.start_break", command="StartBreak")
BREAK_OVER = Choice(label="choice.end_break", command="EndBreak")
LATE = Choice(label="choice.late", command="ReportDelay")
#: Help shows what is needed less often.
MORE = Choice(label="choice.more_of_it", command="Help")
INCIDENT = Choice(label="choice.incident", command="ReportIncident")

#: Orders in these states are on no vehicle yet, and could be loaded.
TO_LOAD = frozenset({OrderStatus.ALLOCATED, OrderStatus.PACKED, OrderStatus.RESCHEDULED})

#: Tasks that ended like this were handed over, at least in part.
_HANDED_OVER = frozenset({TaskStatus.COMPLETED, TaskStatus.PARTIAL})


def menu(uow: UnitOfWork, at: Moment) -> tuple[Choice, ...]:
    """The buttons of the driver's present state, the likeliest first. The slot ``visits`` holds the ids of stops."""
    shift = uow.driving.shift(driver_id(at))
    if shift is None:
        return (START, DISPATCHER)
    if shift.break_since is not None:
        return (BREAK_OVER, ROUTE, DISPATCHER)
    tour = tour_of(shift, uow)
    if tour is None:
        return (END, DISPATCHER)
    if tour.route.status != RouteStatus.IN_PROGRESS:
        return (DEPART, ROUTE, DISPATCHER) if is_loaded(tour, uow) else (ALL_THERE, SOMETHING_MISSING, ROUTE)
    visit = next_visit(tour)
    return (END, ROUTE, DISPATCHER) if visit is None else at_stop(visit)


def more(uow: UnitOfWork, at: Moment) -> tuple[Choice, ...]:
    """What else can be said in the driver's present state, beside the likeliest."""
    shift = uow.driving.shift(driver_id(at))
    tour = tour_of(shift, uow) if shift is not None else None
    if shift is None or shift.break_since is not None or tour is None or tour.route.status != RouteStatus.IN_PROGRESS:
        also = (INCIDENT,) if shift is not None else ()
        return (*menu(uow, at), *also)
    return (LATE, BREAK, INCIDENT, DISPATCHER, ROUTE, END)


def tour_of(shift: WorkedShift, uow: UnitOfWork) -> Tour | None:
    """The route of a shift with all that is on it, while it is the driver's and to be driven."""
    if shift.route_id is None:
        return None
    tour = uow.routes.tour(shift.route_id)
    return tour if tour.route.driver_id == shift.driver_id and tour.route.is_live else None


def is_loaded(tour: Tour, uow: UnitOfWork) -> bool:
    """Whether nothing of the route waits at the depot any more."""
    return not any(status in TO_LOAD for status in uow.driving.order_states(tour.route.id or 0))


def at_stop(visit: Visit) -> tuple[Choice, ...]:
    """What can be done about a stop that lies ahead, the likeliest first."""
    slots = {"visits": [visit.stop.id]}

    def button(label: str, command: str) -> Choice:
        return Choice(label=label, command=command, slots=slots)

    collects = all(task.kind == TaskKind.PICKUP for task in visit.tasks if task.is_ahead)
    done = button("choice.collected", "CollectReturn") if collects else button("choice.delivered", "Deliver")
    failed = button("choice.not_given" if half_done(visit) else "choice.failed", "FailDelivery")
    details = button("choice.stop_details", "ShowStop")
    if any(task.status == TaskStatus.ARRIVED for task in visit.tasks):
        return (done, failed, *(() if collects else (button("choice.part", "DeliverPart"),)), details, MORE)
    navigate, later = button("choice.navigate", "Navigate"), button("choice.skip", "SkipStop")
    return (button("choice.arrived", "Arrive"), done, navigate, failed, details, later, MORE)


def half_done(visit: Visit) -> bool:
    """Whether something was handed over at a stop, and something is still to be collected there."""
    brought = any(task.kind == TaskKind.DELIVERY and task.status in _HANDED_OVER for task in visit.tasks)
    return brought and any(task.return_number is not None and task.is_ahead for task in visit.tasks)


def left_behind(visit: Visit) -> tuple[Choice, ...]:
    """What can be said of a half-done stop by a driver who is somewhere else by now."""
    slots, values = {"visits": [visit.stop.id]}, {"stop": visit.stop.position}
    return (
        Choice(label="choice.collected_at", values=values, command="CollectReturn", slots=slots),
        Choice(label="choice.not_given_at", values=values, command="FailDelivery", slots=slots),
    )
