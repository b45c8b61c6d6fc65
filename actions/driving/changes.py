"""What drivers hear of their routes: that they have one, that it changed, that a customer wants something else."""

from __future__ import annotations

from collections.abc import Sequence, Set

from actions.driving.menu import ROUTE, START
from domain.events import note
from domain.moment import Moment
from domain.notices import Notice, RouteForDriver, RouteLost, StopCalledOff, StopInstructed, StopsChanged
from domain.orders import Order
from domain.routes import Route, RouteStatus, Task
from storage.routes import Tour
from storage.unit_of_work import UnitOfWork

#: Routes in these states are being worked on by their drivers.
AT_WORK = frozenset({RouteStatus.LOADING, RouteStatus.IN_PROGRESS})


def routes_given(tours: Sequence[Tour], uow: UnitOfWork, at: Moment, *, again: bool = False) -> list[Notice]:
    """Tell drivers of the routes that are theirs now; whoever is on shift without one begins with it."""
    crews = uow.fleet.crews([tour.route for tour in tours])
    notices: list[Notice] = []
    for tour in tours:
        route = tour.route
        if route.driver_id is None:
            continue
        _hand_to_waiting(route, uow, at)
        vehicle = crews[route.id or 0][1]
        notices.append(
            RouteForDriver(
                driver=route.driver_id, day=route.day, leaves=route.planned_start, stops=len(tour.visits),
                vehicle=vehicle.plate if vehicle is not None else None, again=again,
                choices=(START,) if uow.driving.shift(route.driver_id) is None else (ROUTE,),
            )
        )  # fmt: skip
    return notices


def route_taken(route: Route, driver_id: int | None, uow: UnitOfWork) -> list[Notice]:
    """Tell the driver who had a route that it is another's; their shift, if it runs, has none any more."""
    if driver_id is None:
        return []
    shift = uow.driving.shift(driver_id, lock=True)
    if shift is not None and shift.route_id == route.id:
        shift.route_id = None
    return [RouteLost(driver=driver_id, day=route.day)]


def take_on(route: Route, vehicle_id: int | None, uow: UnitOfWork, at: Moment) -> None:
    """A route is loaded into a vehicle from now on, whichever was planned."""
    if route.vehicle_id != vehicle_id and vehicle_id is not None:
        uow.record(note(route, "vehicle", at, route.vehicle_id, vehicle_id))
        route.vehicle_id = vehicle_id
    if route.status == RouteStatus.PUBLISHED:
        uow.record(route.move(RouteStatus.LOADING, at))


def _hand_to_waiting(route: Route, uow: UnitOfWork, at: Moment) -> None:
    shift = uow.driving.shift(route.driver_id or 0, lock=True)
    if shift is None or shift.day != route.day:
        return
    has = uow.routes.find(shift.route_id) if shift.route_id is not None else None
    if has is None or not has.is_live or has.driver_id != shift.driver_id:
        shift.route_id = route.id
        take_on(route, shift.vehicle_id if route.status != RouteStatus.IN_PROGRESS else None, uow, at)


def stops_changed(before: Tour, after: Tour, made: Set[int | None] = frozenset()) -> list[Notice]:
    """Tell a driver at work which stops joined their route, left it, or come in another order.

    Stops that were ``made`` meanwhile were not there before.
    """
    route = after.route
    if route.driver_id is None or route.status not in AT_WORK:
        return []
    had = {stop: address for stop, address in _addresses(before).items() if stop not in made}
    has = _addresses(after)
    stayed = [stop for stop in had if stop in has]
    joined, gone = [has[stop] for stop in has if stop not in had], [had[stop] for stop in had if stop not in has]
    moved = stayed != [stop for stop in has if stop in had]
    if not joined and not gone and not moved:
        return []
    coming = next(iter(has.values()), None)
    return [
        StopsChanged(
            driver=route.driver_id, joined=tuple(joined), gone=tuple(gone), moved=moved, coming=coming, choices=(ROUTE,)
        )
    ]  # fmt: skip


def _addresses(tour: Tour) -> dict[int, str]:
    return {visit.stop.id or 0: visit.stop.address for visit in tour.visits if visit.is_ahead}


def instructed(order: Order, uow: UnitOfWork) -> list[Notice]:
    """Tell the driver who is at work on an order's route what the customer wants now."""
    due = uow.routes.due(order.number)
    route = uow.routes.find(due.stop.route_id) if due is not None and due.task.is_ahead else None
    if due is None or route is None or route.driver_id is None or route.status not in AT_WORK:
        return []
    return [
        StopInstructed(
            driver=route.driver_id, stop=due.stop.position, address=due.stop.address, wishes=tuple(order.for_driver())
        )
    ]


def called_off(order: Order, task: Task, route: Route, uow: UnitOfWork) -> list[Notice]:
    """Tell the driver who is at work on a route that nobody waits at a stop any more."""
    stop = uow.dispatch.stops([task.stop_id or 0]).get(task.stop_id or 0)
    if stop is None or route.driver_id is None or route.status not in AT_WORK:
        return []
    left = route.status == RouteStatus.IN_PROGRESS
    return [
        StopCalledOff(
            driver=route.driver_id, stop=stop.position, address=stop.address, number=order.number, aboard=left
        )
    ]
