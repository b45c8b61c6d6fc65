"""Another order named by what is in it, in the middle of a question about the first one."""

from __future__ import annotations

from dataclasses import replace

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
