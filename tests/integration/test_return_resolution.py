"""What a customer gets for what they send back: chosen, changed, and exchanged from stock."""

from __future__ import annotations

import pytest
from sqlmodel import select

from domain.moment import SYSTEM
from domain.orders import Order, OrderStatus
from domain.returns import Return, ReturnLine
from domain.stock import StockLevel
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import Business, a_customer, a_product, an_order, business, moment, return_policy
from tests.talking import Talk


@pytest.fixture
def shop(database: Database) -> Business:
    """Mugs in three colours, of which the red one costs more."""
    with database.writing() as session:
        made = business(session)
        return_policy(session)
        for sku, name, price, pieces in (
            ("MUG-B", "Blue mug", 900, 5), ("MUG-G", "Green mug", 900, 1), ("MUG-R", "Red mug", 1400, 5),
            ("MUG-W", "White mug", 900, 0),
        ):  # fmt: skip
            made.products[sku] = a_product(
                session, made.depot, sku=sku, name=name, price=price, on_hand=pieces, family="mug"
            )
        return made


def delivered(database: Database, shop: Business, *lines: tuple[str, int], **values: object) -> Order:
    with database.writing() as session:
        return an_order(session, shop, status="delivered", lines=lines or [("MUG-B", 1)], **values)


def the_return(database: Database, number: str = "RET-1001") -> tuple[Return, list[ReturnLine], Order | None]:
    with database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        made = uow.returns.find(number)
        assert made is not None
        order = uow.orders.find(made.exchange_order) if made.exchange_order is not None else None
        return made, uow.returns.lines(made), order


def reserved(database: Database, sku: str) -> int:
    with database.reading() as session:
        level = session.exec(select(StockLevel).where(StockLevel.sku == sku)).first()
        return level.reserved if level is not None else 0


def labels(talk: Talk) -> list[str]:
    return [choice["label"] for choice in talk.choices()]


def unopened(talk: Talk, words: str = "the mug, unopened, I changed my mind") -> list[str]:
    return talk.say(words, "start_return", product="mug")


def test_an_exchange_sets_the_goods_aside_at_no_cost(database, shop):
    before = delivered(database, shop)
    talk = Talk(database, shop.customer.id)
    unopened(talk)
    assert talk.press("choice.resolve_exchange") == ["ask.exchange_product"]
    assert [choice["values"]["name"] for choice in talk.choices()] == ["Blue mug", "Green mug"]
    assert talk.press("choice.exchange_for", 1) == ["return.news"]
    made, [line], order = the_return(database)
    assert (made.resolution, line.exchange_sku) == ("exchange", "MUG-G")
    assert order is not None
    assert (order.exchange_of, order.status, order.total, order.discount) == (made.number, "allocated", 0, 900)
    assert (order.customer_id, order.street, order.promise_day) == (before.customer_id, before.street, None)
    assert reserved(database, "MUG-G") == 1
    assert "choice.way_pickup" in labels(talk)


def test_what_is_wished_for_in_the_first_words_is_taken(database, shop):
    delivered(database, shop)
    talk = Talk(database, shop.customer.id)
    assert unopened(talk, "the mug is unopened but too small, swap it for a green one") == ["return.news"]
    made, [line], _ = the_return(database)
    assert (made.resolution, line.exchange_sku) == ("exchange", "MUG-G")


def test_what_is_faulty_is_exchanged_for_the_same_again(database, shop):
    delivered(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("the mug leaks, I want a replacement", "start_return", product="mug") == ["return.news"]
    made, [line], _ = the_return(database)
    assert (made.resolution, line.exchange_sku) == ("exchange", "MUG-B")


def test_a_wish_to_exchange_that_says_not_for_what_is_asked_back(database, shop):
    delivered(database, shop)
    talk = Talk(database, shop.customer.id)
    assert unopened(talk, "the mug is unopened but too small, can I exchange it") == ["return.news"]
    assert labels(talk)[:2] == ["choice.exchange_for", "choice.exchange_for"]
    assert talk.press("choice.exchange_for", 1) == ["return.news"]
    assert the_return(database)[1][0].exchange_sku == "MUG-G"


def test_store_credit_tells_the_amount_with_its_bonus(database, shop):
    delivered(database, shop)
    talk = Talk(database, shop.customer.id)
    unopened(talk, "the mug, unopened, I changed my mind, store credit is fine")
    assert the_return(database)[0].resolution == "credit"
    look = talk.facts["look"]
    assert (look["bonus"], look["credit"]["minor"]) == (10, 990)


def test_another_mind_gives_the_goods_back(database, shop):
    delivered(database, shop)
    talk = Talk(database, shop.customer.id)
    unopened(talk)
    talk.press("choice.resolve_exchange")
    talk.press("choice.exchange_for", 1)
    number = the_return(database)[0].exchange_order
    talk.press("choice.other_resolution")
    assert talk.press("choice.resolve_refund") == ["return.news"]
    made, [line], _ = the_return(database)
    assert (made.resolution, made.exchange_order, line.exchange_sku) == ("refund", None, None)
    assert reserved(database, "MUG-G") == 0
    with database.reading() as session:
        dropped = UnitOfWork(session, SYSTEM).orders.find(number or "")
        assert dropped is not None
        assert dropped.status == "cancelled"


def test_another_product_takes_the_place_of_the_first(database, shop):
    delivered(database, shop)
    talk = Talk(database, shop.customer.id)
    unopened(talk)
    talk.press("choice.resolve_exchange")
    blue = next(choice["id"] for choice in talk.choices() if choice["values"]["name"] == "Blue mug")
    talk.press_id(blue)
    talk.press("choice.other_resolution")
    talk.press("choice.resolve_exchange")
    talk.press("choice.exchange_for", 1)
    assert (reserved(database, "MUG-B"), reserved(database, "MUG-G")) == (0, 1)


def test_what_costs_more_is_not_exchanged_for_nothing(database, shop):
    delivered(database, shop)
    talk = Talk(database, shop.customer.id)
    unopened(talk)
    talk.press("choice.resolve_exchange")
    assert talk.say("the red one", product="red mug") == ["refused.exchange_costs_more"]
    assert talk.facts["difference"]["minor"] == 500
    assert labels(talk) == ["choice.resolve_refund", "choice.resolve_credit", "choice.person"]


def test_what_is_not_in_stock_is_said(database, shop):
    delivered(database, shop)
    talk = Talk(database, shop.customer.id)
    unopened(talk)
    talk.press("choice.resolve_exchange")
    assert talk.say("the white one", product="white mug") == ["refused.exchange_out_of_stock"]
    assert talk.press("choice.exchange_for") == ["return.news"]


def test_no_exchange_is_offered_where_there_is_nothing(database, shop):
    delivered(database, shop, ("SKU-1", 60))
    talk = Talk(database, shop.customer.id)
    talk.say("60 unopened kettles, I changed my mind", "start_return", product="kettles", quantity=60)
    assert "choice.resolve_exchange" not in labels(talk)


def test_two_people_want_the_last_piece(database, shop):
    delivered(database, shop)
    with database.writing() as session:
        second = a_customer(session, email="x@example.com", phone="+4930123456")
    delivered(database, shop, customer=second)
    one, two = Talk(database, shop.customer.id), Talk(database, second.id)
    for talk in (one, two):
        unopened(talk)
        talk.press("choice.resolve_exchange")
    green = [next(c["id"] for c in talk.choices() if c["values"]["name"] == "Green mug") for talk in (one, two)]
    assert one.press_id(green[0]) == ["return.news"]
    assert two.press_id(green[1])[0].startswith("refused.")
    made, _, _ = the_return(database, "RET-1002")
    assert (made.status, made.resolution, made.exchange_order) == ("approved", None, None)
    assert reserved(database, "MUG-G") == 1


def test_what_the_rule_does_not_give_is_refused(database, shop):
    delivered(database, shop)
    talk = Talk(database, shop.customer.id)
    unopened(talk)
    talk.press("choice.resolve_refund")
    talk.press("choice.other_resolution")
    assert talk.say("can you repair it") == ["refused.resolution_not_possible"]
    assert the_return(database)[0].resolution == "refund"


def test_an_exchange_can_be_returned_itself(database, shop):
    delivered(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("the mug leaks, I want a replacement", "start_return", product="mug")
    _, _, order = the_return(database)
    assert order is not None
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        brought = uow.orders.get(order.number)
        for status in ("packed", "dispatched", "out_for_delivery", "delivered"):
            uow.record(brought.move(OrderStatus(status), moment()))
        brought.stock_reserved = False
    said = talk.say("this one leaks too", "start_return", order_number=order.number)
    assert said == ["return.news"]
    assert the_return(database, "RET-1002")[1][0].order_number == order.number


def test_nothing_can_be_chosen_while_a_person_decides(database, shop):
    delivered(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("the mug arrived cracked, swap it please", "start_return", product="mug")
    talk.press("choice.no_photo")
    made, _, _ = the_return(database)
    assert (made.status, made.resolution, made.exchange_order) == ("review", "exchange", None)


@pytest.mark.parametrize(
    ("words", "wish"),
    [("I demand a full refund, no vouchers", "refund"), ("then a new one please, I'd like to swap it", "exchange")],
)
def test_what_is_wanted_is_kept_while_a_person_decides(database, shop, words, wish):
    delivered(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("the mug arrived cracked", "start_return", product="mug")
    talk.press("choice.no_photo")
    assert talk.say(words, "start_return") == ["return.news"]
    made, _, _ = the_return(database)
    assert (made.status, made.resolution, made.exchange_order) == ("review", wish, None)


def test_an_exchange_chosen_after_the_pickup_comes_with_it(database, shop):
    delivered(database, shop)
    talk = Talk(database, shop.customer.id)
    unopened(talk)
    talk.press("choice.resolve_refund")
    talk.press("choice.way_pickup")
    talk.press("choice.delivery_window")
    made, _, _ = the_return(database)
    assert made.pickup_day is not None
    talk.say("I'd rather swap it", "choose_resolution", return_number=made.number)
    assert talk.press("choice.exchange_for", 1) == ["return.news"]
    made, _, order = the_return(database)
    assert order is not None
    assert (order.promise_day, order.window) == (made.pickup_day, made.pickup_window)
