"""Returns that leave their route, because nobody is to collect them there any more."""

from __future__ import annotations

from actions.driving.changes import AT_WORK
from domain.moment import Moment
from domain.notices import Notice, StopCalledOff
from domain.returns import Return
from domain.routes import Route, Task, TaskStatus
from storage.unit_of_work import UnitOfWork


def leave_route(made: Return, uow: UnitOfWork, at: Moment, why: str) -> list[Notice]:
    """Nobody drives there for a return any more: its open visits are skipped, and what was told of them no longer holds. The
    times of the others on the route stay as they were told. What the drivers are told is given back."""
    notices: list[Notice] = []
    for task, route in uow.routes.live_tasks([made.number]):
        if task.status == TaskStatus.ARRIVED:
            continue
        notices += _called_off(made, task, route, uow)
        uow.record(task.move(TaskStatus.SKIPPED, at, why=why))
        uow.flush()
        uow.routes.close_if_done(task.stop_id or 0, at.now)
        made.forget_told()
    return notices


def _called_off(made: Return, task: Task, route: Route, uow: UnitOfWork) -> list[Notice]:
    """Tell the driver who is at work on a route that nothing is to be collected at a stop any more."""
    stop = uow.dispatch.stops([task.stop_id or 0]).get(task.stop_id or 0)
    if stop is None or route.driver_id is None or route.status not in AT_WORK:
        return []
    return [
        StopCalledOff(
            driver=route.driver_id, stop=stop.position, address=stop.address, number=made.number, aboard=False
        )
    ]
