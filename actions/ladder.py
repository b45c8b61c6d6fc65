"""The ladder: what customers hear while their order comes nearer, and how often.

Out for delivery, then near; another window only where the one that was told is left; narrower ones in quiet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from actions import tracking
from actions.board import is_visit
from actions.dispatching.telling import told_anew
from actions.returns import pickups
from actions.returns.stepping import next_step
from actions.told import coming_choices, items_of, live_name, set_window, tell_window
from actions.underway import Way, ways_of
from domain.depots import Depot
from domain.eta import Eta
from domain.fleet import Driver
from domain.moment import Moment
from domain.notices import DriverNear, Notice, OrderOut, PickupChanged, PickupNear, WindowChanged, WindowSharper
from domain.orders import OrderStatus
from domain.returns import RETURNS
from domain.routes import AHEAD, RouteStatus, TaskKind
from domain.told import REFINED, leaves, refined
from storage.routes import Tour
from storage.unit_of_work import UnitOfWork

#: Where what was expected did not come for so long, ETAs are guesses: customers are not told them, a person looks into it.
GUESSING = timedelta(minutes=60)
#: Whoever is served this soon is told that the driver is near.
NEAR = timedelta(minutes=30)


def out_for_delivery(tour: Tour, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Tell the customers of a route that has just left when their orders come, by the ETAs of now."""
    depot = uow.depots.get(tour.route.depot_id)
    ways = ways_of([tour.route], depot, uow, at)
    orders = [notice for way in ways for notice in _told_out(way, depot, uow, at)]
    return [*orders, *(notice for way in ways for notice in _pickups_out(way, depot, uow, at))]


def _pickups_out(way: Way, depot: Depot, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Tell those whose returns are collected on a route that has just left where that is news: nothing was told yet, or
    another window. Who is next hears that the driver is near, like everybody, when that is so."""
    found = {number: eta for number, eta in way.by_order.items() if number.startswith(RETURNS)}
    returns = uow.returns.named(found) if found else []
    items = pickups.items_back(returns, uow)
    notices: list[Notice] = []
    for made in returns:
        eta, again = found[made.number], made.told_start is not None
        if made.told_start is None or made.told_end is None or leaves(eta, made.told_start, made.told_end):
            tell_window(made, eta, depot.tz, uow, at, why=_why(eta, made.told_end) if again else "planned")
            notices.append(pickups.planned(made, items, uow, at, again=again, left=True))
    return notices


def _told_out(way: Way, depot: Depot, uow: UnitOfWork, at: Moment) -> list[Notice]:
    found, before = way.by_order, _before(way)
    taken_over = {
        row.number for row in way.rows if row.kind == TaskKind.PICKUP
    }  # these were out before, in another van
    orders = [
        order for order in uow.orders.named(found)
        if order.status == OrderStatus.OUT_FOR_DELIVERY and order.number not in taken_over
    ]  # fmt: skip
    items = items_of(orders, uow)
    tokens = uow.chats.tracking_tokens(found)
    near: list[str] = []
    notices: list[Notice] = []
    for order in orders:
        eta = found[order.number]
        was = (order.told_start, order.told_end)
        changed = was[0] is not None and was[1] is not None and leaves(eta, was[0], was[1])
        if was[0] is None or changed:
            tell_window(order, eta, depot.tz, uow, at, why=_why(eta, was[1]) if changed else "planned")
        elif (sharper := refined(eta, was[0], was[1] or was[0], depot.tz, at.now)) is not None:
            set_window(order, sharper, uow, at, REFINED)
        assert order.told_start is not None, "it was just told"
        assert order.told_end is not None, "it was just told"
        soon = eta.likely - at.now <= NEAR
        near += [order.number] if soon else []
        notices.append(
            OrderOut(
                about=order.number, to=order.customer_id, number=order.number, items=items[order.number],
                start=order.told_start, end=order.told_end, was_start=was[0] if changed else None,
                was_end=was[1] if changed else None, pin=order.code,
                tracking=tokens.get(order.number) or tracking.token_of(order, uow, at),
                first_name=_first_name(way.driver) if soon else None, stops_before=before[order.number] if soon else None,
                live=live_name(order.number), choices=coming_choices(order), good_until=order.told_end + NEAR,
            )
        )  # fmt: skip
    _note_near(way, near, uow, at)
    return notices


def told(ways: Sequence[Way], depot: Depot, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What customers of routes under way are told by the ETAs of now; nothing of routes of which nothing is known any more."""
    ways = [way for way in ways if at.now - way.expected <= GUESSING]
    found = {number: eta for way in ways for number, eta in way.by_order.items()}
    windows = {row.number: (row.told_start, row.told_end) for way in ways for row in way.rows if row.number in found}
    changed = {notice.about: notice for notice in told_anew(found, windows, depot, uow, at)}
    near = [notice for way in ways for notice in (*_near(way, changed, uow, at), *_pickups_near(way, changed, uow, at))]
    others = [notice for number, notice in changed.items() if number not in {each.about for each in near}]
    quiet = {number: eta for number, eta in found.items() if number not in changed and eta.likely - at.now > NEAR}
    return [*others, *near, *_sharper(quiet, windows, depot, uow, at)]


def _near(way: Way, changed: Mapping[str | None, Notice], uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Tell those who are served soon, once; also that it is another time than was told, where it is."""
    if way.route.status != RouteStatus.IN_PROGRESS:
        return []
    found, before = way.by_order, _before(way)
    soon = [
        row.number for rows in way.ahead.values() for row in rows
        if row.number in found and found[row.number].likely - at.now <= NEAR and row.near_at is None
        and row.order_status == OrderStatus.OUT_FOR_DELIVERY and _is_delivery(row)
    ]  # fmt: skip
    if not soon:
        return []
    _note_near(way, soon, uow, at)
    orders = uow.orders.named(soon)
    items = items_of(orders, uow)
    tokens = uow.chats.tracking_tokens(soon)
    notices: list[Notice] = []
    for order in orders:
        change = changed.get(order.number)
        notices.append(
            DriverNear(
                about=order.number, to=order.customer_id, number=order.number, items=items[order.number],
                first_name=_first_name(way.driver), eta=found[order.number].likely, stops_before=before[order.number],
                end=order.told_end, pin=order.code, was_start=change.was_start if isinstance(change, WindowChanged) else None,
                was_end=change.was_end if isinstance(change, WindowChanged) else None,
                tracking=tokens.get(order.number) or tracking.token_of(order, uow, at),
                live=live_name(order.number), choices=coming_choices(order),
                good_until=found[order.number].late + NEAR,
            )
        )  # fmt: skip
    return notices


def _pickups_near(way: Way, changed: Mapping[str | None, Notice], uow: UnitOfWork, at: Moment) -> list[Notice]:
    """As `_near`, for those whose returns are collected."""
    if way.route.status != RouteStatus.IN_PROGRESS:
        return []
    found, before = way.by_order, _before(way)
    soon = [
        row.number for rows in way.ahead.values() for row in rows
        if row.return_id is not None and row.number in found and found[row.number].likely - at.now <= NEAR
        and row.near_at is None and row.told_start is not None
    ]  # fmt: skip
    if not soon:
        return []
    _note_near(way, soon, uow, at)
    returns = uow.returns.named(soon)
    items = pickups.items_back(returns, uow)
    notices: list[Notice] = []
    for made in returns:
        change = changed.get(made.number)
        was = (change.was_start, change.was_end) if isinstance(change, PickupChanged) else (None, None)
        notices.append(
            PickupNear(
                about=made.number, to=made.customer_id, number=made.number, items=items[made.number],
                first_name=_first_name(way.driver), eta=found[made.number].likely, stops_before=before[made.number],
                code=made.code, was_start=was[0], was_end=was[1], live=pickups.live(made), choices=next_step(made, uow, at),
                good_until=found[made.number].late + NEAR,
            )
        )  # fmt: skip
    return notices


def _sharper(
    found: Mapping[str, Eta], windows: Mapping[str, tuple[datetime | None, datetime | None]], depot: Depot,
    uow: UnitOfWork, at: Moment,
) -> list[Notice]:  # fmt: skip
    """Narrower windows within those that were told, in quiet: they are shown where a message can be edited."""
    sharp = {
        number: window for number, eta in found.items()
        for start, end in [windows[number]] if start is not None and end is not None
        for window in [refined(eta, start, end, depot.tz, at.now)] if window is not None
    }  # fmt: skip
    orders = uow.orders.named(sharp) if sharp else []
    items = items_of(orders, uow)
    tokens = uow.chats.tracking_tokens(sharp) if sharp else {}
    notices: list[Notice] = []
    for order in orders:
        window = sharp[order.number]
        set_window(order, window, uow, at, REFINED)
        if order.status == OrderStatus.OUT_FOR_DELIVERY:
            notices.append(
                WindowSharper(
                    about=order.number, to=order.customer_id, number=order.number, items=items[order.number],
                    start=window.start, end=window.end, pin=order.code,
                    tracking=tokens.get(order.number) or tracking.token_of(order, uow, at),
                    live=live_name(order.number), choices=coming_choices(order), good_until=window.end,
                )
            )  # fmt: skip
    return notices


def _why(eta: Eta, end: datetime | None) -> str:
    return "late" if end is not None and eta.likely > end else "early"


def _before(way: Way) -> dict[str, int]:
    """By order how many stops are served before it."""
    return {row.number: n for n, rows in enumerate(way.ahead.values()) for row in rows if row.number}


def _note_near(way: Way, numbers: Sequence[str], uow: UnitOfWork, at: Moment) -> None:
    wanted = set(numbers)
    uow.dispatch.set_near([row.task_id for row in way.rows if row.number in wanted and is_visit(row)], at.now)


def _is_delivery(row: Row[Any]) -> bool:
    """Whether a task brings its order to the customer; what is taken over from another van is collected first."""
    return row.kind == TaskKind.DELIVERY and row.status in AHEAD


def _first_name(driver: Driver | None) -> str | None:
    names = driver.name.split() if driver is not None else []
    return names[0] if names else None
