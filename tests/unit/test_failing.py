"""What follows a failed attempt: the policy as a table."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.failing import Follows, Then, what_follows
from domain.handing import Failure

HOUR = timedelta(hours=1)
TODAY, TOMORROW, DEPOT = (Follows(then, person=False) for then in Then)
PERSON = Follows(Then.DEPOT, person=True)


@pytest.mark.parametrize(
    ("reason", "attempt", "today", "pause", "spare", "expected"),
    [
        ("nobody_home", 1, 1, HOUR, HOUR, TODAY),
        ("closed", 1, 1, HOUR, HOUR, TODAY),
        ("no_access", 1, 1, HOUR, HOUR, TODAY),
        ("nobody_home", 2, 1, HOUR, HOUR, TODAY),  # the first was on another day
        ("nobody_home", 2, 2, HOUR, HOUR, TOMORROW),
        ("nobody_home", 1, 1, timedelta(minutes=29), HOUR, TOMORROW),
        ("nobody_home", 1, 1, HOUR, timedelta(minutes=14), TOMORROW),
        ("nobody_home", 1, 1, HOUR, -HOUR, TOMORROW),
        ("nobody_home", 1, 1, None, HOUR, TOMORROW),
        ("nobody_home", 1, 1, HOUR, None, TOMORROW),
        ("no_access", 2, 2, HOUR, HOUR, Follows(Then.TOMORROW, person=True)),
        ("nobody_home", 3, 1, HOUR, HOUR, PERSON),
        ("closed", 4, 2, HOUR, HOUR, PERSON),
        ("refused", 1, 1, HOUR, HOUR, PERSON),
        ("wrong_address", 1, 1, HOUR, HOUR, PERSON),
        ("damaged", 1, 1, HOUR, HOUR, PERSON),
    ],
)
def test_what_follows(reason, attempt, today, pause, spare, expected) -> None:
    assert what_follows(Failure(reason), attempt=attempt, today=today, pause=pause, spare=spare) == expected


@pytest.mark.parametrize("reason", list(Failure))
def test_every_reason_has_an_end(reason) -> None:
    """Whatever happens, after so many attempts a person decides."""
    assert what_follows(reason, attempt=3, today=1, pause=HOUR, spare=HOUR) == PERSON
