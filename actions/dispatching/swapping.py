"""Routes that another driver takes on."""

from __future__ import annotations

from actions.board import Board, Post, board_with, driven_by
from actions.dispatching.applying import apply
from actions.dispatching.etas import traffic
from actions.dispatching.telling import all_numbers, refused, stop_effects
from actions.driving.changes import route_taken, routes_given
from domain.commands import SwapDriver
from domain.events import note
from domain.fleet import Driver
from domain.moment import Moment
from domain.notices import Choice, Notice, RouteChanged
from domain.refusals import NotFound, Refusal
from domain.routing.changes import effects, rearranged
from domain.routing.running import Underway, rest_of_day
from domain.routing.solution import Reason
from storage.unit_of_work import UnitOfWork


def swap_driver(command: SwapDriver, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Another driver for a route, or two routes' drivers the other way round; customers hear of it if windows change.

    Refuses drivers who do not work today or have another route, lack what the goods need, or cannot be done in their shift.
    """
    board, post = board_with(command.route, uow, at, command.version)
    crews = _crews(command, board, post, uow)
    driven = {each.underway.key: driven_by(each.underway, each, driver, board) for each, driver in crews}
    for each, driver in crews:
        _check_skills(each, driven[each.underway.key], driver, board)
    before = rest_of_day([each.underway for each, _ in crews], origin=board.now, traffic=traffic(board))
    after = rest_of_day(list(driven.values()), origin=board.now, traffic=traffic(board))
    change = rearranged(after, after.chains, strict=True)
    if isinstance(change, Reason):
        raise refused(change, board)
    posts = [each for each, _ in crews]
    told = RouteChanged(
        what="swapped", touched=tuple(each.route.id or 0 for each in posts), preview=command.preview,
        effects=stop_effects(board, effects(before, change), all_numbers(posts)),
        versions={each.route.id or 0: each.route.version for each in posts},
    )  # fmt: skip
    if command.preview:
        return [told]
    lost: list[Notice] = []
    for each, driver in crews:
        was = each.route.driver_id
        each.route.driver_id = driver.id
        uow.record(note(each.route, "driver", at, was, driver.id))
        lost += route_taken(each.route, was, uow)
    applied = apply(board, change, uow, at, "driver", driven=driven).notices
    given = routes_given(uow.routes.tours([each.route for each, _ in crews]), uow, at, again=True)
    return [told, *lost, *given, *applied]


def _crews(command: SwapDriver, board: Board, post: Post, uow: UnitOfWork) -> list[tuple[Post, Driver]]:
    """Who drives which route afterwards."""
    if command.other is not None:
        other = board.post(command.other)
        return [(post, _driver(other)), (other, _driver(post))]
    driver = uow.fleet.driver(command.driver or "")
    if driver is None:
        raise NotFound("no_such_driver", driver=command.driver)
    if driver.id == post.route.driver_id:
        raise Refusal("same_driver", driver=driver.name, route=post.route.id)
    busy = uow.dispatch.busy(driver.id or 0, post.route.day)
    if busy is not None:
        slots = {"route": post.route.id, "other": busy.id}
        swap = Choice(label="choice.swap_drivers", values=slots, command="AssignDriver", slots=slots)
        raise Refusal("driver_busy", driver=driver.name, route=busy.id, choices=(swap,))
    return [(post, driver)]


def _driver(post: Post) -> Driver:
    if post.driver is None:
        raise Refusal("no_driver_to_swap", route=post.route.id)
    return post.driver


def _check_skills(post: Post, driven: Underway, driver: Driver, board: Board) -> None:
    needed = frozenset[str]().union(*(call.skills for call in post.underway.calls))
    missing = needed - driven.skills
    if missing:
        raise refused(Reason("unfit.no_skills", {"route": post.underway.key, "skills": sorted(missing)}), board)
