"""Orders that leave their route, because they changed after it was published."""

from __future__ import annotations

from actions.cases import open_case
from actions.driving.changes import called_off
from domain.moment import Moment
from domain.notices import Notice
from domain.orders import Order
from domain.planning.day import PLANNABLE
from domain.routes import TaskStatus
from storage.unit_of_work import UnitOfWork

#: The exception that a person must find a way for an order.
NOT_PLANNED = "not_planned"
#: Why an order that changed after it was planned is on no route.
CHANGED = {"code": "drop.changed", "values": {}}


def leave_route(order: Order, uow: UnitOfWork, at: Moment, why: str) -> list[Notice]:
    """Nobody drives to what an order was: its open visits are skipped, and what was told of them no longer holds.

    One that is still to come that very day is an exception: it must be put on a route anew. The times of the others on
    the route stay as they were told. What their drivers are told is given back.
    """
    notices: list[Notice] = []
    for task, route in uow.routes.live_tasks([order.number]):
        if task.status != TaskStatus.PENDING:
            continue
        notices += called_off(order, task, route, uow)
        uow.record(task.move(TaskStatus.SKIPPED, at, why=why))
        uow.flush()
        uow.routes.close_if_done(task.stop_id or 0, at.now)
        order.forget_told()
        if order.status in PLANNABLE and order.promise_day == route.day:
            open_case(
                NOT_PLANNED, order, uow, at, day=route.day.isoformat(), reason=CHANGED["code"], values={}, fix=None
            )
    return notices
