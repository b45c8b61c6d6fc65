"""Who is it: links and second facts open what is theirs, and nothing tells a stranger more than that."""

from __future__ import annotations

import pytest
from sqlmodel import select

from domain.conversations import Conversation
from domain.customers import proves
from domain.orders import Order
from storage.database import Database
from tests.builders import NOW, Business, a_link, an_order, business
from tests.talking import Talk

UNKNOWN = "RM-99999"


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return business(session)


@pytest.fixture
def order(database: Database, shop: Business) -> Order:
    with database.writing() as session:
        return an_order(session, shop)


@pytest.mark.parametrize("fact", ["10115", "1820", "030 901820", "+49 30 901820", "Maria@Example.com"])
def test_the_number_and_a_second_fact_open_that_order_only(database, shop, order, fact):
    with database.writing() as session:
        other = an_order(session, shop)
    talk = Talk(database)
    assert talk.say(f"where is {order.number}", "track_order", order_number=order.number) == ["ask.fact"]
    assert talk.say(fact) == ["order.tracked"]
    assert talk.say("where is it", "track_order", order_number=other.number) == ["ask.fact"]


def test_all_in_one_message(database, order):
    talk = Talk(database)
    said = talk.say(f"{order.number} 10115 where", "track_order", order_number=order.number, postcode="10115")
    assert said == ["order.tracked"]


def test_a_stranger_is_asked_for_the_number_first(database, order):
    assert Talk(database).say("where is my order", "track_order") == ["ask.order_number"]


def answers(database: Database, number: str, fact: str, times: int = 6) -> list[object]:
    talk = Talk(database)
    said: list[object] = [talk.say("where is it", "track_order", order_number=number)]
    for _ in range(times):
        said += [talk.say(fact), {key: value for key, value in talk.facts.items() if key != "until"}]
    return said


def test_a_wrong_fact_says_neither_which_was_wrong_nor_whether_the_order_exists(database, order):
    known, unknown = answers(database, order.number, "99999"), answers(database, UNKNOWN, "99999")
    assert str(known).replace(order.number, "X") == str(unknown).replace(UNKNOWN, "X")


def test_five_failures_lock_the_chat_for_an_hour(database, shop, order):
    talk = Talk(database)
    talk.say("where", "track_order", order_number=order.number)
    assert [talk.say("99999") for _ in range(5)] == [["refused.proof_failed"]] * 4 + [["refused.chat_locked"]]
    assert talk.say("where", "track_order", order_number=UNKNOWN) == ["refused.chat_locked"]
    talk.wait(minutes=61)
    talk.say("where", "track_order", order_number=order.number)
    assert talk.say("10115") == ["order.tracked"]


def test_five_failures_lock_the_order_for_other_chats_for_a_quarter_of_an_hour(database, shop, order):
    for _ in range(5):
        talk = Talk(database)
        talk.say("where", "track_order", order_number=order.number)
        talk.say("99999")
    stranger = Talk(database)
    assert stranger.say("where", "track_order", order_number=order.number) == ["refused.order_locked"]
    assert Talk(database, shop.customer.id).say("where", "track_order", order_number=order.number) == ["order.tracked"]
    stranger.wait(minutes=16)
    stranger.say("where", "track_order", order_number=order.number)
    assert stranger.say("10115") == ["order.tracked"]


def test_a_right_fact_survives_a_refusal_of_what_was_wanted(database, shop):
    with database.writing() as session:
        late = an_order(session, shop, status="out_for_delivery")
    talk = Talk(database)
    talk.say("cancel it", "cancel_order", order_number=late.number)
    assert talk.say("10115") == ["refused.cannot_cancel"]
    assert talk.say("where is it", "track_order", order_number=late.number) == ["order.tracked"]


def test_an_opened_order_closes_after_a_day(database, order):
    talk = Talk(database)
    talk.say("where", "track_order", order_number=order.number)
    assert talk.say("10115") == ["order.tracked"]
    talk.wait(hours=25)
    assert talk.say("where", "track_order", order_number=order.number) == ["ask.fact"]


def test_a_link_binds_the_chat_to_its_customer(database, order):
    with database.writing() as session:
        link = a_link(session, order)
    talk = Talk(database)
    assert talk.say("/bind_chat", "bind_chat", link=link.id) == ["chat.bound"]
    assert talk.say("where is my order", "track_order") == ["order.tracked"]


@pytest.mark.parametrize("guess", ["A" * 22, "short", "x" * 500])
def test_a_guessed_link_opens_nothing(database, order, guess):
    talk = Talk(database)
    assert talk.say("/bind_chat", "bind_chat", link=guess)[0].startswith("refused.")
    with database.reading() as session:
        assert session.exec(select(Conversation)).one().customer_id is None


def test_an_old_link_is_dead(database, order):
    with database.writing() as session:
        link = a_link(session, order, expires_at=NOW)
    assert Talk(database).say("/bind_chat", "bind_chat", link=link.id) == ["refused.link_dead"]


@pytest.mark.parametrize(
    ("fact", "right"),
    [
        ("10115", True), ("10 115", True), ("1820", True), ("0820", False), ("+4930901820", True), ("030901820", True),
        ("99901820", False), ("maria@example.com", True), ("", False), (" ", False), ("20", False), ("901820", False),
    ],
)  # fmt: skip
def test_what_proves_an_order(fact, right):
    assert proves(fact, postcode="10115", phone="+4930901820", email="maria@example.com") is right


@pytest.mark.parametrize("fact", ["", " ", "0", "none", "None"])
def test_missing_facts_prove_nothing(fact):
    assert proves(fact, postcode="10115", phone=None, email=None) is False
