"""Who is told what when routes change: customers a new window where theirs is left, dispatchers the effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from actions import tracking
from actions.board import Board, Post
from actions.cases import open_case
from actions.returns import pickups
from actions.returns.stepping import next_step
from actions.told import coming_choices, items_of, live_name, tell_window
from domain.depots import Depot
from domain.eta import Eta
from domain.moment import Moment
from domain.notices import Notice, OrderComing, PickupChanged, StopEffect, WindowChanged
from domain.orders import Order
from domain.refusals import Refusal
from domain.returns import RETURNS, Return
from domain.routing.changes import Effect
from domain.routing.solution import Reason
from domain.told import leaves
from storage.unit_of_work import UnitOfWork

#: So often a day customers hear of another window.
MOST_CHANGES = 3
#: Values of a reason that are seconds since now.
_MOMENTS = ("at", "until")


def told_first(order: Order, eta: Eta, board: Board, uow: UnitOfWork, at: Moment) -> Notice:
    """Tell a customer when their order comes, as it is on a route now; ``again`` where another time was told before."""
    again = order.told_start is not None
    tell_window(order, eta, board.depot.tz, uow, at, why="planned")
    assert order.told_start is not None, "it was just told"
    assert order.told_end is not None, "it was just told"
    return OrderComing(
        about=order.number, to=order.customer_id, number=order.number, items=items_of([order], uow)[order.number],
        start=order.told_start, end=order.told_end, tracking=tracking.token_of(order, uow, at),
        again=again, good_until=order.told_end, pin=order.code, live=live_name(order.number), choices=coming_choices(order),
    )  # fmt: skip


def told_anew(
    found: Mapping[str, Eta],
    told: Mapping[str, tuple[datetime | None, datetime | None]],
    depot: Depot,
    uow: UnitOfWork,
    at: Moment,
    why: str | None = None,
) -> list[Notice]:
    """Tell customers whose ETA left the told window; who heard three changes today is an exception instead.

    ``found`` are the ETAs by order, ``told`` the windows that were told. Without a ``why`` it is that the driver comes
    later, or sooner.
    """
    moved = []
    for number, eta in found.items():
        start, end = told.get(number, (None, None))
        if start is not None and end is not None and leaves(eta, start, end):
            moved.append(number)
    if not moved:
        return []
    morning = datetime.combine(at.now.astimezone(depot.tz).date(), time(0), depot.tz)
    often = uow.dispatch.told_changes(moved, morning)
    orders = uow.orders.named(moved)
    items = items_of(orders, uow)
    notices = _pickups_anew(moved, found, often, depot, uow, at, why)
    for order in orders:
        if often.get(order.number, 0) >= MOST_CHANGES:
            open_case("window_changes_used_up", order, uow, at, eta=found[order.number].likely.isoformat())
            continue
        was_start, was_end, because = _tell_anew(order, found[order.number], depot, uow, at, why)
        notices.append(
            WindowChanged(
                about=order.number, to=order.customer_id, number=order.number, items=items[order.number],
                was_start=was_start, was_end=was_end, eta_start=order.told_start, eta_end=order.told_end, why=because,
                good_until=order.told_end, live=live_name(order.number), choices=coming_choices(order),
            )
        )  # fmt: skip
    return notices


def _tell_anew(
    coming: Order | Return, eta: Eta, depot: Depot, uow: UnitOfWork, at: Moment, why: str | None
) -> tuple[datetime, datetime, str]:
    """Set another told window; what was told before, and why it no longer holds."""
    was_start, was_end = coming.told_start, coming.told_end
    assert was_start is not None, "only told windows are left"
    assert was_end is not None, "only told windows are left"
    because = why or ("late" if eta.likely > was_end else "early")
    tell_window(coming, eta, depot.tz, uow, at, why=because)
    return was_start, was_end, because


def _pickups_anew(
    moved: Sequence[str], found: Mapping[str, Eta], often: Mapping[str, int], depot: Depot, uow: UnitOfWork, at: Moment,
    why: str | None,
) -> list[Notice]:  # fmt: skip
    """As `told_anew`, for those whose returns are collected."""
    numbers = [number for number in moved if number.startswith(RETURNS)]
    returns = uow.returns.named(numbers) if numbers else []
    items = pickups.items_back(returns, uow)
    notices: list[Notice] = []
    for made in returns:
        if often.get(made.number, 0) >= MOST_CHANGES:
            eta = found[made.number].likely.isoformat()
            pickups.open_trouble("window_changes_used_up", made, uow, at, eta=eta)
            continue
        was_start, was_end, because = _tell_anew(made, found[made.number], depot, uow, at, why)
        notices.append(
            PickupChanged(
                about=made.number, to=made.customer_id, number=made.number, items=items[made.number], was_start=was_start,
                was_end=was_end, start=made.told_start, end=made.told_end, why=because, good_until=made.told_end,
                live=pickups.live(made), choices=next_step(made, uow, at),
            )
        )  # fmt: skip
    return notices


def told_first_pickup(made: Return, eta: Eta, board: Board, uow: UnitOfWork, at: Moment) -> Notice:
    """As `told_first`, for a return that is collected."""
    again = made.told_start is not None
    tell_window(made, eta, board.depot.tz, uow, at, why="planned")
    return pickups.planned(made, pickups.items_back([made], uow), uow, at, again=again)


def stop_effects(
    board: Board, effects: Sequence[Effect], numbers: Mapping[str, Sequence[str]]
) -> tuple[StopEffect, ...]:
    """Effects as people read them, those that change anything; ``numbers`` are the orders of stops."""
    return tuple(
        StopEffect(
            stop=int(each.call) if each.call.isdecimal() else None,
            numbers=tuple(numbers.get(each.call, ())),
            route=None if each.route is None else int(each.route),
            was=None if each.was is None else board.moment(each.was),
            now=None if each.now is None else board.moment(each.now),
            late=-(-each.late // 60),
            breaks=each.breaks,
        )
        for each in effects
        if each.was is None or each.now is None or abs(each.was - each.now) >= 60 or each.breaks
    )


def refused(reason: Reason, board: Board, number: str | None = None) -> Refusal:
    """The refusal that tells a reason."""
    values: dict[str, Any] = dict.fromkeys(
        ("route", "at", "until", "skills", "weight", "volume", "pieces", "count", "first", "minutes", "other")
    )
    values |= {key: each for key, each in reason.values.items() if key not in {"seconds", "call"}}
    for key in _MOMENTS:
        if values[key] is not None:
            values[key] = board.moment(int(str(values[key])))
    if "seconds" in reason.values:
        values["minutes"] = -(-int(reason.values["seconds"]) // 60)
    if values["other"] is not None:
        values["other"] = ", ".join(numbers_of(board, str(values["other"])))
    return Refusal("route_says_no", number=number, why=short(reason), **values)


def short(reason: Reason) -> str:
    """A reason's code within its group."""
    return reason.code.rpartition(".")[2]


def numbers_of(board: Board, key: str) -> list[str]:
    """The orders of a stop."""
    return next((post.numbers(key) for post in board.posts.values() if key in post.calls), [])


def all_numbers(posts: Sequence[Post]) -> dict[str, list[str]]:
    """The orders of every stop ahead of some routes."""
    return {key: post.numbers(key) for post in posts for key in post.calls}
