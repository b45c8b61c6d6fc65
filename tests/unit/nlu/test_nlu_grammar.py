"""Slash commands: which phrase begins them, what is left, and what was nearly said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.catalogue import catalogue
from domain.moment import Role
from nlu.grammar import Said, Unknown, aliases, read, suggest, verbs
from nlu.languages.english import stem
from tests.unit.nlu.test_nlu_data import COMMON, STAFF

VERBS = verbs(dict.fromkeys([*STAFF, *COMMON, *catalogue(Role.ADMIN)]), aliases())


@pytest.mark.parametrize(
    ("text", "intents", "rest"),
    [
        ("move stop 4 from r7 to r9", ("move_stop",), "4 from r7 to r9"),
        ("publish", ("publish_routes",), ""),
        ("PUBLISH tomorrow", ("publish_routes",), "tomorrow"),
        ("publish routes north", ("publish_routes",), "north"),
        ("Show the Routes for tomorrow", ("show_routes",), "for tomorrow"),
        ("plan tomorrow for north depot", ("plan_routes",), "tomorrow for north depot"),
        ("plan_routes tomorrow", ("plan_routes",), "tomorrow"),
        ("find 10482", ("find_order",), "10482"),
        ("find order 10482", ("find_order",), "10482"),
        ("take RM-10482 off hold", None, ""),
        ("approve po 77", ("approve_purchase_order",), "77"),
        ("approve RET-204", ("approve_return", "approve_purchase_order"), "RET-204"),
        ("set role @anna dispatcher", ("set_role",), "@anna dispatcher"),
        ("set 18:00", ("set_schedule",), "18:00"),
        ("write off 3 mugs", ("adjust_stock",), "3 mugs"),
        ("dance with me", None, ""),
        ("help", ("help",), ""),
        ("/help", ("help",), ""),
        ("hold: 10482", ("hold_order",), "10482"),
    ],
)
def test_the_longest_phrase_at_the_beginning_counts(text: str, intents: tuple[str, ...] | None, rest: str) -> None:
    said = read(text, VERBS)
    if intents is None:
        assert isinstance(said, Unknown)
    else:
        assert isinstance(said, Said)
        assert (said.intents, said.rest, said.given) == (intents, rest, {})


def test_every_intent_is_reached_by_its_name() -> None:
    for intent in (*STAFF, *COMMON):
        assert read(intent.replace("_", " "), VERBS) == Said((intent,), intent.replace("_", " "), "")


def test_no_two_phrases_are_the_same_but_for_their_endings() -> None:
    meant: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for phrase, intents in VERBS.items():
        meant.setdefault(tuple(stem(word) for word in phrase.replace("-", " ").split()), set()).add(intents)
    assert {key: intents for key, intents in meant.items() if len(intents) > 1} == {}


def test_a_phrase_of_an_intent_that_one_has_not_means_nothing() -> None:
    few = verbs(["show_routes"], aliases())
    assert read("publish", few) == Unknown()
    assert read("show r7", few) == Said(("show_routes",), "show r7", "r7")


@pytest.mark.parametrize(
    ("text", "given", "rest"),
    [
        ('hold 10482 reason="not paid yet"', {"reason": "not paid yet"}, "10482"),
        ("hold reason:“not paid yet” 10482", {"reason": "not paid yet"}, "10482"),
        ("hold 10482 reason:'not paid' note=call", {"reason": "not paid", "note": "call"}, "10482"),
        ("hold 10482 Reason=a reason=b", {"reason": "b"}, "10482"),
        ("hold 10482 reason=", {}, "10482 reason="),
        ('hold 10482 reason="not', {}, '10482 reason="not'),
        ("set 18:00 days=mon,tue", {"days": "mon,tue"}, "18:00"),
    ],
)
def test_keys_with_values_stand_anywhere(text: str, given: dict[str, str], rest: str) -> None:
    said = read(text, VERBS)
    assert isinstance(said, Said)
    assert (dict(said.given), said.rest) == (given, rest)
    assert said.text.endswith(rest)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("publsh tomorrow", "publish"),
        ("pubilsh", "publish"),
        ("shwo routes", "show routes"),
        ("fnd 10482", "find"),
        ("reles 10482", "release"),
        ("forecst", "forecast"),
        ("quarant SKU-1044", "quarantine"),
    ],
)
def test_what_was_nearly_said_is_offered(text: str, first: str) -> None:
    said = read(text, VERBS)
    assert isinstance(said, Unknown)
    assert said.suggestions[0] == first
    assert len(said.suggestions) <= 3


@pytest.mark.parametrize("text", ["", "   ", "🚚", "xyzzy", "qqqqqq wwwww"])
def test_nothing_is_offered_for_what_is_like_nothing(text: str) -> None:
    assert read(text, VERBS) == Unknown()


@given(
    st.one_of(
        st.text(),
        st.lists(st.sampled_from(["publish", "move", "=", "a=", '"', "'", "“", "key:", "/", "ß"])).map(" ".join),
    )
)
def test_it_never_raises_and_invents_nothing(text: str) -> None:
    said = read(text, VERBS)
    if isinstance(said, Said):
        assert said.intents
        assert said.rest in said.text
        assert all(value in text for value in said.given.values())
    else:
        assert set(said.suggestions) <= set(VERBS)
    assert set(suggest(text, VERBS)) <= set(VERBS)


@given(st.sampled_from(sorted(VERBS)), st.text(alphabet="0123456789 r-", max_size=12))
def test_a_phrase_with_anything_after_it_is_that_phrase(phrase: str, after: str) -> None:
    said = read(f"{phrase} {after}", VERBS)
    assert isinstance(said, Said)
    assert set(said.intents) & set(VERBS[phrase])
