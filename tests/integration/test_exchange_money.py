"""Whoever exchanges something has one of both in the end, or the money: never more than was paid."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import select

from actions.perform import perform
from domain.cases import Case
from domain.commands import (
    ApproveReturns,
    CancelOrder,
    CancelReturn,
    ChooseResolution,
    InspectReturn,
    IssueRefund,
    SettleKept,
    TendReturns,
)
from domain.moment import SYSTEM, Actor, Role
from domain.orders import Order, OrderStatus
from domain.refunds import Refund
from domain.refusals import Refusal
from domain.returns import Resolution, Return
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, PATHS, Business, a_return, an_order, business, moment, return_policy

OFFICE, WAREHOUSE = Actor(Role.DISPATCHER), Actor(Role.WAREHOUSE)
S = OrderStatus


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return_policy(session)
        return business(session)


def exchanged(database: Database, shop: Business, order: str | None = None) -> tuple[str, str]:
    """A kettle (39.90) that is to be exchanged for another: the return, and the order that brings the other."""
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        sold = uow.orders.find(order) if order else an_order(session, shop, status="delivered", lines=[("SKU-1", 1)])
        number = a_return(session, sold).number
    do(database, ChooseResolution(return_number=number, resolution=Resolution.EXCHANGE), actor=shop.owner)
    return number, the_return(database, number).exchange_order or ""


def do(database: Database, *commands: Any, actor: Actor = OFFICE) -> list[Any]:
    return perform(database, commands, moment(actor))[0]


def refused(database: Database, command: Any, actor: Actor = OFFICE) -> str:
    with pytest.raises(Refusal) as refusal:
        do(database, command, actor=actor)
    return refusal.value.text.removeprefix("refused.")


def the_return(database: Database, number: str) -> Return:
    with database.reading() as session:
        return session.exec(select(Return).where(Return.number == number)).one()


def on_its_way(database: Database, order: str, until: S = S.OUT_FOR_DELIVERY) -> None:
    """The order has left, or is delivered."""
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        brought = uow.orders.find(order)
        path = PATHS[until]
        for step in path[path.index(S(brought.status)) + 1 :]:
            uow.record(brought.move(step, moment(now=NOW)))


def refunded(database: Database) -> int:
    with database.reading() as session:
        return sum(session.scalars(select(Refund.amount)))


def cases(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Case.kind).where(Case.status == "open")))


def fine(number: str) -> InspectReturn:
    return InspectReturn(return_number=number, condition="expected")


def test_what_was_refunded_already_is_not_paid_for_the_exchange_again(database, shop):
    first, brought = exchanged(database, shop)
    with database.reading() as session:
        paid = session.exec(select(Order).where(Order.exchange_of.is_(None))).one().number
    do(database, IssueRefund(order=paid, amount="all", reason="goodwill"))
    do(database, fine(first), actor=WAREHOUSE)
    on_its_way(database, brought, S.DELIVERED)
    assert refused(database, IssueRefund(order=brought, amount="all", reason="again")) == "nothing_left_to_refund"
    with database.writing() as session:
        order = session.exec(select(Order).where(Order.number == brought)).one()
        second = a_return(session, order)
        second.resolution = "refund"
        number = second.number
    do(database, ApproveReturns(return_numbers=[number]))  # two of two came back: a person looks
    do(database, fine(number), actor=WAREHOUSE)
    assert refunded(database) == 3990


@pytest.mark.parametrize("until", [S.OUT_FOR_DELIVERY, S.DELIVERED])
def test_once_the_other_has_left_the_money_cannot_be_chosen_too(database, shop, until):
    number, brought = exchanged(database, shop)
    on_its_way(database, brought, until)
    wish = ChooseResolution(return_number=number, resolution=Resolution.REFUND)
    assert refused(database, wish, shop.owner) == "exchange_has_left"
    assert the_return(database, number).resolution == "exchange"


@pytest.mark.parametrize("until", [S.OUT_FOR_DELIVERY, S.DELIVERED])
def test_once_the_other_has_left_the_return_cannot_be_given_up(database, shop, until):
    number, brought = exchanged(database, shop)
    on_its_way(database, brought, until)
    assert refused(database, CancelReturn(return_number=number), shop.owner) == "exchange_has_left"
    assert the_return(database, number).status == "approved"


def test_who_has_the_other_and_never_sends_the_old_is_looked_into(database, shop):
    number, brought = exchanged(database, shop)
    on_its_way(database, brought, S.DELIVERED)
    with database.writing() as session:
        session.exec(select(Return).where(Return.number == number)).one().expires_on = NOW.date().replace(day=1)
    do(database, TendReturns(depot=shop.depot.code), actor=SYSTEM)
    assert (the_return(database, number).status, cases(database)) == ("expired", ["old_not_given"])


def test_who_cancels_what_is_brought_in_exchange_chooses_anew(database, shop):
    number, brought = exchanged(database, shop)
    do(database, CancelOrder(order=brought), actor=shop.owner)
    made = the_return(database, number)
    assert (made.exchange_order, made.resolution) == (None, None)
    do(database, ChooseResolution(return_number=number, resolution=Resolution.REFUND), actor=shop.owner)
    do(database, fine(number), actor=WAREHOUSE)
    assert refunded(database) == 3990


def test_who_cancels_it_after_giving_the_old_back_chooses_anew_and_is_paid_once(database, shop):
    number, brought = exchanged(database, shop)
    do(database, fine(number), actor=WAREHOUSE)
    do(database, CancelOrder(order=brought), actor=shop.owner)
    assert (the_return(database, number).status, cases(database)) == ("inspected", ["return_unsettled"])
    do(database, ChooseResolution(return_number=number, resolution=Resolution.REFUND), actor=shop.owner)
    assert refunded(database) == 3990
    assert cases(database) == []
    assert refused(database, IssueRefund(order=brought, amount="all", reason="cancelled")) == "nothing_left_to_refund"


def test_what_is_kept_of_an_exchange_waits_until_the_old_came_back(database, shop):
    first, brought = exchanged(database, shop)
    on_its_way(database, brought, S.DELIVERED)
    with database.writing() as session:
        second = a_return(session, session.exec(select(Order).where(Order.number == brought)).one()).number
    do(database, ApproveReturns(return_numbers=[second], resolution="let_keep"))
    do(database, SettleKept(return_number=second), actor=SYSTEM)
    assert (the_return(database, second).status, refunded(database)) == ("approved", 0)
    do(database, fine(first), actor=WAREHOUSE)
    do(database, SettleKept(return_number=second), actor=SYSTEM)
    assert (the_return(database, second).status, refunded(database)) == ("refunded", 3990)
