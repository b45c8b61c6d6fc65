"""Days and times that are named only to say that they do not suit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nlu.instead import none_suits, suiting, without_unsuited
from tests.meanings import meaning

DAYS = "monday tuesday wednesday thursday friday lunes martes miércoles jueves viernes mañana".split()
TIMES = ["morning", "afternoon", "por la mañana", "por la tarde"]


def saying(text: str):
    """A message with its days and times where they stand."""
    kinds = [(kind, word) for kind, words in (("time_window", TIMES), ("date", DAYS)) for word in words]
    entities = []
    for kind, word in kinds:
        at = text.find(word)
        if at >= 0 and not any(each.start <= at < each.end for each in entities):
            (one,) = meaning(word, **{kind: word}).entities
            entities.append(replace(one, start=at, end=at + len(word), text=word))
    return replace(meaning(text), entities=tuple(sorted(entities, key=lambda each: each.start)))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("not thursday, friday", "friday"),
        ("friday not thursday", "friday"),
        ("could it come friday? I can't do thursday", "friday"),
        ("thursday doesn't work for me, how about friday", "friday"),
        ("friday please, thursday is impossible", "friday"),
        ("tuesday is fine, I'm away on monday", "tuesday"),
        ("from wednesday to friday", "friday"),
        ("el martes no puedo, mejor el miércoles", "miércoles"),
        ("¿lo traen el viernes? el jueves no puedo", "viernes"),
        ("mejor el viernes, el jueves trabajo", "viernes"),
        ("el viernes, no el jueves", "viernes"),
        ("no estoy el lunes ni el martes, vengan el miércoles", "miércoles"),
        ("en vez del viernes que sea el jueves", "jueves"),
        ("el jueves en vez del viernes", "jueves"),
        ("cámbialo del miércoles al jueves", "jueves"),
        ("no el jueves", "jueves"),
        ("thursday's bad, friday's fine", "friday"),
        ("not in the morning, make that friday afternoon", "friday"),
        ("i can't make thursday, make it friday", "friday"),
    ],
)
def test_the_last_day_that_suits_is_meant(text, day):
    assert suiting(saying(text), "date")[-1].value == day


@pytest.mark.parametrize(
    ("text", "day", "time"),
    [
        ("el viernes por la tarde, que el jueves por la mañana no puedo", "viernes", "por la tarde"),
        ("friday afternoon, thursday morning won't work", "friday", "afternoon"),
        ("mañana por la tarde", "mañana", "por la tarde"),
        ("friday afternoon, he sleeps until the morning", "friday", "afternoon"),
        ("friday afternoon, my wife is at work in the morning", "friday", "afternoon"),
        ("friday, the morning works, she's out in the afternoon", "friday", "morning"),
        ("el viernes por la tarde, mi hijo duerme por la mañana", "viernes", "por la tarde"),
    ],
)
def test_a_day_goes_with_the_part_of_it(text, day, time):
    said = saying(text)
    assert (suiting(said, "date")[-1].value, suiting(said, "time_window")[-1].value) == (day, time)


@pytest.mark.parametrize(
    "text",
    [
        "friday please, i work in the morning", "monday morning i'll be asleep. can you do friday", "friday, we're in class in the afternoon",
        "friday, not in the morning", "el viernes, que curro por la mañana",
    ],
)  # fmt: skip
def test_a_time_at_which_somebody_is_not_there_is_none_of_the_day_that_suits(text):
    said = saying(text)
    assert "time_window" not in {each.kind for each in without_unsuited(said, said.entities)}


@pytest.mark.parametrize(
    "text",
    [
        "friday, the morning works best",
        "friday morning, that works",
        "monday afternoon she is home",
        "el viernes por la mañana trabajo desde casa",
    ],
)
def test_a_time_that_suits_stays(text):
    said = saying(text)
    assert "time_window" in {each.kind for each in without_unsuited(said, said.entities)}


@pytest.mark.parametrize(
    ("text", "none"),
    [
        ("mañana nos vamos al pueblo y no habrá nadie en casa", True), ("mañana llevo a los niños a la piscina y no voy a estar en casa", True),
        ("friday we're driving to my sister's and nobody will be in", True), ("bring it friday and I'll be in", False),
        ("mañana estoy en casa", False), ("friday i am home all day", False),
    ],
)  # fmt: skip
def test_a_day_on_which_nobody_will_be_there_suits_nobody(text, none):
    assert none_suits(saying(text)) is none
