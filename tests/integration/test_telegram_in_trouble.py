"""Telegram when it is slow, away or breaks off, and when our own database is: the real bot against the emulator."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta

import orjson
import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

from bot import metrics
from bot.channels.pacing import Pace
from bot.channels.telegram import carrier as carrying
from bot.channels.telegram.carrier import TelegramCarrier
from bot.channels.telegram.channel import Telegram, make_bot
from bot.channels.telegram.requests import AiohttpRequest, Unreachable
from bot.clock import now
from bot.compose import Program
from bot.outgoing import Sender
from storage import outbox
from storage.database import Database
from storage.inbox import InboxRow
from storage.leases import Lease
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.builders import API, NOW
from tests.emulators.telegram import Person, TelegramEmulator
from tests.emulators.waiting import PATIENCE
from tests.running import run
from tests.sending import program_of
from tests.site import Quiet

LONG = "This sentence is long enough to fill a line or so of the chat. " * 100


@pytest.fixture
def telegram() -> Iterator[TelegramEmulator]:
    with TelegramEmulator() as running:
        yield running


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.telegram.carrier.AWAY_PAUSE", 0.001)
    monkeypatch.setattr("bot.outgoing.LONGEST_PAUSE", 0.01)


def program(database: Database, telegram: TelegramEmulator) -> Program:
    return program_of(database, telegram_token=telegram.token, telegram_api_url=telegram.url)


def says(database: Database, person: Person, words: str) -> None:
    """Something that waits for somebody's chat."""
    with database.writing() as session:
        chat = UnitOfWork(session, API).chats.find_or_add("telegram", str(person.id), NOW, "en")
        row = {"conversation_id": chat, "kind": "PersonSaid", "name": "person.said", "facts": {"words": words},
               "choices": [], "media": {}, "priority": outbox.REPLY, "state": outbox.PENDING, "created_at": now()}  # fmt: skip
        outbox.put(session, [row])


def send(database: Database, telegram: TelegramEmulator) -> None:
    """Send all that is due, without Telegram's limits."""

    async def drained() -> None:
        bot = make_bot(opened.settings)
        await bot.initialize()
        carrier = TelegramCarrier(bot, opened.words, None, no_file)
        await Sender(opened, {"telegram": carrier}).drain()
        await bot.shutdown()

    opened = program(database, telegram)
    try:
        run(drained())
    finally:
        opened.turns.shutdown()
        opened.pool.shutdown()


async def no_file(_: str) -> None:
    """Nothing comes with these."""


def sent(database: Database) -> tuple[str, int]:
    with database.reading() as session:
        row = session.exec(select(OutboxRow)).one()
        return row.state, row.attempts


def test_what_was_broken_off_goes_on_where_it_stopped(database, telegram):
    anna = telegram.person("Anna")
    says(database, anna, LONG)
    telegram.script("sendMessage", chat=anna.id, times=1)  # the first part only takes its time
    telegram.script("sendMessage", chat=anna.id, times=1, status=429, retry_after=1)
    telegram.script("sendMessage", chat=anna.id, times=2, status=500)
    send(database, telegram)
    heard = [each.text for each in anna.messages]
    assert len(heard) == 2
    assert " ".join(heard) == LONG.strip()


@pytest.mark.parametrize("status", [502, 503, 504])
def test_telegram_away_for_long_costs_no_message(database, telegram, status):
    anna = telegram.person("Anna")
    says(database, anna, "Hello")
    telegram.script("sendMessage", times=15, status=status)
    send(database, telegram)
    assert [each.text for each in anna.messages] == ["Hello"]
    assert sent(database) == ("sent", 1)


def test_a_server_nobody_listens_at_is_unreachable():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/"

        async def ask() -> None:
            request = AiohttpRequest()
            try:
                await request.do_request(address, "POST")
            finally:
                await request.shutdown()

        with pytest.raises(Unreachable):
            run(ask())


def test_a_message_that_perhaps_arrived_is_counted(database, telegram):
    before = metrics.REPEATS._value.get()
    anna = telegram.person("Anna")
    says(database, anna, "Hello")
    telegram.script("sendMessage", times=1, drop=True, after_effect=True)
    send(database, telegram)
    assert [each.text for each in anna.messages] == ["Hello", "Hello"]
    assert metrics.REPEATS._value.get() == before + 1


def test_groups_get_fewer_messages_than_chats(monkeypatch):
    monkeypatch.setattr(carrying, "PER_CHAT_SECONDS", 0.0)
    monkeypatch.setattr(carrying, "PER_GROUP_SECONDS", 0.2)

    async def twice(chat: str) -> float:
        pace, loop = Pace(10_000, carrying.chat_seconds), asyncio.get_running_loop()
        began = loop.time()
        await pace.turn(chat, 0)
        await pace.turn(chat, 0)
        return loop.time() - began

    assert run(twice("-1002000000001")) >= 0.2
    assert run(twice("5000000001")) < 0.2


def listening(database: Database, telegram: TelegramEmulator, work: Callable[[], Awaitable[None]]) -> None:
    """Do ``work`` while updates are asked for."""
    plain = program(database, telegram)
    opened = Quiet(plain.settings, database, plain.turns, plain.pool)

    async def both() -> None:
        async with asyncio.timeout(PATIENCE), Telegram(opened):
            await work()

    try:
        run(both())
    finally:
        opened.turns.shutdown()
        opened.pool.shutdown()


async def until(done: Callable[[], object]) -> None:
    while not done():
        await asyncio.sleep(0.005)


def said(database: Database) -> list[str]:
    with database.reading() as session:
        return [row.text for row in session.exec(select(InboxRow).order_by(InboxRow.id))]


def test_updates_are_asked_for_again_when_the_database_is_back(database, telegram, monkeypatch):
    monkeypatch.setattr("bot.holding.LEASE", timedelta(seconds=0.15))
    monkeypatch.setattr("bot.channels.telegram.channel.SHORTEST_PAUSE", 0.01)
    anna = telegram.person("Anna")

    def failures() -> int:
        return sum(line["event"] == "lease.failed" for line in lines)

    async def work() -> None:
        anna.sends("before")
        await until(lambda: said(database) == ["before"])
        with database.writing() as session:
            session.execute(text("ALTER TABLE lease RENAME TO away"))
        await until(lambda: failures() > 2)
        anna.sends("after")
        with database.writing() as session:
            session.execute(text("ALTER TABLE away RENAME TO lease"))
        await until(lambda: said(database) == ["before", "after"])

    with structlog.testing.capture_logs() as lines:
        listening(database, telegram, work)


def test_what_could_not_be_committed_is_neither_confirmed_nor_lost(database, telegram, monkeypatch):
    monkeypatch.setattr("bot.channels.telegram.channel.SHORTEST_PAUSE", 0.01)
    anna = telegram.person("Anna")

    async def work() -> None:
        anna.sends("before")
        await until(lambda: said(database) == ["before"])
        with database.writing() as session:
            session.execute(text("ALTER TABLE inbox RENAME TO away"))
        anna.sends("meanwhile")
        await until(lambda: sum(line["event"] == "telegram.poll_broken" for line in lines) > 1)
        assert [each["message"]["text"] for each in telegram.pending_updates] == ["meanwhile"]
        with database.writing() as session:
            session.execute(text("ALTER TABLE away RENAME TO inbox"))
        await until(lambda: said(database) == ["before", "meanwhile"])

    with structlog.testing.capture_logs() as lines:
        listening(database, telegram, work)
    assert "meanwhile" not in str(lines)


def test_a_call_is_not_accepted_before_what_it_brings_is_committed(database, telegram):
    plain = program(database, telegram)
    update = {
        "update_id": 1,
        "message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "hi"},
    }

    async def calls() -> None:
        bot = Telegram(Quiet(plain.settings, database, plain.turns, plain.pool))
        bot._loop = asyncio.get_running_loop()
        with database.writing() as session:
            session.execute(text("ALTER TABLE inbox RENAME TO away"))
        with pytest.raises(DatabaseError):
            await bot.take_json(orjson.dumps(update))
        with database.writing() as session:
            session.execute(text("ALTER TABLE away RENAME TO inbox"))
        await bot.take_json(orjson.dumps(update))
        assert said(database) == ["hi"]
        await asyncio.gather(*bot._tasks)

    try:
        run(calls())
    finally:
        plain.turns.shutdown()
        plain.pool.shutdown()


def test_who_stops_lets_another_ask_for_updates_at_once(database, telegram):
    anna = telegram.person("Anna")

    async def work() -> None:
        anna.sends("hello")
        await until(lambda: said(database) == ["hello"])

    listening(database, telegram, work)
    with database.reading() as session:
        assert session.exec(select(Lease)).all() == []
