"""One more order on a route of today."""

from __future__ import annotations

from dataclasses import dataclass, replace

from actions.board import Board, Post, board_of, new_call, planned_service
from actions.cases import resolve_cases
from actions.dispatching.applying import apply
from actions.dispatching.etas import etas, traffic
from actions.dispatching.telling import all_numbers, refused, stop_effects, told_first
from actions.leaving import NOT_PLANNED
from domain.commands import InsertStop
from domain.depots import Depot
from domain.eta import Eta
from domain.events import note
from domain.moment import Moment
from domain.notices import Notice, StopInserted
from domain.orders import Order, OrderStatus
from domain.refusals import Refusal
from domain.routes import Stop, Task
from domain.routing.changes import Change, effects, insert
from domain.routing.insertion import Insertion
from domain.routing.running import Call, Day, rest_of_day
from domain.routing.solution import PlannedRoute, Reason
from domain.told import GRACE
from storage.unit_of_work import UnitOfWork

#: The goods of orders in these states lie at the depot, set aside for them.
AT_HAND = frozenset({OrderStatus.ALLOCATED, OrderStatus.PACKED, OrderStatus.RESCHEDULED})
#: So many routes are looked at closely when what is likely, not only what is planned, makes somebody wait.
_TRIES = 5
#: Cases that are settled when the order is on its way after all.
_SETTLED = frozenset({"removed_from_route", NOT_PLANNED})


@dataclass(frozen=True, slots=True)
class _Found:
    """A place for an order: on which route, with everybody's ETAs."""

    post: Post
    insertion: Insertion
    etas: dict[str, Eta]


def insert_stop(command: InsertStop, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Put an order on a route of today; its customer is told when it comes, nobody else waits longer than they were told.

    Refuses orders whose goods are not at the depot or that are promised for another day, and says why it fits nowhere.
    """
    order = uow.orders.get(command.order, lock=True)
    depot = uow.depots.get(_check(order, uow))
    board = board_of(depot, uow, at)
    _check_free(order, uow, board)
    assert order.place is not None, "it was checked"
    call = new_call(order, order.place, uow.dispatch.goods([order.id or 0])[order.id or 0], board)
    wanted = board.routes if command.route is None else [board.post(command.route).underway]
    there = [route for route in wanted if not route.left]
    day = rest_of_day(there or wanted, [call], origin=board.now, traffic=traffic(board))
    found = _find(day, call, board, uow)
    if isinstance(found, Reason):
        named = {} if command.route is None else {"route": str(command.route)}
        raise refused(replace(found, values={**named, **found.values}), board, order.number)
    notices: list[Notice] = []
    if not command.preview:
        notices = _insert(order, call, found, board, uow, at)
    change = Change({found.insertion.vehicle: found.insertion.route})
    told = effects(day, change)
    eta = found.etas[call.key]
    return [
        StopInserted(
            number=order.number, route=found.post.route.id or 0, position=found.insertion.position + 1, eta=eta.likely,
            eta_start=order.told_start if not command.preview and order.told_start else eta.early,
            eta_end=order.told_end if not command.preview and order.told_end else eta.late, preview=command.preview,
            effects=stop_effects(board, [each for each in told if each.call != call.key], all_numbers([found.post])),
        ),
        *notices,
    ]  # fmt: skip


def _check(order: Order, uow: UnitOfWork) -> int:
    """The depot whose routes can take the order. Refuses orders that are not ready."""
    if order.status not in AT_HAND or order.depot_id is None:
        raise Refusal("goods_not_at_hand", number=order.number, status=order.status)
    if order.place is None:
        raise Refusal("no_place_yet", number=order.number, address=order.address)
    return order.depot_id


def _check_free(order: Order, uow: UnitOfWork, board: Board) -> None:
    """Refuses an order that is on a route, or promised for another day."""
    today = board.now.astimezone(board.depot.tz).date()
    taken = uow.routes.live_tasks([order.number])
    if taken:
        raise Refusal("on_a_route", number=order.number, route=taken[0][1].id)
    if order.promise_day is not None and order.promise_day != today:
        raise Refusal("promised_other_day", number=order.number, day=order.promise_day, window=order.window)


def _find(day: Day, call: Call, board: Board, uow: UnitOfWork) -> _Found | Reason:
    """The cheapest place where neither what is planned nor what is likely makes anybody wait longer than told."""
    names = list(day.problem.vehicle_of)
    reason: Reason | None = None
    for _ in range(_TRIES):
        insertion = insert(day, call.key, names)
        if isinstance(insertion, Reason):
            return reason or insertion
        post = board.posts[insertion.vehicle]
        found = etas(board, post.underway, insertion.route, {**post.calls, call.key: call}, uow)
        late = _likely_late(day, post, call, insertion.route, found, board, uow)
        if late is None:
            return _Found(post, insertion, found)
        reason = reason or late
        names.remove(insertion.vehicle)
    return reason or Reason("unfit.no_routes")


def _likely_late(
    day: Day, post: Post, call: Call, route: PlannedRoute, found: dict[str, Eta], board: Board, uow: UnitOfWork
) -> Reason | None:
    """Whose ETA would leave their window by the insertion, if anybody's."""
    calls = {**post.calls, call.key: call}
    out = {key: over for key, eta in found.items() if (over := _over(eta, calls[key], board)) > 0}
    if not out:
        return None
    if call.key in out:
        return Reason(
            "unfit.too_late",
            {"route": post.underway.key, "at": board.since(found[call.key].likely), "until": _end(call)},
        )
    before = etas(board, post.underway, day.running[post.underway.key], post.calls, uow)
    grace = GRACE.total_seconds()
    worse = {key: over for key, over in out.items() if over > max(grace, _over(before[key], calls[key], board))}
    if not worse:
        return None
    worst = max(worse, key=lambda key: (worse[key], key))
    return Reason(
        "unfit.others_late", {"route": post.underway.key, "count": len(worse), "other": worst, "seconds": worse[worst]}
    )


def _over(eta: Eta, call: Call, board: Board) -> int:
    return 0 if call.window is None else board.since(eta.likely) - call.window.end


def _end(call: Call) -> int:
    return call.window.end if call.window is not None else 0


def _insert(order: Order, call: Call, found: _Found, board: Board, uow: UnitOfWork, at: Moment) -> list[Notice]:
    stop = _make_stop(order, call, found.post, board.depot, uow, at)
    route = found.insertion.route
    applied = apply(
        board,
        Change({found.insertion.vehicle: route}),
        uow,
        at,
        "inserted",
        calls={call.key: call},
        made={call.key: stop},
    )
    resolve_cases(order, _SETTLED, uow, at)
    eta = applied.etas[call.key]
    stop.planned_start = eta.likely
    return [told_first(order, eta, board, uow, at), *applied.notices]


def _make_stop(order: Order, call: Call, post: Post, depot: Depot, uow: UnitOfWork, at: Moment) -> Stop:
    """A stop for an order, on no place of its route yet, with a new attempt to deliver it."""
    route = post.route
    attempt = uow.routes.attempts([order.number]).get(order.number, 0) + 1
    stop = Stop(
        route_id=route.id or 0, position=-(order.id or 0) - 2_000_000, lat=call.place.lat, lon=call.place.lon,
        address=order.address, service=call.service,
    )  # fmt: skip
    uow.add(stop)
    task = Task(
        depot_id=route.depot_id, day=route.day, order_number=order.number, stop_id=stop.id, attempt=attempt,
        service=planned_service(call.deliver, depot),
    )  # fmt: skip
    uow.add(task)
    uow.record(note(task, "status", at, None, task.status, stop=stop.id))
    return stop
