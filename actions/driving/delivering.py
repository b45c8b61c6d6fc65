"""Arriving and handing over."""

from __future__ import annotations

from typing import Any

from actions import tracking
from actions.driving import stops
from actions.driving.menu import ROUTE, at_stop
from actions.driving.proving import add_photo, check_proven, far_from, keep_proof
from actions.driving.reports import Report, begin, bring, bring_order, finish, learn_from
from actions.told import items_of
from domain.commands.stops import Arrive, Deliver
from domain.moment import Moment
from domain.notices import Choice, Done, Notice, OrderDelivered
from domain.orders import OrderStatus
from domain.refusals import Refusal
from domain.routes import Task, TaskKind, TaskStatus
from storage.routes import Visit
from storage.unit_of_work import UnitOfWork

T = TaskStatus
_DELIVERED = frozenset({T.COMPLETED, T.PARTIAL})


def arrive(command: Arrive, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The driver is at a stop; said again it changes nothing. Refuses a stop that is done."""
    report = begin("Arrive", uow, at)
    here = stops.meant(report.tour, command, uow)[0]
    if not here.is_ahead:
        raise done_already(here, uow)
    reached = [task for task in here.tasks if task.is_ahead and task.status != T.ARRIVED]
    if not reached:
        report.known.append(fact("there_already", here, report))
        return finish(report)
    still_open = [visit for visit in report.tour.visits if visit is not here and visit.is_ahead and is_there(visit)]
    for task in reached:
        bring(task, T.ARRIVED, report)
    report.done.append(fact("arrived", here, report))
    report.done += [fact("still_open", visit, report) for visit in still_open]
    return finish(report)


def deliver(command: Deliver, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Handed over at these stops: all orders there, or the one named. What is delivered already is only said.

    Refuses what was reported otherwise, and stops that left the route.
    """
    report = begin("Deliver", uow, at)
    for visit in stops.meant(report.tour, command, uow):
        tasks = _wanted(visit, command.order)
        if not tasks:
            raise Refusal("to_collect", stop=visit.stop.position, choices=at_stop(visit))
        if any(task.is_ahead for task in tasks):
            hand_over(visit, [task for task in tasks if task.is_ahead], command, report)
        elif all(task.status in _DELIVERED for task in tasks) and command.by_photo and command.photos:
            add_photo(visit, command, report)
            report.done.append(fact("photo", visit, report))
        elif all(task.status in _DELIVERED for task in tasks):
            report.known.append(fact("known", visit, report, at=visit.stop.done_at or visit.tasks[0].done_at))
        else:
            raise done_already(visit, uow)
    return finish(report)


def hand_over(visit: Visit, tasks: list[Task], command: Deliver, report: Report) -> None:
    """Everything of these tasks is handed over. Refuses while a proof that is a must is missing."""
    far = far_from(visit.stop, report.uow, report.happened)
    arrived = arrived_at(visit, report)
    for task in tasks:
        bring(task, T.COMPLETED, report)
        if task.kind == TaskKind.DELIVERY and task.order_number is not None:
            _delivered(task.order_number, command, far, report)
    be_there(visit, report)
    if not visit.is_ahead:
        learn_from(visit, arrived, report)
    report.done.append(fact("delivered", visit, report, far=far))


def _delivered(number: str, command: Deliver, far: int | None, report: Report) -> None:
    order = report.order(number)
    check_proven(order, command)
    bring_order(order, OrderStatus.DELIVERED, report, **({"far": far} if far else {}))
    keep_proof(order, command, report)
    report.told.append(
        OrderDelivered(
            about=number, to=order.customer_id, number=number, items=items_of([order], report.uow)[number],
            at=report.happened.now, tracking=tracking.token_of(order, report.uow, report.at),
            by=command.name or None,
            choices=(Choice(label="choice.proof", command="ShowProof", slots={"order": number}),
                     Choice(label="choice.problem", command="ReportProblem", slots={"order": number})),
        )
    )  # fmt: skip


def _wanted(visit: Visit, order: str | None) -> list[Task]:
    """The tasks that a report of handing over is about: deliveries, else what is loaded over there; never a return."""
    tasks = [task for task in visit.tasks if order is None or task.order_number == order]
    brought = [task for task in tasks if task.kind == TaskKind.DELIVERY]
    return brought or [task for task in tasks if task.return_number is None]


def is_there(visit: Visit) -> bool:
    """Whether the driver said that they are there."""
    return any(task.status == T.ARRIVED for task in visit.tasks)


def be_there(visit: Visit, report: Report) -> None:
    """Who hands something over is there, also for what is to be collected."""
    for task in visit.tasks:
        if task.return_number is not None and task.status in {T.PENDING, T.EN_ROUTE}:
            bring(task, T.ARRIVED, report, inferred=True)


def arrived_at(visit: Visit, report: Report) -> Any:
    """When the driver arrived, where they said so."""
    if not is_there(visit):
        return None
    return max(report.uow.dispatch.arrivals([task.id or 0 for task in visit.tasks]).values(), default=None)


def done_already(visit: Visit, uow: UnitOfWork) -> Refusal:
    """Why nothing more can be reported about a stop: how it ended, or that nobody waits there any more."""
    gone = [task for task in visit.tasks if task.status == T.SKIPPED]
    if gone and len(gone) == len(visit.tasks):
        orders = uow.orders.named({task.order_number for task in gone if task.order_number})
        cancelled = any(order.status == OrderStatus.CANCELLED for order in orders)
        return Refusal("stop_is_off", stop=visit.stop.position, cancelled=cancelled, choices=(stops.SHOW_NEXT, ROUTE))
    return Refusal(
        "reported_already", stop=visit.stop.position, status=visit.status.value, at=visit.stop.done_at,
        choices=(stops.UNDO, stops.SHOW_NEXT),
    )  # fmt: skip


def fact(what: str, visit: Visit, report: Report, **more: Any) -> Done:
    """What was reported of a stop."""
    when = {"at": report.happened.now} | more
    return Done(what=what, visit=visit.stop.id, stop=visit.stop.position, address=visit.stop.address, **when)
