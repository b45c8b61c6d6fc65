"""A driver's day in a database: a published route with goods in stock, and the driver's chat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, select

from domain.driving import WorkedShift
from domain.fleet import Driver, Vehicle
from domain.orders import Order
from domain.policies import Policies
from domain.routes import Route, Task
from domain.stock import StockLevel
from storage.database import Database
from storage.outbox import OutboxRow
from tests.builders import MORNING, NOW, Business, a_customer, an_order, business
from tests.planned import a_plan, a_route
from tests.talking import Talk

#: Customers are told by e-mail what they did not ask for.
RINGING = Policies(channels=frozenset({"telegram", "email"}))


@dataclass
class Day:
    """A route of three stops for one driver, and what can be seen of it."""

    database: Database
    shop: Business
    orders: list[Order]
    route_id: int
    driver_id: int
    plate: str

    @property
    def numbers(self) -> list[str]:
        """The orders in the order of their stops."""
        return [order.number for order in self.orders]

    def talk(self, **more: Any) -> Talk:
        """A chat of the driver."""
        return Talk(self.database, driver_id=self.driver_id, **{"channel": "telegram", "policies": RINGING, **more})

    def order(self, nth: int = 0) -> Order:
        """An order as it is now."""
        return self._one(Order, Order.number == self.numbers[nth])

    def task(self, nth: int = 0) -> Task:
        """The visit to an order, as it is now."""
        return self._one(Task, Task.order_number == self.numbers[nth])

    def route(self) -> Route:
        """The route as it is now."""
        return self._one(Route, Route.id == self.route_id)

    def shift(self) -> WorkedShift | None:
        """The driver's latest shift."""
        with self.database.reading() as session:
            query = select(WorkedShift).where(WorkedShift.driver_id == self.driver_id)
            return session.exec(query.order_by(WorkedShift.id.desc())).first()

    def vehicle(self, plate: str | None = None) -> Vehicle:
        """A vehicle as it is now."""
        return self._one(Vehicle, Vehicle.plate == (plate or self.plate))

    def stock(self) -> dict[str, tuple[int, int]]:
        """(On hand, reserved) by SKU."""
        with self.database.reading() as session:
            return {each.sku: (each.on_hand, each.reserved) for each in session.exec(select(StockLevel)).all()}

    def told(self, name: str) -> list[dict[str, Any]]:
        """The facts of all messages of a name that were put out, in order."""
        with self.database.reading() as session:
            rows = session.exec(select(OutboxRow).where(OutboxRow.name == name).order_by(OutboxRow.id)).all()
            return [row.facts for row in rows]

    def _one(self, kind: Any, condition: Any) -> Any:
        with self.database.reading() as session:
            return session.exec(select(kind).where(condition)).one()


def a_day(
    database: Database,
    *,
    stops: int = 3,
    status: str = "allocated",
    on: date = NOW.date(),
    pieces: int = 1,
    **route: Any,
) -> Day:
    """A published route of today, a second van at the depot, and a customer of its own for each order."""
    with database.writing() as session:
        shop = business(session)
        orders = [_an_order(session, shop, n, status, on, pieces) for n in range(stops)]
        made = a_route(session, a_plan(session, shop, day=on, status="published"), orders, status="published", **route)
        session.add(Vehicle(plate="B-XX 2", name="Van 9", depot_id=shop.depot_id, payload=900_000, volume=6_000_000))
        session.flush()
        plate = session.get_one(Vehicle, made.vehicle_id).plate
        return Day(database, shop, orders, made.id or 0, made.driver_id or 0, plate)


def _an_order(session: Session, shop: Business, n: int, status: str, day: date, pieces: int) -> Order:
    customer = a_customer(session, name=f"Customer Zzz{n}", email=f"zzz{n}@example.com", phone=f"+49151000000{n:02}")
    return an_order(session, shop, customer=customer, status=status, day=day, window=MORNING, lines=[("SKU-1", pieces)])


def another_driver(day: Day, name: str = "Otto Other") -> int:
    """Somebody else who drives for the depot."""
    with day.database.writing() as session:
        driver = Driver(name=name, depot_id=day.shop.depot_id, code="otto")
        session.add(driver)
        session.flush()
        return driver.id or 0
