"""Fifty orders at once for the last ten pieces: exactly ten get them."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from sqlmodel import select

from actions.perform import perform
from domain.cases import Case
from domain.commands import CancelOrder, CreateOrder, RecordLocation
from domain.depots import DeliverySlot
from domain.orders import Order
from domain.stock import StockLevel
from storage.database import Database
from tests.builders import API, HOME, business, moment, order_body

ORDERS, PIECES = 50, 10


def take(database: Database, external_id: str, ready: threading.Barrier) -> str:
    """Take an order by a thread of its own; its status."""
    body = order_body(external_id, customer={"name": "Ann", "email": f"{external_id}@example.com"})
    ready.wait()
    command = CreateOrder.model_validate(body)
    return str(
        perform(
            database, [command], moment(API), lambda uow: uow.orders.by_external_id([external_id])[external_id].status
        )[1]
    )


def test_exactly_ten_of_fifty_get_the_last_ten(database: Database) -> None:
    with database.writing() as session:
        business(session, stock={"SKU-1": PIECES}, capacity=7)
    ready = threading.Barrier(ORDERS)
    with ThreadPoolExecutor(ORDERS) as threads:
        outcomes = Counter(threads.map(lambda n: take(database, f"A-{n}", ready), range(ORDERS)))
    assert outcomes == {"allocated": PIECES, "backordered": ORDERS - PIECES}
    with database.reading() as session:
        level = session.exec(select(StockLevel)).one()
        assert (level.on_hand, level.reserved) == (PIECES, PIECES)
        numbers = [order.number for order in session.exec(select(Order))]
        assert len(set(numbers)) == ORDERS
        assert len(session.exec(select(Case).where(Case.kind == "backordered")).all()) == ORDERS - PIECES
        slots = session.exec(select(DeliverySlot)).all()
        assert sum(slot.booked for slot in slots) == ORDERS
        assert all(slot.booked <= slot.capacity for slot in slots)


def test_taking_and_giving_back_at_once_loses_nothing(database: Database) -> None:
    with database.writing() as session:
        business(session, stock={"SKU-1": PIECES}, capacity=100)
    ready = threading.Barrier(20)

    def take_and_give_back(n: int) -> None:
        take(database, f"A-{n}", ready)
        number = perform(database, [], moment(API), lambda uow: uow.orders.by_external_id([f"A-{n}"])[f"A-{n}"].number)[
            1
        ]
        perform(database, [CancelOrder(order=number)], moment(API))

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(take_and_give_back, range(20)))
    with database.reading() as session:
        level = session.exec(select(StockLevel)).one()
        assert (level.on_hand, level.reserved) == (PIECES, 0)
        assert sum(slot.booked for slot in session.exec(select(DeliverySlot))) == 0
        assert {order.status for order in session.exec(select(Order))} == {"cancelled"}


def test_orders_that_are_located_at_once_share_the_windows_there_are(database: Database) -> None:
    with database.writing() as session:
        business(session, stock={"SKU-1": PIECES}, capacity=3)
    numbers = []
    for n in range(24):
        body = order_body(f"A-{n}")
        del body["address"]["place"]
        perform(database, [CreateOrder.model_validate(body)], moment(API))
        numbers.append(f"RM-{10_001 + n}")
    ready = threading.Barrier(len(numbers))

    def locate(number: str) -> None:
        ready.wait()
        perform(database, [RecordLocation(order=number, place=HOME)], moment())

    with ThreadPoolExecutor(len(numbers)) as threads:
        list(threads.map(locate, numbers))
    with database.reading() as session:
        states = Counter(order.status for order in session.exec(select(Order)))
        assert states == {"allocated": PIECES, "backordered": len(numbers) - PIECES}
        assert session.exec(select(StockLevel)).one().reserved == PIECES
        slots = session.exec(select(DeliverySlot)).all()
        assert sum(slot.booked for slot in slots) == len(numbers)
        assert all(slot.booked <= slot.capacity for slot in slots)
