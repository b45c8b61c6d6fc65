"""The day stays what it was, or is the one spoken of just now: "the last slot of that day", "ese mismo día"."""

from __future__ import annotations

import pytest

from nlu.readers import READERS


@pytest.mark.parametrize(
    "text",
    [
        "make the mirror the last slot of that day", "same day but in the evening please", "could it be later that day", "the same day, just after 4",
        "el mismo día pero por la tarde", "ese mismo día a última hora", "no, sorry. same day, evening",
    ],
)  # fmt: skip
def test_the_day_stays(text):
    assert READERS["same_day"](text, None) is True


@pytest.mark.parametrize(
    "text",
    [
        "i can't do that day", "we are away that day", "not that day", "the same day as the kettle", "that day is no good", "do you offer same day delivery",
        "ese día no puedo", "estoy fuera ese día", "el mismo día que el hervidor", "any day but that day does not", "thursday",
    ],
)  # fmt: skip
def test_a_day_that_does_not_suit_or_is_of_something_else_stays_not(text):
    assert READERS["same_day"](text, None) is None
