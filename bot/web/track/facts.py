"""What the page of an order shows: states, promise, ETA, places. Nothing that names the customer or the street."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from actions import told, tracking
from bot.web.track.way import Step, way_of
from domain.moment import SYSTEM
from domain.notices import Item, OrderTracked
from domain.orders import DELIVERED, FINISHED, Order, OrderStatus
from domain.values import Place
from domain.wishes import Wish
from storage.database import Database
from storage.unit_of_work import UnitOfWork

S = OrderStatus
#: A vehicle seen longer ago than this is shown nowhere: it is elsewhere by now.
FRESH = timedelta(minutes=10)
#: What the holder may ask for in the chat, by the commands that are possible.
_ACTIONS = {
    "PinAddress": "pin", "RescheduleOrder": "reschedule", "InstructDelivery": "instructions",
    "ChangeAddress": "address", "ShowProof": "proof", "RateDelivery": "rate", "ReportProblem": "problem",
}  # fmt: skip
_ON_THE_ROAD = frozenset({S.DISPATCHED, S.OUT_FOR_DELIVERY})
#: The promise of these was not kept, or no longer stands.
_WITHOUT_PROMISE = FINISHED | {S.FAILED, S.RETURNED_TO_DEPOT, S.PARTIALLY_DELIVERED}


@dataclass(frozen=True, slots=True)
class Vehicle:
    """Where the driver was seen last, when, and how many metres from the door as the crow flies."""

    place: Place
    at: datetime
    metres: int | None


@dataclass(frozen=True, slots=True)
class Tracked:
    """An order for the holder of its link; times are told in ``zone``.

    ``happened_at`` is when an end, or an attempt, came. ``late`` says that the span it was expected in is over,
    ``delayed`` that it is expected only after the promised window.
    ``driver`` is a first name, and like ``vehicle`` there only while this customer is next.
    """

    number: str
    owner: int
    status: str
    zone: ZoneInfo
    items: tuple[Item, ...]
    area: str
    promise: tuple[str, str] | None
    eta: tuple[datetime, datetime] | None
    eta_is_today: bool
    late: bool
    delayed: bool
    stops_before: int | None
    happened_at: datetime | None
    why: str | None
    needs: str | None
    steps: tuple[Step, ...]
    wishes: tuple[str, ...]
    pin: str | None
    actions: tuple[str, ...]
    place: Place | None = None
    vehicle: Vehicle | None = None
    driver: str | None = None

    @property
    def finished(self) -> bool:
        """Whether nothing changes any more."""
        return self.status in FINISHED


def find(database: Database, token: str, now: datetime, elsewhere: ZoneInfo) -> Tracked:
    """What the link of that token shows; ``elsewhere`` is the zone of orders without a depot. Refuses a dead or unknown one."""
    with database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        order = tracking.order_of(token, uow, now)
        zone = ZoneInfo(uow.depots.get(order.depot_id).zone) if order.depot_id is not None else elsewhere
        return _tracked(order, uow, now, zone)


def _tracked(order: Order, uow: UnitOfWork, now: datetime, zone: ZoneInfo) -> Tracked:
    shown = told.tracked(order, uow)
    vehicle, driver = _next_at(order, shown.stops_before, uow, now)
    eta = _eta(order, shown)
    return Tracked(
        number=order.number,
        owner=order.customer_id,
        status=order.status,
        zone=zone,
        items=shown.items,
        area=f"{order.postcode} {order.city}".strip(),
        promise=_promise(order),
        eta=eta,
        eta_is_today=eta is not None and eta[0].astimezone(zone).date() == now.astimezone(zone).date(),
        late=eta is not None and eta[1] < now,
        delayed=eta is not None and _is_after_promise(eta[0], order, zone),
        stops_before=shown.stops_before,
        happened_at=_happened_at(order, shown, uow),
        why=shown.why,
        needs=shown.needs,
        steps=way_of(order, uow.orders.history(order)),
        wishes=tuple(kind.value for kind in Wish if kind in order.wishes) if order.status not in DELIVERED else (),
        pin=shown.pin,
        actions=(*(_ACTIONS[each.command] for each in shown.choices if each.command in _ACTIONS), "ask"),
        place=order.place if order.is_active else None,
        vehicle=vehicle,
        driver=driver,
    )


def _promise(order: Order) -> tuple[str, str] | None:
    if order.promise_day is None or order.status in _WITHOUT_PROMISE:
        return None
    return order.promise_day.isoformat(), str(order.window)


def _eta(order: Order, shown: OrderTracked) -> tuple[datetime, datetime] | None:
    if order.status not in _ON_THE_ROAD or shown.eta_start is None or shown.eta_end is None:
        return None
    return shown.eta_start, shown.eta_end


def _is_after_promise(moment: datetime, order: Order, zone: ZoneInfo) -> bool:
    local = moment.astimezone(zone)
    if order.promise_day is None or order.promise_end is None:
        return False
    return (local.date(), local.time()) > (order.promise_day, order.promise_end)


def _happened_at(order: Order, shown: OrderTracked, uow: UnitOfWork) -> datetime | None:
    """When it was delivered (by the proof, where there is one), tried or cancelled."""
    if order.status in DELIVERED:
        proof = uow.orders.proof(order)
        return proof.at if proof is not None else shown.changed_at
    return shown.changed_at if order.status in {S.FAILED, S.CANCELLED} else None


def _next_at(order: Order, before: int | None, uow: UnitOfWork, now: datetime) -> tuple[Vehicle | None, str | None]:
    """Where the driver is and their first name, for who is next; by the route that has the order now, and only fresh."""
    due = uow.routes.due(order.number) if order.status == S.OUT_FOR_DELIVERY and before == 0 else None
    seen = uow.routes.vehicle(due) if due is not None else None
    if seen is None:
        return None, None
    position, name = seen
    driver = name.split()[0] if name and name.split() else None
    if position is None or abs(now - position.at) > FRESH:
        return None, driver
    place = Place(position.lat, position.lon)
    return Vehicle(place, position.at, place.metres_to(order.place) if order.place else None), driver
