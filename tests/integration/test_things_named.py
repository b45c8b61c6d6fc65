"""Things that are named for the order they are in, by their name or in another language; and those that are in none."""

from __future__ import annotations

import pytest

from domain.orders import Order
from nlu.embedded import Embedded
from storage.database import Database
from tests.builders import Business, an_order, business
from tests.integration.test_spanish import GOODS, SPOKEN, Spoken
from tests.talking import Talk


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return business(session)


def order_of(database: Database, shop: Business, sku: str, status: str = "allocated") -> Order:
    with database.writing() as session:
        return an_order(session, shop, status=status, lines=[(sku, 1)])


@pytest.fixture
def orders(database: Database, shop: Business) -> dict[str, Order]:
    """An order of a kettle and one of a grinder."""
    return {name: order_of(database, shop, sku) for name, sku in (("kettle", "SKU-1"), ("grinder", "SKU-2"))}


@pytest.fixture
def spanish(database: Database, shop: Business, bilingual: Embedded) -> Spoken:
    return Spoken(Talk(database, shop.customer.id, policies=SPOKEN), bilingual.with_gazetteer(GOODS))


@pytest.mark.parametrize(
    ("thing", "name"), [("el molinillo", "grinder"), ("el hervidor", "kettle"), ("la pava", "kettle")]
)
def test_a_thing_catalogued_in_english_is_found_by_its_spanish_name(spanish, orders, thing, name):
    assert spanish(f"¿dónde está {thing} que pedí?") == ["order.tracked"]
    assert spanish.talk.facts["number"] == orders[name].number


@pytest.mark.parametrize("thing", ["el molinillo", "molinillo", "el del molinillo", "el molinillo de café"])
def test_the_same_in_answer_to_which_order_it_is(spanish, orders, thing):
    assert spanish("quiero cancelar mi pedido") == ["ask.which_order"]
    assert spanish(thing) == ["ask.confirm.CancelOrder"]
    assert spanish.talk.facts["number"] == orders["grinder"].number


def test_what_is_in_no_order_is_said_once_with_what_there_is(database, shop, orders):
    talk = Talk(database, shop.customer.id)
    assert talk.say("cancel the toaster", "cancel_order", product="toaster") == ["ask.which_order"]
    assert (talk.facts["unknown"], len(talk.choices())) == ("toaster", 2)
    assert talk.say("is it late?", "out_of_scope") == ["said.puzzled_waiting", "ask.which_order"]
    assert talk.facts["unknown"] is None
    assert talk.press("choice.order") == ["ask.confirm.CancelOrder"]


def test_nothing_becomes_of_the_only_order_when_goods_are_named_that_are_not_in_it(database, shop):
    order = order_of(database, shop, "SKU-1")
    talk = Talk(database, shop.customer.id)
    assert talk.say("cancel the toaster", "cancel_order", product="toaster") == ["ask.which_order"]
    assert (talk.facts["unknown"], talk.facts["count"]) == ("toaster", 1)
    assert talk.say("yes", "affirm") == ["ask.confirm.CancelOrder"]
    assert talk.facts["number"] == order.number


@pytest.mark.parametrize("called", ["parcel", "surprise"])
def test_what_may_well_be_the_order_itself_is_taken_for_it(database, shop, called):
    order_of(database, shop, "SKU-1")
    talk = Talk(database, shop.customer.id)
    assert talk.say(f"cancel the {called}", "cancel_order", product=called) == ["ask.confirm.CancelOrder"]


def test_places_are_not_looked_for_among_the_goods(database, shop, orders):
    talk = Talk(database, shop.customer.id)
    talk.say("leave it behind the bench", "delivery_instructions", product="bench")
    assert (talk.shown[-1].name, talk.facts["unknown"]) == ("ask.which_order", None)


def test_what_came_already_is_told_where_it_is(database, shop, orders):
    came = order_of(database, shop, "SKU-3", "delivered")
    talk = Talk(database, shop.customer.id)
    assert talk.say("where is my toaster", "track_order", product="toaster") == ["order.tracked"]
    assert talk.facts["number"] == came.number


def test_a_delivery_that_nobody_finds_is_said_once(database, shop):
    for sku in ("SKU-1", "SKU-2"):
        order_of(database, shop, sku, "delivered")
    talk = Talk(database, shop.customer.id)
    assert talk.say("the lamp is broken", "report_problem", product="lamp") == ["ask.which_delivery"]
    assert talk.facts["unknown"] == "lamp"
    talk.press("choice.order")
    assert talk.facts.get("unknown") is None
