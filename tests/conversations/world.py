"""The seeded world: every script has people, orders, a return and a route of its own, which look alike in all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from sqlmodel import Session

from actions.driving.reports import head_for_next
from domain.driving import WorkedShift
from domain.fleet import Shift
from domain.moment import SYSTEM
from domain.orders import Order
from domain.routes import Route
from domain.stock import StockLevel
from domain.values import Place
from storage.unit_of_work import UnitOfWork
from tests.builders import (
    EVENING,
    HOME,
    MORNING,
    NOON,
    NOW,
    Business,
    a_customer,
    a_depot,
    a_pickup,
    a_product,
    an_order,
    moment,
    return_policy,
)
from tests.conversations.script import Script
from tests.planned import a_plan, a_route

TODAY = NOW.date()
_PRODUCTS = (
    ("SKU-101", "Kettle", 3990), ("SKU-102", "Espresso grinder", 18900), ("SKU-103", "Toaster", 4490),
    ("SKU-104", "Desk lamp", 5900), ("SKU-105", "Wool rug", 24900), ("SKU-106", "Office chair", 32000),
    ("SKU-107", "Hiking boots", 12900), ("SKU-108", "Wall mirror", 9900), ("SKU-109", "Blender", 7900),
    ("SKU-110", "Record player", 21900), ("SKU-111", "Rain jacket", 8900),
)  # fmt: skip
_SOLD_OUT = "SKU-110"
_PEOPLE = {
    "maria": ("Maria Okafor", "maria@example.com", "+4930901820", "en"),
    "jonas": ("Jonas Weber", "jonas@example.com", "+4930901821", "en"),
    "lena": ("Lena Fischer", "lena@example.com", "+4930901822", "en"),
    "emil": ("Emil Brandt", "emil@example.com", "+4930901823", "en"),
    "sofia": ("Sofia Ruiz", "sofia@example.com", "+4930901824", "es"),
    "tomas": ("Tomas Novak", "tomas@example.com", "+4930901825", "en"),
}
_THURSDAY, _SATURDAY, _JANUARY = NOW - timedelta(days=4), NOW - timedelta(days=2), NOW - timedelta(days=104)
_TUESDAY, _WEDNESDAY = date(2026, 5, 5), date(2026, 5, 6)
#: Alias of an order: whose it is, its lines, and how it stands.
_ORDERS: dict[str, tuple[str, tuple[tuple[str, int], ...], dict[str, Any]]] = {
    "kettle": ("maria", (("SKU-101", 1),), {"day": _TUESDAY, "window": NOON}),
    "grinder": ("maria", (("SKU-102", 1),), {"day": _WEDNESDAY, "window": MORNING}),
    "toaster": ("maria", (("SKU-103", 1),), {"status": "delivered", "now": _THURSDAY, "day": _THURSDAY.date()}),
    "rug": ("maria", (("SKU-105", 1),), {"status": "delivered", "now": _JANUARY, "day": _JANUARY.date()}),
    "chair": ("jonas", (("SKU-106", 1),), {"day": _TUESDAY, "window": EVENING, "street": "Chausseestraße 8"}),
    "boots": ("lena", (("SKU-107", 1),), {"status": "delivered", "now": _SATURDAY, "day": _SATURDAY.date()}),
    "mirror": ("emil", (("SKU-108", 1),), {"status": "packed", "day": _TUESDAY, "window": MORNING}),
    "blender": ("emil", (("SKU-109", 1),), {"status": "failed", "day": TODAY, "window": MORNING}),
    "lamp": ("emil", (("SKU-104", 1),), {"status": "out_for_delivery", "day": TODAY, "window": NOON}),
    "breakfast": ("sofia", (("SKU-101", 2), ("SKU-103", 1)), {"day": _TUESDAY, "window": NOON}),
    "reading": ("sofia", (("SKU-104", 1),), {"status": "delivered", "now": _THURSDAY, "day": _THURSDAY.date()}),
    "jacket": ("tomas", (("SKU-111", 1),), {"status": "delivered", "now": _THURSDAY, "day": _THURSDAY.date()}),
}  # fmt: skip
#: A return that our driver is to collect on Wednesday, 12:00 to 16:00.
JACKET_RETURN = "jacket_return"
STOPS = 4
DRIVERS = frozenset({"driver", "driver at the depot"})
_STREETS = ("Ackerstraße 12", "Torstraße 40", "Bergstraße 3", "Gartenstraße 25")


@dataclass
class Cast:
    """What one script can speak of: customers by name, orders and returns by alias, and the driver's route."""

    sender: str
    customers: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    driver: int | None = None
    route: int | None = None
    before: dict[str, dict[str, Any]] = field(default_factory=dict)

    def alias_of(self, number: str) -> str:
        """What scripts call an order or a return; its number where they do not know it."""
        return next((alias for alias, each in self.numbers.items() if each == number), number)

    def filled_in(self, words: str) -> str:
        """Words with the numbers of this world in place of ``{alias}``, or only the digits of ``{alias.digits}``."""
        for alias, number in self.numbers.items():
            words = words.replace(f"{{{alias}}}", number).replace(f"{{{alias}.digits}}", number.partition("-")[2])
        return words


def open_shop(session: Session) -> Business:
    """The depot, what is sold there, and enough people who kept what they bought, so that no return stands out."""
    depot = a_depot(session, capacity=10_000)
    shop = Business(depot, a_customer(session, name="Everybody Else", email="else@example.com", phone="+4930901899"))
    for sku, name, price in _PRODUCTS:
        pieces = 0 if sku == _SOLD_OUT else 100_000
        shop.products[sku] = a_product(session, depot, sku=sku, name=name, price=price, on_hand=pieces)
    kept = [(sku, 5_000) for sku, _, _ in _PRODUCTS if sku != _SOLD_OUT]
    an_order(
        session, shop, status="delivered", lines=kept, now=NOW - timedelta(days=30), day=TODAY - timedelta(days=30)
    )
    return_policy(session)
    UnitOfWork(session, SYSTEM).depots.slot(
        shop.depot_id, _WEDNESDAY, NOON, 10_000
    )  # `a_pickup` alone makes a small one
    session.flush()
    return shop


def seed(session: Session, shop: Business, script: Script, nth: int) -> Cast:
    """The people and things of one script, and whose chat it is spoken in where that is no customer's."""
    cast = Cast(f"conversation-{nth}")
    for name, (whole, email, phone, language) in _PEOPLE.items():
        given = {"name": whole, "email": email, "phone": phone, "language": language}
        cast.customers[name] = a_customer(session, external_id=f"{name}-{nth}", **given).id or 0
    made = {alias: _order(session, shop, cast, *told) for alias, told in _ORDERS.items()}
    cast.numbers = {alias: order.number for alias, order in made.items()}
    cast.numbers[JACKET_RETURN] = a_pickup(session, shop, order=made["jacket"], day=_WEDNESDAY).number
    if script.speaker in DRIVERS:
        _send_out(session, shop, script, cast, nth)
    return cast


def _order(
    session: Session, shop: Business, cast: Cast, owner: str, lines: tuple[tuple[str, int], ...], how: dict[str, Any]
) -> Order:
    customer = UnitOfWork(session, SYSTEM).customers.get(cast.customers[owner])
    return an_order(session, shop, customer=customer, lines=lines, **how)


def _send_out(session: Session, shop: Business, script: Script, cast: Cast, nth: int) -> None:
    """A route of four stops of today from a depot of the driver's own, on the road already unless at the depot."""
    left = script.speaker == "driver"
    yard = Business(a_depot(session, code=f"yard{nth}", postcodes=(), radius=None), shop.customer)
    yard.products = shop.products
    session.add_all(StockLevel(depot_id=yard.depot_id, sku=sku, on_hand=50) for sku in ("SKU-101", "SKU-103"))
    session.flush()
    orders = []
    for n, street in enumerate(_STREETS):
        owner = a_customer(
            session, name=f"Neighbour {n + 1}", email=f"stop{n + 1}@example.com", phone=f"+49309018{30 + n}"
        )
        values = {"customer": owner, "street": street, "place": Place(round(HOME.lat + 0.0054 * n, 5), HOME.lon)}
        status = "out_for_delivery" if left else "allocated"
        lines = [("SKU-101" if n % 2 == 0 else "SKU-103", 1)]
        orders.append(an_order(session, yard, status=status, day=TODAY, window=NOON, lines=lines, **values))
        cast.numbers[f"stop{n + 1}"] = orders[-1].number
    plan = a_plan(session, yard, status="published", day=TODAY)
    times = {"planned_start": NOW, "planned_end": NOW + timedelta(hours=4)}
    status = "in_progress" if left else "published"
    route = a_route(session, plan, orders, driver="Ines Kruse", status=status, fleet={"code": f"ines{nth}"}, **times)
    cast.driver, cast.route = route.driver_id, route.id
    session.add(Shift(driver_id=route.driver_id or 0, day=TODAY, starts=time(7), ends=time(20)))
    if left:
        _is_driving(session, yard, route)
    uow = UnitOfWork(session, SYSTEM)
    chat = uow.chats.get(uow.chats.find_or_add("rest", cast.sender, NOW, script.language))
    assert chat is not None, "it was just made"
    chat.bind_driver(route.driver_id or 0)
    uow.flush()


def _is_driving(session: Session, yard: Business, route: Route) -> None:
    session.add(
        WorkedShift(
            driver_id=route.driver_id or 0, depot_id=yard.depot_id, day=TODAY, route_id=route.id,
            vehicle_id=route.vehicle_id, started_at=NOW,
        )
    )  # fmt: skip
    session.flush()
    uow = UnitOfWork(session, SYSTEM)
    head_for_next(uow.routes.tour(route.id or 0), uow, moment())
    uow.flush()
