"""A vehicle broke down: the rest of its route goes to drivers nearby, or to a person."""

from __future__ import annotations

from dataclasses import replace

from actions.board import Board, Post, board_with
from actions.cases import open_case
from actions.dispatching.applying import apply
from actions.dispatching.etas import traffic
from actions.dispatching.moving import take_off
from actions.dispatching.telling import all_numbers, short, stop_effects
from actions.returns.pickups import named, nobody_collects
from actions.told import items_of
from domain.commands import SplitRoute
from domain.events import note
from domain.fleet import VehicleStatus
from domain.moment import Moment
from domain.notices import DeliveryOff, Notice, RouteChanged
from domain.refusals import Refusal
from domain.returns import RETURNS
from domain.routes import AHEAD, RouteStatus, Stop, Task, TaskKind, TaskStatus
from domain.routing.changes import effects
from domain.routing.handover import MEETING, Handover, hand_over, meeting, meetings, takers
from domain.routing.running import Call, Day, Underway, rest_of_day
from domain.values import Place
from storage.unit_of_work import UnitOfWork

T = TaskStatus


def split_route(command: SplitRoute, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Hand what is left of a route on the road to others: they meet the vehicle, load over and go on.

    What nobody can take is an exception, and its customers are told that it does not come today. The vehicle is out of
    service. Refuses routes that are not on the road, and those on which nothing is left.
    """
    board, post = board_with(command.route, uow, at)
    if not post.underway.left:
        raise Refusal("not_on_the_road", route=command.route)
    calls, kept = _given_away(post)
    if not calls:
        raise Refusal("nothing_ahead", route=command.route)
    place = command.place or post.underway.here
    day, handover = _planned(board, post, calls, kept, place)
    told = _told(board, post, day, handover, preview=command.preview)
    if command.preview:
        return [told]
    uow.record(note(post.route, "broken_down", at, None, None, reason=command.reason, place=str(place)))
    made = _meet(board, post, handover, place, uow, at) | _start_again(board, post, handover, uow, at, command.reason)
    notices = _give_up(post, handover, uow, at, command.reason)
    uow.flush()
    met = {call.key: call for call in meetings(takers_of(board, handover), place)}
    applied = apply(board, handover.change, uow, at, "breakdown", calls=met, made=made)
    _close(post, kept, uow, at, command.reason)
    return [told, *notices, *applied.notices]


def _given_away(post: Post) -> tuple[list[Call], list[Call]]:
    """The calls to hand over, and those that the driver is at and finishes."""
    there = {str(row.stop_id) for row in post.rows if row.status == T.ARRIVED}
    away = [replace(call, goods=None, fixed=False) for call in post.underway.calls if call.key not in there]
    return away, [call for call in post.underway.calls if call.key in there]


def _planned(board: Board, post: Post, calls: list[Call], kept: list[Call], place: Place) -> tuple[Day, Handover]:
    """Who takes what over, and the day as it was before."""
    key = post.underway.key
    able = takers(board.routes, key, place)
    meet = meetings(able, place)
    broken = replace(post.underway, calls=(*kept, *calls))
    everywhere = [call.key for call in calls]
    day = rest_of_day([broken, *able], meet, origin=board.now, traffic=traffic(board), everywhere=everywhere)
    rest = {key: [call.key for call in kept]}
    return day, hand_over(day, calls, [route.key for route in able], rest)


def takers_of(board: Board, handover: Handover) -> list[Underway]:
    """The routes that take something over."""
    return [board.posts[key].underway for key in handover.taken]


def _meet(board: Board, post: Post, handover: Handover, place: Place, uow: UnitOfWork, at: Moment) -> dict[str, Stop]:
    """The stops at which goods are loaded over: pickups of what is delivered later, by key of the meeting."""
    made = {}
    for key, taken in handover.taken.items():
        numbers = [number for call in taken for number in post.numbers(call) if not number.startswith(RETURNS)]
        if meeting(key) not in handover.change.routes[key].tasks:
            continue
        route = board.posts[key].route
        stop = Stop(
            route_id=route.id or 0, position=-3_000_000 - (route.id or 0), lat=place.lat, lon=place.lon,
            address=post.vehicle.plate if post.vehicle else "", service=MEETING, locked=True,
        )  # fmt: skip
        uow.add(stop)
        tasks = [
            Task(
                depot_id=route.depot_id, day=route.day, kind=TaskKind.PICKUP, order_number=number, stop_id=stop.id,
                service=MEETING // len(numbers),
            )
            for number in numbers
        ]  # fmt: skip
        uow.add(*tasks)
        uow.record(*(note(task, "status", at, None, task.status, stop=stop.id) for task in tasks))
        made[meeting(key)] = stop
    return made


def _start_again(
    board: Board, post: Post, handover: Handover, uow: UnitOfWork, at: Moment, why: str
) -> dict[str, Stop]:  # fmt: skip
    """New stops, by the key of the old ones, for what the driver was on the way to: that attempt has failed."""
    made = {}
    for route, taken in handover.taken.items():
        for key in taken:
            if not _on_the_way(post, key):
                continue
            old = uow.dispatch.stops([int(key)])[int(key)]
            numbers = post.numbers(key)
            _fail(post, key, uow, at, why)
            onto = board.posts[route].route
            stop = Stop(
                route_id=onto.id or 0, position=-4_000_000 - (old.id or 0), lat=old.lat, lon=old.lon, address=old.address,
                service=old.service, planned_start=old.planned_start,
            )  # fmt: skip
            uow.add(stop)
            tried = uow.routes.attempts(numbers)
            for number in numbers:
                task = Task(
                    depot_id=onto.depot_id, day=onto.day, **named(number), stop_id=stop.id, service=old.service,
                    attempt=tried.get(number, 0) + 1,
                )  # fmt: skip
                uow.add(task)
                uow.record(note(task, "status", at, None, task.status, stop=stop.id))
            made[key] = stop
    return made


def _give_up(post: Post, handover: Handover, uow: UnitOfWork, at: Moment, why: str) -> list[Notice]:
    """What nobody takes is a case, and its customers are told."""
    numbers: list[str] = []
    for key, reason in handover.left.items():
        mine = post.numbers(key)
        numbers += mine
        if _on_the_way(post, key):
            _fail(post, key, uow, at, why)
        else:
            take_off(post, key, uow, at)
        for order in uow.orders.named(mine):
            order.forget_told()
            open_case("breakdown", order, uow, at, route=post.route.id, words=[why], nobody=short(reason))
    orders = uow.orders.named(numbers)
    items = items_of(orders, uow)
    off = [
        DeliveryOff(
            about=order.number, to=order.customer_id, number=order.number, items=items[order.number], why="breakdown"
        )
        for order in orders
    ]
    return [*off, *nobody_collects(numbers, "not_reached", uow, at, words=[why])]


def _on_the_way(post: Post, key: str) -> bool:
    return any(str(row.stop_id) == key and row.status == T.EN_ROUTE for row in post.rows)


def _fail(post: Post, key: str, uow: UnitOfWork, at: Moment, why: str) -> None:
    """The attempts at a stop have failed; that the driver never arrived is in the history."""
    tour = uow.routes.tours([post.route])[0]
    for task in next(visit.tasks for visit in tour.visits if str(visit.stop.id) == key):
        if task.status not in AHEAD:
            continue
        steps = {T.PENDING: (T.EN_ROUTE, T.ARRIVED), T.EN_ROUTE: (T.ARRIVED,)}.get(T(task.status), ())
        for step in steps:
            uow.record(task.move(step, at, inferred=True))
        uow.record(task.move(T.FAILED, at, reason=why))
    uow.flush()


def _close(post: Post, kept: list[Call], uow: UnitOfWork, at: Moment, why: str) -> None:
    """The vehicle is out of service; the route is over unless its driver finishes a stop."""
    if post.vehicle is not None and post.vehicle.status != VehicleStatus.OUT_OF_SERVICE:
        uow.record(post.vehicle.move(VehicleStatus.OUT_OF_SERVICE, at, reason=why))
    if not kept:
        uow.record(post.route.move(RouteStatus.COMPLETED, at, reason=why))


def _told(board: Board, post: Post, day: Day, handover: Handover, *, preview: bool) -> RouteChanged:
    posts = [board.posts[key] for key in handover.change.routes]
    return RouteChanged(
        what="split", touched=tuple(each.route.id or 0 for each in posts), preview=preview,
        effects=stop_effects(board, effects(day, handover.change), all_numbers(posts)),
        dropped=tuple((number, short(reason)) for key, reason in handover.left.items() for number in post.numbers(key)),
        versions={each.route.id or 0: each.route.version for each in posts},
    )  # fmt: skip
