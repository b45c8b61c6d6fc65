"""What staff are shown of orders, and told of what they did with them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.notices.base import Item, Notice
from domain.values import Money, Window


class HistoryLine(BaseModel):
    """One change: when, what, ``about`` which thing, by whom (``who`` is a name, where there is one; ``role`` always) and by which channel."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    what: str
    role: str
    about: str = ""
    noun: str = ""
    who: str | None = None
    before: str | None = None
    after: str | None = None
    why: str | None = None
    channel: str | None = None


class OrderLook(BaseModel):
    """An order in a list."""

    model_config = ConfigDict(frozen=True)

    number: str
    status: str
    name: str
    address: str
    day: date | None = None
    window: Window | None = None


class OrdersFound(Notice):
    """Orders that were looked for: what was understood (``sought``), how many there are, and those of one page."""

    text = "desk.orders_found"

    sought: dict[str, Any]
    count: int
    orders_shown: tuple[OrderLook, ...] = ()
    page: int = 1
    pages: int = 1


class OrderCard(Notice):
    """All about an order. ``status_since`` is when it took its state; ``cases`` are references of what is open about it,
    ``talk`` the customer's last words as (when, words); ``told_start`` and ``told_end`` what they heard last, ``drives`` who drives it.
    """

    text = "desk.order"
    rings = True

    number: str
    status: str
    status_since: datetime | None = None
    why: str | None = None
    customer: str
    address: str
    items: tuple[Item, ...] = ()
    worth: Money
    day: date | None = None
    window: Window | None = None
    told_start: datetime | None = None
    told_end: datetime | None = None
    eta: datetime | None = None
    route: int | None = None
    stop: int | None = None
    drives: str | None = None
    wishes: tuple[tuple[str, str], ...] = ()
    cases: tuple[tuple[str, str], ...] = ()
    talk: tuple[tuple[datetime, str], ...] = ()
    history: tuple[HistoryLine, ...] = ()


class ContactShown(Notice):
    """How a customer can be reached."""

    text = "desk.contact"

    number: str
    customer: str
    phone: str | None = None
    email: str | None = None
    channels: tuple[str, ...] = ()


class OrderDone(Notice):
    """What was done with an order, for whoever did it: entered, held, released, rescheduled, cancelled, moved (to another
    address). ``told`` says that its customer hears of it; ``planned`` that it is on no route and a person must plan it.
    """

    text = "desk.order_done"

    what: str
    number: str
    told: bool = False
    status: str = ""
    why: str | None = None
    day: date | None = None
    window: Window | None = None
    address: str | None = None
    unplanned: bool = False


class CustomerWritten(Notice):
    """The customer was written to, as the case of that reference."""

    text = "desk.customer_written"

    number: str
    reference: str
    channel: str


class Deeds(Notice):
    """Who changed something: the latest first. ``noun`` and ``subject`` say what, where it is one thing; ``asked`` what of
    it was asked for, where anything of that kind happened.
    """

    text = "desk.deeds"

    noun: str | None = None
    subject: str | None = None
    asked: str | None = None
    history: tuple[HistoryLine, ...] = ()
