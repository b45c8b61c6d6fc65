"""What the sender does when things go wrong around it: faults of ours, a database that is away, other senders, the end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import text
from sqlmodel import select

from bot import metrics
from bot.clock import now
from bot.letters import Gone, Later, Letter
from bot.outgoing import Sender
from storage import leases, outbox
from storage.database import Database
from storage.leases import Lease
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.builders import API, NOW
from tests.emulators.waiting import PATIENCE
from tests.running import run
from tests.sending import Letters, program_of, send_due


class Gate(Letters):
    """A carrier that lets letters through when it is opened."""

    def __init__(self, *troubles: Exception) -> None:
        super().__init__(*troubles)
        self.reached, self.opened = asyncio.Event(), asyncio.Event()

    async def carry(self, letter: Letter) -> str | None:
        self.reached.set()
        await self.opened.wait()
        return await super().carry(letter)


@pytest.fixture
def chat(database: Database) -> int:
    """A Telegram chat of nobody in particular."""
    return a_chat(database, "77")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.outgoing.OWN_PAUSE", 0.0001)
    monkeypatch.setattr("bot.recipients.LEASE", timedelta(seconds=0.15))


def a_chat(database: Database, address: str) -> int:
    with database.writing() as session:
        return UnitOfWork(session, API).chats.find_or_add("telegram", address, NOW, "en")


def waits(database: Database, chat: int, *names: str, priority: int = outbox.REPLY) -> None:
    rows = [
        {"conversation_id": chat, "kind": "Said", "name": f"said.{name}", "facts": {}, "choices": [], "media": {},
         "priority": priority, "state": outbox.PENDING, "created_at": now()}
        for name in names
    ]  # fmt: skip
    database.retrying(lambda session: outbox.put(session, rows))


def rows(database: Database) -> list[OutboxRow]:
    with database.reading() as session:
        return list(session.exec(select(OutboxRow).order_by(OutboxRow.id)))


def repeats() -> float:
    return float(metrics.REPEATS._value.get())


@contextmanager
def without(database: Database, table: str) -> Iterator[None]:
    """The database does not have that table for a while."""
    with database.writing() as session:
        session.execute(text(f"ALTER TABLE {table} RENAME TO away"))
    try:
        yield
    finally:
        with database.writing() as session:
            session.execute(text(f"ALTER TABLE away RENAME TO {table}"))


def sending(database: Database, carrier: Letters, work: Callable[[asyncio.Task[None]], Awaitable[None]]) -> None:
    """Do ``work`` while the sender runs, and end it afterwards."""
    program = program_of(database)

    async def both() -> None:
        running = asyncio.create_task(Sender(program, {"telegram": carrier}).run())
        try:
            async with asyncio.timeout(PATIENCE):
                await work(running)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    try:
        run(both())
    finally:
        program.turns.shutdown()
        program.pool.shutdown()


async def until(done: Callable[[], object]) -> None:
    while not done():
        await asyncio.sleep(0.005)


def logged(lines: list[structlog.typing.EventDict], event: str) -> bool:
    return any(line["event"] == event for line in lines)


# What counts as an attempt


def test_a_letter_that_cannot_be_made_is_dead_in_the_end_and_releases_the_next(database, chat, monkeypatch):
    waits(database, chat, "words_that_nobody_wrote", "goodbye")
    letters = Letters()
    send_due(database, {"telegram": letters})
    assert [row.state for row in rows(database)] == ["dead", "sent"]
    assert "KeyError" in rows(database)[0].error


def test_what_cannot_be_written_soon_lets_others_go(database, chat):
    waits(database, chat, "language_chosen", "goodbye")  # which has no words without its facts
    letters = Letters()
    send_due(database, {"telegram": letters})
    assert [(row.state, row.attempts) for row in rows(database)] == [("dead", 3), ("sent", 1)]
    assert [letter.row.name for letter in letters.carried] == ["said.goodbye"]


def test_what_is_no_fault_of_a_message_never_makes_it_dead(database, chat):
    waits(database, chat, "welcome")
    send_due(database, {"telegram": Letters(*[Later(0.0001, "Telegram is away", counted=False)] * 15)})
    (row,) = rows(database)
    assert (row.state, row.attempts) == ("sent", 1)


def test_who_waits_behind_another_has_not_been_tried(database, chat):
    before = repeats()
    waits(database, chat, "welcome", "goodbye")
    send_due(database, {"telegram": Letters(*[Later(0.0001, "no answer")] * 9)})
    assert [(row.state, row.attempts) for row in rows(database)] == [("sent", 10), ("sent", 1)]
    assert repeats() == before


def test_a_crash_after_trouble_is_counted_as_a_repeat_too(database, chat):
    waits(database, chat, "welcome")

    def claimed(at_second: int) -> list[OutboxRow]:
        at = now() + timedelta(seconds=at_second)
        with database.writing() as session:
            return outbox.claim(session, "one", at, at + timedelta(seconds=1))[chat]

    (row,) = claimed(0)
    with database.writing() as session:
        outbox.note_trouble(session, [row.id], "no answer")
    again, after_the_crash = claimed(10), claimed(20)
    with database.reading() as session:
        assert outbox.count_repeats(session, again) == 0
        assert outbox.count_repeats(session, after_the_crash) == 1


def test_a_reply_goes_before_the_rest_of_what_nobody_asked_for(database, chat):
    waits(database, chat, "goodbye", "dropped", priority=outbox.PROACTIVE)

    class Asked(Letters):
        async def carry(self, letter: Letter) -> str | None:
            if not self.carried:
                waits(database, chat, "welcome")
            return await super().carry(letter)

    letters = Asked()
    send_due(database, {"telegram": letters})
    assert [letter.row.name for letter in letters.carried] == ["said.goodbye", "said.welcome", "said.dropped"]


# The database is away


def test_the_sender_outlives_leases_that_cannot_be_renewed(database, chat):
    waits(database, chat, "welcome")

    async def work(running: asyncio.Task[None]) -> None:
        await gate.reached.wait()
        with structlog.testing.capture_logs() as lines, without(database, "lease"):
            await until(lambda: logged(lines, "outbox.renew_failed") or running.done())
        gate.opened.set()
        await until(lambda: rows(database)[0].state == "sent" or running.done())
        waits(database, a_chat(database, "78"), "welcome")
        await until(lambda: rows(database)[1].state == "sent" or running.done())
        assert not running.done()

    gate = Gate()
    sending(database, gate, work)


def test_a_lost_channel_that_cannot_be_noted_is_noted_later(database, chat):
    waits(database, chat, "welcome")
    with structlog.testing.capture_logs() as lines:

        async def work(running: asyncio.Task[None]) -> None:
            with without(database, "event"):
                await until(lambda: logged(lines, "outbox.broken"))
            await until(lambda: rows(database)[0].state == "dead")

        sending(database, Letters(*[Gone("blocked")] * 10_000), work)
    assert rows(database)[0].error == "blocked"


def test_a_recipient_that_another_sender_has_taken_is_left_to_it(database, chat):
    waits(database, chat, "welcome", "goodbye")
    with structlog.testing.capture_logs() as lines:

        async def work(running: asyncio.Task[None]) -> None:
            await gate.reached.wait()
            with database.writing() as session:
                leases.release_all(session)
                session.add(Lease(name=outbox.lease_name(chat), holder="other", until=now() + timedelta(hours=1)))
            await until(lambda: logged(lines, "outbox.lease_lost"))
            gate.opened.set()

        gate = Gate()
        sending(database, gate, work)
    assert gate.carried == []
    assert [row.state for row in rows(database)] == ["pending", "pending"]


# The end


def test_what_is_just_leaving_when_the_program_stops_is_not_sent_again(database, chat):
    class Ending(Gate):
        """Opens as soon as whoever else waits for a turn to send is told to end."""

        async def ready(self, address: str, priority: int) -> None:
            try:
                await (asyncio.Event().wait() if address == "78" else super().ready(address, priority))
            except asyncio.CancelledError:
                self.opened.set()
                raise

    before = repeats()
    waits(database, chat, "welcome", "goodbye")
    waits(database, a_chat(database, "78"), "dropped")

    async def work(running: asyncio.Task[None]) -> None:
        await gate.reached.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    gate = Ending()
    sending(database, gate, work)
    assert [(row.state, row.attempts) for row in rows(database)] == [("sent", 1), ("pending", 0), ("pending", 0)]
    with database.reading() as session:
        assert session.exec(select(Lease)).all() == []
    letters = Letters()
    send_due(database, {"telegram": letters})
    assert {letter.row.name for letter in letters.carried} == {"said.goodbye", "said.dropped"}
    assert repeats() == before
