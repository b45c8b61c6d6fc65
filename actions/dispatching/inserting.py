"""One more order on a route of today."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice

from actions.board import Board, Post, board_of, new_call, new_pickup, planned_service
from actions.cases import resolve_cases
from actions.choices import Ask, Known, Talk
from actions.dispatching.applying import apply
from actions.dispatching.etas import etas, traffic
from actions.dispatching.telling import all_numbers, refused, stop_effects, told_first, told_first_pickup
from actions.fulfilment import SHIPPED
from actions.leaving import NOT_PLANNED
from actions.returns.booking import ask_code
from actions.returns.pickups import PICKUP_FAILED, PICKUP_NOT_PLANNED, named, settle_trouble
from domain.commands import InsertStop
from domain.depots import Depot
from domain.dialogue import Frame
from domain.eta import Eta
from domain.events import note
from domain.moment import Moment
from domain.notices import Notice, StopInserted
from domain.orders import Order, OrderStatus
from domain.refusals import Refusal
from domain.returns import AWAITED, Return, ReturnStatus, Way
from domain.routes import Stop, Task
from domain.routing.changes import Change, effects, insertions, why_nowhere
from domain.routing.insertion import Insertion
from domain.routing.running import Call, Day, rest_of_day
from domain.routing.solution import PlannedRoute, Reason
from domain.told import GRACE
from storage.unit_of_work import UnitOfWork

#: The goods of orders in these states lie at the depot, set aside for them, unless they are still aboard a vehicle.
AT_HAND = frozenset({OrderStatus.ALLOCATED, OrderStatus.PACKED, OrderStatus.RESCHEDULED})
#: So many routes are looked at closely when what is likely, not only what is planned, makes somebody wait.
_TRIES = 5
#: Cases that are settled when the order is on its way after all.
_SETTLED = frozenset({"removed_from_route", NOT_PLANNED})


@dataclass(frozen=True, slots=True)
class Found:
    """A place for an order or a return: on which route, with everybody's ETAs."""

    post: Post
    insertion: Insertion
    etas: dict[str, Eta]


def which_one(frame: Frame, talk: Talk) -> Known | Ask:
    """The order or the return that is meant, or which."""
    if frame.slots.get("order") or frame.slots.get("return_number"):
        return Known({})
    return Ask("order", "order_number")


def insert_stop(command: InsertStop, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Put an order, or a return to collect, on a route of today; its customer is told when somebody comes, nobody else waits
    longer than they were told.

    Refuses orders whose goods are not at the depot, returns that need not be collected, and what is promised for another day;
    says why it fits nowhere.
    """
    order = _meant(command, uow)
    depot = uow.depots.get(_check(order, uow))
    board = board_of(depot, uow, at)
    _check_free(order, uow, board)
    call = _call(order, board, uow)
    wanted = board.routes if command.route is None else [board.post(command.route).underway]
    there = [
        route for route in wanted if not route.left or isinstance(order, Return)
    ]  # a return lies at its customer's
    day = rest_of_day(there or wanted, [call], origin=board.now, traffic=traffic(board))
    found = find(day, call, board, uow)
    if isinstance(found, Reason):
        named = {} if command.route is None else {"route": str(command.route)}
        raise refused(replace(found, values={**named, **found.values}), board, order.number)
    notices: list[Notice] = []
    if not command.preview:
        notices = insert(order, call, found, board, uow, at)
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


def _meant(command: InsertStop, uow: UnitOfWork) -> Order | Return:
    """The order or the return, locked. Refuses where neither is named."""
    if command.return_number is not None:
        return uow.returns.get(command.return_number, lock=True)
    if command.order is None:
        raise Refusal("insert_what", ask="order")
    return uow.orders.get(command.order, lock=True)


def _call(what: Order | Return, board: Board, uow: UnitOfWork) -> Call:
    """The stop that is to be made for it."""
    assert what.place is not None, "it was checked"
    if isinstance(what, Return):
        return new_pickup(what, what.place, uow.dispatch.returned([what.id or 0])[what.id or 0], board)
    return new_call(what, what.place, uow.dispatch.goods([what.id or 0])[what.id or 0], board)


def _check(order: Order | Return, uow: UnitOfWork) -> int:
    """The depot whose routes can take it. Refuses orders that are not ready, and returns that need not be collected."""
    if isinstance(order, Return):
        if order.status not in AWAITED or order.depot_id is None:
            raise Refusal("not_to_collect", number=order.number, status=order.status)
        if order.place is None:
            raise Refusal("no_place_yet", number=order.number, address=order.address)
        return order.depot_id
    if order.status not in AT_HAND or order.depot_id is None:
        raise Refusal("goods_not_at_hand", number=order.number, status=order.status)
    if uow.orders.last_change(order, "stock") == SHIPPED:
        raise Refusal("goods_aboard", number=order.number)
    if order.place is None:
        raise Refusal("no_place_yet", number=order.number, address=order.address)
    return order.depot_id


def _check_free(order: Order | Return, uow: UnitOfWork, board: Board) -> None:
    """Refuses what is on a route, or promised for another day."""
    today = board.now.astimezone(board.depot.tz).date()
    taken = uow.routes.live_tasks([order.number])
    if taken:
        raise Refusal("on_a_route", number=order.number, route=taken[0][1].id)
    day, window = (
        (order.promise_day, order.window) if isinstance(order, Order) else (order.pickup_day, order.pickup_window)
    )
    if day is not None and day != today:
        raise Refusal("promised_other_day", number=order.number, day=day, window=window)


def find(day: Day, call: Call, board: Board, uow: UnitOfWork) -> Found | Reason:
    """The cheapest place where neither what is planned nor what is likely makes anybody wait longer than told."""
    reason: Reason | None = None
    for insertion in islice(insertions(day, call.key), _TRIES):
        post = board.posts[insertion.vehicle]
        found = etas(board, post.underway, insertion.route, {**post.calls, call.key: call}, uow)
        late = _likely_late(day, post, call, insertion.route, found, board, uow)
        if late is None:
            return Found(post, insertion, found)
        reason = reason or late
    return reason or why_nowhere(day, call.key, list(day.problem.vehicle_of))


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


def insert(order: Order | Return, call: Call, found: Found, board: Board, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Put it on the route; what its customer is told comes first of what is given back."""
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
    eta = applied.etas[call.key]
    stop.planned_start = eta.likely
    if isinstance(order, Return):
        return [promised_pickup(order, eta, board, uow, at), *applied.notices]
    resolve_cases(order, _SETTLED, uow, at)
    return [told_first(order, eta, board, uow, at), *applied.notices]


def promised_pickup(made: Return, eta: Eta, board: Board, uow: UnitOfWork, at: Moment) -> Notice:
    """A return that is collected today after all: its customer is told when."""
    if made.status == ReturnStatus.APPROVED:
        uow.record(made.move(ReturnStatus.PICKUP_PLANNED, at))
        made.way = Way.PICKUP
        ask_code(made, at)
    told = told_first_pickup(made, eta, board, uow, at)
    if made.pickup_day is None:
        uow.record(made.promise_told(board.depot.tz, at, "inserted"))
    settle_trouble({PICKUP_NOT_PLANNED, PICKUP_FAILED}, [made.number], uow, at)
    return told


def _make_stop(order: Order | Return, call: Call, post: Post, depot: Depot, uow: UnitOfWork, at: Moment) -> Stop:
    """A stop for an order or a return, on no place of its route yet, with a new attempt to deliver or collect it."""
    route = post.route
    attempt = uow.routes.attempts([order.number]).get(order.number, 0) + 1
    stop = Stop(
        route_id=route.id or 0, position=-(order.id or 0) - (5_000_000 if isinstance(order, Return) else 2_000_000), lat=call.place.lat, lon=call.place.lon,
        address=order.address, service=call.service,
    )  # fmt: skip
    uow.add(stop)
    task = Task(
        depot_id=route.depot_id, day=route.day, **named(order.number), stop_id=stop.id, attempt=attempt,
        service=planned_service(call.deliver + call.collect, depot),
    )  # fmt: skip
    uow.add(task)
    uow.record(note(task, "status", at, None, task.status, stop=stop.id))
    return stop
