"""What comes from Slack is read as it was meant: words without markup, who talks where, which buttons are done with."""

from __future__ import annotations

import pytest

from bot.channels.slack.addresses import Address, is_slacks
from bot.channels.slack.blocks import Button, Dress, blocks
from bot.channels.slack.incoming import as_words, of_action, of_event, once_answered

BOT = "U0BOT"
ID = "/" + "b" * 22


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<@U0BOT> plan <@U01|ann> &amp; me", "plan <@U01|ann> & me"),
        ("see <https://x.example/a?b=1&amp;c=2|here> and <https://x.example>", "see here and https://x.example"),
        ("<mailto:a@b.example|a@b.example>, <tel:+4930|+4930>", "a@b.example, +4930"),
        ("in <#C01|north> <!here>", "in north"),
        ("a &lt;b&gt; c", "a <b> c"),
    ],
)
def test_words_are_without_markup(text, words):
    assert as_words(text, BOT) == words


@pytest.mark.parametrize(
    ("channel", "thread", "name"),
    [("D01", None, "U01"), ("D01", "1.2", "U01/U01/1.2"), ("C01", None, "C01/U01"), ("C01", "1.2", "C01/U01/1.2")],
)
def test_a_conversation_is_who_talks_where(channel, thread, name):
    address = Address.of(channel, "U01", thread)
    assert str(address) == name
    assert Address.parse(name) == address
    assert address.is_shared == channel.startswith("C")


def said(**event):
    event = {"type": "message", "channel": "C01", "user": "U01", "text": "hello", "ts": "1.2", **event}
    return of_event({"event": event, "event_id": "Ev1", "team_id": "T1"}, BOT)


@pytest.mark.parametrize(
    "event", [{"subtype": "message_changed"}, {"bot_id": "B1"}, {"user": None}, {"text": f"<@{BOT}> hi"}]
)
def test_what_nobody_says_or_comes_as_a_mention_too_is_left(event):
    assert said(**event) is None


def test_who_spoke_to_us_is_told_apart():
    assert not said().to_bot
    assert said(channel="D01", channel_type="im").to_bot
    mention = said(type="app_mention", text=f"<@{BOT}> hi", user_team="T2")
    assert (mention.to_bot, mention.text, mention.team, mention.key) == (True, "hi", "T2", "slack:Ev1")


def pressed(value: str, **container):
    body = {"user": {"id": "U01"}, "team": {"id": "T1"}, "trigger_id": "1.2", "actions": [{"value": value}]}
    return of_action({**body, "container": {"channel_id": "C01", "message_ts": "1.2", **container}})


def test_a_button_is_pressed_where_it_stands():
    assert str(pressed(ID).address) == "C01/U01"
    assert str(pressed(ID, thread_ts="1.2").address) == "C01/U01"  # the first of a thread is in none
    assert str(pressed(ID, thread_ts="0.9").address) == "C01/U01/0.9"
    assert str(pressed(ID, channel_id=None).address) == "U01"  # on somebody's home
    assert pressed("anything else").text.startswith("/unreadable")


def test_buttons_of_a_question_go_and_those_of_a_card_stay():
    button = Button("Yes", ID)
    asked, card = blocks("Sure?", [button]), blocks("Order", [button], Dress(once=False))
    assert [each["type"] for each in once_answered({"blocks": asked}, ID)] == ["section"]
    assert once_answered({"blocks": card}, ID) is None
    assert once_answered({"blocks": asked}, "/" + "c" * 22) is None


def test_nothing_is_sent_to_an_address_that_is_not_slacks():
    api = "https://slack.com/api/"
    for url in ("https://hooks.slack.com/actions/T1/2/x", "https://slack.com/x"):
        assert is_slacks(url, api)
    for url in (
        "http://hooks.slack.com/x", "https://slack.com.evil.example/x", "https://evilslack.com/x", "http://127.0.0.1/x",
        "https://hooks.slack.com@evil.example/x", "file:///etc/passwd", "",
    ):  # fmt: skip
        assert not is_slacks(url, api)
    assert is_slacks("http://127.0.0.1:4711/respond/x", "http://127.0.0.1:4711/api/")
    assert not is_slacks("http://127.0.0.1:4712/respond/x", "http://127.0.0.1:4711/api/")
