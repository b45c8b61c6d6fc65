"""What drivers say of their vehicle, and what they want passed on, as its readers take it."""

from __future__ import annotations

import pytest

from nlu.readers import READERS


def read(reader: str, text: str):
    return READERS[reader](text, None)


@pytest.mark.parametrize(
    ("text", "km"),
    [
        ("walk round done no defects, 48210 on the clock", 48_210),
        ("starting mileage 67,890", 67_890),
        ("odometer says 20911, good to begin", 20_911),
        ("48 210 km", 48_210),
        ("mileage: 112.304", 112_304),
        ("start my shift at 6:30", None),
        ("taking van 3 today", None),
        ("im in the van with plate LK19 XYZ", None),
    ],
)
def test_what_the_odometer_says_is_read_where_it_is_named(text, km):
    assert read("odometer", text) == km


@pytest.mark.parametrize(
    ("text", "damaged"),
    [
        ("no damage", False),
        ("vehicle check done, no damage, starting now", False),
        ("walk round done no defects", False),
        ("van looks ok, tyres ok", False),
        ("all good", False),
        ("scratch on the left door", True),
        ("the mirror is hanging off", True),
        ("rear light is broken", True),
        ("start my shift", None),
    ],
)
def test_whether_words_speak_of_damage(text, damaged):
    assert read("damage", text) is damaged


@pytest.mark.parametrize(("text", "damaged"), [("no", False), ("nope all fine", False), ("none", False), ("fine", False), ("same as yesterday", False), ("not a scratch", False), ("ni un rasguño", False), ("ninguno", False), ("está bien, gracias", False), ("just the old dent", True), ("ok there is a scratch", True), ("yes", True), ("yeah a dent", True), ("hm", None)])  # fmt: skip
def test_an_answer_about_damage(text, damaged):
    assert read("damaged", text) is damaged


@pytest.mark.parametrize(("text", "yes"), [("yes it can", True), ("it can", True), ("no way", False), ("can't", False), ("not safe", False), ("maybe", None)])  # fmt: skip
def test_yes_and_no(text, yes):
    assert read("yes_or_no", text) is yes


@pytest.mark.parametrize(("text", "stop"), [("4", 4), ("stop 4", 4), ("#12", 12), ("the blue one", None), ("0", None)])
def test_the_number_of_a_stop_alone(text, stop):
    assert read("stop_number", text) == stop


@pytest.mark.parametrize("text", ["I need to talk to the dispatcher", "call me please", "dispatcher", "put me through to the office"])  # fmt: skip
def test_a_wish_to_say_something_says_nothing_yet(text):
    assert read("message", text) is None


@pytest.mark.parametrize("text", ["tell the dispatcher the gate is locked", "tell base I have a flat"])
def test_what_is_to_be_passed_on_is_all_that_was_said(text):
    assert read("message", text) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("48210", {"km": 48_210}),
        ("skip", {"unread": True}),
        ("don't know", {"unread": True}),
        ("the display is broken", {"unread": True}),
    ],
)
def test_an_answer_about_the_odometer(text, said):
    assert read("counter", text).values == said
