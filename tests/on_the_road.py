"""A driver on the road: a route that has left, with a stop for each order, and the driver's chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, SQLModel

from actions.driving.reports import head_for_next
from bot.words import Words
from domain.deliveries import DeliveryProof
from domain.driving import DriverReport, WorkedShift
from domain.events import Event
from domain.fleet import Shift
from domain.moment import SYSTEM, Actor, Role
from domain.orders import Order, OrderLine
from domain.returns import Return, ReturnLine
from domain.routes import Route, Stop, Task
from domain.stock import StockLevel
from domain.travel.visits import Visit
from domain.values import Place
from storage.database import Database
from storage.outbox import OutboxRow
from storage.schema import METADATA
from storage.unit_of_work import UnitOfWork
from tests.builders import HOME, NOW, Business, a_customer, a_pickup, an_order, business, moment
from tests.planned import a_plan, a_route
from tests.talking import Talk

#: Tables that a report and its undoing leave as they were, versions apart.
KEPT = (Task, Order, OrderLine, Stop, StockLevel, DeliveryProof, Visit, Return, ReturnLine)


@dataclass
class Road:
    """What `on_the_road` made: ids and numbers by stop, from 1."""

    database: Database
    shop: Business
    route: int
    driver: int
    numbers: list[str] = field(default_factory=list)

    def talk(self, **values: Any) -> Talk:
        """The driver's chat."""
        return Talk(self.database, driver_id=self.driver, **values)

    @property
    def actor(self) -> Actor:
        """The driver."""
        return Actor(Role.DRIVER, self.driver)

    def order(self, stop: int) -> Order:
        """The order of the stop that had this number at first."""
        with self.database.reading() as session:
            return UnitOfWork(session, SYSTEM).orders.get(self.numbers[stop - 1])

    def made(self, number: str) -> Return:
        """A return as it is now."""
        with self.database.reading() as session:
            return UnitOfWork(session, SYSTEM).returns.get(number)

    def states(self) -> list[str]:
        """The state of every stop, in the order of the route."""
        with self.database.reading() as session:
            return [visit.status.value for visit in UnitOfWork(session, SYSTEM).routes.tour(self.route).visits]

    def visit(self, stop: int) -> int:
        """The id of the stop of that number."""
        with self.database.reading() as session:
            tour = UnitOfWork(session, SYSTEM).routes.tour(self.route)
            return next(visit.stop.id or 0 for visit in tour.visits if visit.stop.position == stop)

    def all(self, kind: type[SQLModel]) -> list[Any]:
        """All rows of a kind, by key."""
        with self.database.reading() as session:
            keys = kind.__table__.primary_key  # type: ignore[attr-defined]
            return list(session.scalars(select(kind).order_by(*keys)))

    def reports(self) -> list[DriverReport]:
        """What was reported, in order."""
        return self.all(DriverReport)

    def events(self, noun: str, subject: str) -> list[Event]:
        """The history of something."""
        return [each for each in self.all(Event) if (each.noun, each.subject) == (noun, subject)]

    def told(self, kind: str) -> list[OutboxRow]:
        """What customers were told, by the notice."""
        return [row for row in self.all(OutboxRow) if row.kind == kind]

    def snapshot(self) -> dict[str, list[dict[str, Any]]]:
        """Every row that a report may change, without versions."""
        found = {}
        with self.database.reading() as session:
            for kind in KEPT:
                table = METADATA.tables[str(kind.__tablename__)]
                rows = session.execute(select(table).order_by(*table.primary_key)).mappings()
                found[table.name] = [{n: v for n, v in row.items() if n != "version"} for row in rows]
        return found


def on_the_road(
    database: Database,
    stops: int = 5,
    *,
    now: datetime = NOW,
    until: time = time(20),
    left: bool = True,
    orders: Sequence[dict[str, Any]] = (),
) -> Road:
    """A route of so many stops, 600 metres apart, that left at ``now``, or is still to be loaded. Its driver works until
    the local time ``until``; ``orders`` are values of the orders by stop.
    """
    with database.writing() as session:
        shop = business(session)
        made = [_order(session, shop, n, now, left, dict(orders[n]) if n < len(orders) else {}) for n in range(stops)]
        plan = a_plan(session, shop, status="published", day=now.date())
        status = "in_progress" if left else "published"
        times = {"planned_start": now, "planned_end": now + timedelta(hours=4)}
        route = a_route(session, plan, made, status=status, **times)
        _at_work(session, shop, route, now, until)
        uow = UnitOfWork(session, SYSTEM)
        if left:
            head_for_next(uow.routes.tour(route.id or 0), uow, moment(now=now))
        uow.flush()
        return Road(database, shop, route.id or 0, route.driver_id or 0, [order.number for order in made])


def to_collect(road: Road, stop: int, *, alone: bool = False, now: datetime = NOW, **values: Any) -> str:
    """A return of the customer of a stop that is collected there too, or (``alone``) at a stop of its own behind the others;
    its number. ``values`` are those of `a_pickup`."""
    with road.database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        tour = uow.routes.tour(road.route)
        order = uow.orders.get(road.numbers[stop - 1])
        owner = uow.customers.get(order.customer_id)
        given = {
            "customer": owner,
            "place": order.place,
            "street": order.street,
            "day": now.date(),
            "now": now,
            **values,
        }
        made = a_pickup(session, road.shop, **given)
        here = next(visit.stop for visit in tour.visits if visit.stop.position == stop)
        if alone:
            here = Stop(
                route_id=road.route, position=len(tour.visits) + 1, lat=here.lat, lon=here.lon, address=here.address,
                service=240, eta=here.eta, eta_start=here.eta_start, eta_end=here.eta_end,
            )  # fmt: skip
            uow.add(here)
        task = Task(
            depot_id=road.shop.depot_id, day=now.date(), kind="pickup", return_number=made.number, stop_id=here.id,
            service=240, attempt=uow.routes.attempts([made.number]).get(made.number, 0) + 1,
            status="en_route" if any(each.status == "en_route" for each in tour.tasks if each.stop_id == here.id) else "pending",
        )  # fmt: skip
        uow.add(task)
        uow.flush()
        return made.number


def _order(session: Session, shop: Business, n: int, now: datetime, left: bool, given: dict[str, Any]) -> Order:
    place = Place(round(HOME.lat + 0.0054 * n, 5), HOME.lon)
    owner = a_customer(session, name=f"Zzcustomer {n}", email=f"zz{n}@example.com", phone=f"+493090182{n:02}")
    _listens(session, owner.id or 0, now)
    status = "out_for_delivery" if left else "allocated"
    values = {"customer": owner, "place": place, "street": f"Teststraße {n + 1}", "status": status, **given}
    return an_order(session, shop, day=now.date(), **values)


def _at_work(session: Session, shop: Business, route: Route, now: datetime, until: time) -> None:
    shift = WorkedShift(
        driver_id=route.driver_id or 0, depot_id=shop.depot_id, day=now.date(), route_id=route.id,
        vehicle_id=route.vehicle_id, started_at=now,
    )  # fmt: skip
    session.add(shift)
    session.add(Shift(driver_id=route.driver_id or 0, day=now.date(), starts=time(7), ends=until))
    session.flush()


def _listens(session: Session, customer_id: int, now: datetime) -> None:
    """The customer has a chat in which they hear what they did not ask for."""
    chats = UnitOfWork(session, SYSTEM).chats
    chat = chats.get(chats.find_or_add("web", f"page-{customer_id}", now))
    assert chat is not None
    chat.bind(customer_id)


def in_words(talk: Talk) -> str:
    """What was said last, as the driver reads it."""
    words = Words(["en"], moment().policies.zone)
    return "\n\n".join(words.say(each.name, each.facts, "en", talk.now) for each in talk.shown)
