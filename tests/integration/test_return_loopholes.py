"""What must not be possible with returns, by whatever order of steps."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlmodel import select

from actions.perform import perform
from domain.commands import (
    AskPrivacy,
    ChooseResolution,
    CreateReturn,
    InspectReturn,
    IssueRefund,
    RejectReturns,
    ReopenReturn,
    ReturnedPieces,
    SettleKept,
    StartReturn,
)
from domain.moment import SYSTEM, Actor, Role
from domain.orders import Order
from domain.refunds import Refund
from domain.refusals import Refusal
from domain.return_policy import WrongPolicy, parse
from domain.returns import Resolution, Return
from storage.database import Database
from tests.builders import Business, a_pickup, a_return, an_order, business, moment, return_policy

OFFICE, WAREHOUSE, SHOP = Actor(Role.DISPATCHER), Actor(Role.WAREHOUSE), Actor(Role.API)
KEEP = """
rules:
  - name: small things
    when: {price: {max: 10000}}
    then: {outcome: approve, resolutions: [refund, keep]}
    says: "Small things are refunded."
  - name: great things
    when: {price: {min: 10001}}
    then: {outcome: review}
    says: "A person looks at great things."
"""


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return_policy(session)
        return business(session)


def do(database: Database, *commands: Any, actor: Actor = OFFICE) -> list[Any]:
    return perform(database, commands, moment(actor))[0]


def refused(database: Database, command: Any, actor: Actor = OFFICE) -> str:
    with pytest.raises(Refusal) as refusal:
        do(database, command, actor=actor)
    return refusal.value.text.removeprefix("refused.")


def the_return(database: Database, number: str) -> Return:
    with database.reading() as session:
        return session.exec(select(Return).where(Return.number == number)).one()


def refunds(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(Refund.amount)))


def test_who_keeps_it_is_paid_and_nobody_comes_for_it(database, shop):
    with database.writing() as session:
        return_policy(session, KEEP)
        number = a_pickup(session, shop, skus=["SKU-1"]).number
    do(database, ChooseResolution(return_number=number, resolution=Resolution.KEEP), actor=shop.owner)
    made = the_return(database, number)
    assert (made.status, made.pickup_day, made.way) == ("approved", None, None)
    do(database, SettleKept(return_number=number), actor=SYSTEM)
    assert (the_return(database, number).status, refunds(database)) == ("refunded", [3990])


def test_pieces_that_went_into_another_return_are_not_taken_up_again(database, shop):
    with database.writing() as session:
        return_policy(session, KEEP)
        order = an_order(session, shop, status="delivered", lines=[("SKU-1", 1), ("SKU-2", 1)])
        first = a_return(session, order, "SKU-1", "SKU-2").number
    do(database, RejectReturns(return_numbers=[first], reason="used"))
    assert the_return(database, first).status == "approved"
    with database.writing() as session:
        second = a_return(session, session.exec(select(Order)).one(), "SKU-2").number
    assert refused(database, ReopenReturn(return_number=first)) == "return_moved_on"
    assert the_return(database, second).status == "review"


@pytest.mark.parametrize("way", ["chosen", "asked by a shop"])
def test_nothing_dearer_is_given_in_exchange(database, shop, way):
    with database.writing() as session:
        order = an_order(session, shop, status="delivered", lines=[("SKU-1", 1)]).number
        number = a_return(session, session.exec(select(Order)).one()).number if way == "chosen" else ""
    if way == "chosen":
        wish = ChooseResolution(return_number=number, resolution=Resolution.EXCHANGE, product="SKU-2")
        assert refused(database, wish, OFFICE) == "not_exchanged_for"
        return
    line = {"sku": "SKU-1", "quantity": 1, "reason": "changed_mind", "opened": False, "exchange_sku": "SKU-2"}
    asked = CreateReturn(external_id="R-1", order=order, lines=[line], resolution="exchange")
    assert refused(database, asked, SHOP) == "not_exchanged_for"


@pytest.mark.parametrize(
    ("currency", "said", "minor"),
    [("JPY", "500", 500), ("JPY", "500 JPY", 500), ("EUR", "5.5", 550), ("KWD", "1.5", 1500)],
)
def test_an_amount_is_read_as_its_currency_writes_it(database, shop, currency, said, minor):
    with database.writing() as session:
        number = an_order(session, shop, status="delivered", total=9000, currency=currency).number
    do(database, IssueRefund(order=number, amount=said, reason="goodwill"))
    assert refunds(database) == [minor]


@pytest.mark.parametrize(
    "tag", ["!!int abc", "!!float x", "!!timestamp x", "!!bool maybe", "!!python/name:os.system ''"]
)
def test_a_policy_cannot_say_what_kind_of_thing_something_is(tag):
    with pytest.raises(WrongPolicy):
        parse(f"rules:\n  - {tag}\n")


@pytest.mark.parametrize("status", ["approved", "inspected"])
def test_nobody_is_forgotten_while_something_is_owed_to_them(database, shop, status):
    with database.writing() as session:
        number = a_return(session, an_order(session, shop, status="delivered")).number
    if status == "inspected":
        do(database, InspectReturn(return_number=number, condition="expected"), actor=WAREHOUSE)
    assert refused(database, AskPrivacy(what="erase"), shop.owner) == "returns_under_way"


def test_what_a_person_must_look_at_is_not_slipped_into_an_approved_return(database, shop):
    with database.writing() as session:
        order = an_order(session, shop, status="delivered", lines=[("SKU-1", 1), ("SKU-2", 1)])
        first, number = a_return(session, order, "SKU-1").number, order.number
        session.merge(shop.customer).fraud_marks = 3
    line = ReturnedPieces(sku="SKU-2", quantity=1, reason="changed_mind", opened=False)
    do(database, StartReturn(order=number, lines=(line,), add_to=first), actor=shop.owner)
    assert the_return(database, first).status == "approved"
    assert the_return(database, "RET-1002").status == "review"


def test_two_at_once_give_back_no_more_than_was_paid(database, shop):
    """A return is settled while somebody gives all of its order back by hand."""
    with database.writing() as session:
        order = an_order(session, shop, status="delivered", lines=[("SKU-1", 1)])
        made = a_return(session, order)
        made.resolution, number, returned = "refund", order.number, made.number
    both = [
        (InspectReturn(return_number=returned, condition="expected"), WAREHOUSE),
        (IssueRefund(order=number, amount="all", reason="goodwill"), OFFICE),
    ]

    def attempt(command: Any, actor: Actor) -> None:
        with contextlib.suppress(Refusal):
            do(database, command, actor=actor)

    with ThreadPoolExecutor(len(both)) as threads:
        for each in [threads.submit(attempt, *one) for one in both]:
            each.result()
    assert sum(refunds(database)) == 3990
