"""Learning from use: what is kept, of whom not, how it is labelled, and when it goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import select

from actions.perform import perform
from actions.teaching import intents_of
from bot import tidying
from bot.files import Files
from bot.settings import Settings
from domain.commands import LabelMessage, RejectMessage
from domain.conversations import Conversation
from domain.customers import Customer
from domain.learning import KEPT_FOR, Utterance
from domain.moment import SYSTEM, Actor, Role
from domain.notices import Choice
from domain.policies import Policies
from domain.refusals import Refusal
from storage import learning
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, Business, a_customer, a_staff_member, an_order, business, moment
from tests.meanings import meaning
from tests.talking import Talk

MARIA = {"name": "Maria Okafor", "email": "maria.okafor@example.org", "phone": "+4930555123"}


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return business(session)


@pytest.fixture
def talk(database: Database, shop: Business) -> Talk:
    """Maria's chat; she has an order to Ahornallee 5."""
    with database.writing() as session:
        maria = a_customer(session, **MARIA)
        an_order(session, shop, customer=maria, street="Ahornallee 5", city="Potsdam", postcode="14467")
        maria_id = maria.id
    return Talk(database, maria_id)


def kept(database: Database) -> list[Utterance]:
    with database.reading() as session:
        return list(session.scalars(select(Utterance).order_by(Utterance.__table__.c.id)))


def label(database: Database, **slots: Any) -> Any:
    manager = a_staff_member(database, "Max Zzlabels", "manager")
    return perform(database, [LabelMessage(**slots)], moment(Actor(Role.MANAGER, manager)))[0]


def test_what_was_not_understood_is_kept_without_who_said_it(database, talk):
    talk.say("Maria Okafor here, Ahornallee 5, my thing is odd, +49 30 555123", "out_of_scope")
    (one,) = kept(database)
    assert (one.audience, one.language, one.why, one.status) == ("customer", "en", "unsure", "open")
    assert (one.customer_id, one.conversation_id) == (talk.customer_id, talk.conversation_id)
    for secret in ("maria", "okafor", "ahorn", "555123"):
        assert secret not in one.example.casefold()
    assert "my thing is odd" in one.example


def test_a_guess_is_kept_with_what_else_it_may_have_been(database, talk):
    heard = meaning("the thing wants to go home", "track_order", 0.41)
    talk.hear(
        type(heard)(heard.text, (("track_order", 0.41), ("start_return", 0.33), ("out_of_scope", 0.1)), (), "hand")
    )
    (one,) = kept(database)
    assert one.guesses == [["track_order", 0.41], ["start_return", 0.33]]
    assert (one.why, one.suggested) == ("unsure", ("track_order", "start_return"))


@pytest.mark.parametrize(
    ("text", "intent", "sure"),
    [("where is my order", "track_order", 0.95), ("hello there", "greet", 0.9), ("12", "out_of_scope", 0.5), ("/track", "track_order", 0.3)],
    ids=["sure", "small talk", "no letters", "slash"],
)  # fmt: skip
def test_nothing_else_is_kept_and_nothing_is_asked_of_the_database(database, talk, statements, text, intent, sure):
    statements.clear()
    talk.hear(meaning(text, intent, sure))
    assert kept(database) == []
    assert not [each for each in statements if "INSERT INTO utterance" in each or "UPDATE utterance" in each]


def test_an_unsure_answer_to_a_question_is_an_answer(database, shop):
    talk = Talk(database)
    assert talk.say("where is my order", "track_order") == ["ask.order_number"]
    talk.hear(meaning("RM-10002 please", "track_order", 0.3, order_number="RM-10002"))
    assert kept(database) == []


def test_a_correction_keeps_what_was_said_before_it(database, talk):
    talk.say("send the kettle home", "track_order")
    assert kept(database) == []
    _correct(talk, "no, I meant I want to return it", "start_return")
    (one,) = kept(database)
    assert (one.example, one.why, one.meant, one.guesses[0][0]) == (
        "send the kettle home", "corrected", "start_return", "track_order",
    )  # fmt: skip


def _correct(talk: Talk, text: str, intent: str) -> None:
    """Say something that takes back what was said before, as `bot.receive` hears it."""
    from nlu.readers.corrections import takes_back

    assert takes_back(text)
    talk.corrects = True
    talk.say(text, intent)


def test_whoever_then_presses_a_button_says_what_was_meant(database, talk):
    talk.say("ffs the thing", "out_of_scope")
    talk.press("choice.problem")
    (one,) = kept(database)
    assert one.meant == "report_problem"


@pytest.mark.parametrize("answer", ["the second", None], ids=["in words", "by button"])
def test_what_was_asked_back_is_kept_with_what_was_chosen(database, talk, answer):
    heard = meaning("the thing wants to go home", "track_order")
    unsure = replace(heard, intents=(("track_order", 0.41), ("report_problem", 0.39)), unsure=True)
    talk.hear(unsure)
    (one,) = kept(database)
    assert (one.why, one.meant) == ("clarified", None)
    if answer is not None:
        talk.hear(meaning(answer, "out_of_scope", 0.4))
    else:
        talk.press("choice.intent.report_problem")
    (one,) = kept(database)
    assert (one.why, one.meant, one.suggested) == ("clarified", "report_problem", ("report_problem", "track_order"))


def test_a_person_that_is_called_is_a_message_not_understood_before(database, talk):
    talk.say("the thingy again", "greet")
    talk.say("let me talk to a human", "talk_to_human")
    assert [(each.example, each.why) for each in kept(database)] == [("let me talk to a human", "person")]


def test_drivers_and_staff_are_learnt_from_without_the_names_of_customers(database, talk):
    desk = Talk(database, staff_id=a_staff_member(database, "Mia Zzwrites", "dispatcher"), channel="terminal")
    desk.say("okafor wants her blender earlier", "out_of_scope")
    (one,) = kept(database)
    assert (one.audience, one.example, one.customer_id) == ("staff", "Alex wants her blender earlier", None)


@pytest.mark.parametrize(
    ("name", "said", "example"),
    [
        ("María Núñez", "maria's blender for nunez", "Alex's blender for Alex"),
        ("Élodie Le Bœuf", "ÉLODIE wants it back", "Alex wants it back"),
        ("Anna Sofie Berg", "anna sofie berg was not in", "Alex Alex Alex was not in"),
    ],
)
def test_a_customers_name_is_found_however_staff_write_it(database, shop, name, said, example):
    with database.writing() as session:
        for number in range(60):  # there may be many who are called nearly so
            a_customer(session, name=f"{name.split()[0]} Otherwise{number}", email=None, phone=None)
        a_customer(session, name=name, email=None, phone=None)
    desk = Talk(database, staff_id=a_staff_member(database, "Mia Zzwrites", "dispatcher"), channel="terminal")
    desk.say(said, "out_of_scope")
    assert [each.example for each in kept(database)] == [example]


def test_a_name_that_changed_is_looked_up_by_what_it_is_now(database):
    with database.writing() as session:
        a_customer(session, name="Ngozi Abara").name = "Zoe Adeyemi"
    with database.reading() as session:
        known = UnitOfWork(session, SYSTEM).utterances.known_of("zoe and ngozi", None, (), at_work=True)
    assert known.names == ("zoe",)


@pytest.fixture
def queries(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the database while the test runs, with the values."""
    asked: list[tuple[str, Any]] = []

    def note(*sent: Any) -> None:
        asked.append(sent[2:4])

    event.listen(database.engine, "before_cursor_execute", note)
    yield asked
    event.remove(database.engine, "before_cursor_execute", note)


def test_names_are_looked_up_without_reading_all_customers(database, shop, queries):
    explain, reads_all = ("EXPLAIN QUERY PLAN", "SCAN customer") if database.is_sqlite else ("EXPLAIN", "Seq Scan")
    with database.reading() as session:
        if not database.is_sqlite:  # which reads few rows from end to end, whatever the indexes
            session.connection().exec_driver_sql("SET LOCAL enable_seqscan = off")
        queries.clear()
        utterances = UnitOfWork(session, SYSTEM).utterances
        utterances.known_of("okafor wants Maria Berg to call", None, (), at_work=True)
        utterances.known_of("ask Maria, maria berg", None, (), at_work=False)
        asked = list(queries)
        plans = [session.connection().exec_driver_sql(f"{explain} {query}", values).all() for query, values in asked]
    assert len(plans) == 4
    assert not [plan for plan in plans if reads_all in str(plan)]


# Whoever does not want it


def test_whoever_says_so_is_not_learnt_from_and_what_was_kept_goes(database, talk):
    talk.say("the thing is odd", "out_of_scope")
    assert talk.say("don't use my messages to learn", "privacy_request") == ["said.learning_off"]
    assert kept(database) == []
    talk.say("the thing is odd", "out_of_scope")
    assert kept(database) == []
    with database.reading() as session:
        assert session.get(Customer, talk.customer_id).learning_off
        assert session.get(Conversation, talk.conversation_id).dialogue.get("said") is None
    other = Talk(database, talk.customer_id)
    other.say("what do you keep", "privacy_request")
    assert other.press("choice.learn") == ["said.learning_on"]
    other.say("the thing is odd", "out_of_scope")
    assert len(kept(database)) == 1


def test_a_chat_that_begins_later_is_asked_for_nothing_either(database, talk):
    talk.say("never learn from my chats", "privacy_request")
    later = Talk(database, talk.customer_id, channel="web")
    later.say("the thing is odd", "out_of_scope")
    assert kept(database) == []


def test_a_stranger_can_say_so_too(database, shop):
    talk = Talk(database)
    talk.say("the thing is odd", "out_of_scope")
    talk.say("don't learn from what i write", "privacy_request")
    talk.say("the thing is odd", "out_of_scope")
    assert kept(database) == []


def test_a_business_that_does_not_learn_keeps_nothing(database, shop):
    talk = Talk(database, shop.customer.id, policies=Policies(learning=False))
    talk.say("the thing is odd", "out_of_scope")
    assert talk.say("don't learn from my messages", "privacy_request") == ["said.never_learns"]
    assert kept(database) == []


def test_after_ninety_days_it_goes_and_what_was_accepted_is_nobodys(database, talk, tmp_path, monkeypatch):
    talk.say("the thing is odd", "out_of_scope")
    talk.say("the thing is even", "out_of_scope")
    label(database, message="M-1001", intent="report_problem")
    settings = Settings(data_folder=tmp_path, database_url="sqlite://", _env_file=None)
    monkeypatch.setattr(tidying, "now", lambda: NOW + KEPT_FOR - timedelta(minutes=1))
    tidying.tidy(database, Files(settings))
    assert [each.customer_id for each in kept(database)] == [talk.customer_id] * 2
    monkeypatch.setattr(tidying, "now", lambda: NOW + KEPT_FOR + timedelta(minutes=1))
    tidying.tidy(database, Files(settings))
    (one,) = kept(database)
    assert (one.example, one.customer_id, one.conversation_id, one.guesses) == ("the thing is odd", None, None, [])


def test_a_chat_of_a_stranger_can_go_before_what_was_kept_of_it(database, shop):
    from storage.chats import delete_strangers

    Talk(database).say("the thing is odd", "out_of_scope")
    with database.writing() as session:
        delete_strangers(session, NOW + timedelta(days=31))
        learning.forget(session, NOW - timedelta(days=1))
    assert [each.conversation_id for each in kept(database)] == [None]


# Labels


def test_a_manager_goes_through_them_by_button(database, talk):
    for words in ("the thing is odd", "it is very odd", "odd, very odd"):
        talk.say(words, "out_of_scope")
    desk = Talk(database, staff_id=a_staff_member(database, "Max Zzlabels", "manager"), channel="terminal")
    assert desk.say("review messages", "review_messages") == ["learning.to_label"]
    assert (desk.facts["reference"], desk.facts["left"]) == ("M-1001", 3)
    assert desk.press("choice.pass_over") == ["learning.to_label"]
    assert desk.facts["reference"] == "M-1002"
    assert desk.press("choice.means") == ["learning.labelled", "learning.to_label"]
    assert desk.press("choice.reject_message") == ["learning.labelled", "learning.nothing"]
    assert desk.press("choice.review_messages") == ["learning.to_label"]
    slots = {"message": "M-1001", "intent": "report_problem", "example": "the [lamp](product) of Maria is odd"}
    assert desk.fill_in(Choice(label="x", command="LabelMessage", slots=slots)) == [
        "learning.labelled", "learning.nothing",
    ]  # fmt: skip
    assert [(each.status, each.intent, each.example) for each in kept(database)] == [
        ("accepted", "report_problem", "the [lamp](product) of Alex is odd"),
        ("accepted", "out_of_scope", "it is very odd"),
        ("rejected", None, "odd, very odd"),
    ]


def test_those_that_say_the_same_are_labelled_with_it(database, talk, shop):
    for _ in range(3):
        talk.say("the thing is odd", "out_of_scope")
    Talk(database, shop.customer.id).say("the thing is odd", "out_of_scope")
    done, *_ = label(database, message="M-1002", intent="report_problem")
    assert done.count == 4
    assert {each.status for each in kept(database)} == {"accepted"}


@pytest.mark.parametrize(
    ("slots", "reason"),
    [
        ({"message": "M-9999", "intent": "greet"}, "refused.no_such_message"),
        ({"message": "M-1001", "intent": "start_shift"}, "refused.no_such_intent"),
        ({"message": "M-1001", "intent": "label_message"}, "refused.no_such_intent"),
        ({"message": "M-1001", "intent": "made_up"}, "refused.no_such_intent"),
    ],
    ids=["no message", "of drivers", "of nobody", "unknown"],
)
def test_a_label_must_be_something_they_can_mean(database, talk, slots, reason):
    talk.say("the thing is odd", "out_of_scope")
    with pytest.raises(Refusal) as refused:
        label(database, **slots)
    assert refused.value.text == reason
    assert [each.status for each in kept(database)] == ["open"]


def test_a_label_can_be_thought_better_of(database, talk):
    talk.say("the thing is odd", "out_of_scope")
    label(database, message="M-1001", intent="report_problem")
    perform(database, [RejectMessage(message="M-1001")], moment(SYSTEM))
    perform(database, [LabelMessage(message="M-1001", intent="out_of_scope")], moment(SYSTEM))
    assert [(each.status, each.intent) for each in kept(database)] == [("accepted", "out_of_scope")]


def test_those_who_do_not_decide_do_not_label(database, talk):
    desk = Talk(database, staff_id=a_staff_member(database, "Mia Zzmay", "dispatcher"), channel="terminal")
    assert desk.say("review messages", "review_messages") == ["refused.not_your_role"]


@pytest.mark.parametrize("audience", ["customer", "driver", "staff"])
def test_what_can_be_meant_fits_into_a_form(audience):
    assert 20 < len(intents_of(audience)) <= 100
    assert "out_of_scope" in intents_of(audience)
