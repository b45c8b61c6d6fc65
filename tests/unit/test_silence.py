"""When a driver is silent, and when a person looks after them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.silence import is_silent, needs_person
from tests.builders import NOW


def before(minutes: float):
    return NOW - timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("heard", "expected", "silent"),
    [
        (before(29), before(60), False),
        (before(30), before(60), True),
        (before(90), before(29), False),  # a long way: nothing was expected until then
        (before(90), before(30), True),
    ],
)
def test_silence_begins_half_an_hour_after_what_was_expected(heard, expected, silent):
    assert is_silent(heard, expected, NOW) is silent


@pytest.mark.parametrize(
    ("heard", "asked", "person"),
    [
        (before(90), None, False),
        (before(90), before(14), False),
        (before(90), before(15), True),
        (before(10), before(15), False),  # they answered
    ],
)
def test_a_person_is_told_a_quarter_of_an_hour_after_the_question(heard, asked, person):
    assert needs_person(heard, asked, NOW) is person
