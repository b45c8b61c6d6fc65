"""Another order named by what is in it, in the middle of a question about the first one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.meaning import Entity, Meaning
from domain.moment import SYSTEM
from storage.unit_of_work import UnitOfWork
from tests.builders import an_order, business
from tests.meanings import meaning
from tests.talking import Talk

NAMES = {"kettle": "kettle", "hervidor": "kettle", "grinder": "espresso grinder", "molinillo": "espresso grinder"}


def saying(text: str, intent: str = "deny") -> Meaning:
    """A message with the products that are named in it, where they stand."""
    found = sorted((text.index(word), word) for word in NAMES if word in text)
    things = tuple(Entity("product", NAMES[word], at, at + len(word), word) for at, word in found)
    return replace(meaning(text, intent), entities=things)


@pytest.fixture
def orders(database):
    """Numbers of the orders of a kettle and of a grinder."""
    with database.writing() as session:
        made = business(session)
        kettle = an_order(session, made, lines=[("SKU-1", 1)])
        grinder = an_order(session, made, lines=[("SKU-2", 1)])
        return made.customer.id, kettle.number, grinder.number


def statuses(talk, numbers):
    with talk.database.reading() as session:
        return [UnitOfWork(session, SYSTEM).orders.get(number).status for number in numbers]


@pytest.mark.parametrize(
    "text",
    [
        "no not the kettle, the grinder",
        "no, I meant the grinder",
        "sorry, the grinder please",
        "the grinder instead of the kettle",
        "no el hervidor, el molinillo",
        "el hervidor no, el molinillo",
        "perdón, quería decir el molinillo",
        "no quiero cancelar el hervidor sino el molinillo",
    ],
)
def test_not_this_one_that_one_asks_about_that_one(database, orders, text):
    customer, kettle, grinder = orders
    talk = Talk(database, customer)
    talk.hear(saying("cancel the kettle", "cancel_order"))
    assert talk.facts["number"] == kettle
    assert talk.hear(saying(text)) == ["ask.confirm.CancelOrder"]
    assert talk.facts["number"] == grinder
    assert talk.say("yes", "affirm") == ["order.cancelled"]
    assert statuses(talk, (kettle, grinder)) == ["allocated", "cancelled"]


@pytest.mark.parametrize("text", ["no, keep the kettle", "no", "not the kettle", "no quiero cancelar el hervidor"])
def test_a_no_that_names_nothing_else_keeps_the_order(database, orders, text):
    customer, *numbers = orders
    talk = Talk(database, customer)
    talk.hear(saying("cancel the kettle", "cancel_order"))
    assert talk.hear(saying(text)) == ["said.kept"]
    assert statuses(talk, numbers) == ["allocated", "allocated"]


def test_while_a_day_is_asked_for_the_other_order_takes_the_day(database, orders):
    customer, _, grinder = orders
    talk = Talk(database, customer)
    talk.hear(saying("move the kettle", "reschedule_delivery"))
    assert talk.hear(saying("no, the grinder", "deny")) == ["ask.delivery_window"]
    assert talk.facts["number"] == grinder


@pytest.mark.parametrize("text", ["cancel the kettle and the grinder", "el hervidor y el molinillo fuera, cancelad"])
def test_two_orders_named_by_what_is_in_them_are_both_meant(database, orders, text):
    customer, *numbers = orders
    talk = Talk(database, customer)
    assert talk.hear(saying(text, "cancel_order")) == ["ask.confirm.CancelOrder"]
    talk.say("yes", "affirm")
    assert talk.say("yes", "affirm") == ["order.cancelled"]
    assert statuses(talk, numbers) == ["cancelled", "cancelled"]


@pytest.mark.parametrize(
    "text",
    [
        "cancel the kettle but keep the grinder",
        "leave the grinder as it is, cancel the kettle",
        "cancela el hervidor pero deja el molinillo",
    ],
)
def test_an_order_that_shall_stay_is_not_cancelled_with_another(database, orders, text):
    customer, *numbers = orders
    talk = Talk(database, customer)
    assert talk.hear(saying(text, "cancel_order")) == ["ask.confirm.CancelOrder"]
    assert talk.say("yes", "affirm") == ["order.cancelled"]
    assert statuses(talk, numbers) == ["cancelled", "allocated"]


def test_two_products_of_one_order_are_that_order(database):
    with database.writing() as session:
        made = business(session)
        both = an_order(session, made, lines=[("SKU-1", 1), ("SKU-2", 1)])
        other = an_order(session, made, lines=[("SKU-3", 1)])
    talk = Talk(database, made.customer.id)
    talk.hear(saying("cancel the kettle and the grinder", "cancel_order"))
    assert talk.say("yes", "affirm") == ["order.cancelled"]
    assert statuses(talk, (both.number, other.number)) == ["cancelled", "allocated"]


def test_what_was_asked_about_is_talked_about(database, orders):
    customer, kettle, _ = orders
    talk = Talk(database, customer)
    talk.hear(saying("cancel the kettle", "cancel_order"))
    talk.say("no, don't", "deny")
    talk.say("the gate code is 4711", "delivery_instructions")
    assert talk.facts["number"] == kettle


def test_what_was_refused_is_talked_about(database):
    with database.writing() as session:
        made = business(session)
        packed = an_order(session, made, status="packed", lines=[("SKU-1", 1)])
        an_order(session, made, lines=[("SKU-2", 1)])
    talk = Talk(database, made.customer.id)
    talk.say("send it to Torstr. 5, 10119 Berlin", "change_address", order_number=packed.number)
    talk.say("then bring it on friday", "reschedule_delivery", date="2026-05-08", time_window="08:00-12:00")
    assert talk.facts["number"] == packed.number


def test_a_word_of_the_name_says_which_order(database, orders):
    customer, _, grinder = orders
    talk = Talk(database, customer)
    talk.say("where is the coffee grinder", "track_order", product="coffee grinder")
    assert talk.facts["number"] == grinder


def test_what_is_under_way_is_moved_and_not_what_was_looked_at_last(database):
    with database.writing() as session:
        made = business(session)
        coming = an_order(session, made, lines=[("SKU-1", 1)])
        came = an_order(session, made, status="delivered", lines=[("SKU-2", 1)])
    talk = Talk(database, made.customer.id)
    talk.say("who signed for it", "proof_of_delivery", order_number=came.number)
    said = talk.say("bring it on friday", "reschedule_delivery", date="2026-05-08", time_window="08:00-12:00")
    assert (said, talk.facts["number"]) == (["order.rescheduled"], coming.number)


def test_one_order_comes_when_another_does(database):
    with database.writing() as session:
        made = business(session)
        an_order(session, made, lines=[("SKU-1", 1)], day=date(2026, 5, 7))
        grinder = an_order(session, made, lines=[("SKU-2", 1)])
    talk = Talk(database, made.customer.id)
    said = talk.say(
        "the grinder the same day and time as the kettle", "reschedule_delivery", order_number=grinder.number
    )
    assert (said, talk.facts["day"]) == (["order.rescheduled"], "2026-05-07")


def test_what_comes_with_the_order_talked_about_is_another_one(database):
    with database.writing() as session:
        made = business(session)
        kettle = an_order(session, made, lines=[("SKU-1", 1)], day=date(2026, 5, 7))
        grinder = an_order(session, made, lines=[("SKU-2", 1)])
    talk = Talk(database, made.customer.id)
    talk.say("where is it", "track_order", order_number=kettle.number)
    said = talk.say("and the machine as well, together with the kettle", "reschedule_delivery")
    assert (said, talk.facts["number"], talk.facts["day"]) == (["order.rescheduled"], grinder.number, "2026-05-07")
