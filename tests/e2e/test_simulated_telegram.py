"""A short simulated day over Telegram's own protocol: the bot polls the emulator, people press the buttons they are shown."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel import col, select

from bot.channels.telegram.carrier import TelegramCarrier
from bot.channels.telegram.channel import Telegram, make_bot
from bot.clock import now
from bot.compose import Program
from bot.outgoing import Carrier
from bot.simulation.day import Plan, play, program_for
from bot.simulation.loopback import Heard
from bot.simulation.noise import Noise
from bot.simulation.report import Report, report_of
from domain.conversations import Conversation
from domain.routes import RoutePosition
from domain.values import Place
from storage.inbox import InboxRow
from storage.outbox import OutboxRow
from tests.emulators.telegram import Person, TelegramEmulator
from tests.running import run

BUTTON, LINK = re.compile(r"/([\w-]{22})"), re.compile(r'/bind_chat\{"link": "([\w-]{22})"\}')
#: Seconds until an update must have been taken in.
PATIENCE = 30


class TelegramLine:
    """People of the simulated world in private chats of the emulator."""

    def __init__(self, program: Program, telegram: TelegramEmulator, carrier: Carrier) -> None:
        self._program, self._telegram, self._carrier = program, telegram, carrier
        self._people: dict[str, Person] = {}
        self._seen: dict[tuple[str, int], int] = {}
        self._places: dict[str, Any] = {}
        self._sent: list[tuple[str, Heard]] = []

    @property
    def carrier(self) -> Carrier:
        return self._carrier

    @property
    def sent(self) -> Sequence[tuple[str, Heard]]:
        return self._sent

    def person(self, address: str) -> Person:
        if address not in self._people:
            self._people[address] = self._telegram.person(f"Person {address}")
        return self._people[address]

    async def say(self, address: str, text: str, said: datetime | None) -> None:
        update = self._sends(self.person(address), text)
        key = f"telegram:{self._telegram.bot_id}:{update['update_id']}"
        await self._until(select(InboxRow).where(InboxRow.key == key, col(InboxRow.handled_at).is_not(None)))

    def _sends(self, person: Person, text: str) -> Any:
        link, button = LINK.fullmatch(text), BUTTON.fullmatch(text)
        if link is not None:
            return person.starts(link[1])
        if button is None:
            return person.sends(text)
        for message in reversed(person.messages):
            for n, shown in enumerate(message.buttons):
                if shown.value == button[1]:
                    return person.presses(message, n)
        raise AssertionError(f"nobody is shown the button {text}")

    async def share(self, address: str, place: Place) -> None:
        person = self.person(address)
        if address not in self._places:
            self._places[address] = person.shares_live_location(place.lat, place.lon)["message"]["message_id"]
        else:
            person.moves(self._places[address], place.lat, place.lon)
        await self._until(select(RoutePosition).where(RoutePosition.lat == place.lat, RoutePosition.lon == place.lon))

    async def _until(self, query: Any) -> None:
        """Wait for the first row of a query; what is sent meanwhile is sent."""
        for _ in range(PATIENCE * 200):
            with self._program.database.reading() as session:
                if session.exec(query).first() is not None:
                    return
            await asyncio.sleep(0.005)
        raise AssertionError(f"nothing came of it: {query}")

    def take(self, address: str) -> list[Heard]:
        person = self._people.get(address)
        found = []
        for message in person.messages if person is not None else []:
            versions = 1 + sum(edit.method == "editMessageText" for edit in message.edits)
            if self._seen.get((address, message.message_id)) != versions:
                edited = (address, message.message_id) in self._seen
                self._seen[address, message.message_id] = versions
                found.append(self._heard(person, message, edited=edited))
        self._sent += [(address, each) for each in found]
        return found

    def _heard(self, person: Person | None, message: Any, *, edited: bool) -> Heard:
        """What a message says, as the row it was made from tells it."""
        assert person is not None
        query = (
            select(OutboxRow)
            .join(Conversation, col(Conversation.id) == col(OutboxRow.conversation_id))
            .where(Conversation.address == str(person.id), OutboxRow.provider_id == str(message.message_id))
            .order_by(col(OutboxRow.id).desc())
        )
        with self._program.database.reading() as session:
            row = session.exec(query).first()
        if row is None:
            return Heard(now(), "unknown", message.text, ())
        labels = [each["label"] for each in row.choices]
        buttons = tuple((label, f"/{shown.value}") for label, shown in zip(labels, message.buttons, strict=False))
        return Heard(
            now(), row.name, message.text, buttons, dict(row.facts), row.about, str(message.message_id), edited
        )  # fmt: skip


def test_a_short_day_by_telegram(data_folder, database_url):
    plan = Plan(
        6,
        1,
        date(2026, 5, 5),
        5,
        Noise(breakdown=0, forgotten=0),
        iterations=20,
        over=time(16),
        tick=timedelta(minutes=5),
    )

    async def day(program: Program, telegram: TelegramEmulator) -> Report:
        bot = make_bot(program.settings)
        await bot.initialize()
        carrier = TelegramCarrier(bot, program.words, None, _no_file)
        try:
            async with Telegram(program):
                played = await play(plan, program, lined=lambda program: TelegramLine(program, telegram, carrier))
        finally:
            await bot.shutdown()
        return report_of(played, 1.0)

    with TelegramEmulator() as telegram:
        given = {"telegram_token": telegram.token, "telegram_api_url": telegram.url}
        with program_for(data_folder, database_url, **given) as program:
            report = run(day(program, telegram))
    assert report.violations == ()
    assert report.statuses["delivered"] >= 2
    assert report.by_kind["order.out"] == report.promise.count
    assert report.positions > 5


async def _no_file(_id: str) -> None:
    return None
