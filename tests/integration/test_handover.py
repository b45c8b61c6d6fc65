"""A person takes a chat over: the bot keeps quiet, what is said is kept, and the bot comes back."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlmodel import select

from actions.perform import perform
from bot.handoffs import thread, waiting
from bot.words import Words
from domain.cases import Case
from domain.commands import AnswerChat, CloseChat
from domain.events import Event
from domain.refusals import NotFound, Refusal
from storage.database import Database
from storage.outbox import OutboxRow
from tests.builders import NOW, Business, business, moment
from tests.talking import Talk
from tests.unit.test_words import BERLIN

SATURDAY = NOW.replace(day=9)


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return business(session)


def asks(database: Database, shop: Business, now: datetime = NOW, channel: str = "telegram") -> Talk:
    talk = Talk(database, shop.customer.id, now=now, channel=channel)
    talk.say("I want to talk to a person", "talk_to_human")
    return talk


def told(database: Database) -> list[str]:
    with database.reading() as session:
        return [row.name for row in session.exec(select(OutboxRow).order_by(OutboxRow.id))]


def test_in_office_hours_a_person_is_there(database, shop):
    talk = asks(database, shop)
    assert [shown.name for shown in talk.shown] == ["person.handed_over"]
    assert (talk.facts["open_now"], talk.facts["reference"]) == (True, "C-1001")


def test_out_of_hours_it_says_when_somebody_answers(database, shop):
    talk = asks(database, shop, SATURDAY)
    assert (talk.facts["open_now"], talk.facts["opens"]) == (False, "2026-05-11T08:00:00+02:00")


def test_the_bot_keeps_quiet_and_nothing_said_is_lost(database, shop):
    talk = asks(database, shop)
    assert talk.say("where is my order", "track_order") == []
    assert talk.say("the colour is wrong", "report_problem") == []
    words = Words(["en"], BERLIN)
    said = [text for _, who, text in thread(database, words, "C-1001", talk.now) or [] if who == "customer"]
    assert said == ["I want to talk to a person", "where is my order", "the colour is wrong"]


def test_a_person_answers_and_gives_the_chat_back(database, shop):
    talk = asks(database, shop)
    perform(database, [AnswerChat(case="C-1001", words="Which colour?")], moment(now=talk.now))
    assert talk.say("blue") == []
    perform(database, [CloseChat(case="C-1001")], moment(now=talk.now))
    assert talk.say("thanks", "thank") == ["said.welcome"]
    assert told(database)[1:3] == ["person.said", "person.handed_back"]
    with database.reading() as session:
        assert session.exec(select(Case.status)).one() == "resolved"
        answered = session.exec(select(Event).where(Event.change == "answered")).one()
        assert answered.detail == {"waited_seconds": 0}


def test_after_twelve_hours_the_bot_answers_again(database, shop):
    talk = asks(database, shop)
    talk.wait(hours=11, minutes=59)
    assert talk.say("anybody?") == []
    talk.wait(minutes=2)
    assert talk.say("thanks", "thank") == ["said.welcome"]


def test_the_customer_can_have_the_bot_back(database, shop):
    talk = asks(database, shop)
    assert talk.press("choice.back_to_bot") == ["said.back_with_bot"]
    assert talk.say("thanks", "thank") == ["said.welcome"]


def test_stop_is_heard_whoever_answers(database, shop):
    talk = asks(database, shop)
    assert talk.say("/stop", "stop") == ["said.messages_off"]


def test_asking_again_is_the_same_case(database, shop):
    talk = asks(database, shop)
    talk.press("choice.back_to_bot")
    talk.say("a person please", "talk_to_human")
    assert talk.facts["reference"] == "C-1001"
    waits = waiting(database, talk.now)
    assert [(each.reference, each.channel, each.answered) for each in waits] == [("C-1001", "telegram", False)]


def test_where_nothing_can_be_written_a_person_gets_the_case_and_the_bot_stays(database, shop):
    talk = asks(database, shop, channel="rest")
    assert [shown.name for shown in talk.shown] == ["person.will_help"]
    assert talk.say("thanks", "thank") == ["said.welcome"]
    with pytest.raises(Refusal, match="nowhere_to_answer"):
        perform(database, [AnswerChat(case="C-1001", words="Hello")], moment())


def test_an_unknown_reference_is_refused(database, shop):
    with pytest.raises(NotFound):
        perform(database, [AnswerChat(case="C-4711", words="Hello")], moment())
    assert thread(database, Words(["en"], BERLIN), "C-4711", NOW) is None
    assert thread(database, Words(["en"], BERLIN), "nonsense", NOW) is None
