"""What must be true of every day, however it went: nobody lost, nothing said twice or at night, stock that adds up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

import domain.notices
from bot.simulation.log import Log
from bot.simulation.world import ZONE, World
from domain.orders import HOLDS_STOCK, Order, OrderLine, OrderStatus
from domain.policies import quiet_until
from domain.routes import AHEAD, Route, RouteStatus, Stop, Task
from domain.stock import StockLevel
from storage import outbox
from storage.inbox import InboxRow
from storage.jobs import JobRow
from storage.outbox import OutboxRow

S = OrderStatus
#: When the day is over an order is in one of these states.
_ACCOUNTED = frozenset(
    {S.DELIVERED, S.PARTIALLY_DELIVERED, S.RETURNED_TO_DEPOT, S.RESCHEDULED, S.CANCELLED, S.ALLOCATED, S.PACKED,
     S.BACKORDERED}
)  # fmt: skip
_HANDED_OVER = frozenset({S.DELIVERED, S.PARTIALLY_DELIVERED})
#: Orders whose goods are at the depot and kept for them.
_STILL_WANTED = HOLDS_STOCK | {S.RETURNED_TO_DEPOT, S.RESCHEDULED}
#: So many of a kind are named.
_NAMED = 5


def violations(session: Session, world: World, log: Log, initial: Mapping[str, int]) -> list[str]:
    """What is not as it must be, in sentences; ``initial`` is what was on hand of each product before the day."""
    orders = list(session.scalars(select(Order)))
    found = [
        *_orders(session, orders, world),
        *_delivered(orders, log),
        *_routes(session),
        *_messages(session),
        *_turns(session),
        *_stock(session, orders, initial),
    ]
    unheard = [f"{what} ({said}), answered by {' and '.join(heard) or 'nothing'}" for what, said, heard in log.unheard]
    return [*found, *_some("reports without effect:", unheard)]


def _orders(session: Session, orders: list[Order], world: World) -> Iterator[str]:
    lost = [f"{order.number} is {order.status}" for order in orders if S(order.status) not in _ACCOUNTED]
    yield from _some("the day is over but", lost)
    if len(orders) != world.orders:
        yield f"{world.orders} orders were taken and {len(orders)} are there"


def _delivered(orders: list[Order], log: Log) -> Iterator[str]:
    """What was handed over at the door is delivered, and nothing else is."""
    truly = {call.order for call in log.calls if call.handed_over}
    told = {order.number for order in orders if S(order.status) in _HANDED_OVER}
    yield from _some("handed over and not delivered:", sorted(truly - told))
    yield from _some("delivered and never handed over:", sorted(told - truly))
    twice = [number for number, n in Counter(each.order for each in log.calls if each.handed_over).items() if n > 1]
    yield from _some("handed over twice:", twice)


def _routes(session: Session) -> Iterator[str]:
    open_ = [
        route
        for route in session.scalars(select(Route))
        if route.status in {RouteStatus.LOADING, RouteStatus.IN_PROGRESS}
    ]
    yield from _some("routes that never ended:", [f"{route.id} ({route.status})" for route in open_])
    ids = [route.id for route in session.scalars(select(Route)) if route.status == RouteStatus.COMPLETED]
    ahead = session.scalars(
        select(Task).join(Stop, Stop.id == Task.stop_id).where(Stop.route_id.in_(ids), Task.status.in_(AHEAD))  # type: ignore[arg-type, attr-defined]
    )
    yield from _some("tasks ahead on routes that are over:", [str(task.order_number) for task in ahead])


def _messages(session: Session) -> Iterator[str]:
    """Nothing that nobody asked for is said twice, or at night; nothing waits or is dead."""
    rows = list(session.scalars(select(OutboxRow)))
    said = Counter(
        (row.conversation_id, row.kind, repr(sorted(row.facts.items())))
        for row in rows
        if row.priority == outbox.PROACTIVE and row.state == outbox.SENT and not row.edits
    )
    yield from _some("said twice:", [f"{kind} to conversation {chat}" for (chat, kind, _), n in said.items() if n > 1])
    quiet = [
        f"{row.name} at {row.sent_at:%H:%M} UTC"
        for row in rows
        if row.priority == outbox.PROACTIVE and row.state == outbox.SENT and row.sent_at is not None
        and _wakes(row, row.sent_at)
    ]  # fmt: skip
    yield from _some("said in quiet hours:", quiet)
    yield from _some("never sent:", [f"{row.name} ({row.error})" for row in rows if row.state == outbox.DEAD])


def _wakes(row: OutboxRow, at: datetime) -> bool:
    """Whether it came in the recipient's quiet hours, and is nothing that may; a message that changes wakes nobody."""
    kind: Any = getattr(domain.notices, row.kind, None)
    urgent = kind is not None and kind.urgent
    return quiet_until(at, ZONE) is not None and not urgent and not row.edits


def _turns(session: Session) -> Iterator[str]:
    rows = list(session.scalars(select(InboxRow)))
    yield from _some("turns that broke:", [row.key for row in rows if row.outcome == "broken"])
    yield from _some("messages nobody handled:", [row.key for row in rows if row.handled_at is None])
    jobs = list(session.scalars(select(JobRow)))
    yield from _some("jobs that failed:", [f"{job.kind} ({job.error})" for job in jobs if job.error is not None])
    yield from _some("jobs never done:", [job.kind for job in jobs if job.done_at is None])


def _stock(session: Session, orders: list[Order], initial: Mapping[str, int]) -> Iterator[str]:
    """On hand is what there was less what was handed over; reserved is what those orders hold that still want it."""
    status = {order.id: S(order.status) for order in orders}
    gone: Counter[str] = Counter()
    held: Counter[str] = Counter()
    for line in session.scalars(select(OrderLine)):
        if status[line.order_id] in _HANDED_OVER:
            gone[line.sku] += line.quantity
        elif status[line.order_id] in _STILL_WANTED:
            held[line.sku] += line.quantity
    wrong = []
    for level in session.scalars(select(StockLevel)):
        expected = (initial[level.sku] - gone[level.sku], held[level.sku])
        if (level.on_hand, level.reserved) != expected:
            wrong.append(f"{level.sku}: on hand {level.on_hand}, reserved {level.reserved}, and not {expected}")
    yield from _some("stock that does not add up:", wrong)


def _some(what: str, found: list[str]) -> Iterator[str]:
    if found:
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        yield f"{what} {', '.join(found[:_NAMED])}{more}"
