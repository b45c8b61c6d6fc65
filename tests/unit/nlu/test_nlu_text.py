"""Normalisation keeps positions; spelling correction is careful."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.concepts import Concepts
from nlu.languages.english import ENGLISH, stem, write_out
from nlu.reading import Reader
from nlu.spelling import Speller
from nlu.text import LIMIT, normalise, replace, tokens


@pytest.mark.parametrize(
    ("original", "clean"),
    [
        ("Where’s it", "Where's it"),
        ("RM\u201110482", "RM-10482"),
        ("a\u00a0b\tc\x00d", "a b c d"),
        ("zero\u200bwidth", "zerowidth"),
        ("ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("Mu\u0308ller", "Müller"),
        ("ﬁne", "fine"),
        ("\ud800x", "x"),
        ("👍🏽 ok", "👍🏽 ok"),
    ],
)
def test_normalise(original: str, clean: str) -> None:
    text = normalise(original)
    assert (text.clean, len(text.low)) == (clean, len(clean))


def test_spans_lead_back_to_the_original() -> None:
    text = normalise("ﬁrst Mu\u0308ller\u200b RM\u200b-10482 ok")
    at = text.clean.index("Müller")
    assert text.original[slice(*text.span(at, at + 6))] == "Mu\u0308ller"
    at = text.clean.index("RM-10482")
    assert text.original[slice(*text.span(at, at + 8))] == "RM\u200b-10482"


@given(st.text(max_size=60))
def test_every_token_lies_within_the_original(original: str) -> None:
    text = normalise(original)
    assert len(text.low) == len(text.clean)
    for token in tokens(text.low):
        start, end = text.span(token.start, token.end)
        assert 0 <= start < end <= len(original)


def test_only_the_beginning_is_analysed() -> None:
    assert len(normalise("x" * 70_000).clean) == LIMIT


def test_replace_keeps_positions() -> None:
    text = replace(normalise("on tmrw ok"), [(3, 7, "tomorrow")])
    assert text.clean == "on tomorrow ok"
    assert text.span(3, 11) == (3, 7)
    assert text.span(12, 14) == (8, 10)


@pytest.mark.parametrize(
    ("word", "right"),
    [
        ("refnud", "refund"),
        ("delivry", "delivery"),
        ("cancle", "cancel"),
        ("refund", "refund"),
        ("older", "older"),  # an everyday word
        ("nut", "nut"),
        ("10482", "10482"),
        ("rm10482", "rm10482"),
        ("gronder", "gronder"),  # kept: a name of the gazetteer
        ("xyzzyx", "xyzzyx"),
    ],
)
def test_spelling(word: str, right: str) -> None:
    speller = Speller(
        {"refund": 3, "delivery": 5, "cancel": 2, "order": 9, "grinder": 1},
        kept={"gronder"},
        common=ENGLISH.common_words,
    )
    assert speller.correct(word) == right


def test_time_words_are_put_right_for_the_rules() -> None:
    reader = Reader(Speller({"please": 1}), Concepts({}))
    reading = reader.read("plz come tommorow or wensday aftrnoon, router 7")
    assert reading.text.low == "plz come tomorrow or wednesday afternoon, router 7"
    spans = [reading.text.original[slice(*reading.text.span(f.start, f.end))] for f in reading.found]
    assert spans == ["tommorow", "wensday", "aftrnoon", "7"]


def test_contractions_and_stems() -> None:
    assert write_out(["where's", "isnt", "driver's", "u"]) == ["where", "is", "is", "not", "driver", "you"]
    assert {stem(word) for word in ("deliver", "delivering", "delivered", "delivers")} == {"deliver"}
    assert stem("cancelled") == stem("cancelling") == stem("cancel")
    assert (stem("address"), stem("bus"), stem("it")) == ("address", "bus", "it")


def test_concepts_take_the_longest_phrase() -> None:
    concepts = Concepts({"cancel": ["call off", "scrap"], "order": ["order"], "phone": ["call"]})
    assert concepts.read("please called off the orders".split()) == ["pleas", "CANCEL", "the", "ORDER"]
    assert concepts.read("call me".split()) == ["PHONE", "me"]
    tense = Concepts({"sentback": ["i returned"], "return": ["return"]})
    assert tense.read("i returned".split()) == ["SENTBACK", "RETURN"]
    assert tense.read("how do i return".split()) == ["how", "do", "i", "RETURN"]
    assert concepts.knows("scrapped")
    assert not concepts.knows("scarp")
