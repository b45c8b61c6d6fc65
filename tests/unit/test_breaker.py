"""A service that keeps failing is left alone, and tried again one try at a time."""

from __future__ import annotations

from bot.rasa.breaker import Breaker


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_failures_in_a_row_open_it_and_a_success_between_them_does_not() -> None:
    breaker = Breaker(3, 10, Clock())
    for fails in (True, True, False, True, True):
        assert breaker.allows()
        assert not (breaker.failed() if fails else breaker.succeeded())
    assert breaker.failed()
    assert not breaker.allows()
    assert not breaker.failed()  # told once that it opened


def test_after_the_rest_one_tries_and_the_others_wait_for_how_it_goes() -> None:
    clock = Clock()
    breaker = Breaker(1, 10, clock)
    assert breaker.failed()
    clock.now = 9.9
    assert not breaker.allows()
    clock.now = 10
    assert breaker.allows()
    assert not breaker.allows()
    assert not breaker.failed()
    clock.now = 19.9
    assert not breaker.allows()
    clock.now = 20
    assert breaker.allows()
    assert breaker.succeeded()
    assert breaker.allows()
    assert not breaker.succeeded()


def test_a_try_that_never_tells_how_it_went_does_not_close_it_for_ever() -> None:
    clock = Clock()
    breaker = Breaker(1, 10, clock)
    breaker.failed()
    clock.now = 10
    assert breaker.allows()
    clock.now = 20
    assert breaker.allows()
