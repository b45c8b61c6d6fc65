"""Customers to pick from by name, contact or order number: for showing, not for proving who somebody is."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlmodel import Session

from domain.customers import Customer
from domain.orders import FINISHED, Order

_customers = Customer.__table__  # type: ignore[attr-defined]
_orders = Order.__table__  # type: ignore[attr-defined]


def find_people(session: Session, words: str = "", limit: int = 40) -> list[tuple[Customer, int]]:
    """Customers with the number of their orders under way, those with most first; all when ``words`` is empty."""
    under_way = func.count(_orders.c.id)
    active = (_orders.c.customer_id == _customers.c.id) & _orders.c.status.not_in(FINISHED)
    query = select(Customer, under_way).outerjoin(_orders, active)
    if words.strip():
        like = "%" + words.strip().replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
        of_number = select(_orders.c.customer_id).where(_orders.c.number.ilike(like, escape="\\"))
        columns = (_customers.c.name, _customers.c.email, _customers.c.phone)
        found = [column.ilike(like, escape="\\") for column in columns]
        query = query.where(or_(*found, _customers.c.id.in_(of_number)))
    query = query.group_by(_customers.c.id).order_by(under_way.desc(), _customers.c.name, _customers.c.id).limit(limit)
    return [(customer, count) for customer, count in session.execute(query)]
