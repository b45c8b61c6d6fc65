"""Days by which an order is called, and by how much it shall come later or earlier."""

from __future__ import annotations

import pytest

from domain.meaning import Entity, Meaning
from nlu.due import DUE, by_due_days
from nlu.readers.moving import moved_by


def kinds(text: str, *days: str) -> list[str]:
    entities = tuple(
        Entity("date", "2026-05-07", text.index(each), text.index(each) + len(each), each) for each in days
    )
    return [each.kind for each in by_due_days(Meaning(text, (("inform", 1.0),), entities)).entities]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("where is thursday's delivery", "thursday"),
        ("where is thursdays order", "thursdays"),
        ("can the tomorrow’s parcel come later", "tomorrow"),
        ("my friday order is wrong", "friday"),
        ("cancel the friday one", "friday"),
        ("cancel the one coming thursday", "coming thursday"),
        ("the order that's due on 7 May, move it", "7 May"),
        ("the box which was booked for friday", "friday"),
        ("cancela la entrega del martes", "martes"),
        ("lo de mañana no me viene bien", "mañana"),
        ("el pedido que llega el jueves", "jueves"),
        ("el pedido que tenía para el jueves", "jueves"),
    ],
)
def test_an_order_is_called_by_its_day(text: str, day: str) -> None:
    assert kinds(text, day) == [DUE]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("move my order to thursday", "thursday"),
        ("bring the order on friday", "friday"),
        ("is it coming friday", "friday"),
        ("friday delivery please", "friday"),
        ("can I have it coming on friday", "friday"),
        ("cambia la entrega al martes", "martes"),
        ("a partir del jueves", "jueves"),
        ("antes del jueves", "jueves"),
        ("move the kettle to saturday's delivery", "saturday"),
        ("pon el hervidor en la entrega del lunes", "lunes"),
        ("change the kettle to the friday one", "friday"),
    ],
)
def test_a_day_that_is_wished_for_calls_nothing(text: str, day: str) -> None:
    assert kinds(text, day) == ["date"]


def test_one_day_is_wished_for_and_the_other_calls_the_order() -> None:
    assert kinds("move tuesday's delivery to friday", "tuesday", "friday") == [DUE, "date"]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("a day later please", 1),
        ("two days earlier", -2),
        ("push it back a week", 7),
        ("push my order back by 3 days", 3),
        ("postpone it two days", 2),
        ("bring it forward a day", -1),
        ("can it come a couple of days sooner", -2),
        ("the day after would be better", 1),
        ("the following day", 1),
        ("oh wait, the day after that. thursday I am at the doctor", 1),
        ("the day before that please", -1),
        ("mejor el día de después", 1),
        ("retrasa el pedido dos días", 2),
        ("aplázalo una semana", 7),
        ("adelanta la entrega un día", -1),
        ("tres días más tarde", 3),
        ("un día antes", -1),
        ("al día siguiente", 1),
        ("I'd like it a day earlier", -1),
        ("we need it two days later, same time", 2),
        ("can you move the kettle a day later?", 1),
    ],
)
def test_by_how_many_days_something_is_moved(text: str, days: int) -> None:
    assert moved_by(text) == days


@pytest.mark.parametrize(
    "text",
    [
        "the day after tomorrow",
        "the day after that i am away",
        "the day before yesterday",
        "two days before the wedding",
        "a day after I ordered it",
        "I waited two days",
        "in two days",
        "dos días antes de la boda",
        "later",
        "I am back a week from now",
        "postpone it 90 days",
        "0 days later",
        "don't move the kettle a day later",
        "can you reschedule the kettle, the next day doesn't work for me",
        "cambia la entrega del hervidor, ya se retrasó dos días",
        "reschedule the kettle, I fly the day after",
        "i am back two days later than planned",
        "reschedule the kettle, the previous day I am away",
        "el día anterior no puedo",
        "move the kettle to another day, not the next day",
        "can you push it back, I'm away for 2 weeks",
        "can you push it back I'm away for 2 weeks",
        "adelante, en 2 días",
        "thanks, the party is the day after that",
        "genial, la fiesta es el día siguiente",
        "the next day it was broken",
        "it came two days later",
        "my parcel came a week later than you said",
        "the driver said he comes the next day",
        "llegó dos días después",
    ],
)
def test_days_that_move_nothing(text: str) -> None:
    assert moved_by(text) is None
