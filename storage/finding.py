"""Looking for orders, by whatever staff know of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlmodel import Session

from domain.customers import Customer
from domain.driving import DriverReport
from domain.events import Event
from domain.moment import Role
from domain.orders import DELIVERED, FINISHED, Order, OrderStatus
from domain.planning.day import PLANNABLE
from domain.routes import AHEAD, LIVE, Route, Stop, Task

_orders = Order.__table__  # type: ignore[attr-defined]
_customers = Customer.__table__  # type: ignore[attr-defined]
_events = Event.__table__  # type: ignore[attr-defined]
_tasks = Task.__table__  # type: ignore[attr-defined]
_stops = Stop.__table__  # type: ignore[attr-defined]
_routes = Route.__table__  # type: ignore[attr-defined]
_reports = DriverReport.__table__  # type: ignore[attr-defined]

S = OrderStatus
#: An order got into one of these on a day; those of other states are of the day they are promised for.
HAPPENED = frozenset(
    {S.DELIVERED, S.PARTIALLY_DELIVERED, S.FAILED, S.RETURNED_TO_DEPOT, S.CANCELLED, S.HELD, S.RESCHEDULED}
)
#: So many digits at the end of a phone number say whose it is.
_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Sought:
    """What orders are looked for; what is None does not matter.

    ``first`` to ``last`` are local days, ``start`` to ``end`` the moments they begin and are over; ``now`` decides what is
    late.
    """

    now: datetime
    today: date
    state: str | None = None
    first: date | None = None
    last: date | None = None
    start: datetime | None = None
    end: datetime | None = None
    depot_id: int | None = None
    phone: str | None = None
    email: str | None = None
    postcode: str | None = None
    words: tuple[str, ...] = ()


class Finding:
    """Queries for orders nobody knows the number of."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def count(self, sought: Sought) -> int:
        """How many orders that is."""
        query = select(func.count()).select_from(_orders.join(_customers, _customers.c.id == _orders.c.customer_id))
        return int(self._session.execute(query.where(*_conditions(sought))).scalar_one())

    def page(self, sought: Sought, limit: int, offset: int = 0) -> list[tuple[Order, Customer]]:
        """Some of those orders with whose they are, the latest promised first."""
        query: Select[Order, Customer] = select(Order, Customer).join(
            Customer, _customers.c.id == _orders.c.customer_id
        )
        query = query.where(*_conditions(sought))
        query = query.order_by(_orders.c.promise_day.desc().nulls_last(), _orders.c.id.desc())
        return [(order, customer) for order, customer in self._session.execute(query.limit(limit).offset(offset))]

    def names(self, since: datetime, limit: int) -> list[str]:
        """What customers are called who ordered since a moment, the latest first."""
        latest = func.max(_orders.c.id)
        query = select(_customers.c.name).join(_orders, _orders.c.customer_id == _customers.c.id)
        query = query.where(_orders.c.created_at >= since, _customers.c.name != "").group_by(_customers.c.name)
        return list(self._session.scalars(query.order_by(latest.desc()).limit(limit)))


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if sought.depot_id is not None:
        found.append(_orders.c.depot_id == sought.depot_id)
    if sought.email is not None:
        found.append(func.lower(_customers.c.email) == sought.email.lower())
    if sought.phone is not None:
        digits = "".join(char for char in sought.phone if char.isdigit())[-_DIGITS:]
        found.append(_customers.c.phone.endswith(digits))
    if sought.postcode is not None:
        found.append(_orders.c.postcode.startswith(sought.postcode, autoescape=True))
    found += [_has_word(word) for word in sought.words]
    return [*found, *_in_state(sought)]


def _has_word(word: str) -> ColumnElement[bool]:
    """Whether a word is part of whose the order is or where it goes, in whatever case."""
    forms = {word, word.lower(), word.capitalize(), word.upper()}  # the database knows the case of plain letters alone
    columns = (_customers.c.name, _orders.c.street, _orders.c.city)
    exact = [column.contains(form, autoescape=True) for column in columns for form in sorted(forms)]
    return or_(*exact, *(column.icontains(word, autoescape=True) for column in columns))


def _in_state(sought: Sought) -> list[ColumnElement[bool]]:
    """Orders in a state, and of the days that are asked for."""
    match sought.state:
        case state if state in HAPPENED and sought.start is not None and sought.end is not None:
            return [_became(str(state), sought.start, sought.end)]
        case "open":
            return [_orders.c.status.not_in(FINISHED | DELIVERED), *_promised(sought)]
        case "late":
            return [_is_late(sought), *_promised(sought)]
        case "unplanned":
            return [_orders.c.status.in_(PLANNABLE), ~_on_live_route(), *_promised(sought)]
        case None:
            return _promised(sought)
        case state:
            return [_orders.c.status == state, *_promised(sought)]


def _promised(sought: Sought) -> list[ColumnElement[bool]]:
    if sought.first is None or sought.last is None:
        return []
    return [_orders.c.promise_day.between(sought.first, sought.last)]


def _became(state: str, start: datetime, end: datetime) -> ColumnElement[bool]:
    """Got into a state then, which was not taken back."""
    return exists().where(
        _events.c.noun == "order", _events.c.subject == _orders.c.number, _events.c.change == "status",
        _events.c.after == state, _events.c.at >= start, _events.c.at < end, ~_was_taken_back(),
    )  # fmt: skip


def _was_taken_back() -> ColumnElement[bool]:
    """Whether an event came of a driver's report that was undone."""
    return exists().where(
        _reports.c.undone_at.is_not(None), _reports.c.driver_id == _events.c.person, _reports.c.at == _events.c.at,
        _events.c.actor == Role.DRIVER, _tasks.c.stop_id == _reports.c.stop_id, _tasks.c.order_number == _events.c.subject,
    )  # fmt: skip


def _is_late(sought: Sought) -> ColumnElement[bool]:
    """Not there yet though its window or its day is over, or expected after what its customer was told."""
    waits = _orders.c.status.not_in(FINISHED | DELIVERED | {S.FAILED, S.RETURNED_TO_DEPOT, S.HELD})
    expected = exists().where(
        _tasks.c.order_number == _orders.c.number, _tasks.c.status.in_(AHEAD), _stops.c.id == _tasks.c.stop_id,
        _routes.c.id == _stops.c.route_id, _routes.c.status.in_(LIVE), _stops.c.eta_start > _orders.c.told_end,
    )  # fmt: skip
    return and_(waits, or_(_orders.c.told_end < sought.now, _orders.c.promise_day < sought.today, expected))


def _on_live_route() -> ColumnElement[bool]:
    return exists().where(
        _tasks.c.order_number == _orders.c.number, _tasks.c.status.in_(AHEAD), _stops.c.id == _tasks.c.stop_id,
        _routes.c.id == _stops.c.route_id, _routes.c.status.in_(LIVE),
    )  # fmt: skip
