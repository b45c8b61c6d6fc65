"""What there is to try in the demo: customers, their orders, and what proves that they are theirs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session

from domain.customers import Customer
from domain.events import Event
from domain.orders import FINISHED, Order, OrderLine, OrderStatus
from domain.returns import Return
from domain.stock import Product
from domain.values import Window
from storage.database import Database

_orders = Order.__table__  # type: ignore[attr-defined]
_lines = OrderLine.__table__  # type: ignore[attr-defined]
_products = Product.__table__  # type: ignore[attr-defined]
_customers = Customer.__table__  # type: ignore[attr-defined]
_events = Event.__table__  # type: ignore[attr-defined]
_returns = Return.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class ShownOrder:
    """An active order; ``postcode`` is one of the facts that open it."""

    number: str
    status: str
    postcode: str
    products: tuple[tuple[str, int], ...]
    day: date | None
    window: Window | None

    @property
    def contents(self) -> str:
        """Products with their quantities, on one line."""
        return ", ".join(name if quantity == 1 else f"{quantity} × {name}" for name, quantity in self.products)

    @property
    def promise(self) -> str:
        """The promised day and window, or that there is none."""
        return f"{self.day:%a %d %b} {self.window}" if self.day else "none yet"


@dataclass(frozen=True, slots=True)
class Person:
    """A customer with active orders, and the facts that prove it."""

    id: int
    name: str
    email: str | None
    phone: str | None
    orders: tuple[ShownOrder, ...]

    @property
    def phone_end(self) -> str:
        """The last four digits of the phone number."""
        return (self.phone or "")[-4:]


def people(database: Database, limit: int = 20) -> list[Person]:
    """At most ``limit`` customers worth being: together they have an order in every active state there is today."""
    with database.reading() as session:
        chosen = _choose(session, limit)
        return _persons(session, chosen)


def show(database: Database, limit: int = 16) -> list[Person]:
    """The customers of `people`, those with most active orders first."""
    return sorted(people(database, limit), key=lambda person: (-len(person.orders), person.id))


def returner(database: Database) -> int | None:
    """The customer whose goods came last and who has sent nothing back: whom to be for trying a return; None of nobody."""
    with database.reading() as session:
        delivered = (
            select(_orders.c.customer_id)
            .join(_events, (_events.c.subject == _orders.c.number) & (_events.c.noun == "order"))
            .where(_events.c.change == "status", _events.c.after == OrderStatus.DELIVERED)
            .where(_orders.c.status == OrderStatus.DELIVERED, ~_orders.c.gift)
            .where(_orders.c.customer_id.not_in(select(_returns.c.customer_id)))
            .order_by(_events.c.at.desc(), _orders.c.id.desc())
            .limit(1)
        )
        found: int | None = session.execute(delivered).scalar()
        return found


def listing(persons: list[Person]) -> list[str]:
    """Lines for the terminal: each customer with what proves it, then a line per order."""
    lines = []
    for person in persons:
        facts = [each for each in (person.email, f"phone ends {person.phone_end}") if each]
        lines.append(" · ".join([f"customer:{person.id}  {person.name}", *facts]))
        for order in person.orders:
            status = order.status.replace("_", " ")
            lines.append(f"  {order.number}  {order.postcode}  {status}, {order.promise}: {order.contents}")
        lines.append("")
    return lines


def _choose(session: Session, limit: int) -> list[int]:
    """One customer per active state, the latest first, then those with two to four active orders."""
    active = _orders.c.status.not_in(FINISHED)
    per_state = session.execute(
        select(_orders.c.status, func.max(_orders.c.id))
        .where(active)
        .group_by(_orders.c.status)
        .order_by(_orders.c.status)
    ).all()
    latest = [order_id for _, order_id in per_state]
    owners = session.execute(
        select(_orders.c.customer_id).where(_orders.c.id.in_(latest)).order_by(_orders.c.status)
    ).scalars()
    count = func.count()
    busy = session.execute(
        select(_orders.c.customer_id)
        .where(active)
        .group_by(_orders.c.customer_id)
        .order_by(count.between(2, 4).desc(), count.desc(), _orders.c.customer_id)
        .limit(limit)
    ).scalars()
    return list(dict.fromkeys([*owners, *busy]))[:limit]


def _persons(session: Session, ids: list[int]) -> list[Person]:
    active = session.execute(
        select(Order)
        .where(_orders.c.customer_id.in_(ids), _orders.c.status.not_in(FINISHED))
        .order_by(_orders.c.promise_day.is_(None), _orders.c.promise_day, _orders.c.promise_start, _orders.c.id)
    ).scalars()
    orders = list(active)
    products: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for order_id, name, quantity in session.execute(
        select(_lines.c.order_id, _products.c.name, _lines.c.quantity)
        .join(_products, _products.c.sku == _lines.c.sku)
        .where(_lines.c.order_id.in_([order.id for order in orders]))
        .order_by(_lines.c.id)
    ):
        products[order_id].append((name, quantity))
    theirs: dict[int, list[ShownOrder]] = defaultdict(list)
    for order in orders:
        theirs[order.customer_id].append(
            ShownOrder(
                order.number,
                order.status,
                order.postcode,
                tuple(products[order.id or 0]),
                order.promise_day,
                order.window,
            )
        )
    rows = session.execute(
        select(_customers.c.id, _customers.c.name, _customers.c.email, _customers.c.phone).where(
            _customers.c.id.in_(ids)
        )
    )
    found = {row.id: Person(row.id, row.name, row.email, row.phone, tuple(theirs[row.id])) for row in rows}
    return [found[each] for each in ids if each in found]
