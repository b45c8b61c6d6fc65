"""Business time can be stepped; machine time goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot import clock
from domain.moment import SYSTEM
from domain.policies import USUAL

START = datetime(2026, 5, 5, 6, 0, tzinfo=UTC)


def test_business_time_stands_still_until_it_is_moved() -> None:
    with clock.stepping(START) as stepped:
        assert clock.now() == START == clock.now()
        stepped.to(START + timedelta(minutes=1))
        assert clock.now() == START + timedelta(minutes=1)
        assert clock.moment(SYSTEM, "test", USUAL).now == clock.now()


def test_it_does_not_go_back() -> None:
    with clock.stepping(START) as stepped, pytest.raises(ValueError, match="does not go back"):
        stepped.to(START - timedelta(seconds=1))


def test_machine_time_goes_on_and_is_there_again_afterwards() -> None:
    before = clock.machine_now()
    with clock.stepping(START):
        assert clock.machine_now() >= before
    assert clock.now() >= before


def test_one_process_lives_in_one_time() -> None:
    with clock.stepping(START), pytest.raises(RuntimeError, match="already"), clock.stepping(START):
        pass  # pragma: no cover - it is refused
