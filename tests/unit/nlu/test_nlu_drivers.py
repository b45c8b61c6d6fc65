"""Drivers' messages: what they report, and which numbers are stops, minutes, boxes or houses."""

from __future__ import annotations

import pytest

from domain.meaning import Meaning
from nlu import lists
from nlu.config import DATA
from nlu.embedded import Embedded
from nlu.rules import find
from nlu.text import normalise
from tests.unit.nlu.conftest import BERLIN, NOW

NOT_OF_DRIVERS = frozenset({"rating", "purchase_order"})


def read(engine: Embedded, text: str) -> Meaning:
    return engine.parse(text, "driver", NOW, BERLIN)


@pytest.mark.parametrize(
    ("text", "intent", "values"),
    [
        ("nobody in at 14, tried calling", "failed_delivery", {("stop", 14)}),
        ("done next", "delivered", set()),
        ("dropped 4 and 5", "delivered", {("stop", 4), ("stop", 5)}),
        ("20 min late, ring road closed", "report_delay", {("duration", 1200)}),
        ("running 20 late", "report_delay", {("duration", 1200)}),
        ("van broke down on a40", "report_incident", set()),
        ("picked up the return at 7", "collected_return", {("stop", 7)}),
        ("picked up RET-204", "collected_return", {("return_number", "RET-204")}),
        ("oops wrong button", "undo", set()),
        ("all loaded", "confirm_load", set()),
        ("2 boxes missing for RM-10482", "confirm_load", {("quantity", 2), ("order_number", "RM-10482")}),
        ("leave 6 for later", "skip_stop", {("stop", 6)}),
        ("who's at 9, got a gate code?", "stop_details", {("stop", 9)}),
        ("phone number for 12", "stop_details", {("stop", 12)}),
        ("clocking on", "start_shift", set()),
        ("that's me done for the day", "end_shift", set()),
        ("how many stops left", "show_route", set()),
        ("where to next", "next_stop", set()),
        ("at 7", "arrived", {("stop", 7)}),
        ("im outside stop 3", "arrived", {("stop", 3)}),
        ("here", "arrived", set()),
        ("taking my lunch", "start_break", set()),
        ("back from lunch", "end_break", set()),
        ("directions to 5", "navigate", {("stop", 5)}),
        ("shop shut at stop 2", "failed_delivery", {("stop", 2)}),
        ("ring me boss", "talk_to_human", set()),
        ("roger", "affirm", set()),
        ("when do we get paid", "out_of_scope", set()),
    ],
)
def test_reports(engine: Embedded, text: str, intent: str, values: set[tuple[str, object]]) -> None:
    meaning = read(engine, text)
    assert meaning.intent == intent
    assert {(one.kind, one.value) for one in meaning.entities if one.kind != "reason"} == values


def test_the_words_of_a_reason_are_found(engine: Embedded) -> None:
    for text in ("nobody home at 7", "refused at 6", "no answer 12"):
        found = {one.kind: one.text for one in read(engine, text).entities}
        assert found["stop"] == text.rpartition(" ")[2]
        assert text.startswith(found.get("reason", ""))
    assert {one.text for one in read(engine, "nobody home at 7").entities} == {"nobody home", "7"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("stop 6 refused", "refused"),
        ("#10488 couldnt get in", "couldnt get in"),
        ("customer says he never ordered it", "he never ordered it"),
        ("stop 4 no go, the office is closed for the bank holiday", "the office is closed for the bank holiday"),
        ("failed, wolves in the drive", "wolves in the drive"),
    ],
)
def test_a_reason_is_what_somebody_says_with_the_times_in_it(engine: Embedded, text: str, reason: str) -> None:
    assert [one.text for one in read(engine, text).entities if one.kind == "reason"] == [reason]


@pytest.mark.parametrize("text", ["left a card", "failed", "couldn't deliver stop 20", "bringing 9 back"])
def test_that_it_failed_is_no_reason(engine: Embedded, text: str) -> None:
    meaning = read(engine, text)
    assert meaning.intent == "failed_delivery"
    assert "reason" not in {one.kind for one in meaning.entities}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("morning what have i got", []),
        ("hi morning all", []),
        ("what have i got this morning", ["time_window"]),
        ("cant make the 2-4 slot", ["time_window"]),
        ("ill wait, they open at 10", ["time_window"]),
        ("do this one later, nobody there until 2", ["time_window"]),
        ("1 till 4 are done", []),
        ("only dropped 4 of 5", ["quantity", "quantity"]),
    ],
)
def test_hours_greetings_and_counts_have_their_form_on_the_road(text: str, kinds: list[str]) -> None:
    assert [one.kind for one in find(normalise(text), NOT_OF_DRIVERS, True)] == kinds


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("14", [14]),
        ("4 and 5", [4, 5]),
        ("number 12", [12]),
        ("#4", [4]),
        ("the 3rd drop", [3]),
        ("stop seven", [7]),
    ],
)
def test_a_bare_number_is_a_stop(engine: Embedded, text: str, values: list[int]) -> None:
    meaning = read(engine, text)
    assert meaning.intent == "inform"
    assert [(one.kind, one.value) for one in meaning.entities] == [("stop", value) for value in values]


@pytest.mark.parametrize(
    ("text", "stops"),
    [
        ("noone at number 3", [3]),
        ("nobody in at number 12", [12]),
        ("number 3 refused", [3]),
        ("8 not in", [8]),
        ("neighbour at number 23 took it in", []),
        ("left with number 8", []),
        ("number 14 doesnt exist", []),
    ],
)
def test_a_number_is_a_stop_unless_a_neighbour_is_there(engine: Embedded, text: str, stops: list[int]) -> None:
    assert [one.value for one in read(engine, text).entities if one.kind == "stop"] == stops


@pytest.mark.parametrize("text", ["nobody in at 14 Station Road", "48210 on the clock, starting", "1234"])
def test_what_is_no_stop_nor_order(engine: Embedded, text: str) -> None:
    assert {one.kind for one in read(engine, text).entities} <= {"address", "reason"}


@pytest.mark.parametrize("text", ["1234", "code 4471", "48,210", "mileage 48210", "48210 km", "it's 4471"])
def test_a_bare_figure_answers(engine: Embedded, text: str) -> None:
    assert read(engine, text).intent == "inform"


@pytest.mark.parametrize("text", ["phone for 8", "🧭 4"])
def test_a_wish_beside_a_stop_is_no_answer(engine: Embedded, text: str) -> None:
    assert read(engine, text).intent != "inform"


def test_drivers_have_concepts_of_their_own() -> None:
    plain, theirs = lists.read(DATA, "en"), lists.read(DATA, "en", "driver")
    assert set(plain.concepts) < set(theirs.concepts)
    assert lists.read(DATA, "en", "customer") == plain
