"""Delivering to another address: all at once, step by step, by buttons, corrected on the way, and when it cannot be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import select

from actions.perform import perform
from domain.cases import Case
from domain.commands import RecordLocation
from domain.depots import DeliverySlot
from domain.events import Event
from domain.meaning import Entity, Meaning
from domain.moment import SYSTEM
from domain.orders import Order
from domain.values import Place
from storage.database import Database
from storage.jobs import JobRow
from tests.builders import Business, a_case, a_customer, an_order, business, moment
from tests.talking import Talk

NEW = "Torstr. 5, 10119 Berlin"
PIN = "52.52990,13.40120"


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return business(session)


def order_in(database: Database, shop: Business, status: str = "allocated", **values: object) -> Order:
    with database.writing() as session:
        return an_order(session, shop, status=status, **values)


def stored(database: Database, number: str) -> Order:
    with database.reading() as session:
        return session.exec(select(Order).where(Order.number == number)).one()


def bare(text: str, intent: str, digits: str) -> Meaning:
    """Bare digits as the engine takes them: for the number of an order."""
    start = text.index(digits)
    number = Entity("order_number", f"RM-{digits}", start, start + len(digits), digits)
    return Meaning(text, ((intent, 0.95),), (number,), "hand")


def jobs(database: Database) -> list[str]:
    with database.reading() as session:
        return [job.kind for job in session.exec(select(JobRow))]


def test_all_at_once_is_confirmed_and_done(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say(f"deliver it to {NEW} instead", "change_address", postcode="10119") == ["ask.confirm.ChangeAddress"]
    assert (talk.facts["address"], talk.facts["was"]) == (NEW, order.address)
    assert (talk.facts["day"], talk.facts["window"]) == ("2026-05-05", "12:00-16:00")
    assert stored(database, order.number).address == order.address
    assert talk.press("choice.yes") == ["order.address_changed"]
    now = stored(database, order.number)
    assert (now.address, now.place, now.window, now.promise_day) == (NEW, None, order.window, order.promise_day)
    assert jobs(database) == ["locate"]


def test_the_postcode_of_the_address_is_no_second_order(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    said = bare(f"deliver {order.number} to torstr 5, 10119 berlin", "change_address", "10119")
    number = Entity("order_number", order.number, 8, 8 + len(order.number), order.number)
    assert talk.hear(replace(said, entities=(number, *said.entities))) == ["ask.confirm.ChangeAddress"]
    assert talk.press("choice.yes") == ["order.address_changed"]


def test_the_history_tells_that_it_changed_but_no_street(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say(f"deliver it to {NEW}", "change_address")
    talk.press("choice.yes")
    with database.reading() as session:
        event = session.exec(select(Event).where(Event.subject == order.number, Event.change == "address")).one()
        assert (event.actor, event.person) == ("customer", shop.customer.id)
        assert "Torstr" not in f"{event.before}{event.after}{event.detail}"
        assert session.exec(select(DeliverySlot.booked).where(DeliverySlot.booked > 0)).all() == [1]


def test_step_by_step_every_part_is_asked_for(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("change my address", "change_address") == ["ask.street"]
    assert talk.shown[-1].media == {"wants": "location"}
    assert talk.say("Kastanienallee 82", address="Kastanienallee 82") == ["ask.postcode_of_street"]
    assert talk.say("10435", order_number="RM-10435") == ["ask.city"]
    assert talk.say("Berlin", "out_of_scope") == ["ask.confirm.ChangeAddress"]
    assert talk.say("yes", "affirm") == ["order.address_changed"]
    assert stored(database, order.number).address == "Kastanienallee 82, 10435 Berlin"


def test_an_answer_may_say_postcode_and_city_in_a_sentence(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("deliver it to Kastanienallee 82", "change_address")
    assert talk.hear(bare("its 10435 berlin please", "inform", "10435")) == ["ask.confirm.ChangeAddress"]
    assert talk.facts["address"] == "Kastanienallee 82, 10435 berlin"


def test_the_city_may_be_said_in_a_sentence(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("deliver it to Kastanienallee 82, 10435", "change_address")
    assert talk.say("It's in Berlin, please", "out_of_scope") == ["ask.confirm.ChangeAddress"]
    assert talk.facts["address"] == "Kastanienallee 82, 10435 Berlin"


def test_by_buttons_only_the_street_is_typed(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("where is it", "track_order")
    assert talk.press("choice.address") == ["ask.street"]
    talk.say("Chausseestraße 8", address="Chausseestraße 8")
    assert talk.press("choice.own_postcode") == ["ask.confirm.ChangeAddress"]
    assert talk.press("choice.yes") == ["order.address_changed"]
    assert stored(database, order.number).address == "Chausseestraße 8, 10115 Berlin"


def test_a_correction_in_the_middle_counts(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say(f"deliver it to {NEW}", "change_address")
    assert talk.say("no, Torstr. 7", "deny") == ["ask.confirm.ChangeAddress"]
    assert talk.facts["address"] == "Torstr. 7, 10119 Berlin"
    assert talk.say("no, Prager Str. 1, 10779 Berlin", "deny", postcode="10779") == ["ask.confirm.ChangeAddress"]
    assert talk.press("choice.yes") == ["order.address_changed"]
    assert stored(database, order.number).address == "Prager Str. 1, 10779 Berlin"


@pytest.mark.parametrize(
    ("text", "intent"),
    [("no, number 7", "deny"), ("sorry, 7 not 5", "change_address"), ("make it number 7", "delivery_promise")],
)
def test_the_house_number_alone_is_corrected(database, shop, text, intent):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say(f"deliver it to {NEW}", "change_address")
    assert talk.say(text, intent, address="number 7") == ["ask.confirm.ChangeAddress"]
    assert talk.facts["address"] == "Torstr. 7, 10119 Berlin"
    assert talk.press("choice.yes") == ["order.address_changed"]
    assert stored(database, order.number).address == "Torstr. 7, 10119 Berlin"


def test_the_house_number_is_corrected_while_something_else_is_asked(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("deliver it to Kastanienallee 82", "change_address")
    assert talk.say("oh no, number 28", "deny") == ["ask.postcode_of_street"]
    assert talk.facts["street"] == "Kastanienallee 28"
    talk.say("10119", postcode="10119")
    assert talk.say("it's 29 not 28", "inform") == ["ask.city"]
    talk.say("Berlin", "out_of_scope")
    assert talk.facts["address"] == "Kastanienallee 29, 10119 Berlin"


def test_another_number_after_a_refusal_is_the_one_that_counts(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say(f"deliver it to {NEW}", "change_address")
    talk.press("choice.yes")
    talk.say("change the address", "change_address")
    assert talk.say("no, number 5", "deny") == ["refused.same_address"]
    assert talk.say("no, number 7", "deny") == ["ask.confirm.ChangeAddress"]
    talk.say("number 9 I meant", "change_address", address="number 9")
    assert talk.press("choice.yes") == ["order.address_changed"]
    assert stored(database, order.number).address == "Torstr. 9, 10119 Berlin"


@pytest.mark.parametrize(("text", "intent"), [("no, number 7", "deny"), ("number 7 I meant", "out_of_scope")])
def test_the_house_number_is_corrected_when_all_is_done(database, shop, text, intent):
    order = order_in(database, shop)
    lost = order_in(database, shop, "created", place=None)
    with database.writing() as session:
        a_case(session, "address_not_found", lost)
    talk = Talk(database, shop.customer.id)
    talk.say(f"deliver {order.number} to {NEW}", "change_address", order_number=order.number)
    assert talk.press("choice.yes") == ["order.address_changed", "ask.place"]
    assert talk.say(text, intent, order_number="RM-7") == ["ask.confirm.ChangeAddress"]
    assert (talk.facts["number"], talk.facts["address"]) == (order.number, "Torstr. 7, 10119 Berlin")
    talk.press("choice.yes")
    assert stored(database, order.number).address == "Torstr. 7, 10119 Berlin"


def test_a_number_after_something_else_is_no_house(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say(f"deliver it to {NEW}", "change_address")
    talk.press("choice.yes")
    talk.say("thanks", "thank")
    talk.say("no, number 7", "deny")
    assert stored(database, order.number).address == NEW
    assert talk.shown[-1].name != "ask.confirm.ChangeAddress"


@pytest.mark.parametrize("asked_first", [False, True])
def test_a_wrong_house_number_needs_no_street(database, shop, asked_first):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    if asked_first:
        assert talk.say("the address is wrong", "change_address") == ["ask.street"]
    said = talk.say("the house number is 119 not 117", "change_address")
    assert said == ["ask.confirm.ChangeAddress"]
    assert talk.facts["address"] == "Invalidenstraße 119, 10115 Berlin"


def test_a_pin_goes_when_the_house_number_is_corrected(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say(f"deliver it to {NEW}", "change_address", coordinates=PIN)
    talk.say("no, number 7", "deny")
    talk.press("choice.yes")
    assert stored(database, order.number).place is None


def test_the_postcode_alone_is_corrected(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say(f"deliver it to {NEW}", "change_address")
    assert talk.hear(bare("no, 10117", "deny", "10117")) == ["ask.confirm.ChangeAddress"]
    assert talk.facts["address"] == "Torstr. 5, 10117 Berlin"


def test_a_digression_is_answered_and_the_question_comes_back(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("change my address", "change_address")
    assert talk.say("is the toaster in stock?", "check_stock", product="toaster") == ["stock.told", "ask.street"]
    assert talk.say(NEW, "change_address", postcode="10119") == ["ask.confirm.ChangeAddress"]


def test_a_pin_is_the_place_and_the_street_is_asked_for(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("change my address", "change_address")
    assert talk.say("/inform", coordinates=PIN) == ["ask.street_of_place"]
    talk.say(NEW, postcode="10119")
    assert talk.press("choice.yes") == ["order.address_changed"]
    assert stored(database, order.number).place == Place.parse(PIN)
    assert jobs(database) == []


def test_a_pin_goes_when_the_street_is_corrected(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("change my address", "change_address")
    talk.say("/inform", coordinates=PIN)
    talk.say(NEW, postcode="10119")
    talk.say("no, Prager Str. 1, 10779 Berlin", "deny")
    talk.press("choice.yes")
    assert stored(database, order.number).place is None


def test_a_pin_far_away_is_refused_and_another_address_taken(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("change my address", "change_address", coordinates="48.10000,11.50000")
    assert talk.say(NEW) == ["refused.place_far_away"]
    assert talk.say(NEW) == ["ask.confirm.ChangeAddress"]


def test_where_nobody_delivers_is_refused_and_another_address_taken(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("deliver to Marienplatz 1, 80331 München", "change_address") == ["refused.not_delivered_to_address"]
    assert talk.facts["areas"] == ["10*"]
    assert talk.say(NEW) == ["ask.confirm.ChangeAddress"]
    assert stored(database, order.number).address == order.address


def test_where_the_depot_reaches_by_radius_a_neighbour_is_in_reach_too(database, shop):
    order = order_in(database, shop, postcode="14467", city="Potsdam")
    talk = Talk(database, shop.customer.id)
    talk.say("deliver it to Torstr. 5, 14467 Potsdam", "change_address", postcode="14467")
    assert talk.press("choice.yes") == ["order.address_changed"]
    assert jobs(database) == ["locate"]
    assert stored(database, order.number).address == "Torstr. 5, 14467 Potsdam"


def test_the_address_it_has_is_no_change(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("deliver it to Invalidenstraße 117, 10115 Berlin", "change_address") == ["refused.same_address"]


@pytest.mark.parametrize(
    ("status", "choices"),
    [
        ("packed", ["choice.instructions", "choice.person"]),
        ("out_for_delivery", ["choice.instructions", "choice.person"]),
        ("delivered", ["choice.track_this", "choice.person"]),
    ],
)
def test_too_late_is_said_at_once_with_what_is_possible(database, shop, status, choices):
    order = order_in(database, shop, status)
    talk = Talk(database, shop.customer.id)
    said = talk.say("change the address", "change_address", order_number=order.number)
    assert said == ["refused.too_late_for_address"]
    assert [choice["label"] for choice in talk.choices()] == choices


def test_packed_while_the_question_waited_is_too_late(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say(f"deliver it to {NEW}", "change_address")
    with database.writing() as session:
        session.exec(select(Order).where(Order.number == order.number)).one().status = "packed"
    assert talk.press("choice.yes") == ["refused.too_late_for_address"]
    assert stored(database, order.number).address == order.address


def test_an_old_yes_does_not_confirm_another_address(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say(f"deliver it to {NEW}", "change_address")
    old_yes = talk.choices()[0]["id"]
    talk.say("no, Torstr. 7", "deny")
    assert talk.press_id(old_yes) == ["said.stale", "ask.confirm.ChangeAddress"]
    assert stored(database, order.number).address == order.address


def test_an_order_without_a_promise_gets_one_by_its_new_place(database, shop):
    order = order_in(database, shop, "created", place=None)
    talk = Talk(database, shop.customer.id)
    talk.say(f"deliver it to {NEW}", "change_address", coordinates=PIN)
    assert talk.press("choice.yes") == ["order.address_changed", "order.confirmed"]
    assert stored(database, order.number).status == "allocated"


def test_an_address_that_is_not_found_asks_for_the_place(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say(f"deliver it to {NEW}", "change_address")
    assert talk.press("choice.yes") == ["order.address_changed"]
    perform(database, [RecordLocation(order=order.number, place=None, address=NEW)], moment(SYSTEM))
    assert talk.say("thanks", "thank") == ["said.welcome", "ask.place"]
    assert talk.say("/inform", coordinates=PIN) == ["order.place_found"]


def test_what_was_not_found_before_is_looked_up_anew(database, shop):
    order = order_in(database, shop, "created", place=None)
    with database.writing() as session:
        a_case(session, "address_not_found", order)
    talk = Talk(database, shop.customer.id)
    talk.say(f"deliver it to {NEW}", "change_address")
    assert talk.press("choice.yes") == ["order.address_changed"]
    with database.reading() as session:
        assert session.exec(select(Case)).one().status == "resolved"
    assert jobs(database) == ["locate"]


# A place alone


def test_a_place_alone_answers_the_order_that_waits_for_one(database, shop):
    order = order_in(database, shop, "created", place=None)
    with database.writing() as session:
        a_case(session, "address_not_found", order)
    talk = Talk(database, shop.customer.id)
    assert talk.say("/inform", coordinates=PIN) == ["order.place_found"]
    assert stored(database, order.number).place == Place.parse(PIN)


def test_a_place_alone_is_asked_what_it_is_for(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("/inform", coordinates=PIN) == ["refused.place_for_what"]
    assert talk.press("choice.address_any") == ["ask.street_of_place"]
    assert talk.say(NEW) == ["ask.confirm.ChangeAddress"]


def test_a_place_in_the_middle_of_something_else_loses_neither(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("cancel it", "cancel_order")
    assert talk.say("/inform", coordinates=PIN) == ["refused.place_for_what", "ask.confirm.CancelOrder"]


# Whose order it is


def test_another_customers_order_is_not_known(database, shop):
    order = order_in(database, shop)
    with database.writing() as session:
        other = a_customer(session, name="Jo", email="jo@example.com", phone="+4930901900")
    for talk in (Talk(database, other.id), Talk(database)):
        for number in (order.number, "RM-99999"):
            said = talk.say(f"deliver {number} to {NEW}", "change_address", order_number=number, postcode="10119")
            assert said == ["ask.fact"]
    assert stored(database, order.number).address == order.address


def test_the_fact_that_opens_an_order_is_not_taken_for_the_new_postcode(database, shop):
    order = order_in(database, shop)
    talk = Talk(database)
    said = talk.say(f"deliver {order.number} to {NEW}", "change_address", order_number=order.number, postcode="10119")
    assert said == ["ask.fact"]
    assert talk.say("10115", postcode="10115") == ["ask.confirm.ChangeAddress"]
    assert talk.facts["address"] == NEW
    assert talk.press("choice.yes") == ["order.address_changed"]


def test_a_shared_contact_opens_an_order(database, shop):
    order = order_in(database, shop)
    talk = Talk(database)
    talk.say("change the address", "change_address", order_number=order.number)
    assert talk.say("/inform", phone=shop.customer.phone) == ["ask.street"]
