"""What the page of an order shows: states, promise, ETA, places. Nothing that names the customer or the street."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from actions import told, tracking
from domain.moment import SYSTEM
from domain.orders import FINISHED, Order, OrderStatus
from domain.values import Place, plain
from storage.database import Database
from storage.unit_of_work import UnitOfWork

S = OrderStatus
#: A vehicle seen longer ago than this is shown nowhere: it is elsewhere by now.
FRESH = timedelta(minutes=10)
#: States as a customer follows them; what lies between is ours alone.
_STEPS = {
    S.CREATED: "ordered", S.CONFIRMED: "confirmed", S.BACKORDERED: "backordered", S.PACKED: "packed",
    S.DISPATCHED: "loaded", S.OUT_FOR_DELIVERY: "on_the_way", S.DELIVERED: "delivered",
    S.PARTIALLY_DELIVERED: "partly_delivered", S.FAILED: "failed", S.RETURNED_TO_DEPOT: "returned", S.HELD: "held",
    S.RESCHEDULED: "rescheduled", S.CANCELLED: "cancelled",
}  # fmt: skip
#: What still lies ahead of an order that goes its way.
_AHEAD = ("confirmed", "packed", "loaded", "on_the_way", "delivered")
_ON_ITS_WAY = frozenset(
    {S.CREATED, S.CONFIRMED, S.ALLOCATED, S.BACKORDERED, S.PACKED, S.DISPATCHED, S.OUT_FOR_DELIVERY}
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way; ``at`` is when it was taken, None while it lies ahead."""

    name: str
    at: datetime | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Tracked:
    """An order for the holder of its link. ``vehicle`` only while this customer is next."""

    number: str
    status: str
    finished: bool
    goods: list[dict[str, Any]]
    area: str
    day: str | None
    window: str | None
    eta_start: datetime | None
    eta_end: datetime | None
    stops_before: int | None
    steps: tuple[Step, ...]
    wishes: tuple[str, ...]
    actions: tuple[str, ...]
    place: Place | None = None
    vehicle: Place | None = None
    driver: str | None = None

    @property
    def etag(self) -> str:
        """Changes with anything that is shown."""
        return hashlib.sha256(orjson.dumps(plain(asdict(self)), default=str)).hexdigest()[:20]


def find(database: Database, token: str, now: datetime) -> Tracked:
    """What the link of that token shows. Refuses a dead or unknown one."""
    with database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        order = tracking.order_of(token, uow, now)
        return _tracked(order, uow, now)


def _tracked(order: Order, uow: UnitOfWork, now: datetime) -> Tracked:
    shown = told.tracked(order, uow)
    vehicle, driver = _vehicle(order, shown.stops_before, uow, now)
    facts = shown.facts()
    return Tracked(
        number=order.number, status=order.status, finished=order.status in FINISHED,
        goods=facts["items"], area=f"{order.postcode} {order.city}".strip(), day=facts["day"], window=facts["window"],
        eta_start=shown.eta_start, eta_end=shown.eta_end, stops_before=shown.stops_before, steps=_steps(order, uow),
        wishes=tuple(sorted(order.wishes)), actions=_actions(order), place=order.place, vehicle=vehicle, driver=driver,
    )  # fmt: skip


def _steps(order: Order, uow: UnitOfWork) -> tuple[Step, ...]:
    """The way so far, each state once, the last time it was taken; and what lies ahead."""
    taken: dict[str, datetime] = {}
    for event in uow.orders.history(order):
        name = _STEPS.get(S(event.after)) if event.change == "status" and event.after else None
        if name is not None:
            taken.pop(name, None)
            taken[name] = event.at
    now_at = _STEPS.get(S(order.status), "confirmed")
    steps = [Step(name, at, name == now_at) for name, at in taken.items()]
    if order.status in _ON_ITS_WAY:
        steps += [Step(name) for name in _AHEAD if name not in taken]
    return tuple(steps)


def _actions(order: Order) -> tuple[str, ...]:
    """What the holder may ask for in the chat, in this state."""
    match order.status:
        case S.DELIVERED | S.PARTIALLY_DELIVERED:
            return ("proof", "rate", "problem")
        case S.CANCELLED:
            return ("ask",)
        case S.DISPATCHED | S.OUT_FOR_DELIVERY:
            return ("instructions", "ask")
        case S.FAILED | S.RETURNED_TO_DEPOT | S.RESCHEDULED:
            return ("reschedule", "instructions", "ask")
        case S.PACKED:
            return ("reschedule", "instructions", "ask")
        case _:
            return ("reschedule", "instructions", "address", "ask")


def _vehicle(order: Order, before: int | None, uow: UnitOfWork, now: datetime) -> tuple[Place | None, str | None]:
    """Where the driver is and their first name, for who is next; by the route that has the order now, and only fresh."""
    if order.status != S.OUT_FOR_DELIVERY or before != 0:
        return None, None
    seen = uow.orders.vehicle(order)
    if seen is None:
        return None, None
    position, driver = seen
    fresh = position is not None and abs(now - position.at) <= FRESH
    place = Place(position.lat, position.lon) if position is not None and fresh else None
    return place, driver.split()[0] if driver else None
