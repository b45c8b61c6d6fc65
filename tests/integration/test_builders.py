"""The builders build what the rules allow."""

from __future__ import annotations

import pytest

from actions.perform import perform
from domain.commands import CancelOrder, CreateOrder, TrackOrder
from domain.orders import OrderStatus
from storage.database import Database
from tests.builders import API, OFFICE, an_order, business, moment, order_body


@pytest.mark.parametrize("status", list(OrderStatus))
def test_an_order_can_be_built_in_every_state(database: Database, status: OrderStatus) -> None:
    with database.writing() as session:
        order = an_order(session, business(session), status=status)
    notices, seen = perform(
        database, [TrackOrder(order=order.number)], moment(OFFICE), lambda uow: uow.orders.get(order.number)
    )
    assert notices[0].facts()["status"] == status
    assert seen.status == status


def test_what_was_built_can_be_cancelled(database: Database) -> None:
    with database.writing() as session:
        shop = business(session)
        order = an_order(session, shop, status="allocated")
    _, levels = perform(
        database,
        [CancelOrder(order=order.number)],
        moment(OFFICE),
        lambda uow: uow.stock.levels(shop.depot_id, ["SKU-1"]),
    )
    assert levels["SKU-1"].reserved == 0


def test_the_business_confirms_an_order(database: Database) -> None:
    with database.writing() as session:
        business(session)
    _, order = perform(
        database,
        [CreateOrder.model_validate(order_body())],
        moment(API),
        lambda uow: uow.orders.by_external_id(["A-1"])["A-1"],
    )
    assert order.status == "allocated"
