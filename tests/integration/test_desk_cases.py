"""Exceptions on the desk, and talks that a person takes over: cards in rooms, owners, deadlines, answers in threads."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from actions.cases import open_case
from actions.perform import perform
from bot.words import Words
from domain.cases import CASE_TRANSITIONS, GROUPS, Case, due_at
from domain.commands import AnswerChat, CloseChat, EscalateCases, OwnCase, ShowCases
from domain.events import Event
from domain.fleet import Driver
from domain.meaning import Entity, Meaning
from domain.moment import SYSTEM, Actor, Role
from domain.notices import Choice
from domain.staff import EVERYWHERE
from storage import personal
from storage.database import Database
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, Business, a_staff_member, an_order, business, moment
from tests.talking import Talk
from tests.unit.test_words import BERLIN

WORDS = Words(["en"], BERLIN)


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return business(session)


@pytest.fixture
def room(database: Database) -> int:
    """The room of the whole business."""
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        room = uow.chats.find_or_add("slack", "C1", NOW)
        uow.chats.get(room).desk = EVERYWHERE
        return room


def a_case_of(database: Database, shop: Business, kind: str = "address_not_found", **detail: object) -> tuple[str, str]:
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        order = an_order(session, shop)
        case = open_case(kind, order, uow, moment(), **detail)
        uow.flush()
        return case.name, order.number


def desk(database: Database, role: str = "dispatcher", name: str = "Mia", channel: str = "terminal") -> Talk:
    return Talk(database, staff_id=a_staff_member(database, f"{name} Zz{role}", role), channel=channel)


def told(database: Database, conversation: int) -> list[OutboxRow]:
    with database.reading() as session:
        query = select(OutboxRow).where(OutboxRow.conversation_id == conversation).order_by(OutboxRow.id)
        return list(session.scalars(query))


def case_of(database: Database, reference: str) -> Case:
    with database.reading() as session:
        return session.get(Case, int(reference.removeprefix("C-")) - 1000)


def asks(database: Database, shop: Business) -> Talk:
    talk = Talk(database, shop.customer.id, channel="telegram")
    talk.say("I want to talk to a person", "talk_to_human")
    return talk


def said(talk: Talk) -> str:
    return WORDS.say(talk.shown[-1].name, talk.facts, "en", talk.now)


def sent(database: Database, row: OutboxRow) -> None:
    """The channel has shown it."""
    with database.writing() as session:
        shown = session.get(OutboxRow, row.id)
        shown.state, shown.provider_id, shown.sent_at = "sent", f"1.{row.id}", NOW


def test_what_comes_up_is_told_in_the_room_with_what_to_do(database, shop, room):
    talk = asks(database, shop)
    card = told(database, room)[0]
    assert (card.name, card.live, card.facts["kind"]) == ("desk.case", "case:C-1001", "wish.talk_to_human")
    text = WORDS.say(card.name, card.facts, "en", talk.now)
    assert 'The customer wants to talk to a person, and wrote "I want to talk to a person"' in text
    assert "*To do:* Get in touch with the customer." in text
    assert "Nobody sees to it yet" in text
    assert {each["label"] for each in card.choices} >= {"choice.own", "choice.answer_chat", "choice.close_chat"}


def test_a_talk_goes_on_in_the_thread(database, shop, room):
    """Words and photos of the customer come up there, answers go to the customer, and the waiting time is written down."""
    talk = asks(database, shop)
    talk.wait(minutes=4)
    talk.hear(Meaning("look at this", (("inform", 1.0),), (Entity("photo", "f" * 22, 0, 0, ""),)))
    heard = [row for row in told(database, room) if row.name == "desk.chat_heard"]
    assert [(row.thread, row.facts["words"], row.facts["customer"], row.media) for row in heard] == [
        ("case:C-1001", "look at this", "Maria", {"photos": ["f" * 22]})
    ]
    mia = Talk(database, staff_id=a_staff_member(database, "Mia Zz"), channel="slack", now=talk.now)
    wish = Choice(label="choice.form_sent", command="AnswerChat", slots={"case": "C-1001", "words": "Which one?"})
    assert mia.fill_in(wish) == ["desk.case_done"]
    answer = told(database, talk.conversation_id)[-1]
    assert WORDS.say(answer.name, answer.facts, "en", NOW) == "Mia: Which one?"
    with database.reading() as session:
        waited = session.scalars(select(Event).where(Event.change == "answered")).one()
        assert 240 <= waited.detail["waited_seconds"] <= 245
    assert case_of(database, "C-1001").owner_id == mia.staff_id
    wish = wish.model_copy(update={"command": "CloseChat", "slots": {"case": "C-1001"}})
    assert mia.fill_in(wish) == ["desk.case_done"]
    assert told(database, talk.conversation_id)[-1].name == "person.handed_back"
    assert case_of(database, "C-1001").status == "resolved"
    assert talk.say("thanks", "thank") == ["said.welcome"]


def test_the_first_who_answers_sees_to_it_and_hears_of_others(database, shop, room):
    asks(database, shop)
    mia, ann = desk(database), desk(database, name="Ann")
    mia.say("answer C-1001", "answer_chat")
    assert mia.shown[-1].name == "ask.what_to_say"
    assert mia.say("Which colour was it?") == ["desk.case_done"]
    ann.fill_in(Choice(label="choice.form_sent", command="AnswerChat", slots={"case": "C-1001", "words": "Hello"}))
    assert ann.facts["other"] == "Mia Zzdispatcher"
    assert case_of(database, "C-1001").owner_id == mia.staff_id
    news = [row for row in told(database, mia.conversation_id) if row.name == "desk.case_news"]
    assert [(row.facts["what"], row.facts["by"], row.facts["words"]) for row in news] == [
        ("answered", "Ann Zzdispatcher", "Hello")
    ]
    assert [row.facts["words"] for row in told(database, room) if row.name == "desk.case_news"] == [
        "Which colour was it?", "Hello",
    ]  # fmt: skip


def test_the_room_hears_when_the_customer_goes_back_to_the_bot(database, shop, room):
    talk = asks(database, shop)
    talk.press("choice.back_to_bot")
    assert told(database, room)[-1].facts["what"] == "bot_back"


def test_the_card_is_kept_up_to_date_where_it_is_shown(database, shop, room):
    reference, _ = a_case_of(database, shop)
    mia = desk(database, channel="slack")
    assert mia.say(f"show {reference}", "show_case") == ["desk.case"]
    sent(database, told(database, mia.conversation_id)[-1])
    perform(database, [OwnCase(case=reference)], moment(Actor(Role.DISPATCHER, mia.staff_id)))
    last = told(database, mia.conversation_id)[-1]
    assert (last.edits, last.facts["owner"], last.facts["status"]) == (True, "Mia Zzdispatcher", "owned")


def test_cases_are_taken_handed_put_off_and_settled(database, shop):
    reference, number = a_case_of(database, shop)
    mia, ann = desk(database), desk(database, name="Ann")
    assert mia.say("what needs a person", "show_exceptions") == ["desk.cases"]
    assert mia.press("choice.case_of_kind") == ["desk.case"]
    assert "could not be found on the map" in said(mia)
    assert "choice.address" in [each["label"] for each in mia.choices()]
    assert mia.press("choice.own") == ["desk.case_done"]
    assert mia.say("give it to ann", "hand_case", staff="Ann Zzdispatcher") == ["desk.case_done"]
    assert case_of(database, reference).owner_id == ann.staff_id
    assert [row.facts["what"] for row in told(database, ann.conversation_id)] == []
    assert ann.say("my exceptions", "show_exceptions") == ["desk.cases"]
    assert ann.facts["count"] == 1
    ann.press("choice.case_of_kind")
    assert ann.press("choice.snooze_hour") == ["desk.case_done"]
    ann.say("my exceptions", "show_exceptions")
    assert ann.facts["count"] == 0
    ann.say("what is snoozed", "show_exceptions")
    assert ann.facts["count"] == 1
    assert ann.say(f"put {reference} off until tomorrow", "snooze_case", date="2026-05-05") == ["desk.case_done"]
    assert ann.facts["until"] == "2026-05-05T06:00:00Z"
    assert ann.say(f"{reference} yesterday", "snooze_case", date="2026-05-03") == ["refused.snoozed_into_past"]
    assert ann.say(f"{reference} is settled", "resolve_case") == ["case.resolved"]
    assert ann.say(f"take {reference}", "own_case") == ["refused.case_is_settled"]
    with database.reading() as session:
        people = [each.person for each in session.scalars(select(Event).where(Event.noun == "case").order_by(Event.id))]
        assert people == [None, mia.staff_id, mia.staff_id, ann.staff_id, ann.staff_id, ann.staff_id]
    assert number


def test_exceptions_are_filtered_and_sorted_by_deadline(database, shop):
    late, _ = a_case_of(database, shop, "pin_failed")
    early, _ = a_case_of(database, shop, "backordered")
    mia = desk(database)
    mia.say("exceptions", "show_exceptions")
    assert [each["reference"] for each in mia.facts["cases_shown"]] == [late, early]
    mia.say("stock problems, exceptions", "show_exceptions")
    assert mia.facts["count"] in {0, 1}
    mia.say("backorder exceptions", "show_exceptions")
    assert [each["reference"] for each in mia.facts["cases_shown"]] == [early]
    mia.wait(minutes=11)
    mia.say("overdue exceptions", "show_exceptions")
    assert [each["reference"] for each in mia.facts["cases_shown"]] == [late]
    mia.say("exceptions in the north", "show_exceptions", depot="north")
    assert mia.facts["count"] == 2


def test_who_only_looks_takes_nothing(database, shop):
    reference, _ = a_case_of(database, shop)
    viewer = desk(database, "viewer")
    for intent in ("own_case", "snooze_case", "resolve_case", "answer_chat", "hand_case", "close_chat"):
        assert viewer.say(f"do {reference}", intent) == ["refused.not_your_role"], intent
    assert viewer.say(f"show {reference}", "show_case") == ["desk.case"]


def test_a_proposal_is_a_button(database, shop):
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        order = an_order(session, shop)
        case = open_case(
            "incident.breakdown",
            order,
            uow,
            moment(),
            route=7,
            proposal={"takers": [8], "stops": 3, "late": 1, "nobody": [], "command": "roundsman route split 7"},
        )
        uow.flush()
        name = case.name
    mia = desk(database)
    mia.say(f"show {name}", "show_case")
    assert "choice.split_route" in [each["label"] for each in mia.choices()]
    assert "would give 3 stops to route 8" in said(mia)


def later(minutes: float) -> object:
    return moment(SYSTEM, NOW + timedelta(minutes=minutes))


def test_what_nobody_takes_is_brought_before_the_room_once_and_then_before_managers(database, shop, room):
    a_case_of(database, shop)
    manager = desk(database, "manager")
    manager.say("hello", "greet")

    def step(minutes: float) -> tuple[list[str], list[str]]:
        before = len(told(database, room)), len(told(database, manager.conversation_id))
        perform(database, [EscalateCases(depot="north")], later(minutes))
        rows = told(database, room)[before[0] :], told(database, manager.conversation_id)[before[1] :]
        return tuple([row.facts["what"] for row in each if row.name == "desk.case_news"] for each in rows)

    assert step(10) == ([], [])
    assert step(16) == (["waiting"], [])
    assert step(20) == ([], [])
    assert step(32) == ([], ["waiting"])
    assert step(60) == ([], [])


def test_what_was_put_off_comes_back(database, shop, room):
    reference, _ = a_case_of(database, shop)
    mia = desk(database)
    mia.say(f"take {reference}", "own_case")
    mia.say(f"put {reference} off", "snooze_case", duration=3600)
    perform(database, [EscalateCases(depot="north")], later(59))
    assert case_of(database, reference).status == "snoozed"
    perform(database, [EscalateCases(depot="north")], later(62))
    back = case_of(database, reference)
    assert (back.status, back.owner_id, back.snoozed_until) == ("owned", mia.staff_id, None)
    assert told(database, mia.conversation_id)[-1].facts["what"] == "back"


def test_at_night_only_what_is_urgent_is_brought_up(database, shop, room):
    a_case_of(database, shop)
    a_case_of(database, shop, "incident.accident")
    night = timedelta(hours=13)
    perform(database, [EscalateCases(depot="north")], moment(SYSTEM, NOW + night))
    news = [row.facts["kind"] for row in told(database, room) if row.name == "desk.case_news"]
    assert news == ["incident.accident"]


def test_deadlines_of_what_can_wait_count_from_when_somebody_is_in():
    saturday = replace(moment(), now=NOW.replace(day=9))
    assert due_at("incident.accident", saturday) == saturday.now + timedelta(minutes=10)
    assert due_at("wish.talk_to_human", saturday).isoformat() == "2026-05-11T08:15:00+02:00"
    assert due_at("wish.talk_to_human", moment()) == NOW + timedelta(minutes=15)


def test_every_kind_of_case_belongs_to_a_group():
    kinds = {name.removeprefix("case.what.") for name in WORDS.names("en") if name.startswith("case.what.")} - {"other"}
    begins = tuple(begin for group in GROUPS.values() for begin in group)
    assert {kind for kind in kinds if not kind.startswith(begins)} == set()
    assert set(GROUPS) <= {name.removeprefix("desk.case_group.") for name in WORDS.names("en")}
    assert CASE_TRANSITIONS


def test_a_driver_and_the_dispatcher_talk_in_the_thread(database, shop, room):
    with database.writing() as session:
        driver = Driver(name="Ines Kruse", depot_id=shop.depot_id)
        session.add(driver)
        session.flush()
        driver_id = driver.id
    talk = Talk(database, driver_id=driver_id, channel="telegram")
    talk.say("tell the office the gate is locked", "talk_to_human")
    card = told(database, room)[0]
    assert (card.facts["kind"], card.facts["drives"], card.facts["depot"]) == ("wish.dispatcher", "Ines Kruse", "north")
    talk.say("tell the office I found the key", "talk_to_human")
    assert [row.facts["drives"] for row in told(database, room) if row.name == "desk.chat_heard"] == ["Ines Kruse"]
    perform(database, [AnswerChat(case="C-1001", words="Good")], moment(Actor(Role.DISPATCHER)))
    assert told(database, talk.conversation_id)[-1].name == "shift.dispatcher_said"
    perform(database, [CloseChat(case="C-1001")], moment(Actor(Role.DISPATCHER)))
    assert case_of(database, "C-1001").status == "resolved"


def test_the_customer_is_written_to_first_and_answers_in_the_thread(database, shop, room):
    with database.writing() as session:
        number = an_order(session, shop).number
    chat = Talk(database, shop.customer.id, channel="telegram")
    chat.say("hello", "greet")
    policies = replace(chat.policies, channels=frozenset({"telegram"}))
    mia = Talk(database, staff_id=a_staff_member(database, "Mia Zz"), channel="terminal", policies=policies)
    assert mia.say("write to them", "write_customer", order_number=number) == ["ask.what_to_say"]
    assert mia.say("Your parcel is with your neighbour") == ["desk.customer_written"]
    assert told(database, chat.conversation_id)[-1].facts["by"] == "Mia"
    assert chat.say("which one") == []
    assert [row.facts["words"] for row in told(database, room) if row.name == "desk.chat_heard"] == ["which one"]


def test_the_list_counts_late_and_failed_orders_too(database, shop):
    with database.writing() as session:
        an_order(session, shop, status="failed")
    mia = desk(database)
    perform(database, [ShowCases()], moment(Actor(Role.DISPATCHER, mia.staff_id)))
    mia.say("exceptions", "show_exceptions")
    assert (mia.facts["count"], mia.facts["failed_today"]) == (0, 1)
    assert mia.press("choice.failed_orders") == ["desk.order"]


def test_orders_in_trouble_are_listed_where_they_are_asked_for(database, shop):
    with database.writing() as session:
        failed = an_order(session, shop, status="failed").number
    mia = desk(database)
    assert mia.say("failed orders", "show_exceptions") == ["desk.order"]
    assert mia.facts["number"] == failed
    assert mia.say("late orders today", "show_exceptions", date="2026-05-04") == ["desk.orders_found"]
    assert (mia.facts["count"], mia.facts["sought"]["state"]) == (0, "late")
    assert mia.press("choice.show_cases") == ["desk.cases"]
    assert mia.say("failed exceptions", "show_exceptions") == ["desk.cases"]
    assert mia.facts["sought"]["group"] == "failed"


def test_who_gave_an_exception_to_whom_is_told_by_name(database, shop):
    reference, _ = a_case_of(database, shop)
    mia = desk(database)
    other = a_staff_member(database, "Bo Zzother", "dispatcher")
    mia.say(f"take {reference}", "own_case")
    mia.say(f"give {reference} to Bo Zzother", "hand_case", person="Bo Zzother")
    assert case_of(database, reference).owner_id == other
    assert mia.say(f"who changed {reference}", "who_did") == ["desk.deeds"]
    told_of = WORDS.say(mia.shown[-1].name, mia.facts, None, NOW)
    assert "given from Mia Zzdispatcher → Bo Zzother" in told_of
    assert "opened open" not in told_of


def test_erasing_a_customer_takes_what_was_said_of_them_in_rooms(database, shop, room):
    talk = asks(database, shop)
    talk.say("my secret is zzsecret")
    a_case_of(database, shop)
    assert len([row for row in told(database, room) if "Maria" in str(row.facts)]) >= 2
    with database.writing() as session:
        personal.erase(session, shop.customer.id or 0, None)
    rows = told(database, room)
    assert not [row for row in rows if "Maria" in str(row.facts) or "zzsecret" in str(row.facts)]
