"""Returns: what customers send back, what was decided about it, and how it comes back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, tzinfo
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from domain.columns import Json, UtcDateTime, Versioned
from domain.events import Event, move, note
from domain.moment import Actor, Moment, Role
from domain.values import Place, Window

#: With this the number of a return begins, and no order's.
RETURNS = "RET-"
#: The first return has this number.
FIRST_NUMBER = 1_001


class ReturnStatus(StrEnum):
    """Where a return stands."""

    REQUESTED = "requested"
    REVIEW = "review"
    APPROVED = "approved"
    REJECTED = "rejected"
    PICKUP_PLANNED = "pickup_planned"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    INSPECTED = "inspected"
    REFUNDED = "refunded"
    EXCHANGED = "exchanged"
    CREDITED = "credited"
    REPAIRED = "repaired"
    DENIED = "denied"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    CLOSED = "closed"


S = ReturnStatus
#: What may follow what; anything else is refused. What needs not come back is settled at once. Back to review goes only what a
#: person has decided by mistake, and soon; what was exchanged is settled anew where nothing comes of the exchange.
RETURN_TRANSITIONS: dict[str, frozenset[str]] = {
    S.REQUESTED: frozenset({S.APPROVED, S.REVIEW, S.REJECTED, S.CANCELLED}),
    S.REVIEW: frozenset({S.APPROVED, S.REJECTED, S.CANCELLED}),
    S.APPROVED: frozenset(
        {S.PICKUP_PLANNED, S.IN_TRANSIT, S.REFUNDED, S.EXCHANGED, S.CREDITED, S.EXPIRED, S.CANCELLED, S.REVIEW}
    ),
    S.PICKUP_PLANNED: frozenset({S.APPROVED, S.IN_TRANSIT, S.CANCELLED}),
    S.IN_TRANSIT: frozenset({S.RECEIVED}),
    S.RECEIVED: frozenset({S.INSPECTED}),
    S.INSPECTED: frozenset({S.REFUNDED, S.EXCHANGED, S.CREDITED, S.REPAIRED, S.DENIED}),
    S.REFUNDED: frozenset({S.CLOSED}),
    S.EXCHANGED: frozenset({S.INSPECTED, S.CLOSED}),
    S.CREDITED: frozenset({S.CLOSED}),
    S.REPAIRED: frozenset({S.CLOSED}),
    S.DENIED: frozenset({S.CLOSED}),
    S.REJECTED: frozenset({S.REVIEW}),
    S.EXPIRED: frozenset(),
    S.CANCELLED: frozenset(),
    S.CLOSED: frozenset(),
}
#: Approved, and the goods are still with the customer.
AWAITED = frozenset({S.APPROVED, S.PICKUP_PLANNED})
#: The goods are with the customer, who can still give the return up.
WITH_CUSTOMER = AWAITED | {S.REQUESTED, S.REVIEW}
#: The goods have changed hands, or the money has: nothing of it is undone by the customer any more.
UNDER_WAY = frozenset({S.IN_TRANSIT, S.RECEIVED, S.INSPECTED})
#: It has come to a good or a bad end; only closing is left.
SETTLED = frozenset({S.REFUNDED, S.EXCHANGED, S.CREDITED, S.REPAIRED, S.DENIED})
#: Nothing comes of these: their pieces can be returned anew.
VOID = frozenset({S.REJECTED, S.EXPIRED, S.CANCELLED})
#: Somebody still waits for something.
OPEN = frozenset(S) - SETTLED - VOID - {S.CLOSED}


class ReturnReason(StrEnum):
    """Why something comes back."""

    DAMAGED = "damaged"
    DEFECTIVE = "defective"
    WRONG_ITEM = "wrong_item"
    NOT_AS_DESCRIBED = "not_as_described"
    DOES_NOT_FIT = "does_not_fit"
    CHANGED_MIND = "changed_mind"
    TOO_LATE = "too_late"
    DUPLICATE = "duplicate"
    GIFT = "gift"
    MISSING = "missing"
    OTHER = "other"


#: Reasons that are not the customer's doing.
OUR_FAULT = frozenset(
    {
        ReturnReason.DAMAGED,
        ReturnReason.DEFECTIVE,
        ReturnReason.WRONG_ITEM,
        ReturnReason.NOT_AS_DESCRIBED,
        ReturnReason.TOO_LATE,
        ReturnReason.DUPLICATE,
        ReturnReason.MISSING,
    }
)
#: What never came cannot come back: it is settled without a return of anything.
NEVER_CAME = frozenset({ReturnReason.MISSING})


class Outcome(StrEnum):
    """What a rule, or a person, decides."""

    APPROVE = "approve"
    REJECT = "reject"
    REVIEW = "review"


class Resolution(StrEnum):
    """What the customer gets. Of what they ``keep`` the money comes back, and nothing else does."""

    REFUND = "refund"
    CREDIT = "credit"
    EXCHANGE = "exchange"
    KEEP = "keep"
    REPAIR = "repair"


class Way(StrEnum):
    """How it comes back: our own driver collects it, it is brought to the depot, or sent with a printed label."""

    PICKUP = "pickup"
    DROP_OFF = "drop_off"
    LABEL = "label"
    NONE = "none"


class Grade(StrEnum):
    """The condition in which goods were found at the dock."""

    AS_NEW = "as_new"
    OPENED = "opened"
    USED = "used"
    DAMAGED = "damaged"
    DEFECTIVE = "defective"
    WRONG = "wrong"


class Disposition(StrEnum):
    """What becomes of goods that came back."""

    RESTOCK = "restock"
    REFURBISH = "refurbish"
    DONATE = "donate"
    SCRAP = "scrap"
    SUPPLIER = "supplier"


class Return(Versioned, table=True):
    """An authorised return (RMA) of pieces of one or several orders of a customer.

    ``worth`` is what was paid for its pieces, ``fee`` what returning them costs the customer (minor units). It is collected
    at its address in the promised pickup window; the told window is what the customer last heard. ``expires_on`` is the
    last day to send it. ``signals`` are the reasons to look closer, as ``{"code": …, "values": …}``; ``code`` is the PIN told
    at handing over, of which ``code_tries`` wrong ones were said; ``token`` opens its page. ``appeal_of`` is the rejected
    return a person is asked about; ``exchange_order`` the order that brings what it is exchanged for. ``decided_by`` is
    ``rule`` or ``person``; of a person's decision ``decided_why`` are the words for the customer, or one of the usual
    reasons, and ``staff_id`` is who it was.
    """

    __tablename__ = "returns"
    __table_args__ = (
        CheckConstraint("fee >= 0 AND worth >= 0", name="return_money_sane"),
        CheckConstraint(
            "(pickup_day IS NULL) = (pickup_start IS NULL) AND (pickup_day IS NULL) = (pickup_end IS NULL)",
            name="pickup_whole",
        ),
        CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="return_place_whole"),
        Index("ix_returns_customer", "customer_id", "status"),
        Index("ix_returns_pickup", "depot_id", "pickup_day"),
        Index("ix_returns_status", "status"),
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    external_id: str | None = Field(default=None, unique=True)
    request: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))
    customer_id: int = Field(foreign_key="customer.id")
    depot_id: int | None = Field(default=None, foreign_key="depot.id")
    conversation_id: int | None = Field(default=None, foreign_key="conversation.id")
    status: str = ReturnStatus.REQUESTED
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
    channel: str = ""
    words: str = ""
    gift: bool = False
    policy_version: int | None = Field(default=None, foreign_key="return_policy.id")
    decided_by: str | None = None
    decided_why: str = ""
    staff_id: int | None = Field(default=None, foreign_key="staff.id")
    resolution: str | None = None
    way: str | None = None
    worth: int = Field(default=0, sa_type=BigInteger)
    fee: int = Field(default=0, sa_type=BigInteger)
    currency: str = "EUR"
    expires_on: date | None = None
    reminded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    lat: float | None = None
    lon: float | None = None
    pickup_day: date | None = None
    pickup_start: time | None = None
    pickup_end: time | None = None
    told_start: datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_end: datetime | None = Field(default=None, sa_type=UtcDateTime)
    code: str | None = None
    code_tries: int = 0
    token: str | None = Field(default=None, unique=True)
    signals: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    appeal_of: str | None = Field(default=None, foreign_key="returns.number")
    exchange_order: str | None = Field(default=None, foreign_key="orders.number")

    @property
    def noun(self) -> str:
        return "return"

    @property
    def name(self) -> str:
        return self.number

    @property
    def place(self) -> Place | None:
        """Where the goods are collected, if that is known."""
        return None if self.lat is None or self.lon is None else Place(self.lat, self.lon)

    @place.setter
    def place(self, place: Place | None) -> None:
        self.lat, self.lon = (place.lat, place.lon) if place else (None, None)

    @property
    def address(self) -> str:
        """Where the goods are collected, on one line."""
        return f"{self.street}, {self.postcode} {self.city}"

    @property
    def pickup_window(self) -> Window | None:
        """The promised window of the pickup."""
        if self.pickup_start is None or self.pickup_end is None:
            return None
        return Window(self.pickup_start, self.pickup_end)

    def promised_span(self, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """From when to when the pickup was promised; ``zone`` is that of its depot."""
        window, day = self.pickup_window, self.pickup_day
        return window.on(day, zone) if window is not None and day is not None else None

    @property
    def is_open(self) -> bool:
        """Whether somebody still waits for something."""
        return self.status in OPEN

    def promise_pickup(self, day: date, window: Window, at: Moment, why: str) -> Event:
        """Promise a pickup, the first or another one; what was told of the one before no longer holds."""
        was = self._pickup_promised()
        self.pickup_day, self.pickup_start, self.pickup_end = day, window.start, window.end
        self.forget_told()
        return note(self, "pickup", at, was, self._pickup_promised(), why=why)

    def promise_told(self, zone: tzinfo, at: Moment, why: str) -> Event:
        """What was told of the pickup is what is promised, to the day and the window."""
        assert self.told_start is not None, "it was just told"
        assert self.told_end is not None, "it was just told"
        was = self._pickup_promised()
        start, end = self.told_start.astimezone(zone), self.told_end.astimezone(zone)
        self.pickup_day, self.pickup_start, self.pickup_end = start.date(), start.time(), end.time()
        return note(self, "pickup", at, was, self._pickup_promised(), why=why)

    def forget_pickup(self, at: Moment, why: str) -> Event:
        """No pickup is promised any more."""
        was = self._pickup_promised()
        self.pickup_day = self.pickup_start = self.pickup_end = None
        self.forget_told()
        return note(self, "pickup", at, was, None, why=why)

    def _pickup_promised(self) -> str | None:
        return f"{self.pickup_day} {self.pickup_window}" if self.pickup_day is not None else None

    def seen_by(self, actor: Actor, orders: frozenset[str]) -> bool:
        """Whether ``actor`` may know of it; ``orders`` are those its pieces are of. Whoever opened one of them by proof
        may know of all that is returned only where all of it is theirs to see."""
        if actor.sees_everything:
            return True
        if actor.role not in {Role.CUSTOMER, Role.DRIVER}:
            return False
        mine = actor.role == Role.CUSTOMER and actor.person is not None and actor.person == self.customer_id
        return mine or (bool(orders) and orders <= actor.opened) or self.number in actor.opened

    def forget_told(self) -> None:
        """What the customer was told of the driver's coming no longer holds, and nothing else is known yet."""
        self.told_start = self.told_end = None

    def move(self, to: ReturnStatus, at: Moment, **detail: Any) -> Event:
        """Take the next state. Refuses what RETURN_TRANSITIONS does not allow."""
        return move(self, to.value, RETURN_TRANSITIONS, at, **detail)


class ReturnLine(SQLModel, table=True):
    """Pieces of one product of one order that come back.

    ``unit_price`` is what a piece cost in the order. What the customer said: ``reason``, ``opened``, ``words``, ``photos``
    (ids of files). What was decided: ``outcome`` by ``rule``, which ``says`` why and what is possible ``instead``, on ``terms``,
    and the ``facts`` that were looked at (`domain.return_policy`; empty where they were not kept).
    ``exchange_sku`` is wanted instead. At the dock: ``received`` pieces of ``grade`` (the worst of them), of which ``accepted``
    count, and what became of them; ``found`` tells them apart as ``{"pieces", "grade", "serial", "note", "photos",
    "disposition", "bin"}``. ``paid_back`` is what was paid for the accepted pieces, once that was settled (minor units).
    """

    __tablename__ = "return_line"
    __table_args__ = (
        CheckConstraint("quantity > 0 AND unit_price >= 0", name="return_line_sane"),
        CheckConstraint("received >= 0 AND accepted >= 0 AND collected >= 0", name="return_line_found"),
    )

    id: int | None = Field(default=None, primary_key=True)
    return_id: int = Field(foreign_key="returns.id", index=True)
    order_number: str = Field(foreign_key="orders.number", index=True)
    sku: str = Field(foreign_key="product.sku")
    quantity: int
    unit_price: int = 0
    reason: str = ReturnReason.OTHER
    opened: bool | None = None
    words: str = ""
    photos: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    outcome: str | None = None
    rule: str | None = None
    says: str = ""
    instead: str = ""
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    terms: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    exchange_sku: str | None = Field(default=None, foreign_key="product.sku")
    collected: int | None = None
    received: int | None = None
    grade: str | None = None
    serial: str | None = None
    accepted: int | None = None
    disposition: str | None = None
    bin: str | None = None
    note: str = ""
    found: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    paid_back: int | None = Field(default=None, sa_type=BigInteger)


def approved_of(lines: Iterable[ReturnLine]) -> list[ReturnLine]:
    """Those of the lines of a return that may come back, or are paid for without."""
    return [line for line in lines if line.outcome == Outcome.APPROVE]
