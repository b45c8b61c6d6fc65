"""A route as staff see it: its stops, when each is expected and what was told, and what can be done about it."""

from __future__ import annotations

from math import ceil

from actions.desk.choosing_routes import called
from actions.desk.progress import Progress, progress
from domain.commands import ShowRouteCard
from domain.moment import Moment
from domain.notices import Choice, Notice, RouteCard, RouteOverview
from domain.routes import RouteStatus
from domain.routing.problem import NOTHING
from storage.unit_of_work import UnitOfWork

#: So many stops on one page.
STOPS = 12


def show_route_card(command: ShowRouteCard, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A route, or a page of its stops. Refuses one that is unknown."""
    return [shown(command.route, command.page, uow)]


def card(name: str, uow: UnitOfWork, at: Moment) -> Notice:
    """The card of the route of that number."""
    return shown(int(name), 1, uow)


def shown(route_id: int, page: int, uow: UnitOfWork) -> RouteOverview:
    """A route as it is now."""
    (found,) = progress([uow.routes.get(route_id)], uow)
    route = found.route
    pages = max(1, ceil(len(found.stops) / STOPS))
    page = min(page, pages)
    first = (page - 1) * STOPS
    goods = uow.dispatch.goods(found.order_ids) if found.order_ids else {}
    load = sum((each for each, _ in goods.values()), NOTHING)
    kind = RouteCard if page == 1 else RouteOverview
    return kind(
        route=route.id or 0, depot=uow.depots.get(route.depot_id).name, day=route.day, status=route.status,
        driver_name=found.driver.name if found.driver else None, vehicle=found.vehicle.name if found.vehicle else None,
        served=found.done, count=len(found.stops), late=found.late, risky=found.risky, begins=route.planned_start,
        ends=route.planned_end, weight=load.weight, payload=found.vehicle.payload if found.vehicle else None,
        stop_lines=found.stops[first : first + STOPS], page=page, pages=pages,
        live=f"route:{route.id}" if page == 1 else None, choices=_choices(found, page, pages),
    )  # fmt: skip


def _choices(found: Progress, page: int, pages: int) -> tuple[Choice, ...]:
    route = found.route
    this = {"route": route.id}
    choices = []
    if page < pages:
        choices.append(Choice(label="choice.next_page", command="ShowRouteCard", slots={**this, "page": page + 1}))
    if route.status in {RouteStatus.COMPLETED, RouteStatus.CANCELLED}:
        return tuple(choices)
    if route.is_live and found.ahead:
        choices += [
            Choice(label="choice.move_a_stop", command="MoveStop", slots=this),
            Choice(label="choice.remove_a_stop", command="RemoveStop", slots=this),
            Choice(label="choice.lock_a_stop", command="LockStop", slots=this),
        ]
    choices.append(Choice(label="choice.another_driver", command="AssignDriver", slots=this))
    if found.driver is not None and route.is_live:
        name = {"name": found.driver.first_name}
        slots = {"driver": called(found.driver)}
        choices.append(Choice(label="choice.where_is", values=name, command="ShowDriver", slots=slots))
    if route.status == RouteStatus.IN_PROGRESS:
        choices += [
            Choice(label="choice.announce_delay", command="AnnounceDelay", slots=this),
            Choice(label="choice.hand_over_rest", command="SplitRoute", slots=this),
        ]
    return tuple(choices)
