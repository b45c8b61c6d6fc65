"""The Telegram emulator, for every behaviour of the real python-telegram-bot that other tests lean on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.botting import with_bot
from tests.emulators.telegram import TelegramEmulator


@pytest.fixture(scope="module")
def running() -> Iterator[TelegramEmulator]:
    with TelegramEmulator() as emulator:
        yield emulator


@pytest.fixture(autouse=True)
def _durations_as_they_will_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """python-telegram-bot warns wherever it still gives a number of seconds (RetryAfter, Voice)."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
def telegram(running: TelegramEmulator) -> TelegramEmulator:
    """An emulator with nothing waiting and nothing scripted; calls, people and messages are those of all tests."""
    running.calm()
    with_bot(running, lambda bot: bot.delete_webhook(drop_pending_updates=True))
    with_bot(running, lambda bot: bot.get_updates(allowed_updates=[]))
    return running


@pytest.fixture
def own() -> Iterator[TelegramEmulator]:
    """An emulator of this test's own."""
    with TelegramEmulator(retry_delay=0.01, webhook_timeout=0.5) as emulator:
        yield emulator
