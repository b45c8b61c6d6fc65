"""A change becomes true: stops in their new order, everybody's ETAs, the history, and who is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from actions.board import Board
from actions.dispatching.etas import etas
from actions.dispatching.telling import told_anew
from actions.driving.changes import AT_WORK, stops_changed
from domain.eta import Eta
from domain.events import note
from domain.moment import Moment
from domain.notices import Notice
from domain.routes import RouteStatus, Stop
from domain.routing.changes import Change
from domain.routing.running import Call, Underway
from domain.routing.solution import PlannedRoute
from storage.routes import Tour
from storage.unit_of_work import UnitOfWork

#: Positions that no stop of any route has, for stops between two routes.
_NOWHERE = -1_000_000


@dataclass
class Applied:
    """What came of a change: the ETAs by stop's key, and what customers are told."""

    etas: dict[str, Eta] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)


def apply(
    board: Board,
    change: Change,
    uow: UnitOfWork,
    at: Moment,
    why: str,
    *,
    calls: Mapping[str, Call] | None = None,
    made: Mapping[str, Stop] | None = None,
    driven: Mapping[str, Underway] | None = None,
) -> Applied:
    """Write a change of routes. ``made`` are stops that were made for new calls (by key), ``driven`` routes that go on in
    another way than on the board, e.g. with another driver; ``calls`` further calls by key."""
    known = {key: call for post in board.posts.values() for key, call in post.calls.items()} | dict(calls or {})
    posts = [board.posts[key] for key in change.routes]
    tours = uow.routes.tours([post.route for post in posts])
    stops = {str(visit.stop.id): visit.stop for tour in tours for visit in tour.visits} | dict(made or {})
    _hand_over(change, stops, uow)
    applied = Applied()
    for post, tour in zip(posts, tours, strict=True):
        key = post.underway.key
        route = change.routes[key]
        done = [visit.stop for visit in tour.visits if visit.stop.route_id == post.route.id and not visit.is_ahead]
        underway = (driven or {}).get(key, post.underway)
        found = etas(board, underway, route, known, uow)
        found = {name: eta for name, eta in found.items() if not post.serves(name)}  # it is known when that began
        for name, eta in found.items():
            stop = stops[name]
            stop.eta, stop.eta_start, stop.eta_end = eta.likely, eta.early, eta.late
        ahead = [stops[name] for name in route.tasks]
        uow.routes.reorder([*done, *ahead])
        _replan(board, key, route, ahead, uow, at, why)
        applied.etas |= found
    by_order = {
        number: applied.etas[key]
        for post in board.posts.values()
        for key in post.calls
        if key in applied.etas
        for number in post.numbers(key)
    }
    told = {
        row.number: (row.told_start, row.told_end) for post in board.posts.values() for row in post.rows if row.number
    }
    applied.notices = [
        *_told_drivers(tours, {stop.id for stop in (made or {}).values()}, uow),
        *told_anew(by_order, told, board.depot, uow, at, why),
    ]
    return applied


def _told_drivers(before: Sequence[Tour], made: set[int | None], uow: UnitOfWork) -> list[Notice]:
    """What the drivers of changed routes hear; stops that were ``made`` for the change were not there before."""
    at_work = [tour for tour in before if tour.route.status in AT_WORK]
    after = uow.routes.tours([tour.route for tour in at_work]) if at_work else []
    return [notice for was, now in zip(at_work, after, strict=True) for notice in stops_changed(was, now, made)]


def _hand_over(change: Change, stops: Mapping[str, Stop], uow: UnitOfWork) -> None:
    """Put stops on the routes they are on now, where no other is."""
    moved = False
    for key, route in change.routes.items():
        for name in route.tasks:
            stop = stops[name]
            if stop.route_id != int(key):
                stop.route_id, stop.position = int(key), _NOWHERE - (stop.id or 0)
                moved = True
    if moved:
        uow.flush()


def _replan(
    board: Board, key: str, planned: PlannedRoute, ahead: Sequence[Stop], uow: UnitOfWork, at: Moment, why: str
) -> None:
    """What the route plans from now on, and the history of it."""
    post = board.posts[key]
    route = post.route
    before = ",".join(call.key for call in post.underway.calls)
    taken = [each for each in route.breaks if each["start"] <= at.now.isoformat()] if post.underway.left else []
    coming = [
        {"start": board.moment(pause.start).isoformat(), "seconds": pause.seconds, "paid": pause.paid}
        for pause in planned.pauses
    ]
    route.breaks = [*taken, *coming]
    if planned.visits:
        if route.status != RouteStatus.IN_PROGRESS:
            route.planned_start = board.moment(planned.start)
        route.planned_end = board.moment(planned.end)
    uow.routes.touch(route)
    uow.record(note(route, "stops", at, before, ",".join(str(stop.id) for stop in ahead), why=why))
