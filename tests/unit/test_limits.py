"""Rates: so many a minute and no more, however the minutes fall."""

from __future__ import annotations

from bot.web.limits import Rate


class Seconds:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = 6_000.0

    def __call__(self) -> float:
        return self.now


def hits(rate: Rate, name: str, tries: int) -> int:
    """How many of so many tries were let through."""
    return sum(rate.hit(name) for _ in range(tries))


def test_so_many_a_minute_and_name():
    rate = Rate(3, Seconds())
    assert hits(rate, "a", 5) == 3
    assert not rate.has_room("a")
    assert hits(rate, "b", 2) == 2, "others are counted by themselves"


def test_what_is_refused_does_not_count():
    clock = Seconds()
    rate = Rate(2, clock)
    hits(rate, "a", 100)
    clock.now += 90
    assert rate.has_room("a")


def test_the_minute_before_counts_as_far_as_it_lies_within_the_last_sixty_seconds():
    clock = Seconds()
    rate = Rate(10, clock)
    clock.now += 59
    assert hits(rate, "a", 20) == 10
    clock.now += 1
    assert hits(rate, "a", 20) == 0, "a new minute has begun, a second after"
    clock.now += 30
    assert hits(rate, "a", 20) == 5


def test_after_two_minutes_nothing_is_left():
    clock = Seconds()
    rate = Rate(4, clock)
    hits(rate, "a", 4)
    clock.now += 120
    assert hits(rate, "a", 9) == 4


def test_asking_does_not_count():
    rate = Rate(1, Seconds())
    assert [rate.has_room("a") for _ in range(3)] == [True, True, True]
