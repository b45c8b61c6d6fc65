"""A small business to test with, on a fixed Monday: one depot in Berlin, three products, one customer.

Everything is written with plain inserts and the entities' own rules, no Command needed:

    with database.writing() as session:
        shop = business(session)
        order = an_order(session, shop, status="dispatched")
    perform(database, [CancelOrder(order=order.number)], moment(OFFICE))
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlmodel import Session, select

from actions.returns.deciding import Wanted
from actions.returns.opening import open_return
from domain.cases import Case
from domain.conversations import DeepLink
from domain.customers import Customer
from domain.depots import DeliveryArea, DeliveryWindow, Depot
from domain.events import Event, note
from domain.moment import SYSTEM, Actor, Moment, Role
from domain.orders import HOLDS_STOCK, Order, OrderLine, OrderStatus
from domain.return_policy import PolicyStatus, ReturnPolicy
from domain.returns import Outcome, Return, ReturnReason, ReturnStatus, Way
from domain.routes import Route, Stop, Task
from domain.staff import Staff
from domain.stock import Product, StockLevel
from domain.values import Place, Window
from storage.database import Database
from storage.unit_of_work import UnitOfWork

#: A Monday; Friday 1 May before it and Thursday 14 May after it are public holidays in Berlin.
NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
MORNING, NOON, EVENING = Window(time(8), time(12)), Window(time(12), time(16)), Window(time(16), time(20))
WINDOWS = (MORNING, NOON, EVENING)
#: The first day an order taken at NOW can be promised on: packed the same day, delivered the next.
NEXT_DAY = date(2026, 5, 5)
#: Inside the depot's radius and postcodes; and a place far outside of both.
HOME, FAR_AWAY = Place(52.5316, 13.3817), Place(48.1374, 11.5755)

API, OFFICE = Actor(Role.API), Actor(Role.DISPATCHER)

S = OrderStatus
_MAIN = (S.CREATED, S.CONFIRMED, S.ALLOCATED, S.PACKED, S.DISPATCHED, S.OUT_FOR_DELIVERY)
#: By which states an order gets to a state.
PATHS: dict[OrderStatus, tuple[OrderStatus, ...]] = {
    **{status: _MAIN[: n + 1] for n, status in enumerate(_MAIN)},
    S.BACKORDERED: (S.CREATED, S.CONFIRMED, S.BACKORDERED),
    S.DELIVERED: (*_MAIN, S.DELIVERED),
    S.PARTIALLY_DELIVERED: (*_MAIN, S.PARTIALLY_DELIVERED),
    S.FAILED: (*_MAIN, S.FAILED),
    S.RETURNED_TO_DEPOT: (*_MAIN, S.RETURNED_TO_DEPOT),
    S.RESCHEDULED: (*_MAIN, S.FAILED, S.RESCHEDULED),
    S.HELD: (S.CREATED, S.CONFIRMED, S.ALLOCATED, S.HELD),
    S.CANCELLED: (S.CREATED, S.CONFIRMED, S.ALLOCATED, S.CANCELLED),
}


def counting(prefix: str = "id") -> Callable[[], str]:
    """Ids as the program makes them (22 characters), but counted: id00000000000000000001, …"""
    numbers = itertools.count(1)
    return lambda: f"{prefix}{next(numbers):0{22 - len(prefix)}}"


_ids = counting("bld")


def moment(
    actor: Actor = SYSTEM, now: datetime = NOW, key: str | None = None, ids: Callable[[], str] | None = None
) -> Moment:
    """The circumstances of a change; key and ids are new ones each time unless given."""
    return Moment(now, actor, key or f"test:{_ids()}", ids or _ids)


@dataclass
class Business:
    """What `business` made."""

    depot: Depot
    customer: Customer
    products: dict[str, Product] = field(default_factory=dict)

    @property
    def depot_id(self) -> int:
        """The depot's id."""
        assert self.depot.id is not None
        return self.depot.id

    @property
    def owner(self) -> Actor:
        """The customer, as an actor."""
        return Actor(Role.CUSTOMER, self.customer.id)


def business(session: Session, *, capacity: int = 20, stock: Mapping[str, int] | int = 50) -> Business:
    """A depot open Monday to Saturday, cut-off 18:00, delivering to 10* and 12 km around; products and a customer.

    ``capacity`` is per window; ``stock`` pieces of every product, or of each by SKU.
    """
    depot = a_depot(session, capacity=capacity)
    shop = Business(depot, a_customer(session))
    for sku, name, price in (
        ("SKU-1", "Kettle", 3990),
        ("SKU-2", "Espresso grinder", 18900),
        ("SKU-3", "Toaster", 4490),
    ):
        pieces = stock if isinstance(stock, int) else stock.get(sku, 0)
        shop.products[sku] = a_product(session, depot, sku=sku, name=name, price=price, on_hand=pieces)
    return shop


def a_depot(
    session: Session,
    *,
    code: str = "north",
    place: Place = Place(52.5200, 13.4050),
    capacity: int = 20,
    postcodes: Sequence[str] = ("10*",),
    radius: int | None = 12_000,
    **values: Any,
) -> Depot:
    """A depot with its windows on every weekday it is open, and where it delivers."""
    depot = Depot(
        code=code, name=f"Depot {code.capitalize()}", zone="Europe/Berlin", country="DE", region="BE",
        lat=place.lat, lon=place.lon, street="Alexanderplatz 1", postcode="10178", city="Berlin", **values,
    )  # fmt: skip
    session.add(depot)
    session.flush()
    assert depot.id is not None
    for weekday, window in itertools.product(depot.opening_days, WINDOWS):
        starts, ends = window.start, window.end
        session.add(DeliveryWindow(depot_id=depot.id, weekday=weekday, starts=starts, ends=ends, capacity=capacity))
    session.add_all(DeliveryArea(depot_id=depot.id, country="DE", pattern=pattern) for pattern in postcodes)
    if radius is not None:
        session.add(DeliveryArea(depot_id=depot.id, country="DE", radius=radius))
    session.flush()
    return depot


def a_product(
    session: Session,
    depot: Depot,
    *,
    sku: str,
    name: str = "Kettle",
    price: int = 3990,
    on_hand: int = 50,
    **values: Any,
) -> Product:
    """A product with its stock at a depot; none when ``on_hand`` is 0."""
    product = Product(
        sku=sku, name=name, price=price, **{"category": "kitchen", "weight": 1200, "volume": 8000, **values}
    )
    session.add(product)
    session.flush()
    if on_hand:
        session.add(StockLevel(depot_id=depot.id or 0, sku=sku, on_hand=on_hand))
        session.flush()
    return product


def a_customer(session: Session, **values: Any) -> Customer:
    """A customer, Maria Okafor unless said otherwise."""
    given = {"name": "Maria Okafor", "email": "maria@example.com", "phone": "+4930901820", "language": "en", **values}
    customer = Customer(**given)
    session.add(customer)
    session.flush()
    return customer


def an_order(
    session: Session,
    shop: Business,
    *,
    status: str = S.ALLOCATED,
    customer: Customer | None = None,
    lines: Sequence[tuple[str, int]] = (("SKU-1", 2), ("SKU-2", 1)),
    day: date = NEXT_DAY,
    window: Window = NOON,
    place: Place | None = HOME,
    now: datetime = NOW,
    **values: Any,
) -> Order:
    """An order in a state, with the history, reserved goods and booked window that lead there.

    A created one has no promise yet; ``place=None`` makes it one whose address nobody found (no case is opened).
    """
    wanted = OrderStatus(status)
    owner = customer or shop.customer
    uow = UnitOfWork(session, SYSTEM)
    products = shop.products
    order = Order(
        **{
            "number": f"RM-{uow.next_number('order', 10_001)}", "customer_id": owner.id, "created_at": now - timedelta(days=1),
            "street": "Invalidenstraße 117", "postcode": "10115", "city": "Berlin", "country": "DE",
            "total": sum(products[sku].price * quantity for sku, quantity in lines), **values,
        }
    )  # fmt: skip
    order.place = place
    uow.add(order)
    uow.add(
        *(OrderLine(order_id=order.id or 0, sku=sku, quantity=n, unit_price=products[sku].price) for sku, n in lines)
    )
    uow.record(*_history(order, wanted, day, window, shop, uow, now))
    uow.flush()
    return order


def _history(
    order: Order, wanted: OrderStatus, day: date, window: Window, shop: Business, uow: UnitOfWork, now: datetime
) -> list[Event]:
    path = PATHS[wanted]
    first = now - timedelta(hours=len(path))
    events = [note(order, "status", moment(now=first), None, S.CREATED)]
    if len(path) > 1:
        order.depot_id = shop.depot_id
        events += order.promise(day, window, moment(now=first), "ordered")
        if wanted not in {S.DELIVERED, S.CANCELLED}:
            capacity = next(
                each.capacity for each in uow.depots.networks(day)[0].windows if each.starts == window.start
            )
            uow.depots.slot(shop.depot_id, day, window, capacity).book()
    for n, step in enumerate(path[1:], 1):
        at = moment(now=first + timedelta(hours=n))
        events.append(order.hold("address unclear", at) if step == S.HELD else order.move(step, at))
    if wanted in HOLDS_STOCK or order.held_from in HOLDS_STOCK:
        _reserve(order, shop, uow)
    return events


def _reserve(order: Order, shop: Business, uow: UnitOfWork) -> None:
    pieces = [(sku, quantity) for sku, _, quantity in uow.orders.lines([order])[order.id or 0]]
    levels = uow.stock.levels(shop.depot_id, [sku for sku, _ in pieces])
    for sku, quantity in pieces:
        levels[sku].reserve(quantity)
    order.stock_reserved = True


def a_stop(
    session: Session, route: Route, *orders: Order, position: int = 1, status: str = "pending", **values: Any
) -> Stop:
    """A stop of a route at the place of the orders it serves, with a task for each."""
    place = orders[0].place or HOME
    stop = Stop(
        **{
            "route_id": route.id, "position": position, "lat": place.lat, "lon": place.lon,
            "address": orders[0].address, "service": 240, **values,
        }
    )  # fmt: skip
    session.add(stop)
    session.flush()
    for order in orders:
        session.add(
            Task(
                plan_id=route.plan_id, depot_id=route.depot_id, day=route.day, order_number=order.number,
                stop_id=stop.id, status=status, service=240,
            )
        )  # fmt: skip
    session.flush()
    return stop


def a_link(
    session: Session, order: Order, *, expires_at: datetime = NOW + timedelta(days=60), **values: Any
) -> DeepLink:
    """A link that opens the chat about an order."""
    link = DeepLink(
        **{
            "id": _ids(),
            "customer_id": order.customer_id,
            "order_number": order.number,
            "expires_at": expires_at,
            **values,
        }
    )
    session.add(link)
    session.flush()
    return link


def a_staff_member(
    database: Database, name: str = "Mia Zzstaff", role: str = "dispatcher", slack_id: str | None = None
) -> int:
    """Somebody of the business; their number."""
    with database.writing() as session:
        person = Staff(name=name, role=role, slack_id=slack_id, added_at=NOW)
        session.add(person)
        session.flush()
        assert person.id is not None
        return person.id


def a_case(session: Session, kind: str, order: Order | None = None, *, now: datetime = NOW, **detail: Any) -> Case:
    """An open exception."""
    case = Case(
        kind=kind, order_number=order.number if order else None, customer_id=order.customer_id if order else None,
        opened_at=now, detail=detail,
    )  # fmt: skip
    session.add(case)
    session.flush()
    return case


#: A policy to test with: enough of each outcome.
RETURN_RULES = """
rules:
  - name: final sale
    priority: 100
    when: {tags: final_sale, reason: {not: [damaged, defective, wrong_item]}}
    then: {outcome: reject}
    says: "{product} was sold as final sale and can only come back when something is wrong with it."
    instead: "When it is damaged or faulty, tell us so."
  - name: damaged with a photo
    priority: 90
    when: {reason: [damaged, wrong_item], days: {max: 10}, photos: {min: 1}}
    then: {outcome: approve, resolutions: [refund, exchange, keep]}
    says: "What arrives damaged or wrong can come back within 10 days; today is day {days}."
  - name: faulty
    priority: 80
    when: {reason: [defective, not_as_described], days: {max: 90}}
    then: {outcome: approve, resolutions: [refund, exchange, repair], inspect: true}
    says: "What does not work can come back within 90 days; today is day {days}."
  - name: unopened
    priority: 50
    when: {reason: [changed_mind, does_not_fit, duplicate, too_late, gift], opened: false, days: {max: 90}}
    then: {outcome: approve, resolutions: [refund, credit, exchange], bonus: 10, fee: 0}
    says: "Unopened goods can come back within 90 days; today is day {days}."
  - name: opened
    priority: 40
    when: {reason: [changed_mind, does_not_fit], opened: true, days: {max: 30}}
    then: {outcome: approve, resolutions: [credit, exchange], restocking: 15}
    says: "Opened goods can come back for credit within 30 days; today is day {days}."
  - name: too old
    priority: 10
    when: {days: {min: 91}}
    then: {outcome: reject}
    says: "Returns are possible within 90 days; today is day {days}."
"""


def return_policy(session: Session, text: str = RETURN_RULES, *, now: datetime = NOW) -> ReturnPolicy:
    """A policy of returns that is in force, instead of the one that was."""
    for each in session.scalars(select(ReturnPolicy).where(ReturnPolicy.status == PolicyStatus.ACTIVE)):
        each.status = PolicyStatus.RETIRED
    session.flush()
    policy = ReturnPolicy(text=text, status=PolicyStatus.ACTIVE, created_at=now, activated_at=now)
    session.add(policy)
    session.flush()
    return policy


def a_return(
    session: Session, order: Order, *skus: str, reason: str = "changed_mind", now: datetime = NOW, **values: Any
) -> Return:
    """A return of one piece of each product of a delivered order (of its first, when none is named), decided by the policy
    that is in force; none is: a person decides. ``values`` are those of `Wanted`."""
    uow = UnitOfWork(session, SYSTEM)
    named = skus or (uow.orders.lines([order])[order.id or 0][0][0],)
    given = {"quantity": 1, "opened": False, "photos": (), **values}
    wanted = [Wanted(order.number, sku, reason=ReturnReason(reason), **given) for sku in named]
    made = open_return(wanted, uow, moment(now=now), channel="test")
    uow.flush()
    return made


def a_pickup(
    session: Session, shop: Business, *, order: Order | None = None, skus: Sequence[str] = (), quantity: int = 1,
    day: date = NEXT_DAY, window: Window = NOON, now: datetime = NOW, exchange: Order | None = None, code: str | None = None,
    **values: Any,
) -> Return:  # fmt: skip
    """A return that our driver is to collect on a day, with its place in the window booked: of a piece of a delivered
    ``order``, which ``values`` are those of when none is given; for an ``exchange`` order where it is one."""
    bought = order or an_order(session, shop, status=S.DELIVERED, **{"now": now - timedelta(days=3), **values})
    uow = UnitOfWork(session, SYSTEM)
    made = a_return(session, bought, *skus, now=now, quantity=quantity)
    if made.status != ReturnStatus.APPROVED:
        for line in uow.returns.lines(made):
            line.outcome = Outcome.APPROVE
        uow.record(made.move(ReturnStatus.APPROVED, moment(now=now)))
    made.way, made.pickup_day, made.pickup_start, made.pickup_end = Way.PICKUP, day, window.start, window.end
    made.code = code
    if exchange is not None:
        made.resolution, made.exchange_order, exchange.exchange_of = "exchange", exchange.number, made.number
    uow.depots.slot(shop.depot_id, day, window, 20).book()
    uow.record(made.move(ReturnStatus.PICKUP_PLANNED, moment(now=now)))
    uow.flush()
    return made


def order_body(external_id: str = "A-1", **changes: Any) -> dict[str, Any]:
    """An order as the API takes it, for `business`; ``changes`` replace whole members."""
    return {
        "external_id": external_id,
        "customer": {"name": "Jonas Weber", "email": "jonas@example.com", "phone": "030 901821"},
        "address": {
            "street": "Chausseestraße 8", "postcode": "10115", "city": "Berlin", "country": "DE", "place": "52.53160,13.38170",
        },
        "lines": [{"sku": "SKU-1", "quantity": 1}],
        **changes,
    }  # fmt: skip
