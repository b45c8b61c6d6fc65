"""What the driver should know: several kinds at once, step by step, by buttons, corrected, taken back."""

from __future__ import annotations

import pytest
from sqlmodel import select

from domain.events import Event
from domain.orders import Order
from domain.wishes import LONGEST_WISH
from storage.database import Database
from tests.builders import Business, a_customer, an_order, business
from tests.talking import Talk

ALL = "leave it in the shed, gate code is 4711, ring Mrs Kim next door if I'm out, call me first"


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return business(session)


def order_in(database: Database, shop: Business, status: str = "allocated", **values: object) -> Order:
    with database.writing() as session:
        return an_order(session, shop, status=status, **values)


def wishes(database: Database, order: Order) -> dict[str, str]:
    with database.reading() as session:
        return session.exec(select(Order).where(Order.number == order.number)).one().wishes


def test_several_kinds_in_one_message(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say(ALL, "delivery_instructions") == ["order.instructions_noted"]
    assert wishes(database, order) == {
        "code": "gate code is 4711",
        "call_first": "",
        "safe_place": "in the shed",
        "neighbour": "ring Mrs Kim next door if I'm out",
    }
    assert talk.facts["wishes"][0] == ["code", "gate code is 4711"]


def test_step_by_step(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("I have instructions for the driver", "delivery_instructions") == ["ask.wishes"]
    assert talk.say("a safe place", "delivery_instructions") == ["ask.wish_safe_place"]
    assert talk.say("behind the blue bin", "delivery_instructions") == ["order.instructions_noted"]
    assert wishes(database, order) == {"safe_place": "behind the blue bin"}


@pytest.mark.parametrize(
    ("label", "question", "answer", "kept"),
    [
        ("choice.wish_code", "ask.wish_code", "4711 for the gate", {"code": "4711 for the gate"}),
        ("choice.wish_neighbour", "ask.wish_neighbour", "Mrs Kim", {"neighbour": "Mrs Kim"}),
        ("choice.wish_safe_place", "ask.wish_safe_place", "it's the carport", {"safe_place": "the carport"}),
        ("choice.wish_note", "ask.wish_note", "the dog bites", {"note": "the dog bites"}),
    ],
)
def test_every_kind_by_its_button(database, shop, label, question, answer, kept):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("where is it", "track_order")
    assert talk.press("choice.instructions") == ["ask.wishes"]
    assert talk.press(label) == [question]
    assert talk.say(answer, "report_problem", order_number=[]) == ["order.instructions_noted"]
    assert wishes(database, order) == kept


def test_calling_first_needs_no_words(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("instructions", "delivery_instructions")
    assert talk.press("choice.wish_call_first") == ["order.instructions_noted"]
    assert wishes(database, order) == {"call_first": ""}


def test_other_kinds_stay_and_the_same_kind_is_replaced(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say(ALL, "delivery_instructions")
    assert talk.say("no, leave it in the garage", "delivery_instructions") == ["order.instructions_noted"]
    kept = wishes(database, order)
    assert kept["safe_place"] == "in the garage"
    assert kept["code"] == "gate code is 4711"


def test_a_correction_in_the_middle_counts(database, shop):
    first, second = order_in(database, shop), order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("leave it in the shed", "delivery_instructions") == ["ask.which_order"]
    assert talk.say("no, in the garage", "deny") == ["ask.which_order"]
    assert talk.press("choice.order", 1) == ["order.instructions_noted"]
    assert (wishes(database, first), wishes(database, second)) == ({}, {"safe_place": "in the garage"})


def test_what_fits_no_kind_is_a_note(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("please tell the driver to be careful of the dog", "delivery_instructions")
    assert wishes(database, order) == {"note": "be careful of the dog"}


def test_a_question_in_between_is_no_instruction(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("instructions", "delivery_instructions")
    talk.press("choice.wish_safe_place")
    assert talk.say("where is my order?", "track_order") == ["order.tracked", "ask.wish_safe_place"]
    assert talk.say("the porch", "out_of_scope") == ["order.instructions_noted"]
    assert wishes(database, order) == {"safe_place": "the porch"}


@pytest.mark.parametrize("by_button", [True, False])
def test_all_are_taken_back(database, shop, by_button):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say(ALL, "delivery_instructions")
    talk.say("instructions", "delivery_instructions")
    said = talk.press("choice.remove_wishes") if by_button else talk.say("remove them", "delivery_instructions")
    assert said == ["order.instructions_noted"]
    assert talk.facts["wishes"] == []
    assert wishes(database, order) == {}


def test_never_mind_changes_nothing(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("instructions", "delivery_instructions")
    talk.press("choice.wish_code")
    assert talk.say("never mind", "stop") == ["said.dropped"]
    assert wishes(database, order) == {}


def test_long_words_are_cut(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("instructions", "delivery_instructions")
    talk.press("choice.wish_note")
    talk.say("very long words " * 100)
    assert len(wishes(database, order)["note"]) == LONGEST_WISH


def test_the_shops_words_come_first_for_the_driver(database, shop):
    order = order_in(database, shop, instructions="Fragile.", wishes={"note": "dog", "code": "1"})
    assert order.for_driver() == [("shop", "Fragile."), ("code", "1"), ("note", "dog")]


def test_the_driver_on_the_way_is_still_told(database, shop):
    order = order_in(database, shop, "out_for_delivery")
    talk = Talk(database, shop.customer.id)
    assert talk.say("leave it in the shed", "delivery_instructions") == ["order.instructions_noted"]
    assert wishes(database, order) == {"safe_place": "in the shed"}


@pytest.mark.parametrize("status", ["delivered", "cancelled"])
def test_when_no_driver_comes_it_says_what_is_possible(database, shop, status):
    order = order_in(database, shop, status)
    talk = Talk(database, shop.customer.id)
    said = talk.say("leave it in the shed", "delivery_instructions", order_number=order.number)
    assert said == ["refused.too_late_to_instruct"]
    assert [choice["label"] for choice in talk.choices()] == ["choice.track_this", "choice.person"]
    assert wishes(database, order) == {}


def test_the_history_names_the_kinds_only(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say(ALL, "delivery_instructions")
    with database.reading() as session:
        event = session.exec(select(Event).where(Event.subject == order.number, Event.change == "wishes")).one()
        assert event.detail == {"kinds": ["call_first", "code", "neighbour", "safe_place"]}


def test_an_old_button_asks_nothing_again(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("instructions", "delivery_instructions")
    old = talk.choices()[0]["id"]
    talk.press("choice.wish_call_first")
    assert talk.press_id(old) == ["said.stale"]


def test_another_customers_order_is_not_known(database, shop):
    order = order_in(database, shop)
    with database.writing() as session:
        other = a_customer(session, name="Jo", email="jo@example.com", phone="+4930901900")
    talk = Talk(database, other.id)
    for number in (order.number, "RM-99999"):
        assert talk.say("leave it in the shed", "delivery_instructions", order_number=number) == ["ask.fact"]
    assert wishes(database, order) == {}


def test_a_stranger_proves_the_order_and_nothing_said_is_lost(database, shop):
    order = order_in(database, shop)
    talk = Talk(database)
    assert talk.say("leave it in the shed", "delivery_instructions", order_number=order.number) == ["ask.fact"]
    assert talk.say("10115", postcode="10115") == ["order.instructions_noted"]
    assert wishes(database, order) == {"safe_place": "in the shed"}
