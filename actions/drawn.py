"""Plans and routes as they are drawn and loaded, read from the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from actions.returns.pickups import coming_back
from domain.depots import Depot
from domain.drawing import Drawing, DrawnDrop, DrawnRoute, DrawnStop
from domain.fleet import Driver, Spot, Vehicle
from domain.loading import LoadedLine, LoadedOrder, LoadedStop, Manifest
from domain.orders import Order
from domain.plans import Plan
from domain.refusals import NotFound
from domain.returns import Return
from domain.routes import Route, RouteStatus, Stop, Task, TaskKind
from domain.routing.problem import UNLIMITED_AMOUNT, Load
from domain.routing.solution import Reason
from domain.stock import Product
from storage.routes import Tour, Visit
from storage.unit_of_work import UnitOfWork


def drawing_of_plan(plan: Plan, uow: UnitOfWork) -> Drawing:
    """A plan as it is drawn: its routes as they are now, without those that were cancelled, and what it left out."""
    depot, routes = uow.depots.get(plan.depot_id), uow.routes.of_plan(plan.id or 0)
    colours = {route.id: n for n, route in enumerate(routes)}
    kept = [route for route in routes if route.status != RouteStatus.CANCELLED]
    return Drawing(
        name=depot.name, day=plan.day, zone=depot.tz, depots=(depot.place,), state=plan.status,
        routes=_routes(kept, colours, depot, uow), drops=_drops(uow.routes.unplanned(plan.id or 0), uow),
    )  # fmt: skip


def drawing_of_day(now: datetime, uow: UnitOfWork) -> tuple[Drawing, list[Route]]:
    """Today's routes of all depots, driven or to be driven or done, as they are drawn; and the routes themselves.

    Today is each depot's own; times are told in the zone of the first. Refuses where there is no depot.
    """
    depots = uow.depots.all()
    if not depots:
        raise NotFound("no_depots")
    routes: list[Route] = []
    drawn: list[DrawnRoute] = []
    for depot in depots:
        mine = uow.routes.of_day(depot.id or 0, now.astimezone(depot.tz).date())
        colours = {route.id: len(routes) + n for n, route in enumerate(mine)}
        drawn += _routes(mine, colours, depot, uow)
        routes += mine
    first = depots[0]
    day = now.astimezone(first.tz).date()
    places = tuple(depot.place for depot in depots)
    name = first.name if len(depots) == 1 else ""
    return Drawing(name, day, first.tz, tuple(drawn), places, state=RouteStatus.IN_PROGRESS), routes


def drawing_of_route(route: Route, uow: UnitOfWork) -> Drawing:
    """One route as it is drawn, in the colour it has in its plan."""
    depot = uow.depots.get(route.depot_id)
    others = uow.routes.of_plan(route.plan_id) if route.plan_id is not None else [route]
    colours = {each.id: n for n, each in enumerate(others)}
    return Drawing(
        name=name_of(route), day=route.day, zone=depot.tz, depots=(depot.place,), state=route.status,
        routes=_routes([route], colours, depot, uow),
    )  # fmt: skip


def manifest_of(route: Route, uow: UnitOfWork) -> Manifest:
    """What is loaded for a route."""
    depot, tour = uow.depots.get(route.depot_id), uow.routes.tours([route])[0]
    driver, vehicle = uow.fleet.crews([route])[route.id or 0]
    orders, returns = _orders(tour.tasks, uow), _returns(tour.tasks, uow)
    lines = uow.orders.lines(list(orders.values()))
    back = coming_back(uow.returns.lines(*returns.values())) if returns else []
    products = uow.stock.products({sku for each in lines.values() for sku, _, _ in each} | {line.sku for line in back})
    loaded = {number: _lines(lines[order.id or 0], products) for number, order in orders.items()}
    for number, made in returns.items():
        mine = [(line.sku, products[line.sku].name, line.quantity) for line in back if line.return_id == made.id]
        loaded[number] = _lines(mine, products)
    return Manifest(
        route=name_of(route), day=route.day, zone=depot.tz, depot=depot.name, driver=driver.name if driver else "",
        vehicle=f"{vehicle.name} · {vehicle.plate}" if vehicle else "", capacity=_capacity(vehicle),
        leaves=route.planned_start,
        stops=tuple(_loaded_stop(n, visit, {**orders, **returns}, loaded, depot) for n, visit in enumerate(tour.visits, 1)),
    )  # fmt: skip


def name_of(route: Route) -> str:
    """What a route is called, on paper and in barcodes: "R-12"."""
    return f"R-{route.id}"


def _routes(
    routes: Sequence[Route], colours: Mapping[int | None, int], depot: Depot, uow: UnitOfWork
) -> tuple[DrawnRoute, ...]:
    crews = uow.fleet.crews(routes)
    return tuple(
        _route(tour, crews[tour.route.id or 0], colours[tour.route.id], depot) for tour in uow.routes.tours(routes)
    )


def _route(tour: Tour, crew: tuple[Driver | None, Vehicle | None], colour: int, depot: Depot) -> DrawnRoute:
    """A route that starts or ends where its driver lives is drawn without that: it is nobody's business."""
    driver, vehicle = crew
    starts, ends = (driver.starts_at, driver.ends_at) if driver is not None else (Spot.DEPOT, Spot.DEPOT)
    home = driver is not None and driver.home is not None
    return DrawnRoute(
        name=name_of(tour.route), driver=driver.name if driver else "", vehicle=vehicle.name if vehicle else "",
        start=None if starts == Spot.HOME and home else depot.place,
        end=None if ends == Spot.OPEN or (ends == Spot.HOME and home) else depot.place,
        metres=tour.route.metres, state=tour.route.status, colour=colour,
        stops=tuple(_stop(n, visit) for n, visit in enumerate(tour.visits, 1)),
    )  # fmt: skip


def _stop(number: int, visit: Visit) -> DrawnStop:
    return DrawnStop(
        number=number, orders=tuple(map(_number, visit.tasks)), place=visit.stop.place, eta=_eta(visit.stop),
        state=visit.status.value, done_at=visit.stop.done_at,
    )  # fmt: skip


def _eta(stop: Stop) -> tuple[datetime, datetime] | None:
    if stop.eta_start is not None and stop.eta_end is not None:
        return stop.eta_start, stop.eta_end
    expected = stop.eta or stop.planned_start
    return None if expected is None else (expected, expected)


def _drops(tasks: Sequence[Task], uow: UnitOfWork) -> tuple[DrawnDrop, ...]:
    orders: dict[str, Order | Return] = {**_orders(tasks, uow), **_returns(tasks, uow)}
    return tuple(
        DrawnDrop(_number(task), order.place if (order := orders.get(_number(task))) else None, _reason(task.reason))
        for task in tasks
    )


def _reason(kept: Mapping[str, Any] | None) -> Reason | None:
    """A reason as a task keeps it."""
    return Reason(str(kept["code"]), dict(kept.get("values") or {}), _reason(kept.get("fix"))) if kept else None


def _number(task: Task) -> str:
    return task.number


def _orders(tasks: Iterable[Task], uow: UnitOfWork) -> dict[str, Order]:
    return {
        order.number: order for order in uow.orders.named({task.order_number for task in tasks if task.order_number})
    }


def _returns(tasks: Iterable[Task], uow: UnitOfWork) -> dict[str, Return]:
    numbers = {task.return_number for task in tasks if task.return_number}
    return {made.number: made for made in uow.returns.named(numbers)} if numbers else {}


def _capacity(vehicle: Vehicle | None) -> Load | None:
    if vehicle is None:
        return None
    return Load(vehicle.payload, vehicle.volume, UNLIMITED_AMOUNT if vehicle.pieces is None else vehicle.pieces)


def _loaded_stop(
    number: int,
    visit: Visit,
    found: Mapping[str, Order | Return],
    lines: Mapping[str, tuple[LoadedLine, ...]],
    depot: Depot,
) -> LoadedStop:
    loaded = []
    for task in visit.tasks:
        waiting = found.get(_number(task))
        window = waiting.promised_span(depot.tz) if waiting is not None else None
        collect = task.kind == TaskKind.PICKUP
        loaded.append(LoadedOrder(_number(task), lines.get(_number(task), ()), window, collect))
    return LoadedStop(number, visit.stop.address, tuple(loaded), _eta(visit.stop))


def _lines(lines: Sequence[tuple[str, str, int]], products: Mapping[str, Product]) -> tuple[LoadedLine, ...]:
    found = []
    for sku, name, quantity in lines:
        product = products[sku]
        load = Load(product.weight * quantity, product.volume * quantity, quantity)
        found.append(LoadedLine(quantity, name, sku, load, tuple(sorted(product.handling))))
    return tuple(found)
