"""Voice messages, where a speech engine is plugged in: what was said is the message, and what nobody understood is a voice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from sqlmodel import select

from bot.channels.telegram.channel import Telegram
from storage.database import Database
from storage.inbox import InboxRow
from tests.emulators.telegram import TelegramEmulator
from tests.emulators.waiting import PATIENCE
from tests.running import run
from tests.sending import program_of
from tests.site import Quiet


class Ear:
    """Understands one recording."""

    def __init__(self) -> None:
        self.heard: list[tuple[bytes, str, str | None]] = []

    def words(self, sound: bytes, mime: str, language: str | None) -> str | None:
        self.heard.append((sound, mime, language))
        return "where is my order" if sound == b"OggS clear" else None


@pytest.fixture
def telegram() -> Iterator[TelegramEmulator]:
    with TelegramEmulator() as running:
        yield running


def said(database: Database) -> list[str]:
    with database.reading() as session:
        return [row.text for row in session.exec(select(InboxRow).order_by(InboxRow.id))]


def test_what_is_spoken_is_taken_for_what_is_said(database: Database, telegram: TelegramEmulator):
    plain = program_of(database, telegram_token=telegram.token, telegram_api_url=telegram.url)
    program = Quiet(plain.settings, database, plain.turns, plain.pool)
    ear = Ear()
    program.ear = ear
    anna = telegram.person("Anna", language="en")

    async def both() -> None:
        async with asyncio.timeout(PATIENCE), Telegram(program):
            anna.sends_voice(b"OggS clear")
            anna.sends_voice(b"OggS mumbled")
            while len(said(database)) < 2:
                await asyncio.sleep(0.005)

    try:
        run(both())
    finally:
        program.turns.shutdown()
        program.pool.shutdown()
    assert said(database) == ["where is my order", '/unreadable{"kind": "voice"}']
    assert ear.heard == [(b"OggS clear", "audio/ogg", "en"), (b"OggS mumbled", "audio/ogg", "en")]
