"""Orders that are called by the day they come, and moved by so many days."""

from __future__ import annotations

from datetime import date

import pytest

from domain.orders import Order
from domain.values import Window
from storage.database import Database
from tests.builders import Business, an_order, business
from tests.integration.test_spanish import Spoken, stored
from tests.talking import Talk

THURSDAY, FRIDAY, SATURDAY = "2026-05-07", "2026-05-08", "2026-05-09"
MORNING = Window.parse("08:00-12:00")


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return business(session)


@pytest.fixture
def orders(database: Database, shop: Business) -> dict[str, Order]:
    """One order a day, by its day."""
    with database.writing() as session:
        return {
            day: an_order(session, shop, status="allocated", day=date.fromisoformat(day), window=MORNING)
            for day in (THURSDAY, FRIDAY)
        }


@pytest.fixture
def talk(database, shop) -> Talk:
    return Talk(database, shop.customer.id)


def test_it_is_the_order_of_that_day_though_another_was_talked_about(talk, orders):
    talk.say("where is it", "track_order", order_number=orders[THURSDAY].number)
    assert talk.say("and friday", "track_order", due_day=FRIDAY) == ["order.tracked"]
    assert talk.facts["number"] == orders[FRIDAY].number


def test_no_order_is_guessed_where_none_comes_that_day(talk, orders):
    talk.say("where is it", "track_order", order_number=orders[THURSDAY].number)
    assert talk.say("cancel saturday's", "cancel_order", due_day=SATURDAY) == ["ask.which_order"]
    assert len(talk.choices()) == 2


def test_the_order_of_a_week_with_one_order(talk, orders):
    talk.say("cancel next week's order", "cancel_order", due_day=f"{FRIDAY}/2026-05-15")
    assert talk.facts["number"] == orders[FRIDAY].number


def test_an_order_comes_a_day_later_at_the_same_time(database, talk, orders):
    assert talk.say("a day later please", "reschedule_delivery", due_day=FRIDAY) == ["order.rescheduled"]
    order = stored(database, orders[FRIDAY].number)
    assert (order.promise_day.isoformat(), order.window) == (SATURDAY, MORNING)


def test_a_day_that_is_named_counts_more_than_by_how_much(database, talk, orders):
    said = {"order_number": orders[THURSDAY].number, "date": SATURDAY, "time_window": "08:00-12:00"}
    talk.say("push it back two days, so saturday morning", "reschedule_delivery", **said)
    assert stored(database, orders[THURSDAY].number).promise_day.isoformat() == SATURDAY


def test_earlier_than_possible_is_said_with_what_is_possible(talk, orders):
    talk.say("a week earlier", "reschedule_delivery", order_number=orders[THURSDAY].number)
    assert talk.outcome in {"asked", "refused"}
    assert talk.choices()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("can you move friday's delivery a day later", "2026-05-09"),
        ("retrasa un día la entrega del viernes", "2026-05-09"),
        ("move the friday one to saturday", "2026-05-09"),
    ],
)
def test_so_it_is_said(database, talk, orders, bilingual, text, day):
    chat = Spoken(talk, bilingual)
    chat(text)
    if talk.outcome == "asked":
        chat("8-12")
    assert stored(database, orders[FRIDAY].number).promise_day.isoformat() == day
    assert stored(database, orders[THURSDAY].number).promise_day.isoformat() == THURSDAY


# All orders


def test_all_orders_are_told_where_they_are(talk, orders):
    assert talk.say("where are my orders", "track_order") == ["order.tracked"] * 2


def test_each_is_cancelled_only_after_a_yes_of_its_own(database, talk, orders):
    talk.say("where is it", "track_order", order_number=orders[FRIDAY].number)
    assert talk.say("cancel everything", "cancel_order") == ["ask.confirm.CancelOrder"]
    assert talk.say("no", "deny") == ["said.kept", "ask.confirm.CancelOrder"]
    assert talk.say("yes", "affirm") == ["order.cancelled"]
    states = [stored(database, orders[day].number).status for day in (THURSDAY, FRIDAY)]
    assert states == ["allocated", "cancelled"]


def test_what_stays_is_left_out(database, shop, orders):
    with database.writing() as session:
        other = an_order(session, shop, status="allocated", lines=[("SKU-3", 1)])
    talk = Talk(database, shop.customer.id)
    talk.say("cancel everything but the toaster", "cancel_order", product="toaster")
    talk.say("yes", "affirm")
    talk.say("yes", "affirm")
    states = [stored(database, each.number).status for each in (*orders.values(), other)]
    assert states == ["cancelled", "cancelled", "allocated"]


def test_what_cannot_be_cancelled_any_more_is_not_asked_about(database, shop, orders):
    with database.writing() as session:
        an_order(session, shop, status="out_for_delivery")
    talk = Talk(database, shop.customer.id)
    talk.say("cancel all my orders", "cancel_order")
    talk.say("yes", "affirm")
    assert talk.say("yes", "affirm") == ["order.cancelled"]


def test_all_orders_are_moved_to_one_day(database, talk, orders):
    said = {"date": SATURDAY, "time_window": "08:00-12:00"}
    talk.say("bring both on saturday morning", "reschedule_delivery", **said)
    assert {stored(database, each.number).promise_day.isoformat() for each in orders.values()} == {SATURDAY}


def test_both_are_two(talk, database, shop, orders):
    with database.writing() as session:
        an_order(session, shop, status="allocated")
    assert talk.say("cancel both", "cancel_order") == ["ask.which_order"]


def test_many_orders_are_told_without_buttons(talk, database, shop, orders):
    with database.writing() as session:
        an_order(session, shop, status="allocated")
    assert talk.say("where are all my orders", "track_order") == ["order.tracked"] * 3
    assert talk.choices() == []


MONDAY = {"date": "2026-05-11", "time_window": "08:00-12:00"}


@pytest.mark.parametrize(
    "text",
    [
        "move the kettle to monday 8-12, thanks for everything",
        "move the kettle to monday 8-12, not both orders",
        "move the kettle to monday 8-12, both kids are ill",
    ],
)
def test_one_order_that_is_named_is_the_only_one_that_is_moved(database, shop, text):
    with database.writing() as session:
        kettle, grinder = (an_order(session, shop, status="allocated", lines=[(sku, 1)]) for sku in ("SKU-1", "SKU-2"))
    Talk(database, shop.customer.id).say(text, "reschedule_delivery", product="kettle", **MONDAY)
    assert stored(database, kettle.number).promise_day.isoformat() == MONDAY["date"]
    assert stored(database, grinder.number).promise_day == grinder.promise_day


@pytest.mark.parametrize(
    "text",
    [
        "don't move it a day later",
        "can you reschedule it, the next day doesn't work for me",
        "i am back two days later than planned, can you reschedule",
    ],
)
def test_a_time_that_is_only_told_moves_nothing(database, talk, orders, text):
    talk.say("where is it", "track_order", order_number=orders[THURSDAY].number)
    talk.say(text, "reschedule_delivery")
    assert stored(database, orders[THURSDAY].number).promise_day.isoformat() == THURSDAY


def test_the_other_one_is_the_order_that_is_not_talked_about(database, talk, orders):
    talk.say("where is it", "track_order", order_number=orders[THURSDAY].number)
    when = {"date": SATURDAY, "time_window": "08:00-12:00"}
    assert talk.say("can the other one come saturday morning", "reschedule_delivery", **when) == ["order.rescheduled"]
    assert stored(database, orders[FRIDAY].number).promise_day.isoformat() == SATURDAY
    assert stored(database, orders[THURSDAY].number).promise_day.isoformat() == THURSDAY


@pytest.mark.parametrize("text", ["for both of them please", "para los dos, por favor", "for all of them"])
def test_what_the_driver_is_told_of_one_order_is_told_of_the_other(database, talk, orders, text):
    talk.say("gate code is 4711", "delivery_instructions", order_number=orders[FRIDAY].number)
    talk.say(text)
    for order in orders.values():
        assert "4711" in stored(database, order.number).wishes["code"]


def test_the_other_one_is_the_only_one_where_there_is_no_other(database, talk, shop):
    with database.writing() as session:
        order = an_order(session, shop, status="allocated", day=date.fromisoformat(THURSDAY), window=MORNING)
    talk.say("where is it", "track_order", order_number=order.number)
    talk.say("cancel the other one", "cancel_order")
    assert talk.facts["number"] == order.number
