"""Goods leave the stock when they are loaded, and come back when nobody took them."""

from __future__ import annotations

import pytest
from sqlmodel import select

from actions.fulfilment import put_back, ship
from domain.moment import SYSTEM
from domain.orders import Order, OrderStatus
from domain.stock import StockLevel
from storage.unit_of_work import UnitOfWork
from tests.builders import an_order, business, moment

#: An order of the builders is two kettles and a grinder, of which there are fifty each.
AT_FIRST = {"SKU-1": (50, 2), "SKU-2": (50, 1)}
SHIPPED = {"SKU-1": (48, 0), "SKU-2": (49, 0)}


@pytest.fixture
def order(database):
    with database.writing() as session:
        return an_order(session, business(session))


def change(database, order, *work, status=None):
    """Do something with the order; the levels afterwards, (on hand, reserved) by SKU."""
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        stored = session.exec(select(Order).where(Order.number == order.number)).one()
        if status is not None:
            stored.status = status
        for each in work:
            each(stored, uow, moment())
        uow.flush()
        levels = session.exec(select(StockLevel).where(StockLevel.sku.in_(AT_FIRST))).all()
        return {level.sku: (level.on_hand, level.reserved) for level in levels}


def test_loaded_goods_are_neither_on_hand_nor_promised(database, order):
    assert change(database, order) == AT_FIRST
    assert change(database, order, ship) == SHIPPED
    assert change(database, order, ship) == SHIPPED


def test_what_never_left_does_not_come_back(database, order):
    assert change(database, order, put_back) == AT_FIRST
    assert change(database, order, ship, put_back, put_back) == AT_FIRST


@pytest.mark.parametrize("status", [OrderStatus.PACKED, OrderStatus.FAILED, OrderStatus.RETURNED_TO_DEPOT])
def test_goods_that_come_back_stay_promised_to_who_still_wants_them(database, order, status):
    assert change(database, order, ship, put_back, status=status) == AT_FIRST
    assert change(database, order, ship) == SHIPPED


def test_goods_of_who_wants_them_no_more_are_anybodys(database, order):
    assert change(database, order, ship, put_back, status=OrderStatus.CANCELLED) == {"SKU-1": (50, 0), "SKU-2": (50, 0)}


def test_a_part_that_comes_back_is_anybodys(database, order):
    def part(order, uow, at):
        put_back(order, uow, at, {"SKU-1": 1, "SKU-2": 0})

    status = OrderStatus.PARTIALLY_DELIVERED
    assert change(database, order, ship, part, status=status) == {"SKU-1": (49, 0), "SKU-2": (49, 0)}
