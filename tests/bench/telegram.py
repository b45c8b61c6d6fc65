"""Telegram: from the update to sendMessage through the whole program, and proactive messages through the sender.

The Bot API is the tests' emulator over real HTTP, in a process of its own for the sender's figures and in this one for
the turns'; both share the two cores with the program.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle
from multiprocessing.connection import Connection
from tempfile import TemporaryDirectory

from pydantic import SecretStr
from sqlmodel import Session

from bot.channels.telegram.carrier import TelegramCarrier
from bot.channels.telegram.channel import make_bot
from bot.clock import now
from bot.compose import Program, open_database
from bot.outgoing import Sender
from bot.settings import Settings
from domain.customers import Customer
from domain.notices import Said
from storage import outbox
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.bench.figures import Figure, p50_p99
from tests.bench.turns import data, openings
from tests.builders import API
from tests.emulators.telegram import TelegramEmulator
from tests.postgres import NoPostgres, server
from tests.serving import serve

#: A chat may hear one message a second, so many chats take turns in speaking, some of them about the same order.
CHATS, ORDERS, MESSAGES = 120, 40, 1_000
SAID = ("/help", "where is my order?", "do you have an espresso grinder", "thanks")


def turns(seconds: float) -> list[Figure]:
    """One message at a time, by webhook, on SQLite: from handing over the update to sendMessage."""
    with data() as folder, TelegramEmulator(keep_bodies=False) as telegram:
        numbers = openings(folder, ORDERS)
        settings = {
            "ROUNDSMAN_TELEGRAM_TOKEN": telegram.token, "ROUNDSMAN_TELEGRAM_API_URL": telegram.url,
            "ROUNDSMAN_TELEGRAM_RATE": "1000", "ROUNDSMAN_LOG_LEVEL": "WARNING",
            "ROUNDSMAN_TELEGRAM_WEBHOOK_SECRET": "secret-of-the-benchmark",
        }  # fmt: skip
        with serve(folder, settings, fresh=True):
            people = [telegram.person(f"P{n}", language="en") for n in range(CHATS)]
            for person, (number, fact) in zip(people, cycle(numbers), strict=False):
                person.sends(f"where is {number}")
                person.hears(1)
                person.sends(fact)
            for person in people:
                person.hears(2)
            heard = dict.fromkeys(range(CHATS), 2)
            latencies, until, n = [], time.monotonic() + seconds + 5, 0
            while time.monotonic() < until:
                person, round_ = people[n % CHATS], n // CHATS
                began = time.monotonic()
                person.sends(SAID[round_ % len(SAID)])
                heard[n % CHATS] += 1
                sent = person.hears(heard[n % CHATS])[-1]
                if round_ > 0:  # the first round warms up, and comes a second after the chat's last message
                    latencies.append(sent.at - began)
                n += 1
    return [Figure(f"Telegram turn, update to sendMessage, SQLite ({len(latencies)} turns)", p50_p99(latencies))]


def proactive(_seconds: float) -> list[Figure]:
    """So many messages nobody asked for, to as many chats, without limits, on both databases."""
    figures = []
    with TemporaryDirectory(prefix="roundsman-bench-") as folder:
        figures.append(_sent("SQLite", f"sqlite:///{folder}/roundsman.db"))
    try:
        with server(durable=True) as running:
            figures.append(_sent("PostgreSQL", running.new_database()))
    except NoPostgres as reason:
        figures.append(Figure("proactive messages, PostgreSQL", f"not measured: {reason}"))
    return figures


def _sent(name: str, url: str) -> Figure:
    with _emulator() as (address, token, ids):
        settings = Settings(
            database_url=url,
            telegram_token=SecretStr(token),
            telegram_api_url=address,
            _env_file=None,  # type: ignore[call-arg, arg-type]
        )
        database = open_database(settings)
        database.retrying(lambda session: _fill(session, ids))
        pool = ThreadPoolExecutor(3)
        program = Program(settings, database, pool, pool)
        began = time.perf_counter()
        asyncio.run(_drain(program))
        took = time.perf_counter() - began
        left = _waiting(database)
        database.close()
        pool.shutdown()
    assert left == 0, f"{left} messages were not sent"
    return Figure(f"{MESSAGES} proactive messages to {MESSAGES} chats, {name}", f"{MESSAGES / took:.0f}/s", "500/s")


async def _drain(program: Program) -> None:
    bot = make_bot(program.settings)
    await bot.initialize()
    carrier = TelegramCarrier(bot, program.words, None, _no_file)
    await Sender(program, {"telegram": carrier}).drain()
    await bot.shutdown()


async def _no_file(_: str) -> None:
    """Nothing comes with these."""


def _fill(session: Session, ids: list[int]) -> None:
    chats = UnitOfWork(session, API).chats
    notice = Said(what="welcome")
    rows = []
    for each in ids:
        customer = Customer(name="Jonas Weber")
        session.add(customer)
        session.flush()
        chat = chats.find_or_add("telegram", str(each), now(), "en")
        chats.lock(chat).bind(customer.id or 0)
        rows.append(
            {"conversation_id": chat, "kind": "Said", "name": notice.name, "facts": notice.facts(), "choices": [],
             "media": {}, "about": None, "good_until": None, "priority": outbox.PROACTIVE, "state": outbox.PENDING,
             "created_at": now()}
        )  # fmt: skip
    outbox.put(session, rows)


def _waiting(database: Database) -> int:
    with database.reading() as session:
        return outbox.depth(session)[0]


@contextmanager
def _emulator() -> Iterator[tuple[str, str, list[int]]]:
    """The emulator in a process of its own: its address, token, and the ids of the people who wrote to it."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_emulate, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send("stop")
        process.join(10)


def _emulate(pipe: Connection) -> None:
    with TelegramEmulator(keep_bodies=False) as telegram:
        people = [telegram.person(f"P{n}") for n in range(MESSAGES)]
        pipe.send((telegram.url, telegram.token, [person.id for person in people]))
        pipe.recv()
