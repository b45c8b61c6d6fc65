"""Changes of routes that staff command: what they would do to everybody, told before they are done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from actions.desk.choosing_routes import driver_named
from actions.dispatching.inserting import insert_stop
from actions.dispatching.moving import move_stop, remove_stop
from actions.dispatching.splitting import split_route
from actions.dispatching.swapping import swap_driver
from actions.driving.changes import route_taken, routes_given
from actions.live import depot_called
from domain.commands import AssignDriver, InsertStop, MoveStop, RemoveStop, ReplanRest, SplitRoute, SwapDriver
from domain.events import note
from domain.fleet import Driver
from domain.moment import Moment
from domain.notices import Choice, DriverAssigned, Notice, RouteChanged, StopEffect, StopInserted, WindowChanged
from domain.refusals import Refusal
from domain.routes import Route, RouteStatus
from storage.unit_of_work import UnitOfWork

#: So many effects are told in a question.
TOLD = 8


class _Rehearsed(Exception):
    """A rehearsal is over: what it did is undone."""


def rehearsed(
    handler: Callable[[Any, UnitOfWork, Moment], list[Notice]], command: Any, uow: UnitOfWork, at: Moment
) -> list[Notice]:
    """What a handler would say, were it done now; nothing is changed. Refuses what it refuses."""
    changed = set(uow.changed)
    notices: list[Notice] = []
    try:
        with uow.session.begin_nested():
            notices = handler(command, uow, at)
            uow.flush()
            raise _Rehearsed
    except _Rehearsed:
        uow.forget()
    except Refusal:
        uow.forget()
        raise
    finally:
        uow.changed = changed
    return notices


def describe_moving(command: MoveStop, uow: UnitOfWork, at: Moment) -> dict[str, Any]:
    """What moving the stop does to ETAs and told windows."""
    return _effects(rehearsed(move_stop, command, uow, at), route=command.route, to_route=command.to_route)


def describe_removing(command: RemoveStop, uow: UnitOfWork, at: Moment) -> dict[str, Any]:
    """What taking the stop off does."""
    return _effects(rehearsed(remove_stop, command, uow, at), route=command.route)


def describe_splitting(command: SplitRoute, uow: UnitOfWork, at: Moment) -> dict[str, Any]:
    """Who takes over what of the route, and what nobody does."""
    return _effects(rehearsed(split_route, command, uow, at), route=command.route)


def describe_inserting(command: InsertStop, uow: UnitOfWork, at: Moment) -> dict[str, Any]:
    """Where the order would go, and what that does to others."""
    notices = rehearsed(insert_stop, command, uow, at)
    told = next(each for each in notices if isinstance(each, StopInserted))
    return _effects(
        notices, number=told.number, route=told.route, position=told.position, start=told.eta_start, end=told.eta_end
    )  # fmt: skip


def describe_assigning(command: AssignDriver, uow: UnitOfWork, at: Moment) -> dict[str, Any] | None:
    """What another driver does to told windows; None where nobody's is left."""
    notices = rehearsed(assign_driver, command, uow, at)
    told = _effects(notices, route=command.route)
    return told if told["customers"] or told["late"] else None


def describe_replanning(command: ReplanRest, uow: UnitOfWork, at: Moment) -> dict[str, Any]:
    """How much would be planned anew."""
    depot = depot_called(command.depot, uow)
    live = uow.routes.live(depot.id or 0, at.now.astimezone(depot.tz).date())
    ahead = sum(not done for each in uow.routes.chains(live).values() for _, done in each)
    return {"depot": depot.name, "routes": len(live), "stops": ahead}


def assign_driver(command: AssignDriver, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Give a route a driver, or two routes each other's. Refuses as `swap_driver`, and routes that are over."""
    route = uow.routes.get(command.route)
    if command.other is not None:
        return swap_driver(SwapDriver(route=command.route, other=command.other), uow, at)
    if command.driver is None:
        raise Refusal("no_driver_named_yet", route=route.id)
    driver = driver_named(command.driver, uow)
    if route.status in {RouteStatus.COMPLETED, RouteStatus.CANCELLED}:
        raise Refusal("route_over", route=route.id, status=route.status)
    was = uow.driving.driver(route.driver_id) if route.driver_id is not None else None
    today = at.now.astimezone(uow.depots.get(route.depot_id).tz).date()
    if route.status != RouteStatus.DRAFT and route.day == today and driver.code:
        notices = swap_driver(SwapDriver(route=command.route, driver=driver.code), uow, at)
    else:
        notices = _assign_ahead(route, driver, uow, at)
    back = _back(route, was) if was is not None else ()
    return [DriverAssigned(route=route.id or 0, driver_name=driver.name, day=route.day, choices=back), *notices]


def _assign_ahead(route: Route, driver: Driver, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A route that is a draft, or of another day: its times stay as they are planned."""
    depot = uow.depots.get(route.depot_id)
    if driver.id == route.driver_id:
        raise Refusal("same_driver", driver=driver.name, route=route.id)
    if driver.id not in {duty.driver.id for duty in uow.fleet.duties(depot, route.day)}:
        raise Refusal("driver_off_that_day", driver=driver.name, day=route.day)
    mates = uow.routes.of_plan(route.plan_id) if route.plan_id is not None else []
    busy = uow.dispatch.busy(driver.id or 0, route.day) or next((e for e in mates if e.driver_id == driver.id), None)
    if busy is not None:
        swap = Choice(
            label="choice.swap_drivers", values={"route": route.id, "other": busy.id}, command="AssignDriver",
            slots={"route": route.id, "other": busy.id},
        )  # fmt: skip
        raise Refusal("driver_busy", driver=driver.name, route=busy.id, choices=(swap,))
    was, route.driver_id = route.driver_id, driver.id
    uow.record(note(route, "driver", at, was, driver.id))
    if route.status == RouteStatus.DRAFT:
        return []
    uow.flush()
    return [*route_taken(route, was, uow), *routes_given(uow.routes.tours([route]), uow, at, again=True)]


def _back(route: Route, was: Driver) -> tuple[Choice, ...]:
    slots = {"route": route.id, "driver": was.code or str(was.id)}
    return (Choice(label="choice.give_back", values={"name": was.name}, command="AssignDriver", slots=slots),)


def _effects(notices: Sequence[Notice], **values: Any) -> dict[str, Any]:
    """What is told before a change: whose times move most, how many come too late, how many customers hear of it."""
    changed = [each for each in notices if isinstance(each, RouteChanged | StopInserted)]
    effects = [effect for each in changed for effect in each.effects if effect.numbers]
    worst = sorted(effects, key=lambda each: (not each.breaks, -each.late, -_moved(each)))
    dropped = [pair for each in changed if isinstance(each, RouteChanged) for pair in each.dropped]
    told = {each.about for each in notices if each.to is not None}
    return {
        **values,
        "effects": [each.model_dump(mode="json") for each in worst[:TOLD]],
        "more": max(0, len(worst) - TOLD),
        "late": sum(each.breaks for each in effects),
        "dropped": dropped,
        "customers": len(told),
        "windows": sum(isinstance(each, WindowChanged) for each in notices),
    }


def _moved(effect: StopEffect) -> float:
    return abs((effect.now - effect.was).total_seconds()) if effect.now and effect.was else float("inf")
