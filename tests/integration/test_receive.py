"""Receiving and sending: nothing is lost, nothing happens twice, what is no longer true is not sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event
from sqlmodel import SQLModel, select

import bot.receive
from actions.perform import perform
from bot.clock import new_id, now
from bot.receive import LONGEST_MESSAGE, Message, Receiver, TooLong, clean
from domain.cases import Case
from domain.commands import LoseChannel
from domain.conversations import Conversation
from domain.meaning import Audience, Meaning
from domain.moment import SYSTEM
from domain.notices import OrderConfirmed
from domain.policies import USUAL
from domain.values import Window
from storage import inbox, outbox
from storage.database import Database
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.builders import NEXT_DAY, a_link, an_order, business, moment
from tests.sending import send_due


class Greeter:
    """An engine that takes everything for a greeting."""

    def parse(self, text: str, audience: Audience, now: datetime, zone: ZoneInfo, *_: object) -> Meaning:
        return Meaning(text, (("greet", 0.99),), (), "greeter")

    def taught(self, audience: Audience) -> frozenset[str]:
        return frozenset({"greet"})

    def parse_as(
        self, text: str, intents: Sequence[str], audience: Audience, now: datetime, zone: ZoneInfo, *_: object
    ) -> Meaning:
        return Meaning(text, ((intents[0], 1.0),), (), "greeter")


class Spaniard(Greeter):
    """An engine that takes everything for a greeting in Spanish, and notes the language that each was to be read in."""

    def __init__(self) -> None:
        self.read_in: list[object] = []

    def parse(self, text: str, audience: Audience, now: datetime, zone: ZoneInfo, *language: object) -> Meaning:
        self.read_in += language
        return Meaning(text, (("greet", 0.99),), (), "spaniard", "es")


@pytest.fixture
def receiver(database: Database) -> Receiver:
    return Receiver(database, Greeter(), ZoneInfo("Europe/Berlin"))


def message(text: str = "hello", key: str = "", **values: object) -> Message:
    return Message(
        **{"channel": "rest", "address": "somebody", "text": text, "key": key or f"test:{new_id()}", **values}
    )


def test_the_same_key_is_the_same_message(database, receiver):
    first, again = receiver.answer(message(key="test:1")), receiver.answer(message("other words", key="test:1"))
    assert [shown.name for shown in first] == [shown.name for shown in again] == ["said.greeting"]
    assert [c["id"] for s in first for c in s.choices] == [c["id"] for s in again for c in s.choices]
    with database.reading() as session:
        assert len(session.exec(select(inbox.InboxRow)).all()) == 1


def test_whoever_sends_is_woken_only_when_a_turn_leaves_something_to_do(database):
    woken: list[str] = []
    receiver = Receiver(database, Greeter(), ZoneInfo("Europe/Berlin"), committed=lambda: woken.append("woken"))
    receiver.answer(message("hello"))
    assert not woken, "it was answered, and nothing else happened"
    receiver.answer(message("hello", channel="telegram"))
    assert len(woken) == 1, "the answer is to be sent"
    receiver.answer(message("/talk_to_human"))
    with database.reading() as session:
        assert session.exec(select(Case)).one().kind == "wish.talk_to_human"
    assert len(woken) == 2, "an exception is shown elsewhere"


def test_a_language_that_is_wished_for_besides_is_taken_out_of_the_words(receiver):
    meaning, _ = receiver.understand("can we do this in english now? they should ring me first", now())
    assert (meaning.text, meaning.speaks) == ("they should ring me first", "en")
    assert receiver.understand("english please", now())[0].speaks is None


def test_a_message_that_waits_goes_first(database, receiver):
    waiting = receiver.save(message("first"))
    receiver.answer(message("second"))
    with database.reading() as session:
        rows = session.exec(select(inbox.InboxRow).order_by(inbox.InboxRow.id)).all()
        assert [row.text for row in rows] == ["first", "second"]
        assert rows[0].id == waiting.row_id
        assert rows[0].handled_at <= rows[1].handled_at
        assert outbox.replies(session, waiting.row_id)


def test_a_message_is_read_by_what_those_before_it_made_of_the_chat(database):
    engine = Spaniard()
    receiver = Receiver(database, engine, ZoneInfo("Europe/Berlin"), replace(USUAL, languages=("en", "es")))
    first, second = (receiver.save(message(text)) for text in ("hola a todo el mundo", "hola otra vez a todos"))
    receiver.take_turns(first)
    receiver.take_turns(second)
    assert engine.read_in == [None, "es"]


def test_a_message_that_nothing_waits_before_takes_two_transactions(database, receiver):
    receiver.answer(message("hello"))
    begun: list[object] = []

    def note(*_: object) -> None:
        begun.append("transaction")

    event.listen(database.engine, "checkout", note)
    receiver.answer(message("hello again"))
    event.remove(database.engine, "checkout", note)
    assert len(begun) == 2, "it is saved before anything is done about it; who speaks is read on the way"


def test_what_a_crash_left_is_swept_up(database, receiver, monkeypatch):
    left = receiver.save(message("left behind"))
    assert receiver.sweep() == 0, "it is not abandoned yet"
    monkeypatch.setattr(bot.receive, "now", lambda: now() + timedelta(seconds=11))
    assert receiver.sweep() == 1
    assert receiver.sweep() == 0
    with database.reading() as session:
        assert inbox.is_handled(session, left.row_id)
        assert [row.name for row in outbox.replies(session, left.row_id)] == ["said.greeting"]


def test_a_turn_that_breaks_is_answered_and_filed(database, receiver, monkeypatch):
    def broken(*_: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(bot.receive, "take_turn", broken)
    (said,) = receiver.answer(message("my words"))
    assert (said.name, said.facts["topic"]) == ("person.will_help", "trouble")
    with database.reading() as session:
        assert session.exec(select(Case)).one().detail["words"] == ["my words"]
    monkeypatch.undo()
    assert receiver.answer(message())[0].name == "said.greeting"


def test_a_message_too_long_is_refused_and_one_just_short_of_it_is_not(receiver):
    with pytest.raises(TooLong):
        receiver.save(message("x" * (LONGEST_MESSAGE + 1)))
    assert receiver.answer(message("x" * LONGEST_MESSAGE))


@pytest.mark.parametrize(
    "text", ["", "\x00", "\ud800", "a\x00b\x1bc", "🙂" * 1000, "שלום עולם", "\u202e\u2066", "\r\n\t"]
)
def test_any_content_is_kept_and_answered(receiver, text):
    assert receiver.answer(message(text))[0].name == "said.greeting"


def test_cleaning_keeps_what_can_be_read():
    assert clean("a\x00b\nc 🙂 שלום") == "a b\nc 🙂 שלום"


def confirmed(session, order, **values):
    link = a_link(session, order)
    return OrderConfirmed(
        to=order.customer_id, about=order.number, number=order.number, day=NEXT_DAY, window=Window.parse("12:00-16:00"),
        link=link.id, tracking="t" * 22, **values,
    )  # fmt: skip


@pytest.fixture
def told(database: Database):
    """A customer with a web chat, and a pending confirmation of an order in it."""

    def make(**values: object) -> str:
        with database.writing() as session:
            order = an_order(session, business(session))
            chats = UnitOfWork(session, SYSTEM).chats
            chat = chats.lock(chats.find_or_add("web", new_id(), now()))
            chat.bind(order.customer_id)
            notice = confirmed(session, order, **values)
            row = {"conversation_id": chat.id, "kind": "OrderConfirmed", "name": notice.name, "facts": notice.facts(),
                   "choices": [], "media": {}, "priority": 1, "about": notice.about, "good_until": notice.good_until, "state": outbox.PENDING,
                   "created_at": now()}  # fmt: skip
            outbox.put(session, [row])
            return order.number

    return make


def states(database: Database) -> list[str]:
    with database.reading() as session:
        return [row.state for row in session.exec(select(OutboxRow))]


def test_a_notice_that_waits_is_sent_once(database, told):
    told()
    send_due(database)
    send_due(database)
    assert states(database) == ["sent"]


def test_a_notice_of_a_cancelled_order_is_dropped(database, told):
    number = told()
    with database.writing() as session:
        UnitOfWork(session, SYSTEM).orders.get(number).status = "cancelled"
    send_due(database)
    assert states(database) == ["dropped"]


def test_a_notice_whose_moment_has_passed_is_dropped(database, told):
    told(good_until=datetime(2026, 1, 1, tzinfo=UTC))
    send_due(database)
    assert states(database) == ["dropped"]


def test_a_conversation_that_is_gone_is_begun_anew(database, receiver):
    """As after a reset of the demo under a running server."""
    receiver.answer(message())
    with database.writing() as session:
        for table in ("button", "outbox", "inbox", "conversation"):
            session.execute(SQLModel.metadata.tables[table].delete())
    assert receiver.answer(message())[0].name == "said.greeting"


def test_who_speaks_where_nothing_arrived_can_be_written_to_again(database, receiver):
    receiver.answer(message(channel="telegram"))
    at = moment(SYSTEM)
    with database.reading() as session:
        chat_id = session.exec(select(Conversation.id)).one()
    perform(database, [LoseChannel(conversation=chat_id, why="chat not found")], at)
    receiver.answer(message(channel="telegram"))
    with database.reading() as session:
        assert session.exec(select(Conversation.dead_at)).one() is None


def test_whose_chat_was_erased_is_never_taken_for_who_came_after(database, receiver):
    """SQLite gives the number of the last conversation, once it is gone, to the next one."""
    receiver.answer(message(address="erased"))
    with database.writing() as session:
        for table in ("button", "outbox", "inbox", "conversation"):
            session.execute(SQLModel.metadata.tables[table].delete())
    receiver.answer(message(address="next"))
    saved = receiver.save(message(address="erased"))
    with database.reading() as session:
        assert session.get_one(Conversation, saved.conversation_id).address == "erased"
