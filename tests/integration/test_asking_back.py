"""Did you mean …? In a chat with everything behind it: what is chosen is done, with what was said before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.meaning import Meaning
from domain.moment import SYSTEM
from domain.orders import Order
from storage.unit_of_work import UnitOfWork
from tests.builders import a_staff_member, an_order, business
from tests.meanings import meaning
from tests.on_the_road import on_the_road
from tests.talking import Talk


def unsure(text: str, *ranked: tuple[str, float], **entities: object) -> Meaning:
    return replace(meaning(text, ranked[0][0], ranked[0][1], **entities), intents=ranked, unsure=True)


@pytest.fixture
def shop(database):
    with database.writing() as session:
        made = business(session)
        an_order(session, made, lines=[("SKU-1", 1)])
        an_order(session, made, lines=[("SKU-2", 1)])
        return made


@pytest.fixture
def talk(database, shop):
    return Talk(database, shop.customer.id)


KETTLE = unsure("cant have the kettle", ("reschedule_delivery", 0.4), ("cancel_order", 0.36), product="kettle")


def order(talk: Talk, number: str) -> Order:
    with talk.database.reading() as session:
        return UnitOfWork(session, SYSTEM).orders.get(number)


def test_a_chosen_wish_keeps_what_was_said_and_asks_what_it_always_asks(talk):
    assert talk.hear(KETTLE) == ["ask.did_you_mean"]
    labels = [each["label"] for each in talk.choices()]
    assert labels == ["choice.intent.reschedule_delivery", "choice.intent.cancel_order", "choice.something_else"]
    assert talk.press("choice.intent.cancel_order") == ["ask.confirm.CancelOrder"]
    number = talk.facts["number"]
    assert talk.say("yes", "affirm") == ["order.cancelled"]
    assert order(talk, number).status == "cancelled"
    assert number == "RM-10001"


def test_a_button_of_a_question_that_is_over_counts_no_more(talk):
    talk.hear(KETTLE)
    button = talk.choices()[1]["id"]
    talk.say("where is the grinder", "track_order", product="espresso grinder")
    assert talk.press_id(button) == ["said.stale"]


def test_neither_leads_to_other_words_and_then_to_a_person(talk):
    talk.hear(KETTLE)
    assert talk.press("choice.something_else") == ["said.otherwise"]
    assert talk.hear(KETTLE) == ["said.puzzled"]
    assert talk.hear(KETTLE) == ["said.puzzled_again"]
    assert "choice.person" in [each["label"] for each in talk.choices()]


def test_the_outcome_of_a_turn_says_that_it_asked(talk):
    talk.hear(KETTLE)
    assert talk.outcome == "did_you_mean"


def test_drivers_are_asked_and_keep_their_buttons(database):
    road = on_the_road(database, 2)
    talk = road.talk()
    assert talk.hear(unsure("one", ("delivered", 0.4), ("failed_delivery", 0.38))) == ["ask.did_you_mean"]
    assert talk.press("choice.something_else") == ["said.otherwise"]
    assert talk.choices()
    talk.say("next", "next_stop")
    talk.hear(unsure("one", ("delivered", 0.4), ("failed_delivery", 0.38)))
    talk.say("the first")
    assert road.states()[0] == "completed"


def test_staff_are_asked(database, shop):
    talk = Talk(database, staff_id=a_staff_member(database), channel="slack")
    asked = talk.hear(unsure("RM-10001", ("find_order", 0.4), ("hold_order", 0.38), order_number="RM-10001"))
    assert asked == ["ask.did_you_mean"]
    talk.press("choice.intent.hold_order")
    talk.say("the address is not clear", reason="the address is not clear")
    assert order(talk, "RM-10001").status == "held"


def test_of_a_return_that_nobody_has_nothing_is_asked(talk):
    heard = unsure("where is the kettle then", ("track_return", 0.4), ("track_order", 0.38), product="kettle")
    assert talk.hear(heard) == ["order.tracked"]
    assert (talk.outcome, talk.facts["number"]) == ("done", "RM-10001")


@pytest.mark.parametrize(
    ("intent", "text"), [("delivery_promise", "when does the kettle come"), ("track_return", "when do you come")]
)
def test_who_waits_is_told_where_the_order_is(talk, intent, text):
    assert talk.say(text, intent, **({"product": "kettle"} if "kettle" in text else {}))[0] in {
        "order.tracked",
        "ask.which_order",
    }


def test_who_asks_when_something_else_could_come_is_told_when(talk):
    assert talk.say("when does a toaster come", "delivery_promise", product="toaster") == ["promise.given"]
