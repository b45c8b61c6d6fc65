"""Conversations from the message to the committed row: questions, answers, corrections, digressions, refusals."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import Session, select

from actions.perform import perform
from domain.cases import Case
from domain.commands import CancelOrder, RecordLocation, RescheduleOrder, StockProduct
from domain.conversations import Conversation
from domain.customers import Customer
from domain.depots import DeliverySlot
from domain.events import Event
from domain.moment import SYSTEM
from domain.orders import Order
from domain.refusals import Refusal
from domain.stock import StockLevel
from storage.database import Database
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.builders import API, EVENING, FAR_AWAY, HOME, NOW, Business, a_case, a_customer, an_order, business, moment
from tests.talking import Talk


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


def count(session: Session, table: type, *conditions: object) -> int:
    return len(session.exec(select(table).where(*conditions)).all())


# Where is it


def test_one_order_under_way_is_told_at_once(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("where is my order", "track_order") == ["order.tracked"]
    assert talk.facts["number"] == order.number
    assert talk.facts["items"] == [{"name": "Kettle", "quantity": 2}, {"name": "Espresso grinder", "quantity": 1}]


def test_with_several_the_buttons_name_products_and_dates(database, shop):
    order_in(database, shop, lines=[("SKU-1", 1)])
    second = order_in(database, shop, lines=[("SKU-3", 1)], day=date(2026, 5, 7))
    talk = Talk(database, shop.customer.id)
    assert talk.say("where is my order", "track_order") == ["ask.which_order"]
    values = [choice["values"] for choice in talk.choices()]
    assert [(value["items"][0]["name"], value["day"]) for value in values] == [
        ("Kettle", "2026-05-05"),
        ("Toaster", "2026-05-07"),
    ]
    assert talk.press("choice.order", 1) == ["order.tracked"]
    assert talk.facts["number"] == second.number


def test_another_order_than_the_only_one_that_is_open_is_asked_for(database, shop):
    first, second = order_in(database, shop), order_in(database, shop)
    talk = Talk(database)
    talk.say("where is it", "track_order", order_number=first.number)
    talk.say("10115", postcode="10115")
    assert talk.facts["number"] == first.number
    assert talk.say("and where is the other one?", "track_order") == ["ask.order_number"]
    assert talk.say(second.number, order_number=second.number) == ["ask.fact"]


def test_a_product_says_which_order_is_meant(database, shop):
    order_in(database, shop, lines=[("SKU-1", 1)])
    second = order_in(database, shop, lines=[("SKU-3", 1)])
    talk = Talk(database, shop.customer.id)
    assert talk.say("where is my toaster", "track_order", product="toaster") == ["order.tracked"]
    assert talk.facts["number"] == second.number


def test_two_numbers_in_one_message_are_both_told(database, shop):
    first, second = order_in(database, shop), order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert (
        talk.say("where are they", "track_order", order_number=[first.number, second.number]) == ["order.tracked"] * 2
    )
    assert [shown.facts["number"] for shown in talk.shown] == [first.number, second.number]


def test_what_was_talked_about_is_meant_next(database, shop):
    order_in(database, shop)
    second = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("where is it", "track_order", order_number=second.number)
    assert talk.say("cancel it", "cancel_order") == ["ask.confirm.CancelOrder"]
    assert talk.facts["number"] == second.number


def test_with_nothing_under_way_the_last_delivery_is_told(database, shop):
    order = order_in(database, shop, "delivered")
    talk = Talk(database, shop.customer.id)
    assert talk.say("where is my order", "track_order") == ["order.tracked"]
    assert (talk.facts["number"], talk.facts["status"]) == (order.number, "delivered")


@pytest.mark.parametrize(
    "status", ["created", "backordered", "packed", "out_for_delivery", "failed", "held", "cancelled"]
)
def test_every_state_can_be_asked_for(database, shop, status):
    order = order_in(database, shop, status)
    talk = Talk(database, shop.customer.id)
    assert "order.tracked" in talk.say("where", "track_order", order_number=order.number)
    assert talk.shown[0].facts["status"] == status


# Another day


def test_rescheduling_offers_real_windows_and_commits_the_chosen_one(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("another day please", "reschedule_delivery") == ["ask.delivery_window"]
    chosen = talk.choices()[2]["values"]
    assert talk.press("choice.delivery_window", 2) == ["order.rescheduled"]
    now = stored(database, order.number)
    assert (now.promise_day.isoformat(), str(now.window)) == (chosen["day"], chosen["window"])
    with database.reading() as session:
        slots = {(s.day.isoformat(), str(s.window)): s.booked for s in session.exec(select(DeliverySlot))}
        assert slots[(chosen["day"], chosen["window"])] == 1
        assert slots[("2026-05-05", "12:00-16:00")] == 0
        change = session.exec(select(Event).where(Event.subject == order.number, Event.change == "promise")).all()[-1]
        assert (change.before, change.actor) == ("2026-05-05 12:00-16:00", "customer")


def test_friday_evening_in_words_needs_no_question(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    said = talk.say("friday evening", "reschedule_delivery", date="2026-05-08", time_window="17:00-20:00")
    assert said == ["order.rescheduled"]
    assert (stored(database, order.number).promise_day, str(stored(database, order.number).window)) == (
        date(2026, 5, 8),
        "16:00-20:00",
    )


def test_a_correction_in_the_middle_counts(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("thursday", "reschedule_delivery", date="2026-05-07") == ["ask.window_on"]
    assert talk.say("no, friday", "deny", date="2026-05-08") == ["ask.window_on"]
    assert talk.facts["day"] == "2026-05-08"
    assert talk.say("in the evening", time_window="17:00-20:00") == ["order.rescheduled"]
    assert stored(database, order.number).promise_day == date(2026, 5, 8)


def test_a_digression_is_answered_and_the_question_comes_back(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("another day", "reschedule_delivery")
    assert talk.say("do you have the toaster?", "check_stock", product="toaster") == [
        "stock.told",
        "ask.delivery_window",
    ]
    assert talk.press("choice.delivery_window") == ["order.rescheduled"]


def test_thanks_in_between_does_not_lose_the_question(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("another day", "reschedule_delivery")
    assert talk.say("thanks", "thank") == ["said.welcome", "ask.delivery_window"]


def test_a_closed_day_is_refused_with_days_near_it(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("on sunday", "reschedule_delivery", date="2026-05-10") == ["refused.day_closed"]
    assert {choice["values"]["day"] for choice in talk.choices()} == {"2026-05-09", "2026-05-11"}
    assert talk.press("choice.delivery_window") == ["order.rescheduled"]


def test_a_full_window_is_refused_and_others_offered(database):
    with database.writing() as session:
        shop = business(session, capacity=1)
    order_in(database, shop, day=date(2026, 5, 7))
    mine = order_in(database, shop, day=date(2026, 5, 8))
    talk = Talk(database, shop.customer.id)
    said = talk.say(
        "thursday noon", "reschedule_delivery", order_number=mine.number, date="2026-05-07", time_window="12:00-16:00"
    )
    assert said == ["refused.window_taken"]
    assert stored(database, mine.number).promise_day == date(2026, 5, 8)


def test_what_is_out_cannot_be_moved_and_it_says_until_when(database, shop):
    order = order_in(database, shop, "out_for_delivery")
    talk = Talk(database, shop.customer.id)
    assert talk.say("friday", "reschedule_delivery", date="2026-05-08") == ["refused.cannot_reschedule"]
    assert talk.facts["number"] == order.number
    assert talk.facts["until"].startswith("2026-05-04")


# Cancelling


def test_cancelling_is_confirmed_once_and_gives_everything_back(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("cancel my order", "cancel_order") == ["ask.confirm.CancelOrder"]
    yes = talk.choices()[0]["id"]
    assert talk.press_id(yes) == ["order.cancelled"]
    assert talk.press_id(yes) == []
    assert stored(database, order.number).status == "cancelled"
    with database.reading() as session:
        assert all(level.reserved == 0 for level in session.exec(select(StockLevel)))
        assert all(slot.booked == 0 for slot in session.exec(select(DeliverySlot)))
        assert count(session, Event, Event.subject == order.number, Event.after == "cancelled") == 1


def test_no_keeps_the_order(database, shop):
    order = order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("cancel it", "cancel_order")
    assert talk.press("choice.no") == ["said.kept"]
    assert stored(database, order.number).status == "allocated"


def test_out_for_delivery_is_too_late_and_says_what_is_possible(database, shop):
    order_in(database, shop, "out_for_delivery")
    talk = Talk(database, shop.customer.id)
    assert talk.say("cancel my order", "cancel_order") == ["refused.cannot_cancel"]
    assert [choice["label"] for choice in talk.choices()] == ["choice.person"]


def test_an_order_that_left_while_the_question_waited_is_not_cancelled(database, shop):
    order = order_in(database, shop, "dispatched")
    talk = Talk(database, shop.customer.id)
    assert talk.say("cancel my order", "cancel_order") == ["ask.confirm.CancelOrder"]
    with database.writing() as session:
        session.exec(select(Order).where(Order.number == order.number)).one().status = "out_for_delivery"
    assert talk.press("choice.yes") == ["refused.cannot_cancel"]
    assert stored(database, order.number).status == "out_for_delivery"


def test_cancel_alone_asks_whether_the_order_or_the_messages_are_meant(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("cancel", "cancel_order") == ["said.cancel_what"]
    assert talk.press("choice.stop_messages") == ["said.messages_off"]
    with database.reading() as session:
        assert session.get(Customer, shop.customer.id).messages_off


# Dropping, expiry, misunderstanding


def test_never_mind_drops_the_question(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("another day", "reschedule_delivery")
    assert talk.say("forget it", "stop") == ["said.dropped"]
    assert talk.say("friday", date="2026-05-08") != ["order.rescheduled"]


def test_a_question_is_forgotten_after_half_an_hour(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("another day", "reschedule_delivery")
    pressed = talk.choices()[0]["id"]
    talk.wait(minutes=31)
    assert talk.press_id(pressed) == ["said.stale"]


def test_twice_misunderstood_offers_what_is_possible_and_a_person(database, shop):
    talk = Talk(database, shop.customer.id)
    assert talk.say("asdf", "out_of_scope") == ["said.puzzled"]
    assert talk.say("asdf", "out_of_scope") == ["said.puzzled_again"]
    assert talk.choices()[-1]["label"] == "choice.person"
    assert talk.press("choice.person") == ["person.will_help"]


def test_a_wish_that_only_a_person_can_grant_becomes_one_exception(database, shop):
    talk = Talk(database)
    assert talk.say("it does not fit, I send it back", "start_return") == ["ask.return_order_number"]
    assert talk.press("choice.no_order_number") == ["person.will_help"]
    reference = talk.facts["reference"]
    talk.say("really does not fit", "start_return")
    talk.press("choice.no_order_number")
    assert (talk.facts["reference"], talk.facts["already"]) == (reference, True)
    with database.reading() as session:
        case = session.exec(select(Case)).one()
        assert (case.kind, case.detail["words"]) == (
            "wish.start_return",
            ["it does not fit, I send it back", "really does not fit"],
        )


def test_another_chats_button_is_stale(database, shop):
    order_in(database, shop)
    mine, other = Talk(database, shop.customer.id), Talk(database)
    mine.say("cancel it", "cancel_order")
    assert other.press_id(mine.choices()[0]["id"]) == ["said.stale"]


# Before buying


def test_a_promise_before_buying(database, shop):
    talk = Talk(database)
    assert talk.say("when could you deliver", "delivery_promise") == ["ask.postcode"]
    assert talk.say("10115", postcode="10115") == ["promise.given"]
    assert (talk.facts["day"], talk.facts["window"]) == ("2026-05-05", "08:00-12:00")


def test_where_nobody_delivers_another_postcode_can_be_given(database, shop):
    talk = Talk(database)
    assert talk.say("do you deliver to 99999", "delivery_promise", postcode="99999") == ["refused.not_delivered_there"]
    assert talk.say("and 10115?", postcode="10115") == ["promise.given"]


def test_stock_by_words_and_by_sku(database, shop):
    talk = Talk(database)
    assert talk.say("is the grinder there", "check_stock", product="the grinder") == ["stock.told"]
    assert talk.facts["sku"] == "SKU-2"
    assert talk.say("SKU-3?", "check_stock", product="SKU-3") == ["stock.told"]
    assert talk.facts["product"] == "Toaster"


def test_an_unknown_product_is_asked_again(database, shop):
    talk = Talk(database)
    assert talk.say("do you have unicorns", "check_stock", product="unicorns") == ["refused.no_such_product"]
    assert talk.say("a kettle then", product="kettle") == ["stock.told"]


# Pins


def lost_order(database: Database, shop: Business) -> Order:
    """An order whose address the geocoder did not find."""
    with database.writing() as session:
        order = an_order(session, shop, status="created", place=None)
        a_case(session, "address_not_found", order)
        return order


def test_the_customer_is_asked_for_a_pin_when_next_in_chat(database, shop):
    order = lost_order(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("hello", "greet") == ["said.greeting", "ask.place"]
    assert talk.say("52.5316, 13.3817", coordinates="52.53160,13.38170") == ["order.place_found"]
    assert stored(database, order.number).status == "allocated"


def test_a_pin_far_away_is_refused_and_asked_again(database, shop):
    order = lost_order(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("hello", "greet")
    assert talk.say("48.1, 11.5", coordinates="48.10000,11.50000") == ["refused.pin_far_away"]
    assert stored(database, order.number).place is None
    assert talk.say("52.5316, 13.3817", coordinates="52.53160,13.38170") == ["order.place_found"]


# Counting


def test_a_turn_costs_few_statements(database, shop, statements):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("where is it", "track_order")
    statements.clear()
    talk.say("where is it", "track_order")
    assert len(statements) <= 13, "\n".join(statements)


def test_conversations_are_kept_apart(database, shop):
    second = None
    with database.writing() as session:
        second = a_customer(session, name="Jo", email="jo@example.com", phone="+4930901900")
    order = order_in(database, shop)
    talk = Talk(database, second.id)
    assert talk.say("where is it", "track_order") == ["refused.no_active_order"]
    assert talk.say("cancel it", "cancel_order", order_number=order.number) == ["ask.fact"]
    with database.reading() as session:
        assert count(session, Conversation) == 1


# Buttons and several orders at once


def test_an_old_yes_confirms_nothing_but_its_own_question(database, shop):
    first, second = order_in(database, shop), order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("cancel it", "cancel_order", order_number=first.number)
    old_yes = talk.choices()[0]["id"]
    assert talk.say("no, the other", "deny", order_number=second.number) == ["ask.confirm.CancelOrder"]
    assert talk.press_id(old_yes) == ["said.stale", "ask.confirm.CancelOrder"]
    assert {stored(database, each.number).status for each in (first, second)} == {"allocated"}


def test_each_of_several_orders_is_confirmed_by_itself(database, shop):
    first, second = order_in(database, shop), order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    assert talk.say("cancel both", "cancel_order", order_number=[first.number, second.number]) == [
        "ask.confirm.CancelOrder"
    ]
    assert talk.facts["number"] == first.number
    assert talk.press("choice.yes") == ["order.cancelled", "ask.confirm.CancelOrder"]
    assert talk.facts["number"] == second.number
    assert talk.press("choice.no") == ["said.kept"]
    assert (stored(database, first.number).status, stored(database, second.number).status) == ("cancelled", "allocated")


def test_no_to_one_thing_does_not_drop_what_waited_before_it(database, shop):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    talk.say("another day", "reschedule_delivery")
    assert talk.say("or cancel it", "cancel_order") == ["ask.confirm.CancelOrder"]
    assert talk.press("choice.no") == ["said.kept", "ask.delivery_window"]


@pytest.mark.parametrize(
    ("intent", "entities"),
    [
        ("reschedule_delivery", {"date": "whenever"}),
        ("reschedule_delivery", {"time_window": "afternoon"}),
        ("reschedule_delivery", {"date": 5}),
        ("track_order", {"order_number": "x" * 5000}),
        ("share_location", {"coordinates": "nowhere"}),
        ("check_stock", {"product": "kettle " * 1000}),
    ],
)
def test_a_payload_with_a_value_that_is_none_is_asked_again(database, shop, intent, entities):
    order_in(database, shop)
    talk = Talk(database, shop.customer.id)
    (said,) = talk.say("/payload", intent, **entities)
    assert said in {"refused.not_understood_value", "refused.no_such_product", "stock.told"}


def test_a_place_that_is_known_is_not_moved_by_a_pin(database, shop):
    order = order_in(database, shop, "packed")
    talk = Talk(database, shop.customer.id)
    talk.say("/share_location", "share_location", order_number=order.number, coordinates="52.50000,13.50000")
    assert stored(database, order.number).place == HOME


# What others do to an order


def web_chat(database: Database, customer_id: int) -> Talk:
    with database.writing() as session:
        chats = UnitOfWork(session, SYSTEM).chats
        chats.lock(chats.find_or_add("web", f"web-{customer_id}", NOW)).bind(customer_id)
    return Talk(database, customer_id)


def waiting_for(database: Database) -> list[str]:
    with database.reading() as session:
        return [row.name for row in session.exec(select(OutboxRow).where(OutboxRow.state == "pending"))]


def test_the_customer_is_told_what_the_shop_changed(database, shop):
    order = order_in(database, shop)
    web_chat(database, shop.customer.id)
    perform(database, [CancelOrder(order=order.number)], moment(API))
    assert waiting_for(database) == ["order.cancelled"]


def test_who_wants_no_messages_gets_none_on_any_channel(database, shop):
    order = order_in(database, shop)
    talk = web_chat(database, shop.customer.id)
    assert talk.say("/stop", "stop") == ["said.messages_off"]
    perform(database, [CancelOrder(order=order.number)], moment(API))
    assert waiting_for(database) == []


def test_the_answer_about_an_address_it_no_longer_has_is_ignored(database, shop):
    order = order_in(database, shop, "created", place=None)
    perform(
        database, [RecordLocation(order=order.number, place=HOME, address="Elsewhere 1, 10115 Berlin")], moment(SYSTEM)
    )
    assert stored(database, order.number).place is None


def test_an_address_out_of_reach_is_a_case_for_a_person(database, shop):
    order = order_in(database, shop)
    with database.writing() as session:
        session.exec(select(Order)).one().place = None
        session.exec(select(Order)).one().postcode = "80331"
    perform(database, [RecordLocation(order=order.number, place=FAR_AWAY)], moment(SYSTEM))
    with database.reading() as session:
        assert session.exec(select(Case)).one().kind == "no_promise"


def test_asking_for_what_is_promised_already_changes_nothing(database, shop):
    order = order_in(database, shop)
    for _ in range(2):
        with pytest.raises(Refusal, match="same_window"):
            perform(
                database,
                [RescheduleOrder(order=order.number, day=order.promise_day, window="08:00-20:00")],
                moment(API),
            )


def test_a_part_of_the_day_in_which_it_comes_anyway_is_no_other_window(database, shop):
    order = order_in(database, shop, window=EVENING)
    talk = Talk(database, shop.customer.id)
    day = order.promise_day.isoformat()
    assert talk.say("in the evening", "reschedule_delivery", date=day, time_window="17:00-21:00") == [
        "refused.same_window"
    ]


def test_new_goods_go_to_who_has_waited_longest(database):
    with database.writing() as session:
        shop = business(session, stock={"SKU-1": 0})
        waiting = [an_order(session, shop, status="backordered", lines=[("SKU-1", 2)]) for _ in range(2)]
        for each in waiting:
            a_case(session, "backordered", each)
        shop_depot = shop.depot.code
    perform(
        database,
        [StockProduct(sku="SKU-1", name="Kettle", price=3990, depot=shop_depot, on_hand=3)],
        moment(SYSTEM),
    )
    assert [stored(database, each.number).status for each in waiting] == ["allocated", "backordered"]
    with database.reading() as session:
        assert sorted(case.status for case in session.exec(select(Case))) == ["open", "resolved"]
