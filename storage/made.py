"""Visits that drivers made to deliver: when they came, what came of it, and what had been promised and told by then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, select
from sqlmodel import Session

from domain.depots import Depot
from domain.events import Event
from domain.handing import Failure
from domain.orders import Order
from domain.routes import Route, Stop, Task, TaskKind, TaskStatus
from domain.scheduling import moment_of
from domain.values import Window

_orders = Order.__table__  # type: ignore[attr-defined]
_events = Event.__table__  # type: ignore[attr-defined]
_tasks = Task.__table__  # type: ignore[attr-defined]
_stops = Stop.__table__  # type: ignore[attr-defined]
_routes = Route.__table__  # type: ignore[attr-defined]

#: What failed without a driver at the door: the shift was over, the vehicle broke down.
NOT_REACHED, UNKNOWN = "not_reached", "unknown"
_SERVED = frozenset({TaskStatus.COMPLETED, TaskStatus.PARTIAL})
_DONE = [*sorted(_SERVED), TaskStatus.FAILED]
#: So many values are looked for in one statement.
_MANY = 500
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Made:
    """A visit to deliver an order. ``at`` is when the driver came, or else when it was done.

    ``reason`` says why nothing was handed over, None where something was. ``promised`` and ``told`` are the windows as
    they stood when the driver came; ``promised_window`` the first in local time. ``first`` says that it was the first
    visit to the order at which somebody was at the door.
    """

    order: str
    stop: int
    route: int
    driver: int | None
    postcode: str
    at: datetime
    reason: str | None
    promised: Span | None
    promised_window: str | None
    told: Span | None
    first: bool

    @property
    def served(self) -> bool:
        """Whether the goods, or some of them, were handed over."""
        return self.reason is None

    @property
    def reached(self) -> bool:
        """Whether a driver was at the door."""
        return self.reason != NOT_REACHED

    @property
    def in_promise(self) -> bool:
        """Whether the driver came inside the promised window; without one, no."""
        return _within(self.at, self.promised)

    @property
    def in_told(self) -> bool:
        """Whether the driver came inside the told window; without one, no."""
        return _within(self.at, self.told)

    @property
    def late(self) -> bool:
        """Whether the driver came after the promised window."""
        return self.promised is not None and self.at > self.promised[1]


@dataclass(slots=True)
class _Windows:
    """Events of an order's windows, in order of time."""

    promises: list[tuple[datetime, str]]
    told: list[tuple[datetime, str | None]]


def made(session: Session, depot: Depot, start: datetime, end: datetime) -> list[Made]:
    """The visits of a depot that were done from ``start`` until before ``end``, in order of time."""
    query = (
        select(
            _tasks.c.id, _tasks.c.status, _tasks.c.done_at, _tasks.c.stop_id, _stops.c.route_id, _routes.c.driver_id,
            _orders.c.number, _orders.c.postcode, _orders.c.promise_day, _orders.c.promise_start, _orders.c.promise_end,
            _orders.c.told_start, _orders.c.told_end,
        )
        .join(_stops, _stops.c.id == _tasks.c.stop_id)
        .join(_routes, _routes.c.id == _stops.c.route_id)
        .join(_orders, _orders.c.number == _tasks.c.order_number)
        .where(_routes.c.depot_id == depot.id, _tasks.c.kind == TaskKind.DELIVERY)
        .where(_tasks.c.status.in_(_DONE), _tasks.c.done_at >= start, _tasks.c.done_at < end)
        .order_by(_tasks.c.done_at, _tasks.c.id)
    )  # fmt: skip
    rows = list(session.execute(query))
    numbers = list(dict.fromkeys(row.number for row in rows))
    tried = _tried(session, numbers, end)
    arrived, reasons = _reported(
        session, {row.id for row in rows} | {task for tasks in tried.values() for task in tasks}
    )
    windows = _windows(session, numbers)
    firsts = {_first(tasks, reasons) for tasks in tried.values()}
    return [_made(row, arrived, reasons, windows.get(row.number), row.id in firsts, depot.tz) for row in rows]


def count(session: Session, depot: Depot, start: datetime, end: datetime) -> int:
    """How many visits `made` would read, at most."""
    query = select(func.count()).where(
        _tasks.c.depot_id == depot.id, _tasks.c.status.in_(_DONE), _tasks.c.done_at >= start, _tasks.c.done_at < end
    )
    return int(session.execute(query).scalar() or 0)


def _made(
    row: Row[Any], arrived: dict[int, datetime], reasons: dict[int, str], windows: _Windows | None, first: bool,
    zone: ZoneInfo,
) -> Made:  # fmt: skip
    at = arrived.get(row.id, row.done_at)
    promise = _promise_at(at, windows, row)
    served = row.status in _SERVED
    return Made(
        order=row.number, stop=row.stop_id, route=row.route_id, driver=row.driver_id, postcode=row.postcode, at=at,
        reason=None if served else reasons.get(row.id, UNKNOWN),
        promised=_span(promise, zone) if promise is not None else None,
        promised_window=str(promise[1]) if promise is not None else None,
        told=_told_at(at, windows, row), first=first,
    )  # fmt: skip


def _promise_at(at: datetime, windows: _Windows | None, row: Row[Any]) -> tuple[date, Window] | None:
    """The promise as it stood then; the present one of an order whose history does not say."""
    said = [after for when, after in windows.promises if when <= at] if windows is not None else []
    if said:
        day, _, window = said[-1].partition(" ")
        return date.fromisoformat(day), Window.parse(window)
    if row.promise_day is None:
        return None
    return row.promise_day, Window(row.promise_start, row.promise_end)


def _told_at(at: datetime, windows: _Windows | None, row: Row[Any]) -> Span | None:
    """The told window as it stood then: a new promise takes it back. The present one where the history does not say."""
    if windows is None or not any(after for _, after in windows.told):
        return (row.told_start, row.told_end) if row.told_start is not None and row.told_end is not None else None
    said = [after for when, after in windows.told if when <= at]
    if not said or said[-1] is None:
        return None
    start, _, end = said[-1].partition(" ")
    return datetime.fromisoformat(start), datetime.fromisoformat(end)


def _tried(session: Session, numbers: list[str], end: datetime) -> dict[str, dict[int, bool]]:
    """Per order all its visits until a moment in order of time, and whether each was in vain."""
    found: dict[str, dict[int, bool]] = {}
    for some in chunks(numbers):
        query = (
            select(_tasks.c.id, _tasks.c.order_number, _tasks.c.status)
            .where(_tasks.c.order_number.in_(some), _tasks.c.kind == TaskKind.DELIVERY)
            .where(_tasks.c.status.in_(_DONE), _tasks.c.done_at < end)
            .order_by(_tasks.c.done_at, _tasks.c.id)
        )
        for row in session.execute(query):
            found.setdefault(row.order_number, {})[row.id] = row.status == TaskStatus.FAILED
    return found


def _first(tasks: dict[int, bool], reasons: dict[int, str]) -> int | None:
    """The first visit at which somebody was at the door."""
    at_door = (task for task, failed in tasks.items() if not failed or reasons.get(task, UNKNOWN) != NOT_REACHED)
    return next(at_door, None)


def _reported(session: Session, tasks: Iterable[int]) -> tuple[dict[int, datetime], dict[int, str]]:
    """When drivers arrived for tasks, and why tasks failed; the last time counts."""
    arrived: dict[int, datetime] = {}
    reasons: dict[int, str] = {}
    for some in chunks([str(task) for task in sorted(tasks)]):
        query = (
            select(_events.c.subject, _events.c.after, _events.c.at, _events.c.detail)
            .where(_events.c.noun == "task", _events.c.subject.in_(some), _events.c.change == "status")
            .where(_events.c.after.in_([TaskStatus.ARRIVED, TaskStatus.FAILED]))
            .order_by(_events.c.id)
        )
        for row in session.execute(query):
            if row.after == TaskStatus.ARRIVED:
                arrived[int(row.subject)] = row.at
            elif row.detail.get("reason"):
                reasons[int(row.subject)] = _why(str(row.detail["reason"]))
    return arrived, reasons


def _windows(session: Session, numbers: list[str]) -> dict[str, _Windows]:
    """What orders were promised and told, and when."""
    found: dict[str, _Windows] = {}
    for some in chunks(numbers):
        query = (
            select(_events.c.subject, _events.c.change, _events.c.at, _events.c.after)
            .where(_events.c.noun == "order", _events.c.subject.in_(some), _events.c.change.in_(["promise", "told"]))
            .order_by(_events.c.at, _events.c.id)
        )
        for row in session.execute(query):
            windows = found.setdefault(row.subject, _Windows([], []))
            if row.change == "promise":
                windows.promises.append((row.at, row.after))
            windows.told.append((row.at, row.after if row.change == "told" else None))
    return found


def _why(reason: str) -> str:
    return reason if reason in set(Failure) else NOT_REACHED


def _span(promise: tuple[date, Window], zone: ZoneInfo) -> Span:
    day, window = promise
    return moment_of(day, window.start, zone), moment_of(day, window.end, zone)


def _within(at: datetime, span: Span | None) -> bool:
    return span is not None and span[0] <= at <= span[1]


def chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """The values in pieces that fit into one statement."""
    for n in range(0, len(values), _MANY):
        yield values[n : n + _MANY]
