"""Finding orders by what staff know of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

from actions.desk.orders import card_of
from domain.commands import FindOrders
from domain.customers import Customer
from domain.moment import Moment
from domain.naming import SIMILAR, likeness
from domain.notices import Choice, Notice, OrderLook, OrdersFound
from domain.orders import Order
from domain.refusals import NotFound
from domain.scheduling import moment_of
from domain.values import plain
from storage.finding import Sought
from storage.unit_of_work import UnitOfWork

#: Where to look on when no order fits.
_CASES = Choice(label="choice.show_cases", command="ShowCases")
#: Orders on one page of a list.
PAGE = 10
#: Names that a misspelt one may be: of customers who ordered so lately, and so many.
_LATELY, _NAMES = timedelta(days=60), 3_000


def find_orders(command: FindOrders, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The card of the only order that fits, a list where several do, and what was understood where none does."""
    if command.order is not None:
        order = uow.orders.find(command.order)
        if order is not None:
            return [card_of(order, uow, at)]
        command = _by_postcode(command, uow, at)
    sought = _sought(command, uow, at)
    count = uow.finding.count(sought)
    if not count and sought.words:
        sought = _misspelt(sought, uow)
        count = uow.finding.count(sought)
    found = uow.finding.page(sought, PAGE, PAGE * (command.page - 1))
    if count == 1 and found:
        return [card_of(found[0][0], uow, at)]
    pages = max(1, -(-count // PAGE))
    return [
        OrdersFound(
            sought=_understood(command), count=count, page=min(command.page, pages), pages=pages,
            orders_shown=tuple(_look(order, customer) for order, customer in found),
            choices=(*(_choice(order, customer) for order, customer in found), *_turning(command, pages), *(() if count else (_CASES,))),
        )
    ]  # fmt: skip


def _by_postcode(command: FindOrders, uow: UnitOfWork, at: Moment) -> FindOrders:
    """What looked like the number of an order is the postcode it also looks like. Refuses what is neither."""
    number = str(command.order)
    meant = command.model_copy(update={"order": None, "postcode": number.removeprefix("RM-")})
    if command.postcode is not None or not uow.finding.count(_sought(meant, uow, at)):
        raise NotFound("no_such_order", order=number, staff=True)
    return meant


def _sought(command: FindOrders, uow: UnitOfWork, at: Moment) -> Sought:
    depot = uow.depots.find(command.depot) if command.depot is not None else None
    zone = depot.tz if depot is not None else at.policies.zone
    today = at.now.astimezone(zone).date()
    first = last = None
    if command.days is not None:
        first, last = (date.fromisoformat(each) for each in (command.days + "/" + command.days).split("/")[:2])
    return Sought(
        now=at.now, today=today, state=command.state, first=first, last=last,
        start=moment_of(first, time(0), zone) if first is not None else None,
        end=moment_of(last + timedelta(days=1), time(0), zone) if last is not None else None,
        depot_id=depot.id if depot is not None else None, phone=command.phone, email=command.email,
        postcode=command.postcode, words=tuple((command.street or "").split()) or tuple(command.words.split()),
    )  # fmt: skip


def _misspelt(sought: Sought, uow: UnitOfWork) -> Sought:
    """With the name that sounds most like what was said, where one does."""
    said = " ".join(sought.words)
    scored = [(likeness(said, name), name) for name in uow.finding.names(sought.now - _LATELY, _NAMES)]
    score, name = max(scored, default=(0.0, ""))
    return replace(sought, words=tuple(name.split())) if score >= SIMILAR else sought


def _understood(command: FindOrders) -> dict[str, Any]:
    """What is looked for, as it is said back; with every name, so that words can ask for it."""
    return {name: value for name, value in plain(command.model_dump()).items() if name not in {"page", "order"}}


def _look(order: Order, customer: Customer) -> OrderLook:
    return OrderLook(
        number=order.number, status=order.status, name=customer.name, address=order.address, day=order.promise_day,
        window=order.window,
    )  # fmt: skip


def _choice(order: Order, customer: Customer) -> Choice:
    values = {"number": order.number, "name": customer.name}
    return Choice(label="choice.found_order", values=values, command="ShowOrder", slots={"order": order.number})


def _turning(command: FindOrders, pages: int) -> tuple[Choice, ...]:
    """The button for the next page, where there is one."""
    if command.page >= pages:
        return ()
    slots = {**command.model_dump(mode="json", exclude_defaults=True), "page": command.page + 1}
    return (Choice(label="choice.next_page", command="FindOrders", slots=slots),)
