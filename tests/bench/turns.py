"""The complete turn through real HTTP: identity, parse, fill, handler, events, outbox, commit.

The server is the real program in a process of its own; the load generator (aiohttp) shares the two cores with it.
Every client opens an order of its own by a second fact, then goes round the same talk: where is it, stock,
a promise, small talk, and a reschedule of two turns that writes slots and events.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from sqlalchemy import event
from sqlmodel import select

from bot.clock import new_id, now
from bot.compose import Program, open_database
from bot.demo.load import load
from bot.receive import Message
from bot.settings import load_settings
from domain.orders import Order
from tests import encoding
from tests.bench.figures import Figure, p50_p99
from tests.postgres import NoPostgres, server
from tests.serving import Serving, serve

ROUND = (
    "where is my order?",
    "do you have an espresso grinder",
    "when could you deliver to 10115",
    "wheres my pakage",
    "move it to another day please",
    None,  # the first button of what came back
    "thanks",
)
WARM_UP = 2.0


def start(_seconds: float) -> list[Figure]:
    """Seconds from starting the process to /readyz, and its memory, with a demo city; without the sentence encoder and with it."""
    figures = []
    for name, encoder, aim in (("without encoder", "none", "4 s"), ("with encoder", encoder_built(), "6 s")):
        with data() as folder, serving_of(folder, encoder=encoder) as first:
            first.stop()
            with serve(folder, {"ROUNDSMAN_ENCODER": encoder}, fresh=True) as again:
                figures += [
                    Figure(
                        f"{name}: start-up to /readyz, engine from its cache", f"{again.seconds_to_ready:.2f} s", aim
                    ),
                    Figure(f"{name}: start-up to /readyz, engine trained from data", f"{first.seconds_to_ready:.2f} s"),
                    Figure(f"{name}: resident memory when ready", f"{again.memory_mb():.0f} MB", "350 MB"),
                ]
    return figures


def encoder_built() -> str:
    """Where the encoder is that programs started here are to use; "none" where it was not built."""
    try:
        return str(encoding.folder())
    except encoding.NoEncoder:
        return "none"


def sqlite(seconds: float) -> list[Figure]:
    """One client, then sixteen, on SQLite."""
    figures = []
    with data() as folder, serving_of(folder) as serving:
        one = _load(serving, 1, seconds)
        figures.append(Figure("SQLite, 1 client", one.text, "p50 5 ms, p99 15 ms"))
        many = _load(serving, 16, seconds)
        figures.append(Figure("SQLite, 16 clients", many.text, "250 turns/s, p99 150 ms"))
        figures.append(Figure("SQLite, CPU of the server per turn", f"{many.cpu_ms:.2f} ms"))
        figures.append(Figure("resident memory after the load", f"{serving.memory_mb():.0f} MB", "350 MB"))
    return figures


def postgres(seconds: float) -> list[Figure]:
    """Sixteen clients on PostgreSQL with two web processes; fsync is on, as in production."""
    try:
        with server(durable=True) as running:
            url = running.new_database()
            with data(url) as folder, serving_of(folder, url, web_processes=2) as serving:
                many = _load(serving, 16, seconds)
    except NoPostgres as reason:
        return [Figure("PostgreSQL", f"not measured: {reason}")]
    return [
        Figure("PostgreSQL, 16 clients, 2 web processes", many.text, "300 turns/s, p99 150 ms"),
        Figure("PostgreSQL, CPU of the web processes per turn", f"{many.cpu_ms:.2f} ms"),
    ]


def statements(_seconds: float) -> list[Figure]:
    """SQL statements of each kind of turn on SQLite, BEGIN and SAVEPOINT included, COMMIT not."""
    with data() as folder:
        program = Program.compose(load_settings(data_folder=folder))
        program.load()
        sent: list[str] = []
        event.listen(program.database.engine, "before_cursor_execute", lambda *args: sent.append(args[2]))
        order, fact = openings(folder, 1)[0]
        sender, buttons, figures = new_id(), [], []
        for text in (f"where is {order}", fact, *ROUND):
            said = text or f"/{buttons[0]}"
            sent.clear()
            shown = program.receiver.answer(Message("rest", sender, said, f"rest:{new_id()}"))
            buttons = [choice["id"] for each in shown for choice in each.choices] or buttons
            figures.append(Figure(f"SQL statements: {text or '(a button)'}", f"{len(sent)} → {shown[-1].name}"))
        program.close()
    return figures


@dataclass
class Result:
    """What a load came to."""

    turns: int
    seconds: float
    latencies: list[float]
    cpu_ms: float
    failures: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The figures in one line."""
        failed = f", {self.failures} FAILED" if self.failures else ""
        return f"{self.turns / self.seconds:.0f} turns/s, {p50_p99(self.latencies)} ({self.turns} turns{failed})"


def _load(serving: Serving, clients: int, seconds: float) -> Result:
    opened = openings(serving.folder, clients, serving.database_url)
    return load_of(serving.url, opened, seconds, serving.cpu_seconds)


def load_of(url: str, opened: Sequence[tuple[str, str]], seconds: float, cpu: Callable[[], float]) -> Result:
    """A client for each of ``opened`` (order, postcode) talks for ``seconds`` over the REST channel at ``url``; ``cpu`` tells
    the processor seconds used by whoever answers."""
    return asyncio.run(_run(url, opened, seconds, cpu))


async def _run(
    url: str, openings: Sequence[tuple[str, str]], seconds: float, cpu_seconds: Callable[[], float]
) -> Result:
    async with aiohttp.ClientSession(json_serialize=json.dumps) as http:
        clients = [_Client(http, url, *opening) for opening in openings]
        for client in clients:
            await client.open()
        await asyncio.gather(*(client.talk(time.perf_counter() + WARM_UP) for client in clients))
        for client in clients:
            client.latencies.clear()
        cpu, began = cpu_seconds(), time.perf_counter()
        await asyncio.gather(*(client.talk(began + seconds) for client in clients))
        took = time.perf_counter() - began
        used = cpu_seconds() - cpu
    latencies = [each for client in clients for each in client.latencies]
    failures = sum(client.failures for client in clients)
    return Result(len(latencies), took, latencies, used / max(1, len(latencies)) * 1000, failures)


class _Client:
    """One customer who keeps talking."""

    def __init__(self, http: aiohttp.ClientSession, url: str, order: str, fact: str) -> None:
        self._http = http
        self._url = f"{url}/webhooks/rest/webhook"
        self._order, self._fact = order, fact
        self._sender = new_id()
        self._buttons: list[str] = []
        self.latencies: list[float] = []
        self.failures = 0

    async def open(self) -> None:
        """Prove whose order it is. Raises when the answer is not about the order."""
        await self._say(f"where is {self._order}")
        told = await self._say(self._fact)
        if self._order not in told:
            raise RuntimeError(f"the order did not open: {told}")

    async def talk(self, until: float) -> None:
        """Go round and round until that moment."""
        while True:
            for text in ROUND:
                if time.perf_counter() >= until:
                    return
                began = time.perf_counter()
                await self._say(text or (self._buttons[0] if self._buttons else "thanks"))
                self.latencies.append(time.perf_counter() - began)

    async def _say(self, text: str) -> str:
        async with self._http.post(self._url, json={"sender": self._sender, "message": text}) as response:
            replies = await response.json(content_type=None)
            if response.status != 200 or not replies:
                self.failures += 1
                return ""
        self._buttons = [button["payload"] for reply in replies for button in reply.get("buttons", [])]
        return " ".join(reply["text"] for reply in replies)


@contextmanager
def data(url: str = "") -> Iterator[Path]:
    """A data folder with a demo city of 600 orders."""
    with tempfile.TemporaryDirectory(prefix="roundsman-bench-") as name:
        folder = Path(name)
        database = open_database(load_settings(data_folder=folder, database_url=url))
        load(database, now(), orders=600, seed=7)
        database.close()
        yield folder


@contextmanager
def serving_of(folder: Path, url: str = "", web_processes: int = 1, encoder: str = "none") -> Iterator[Serving]:
    settings = {
        "ROUNDSMAN_ENCODER": encoder,
        "ROUNDSMAN_WEB_PROCESSES": str(web_processes),
        "ROUNDSMAN_SENDER_RATE": "1000000",
        "ROUNDSMAN_ADDRESS_RATE": "10000000",
        "ROUNDSMAN_LOG_LEVEL": "WARNING",
    }
    with serve(folder, settings, url, fresh=True) as serving:
        yield serving


def openings(folder: Path, count: int, url: str = "") -> list[tuple[str, str]]:
    """Orders that can be rescheduled, each with its postcode."""
    with open_database(load_settings(data_folder=folder, database_url=url)).reading() as session:
        found = session.exec(select(Order).where(Order.status == "allocated").order_by(Order.id).limit(count)).all()
    return [(order.number, order.postcode) for order in found]
