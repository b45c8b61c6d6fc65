"""What questions about numbers are answered from: the orders, visits, questions and ratings of some days, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlmodel import Session

from domain.conversations import Conversation
from domain.deliveries import Rating
from domain.depots import Depot
from domain.events import Event
from domain.fleet import Driver
from domain.numbers import Counted, Item
from domain.orders import Order, OrderStatus
from domain.returns import Return, ReturnLine
from domain.routes import Route, Stop, Task, TaskKind
from domain.scheduling import moment_of
from domain.stock import Product
from domain.values import Window
from storage.figures import asked_where
from storage.made import Made, chunks, made
from storage.outbox import OutboxRow

_orders = Order.__table__  # type: ignore[attr-defined]
_events = Event.__table__  # type: ignore[attr-defined]
_tasks = Task.__table__  # type: ignore[attr-defined]
_stops = Stop.__table__  # type: ignore[attr-defined]
_routes = Route.__table__  # type: ignore[attr-defined]
_drivers = Driver.__table__  # type: ignore[attr-defined]
_ratings = Rating.__table__  # type: ignore[attr-defined]
_outbox = OutboxRow.__table__  # type: ignore[attr-defined]
_returns = Return.__table__  # type: ignore[attr-defined]
_lines = ReturnLine.__table__  # type: ignore[attr-defined]
_products = Product.__table__  # type: ignore[attr-defined]
_chats = Conversation.__table__  # type: ignore[attr-defined]

#: Nothing more is waited for at these: they are not late.
_OVER = frozenset(
    {
        OrderStatus.DELIVERED, OrderStatus.PARTIALLY_DELIVERED, OrderStatus.FAILED, OrderStatus.RETURNED_TO_DEPOT,
        OrderStatus.CANCELLED,
    }
)  # fmt: skip
_COLUMNS = [
    _orders.c[name] for name in "number postcode city status created_at promise_day promise_start promise_end".split()
]


class Numbers:
    """Queries for questions about numbers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def items(
        self, what: Counted, depot: Depot, span: tuple[datetime, datetime], now: datetime, *, alone: bool
    ) -> list[Item]:
        """What is counted of a depot from a moment until before another, both local midnights.

        What cannot be told to belong to a depot counts only where that is the only one (``alone``).
        """
        found = _Found(self._session, depot, span, now, alone)
        return found.of(what)

    def drivers(self) -> dict[str, str]:
        """What drivers are called, by code or number; of those who left too."""
        rows = self._session.execute(select(_drivers.c.id, _drivers.c.code, _drivers.c.name).order_by(_drivers.c.id))
        return {row.code or str(row.id): row.name for row in rows}

    def products(self) -> dict[str, str]:
        """What products that ever came back are called, by SKU."""
        query = select(_products.c.sku, _products.c.name).where(_products.c.sku.in_(select(_lines.c.sku)))
        return {row.sku: row.name for row in self._session.execute(query.order_by(_products.c.sku))}

    def is_city(self, name: str) -> str | None:
        """The city of that name that something is delivered to, as it is written."""
        query = select(_orders.c.city).where(func.lower(_orders.c.city) == name.lower()).limit(1)
        city: str | None = self._session.execute(query).scalar()
        return city


class _Found:
    """Items of one depot and time."""

    def __init__(
        self, session: Session, depot: Depot, span: tuple[datetime, datetime], now: datetime, alone: bool
    ) -> None:
        self._session, self._depot, self._now, self._alone = session, depot, now, alone
        self._start, self._end = span
        self._names: dict[int, str] | None = None

    def of(self, what: Counted) -> list[Item]:
        """The items."""
        sources: Mapping[Counted, Callable[[], list[Item]]] = {
            Counted.ORDERS: lambda: self._promised(_orders.c.status != OrderStatus.CANCELLED),
            Counted.NEW: self._new,
            Counted.STOPS: self._visited,
            Counted.DELIVERIES: lambda: self._visits(lambda visit: visit.served),
            Counted.FAILED: lambda: self._visits(lambda visit: not visit.served),
            Counted.LATE: lambda: [*self._visits(lambda visit: visit.served and visit.late), *self._overdue()],
            Counted.RETURNED: lambda: self._became(OrderStatus.RETURNED_TO_DEPOT),
            Counted.RETURNS: self._asked_back,
            Counted.CANCELLED: lambda: self._became(OrderStatus.CANCELLED),
            Counted.QUESTIONS: self._questions,
            Counted.RATINGS: self._rated,
        }
        return sources[what]()

    # Orders

    def _promised(self, *conditions: ColumnElement[bool]) -> list[Item]:
        first, last = self._day(self._start), self._day(self._end)
        rows = self._orders(_orders.c.promise_day >= first, _orders.c.promise_day < last, *conditions)
        drivers = self._drivers([row.number for row in rows])
        return [self._item(row, None, drivers.get(row.number)) for row in rows]

    def _overdue(self) -> list[Item]:
        """Orders of those days whose window is over, and nobody has come."""
        first, last = self._day(self._start), self._day(self._end)
        rows = [
            row
            for row in self._orders(
                _orders.c.promise_day >= first, _orders.c.promise_day < last, _orders.c.status.not_in(_OVER)
            )
            if moment_of(row.promise_day, row.promise_end, self._depot.tz) < self._now
        ]
        drivers = self._drivers([row.number for row in rows])
        return [self._item(row, None, drivers.get(row.number)) for row in rows]

    def _new(self) -> list[Item]:
        rows = self._orders(_orders.c.created_at >= self._start, _orders.c.created_at < self._end)
        return [self._item(row, row.created_at) for row in rows]

    def _became(self, status: OrderStatus) -> list[Item]:
        query = (
            select(*_COLUMNS, func.min(_events.c.at).label("at"))
            .join(_events, _events.c.subject == _orders.c.number)
            .where(_events.c.noun == "order", _events.c.change == "status", _events.c.after == status)
            .where(_events.c.at >= self._start, _events.c.at < self._end, _orders.c.depot_id == self._depot.id)
            .group_by(_orders.c.id, *_COLUMNS)
            .order_by(_orders.c.id)
        )
        rows = self._session.execute(query).all()
        drivers = self._drivers([row.number for row in rows])
        return [self._item(row, row.at, drivers.get(row.number)) for row in rows]

    def _orders(self, *conditions: ColumnElement[bool]) -> list[Row[Any]]:
        query = select(*_COLUMNS).where(_orders.c.depot_id == self._depot.id, *conditions)
        return list(self._session.execute(query.order_by(_orders.c.id)))

    # Visits

    def _visits(self, counts: Callable[[Made], bool]) -> list[Item]:
        visits = [visit for visit in made(self._session, self._depot, self._start, self._end) if counts(visit)]
        return list(self._of_visits(visits))

    def _visited(self) -> list[Item]:
        """One item for each stop where somebody was at the door, that of the order that was handled there last."""
        visits = [visit for visit in made(self._session, self._depot, self._start, self._end) if visit.reached]
        return list(self._of_visits(list({visit.stop: visit for visit in visits}.values())))

    def _of_visits(self, visits: list[Made]) -> Iterator[Item]:
        rows: dict[str, Row[Any]] = {}
        for some in chunks(sorted({visit.order for visit in visits})):
            rows |= {row.number: row for row in self._orders(_orders.c.number.in_(some))}
        names = self._driver_names()
        for visit in visits:
            if visit.order not in rows:
                continue
            driver = names.get(visit.driver) if visit.driver is not None else None
            yield self._item(rows[visit.order], visit.at, driver, reason=visit.reason, window=visit.promised_window)

    # Returns

    def _asked_back(self) -> list[Item]:
        """One item for each product of each return that was asked for."""
        query = (
            select(
                _lines.c.order_number, _lines.c.sku, _lines.c.quantity, _lines.c.reason, _products.c.name, _returns.c.number,
                _returns.c.created_at, _returns.c.status, _returns.c.postcode, _returns.c.city,
            )
            .join(_returns, _returns.c.id == _lines.c.return_id)
            .join(_products, _products.c.sku == _lines.c.sku)
            .where(_returns.c.depot_id == self._depot.id)
            .where(_returns.c.created_at >= self._start, _returns.c.created_at < self._end)
            .order_by(_lines.c.id)
        )  # fmt: skip
        return [self._back(row) for row in self._session.execute(query)]

    def _back(self, row: Row[Any]) -> Item:
        local = row.created_at.astimezone(self._depot.tz)
        return Item(
            order=row.order_number, depot=self._depot.name, day=local.date(), hour=local.hour, postcode=row.postcode,
            city=row.city, status=row.status, reason=row.reason, return_number=row.number, sku=row.sku, product=row.name,
            pieces=row.quantity,
        )  # fmt: skip

    # What customers say

    def _questions(self) -> list[Item]:
        query = (
            select(func.min(_outbox.c.created_at).label("at"), func.min(_outbox.c.about).label("about"))
            .join(_chats, _chats.c.id == _outbox.c.conversation_id)
            .outerjoin(_orders, _orders.c.number == _outbox.c.about)
            .where(asked_where(self._start, self._end))
            .group_by(_outbox.c.inbox_id)
            .order_by(_outbox.c.inbox_id)
        )
        if not self._alone:
            query = query.where(_orders.c.depot_id == self._depot.id)
        asked = self._session.execute(query).all()
        rows: dict[str, Row[Any]] = {}
        for some in chunks(sorted({each.about for each in asked if each.about})):
            rows |= {row.number: row for row in self._orders(_orders.c.number.in_(some))}
        return [self._item(rows[each.about], each.at) for each in asked if each.about in rows]

    def _rated(self) -> list[Item]:
        query = (
            select(*_COLUMNS, _ratings.c.at, _ratings.c.score)
            .join(_ratings, _ratings.c.order_number == _orders.c.number)
            .where(_orders.c.depot_id == self._depot.id, _ratings.c.at >= self._start, _ratings.c.at < self._end)
            .order_by(_ratings.c.at, _orders.c.id)
        )
        rows = self._session.execute(query).all()
        drivers = self._drivers([row.number for row in rows])
        return [self._item(row, row.at, drivers.get(row.number), score=row.score) for row in rows]

    # Parts of an item

    def _item(
        self, row: Row[Any], at: datetime | None, driver: str | None = None, *, window: str | None = None, **more: Any
    ) -> Item:
        """One item at a moment; without one, at the start of its promised window."""
        if window is None and row.promise_start is not None:
            window = str(Window(row.promise_start, row.promise_end))
        local = at.astimezone(self._depot.tz) if at is not None else None
        return Item(
            order=row.number, depot=self._depot.name, day=local.date() if local else row.promise_day,
            hour=local.hour if local else row.promise_start.hour, postcode=row.postcode, city=row.city,
            status=row.status, driver=driver, window=window, **more,
        )  # fmt: skip

    def _drivers(self, numbers: list[str]) -> dict[str, str]:
        """Who has, or had, the last visit to each order."""
        found: dict[str, str] = {}
        names = self._driver_names()
        for some in chunks(numbers):
            query = (
                select(_tasks.c.order_number, _routes.c.driver_id)
                .join(_stops, _stops.c.id == _tasks.c.stop_id)
                .join(_routes, _routes.c.id == _stops.c.route_id)
                .where(_tasks.c.order_number.in_(some), _tasks.c.kind == TaskKind.DELIVERY)
                .where(_routes.c.driver_id.is_not(None))
                .order_by(_tasks.c.id)
            )
            found |= {row.order_number: names[row.driver_id] for row in self._session.execute(query)}
        return found

    def _driver_names(self) -> dict[int, str]:
        if self._names is None:
            self._names = {row.id: row.name for row in self._session.execute(select(_drivers.c.id, _drivers.c.name))}
        return self._names

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self._depot.tz).date()
