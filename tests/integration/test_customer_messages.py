"""How somebody hears from us: on and off, channel, quiet hours, language; and the first message of a chat."""

from __future__ import annotations

from datetime import time

import pytest

from domain.conversations import Conversation
from domain.customers import Customer
from domain.policies import Policies
from storage.database import Database
from tests.builders import NOW, Business, a_customer, business
from tests.talking import Talk

ALL = Policies(channels=frozenset({"telegram", "email", "sms"}), languages=("en", "de"))
SETTINGS = "notification_settings"


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return business(session)


def customer(database: Database, shop: Business) -> Customer:
    with database.reading() as session:
        return session.get_one(Customer, shop.customer.id)


def labels(talk: Talk) -> list[str]:
    return [choice["label"] for choice in talk.choices()]


def test_all_at_once(database, shop):
    talk = Talk(database, shop.customer.id, policies=ALL)
    assert talk.say("email me only between 9 and 6, in german", SETTINGS) == ["messages.set"]
    now = customer(database, shop)
    assert (now.reach, now.quiet_from, now.quiet_until, now.language) == ("email", time(18), time(9), "de")
    assert talk.facts["changed"] == ["channel", "quiet", "language"]


def test_step_by_step(database, shop):
    talk = Talk(database, shop.customer.id, policies=ALL)
    assert talk.say("change my settings", SETTINGS) == ["ask.message_settings"]
    assert talk.say("not before 9", "deny", time_window="-09:00") == ["messages.set"]
    assert talk.say("text me instead of email", SETTINGS) == ["messages.set"]
    now = customer(database, shop)
    assert (now.reach, now.quiet_from, now.quiet_until) == ("sms", time(21), time(9))


@pytest.mark.parametrize(
    ("label", "field", "value"),
    [
        ("choice.messages_off", "messages_off", True),
        ("choice.by_sms", "reach", "sms"),
        ("choice.by_email", "reach", "email"),
        ("choice.only_by_day", "quiet_until", time(9)),
        ("choice.at_any_time", "quiet_from", time(0)),
        ("choice.language", "language", "de"),
    ],
)
def test_by_buttons(database, shop, label, field, value):
    talk = Talk(database, shop.customer.id, policies=ALL)
    talk.say("change my settings", SETTINGS)
    assert talk.press(label) == ["messages.set"]
    assert getattr(customer(database, shop), field) == value


def test_the_menu_tells_how_it_is_now(database, shop):
    talk = Talk(database, shop.customer.id, policies=ALL)
    talk.say("by sms please", SETTINGS)
    talk.say("change my settings", SETTINGS)
    assert (talk.facts["on"], talk.facts["channel"], talk.facts["quiet_from"]) == (True, "sms", "21:00")
    assert "choice.by_sms" not in labels(talk)
    assert labels(talk)[-1] == "choice.person"


@pytest.mark.parametrize(("text", "intent"), [("no, by e-mail", "deny"), ("no, email me instead", SETTINGS)])
def test_a_correction_right_after_it_was_set_counts(database, shop, text, intent):
    talk = Talk(database, shop.customer.id, policies=ALL)
    talk.say("text me", SETTINGS)
    assert talk.say(text, intent) == ["messages.set"]
    assert customer(database, shop).reach == "email"


def test_a_digression_is_answered_and_the_menu_comes_back(database, shop):
    talk = Talk(database, shop.customer.id, policies=ALL)
    talk.say("change my settings", SETTINGS)
    said = talk.say("do you have the toaster?", "check_stock", product="toaster")
    assert said == ["stock.told", "ask.message_settings"]
    assert talk.press("choice.by_sms") == ["messages.set"]


def test_off_and_on_again(database, shop):
    talk = Talk(database, shop.customer.id, policies=ALL)
    assert talk.say("stop sending me messages", SETTINGS) == ["messages.set"]
    assert customer(database, shop).messages_off
    talk.say("change my settings", SETTINGS)
    assert labels(talk)[0] == "choice.messages_on"
    assert talk.press("choice.messages_on") == ["messages.set"]
    assert not customer(database, shop).messages_off


def test_a_channel_turns_messages_on_again(database, shop):
    talk = Talk(database, shop.customer.id, policies=ALL)
    talk.say("stop sending me messages", SETTINGS)
    assert talk.say("ok, text me then", SETTINGS) == ["messages.set"]
    assert (customer(database, shop).messages_off, talk.facts["on"]) == (False, True)


def test_no_quiet_hours_and_back(database, shop):
    talk = Talk(database, shop.customer.id, policies=ALL)
    talk.say("any time is fine", SETTINGS)
    now = customer(database, shop)
    assert now.quiet_from == now.quiet_until
    assert talk.facts["quiet_from"] is None
    talk.say("nothing after 8pm", SETTINGS)
    now = customer(database, shop)
    assert (now.quiet_from, now.quiet_until) == (time(20), time(8))


def test_a_channel_the_installation_lacks_is_refused(database, shop):
    talk = Talk(database, shop.customer.id, policies=ALL)
    assert talk.say("use whatsapp", SETTINGS) == ["refused.no_such_channel"]
    assert talk.facts["possible"] == ["email", "sms"]
    assert labels(talk) == ["choice.by_email", "choice.by_sms", "choice.person"]
    assert talk.press("choice.by_sms") == ["messages.set"]


def test_a_channel_without_an_address_is_refused(database, shop):
    with database.writing() as session:
        session.get_one(Customer, shop.customer.id).phone = None
    talk = Talk(database, shop.customer.id, policies=ALL)
    assert talk.say("text me", SETTINGS) == ["refused.channel_without_address"]
    assert labels(talk) == ["choice.by_email", "choice.person"]
    assert talk.say("on telegram", SETTINGS) == ["refused.channel_without_address"]
    assert customer(database, shop).reach is None


def test_telegram_can_be_chosen_by_who_has_a_chat_there(database, shop):
    with database.writing() as session:
        chat = Conversation(channel="telegram", address="7", created_at=NOW, last_at=NOW)
        chat.bind(shop.customer.id)
        session.add(chat)
    talk = Talk(database, shop.customer.id, policies=ALL)
    assert talk.say("on telegram", SETTINGS) == ["messages.set"]
    assert customer(database, shop).reach == "telegram"


def test_a_language_nobody_speaks_is_refused(database, shop):
    talk = Talk(database, shop.customer.id, policies=ALL)
    assert talk.say("write in polish", SETTINGS) == ["refused.language_not_spoken"]
    assert [choice["values"]["language"] for choice in talk.choices()] == ["en", "de"]
    assert talk.press("choice.language", 1) == ["said.language_chosen"]
    assert customer(database, shop).language == "de"


def test_a_stranger_sets_only_the_chat(database, shop):
    talk = Talk(database, policies=ALL)
    talk.say("change my settings", SETTINGS)
    assert labels(talk) == ["choice.messages_off", "choice.language", "choice.person"]
    assert talk.press("choice.messages_off") == ["messages.set"]
    assert talk.say("text me", SETTINGS) == ["refused.settings_need_customer"]
    assert labels(talk) == ["choice.messages_on", "choice.person"]
    assert talk.say("in german please", SETTINGS) == ["messages.set"]
    assert customer(database, shop).language == "en"


def test_one_customers_settings_are_not_anothers(database, shop):
    with database.writing() as session:
        other = a_customer(session, name="Jo", email="jo@example.com", phone="+4930901900")
    Talk(database, other.id, policies=ALL).say("stop sending me messages, any time, by sms", SETTINGS)
    now = customer(database, shop)
    assert (now.messages_off, now.reach, now.quiet_from) == (False, None, None)


def test_old_buttons_set_nothing(database, shop):
    talk = Talk(database, shop.customer.id, policies=ALL)
    talk.say("change my settings", SETTINGS)
    old = talk.choices()[0]["id"]
    talk.press("choice.by_sms")
    assert talk.press_id(old) == ["said.stale"]
    assert not customer(database, shop).messages_off


def test_unsure_words_set_nothing(database, shop):
    talk = Talk(database, shop.customer.id, policies=ALL)
    talk.say("i lost the email", SETTINGS, confidence=0.4)
    assert customer(database, shop).reach is None


# The first message


@pytest.mark.parametrize("text", ["/start", "START"])
def test_start_greets_with_help_and_turns_messages_on_where_they_are_off(database, shop, text):
    talk = Talk(database, shop.customer.id, policies=ALL)
    assert talk.say(text) == ["said.welcome_first"]
    assert talk.facts["first_name"] == "Maria"
    assert talk.say("/stop", "stop") == ["said.messages_off"]
    assert talk.say(text) == ["said.messages_on"]
    assert not customer(database, shop).messages_off


def test_start_greets_strangers_too(database, shop):
    talk = Talk(database)
    assert talk.say("/start") == ["said.welcome_first"]
    assert talk.facts["first_name"] is None
