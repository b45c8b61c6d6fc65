"""Stops that go elsewhere: onto another route, to another place on theirs, or off; and those that must stay."""

from __future__ import annotations

from collections.abc import Iterable

from actions.board import ABOARD, Board, Post, board_with, call_on
from actions.cases import open_case
from actions.dispatching.applying import apply
from actions.dispatching.etas import traffic
from actions.dispatching.telling import all_numbers, refused, stop_effects
from actions.driving.changes import AT_WORK
from actions.fulfilment import put_back
from actions.returns.pickups import nobody_collects
from domain.commands import LockStop, MoveStop, RemoveStop
from domain.events import note
from domain.moment import Moment
from domain.notices import Choice, Notice, RouteChanged, StopsChanged
from domain.orders import OrderStatus
from domain.refusals import Refusal
from domain.routes import AHEAD, TaskStatus
from domain.routing.changes import Change, effects, leave_out, move
from domain.routing.running import Day, rest_of_day
from domain.routing.solution import Reason
from storage.unit_of_work import UnitOfWork

T = TaskStatus


def move_stop(command: MoveStop, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Put a stop on another route, or elsewhere on its own; with ``preview`` only say what that does to everybody.

    Refuses what skills, goods, load or shift forbid. That customers wait longer than told is said, not refused.
    """
    board, post = board_with(command.route, uow, at, command.version)
    key = _movable(post, command.stop)
    target = board.post(command.to_route)
    touched = [post] if target is post else [post, target]
    day = _day(board, touched, key)
    position = None if command.position is None else command.position - 1
    change = move(day, key, post.underway.key, target.underway.key, position)
    if isinstance(change, Reason):
        raise refused(change, board)
    told = _changed("moved", board, day, change, touched, preview=command.preview)
    if command.preview:
        return [told]
    was = [call.key for call in post.underway.calls].index(key) + 1
    slots = {"route": target.route.id, "stop": command.stop, "to_route": command.route, "position": was}
    back = Choice(label="choice.move_back", command="MoveStop", slots=slots)
    return [told.model_copy(update={"choices": (back,)}), *apply(board, change, uow, at, "moved").notices]


def remove_stop(command: RemoveStop, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Take a stop off its route: its orders and returns are exceptions for a person, with the reason.

    Goods that are still at the depot are unloaded; those on a vehicle that left stay on it until it is back.
    """
    board, post = board_with(command.route, uow, at, command.version)
    key = _movable(post, command.stop)
    day = _day(board, [post], key)
    change = leave_out(day, key, post.underway.key)
    if isinstance(change, Reason):
        raise refused(change, board)
    told = _changed("removed", board, day, change, [post], preview=command.preview)
    if command.preview:
        return [told]
    gone = _gone(post, key, uow)
    take_off(post, key, uow, at)
    for order in uow.orders.named(post.numbers(key)):
        if order.status == OrderStatus.DISPATCHED and not post.underway.left:
            uow.record(order.move(OrderStatus.PACKED, at, reason=command.reason))
            put_back(order, uow, at)
        order.forget_told()
        aboard = order.status in ABOARD
        open_case(
            "removed_from_route", order, uow, at, route=post.route.id, words=[command.reason], aboard=aboard
        )  # fmt: skip
    off = nobody_collects(post.numbers(key), "not_planned", uow, at, words=[command.reason])
    return [told, *gone, *off, *apply(board, change, uow, at, "removed").notices]


def _gone(post: Post, key: str, uow: UnitOfWork) -> list[Notice]:
    """What the driver at work hears of a stop that is taken off."""
    if post.route.driver_id is None or post.route.status not in AT_WORK:
        return []
    address = uow.dispatch.stops([int(key)])[int(key)].address
    return [StopsChanged(driver=post.route.driver_id, gone=(address,))]


def lock_stop(command: LockStop, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Keep a stop on its route and at its place there, or let it go again."""
    _, post = board_with(command.route, uow, at, command.version)
    key = call_on(post, command.stop).key
    stop = uow.dispatch.stops([int(key)])[int(key)]
    if stop.locked != command.locked:
        stop.locked = command.locked
        uow.routes.touch(post.route)
        uow.record(note(post.route, "lock", at, None, command.locked, stop=stop.id))
    what = "locked" if command.locked else "unlocked"
    other = {"route": post.route.id, "stop": stop.id, "locked": not command.locked}
    back = Choice(label="choice.unlock" if command.locked else "choice.lock", command="LockStop", slots=other)
    return [RouteChanged(what=what, touched=(post.route.id or 0,), choices=(back,))]


def take_off(post: Post, key: str, uow: UnitOfWork, at: Moment) -> None:
    """End the tasks of a stop that nobody is on the way to; the stop is no more."""
    tour = uow.routes.tours([post.route])[0]
    visit = next(visit for visit in tour.visits if str(visit.stop.id) == key)
    for task in visit.tasks:
        if task.status in AHEAD:
            uow.record(task.move(T.SKIPPED, at))
            task.reason = {"code": "taken_off", "values": {}}
        task.stop_id = None
    uow.flush()
    uow.remove(visit.stop)


def _movable(post: Post, stop: int) -> str:
    """The key of a stop that may go elsewhere. Refuses those that are served, on the way to, or locked."""
    key = call_on(post, stop).key
    mine = [row for row in post.rows if row.stop_id == stop]
    if any(row.status != T.PENDING for row in mine):
        raise Refusal("stop_under_way", stop=stop)
    if mine[0].locked:
        slots = {"route": post.route.id, "stop": stop, "locked": False}
        unlock = Choice(label="choice.unlock", command="LockStop", slots=slots)
        raise Refusal("stop_locked", stop=stop, choices=(unlock,))
    return key


def _day(board: Board, posts: Iterable[Post], key: str) -> Day:
    return rest_of_day(
        [post.underway for post in posts], origin=board.now, traffic=traffic(board), everywhere=[key]
    )  # fmt: skip


def _changed(what: str, board: Board, day: Day, change: Change, posts: list[Post], *, preview: bool) -> RouteChanged:
    return RouteChanged(
        what=what, touched=tuple(post.route.id or 0 for post in posts), preview=preview,
        effects=stop_effects(board, effects(day, change), all_numbers(posts)),
        versions={post.route.id or 0: post.route.version for post in posts},
    )  # fmt: skip
