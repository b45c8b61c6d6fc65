"""Exchanges to their end: fewer pieces than were exchanged, a day for what is brought, and what never comes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from actions.perform import perform
from domain.cases import GROUPS, Case
from domain.commands import (
    CancelOrder,
    ChooseResolution,
    DecideInspection,
    HoldOrder,
    InspectReturn,
    RecordRefund,
    SettleReturn,
    TendReturns,
)
from domain.depots import DeliveryWindow
from domain.moment import SYSTEM, Actor, Role
from domain.orders import Order, OrderStatus
from domain.refunds import Refund, StoreCredit
from domain.refusals import Refusal
from domain.returns import Return, ReturnLine, ReturnStatus
from domain.stock import StockLevel
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, OFFICE, Business, a_product, a_return, an_order, business, moment, return_policy
from tests.talking import Talk

RULES = """
rules:
  - name: all
    when: {}
    then: {outcome: approve, resolutions: [refund, credit, exchange], bonus: 10}
    says: "All of it can come back."
"""
BY_DRIVER = ("packed", "dispatched", "out_for_delivery", "delivered")


@pytest.fixture
def shop(database: Database) -> Business:
    """Mugs in three colours and shirts in two sizes."""
    with database.writing() as session:
        made = business(session)
        return_policy(session, RULES)
        for sku, name, price, pieces, family in (
            ("MUG-B", "Blue mug", 900, 9, "mug"), ("MUG-G", "Green mug", 900, 9, "mug"), ("MUG-S", "Small mug", 700, 9, "mug"),
            ("SHIRT-M", "Linen shirt M", 4000, 9, "shirt"), ("SHIRT-L", "Linen shirt L", 4000, 9, "shirt"),
            ("JEANS-30", "Jeans 30", 6000, 9, "jeans"), ("JEANS-32", "Jeans 32", 6000, 9, "jeans"),
        ):  # fmt: skip
            made.products[sku] = a_product(
                session, made.depot, sku=sku, name=name, price=price, on_hand=pieces, family=family
            )
        return made


def exchange(database: Database, shop: Business, pieces: int = 2, *, instead: str = "MUG-G") -> tuple[str, str]:
    """A return of so many blue mugs by drop-off that is exchanged, and the order that brings the others."""
    with database.writing() as session:
        order = an_order(session, shop, status="delivered", lines=[("MUG-B", pieces)], total=900 * pieces)
        made = a_return(session, order, "MUG-B", quantity=pieces)
        made.way, number = "drop_off", made.number
    do(database, ChooseResolution(return_number=number, resolution="exchange", product=instead), actor=OFFICE)
    return number, str(the_return(database, number).exchange_order)


def do(database: Database, *commands: Any, actor: Actor | None = None) -> list[Any]:
    return perform(database, commands, moment(actor or Actor(Role.WAREHOUSE)))[0]


def look_into(database: Database, number: str, accepted: int | None = None) -> list[Any]:
    """Inspect a return: all as expected, or so many pieces count."""
    if accepted is None:
        return do(database, InspectReturn(return_number=number, condition="expected"))
    do(database, InspectReturn(return_number=number, condition="expected", pieces=accepted))
    return do(database, DecideInspection(return_number=number, accept="found"), actor=OFFICE)


def the_return(database: Database, number: str) -> Return:
    with database.reading() as session:
        return session.scalars(select(Return).where(Return.number == number)).one()


def the_order(database: Database, number: str) -> Order:
    with database.reading() as session:
        return session.scalars(select(Order).where(Order.number == number)).one()


def the(database: Database, kind: Any) -> list[Any]:
    with database.reading() as session:
        return list(session.scalars(select(kind).order_by(kind.id)))


def goods_of(database: Database, number: str) -> dict[str, int]:
    with database.reading() as session:
        orders = UnitOfWork(session, SYSTEM).orders
        order = orders.get(number)
        return {sku: quantity for sku, _, quantity in orders.lines([order])[order.id or 0]}


def stock(database: Database, sku: str) -> tuple[int, int]:
    """Pieces on hand, and promised of them."""
    with database.reading() as session:
        level = session.scalars(select(StockLevel).where(StockLevel.sku == sku)).one()
        return level.on_hand, level.reserved


def go(database: Database, number: str, *states: str) -> None:
    """An order goes through states, as it does on the road."""
    from actions.fulfilment import ship

    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        order = uow.orders.get(number)
        for state in states:
            uow.record(order.move(OrderStatus(state), moment()))
            if state == "dispatched":
                ship(order, uow, moment())
        uow.flush()


def open_cases(database: Database) -> list[str]:
    return [case.kind for case in the(database, Case) if case.is_open]


def told(notices: list[Any], what: str) -> Any:
    return next(each for each in notices if each.name == "return.news" and each.what == what)


def labels(notice: Any) -> list[str]:
    return [choice.label for choice in notice.choices]


# Several products, each for something else


def several(database: Database, shop: Business) -> Talk:
    """A chat about a return of a shirt and jeans."""
    with database.writing() as session:
        order = an_order(session, shop, status="delivered", lines=[("SHIRT-M", 1), ("JEANS-30", 1)], total=10000)
        a_return(session, order, "SHIRT-M", "JEANS-30")
    talk = Talk(database, shop.customer.id)
    talk.say("how is my return", "track_return", return_number="RET-1001")
    return talk


def chosen(database: Database) -> dict[str, str | None]:
    return {line.sku: line.exchange_sku for line in the(database, ReturnLine)}


def names(talk: Talk) -> list[str]:
    return [choice["values"]["name"] for choice in talk.choices() if choice["label"] == "choice.exchange_for"]


def test_each_of_several_products_is_asked_for_one_after_the_other(database, shop):
    talk = several(database, shop)
    assert talk.press("choice.resolve_exchange") == ["ask.exchange_product_of"]
    assert (talk.facts["product"], names(talk)) == ("Linen shirt M", ["Linen shirt M", "Linen shirt L"])
    assert talk.press("choice.exchange_for", 1) == ["ask.exchange_product_of"]
    assert (talk.facts["product"], names(talk)) == ("Jeans 30", ["Jeans 30", "Jeans 32"])
    assert talk.press("choice.exchange_for", 1) == ["return.news"]
    assert chosen(database) == {"SHIRT-M": "SHIRT-L", "JEANS-30": "JEANS-32"}
    brought = str(the_return(database, "RET-1001").exchange_order)
    assert goods_of(database, brought) == {"SHIRT-L": 1, "JEANS-32": 1}
    assert the_order(database, brought).discount == 10000


@pytest.mark.parametrize("words", ["the shirt in L, the trousers in 32", "the jeans in 32 and the shirt in L"])
def test_each_of_several_products_is_said_at_once(database, shop, words):
    talk = several(database, shop)
    talk.press("choice.resolve_exchange")
    assert talk.say(words) == ["return.news"]
    assert chosen(database) == {"SHIRT-M": "SHIRT-L", "JEANS-30": "JEANS-32"}


def test_what_was_said_of_one_is_kept_and_the_other_is_asked_for(database, shop):
    talk = several(database, shop)
    talk.press("choice.resolve_exchange")
    assert talk.say("the jeans in 32") == ["ask.exchange_product_of"]
    assert talk.facts["product"] == "Linen shirt M"
    assert talk.say("the same again") == ["return.news"]
    assert chosen(database) == {"SHIRT-M": "SHIRT-M", "JEANS-30": "JEANS-32"}


def test_what_is_gone_meanwhile_is_said_with_what_is_left(database, shop):
    with database.writing() as session:
        session.merge(
            a_product(
                session,
                session.merge(shop.depot),
                sku="SHIRT-S",
                name="Linen shirt S",
                price=4000,
                on_hand=0,
                family="shirt",
            )
        )
    talk = several(database, shop)
    talk.press("choice.resolve_exchange")
    assert talk.say("the shirt in S") == ["refused.exchange_out_of_stock"]
    assert names(talk) == ["Linen shirt M", "Linen shirt L"]
    assert the_return(database, "RET-1001").exchange_order is None


def test_nobody_gets_another_kind_of_goods_in_exchange(database, shop):
    several(database, shop)
    wish = ChooseResolution(return_number="RET-1001", resolution="exchange", instead={"SHIRT-M": "JEANS-32"})
    with pytest.raises(Refusal, match="not_exchanged_for"):
        do(database, wish, actor=OFFICE)


# Fewer pieces than were exchanged


def test_what_did_not_come_back_is_taken_out_of_the_order_that_has_not_left(database, shop):
    number, brought = exchange(database, shop, 3)
    assert stock(database, "MUG-G") == (9, 3)
    news = told(look_into(database, number, 2), "settled")
    assert (goods_of(database, brought), stock(database, "MUG-G")) == ({"MUG-G": 2}, (9, 2))
    order = the_order(database, brought)
    assert (order.status, order.total, order.discount, order.promise_day is not None) == ("allocated", 0, 1800, True)
    [missing] = news.detail["missing"]
    assert (missing["name"], missing["pieces"], missing["brought"]) == ("Green mug", 1, False)
    assert the_return(database, number).status == "exchanged"
    assert (the(database, Refund), open_cases(database)) == ([], [])


def test_a_parcel_that_is_packed_already_is_packed_anew(database, shop):
    number, brought = exchange(database, shop)
    go(database, brought, "packed")
    look_into(database, number, 1)
    assert (goods_of(database, brought), stock(database, "MUG-G")) == ({"MUG-G": 1}, (9, 1))
    [case] = the(database, Case)[-1:]
    assert (case.kind, case.detail["goods"]) == ("return_exchange_repack", ["1 × Green mug"])


def test_what_was_brought_already_without_its_counterpart_is_a_case_with_its_amount(database, shop):
    number, brought = exchange(database, shop)
    go(database, brought, *BY_DRIVER)
    news = told(look_into(database, number, 1), "settled")
    [missing] = news.detail["missing"]
    assert (missing["pieces"], missing["brought"], missing["money"]["minor"]) == (1, True, 900)
    assert news.detail["brought"]
    [case] = [case for case in the(database, Case) if case.is_open]
    assert (case.kind, case.detail["exchange"], case.detail["money"]["minor"]) == (
        "return_exchange_short",
        brought,
        900,
    )
    assert any(case.kind.startswith(begins) for begins in GROUPS["returns"])
    assert (goods_of(database, brought), the(database, Refund)) == ({"MUG-G": 2}, [])


def test_where_nothing_came_back_for_what_was_brought_the_customer_hears_how_it_goes_on(database, shop):
    number, brought = exchange(database, shop)
    go(database, brought, *BY_DRIVER)
    do(database, InspectReturn(return_number=number, condition="wrong"))
    decide = DecideInspection(return_number=number, accept="none", reason="Old mugs.")
    news = told(do(database, decide, actor=OFFICE), "denied")
    [missing] = news.detail["missing"]
    assert (missing["pieces"], missing["money"]["minor"], news.detail["exchange"]) == (2, 1800, brought)
    [case] = [case for case in the(database, Case) if case.kind == "exchange_denied"]
    assert case.detail["money"]["minor"] == 1800


def test_the_difference_is_of_the_pieces_that_count(database, shop):
    number, brought = exchange(database, shop, 3, instead="MUG-S")
    look_into(database, number, 2)
    assert goods_of(database, brought) == {"MUG-S": 2}
    assert [refund.amount for refund in the(database, Refund)] == [400]


# The day on which it comes


def test_the_exchange_of_what_was_brought_to_the_depot_comes_like_any_order(database, shop):
    number, brought = exchange(database, shop)
    assert the_order(database, brought).promise_day is None
    notices = look_into(database, number)
    order = the_order(database, brought)
    confirmed = next(each for each in notices if each.name == "order.confirmed")
    assert (confirmed.number, confirmed.to, confirmed.day) == (brought, shop.customer.id, order.promise_day)
    assert told(notices, "settled").detail["day"] == order.promise_day.isoformat()
    assert labels(told(notices, "settled")) == ["choice.track_exchange", "choice.track_return"]
    with database.reading() as session:
        wanted = UnitOfWork(session, SYSTEM).planning.day(session.merge(shop.depot), order.promise_day, NOW).wanted
    assert brought in {each.number for each in wanted}
    go(database, brought, *BY_DRIVER)
    assert (the_order(database, brought).status, stock(database, "MUG-G")) == ("delivered", (7, 0))


def test_an_exchange_without_a_day_gets_one_when_there_is_room_again(database, shop):
    from actions.returns.exchanging import promise_waiting_exchanges

    number, brought = exchange(database, shop)
    set_room(database, 0)
    news = told(look_into(database, number), "settled")
    assert (news.detail["waits"], open_cases(database)) == (True, ["no_promise"])
    assert labels(news)[:4] == [
        "choice.resolve_refund", "choice.resolve_credit", "choice.other_product", "choice.wait_for_exchange",
    ]  # fmt: skip
    set_room(database, 20)
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        [confirmed] = promise_waiting_exchanges(uow, moment())
        uow.flush()
    assert confirmed.number == brought
    assert (the_order(database, brought).promise_day, open_cases(database)) == (confirmed.day, [])


def set_room(database: Database, capacity: int) -> None:
    with database.writing() as session:
        for window in session.scalars(select(DeliveryWindow)):
            window.capacity = capacity


def held(database: Database, shop: Business) -> tuple[str, str, Talk]:
    """An exchange that is settled, and whose order somebody has stopped."""
    number, brought = exchange(database, shop)
    look_into(database, number)
    do(database, HoldOrder(order=brought, reason="no goods"), actor=OFFICE)
    return number, brought, Talk(database, shop.customer.id)


def test_what_is_stopped_can_be_waited_for(database, shop):
    number, brought, talk = held(database, shop)
    talk.say("where is my exchange", "track_return", return_number=number)
    assert talk.facts["exchange_state"] == "waits"
    assert talk.press("choice.wait_for_exchange") == ["order.tracked"]
    assert the_order(database, brought).status == "held"


def test_what_is_stopped_is_given_up_for_the_money(database, shop):
    number, brought, talk = held(database, shop)
    talk.say("where is my exchange", "track_return", return_number=number)
    assert talk.press("choice.resolve_refund") == ["return.news"]
    assert [refund.amount for refund in the(database, Refund)] == [1800]
    made = the_return(database, number)
    assert (made.resolution, made.exchange_order, the_order(database, brought).status) == ("refund", None, "cancelled")
    assert stock(database, "MUG-G") == (9, 0)


def test_what_is_stopped_is_given_up_for_something_else(database, shop):
    number, brought, talk = held(database, shop)
    talk.say("where is my exchange", "track_return", return_number=number)
    talk.press("choice.other_product")
    blue = next(choice["id"] for choice in talk.choices() if choice["values"].get("name") == "Blue mug")
    assert "return.news" in talk.press_id(blue)
    made = the_return(database, number)
    order = the_order(database, str(made.exchange_order))
    assert (made.status, goods_of(database, order.number)) == ("exchanged", {"MUG-B": 2})
    assert order.promise_day is not None
    assert the_order(database, brought).status == "cancelled"


# The order that brings it is cancelled


def test_who_cancels_the_exchange_chooses_what_they_get_instead(database, shop):
    number, brought = exchange(database, shop)
    notices = do(database, CancelOrder(order=brought), actor=Actor(Role.CUSTOMER, shop.customer.id))
    news = told(notices, "exchange_off")
    assert (news.to, labels(news)[:2]) == (None, ["choice.resolve_refund", "choice.resolve_credit"])
    made = the_return(database, number)
    assert (made.status, made.resolution, made.exchange_order) == ("approved", None, None)
    assert [line.exchange_sku for line in the(database, ReturnLine)] == [None]
    assert stock(database, "MUG-G") == (9, 0)


def test_who_does_not_choose_gets_the_money(database, shop):
    number, brought = exchange(database, shop)
    news = told(do(database, CancelOrder(order=brought), actor=OFFICE), "exchange_off")
    assert news.to == shop.customer.id
    look_into(database, number)
    assert [refund.amount for refund in the(database, Refund)] == [1800]


def test_it_can_be_chosen_while_the_goods_are_on_their_way(database, shop):
    number, brought = exchange(database, shop)
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        made = uow.returns.get(number)
        uow.record(made.move(ReturnStatus.IN_TRANSIT, moment()))
        uow.flush()
    do(database, CancelOrder(order=brought), actor=OFFICE)
    do(
        database,
        ChooseResolution(return_number=number, resolution="credit"),
        actor=Actor(Role.CUSTOMER, shop.customer.id),
    )
    look_into(database, number)
    assert [(each.amount, each.bonus) for each in the(database, StoreCredit)] == [(1980, 180)]


def test_a_settled_exchange_that_is_cancelled_is_settled_anew_as_the_customer_says(database, shop):
    number, brought = exchange(database, shop)
    look_into(database, number)
    news = told(do(database, CancelOrder(order=brought), actor=OFFICE), "exchange_off")
    assert (the_return(database, number).status, open_cases(database)) == ("inspected", ["return_unsettled"])
    assert labels(news)[:3] == ["choice.resolve_refund", "choice.resolve_credit", "choice.resolve_exchange"]
    mine = Actor(Role.CUSTOMER, shop.customer.id)
    do(database, ChooseResolution(return_number=number, resolution="refund"), actor=mine)
    assert ([refund.amount for refund in the(database, Refund)], open_cases(database)) == ([1800], [])
    with pytest.raises(Refusal, match="resolution_settled"):
        do(database, ChooseResolution(return_number=number, resolution="credit"), actor=mine)
    do(database, RecordRefund(key=the(database, Refund)[0].key, reference="re_1"), actor=SYSTEM)
    assert the_return(database, number).status == "refunded"


def test_a_settled_exchange_that_is_cancelled_is_settled_by_a_person_where_nobody_answers(database, shop):
    number, brought = exchange(database, shop)
    look_into(database, number)
    do(database, CancelOrder(order=brought), actor=OFFICE)
    do(database, SettleReturn(return_number=number, resolution="credit"), actor=OFFICE)
    assert [each.amount for each in the(database, StoreCredit)] == [1980]
    assert (the_return(database, number).status, open_cases(database)) == ("credited", [])


@pytest.mark.parametrize("issued", [True, False])
def test_the_difference_that_was_given_back_is_not_given_twice(database, shop, issued):
    number, brought = exchange(database, shop, 2, instead="MUG-S")
    look_into(database, number)
    [difference] = the(database, Refund)
    assert difference.amount == 400
    if issued:
        do(database, RecordRefund(key=difference.key, reference="re_1"), actor=SYSTEM)
    do(database, CancelOrder(order=brought), actor=OFFICE)
    if not issued:
        do(database, RecordRefund(key=difference.key, reference="re_1"), actor=SYSTEM)
    assert the_return(database, number).status == "inspected"
    with pytest.raises(Refusal, match="resolution_not_possible"):
        do(database, ChooseResolution(return_number=number, resolution="exchange", product="MUG-G"), actor=OFFICE)
    do(database, SettleReturn(return_number=number, resolution="refund"), actor=OFFICE)
    assert [refund.amount for refund in the(database, Refund)] == [400, 1400]
    assert len({refund.key for refund in the(database, Refund)}) == 2
    do(database, RecordRefund(key=the(database, Refund)[1].key, reference="re_2"), actor=SYSTEM)
    assert the_return(database, number).status == "refunded"


def test_a_return_is_not_closed_before_its_exchange_is_with_the_customer(database, shop):
    number, brought = exchange(database, shop)
    look_into(database, number)
    tend = TendReturns(depot="north")
    later = moment(SYSTEM, now=NOW + timedelta(days=30))
    perform(database, [tend], later)
    assert the_return(database, number).status == "exchanged"
    go(database, brought, *BY_DRIVER)
    perform(database, [tend], moment(SYSTEM, now=NOW + timedelta(days=31)))
    assert the_return(database, number).status == "closed"


def test_where_the_exchange_is_can_be_asked_of_the_return(database, shop):
    number, brought = exchange(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("where is my return", "track_return", return_number=number)
    assert talk.facts["exchange_state"] == "set_aside"
    assert talk.press("choice.track_exchange") == ["order.tracked"]
    assert talk.facts["number"] == brought
    look_into(database, number)
    talk.say("where is my return", "track_return", return_number=number)
    assert (talk.facts["exchange_state"], talk.facts["exchange_day"]) == (
        "coming", the_order(database, brought).promise_day.isoformat(),
    )  # fmt: skip
    go(database, brought, *BY_DRIVER)
    talk.say("where is my return", "track_return", return_number=number)
    assert talk.facts["exchange_state"] == "delivered"


# What was brought in exchange comes back too


def test_the_exchange_of_an_exchange_comes_back_for_what_was_paid_first(database, shop):
    """Two blue mugs for 17.00 are exchanged for small ones, these for small ones again, and those are sent back for money."""
    with database.writing() as session:
        first = an_order(session, shop, status="delivered", lines=[("MUG-B", 2)], total=1700, discount=100).number
    second = exchanged_again(database, first, "MUG-B")
    third = exchanged_again(database, second, "MUG-S")
    last = sent_back(database, third, "MUG-S")
    do(database, ChooseResolution(return_number=last, resolution="refund"), actor=OFFICE)
    look_into(database, last)
    amounts = [(refund.order_number, refund.amount) for refund in the(database, Refund)]
    assert amounts == [(first, 300), (third, 1400)]
    assert [line.facts["exchanged"] for line in the(database, ReturnLine)] == [False, True, True]


def exchanged_again(database: Database, order: str, sku: str) -> str:
    """The delivered order that brought small mugs for those of an order."""
    number = sent_back(database, order, sku)
    do(database, ChooseResolution(return_number=number, resolution="exchange", product="MUG-S"), actor=OFFICE)
    look_into(database, number)
    brought = str(the_return(database, number).exchange_order)
    go(database, brought, *BY_DRIVER)
    return brought


def sent_back(database: Database, order: str, sku: str) -> str:
    with database.writing() as session:
        sold = session.scalars(select(Order).where(Order.number == order)).one()
        made = a_return(session, sold, sku, quantity=2)
        made.way = "drop_off"
        return made.number
