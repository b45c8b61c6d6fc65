"""Spelling correction: what it puts right, and what it never touches: numbers, codes, addresses and names."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.embedded import Embedded
from nlu.spelling import Speller
from tests.unit.nlu.conftest import Ask

NAMES = {"product": ["Ordr kettle", "Trackk lamp", "Refnud XL"], "driver": ["Cancle Smiht"], "depot": ["Delivry"]}


def corrected(engine: Embedded, text: str) -> str:
    model, _ = engine._of("customer", "en")
    return model.reader.corrected(model.reader.read(text))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("wheer is my pakcage", "where is my package"),
        ("i want a refnud", "i want a refund"),
        ("cnacel it", "cancel it"),
    ],
)
def test_misspelt_words_are_put_right(engine: Embedded, text: str, right: str) -> None:
    assert corrected(engine, text) == right


@pytest.mark.parametrize(
    "text",
    [
        "order 10428",
        "rm-10482",
        "sku-1044",
        "po-77",
        "ret-204",
        "12,50 eur",
        "se16 7ab",
        "+49 30 5550100",
        "at 14:30",
        "4/5",
    ],
)
def test_numbers_and_codes_stay(engine: Embedded, text: str) -> None:
    assert corrected(engine, text) == text


@pytest.mark.parametrize("name", [name for names in NAMES.values() for name in names])
def test_what_a_gazetteer_knows_stays(engine: Embedded, name: str) -> None:
    assert corrected(engine, f"about {name}") != f"about {name.lower()}"  # without it the words would be changed
    knowing = engine.with_gazetteer(NAMES)
    assert corrected(knowing, f"about {name}") == f"about {name.lower()}"


@pytest.mark.parametrize("text", ["left it with ms refnud", "mr. delivry was not there", "frau cnacel took it"])
def test_a_name_behind_a_title_stays(engine: Embedded, text: str) -> None:
    assert corrected(engine, text) == text


def test_the_same_word_without_a_title_is_put_right(engine: Embedded) -> None:
    assert corrected(engine, "i left it with my refnud") == "i left it with my refund"


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("please deliver to 14 Statoin Road instead", "address", "14 Statoin Road"),
        ("mail it to jane.ordr@exmaple.com", "email", "jane.ordr@exmaple.com"),
        ("where is RM-10482", "order_number", "RM-10482"),
    ],
)
def test_entities_are_what_was_written(ask: Ask, text: str, kind: str, words: str) -> None:
    """Correction serves the reading of intents alone: what is found in a message are its own words."""
    assert [one.text for one in ask(text).entities if one.kind == kind] == [words]


WORD = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)


@settings(max_examples=200, deadline=None)
@given(known=st.lists(WORD, min_size=1, max_size=6), kept=st.lists(WORD, max_size=4), word=WORD)
def test_correction_gives_a_known_word_or_leaves_it(known: list[str], kept: list[str], word: str) -> None:
    speller = Speller(dict.fromkeys(known, 1), kept)
    right = speller.correct(word)
    assert right == word or right in known
    if word in kept or word in known:
        assert right == word
    assert speller.correct(right) == right


@settings(max_examples=100, deadline=None)
@given(
    text=st.lists(st.one_of(WORD, st.from_regex(r"[A-Z]{1,3}-?[0-9]{1,6}|[0-9]{1,6}", fullmatch=True))).map(" ".join)
)
def test_every_number_of_a_text_is_in_its_correction(engine: Embedded, text: str) -> None:
    assert re.findall(r"\d+", corrected(engine, text)) == re.findall(r"\d+", text)
