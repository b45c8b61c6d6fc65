"""Orders: what a customer asked to have delivered, its states and what may be done in each."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from domain.columns import Json, UtcDateTime, Versioned
from domain.events import Event, move, note
from domain.handing import Proof
from domain.moment import Actor, Moment, Role
from domain.refusals import Refusal
from domain.values import Place, Window
from domain.wishes import Wish


class OrderStatus(StrEnum):
    """Where an order stands."""

    CREATED = "created"
    CONFIRMED = "confirmed"
    BACKORDERED = "backordered"
    ALLOCATED = "allocated"
    PACKED = "packed"
    DISPATCHED = "dispatched"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    PARTIALLY_DELIVERED = "partially_delivered"
    FAILED = "failed"
    RETURNED_TO_DEPOT = "returned_to_depot"
    RESCHEDULED = "rescheduled"
    HELD = "held"
    CANCELLED = "cancelled"


S = OrderStatus
_BEFORE_DISPATCH = {S.CREATED, S.CONFIRMED, S.BACKORDERED, S.ALLOCATED, S.PACKED}

#: What may follow what; anything else is refused. Releasing goes back to where the order was held.
ORDER_TRANSITIONS: dict[str, frozenset[str]] = {
    S.CREATED: frozenset({S.CONFIRMED, S.HELD, S.CANCELLED}),
    S.CONFIRMED: frozenset({S.ALLOCATED, S.BACKORDERED, S.HELD, S.CANCELLED}),
    S.BACKORDERED: frozenset({S.ALLOCATED, S.HELD, S.CANCELLED}),
    S.ALLOCATED: frozenset({S.PACKED, S.HELD, S.CANCELLED}),
    S.PACKED: frozenset({S.DISPATCHED, S.HELD, S.CANCELLED}),
    S.DISPATCHED: frozenset({S.OUT_FOR_DELIVERY, S.PACKED, S.CANCELLED}),
    S.OUT_FOR_DELIVERY: frozenset({S.DELIVERED, S.PARTIALLY_DELIVERED, S.FAILED, S.RETURNED_TO_DEPOT}),
    S.FAILED: frozenset({S.RESCHEDULED, S.RETURNED_TO_DEPOT, S.CANCELLED}),
    S.RETURNED_TO_DEPOT: frozenset({S.RESCHEDULED, S.CANCELLED}),
    S.PARTIALLY_DELIVERED: frozenset({S.RESCHEDULED}),
    S.RESCHEDULED: frozenset({S.DISPATCHED, S.CANCELLED}),
    S.HELD: frozenset(_BEFORE_DISPATCH | {S.CANCELLED}),
    S.DELIVERED: frozenset(),
    S.CANCELLED: frozenset(),
}

#: Nothing more happens to these by themselves.
FINISHED = frozenset({S.DELIVERED, S.CANCELLED})
#: The goods, or some of them, have been handed over.
DELIVERED = frozenset({S.DELIVERED, S.PARTIALLY_DELIVERED})
#: A new promise changes the status of these; before dispatch it does not.
_RESCHEDULED_BY_PROMISE = frozenset({S.FAILED, S.RETURNED_TO_DEPOT, S.PARTIALLY_DELIVERED})
#: Stock is promised to orders in these states (held: where it was promised before).
HOLDS_STOCK = frozenset({S.ALLOCATED, S.PACKED})


class Order(Versioned, table=True):
    """An order. The promise is a local day and window at its depot; the told window what the customer last heard.

    ``wishes`` is what the customer asks of the driver, by kind (`domain.wishes.Wish`); ``instructions`` the shop's words.
    ``proof`` is what shows that it was handed over (`domain.handing.Proof`), asked for or, with ``proof_required``, a
    must; ``code`` the PIN the customer tells the driver, tried wrongly ``code_tries`` times.
    ``total`` is what was paid (minor units): the lines and the ``carriage``, less the ``discount`` on all of it, taxes
    included. ``paid_by`` is the means of payment, ``payment`` what the gateway calls it; ``channel`` where it was sold;
    ``exchange_of`` the return it brings the exchange for.
    """

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint(
            "(promise_day IS NULL) = (promise_start IS NULL) AND (promise_day IS NULL) = (promise_end IS NULL)",
            name="promise_whole",
        ),
        CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="place_whole"),
        Index("ix_orders_customer", "customer_id", "status"),
        Index("ix_orders_promise", "depot_id", "promise_day"),
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    external_id: str | None = Field(default=None, unique=True)
    request: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))
    customer_id: int = Field(foreign_key="customer.id")
    depot_id: int | None = Field(default=None, foreign_key="depot.id")
    status: str = OrderStatus.CREATED
    held_from: str | None = None
    stock_reserved: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
    street: str
    postcode: str
    city: str
    country: str
    lat: float | None = None
    lon: float | None = None
    instructions: str = ""
    wishes: dict[str, str] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    wanted_day: date | None = None
    wanted_start: time | None = None
    wanted_end: time | None = None
    promise_day: date | None = None
    promise_start: time | None = None
    promise_end: time | None = None
    told_start: datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_end: datetime | None = Field(default=None, sa_type=UtcDateTime)
    proof: str = Proof.NONE
    proof_required: bool = False
    code: str | None = None
    code_tries: int = 0
    rating_asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    total: int = Field(default=0, sa_type=BigInteger)
    currency: str = "EUR"
    carriage: int = Field(default=0, sa_type=BigInteger)
    discount: int = Field(default=0, sa_type=BigInteger)
    paid_by: str = ""
    payment: str | None = None
    gift: bool = False
    channel: str = ""
    exchange_of: str | None = None

    @property
    def noun(self) -> str:
        return "order"

    @property
    def name(self) -> str:
        return self.number

    @property
    def place(self) -> Place | None:
        """Where the address is, if that is known."""
        return None if self.lat is None or self.lon is None else Place(self.lat, self.lon)

    @place.setter
    def place(self, place: Place | None) -> None:
        self.lat, self.lon = (place.lat, place.lon) if place else (None, None)

    @property
    def address(self) -> str:
        """The address on one line."""
        return f"{self.street}, {self.postcode} {self.city}"

    @property
    def window(self) -> Window | None:
        """The promised window."""
        if self.promise_start is None or self.promise_end is None:
            return None
        return Window(self.promise_start, self.promise_end)

    def promised_span(self, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """From when to when it was promised; ``zone`` is that of its depot."""
        window, day = self.window, self.promise_day
        return window.on(day, zone) if window is not None and day is not None else None

    @property
    def wanted_window(self) -> Window | None:
        """The window the customer wished for when ordering."""
        if self.wanted_start is None or self.wanted_end is None:
            return None
        return Window(self.wanted_start, self.wanted_end)

    def for_driver(self) -> list[tuple[str, str]]:
        """What the driver should know, as (kind, words): the shop's instructions first (kind "shop"), then the wishes."""
        shop = [("shop", self.instructions)] if self.instructions else []
        return shop + [(kind.value, self.wishes[kind]) for kind in Wish if kind in self.wishes]

    @property
    def is_active(self) -> bool:
        """Whether the customer is still waiting for something."""
        return self.status not in FINISHED

    @property
    def before_dispatch(self) -> bool:
        """Whether it has not been loaded yet."""
        return self.status in _BEFORE_DISPATCH or self.status == S.HELD

    def seen_by(self, actor: Actor) -> bool:
        """Whether ``actor`` may know of this order."""
        if actor.sees_everything:
            return True
        if actor.role == Role.DRIVER:  # what is on the driver's own route was opened to them
            return self.number in actor.opened
        if actor.role != Role.CUSTOMER:
            return False
        return self.number in actor.opened or (actor.person is not None and actor.person == self.customer_id)

    def move(self, to: OrderStatus, at: Moment, **detail: Any) -> Event:
        """Take the next state. Refuses what ORDER_TRANSITIONS does not allow."""
        if self.status == S.HELD and to not in {self.held_from, S.CANCELLED}:
            raise Refusal("transition", noun="order", name=self.number, before=self.status, after=to.value)
        event = move(self, to.value, ORDER_TRANSITIONS, at, **detail)
        if event.before == S.HELD:
            self.held_from = None
        return event

    def hold(self, reason: str, at: Moment) -> Event:
        """Stop it where it is, before dispatch."""
        before = self.status
        event = self.move(S.HELD, at, reason=reason)
        self.held_from = before
        return event

    def release(self, at: Moment) -> Event:
        """Let it go on from where it was held."""
        if self.status != S.HELD or self.held_from is None:
            raise Refusal("not_held", number=self.number, status=self.status)
        return self.move(OrderStatus(self.held_from), at)

    def promise(self, day: date, window: Window, at: Moment, why: str) -> list[Event]:
        """Promise a day and window, in place of the one there was; the old one stays in the history."""
        before = f"{self.promise_day} {self.window}" if self.promise_day else None
        self.promise_day, self.promise_start, self.promise_end = day, window.start, window.end
        self.forget_told()
        events = [note(self, "promise", at, before, f"{day} {window}", why=why)]
        if self.status in _RESCHEDULED_BY_PROMISE:
            events.append(self.move(S.RESCHEDULED, at))
        return events

    def withdraw_promise(self, at: Moment, why: str) -> Event:
        """No day is promised any more, until another one is."""
        before = f"{self.promise_day} {self.window}" if self.promise_day else None
        self.promise_day = self.promise_start = self.promise_end = None
        self.forget_told()
        return note(self, "promise", at, before, None, why=why)

    def forget_told(self) -> None:
        """What the customer was told of its coming no longer holds, and nothing else is known yet."""
        self.told_start = self.told_end = None

    def check_reschedulable(self) -> None:
        """Refuses when no new day can be promised any more."""
        if not (self.before_dispatch or self.status in _RESCHEDULED_BY_PROMISE or self.status == S.RESCHEDULED):
            raise Refusal("cannot_reschedule", number=self.number, status=self.status)

    def check_address_changeable(self) -> None:
        """Refuses a new address or place once it is packed."""
        if not self.before_dispatch or S.PACKED in {self.status, self.held_from}:
            raise Refusal("too_late_for_address", number=self.number, status=self.status)

    def check_cancellable(self) -> None:
        """Refuses when it has left or is finished."""
        allowed = ORDER_TRANSITIONS.get(OrderStatus(self.status), frozenset())
        if S.CANCELLED not in allowed:
            raise Refusal("cannot_cancel", number=self.number, status=self.status)

    def cancel(self, reason: str | None, at: Moment) -> Event:
        """Give it up. Refuses once it is out for delivery."""
        self.check_cancellable()
        return self.move(S.CANCELLED, at, reason=reason)


class OrderLine(SQLModel, table=True):
    """One product of an order; unit price in minor units of the order's currency, of which ``tax`` is included (basis points)."""

    __tablename__ = "order_line"
    __table_args__ = (CheckConstraint("quantity > 0 AND unit_price >= 0", name="line_sane"),)

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="orders.id", index=True)
    sku: str = Field(foreign_key="product.sku")
    quantity: int
    unit_price: int = 0
    tax: int = 0
