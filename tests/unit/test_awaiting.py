"""What somebody says who waits for an order: when it comes, against a day, or a day alone."""

from __future__ import annotations

from itertools import count

import pytest

from actions.catalogue import catalogue
from domain.dialogue import CONFIRM, Dialogue, Frame, Heard, Step
from domain.moment import Role
from nlu.filling import fill
from nlu.readers import READERS
from tests.meanings import heard

CATALOGUE = catalogue(Role.CUSTOMER)
_ids = count()


def say(dialogue: Dialogue, message: Heard) -> Step:
    return fill(dialogue, message, CATALOGUE, f"frame-{next(_ids)}")


@pytest.mark.parametrize(
    "text",
    [
        "when do you come exactly",
        "and when does the kettle come",
        "what time will it arrive?",
        "you didn't come",
        "how much longer till it's here",
        "did my boots get delivered",
        "¿cuándo llega mi pedido?",
    ],
)
def test_words_of_somebody_who_waits(text):
    assert READERS["awaited"](text, None) is True


@pytest.mark.parametrize(
    "text",
    [
        "when could you deliver to 10115",
        "when would it arrive if i order now",
        "can you deliver on friday",
        "how soon does it come if I buy it",
        "where is my return",
        "¿cuándo podría llegar?",
    ],
)
def test_words_of_somebody_who_does_not_wait(text):
    assert READERS["awaited"](text, None) is None


def topic(**values: object) -> Dialogue:
    return Dialogue(focus="RM-10482", **values)


def test_a_day_alone_moves_what_is_talked_about():
    step = say(topic(), heard("thursday morning", date="2026-05-07", time_window="08:00-12:00"))
    frame = step.dialogue.current
    assert frame is not None
    assert (frame.command, frame.slots["day"]) == ("RescheduleOrder", "2026-05-07")


def test_a_day_alone_means_nothing_where_nothing_is_talked_about():
    assert say(Dialogue(), heard("thursday morning", date="2026-05-07")).said == "puzzled"


def test_a_no_to_a_day_asks_for_another_one():
    frame = say(topic(), heard("wednesday doesn't work for me", "deny", date="2026-05-06")).dialogue.current
    assert frame is not None
    assert (frame.command, frame.slots.get("day")) == ("RescheduleOrder", None)


def test_a_day_alone_is_nothing_to_a_driver():
    step = fill(topic(), heard("thursday", date="2026-05-07"), catalogue(Role.DRIVER), "frame")
    assert step.said == "puzzled"


def test_a_code_is_put_right_after_the_driver_was_told_of_it():
    said = heard("sorry the code is 4712", address="4712")
    told = Frame(id="done", command="InstructDelivery", slots={"order": "RM-10482", "wishes": {"code": "4711"}})
    frame = say(topic(done=told), said).dialogue.current
    assert frame is not None
    assert frame.command == "InstructDelivery"
    assert frame.slots["wishes"] == {"code": "4712"}
    tracked = Frame(id="done", command="TrackOrder", slots={"order": "RM-10482"})
    assert say(topic(done=tracked), said).said == "puzzled"


def test_a_short_answer_does_not_change_what_was_said_before():
    slots = {"order": "RM-10482", "kind": "not_received"}
    frame = Frame(id="w", command="ReportProblem", slots=slots, asking="arrived", question_id="w")
    step = say(Dialogue(frames=(frame,)), heard("still missing", "report_problem"))
    assert step.dialogue.current is not None
    assert step.dialogue.current.slots["kind"] == "not_received"
    assert step.dialogue.current.slots["arrived"] is False
    assert step.dialogue.current.asking != CONFIRM
