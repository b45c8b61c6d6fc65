"""Days and times that are named only to say that they do not suit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nlu.instead import suiting
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
    ],
)
def test_a_day_goes_with_the_part_of_it(text, day, time):
    said = saying(text)
    assert (suiting(said, "date")[-1].value, suiting(said, "time_window")[-1].value) == (day, time)
