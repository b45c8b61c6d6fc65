"""Things that are named for the order they are in, by their name or in another language; and those that are in none."""

from __future__ import annotations

import pytest

from domain.meaning import Meaning
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


# Words that goods are called by, where nothing else names a thing


@pytest.fixture
def english(database: Database, shop: Business, bilingual: Embedded) -> Spoken:
    talk = Talk(database, shop.customer.id)
    return Spoken(talk, bilingual.with_gazetteer({"product": ["Kettle", "Espresso grinder", "Toaster"]}))


def spoken(text: str, intent: str, *goods: str) -> Meaning:
    return Meaning(text, ((intent, 0.95),), (), "hand", goods=goods)


def test_the_order_with_what_is_spoken_of_is_meant_though_another_was_talked_about(database, shop, orders):
    talk = Talk(database, shop.customer.id)
    talk.say("where is it", "track_order", order_number=orders["kettle"].number)
    assert talk.hear(spoken("cancel that grinder thing", "cancel_order", "grinder")) == ["ask.confirm.CancelOrder"]
    assert talk.facts["number"] == orders["grinder"].number


@pytest.mark.parametrize("goods", [(), ("toaster",), ("kettle",)])
def test_what_was_talked_about_stays_meant_where_no_other_order_has_what_is_spoken_of(database, shop, orders, goods):
    talk = Talk(database, shop.customer.id)
    talk.say("where is it", "track_order", order_number=orders["kettle"].number)
    assert talk.hear(spoken("cancel it", "cancel_order", *goods)) == ["ask.confirm.CancelOrder"]
    assert talk.facts["number"] == orders["kettle"].number


def test_a_place_is_no_goods_that_are_spoken_of(database, shop, orders):
    talk = Talk(database, shop.customer.id)
    talk.say("where is it", "track_order", order_number=orders["kettle"].number)
    talk.hear(spoken("put it by the grinder in the yard", "delivery_instructions", "grinder"))
    assert talk.facts["number"] == orders["kettle"].number


def test_only_one_of_what_came_is_spoken_of(database, shop):
    came = {sku: order_of(database, shop, sku, "delivered") for sku in ("SKU-1", "SKU-2")}
    talk = Talk(database, shop.customer.id)
    assert talk.hear(spoken("who took the grinder", "proof_of_delivery", "grinder")) == ["proof.shown"]
    assert talk.facts["number"] == came["SKU-2"].number


def test_what_goes_back_is_called_by_one_of_its_words(database, shop):
    came = {sku: order_of(database, shop, sku, "delivered") for sku in ("SKU-1", "SKU-2")}
    talk = Talk(database, shop.customer.id)
    talk.hear(spoken("refund for that grinder thing", "start_return", "grinder"))
    assert talk.facts["number"] == came["SKU-2"].number
    assert talk.facts["product"] == "Espresso grinder"


def test_what_has_not_come_yet_cannot_go_back(database, shop, orders):
    order_of(database, shop, "SKU-3", "delivered")
    talk = Talk(database, shop.customer.id)
    assert talk.hear(spoken("refund for the grinder", "start_return", "grinder")) == ["refused.not_yet_delivered"]
    assert talk.facts["number"] == orders["grinder"].number
    assert talk.say("return the kettle", "start_return", product="kettle") == ["refused.not_yet_delivered"]


def test_a_word_that_goods_are_called_by_may_say_something_else(database, shop):
    order_of(database, shop, "SKU-1", "delivered")
    talk = Talk(database, shop.customer.id)
    talk.hear(spoken("i want to send it back, it stands on my table", "start_return", "table"))
    assert talk.facts["product"] == "Kettle"


def test_a_misspelt_word_of_a_name_finds_the_order(english, orders):
    english(f"where is order {orders['kettle'].number}")
    assert english("when does the grindr come") == ["order.tracked"]
    assert english.talk.facts["number"] == orders["grinder"].number
