"""What staff do with orders: find, show, hold and let go on, move, take down, write to the customer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from actions.choices import MAX_BUTTONS
from bot.words import Words
from domain.customers import Customer
from domain.events import Event
from domain.orders import Order
from domain.routes import Route, Task
from storage.database import Database
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.builders import (
    NEXT_DAY,
    NOON,
    NOW,
    Business,
    a_customer,
    a_staff_member,
    a_stop,
    an_order,
    business,
    moment,
)
from tests.talking import Talk
from tests.unit.test_words import BERLIN

WORDS = Words(["en"], BERLIN)


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return business(session)


def order(database: Database, shop: Business, **values: object) -> str:
    told = {name: values.pop(name) for name in ("told_start", "told_end") if name in values}
    with database.writing() as session:
        made = an_order(session, shop, **values)
        for name, value in told.items():
            setattr(made, name, value)
        return made.number


def on_a_route(database: Database, shop: Business, number: str, **route: object) -> int:
    with database.writing() as session:
        made = Route(depot_id=shop.depot_id, day=NEXT_DAY, status="published", **route)
        session.add(made)
        session.flush()
        found = UnitOfWork(session, moment().actor).orders.get(number)
        a_stop(
            session,
            made,
            found,
            eta=NOW + timedelta(days=1),
            eta_start=NOW + timedelta(days=1),
            eta_end=NOW + timedelta(days=1),
        )
        return made.id or 0


def desk(database: Database, role: str = "dispatcher", **more: object) -> Talk:
    return Talk(database, staff_id=a_staff_member(database, f"Mia Zz{role}", role), channel="terminal", **more)


def of(database: Database, number: str) -> Order:
    with database.reading() as session:
        return session.scalars(select(Order).where(Order.number == number)).one()


def outbox(database: Database) -> list[OutboxRow]:
    with database.reading() as session:
        return list(session.scalars(select(OutboxRow).order_by(OutboxRow.id)))


def labels(talk: Talk) -> list[str]:
    return [each["label"] for each in talk.choices()]


def test_an_order_is_found_by_whatever_is_known_of_it(database, shop):
    number = order(database, shop)
    order(database, shop, customer=another(database), street="Torstraße 5", postcode="10119")
    talk = desk(database)
    for known in (
        {"order_number": number}, {"phone": "+4930901820"}, {"email": "MARIA@example.com"}, {"postcode": "10115"},
        {"address": "Invalidenstraße 117"},
    ):  # fmt: skip
        assert talk.say("find it", "find_order", **known) == ["desk.order"], known
        assert talk.facts["number"] == number
    for words in ("find okafor", "show me maria okafor's order", "anything for Okafo", "order in invalidenstraße"):
        assert talk.say(words, "find_order") == ["desk.order"], words
        assert talk.facts["number"] == number


def another(database: Database, name: str = "Jonas Weber") -> Customer:
    with database.writing() as session:
        return a_customer(session, name=name, email=f"{name.split()[0].lower()}@example.com", phone="+493040500600")


def test_several_are_a_list_with_pages_and_none_says_what_was_understood(database, shop):
    for _ in range(12):
        order(database, shop)
    talk = desk(database)
    assert talk.say("orders of okafor", "find_order") == ["desk.orders_found"]
    assert (talk.facts["count"], talk.facts["pages"], len(talk.facts["orders_shown"])) == (12, 2, 10)
    assert talk.press("choice.next_page") == ["desk.orders_found"]
    assert (talk.facts["page"], len(talk.facts["orders_shown"])) == (2, 2)
    assert talk.press("choice.found_order") == ["desk.order"]
    talk.say("cancelled orders in 99999", "find_order", postcode="99999")
    assert said(talk) == "No order fits: postcode 99999, cancelled."


def said(talk: Talk) -> str:
    shown = talk.shown[-1]
    return Words(["en"], BERLIN).say(shown.name, shown.facts, "en", talk.now)


def test_states_are_those_of_the_day_they_were_got_into(database, shop):
    today = order(database, shop, status="failed")
    order(database, shop, status="failed", now=NOW - timedelta(days=3))
    talk = desk(database)
    talk.say("today's failed", "find_order", date="2026-05-04")
    assert talk.facts["number"] == today
    talk.say("all failed", "find_order")
    assert talk.facts["count"] == 2


def test_late_and_unplanned_orders_are_found(database, shop):
    late = order(database, shop, told_start=NOW - timedelta(hours=2), told_end=NOW - timedelta(hours=1))
    planned = order(database, shop)
    on_a_route(database, shop, planned)
    talk = desk(database)
    talk.say("what is late", "find_order")
    assert talk.facts["number"] == late
    talk.say("unplanned orders", "find_order")
    assert talk.facts["number"] == late


def test_a_bare_number_shows_the_order_to_staff(database, shop):
    number = order(database, shop)
    assert desk(database).say(number, order_number=number) == ["desk.order"]


def test_the_card_says_all_and_offers_what_may_be_done(database, shop):
    number = order(database, shop)
    route = on_a_route(database, shop, number)
    asks = Talk(database, shop.customer.id, channel="web")
    asks.say("where is my kettle", "track_order", order_number=number)
    talk = desk(database)
    talk.say("show it", "show_order", order_number=number)
    assert (talk.facts["route"], talk.facts["stop"], talk.facts["customer"]) == (route, 1, "Maria Okafor")
    assert [words for _, words in talk.facts["talk"]] == ["where is my kettle"]
    assert talk.facts["history"][0]["what"] == "status"
    assert {"choice.hold", "choice.reschedule", "choice.address", "choice.cancel_order"} <= set(labels(talk))
    text = said(talk)
    assert text.startswith(f"# {number} · goods set aside\n*Maria Okafor*, Invalidenstraße 117, 10115 Berlin")
    assert "+4930901820" not in text


def test_who_only_looks_may_change_nothing(database, shop):
    number = order(database, shop)
    viewer = desk(database, "viewer")
    assert viewer.say("show it", "show_order", order_number=number) == ["desk.order"]
    assert labels(viewer) == ["choice.who_did"]
    for intent in (
        "hold_order",
        "cancel_order",
        "change_order_address",
        "reschedule_order",
        "show_contact",
        "create_order",
    ):
        assert viewer.say("do it", intent, order_number=number, reason="x") == ["refused.not_your_role"], intent
    assert of(database, number).status == "allocated"


def test_a_held_order_leaves_its_route_and_is_let_go_on(database, shop):
    number = order(database, shop, told_start=NOW + timedelta(hours=26), told_end=NOW + timedelta(hours=27))
    on_a_route(database, shop, number)
    rings(database, shop)
    talk = desk(database)
    assert talk.say("hold it", "hold_order", order_number=number) == ["ask.reason"]
    assert talk.say("the payment is not in") == ["desk.order_done"]
    held = of(database, number)
    assert (held.status, held.held_from, held.told_end, held.stock_reserved) == ("held", "allocated", None, True)
    with database.reading() as session:
        assert session.scalars(select(Task.status)).one() == "skipped"
        event = session.scalars(select(Event).where(Event.after == "held")).one()
        assert (event.person, event.actor, event.detail["reason"]) == (
            talk.staff_id,
            "dispatcher",
            "the payment is not in",
        )
    assert [row.name for row in outbox(database) if row.kind == "OrderHeld"] == ["order.held"]
    assert talk.press("choice.undo") == ["desk.order_done"]
    assert talk.facts["unplanned"] is True
    assert of(database, number).status == "allocated"
    with database.reading() as session:
        assert [case.kind for case in UnitOfWork(session, moment().actor).cases.of_order(number)] == ["not_planned"]


def rings(database: Database, shop: Business) -> None:
    with database.writing() as session:
        chats = UnitOfWork(session, moment().actor).chats
        chats.get(chats.find_or_add("web", "c" * 22, NOW)).bind(shop.customer.id or 0)


def test_what_was_told_to_nobody_is_held_in_silence_and_what_is_loaded_is_not(database, shop):
    number, gone = order(database, shop), order(database, shop, status="out_for_delivery")
    rings(database, shop)
    talk = desk(database)
    talk.say("hold it", "hold_order", order_number=number, reason="no payment")
    assert (talk.facts["what"], talk.facts["told"]) == ("held", False)
    assert not [row for row in outbox(database) if row.kind == "OrderHeld"]
    assert talk.say("hold it", "hold_order", order_number=gone, reason="no payment") == ["refused.transition"]


def test_changes_of_staff_are_confirmed_and_told_to_the_customer(database, shop):
    number = order(database, shop)
    rings(database, shop)
    talk = desk(database)
    assert talk.say(
        "move it", "reschedule_order", order_number=number, date="2026-05-07", time_window="08:00-12:00"
    ) == ["ask.confirm.RescheduleOrder"]
    assert talk.press("choice.yes") == ["desk.order_done"]
    assert of(database, number).promise_day.isoformat() == "2026-05-07"
    assert talk.press("choice.undo") == ["ask.confirm.RescheduleOrder"]
    talk.press("choice.yes")
    assert (of(database, number).promise_day, of(database, number).window) == (NEXT_DAY, NOON)
    assert talk.say("address", "change_order_address", order_number=number, address="Torstr. 5", postcode="10119") == [
        "ask.city"
    ]
    assert talk.say("Berlin") == ["ask.confirm.ChangeAddress"]
    assert talk.press("choice.yes") == ["desk.order_done"]
    assert of(database, number).street == "Torstr. 5"
    assert talk.say("cancel it", "cancel_order", order_number=number) == ["ask.confirm.CancelOrder"]
    assert talk.press("choice.yes") == ["desk.order_done"]
    told = [row.name for row in outbox(database) if row.kind != "reply"]
    assert told == ["order.rescheduled", "order.rescheduled", "order.address_changed", "order.cancelled"]


def test_staff_are_asked_which_order_and_told_of_one_that_is_not_there(database, shop):
    for _ in range(2):
        order(database, shop)
    talk = desk(database)
    assert talk.say("cancel the order", "cancel_order") == ["ask.order"]
    assert talk.say("RM-99999", order_number="RM-99999") == ["refused.no_such_order"]
    assert len(talk.choices()) < MAX_BUTTONS


def test_an_order_is_taken_down_piece_by_piece(database, shop):
    talk = desk(database)
    assert talk.say("new order", "create_order") == ["ask.entering.street"]
    assert talk.say("Chausseestr. 8, 10115 Berlin") == ["ask.entering.lines"]
    assert talk.say("2 x SKU-1 and 1 espresso grinder") == ["ask.name"]
    assert talk.say("Jonas Weber") == ["ask.confirm.EnterOrder"]
    assert [each["quantity"] for each in talk.facts["items"]] == [2, 1]
    assert talk.press("choice.yes") == ["desk.order_done"]
    taken = of(database, talk.facts["number"])
    assert (taken.street, taken.postcode, taken.city, taken.country) == ("Chausseestr. 8", "10115", "Berlin", "DE")
    with database.reading() as session:
        lines = UnitOfWork(session, moment().actor).orders.lines([taken])[taken.id]
        assert [(sku, count) for sku, _, count in lines] == [("SKU-1", 2), ("SKU-2", 1)]
        assert session.scalars(select(Event).where(Event.subject == taken.number)).first().person == talk.staff_id


def test_an_order_of_what_is_not_sold_is_asked_for_again(database, shop):
    talk = desk(database)
    talk.say("new order", "create_order", address="Chausseestr. 8, 10115 Berlin")
    assert talk.say("3 lawn mowers") == ["refused.no_such_product"]
    assert talk.say("3 toasters") == ["ask.name"]


def test_the_contact_is_shown_to_whoever_asks(database, shop):
    number = order(database, shop)
    talk = desk(database)
    assert talk.say("their phone", "show_contact", order_number=number) == ["desk.contact"]
    assert (talk.facts["phone"], talk.facts["customer"]) == ("+4930901820", "Maria Okafor")


def test_who_did_it_is_told_with_the_name_and_the_channel(database, shop):
    number = order(database, shop)
    talk = desk(database)
    talk.say("hold it", "hold_order", order_number=number, reason="no payment")
    other = desk(database, "viewer")
    assert other.say(f"who put {number} on hold", "who_did", order_number=number) == ["desk.deeds"]
    first = other.facts["history"][0]
    assert (first["who"], first["after"], first["channel"], first["why"]) == (
        "Mia Zzdispatcher", "held", "terminal", "no payment",
    )  # fmt: skip
    assert len(other.facts["history"]) == 1
    assert talk.say("who did that", "who_did") == ["desk.deeds"]
    assert talk.facts["subject"] == number
    assert other.say("what did mia do", "who_did", staff="Mia Zzdispatcher") == ["desk.deeds"]
    assert [each["about"] for each in other.facts["history"]] == [number]


def test_the_card_follows_the_order(database, shop):
    """A card shown in a room is made anew when anybody changes the order."""
    number = order(database, shop)
    talk = Talk(database, staff_id=a_staff_member(database, "Ann Zz"), channel="slack")
    talk.say("show it", "show_order", order_number=number)
    with database.writing() as session:
        row = session.scalars(select(OutboxRow)).one()
        row.state, row.provider_id, row.sent_at = "sent", "171.1", NOW
    desk(database).say("hold it", "hold_order", order_number=number, reason="no payment")
    row = next(row for row in outbox(database) if row.kind == "OrderCard")
    assert (row.live, row.edits, row.facts["status"], row.conversation_id) == (
        f"order:{number}", True, "held", talk.conversation_id,
    )  # fmt: skip


def test_the_readers_of_searches():
    from nlu.readers import READERS

    sought, state = READERS["sought"], READERS["order_state"]
    cases = {
        "find the order of Mr. Schmidt": ("schmidt", None),
        "today's failed in 3511": (None, "failed"),
        "show me late orders in the north": (None, "late"),
        "what is on hold for müller": ("müller", "held"),
        "not yet delivered today": (None, "open"),
        "anything unplanned for tomorrow": (None, "unplanned"),
        "anna o'brien, hauptstr. 5": ("anna o'brien hauptstr", None),
    }
    for text, expected in cases.items():
        assert (sought(text, None), state(text, None)) == expected, text
    assert READERS["order_lines"]("2 x SKU-1044, kettle x 3 and some mugs", None) == "2 x SKU-1044\n3 x kettle"


def test_a_postcode_is_found_where_no_order_has_that_number(database, shop):
    number = order(database, shop)
    with database.writing() as session:
        postcode = session.exec(select(Order.postcode).where(Order.number == number)).one()
    mia = Talk(database, staff_id=a_staff_member(database, "Mia Zzstaff"))
    assert mia.say(f"find {postcode}", "find_order", order_number=f"RM-{postcode}") == ["desk.order"]
    assert mia.facts["number"] == number
    assert mia.say("find 99999", "find_order", order_number="RM-99999") == ["refused.no_such_order"]
    assert "of yours" not in WORDS.say(mia.shown[-1].name, mia.facts, None, NOW)
    assert mia.say("late orders", "find_order") == ["desk.orders_found"]  # and nothing of the search before it


def test_undo_offers_what_takes_the_last_thing_back(database, shop):
    number = order(database, shop)
    mia = Talk(database, staff_id=a_staff_member(database, "Mia Zzstaff"))
    assert mia.say("undo", "undo_last") == ["refused.nothing_to_take_back"]
    mia.say(f"hold {number}", "hold_order", order_number=number, reason="no money")
    mia.say("thanks", "thank")
    assert mia.say("undo", "undo_last") == ["said.staff_take_back"]
    mia.press("choice.undo")
    with database.reading() as session:
        assert session.exec(select(Order.status).where(Order.number == number)).one() != "held"
    mia.wait(hours=3)
    assert mia.say("undo", "undo_last") == ["refused.nothing_to_take_back"]


def test_what_cannot_be_changed_any_more_leaves_the_desk_the_customers_number(database, shop):
    number = order(database, shop, status="out_for_delivery")
    mia = Talk(database, staff_id=a_staff_member(database, "Mia Zzstaff"))
    assert mia.say("cancel it", "cancel_order", order_number=number) == ["refused.cannot_cancel"]
    assert [each["label"] for each in mia.choices()] == ["choice.contact", "choice.show_order"]
    assert mia.say("new address", "change_address", order_number=number) == ["refused.too_late_for_address"]
    assert mia.press("choice.contact") == ["desk.contact"]
