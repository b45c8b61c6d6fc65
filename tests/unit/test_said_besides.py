"""Filling where something is said besides, let go by its name, or put right while it is asked about."""

from __future__ import annotations

import pytest

from domain.dialogue import CONFIRM, Dialogue, Heard
from domain.meaning import Entity, Meaning
from tests.dialogues import asking, current, say
from tests.meanings import heard


def test_a_language_is_chosen_before_the_rest_is_done():
    rest = Meaning("they should ring me", (("delivery_instructions", 0.9),), speaks="en")
    frames = say(Dialogue(), Heard(rest)).dialogue.frames
    assert [frame.command for frame in frames] == ["InstructDelivery", "ChooseLanguage"]
    assert frames[1].slots == {"language": "en"}


@pytest.mark.parametrize(
    "text", ["seriously? ok never mind the lamp then", "nvm the grinder", "olvida lo de la tostadora"]
)
def test_what_is_let_go_by_its_name_is_dropped(text):
    waiting = asking("CancelOrder", CONFIRM, order="RM-1001")
    step = say(waiting, heard(text, "cancel_order", product="lamp"))
    assert (step.said, step.dialogue.current) == ("dropped", None)


@pytest.mark.parametrize("text", ["never mind the address, change the day", "it doesn't matter which day"])
def test_what_is_let_go_for_something_else_is_not_just_dropped(text):
    assert say(Dialogue(), heard(text, "reschedule_delivery")).said is None


def test_a_day_that_is_bad_for_what_is_named_asks_for_another_one():
    text = "mirror. tuesday is bad"
    day, thing = Entity("date", "2026-05-05", 8, 15, "tuesday"), Entity("product", "Wall mirror", 0, 6, "mirror")
    step = say(
        Dialogue(), Heard(Meaning(text, (("reschedule_delivery", 0.3), ("deny", 0.2)), (thing, day), unsure=True))
    )
    assert (current(step).command, current(step).slots) == ("RescheduleOrder", {"about_product": "Wall mirror"})


def test_an_address_that_is_put_right_is_no_end_of_it():
    waiting = asking("ChangeAddress", CONFIRM, order="RM-1001", street="Torstr. 5", postcode="10119", city="Berlin")
    step = say(waiting, heard("sorry, Torstr. 7", "stop"))
    assert (step.said, current(step).slots["street"]) == (None, "Torstr. 7")
    assert say(waiting, heard("no sorry", "stop")).said == "dropped"
