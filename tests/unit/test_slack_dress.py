"""Whatever we say fits into Slack's blocks, calls nobody by what a customer has typed, and reads plainly elsewhere."""

from __future__ import annotations

import json
import re
from zoneinfo import ZoneInfo

import pytest

from bot.cards import Part, parts, plain
from bot.channels.slack.blocks import Button, Dress, blocks, fallback, size
from bot.words import Words
from tests.emulators.slack import faults_of_message
from tests.unit.test_words import NOW, VALUES

WORDS = Words(["en"], ZoneInfo("Europe/Berlin"))
CARD = "# Order RM-10482\n*Late* by 20 minutes\n---\n> Ann Lee, since 10:05"


@pytest.mark.parametrize("name", sorted(name for name in WORDS.names("en") if not name.startswith("page.")))
def test_every_text_is_made_of_blocks_that_slack_takes(name):
    said = WORDS.say(name, VALUES, "en", NOW)
    shown = blocks(said, [Button(said, "/" + "b" * 22, name)])
    assert faults_of_message(shown) == []
    assert len(fallback(said)) <= 4_000


def test_markup_becomes_blocks():
    assert [each["type"] for each in blocks(CARD)] == ["header", "section", "divider", "context"]
    assert blocks(CARD)[1]["text"]["text"] == "*Late* by 20 minutes"


@pytest.mark.parametrize(
    "typed", ["<!channel>", "<@U012AB3CD>", "<!here|here>", "a & b < c > d", "<https://x.example|bank>"]
)
def test_what_somebody_has_typed_is_shown_as_it_is(typed):
    shown = blocks(f"# {typed}\n{typed}\n> {typed}")
    assert faults_of_message(shown) == []
    for text in (shown[1]["text"], *shown[2]["elements"]):
        assert text["verbatim"] is True
        assert re.findall(r"<[^>]*>", text["text"]) == (["<https://x.example>"] if "https" in typed else [])
    assert shown[0]["text"] == {"type": "plain_text", "text": typed, "emoji": False}
    assert "<" not in fallback(typed)


@pytest.mark.parametrize("typed", ["hi\n# Approved", "# Approved", "hi\r\n  > by the office", "hi\x85---", "hi\n---"])
def test_what_somebody_has_typed_is_neither_title_nor_small_print(typed):
    facts = {"customer": "Ann", "drives": None, "photos": 0, "words": typed}
    assert [each.kind for each in parts(WORDS.say("desk.chat_heard", facts, "en", NOW))] == ["text"]
    told = WORDS.say("desk.case_news", VALUES | {"what": "answered", "words": typed}, "en", NOW)
    assert {each.kind for each in parts(told)} <= {each.kind for each in parts(told.replace(typed, "words"))}


def test_addresses_can_be_followed():
    assert blocks("See https://x.example/a?b=1&c=2.")[0]["text"]["text"] == "See <https://x.example/a?b=1&amp;c=2>."


@pytest.mark.parametrize(
    "text",
    [
        "x" * 20_000,
        "<&>" * 6_000,
        ("word " * 30 + "\n") * 400,
        "# title\n---\n" * 200,
        "> small\ntext\n" * 100,
        "",
        "\n\n",
    ],
    ids=["one word", "escaped", "lines", "titles", "parts", "nothing", "empty lines"],
)
@pytest.mark.parametrize("count", [0, 1, 60])
def test_nothing_is_too_long_for_slack(text, count):
    buttons = [Button("t" * 200, f"/{n:022d}", f"kind{n}") for n in range(count)]
    shown = blocks(text, buttons, Dress(more=lambda n: f"and {n} more lines"))
    assert faults_of_message(shown) == []
    assert size(shown) <= 13_200


def test_buttons_that_are_too_many_are_counted():
    buttons = [Button(f"order {n:03d} " + "t" * 60, f"/{n:022d}", f"kind{n}") for n in range(200)]
    shown = json.dumps(blocks("Which?", buttons, Dress(more=lambda n: f"and {n} more")))
    kept = sum(f"order {n:03d}" in shown for n in range(200))
    assert 30 < kept < 200
    assert f"and {200 - kept} more" in shown


def test_what_is_cut_says_how_much():
    lines = [f"order {n:05d} " + "x" * 60 for n in range(400)]
    shown = json.dumps(
        blocks("\n".join(lines), [Button("Next", "/" + "n" * 22)], Dress(more=lambda n: f"and {n} more"))
    )
    kept = sum(f"order {n:05d}" in shown for n in range(400))
    assert 100 < kept < 400
    assert f"and {400 - kept} more" in shown
    assert "Next" in shown


def test_many_choices_of_one_kind_become_a_list():
    few = [Button(f"r{n}", f"/{n:022d}", "choice.route") for n in range(5)]
    many = [Button(f"d{n}", f"/{n:022d}", "choice.driver") for n in range(6)]
    elements = blocks("Which?", [*few, *many, Button("No", "/" + "x" * 22, "choice.no")])[-1]["elements"]
    assert [each["type"] for each in elements] == ["button"] * 5 + ["static_select", "button"]
    assert len(elements[5]["options"]) == 6


def test_what_cannot_be_undone_is_marked():
    assert blocks("Sure?", [Button("Yes", "/" + "y" * 22, grave=True)])[-1]["elements"][0]["style"] == "danger"


def test_elsewhere_no_signs_are_shown():
    assert plain(CARD) == "Order RM-10482\nLate by 20 minutes\n\nAnn Lee, since 10:05"
    assert plain("2 * 3 * 4 and *a*b") == "2 * 3 * 4 and *a*b"
    assert parts("one\n\n\ntwo") == [Part("text", "one\n\n\ntwo")]


def test_people_are_named_by_their_user_in_words_but_not_in_titles():
    shown = blocks(
        "# Mia Jansen\nOwner: Mia Jansen, not Mia Jansens.\n> Mia Jansen", dress=Dress(people={"Mia Jansen": "U01"})
    )
    assert shown[0]["text"]["text"] == "Mia Jansen"
    assert shown[1]["text"]["text"] == "Owner: <@U01>, not Mia Jansens."
    assert shown[2]["elements"][0]["text"] == "<@U01>"
