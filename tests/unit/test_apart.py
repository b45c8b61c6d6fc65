"""Several things that are each wished for another time in one message."""

from __future__ import annotations

import pytest

from domain.dialogue import Dialogue, Heard
from domain.meaning import Entity, Meaning
from tests.dialogues import say

_KINDS = {
    "kettle": ("product", "Kettle"), "grinder": ("product", "Espresso grinder"), "lamp": ("product", "Desk lamp"),
    "hervidor": ("product", "Kettle"), "lámpara": ("product", "Desk lamp"),
    "thursday": ("date", "2026-05-07"), "friday": ("date", "2026-05-08"), "tuesday": ("date", "2026-05-05"),
    "week": ("date", "2026-05-04/2026-05-10"),
    "monday": ("date", "2026-05-11"), "saturday": ("date", "2026-05-09"), "martes": ("date", "2026-05-05"), "lunes": ("date", "2026-05-11"),
    "jueves": ("date", "2026-05-07"), "viernes": ("date", "2026-05-08"),
    "8-12": ("time_window", "08:00-12:00"), "16-20": ("time_window", "16:00-20:00"),
    "RM-1001": ("order_number", "RM-1001"), "RM-1002": ("order_number", "RM-1002"),
}  # fmt: skip


def moves(text: str) -> list[tuple[object, ...]]:
    """What becomes of which thing when somebody says that they move it, in the order in which it is done."""
    found, at = list[Entity](), 0
    for word in text.replace(",", " ").replace(".", " ").replace("?", " ").split():
        at = text.index(word, at)
        if word in _KINDS:
            kind, value = _KINDS[word]
            found.append(Entity(kind, value, at, at + len(word), word))
        at += len(word)
    step = say(Dialogue(), Heard(Meaning(text, (("reschedule_delivery", 0.9),), tuple(found), "hand")))
    names = ("about_product", "order", "day", "window")
    return [
        tuple(frame.slots[name] for name in names if frame.slots.get(name)) for frame in reversed(step.dialogue.frames)
    ]


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("both are bad this week. kettle thursday 8-12, grinder friday 16-20 pls", [("Kettle", "2026-05-07", "08:00-12:00"), ("Espresso grinder", "2026-05-08", "16:00-20:00")]),
        ("bring the kettle on friday and the grinder on thursday", [("Kettle", "2026-05-08"), ("Espresso grinder", "2026-05-07")]),
        ("thursday for the kettle, friday for the grinder", [("Kettle", "2026-05-07"), ("Espresso grinder", "2026-05-08")]),
        ("RM-1001 thursday, RM-1002 friday", [("RM-1001", "2026-05-07"), ("RM-1002", "2026-05-08")]),
        ("el hervidor el jueves de 8-12 y la lámpara muévanla al viernes", [("Kettle", "2026-05-07", "08:00-12:00"), ("Desk lamp", "2026-05-08")]),
        ("argh got it the wrong way round!! kettle friday 8-12, grinder thursday 16-20", [("Kettle", "2026-05-08", "08:00-12:00"), ("Espresso grinder", "2026-05-07", "16:00-20:00")]),
        ("los puse al revés, el hervidor el jueves y la lámpara el viernes", [("Kettle", "2026-05-07"), ("Desk lamp", "2026-05-08")]),
        ("kettle thursday, grinder friday, and where is the lamp?", [("Kettle", "2026-05-07"), ("Espresso grinder", "2026-05-08")]),
    ],
)  # fmt: skip
def test_each_thing_gets_its_own_time(text, done):
    assert moves(text) == done


@pytest.mark.parametrize(
    "text",
    [
        "the kettle comes on thursday, move the grinder to friday", "leave the kettle on thursday, the grinder friday",
        "kettle thursday, grinder friday, no, both friday", "kettle on thursday and the grinder on thursday",
        "not the kettle on thursday, the grinder on friday", "thursday i can't take the kettle, grinder friday",
    ],
)  # fmt: skip
def test_what_is_only_mentioned_of_another_thing_moves_it_nowhere(text):
    assert len(moves(text)) == 1


KETTLE_ON_MONDAY = ("Kettle", "2026-05-11", "08:00-12:00")


@pytest.mark.parametrize(
    "text",
    [
        "move the kettle to monday 8-12. is the grinder coming tuesday?",
        "is the grinder coming tuesday? move the kettle to monday 8-12",
        "deliver the kettle monday 8-12 unless the grinder can come tuesday",
        "move the kettle monday 8-12, i got the grinder on saturday",
        "cambia el hervidor al lunes 8-12. ¿viene la lámpara el martes?",
        "el hervidor el lunes 8-12 a no ser que la lámpara pueda venir el martes",
        "el hervidor el lunes 8-12, recibí la lámpara el viernes",
        "kettle monday 8-12, pedí la lámpara el martes",
        "could you move the kettle to monday 8-12? i ordered the grinder on tuesday",
    ],
)  # fmt: skip
def test_what_is_asked_supposed_or_told_of_before_is_not_moved(text):
    assert moves(text) == [KETTLE_ON_MONDAY]


@pytest.mark.parametrize("text", ["deliver the kettle monday 8-12 unless the grinder can come tuesday 8-12", "move the kettle monday 8-12, i got the grinder on saturday 8-12"])  # fmt: skip
def test_the_same_hours_are_of_the_one_that_is_moved(text):
    assert moves(text) == [KETTLE_ON_MONDAY]


def test_two_things_with_a_time_each_are_moved_though_it_was_not_surely_understood():
    kinds = (("product", "kettle"), ("date", "thursday"), ("product", "grinder"), ("date", "friday"))
    text = "kettle thursday, grinder friday"
    found = tuple(Entity(kind, word, text.index(word), text.index(word) + len(word), word) for kind, word in kinds)
    unsure = Meaning(text, (("reschedule_delivery", 0.6), ("start_return", 0.3)), found, unsure=True)
    frames = say(Dialogue(), Heard(unsure)).dialogue.frames
    assert [(each.command, each.slots["about_product"]) for each in frames] == [
        ("RescheduleOrder", "grinder"),
        ("RescheduleOrder", "kettle"),
    ]
