"""Whether a depot's day can begin: what stands in its way is an exception each, and goes away when it comes right."""

from __future__ import annotations

from datetime import date

from actions.cases import open_about, open_case, resolve_about
from actions.leaving import NOT_PLANNED
from actions.returns.pickups import PICKUP_NOT_PLANNED, open_trouble
from actions.scheduling import depot_of
from domain.commands import CheckStarts, RunMorningCheck
from domain.depots import Depot
from domain.events import Thing, note
from domain.fleet import VehicleStatus
from domain.moment import Moment
from domain.notices import MorningChecked, Notice
from domain.returns import RETURNS
from domain.routes import Route, RouteStatus
from storage.unit_of_work import UnitOfWork

#: Exceptions of a day: nothing was planned; a route's vehicle cannot be driven; its driver has not started.
NO_PLAN, NO_VEHICLE, NO_DRIVER = "day_not_planned", "route_without_vehicle", "route_not_begun"


def run_morning_check(command: RunMorningCheck, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Look at today: orders promised for it that are on no route, vehicles out of service, drivers who are late."""
    depot = depot_of(command.depot, uow)
    day = at.now.astimezone(depot.tz).date()
    routes = uow.routes.live(depot.id or 0, day)
    checked = MorningChecked(
        depot=depot.code, day=day, routes=len(routes), unplanned=_unplanned(depot, day, routes, uow, at),
        vehicles=_vehicles(routes, uow, at), drivers=_drivers(depot, day, routes, uow, at),
        returns_waiting=uow.reviewing.count(depot.id),
    )  # fmt: skip
    figures = checked.model_dump(include={"routes", "unplanned", "vehicles", "drivers", "returns_waiting"})
    uow.record(note(Thing("depot", depot.code), "morning_checked", at, None, day.isoformat(), **figures))
    return [checked]


def check_starts(command: CheckStarts, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Look whether the drivers of all routes that should have begun have started their shift."""
    depot = depot_of(command.depot, uow)
    day = at.now.astimezone(depot.tz).date()
    _drivers(depot, day, uow.routes.live(depot.id or 0, day), uow, at)
    return []


def _unplanned(depot: Depot, day: date, routes: list[Route], uow: UnitOfWork, at: Moment) -> int:
    """Orders and pickups of the day on no route: one exception each, or one for all of them where nothing was planned."""
    if not uow.fleet.drivers(depot.id or 0):  # routes are made elsewhere
        return 0
    wanted = [each.number for each in uow.planning.day(depot, day, at.now).wanted]
    subject = f"{depot.code}:{day}"
    if wanted and not routes:
        open_about(NO_PLAN, subject, uow, at, depot=depot.code, day=day.isoformat(), count=len(wanted))
        return len(wanted)
    resolve_about(NO_PLAN, subject, uow, at)
    known = {case.order_number for case in uow.cases.of_orders(wanted) if case.kind == NOT_PLANNED}
    for order in uow.orders.named(number for number in wanted if number not in known):
        open_case(NOT_PLANNED, order, uow, at, day=day.isoformat(), reason=None, values={}, fix=None)
    for made in uow.returns.named(number for number in wanted if number.startswith(RETURNS)):
        if made.exchange_order not in wanted:  # else it is collected when that is brought
            open_trouble(PICKUP_NOT_PLANNED, made, uow, at, day=day.isoformat())
    return len(wanted)


def _vehicles(routes: list[Route], uow: UnitOfWork, at: Moment) -> int:
    """Routes whose vehicle is out of service."""
    found = 0
    for route in routes:
        vehicle = uow.fleet.crews([route])[route.id or 0][1]
        if vehicle is not None and vehicle.status != VehicleStatus.OUT_OF_SERVICE:
            resolve_about(NO_VEHICLE, route.name, uow, at)
            continue
        found += 1
        named = vehicle.name if vehicle is not None else None
        open_about(NO_VEHICLE, route.name, uow, at, route=route.id, vehicle=named, day=route.day.isoformat())
    return found


def _drivers(depot: Depot, day: date, routes: list[Route], uow: UnitOfWork, at: Moment) -> int:
    """Routes that should have begun, and whose driver works no shift."""
    at_work = {shift.driver_id for shift in uow.driving.under_way(depot.id or 0)}
    late = {
        route.name: route
        for route in routes
        if route.status in {RouteStatus.PUBLISHED, RouteStatus.LOADING}
        and route.planned_start is not None
        and route.planned_start <= at.now
        and route.driver_id not in at_work
    }
    for case in uow.cases.of_kind(NO_DRIVER):
        if case.detail.get("depot") == depot.code and case.detail["subject"] not in late:
            uow.record(case.resolve(at))
    for route in late.values():
        assert route.planned_start is not None, "it should have begun"
        open_about(
            NO_DRIVER, route.name, uow, at, depot=depot.code, route=route.id, day=day.isoformat(),
            since=route.planned_start.isoformat(),
        )  # fmt: skip
    return len(late)
