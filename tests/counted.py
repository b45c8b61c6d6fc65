"""A day of a depot that can be counted by hand, in tests of figures: two routes, seven orders, what went well and what did not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, select

from domain.cases import Case
from domain.conversations import Conversation
from domain.deliveries import Rating
from domain.driving import WorkedShift
from domain.events import note
from domain.moment import SYSTEM
from domain.orders import Order, OrderStatus
from domain.routes import Route, RouteStatus, Task, TaskStatus
from storage import outbox
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, Business, an_order, business, moment
from tests.planned import a_plan, a_route

TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)


def after(hours: float) -> datetime:
    """So many hours after NOW, which is 11:00 in Berlin; the promised window is 12:00 to 16:00, hours 1 to 5."""
    return NOW + timedelta(hours=hours)


def visit(session: Session, uow: UnitOfWork, order: Order, at: datetime, status: TaskStatus, **detail: object) -> None:
    """A driver arrives, and five minutes later it is done."""
    tasks = select(Task).where(Task.order_number == order.number, Task.status == "pending")
    task = session.exec(tasks.order_by(Task.id)).first()
    assert task is not None
    arrived, done = moment(now=at), moment(now=at + timedelta(minutes=5))
    uow.record(task.move(TaskStatus.EN_ROUTE, arrived), task.move(TaskStatus.ARRIVED, arrived))
    uow.record(task.move(status, done, **detail))
    ends = {TaskStatus.FAILED: OrderStatus.FAILED, TaskStatus.PARTIAL: OrderStatus.PARTIALLY_DELIVERED}
    uow.record(order.move(ends.get(status, OrderStatus.DELIVERED), done))


@dataclass
class CountedDay:
    """What `a_counted_day` made: the orders of Ines (a1 to a5) and of Otto (b1, b2), by name."""

    shop: Business
    orders: dict[str, str]


def a_counted_day(database: Database) -> CountedDay:
    """Today at the depot "north".

    Ines, 50 km and five hours planned; she drove 60 km in six hours, and worked seven. Promised were all for 12:00 to
    16:00. a1 came at 12:30, told 12 to 13; a2 at 13:30, told 12 to 13; a3 at 16:10 to 10119, told 15:30 to 16:30; a4 at
    14:00, nobody home; a5 was not reached. Otto, 20 km and two hours planned, is still under way: b1, in vain yesterday,
    came at 12:15; b2 at 12:45, in part, and the rest is promised for tomorrow. Two customers rated, 5 and 4; two asked
    where their order is, one of them about two at once; three wanted a person, and waited four and twenty minutes, the
    third in vain.
    """
    with database.writing() as session:
        shop = business(session)
        uow = UnitOfWork(session, SYSTEM)
        more = {"a3": {"postcode": "10119"}}
        made = {
            name: an_order(session, shop, status="out_for_delivery", day=TODAY, **more.get(name, {}))
            for name in ("a1", "a2", "a3", "a4", "a5", "b1", "b2")
        }
        _yesterday(session, uow, shop, made["b1"])
        _ines(session, uow, shop, made)
        _otto(session, uow, shop, made)
        _said(session, uow, made)
        uow.flush()
        return CountedDay(shop, {name: order.number for name, order in made.items()})


def _yesterday(session: Session, uow: UnitOfWork, shop: Business, order: Order) -> None:
    plan = a_plan(session, shop, status="published", day=YESTERDAY)
    a_route(session, plan, [order], driver="Ines Kruse", status="completed", metres=0)
    visit(session, uow, order, after(-22), TaskStatus.FAILED, reason="closed")
    for status in (OrderStatus.RESCHEDULED, OrderStatus.DISPATCHED, OrderStatus.OUT_FOR_DELIVERY):
        uow.record(order.move(status, moment(now=after(-2))))
    uow.flush()


def _ines(session: Session, uow: UnitOfWork, shop: Business, made: dict[str, Order]) -> None:
    orders = [made[name] for name in ("a1", "a2", "a3", "a4", "a5")]
    route = _begun(session, uow, shop, orders, "Ines Kruse", metres=50_000, hours=5, left=0.5)
    for name, start, end in (("a1", 1, 2), ("a2", 1, 2), ("a3", 4.5, 5.5)):
        told = f"{after(start).isoformat()} {after(end).isoformat()}"
        uow.record(note(made[name], "told", moment(now=after(-1)), None, told))
    visit(session, uow, made["a1"], after(1.5), TaskStatus.COMPLETED)
    visit(session, uow, made["a2"], after(2.5), TaskStatus.COMPLETED)
    visit(session, uow, made["a3"], after(5 + 1 / 6), TaskStatus.COMPLETED)
    visit(session, uow, made["a4"], after(3), TaskStatus.FAILED, reason="nobody_home")
    visit(session, uow, made["a5"], after(6), TaskStatus.FAILED, reason="shift_ended")
    uow.record(route.move(RouteStatus.COMPLETED, moment(now=after(6.5))))
    shift = {"driver_id": route.driver_id, "depot_id": shop.depot_id, "day": TODAY, "route_id": route.id}
    session.add(WorkedShift(**shift, started_at=NOW, ended_at=after(7), start_km=1_000, end_km=1_060))


def _otto(session: Session, uow: UnitOfWork, shop: Business, made: dict[str, Order]) -> None:
    _begun(session, uow, shop, [made["b1"], made["b2"]], "Otto Other", metres=20_000, hours=2, left=1)
    visit(session, uow, made["b1"], after(1.25), TaskStatus.COMPLETED)
    visit(session, uow, made["b2"], after(1.75), TaskStatus.PARTIAL)
    window = made["b2"].window
    assert window is not None
    uow.record(*made["b2"].promise(TODAY + timedelta(days=1), window, moment(now=after(2)), "rest"))


def _begun(
    session: Session, uow: UnitOfWork, shop: Business, orders: list[Order], driver: str, *, metres: int, hours: float,
    left: float,
) -> Route:  # fmt: skip
    times = {"planned_start": NOW, "planned_end": after(hours), "metres": metres}
    route = a_route(
        session, a_plan(session, shop, status="published"), orders, driver=driver, status="loading", **times
    )
    uow.record(route.move(RouteStatus.IN_PROGRESS, moment(now=after(left))))
    return route


def _said(session: Session, uow: UnitOfWork, made: dict[str, Order]) -> None:
    for name, score in (("a1", 5), ("a2", 4)):
        session.add(Rating(order_number=made[name].number, score=score, at=after(6)))
    chat = Conversation(channel="rest", address="counted", role="customer", created_at=NOW, last_at=NOW)
    session.add(chat)
    session.flush()
    row = {
        "conversation_id": chat.id, "kind": "reply", "name": "order.tracked", "facts": {}, "choices": [], "media": {},
        "live": None, "edits": False, "good_until": None, "priority": 0, "not_before": None, "state": "sent",
        "created_at": after(4), "sent_at": after(4),
    }  # fmt: skip
    asked = [("a3", 1), ("a4", 1), ("a3", 2)]
    outbox.put(session, [{**row, "about": made[name].number, "inbox_id": inbox} for name, inbox in asked])
    for minutes in (4, 20, None):
        case = Case(kind="wish.talk_to_human", conversation_id=chat.id, opened_at=after(4))
        uow.add(case)
        if minutes is not None:
            answered = moment(now=after(4) + timedelta(minutes=minutes))
            uow.record(note(case, "answered", answered))
            uow.record(note(case, "answered", moment(now=after(6))))
