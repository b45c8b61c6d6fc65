"""Letters and SMS as the program sends them: the real sender and carriers, at a moment of the test's choice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from unittest.mock import patch

from sqlmodel import select

from actions.perform import perform
from bot.carriers import carriers, close
from bot.letters import Carrier
from bot.outgoing import Sender
from domain.commands import CreateOrder
from domain.moment import Actor, Moment
from domain.orders import Order
from domain.policies import Policies
from storage.database import Database
from storage.outbox import OutboxRow
from tests.builders import API, NOW, moment, order_body
from tests.emulators.waiting import PATIENCE
from tests.running import run
from tests.sending import program_of

URL = "https://deliveries.example"
FROM = "Deliveries <hello@shop.example>"
ALL = frozenset({"telegram", "email", "sms"})


@contextmanager
def clock_at(now: datetime) -> Iterator[None]:
    """What the sender and its carriers take for the present."""
    names = (
        "bot.outgoing.now",
        "bot.standing.now",
        "bot.clock.now",
        "bot.channels.email.carrier.now",
        "bot.channels.sms.carrier.now",
    )
    patches = [patch(name, lambda: now) for name in names]
    for each in patches:
        each.start()
    try:
        yield
    finally:
        for each in patches:
            each.stop()


def send_written(
    database: Database, *, now: datetime = NOW, others: Mapping[str, Carrier] | None = None, **settings: object
) -> None:
    """Send all that is due by e-mail and SMS as the settings say, and by carriers of the test's own."""
    _send(database, lambda sender: sender.drain(), now, others, settings)


def send_until(
    database: Database, done: Callable[[], object], *, others: Mapping[str, Carrier] | None = None, **settings: object
) -> None:
    """Let the sender run until something is the case. Raises TimeoutError when it does not come."""

    async def run(sender: Sender) -> None:
        running = asyncio.create_task(sender.run())
        try:
            async with asyncio.timeout(PATIENCE):
                while not done():
                    await asyncio.sleep(0.01)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    _send(database, run, NOW, others, settings)


def _send(
    database: Database,
    work: Callable[[Sender], Awaitable[None]],
    now: datetime,
    others: Mapping[str, Carrier] | None,
    settings: Mapping[str, object],
) -> None:
    program = program_of(database, **{"public_url": URL, "secret_key": "s" * 40, **settings})

    async def sent() -> None:
        opened = {**carriers(program), **(others or {})}
        try:
            await work(Sender(program, opened))
        finally:
            await close(opened)

    try:
        with clock_at(now):
            run(sent())
    finally:
        program.turns.shutdown()
        program.pool.shutdown()


def at(actor: Actor = API, now: datetime = NOW, channels: frozenset[str] = ALL) -> Moment:
    """The circumstances of a call to an installation with these channels."""
    return replace(moment(actor, now), policies=Policies(channels=channels))


def take_order(database: Database, external_id: str = "A-1", *, now: datetime = NOW, **customer: object) -> Order:
    """An order as it comes by the API, for somebody who has no chat with us."""
    someone = {"name": "Jonas Weber", **customer}
    command = CreateOrder(**order_body(external_id, customer=someone))
    taken: Order = perform(
        database, [command], at(now=now), lambda uow: uow.orders.by_external_id([external_id])[external_id]
    )[1]
    return taken


def rows(database: Database) -> list[OutboxRow]:
    """The outbox, oldest first."""
    with database.reading() as session:
        return list(session.scalars(select(OutboxRow).order_by(OutboxRow.__table__.c.id)))  # type: ignore[attr-defined]
