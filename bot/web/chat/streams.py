"""Server-Sent Events of open chats: every page hears what is said in its chat, wherever that was said.

A turn in this process wakes the pages of its chat at once. What other processes and the sender say is found by one
query a second for all open chats together. A row may become visible after rows with a later time, so each look goes
back over OVERLAP again and both sides skip what they have (by line id).
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from signal import SIGINT, SIGTERM
from types import FrameType
from typing import TypeVar

import structlog

from bot.clock import now
from bot.compose import Program
from bot.web.chat.sessions import CHANNEL, Chat
from bot.web.chat.transcript import Line, cursor_of, read_since
from domain.moment import SYSTEM
from storage import outbox
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()

OVERLAP = timedelta(seconds=30)
LOOK_EVERY = 1.0
HEARTBEAT = 15.0
#: Open pages of one chat; more are turned away.
MOST_PAGES = 12
_PER_QUERY = 400
T = TypeVar("T")


@dataclass(eq=False)
class _Page:
    chat: Chat
    news: asyncio.Event = field(default_factory=asyncio.Event)


class Streams:
    """The open pages of this process."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._pages: dict[str, set[_Page]] = {}
        self._ids: dict[str, int] = {}
        self._seen: set[int] = set()
        self._looking: asyncio.Task[None] | None = None
        self._stopped = False

    def has_room(self, chat: Chat) -> bool:
        """Whether one more page of the chat may be served."""
        return not self._stopped and len(self._pages.get(chat.address, ())) < MOST_PAGES

    def wake(self, chat: Chat) -> None:
        """Something was said in the chat."""
        self._wake(chat.address)

    def stop(self) -> None:
        """End all streams; no new ones begin."""
        self._stopped = True
        if self._looking is not None:
            self._looking.cancel()
        for address in list(self._pages):
            self._wake(address)

    async def events(
        self, chat: Chat, language: str, since: datetime, show: Callable[[list[Line]], str]
    ) -> AsyncIterator[bytes]:
        """The event stream of one page, until its reader is gone or the program stops."""
        page = _Page(chat)
        self._pages.setdefault(chat.address, set()).add(page)
        self._looking = self._looking or asyncio.create_task(self._look_forever())
        try:
            yield b"retry: 1000\nevent: open\ndata: \n\n"
            known: set[tuple[str, int | None]] = set()
            while not self._stopped:
                page.news.clear()
                lines = await self._lines(chat, language, since - OVERLAP)
                fresh = [line for line in lines if (line.id, line.version) not in known]
                known = {(line.id, line.version) for line in lines}
                if fresh:
                    cursor = cursor_of(lines, since)
                    since = max(since, fresh[-1].at)
                    yield _event("lines", show(fresh), cursor)
                if not await _hears_news(page):
                    yield b"event: beat\ndata: \n\n"
        except Exception as error:  # the page connects again and goes on where it was
            log.warning("stream.broken", chat=chat.fingerprint, error=type(error).__name__)
        finally:
            self._close(page)

    async def _lines(self, chat: Chat, language: str, since: datetime) -> list[Line]:
        conversation_id = self._ids.get(chat.address)
        if conversation_id is None:
            await self._in_core(self._find_ids, [chat.address])
            conversation_id = self._ids.get(chat.address)
        if conversation_id is None:
            return []
        return await self._in_core(read_since, self._program, conversation_id, language, since)

    async def _look_forever(self) -> None:
        """Wake the pages of chats in which another process, or the sender, said something."""
        while self._pages and not self._stopped:
            try:
                for address in await self._in_core(self._look, list(self._pages)):
                    self._wake(address)
            except Exception as error:  # the next look may succeed
                log.warning("stream.look_failed", error=type(error).__name__)
            await asyncio.sleep(LOOK_EVERY)
        self._looking = None

    def _look(self, addresses: list[str]) -> set[str]:
        begun = self._find_ids([each for each in addresses if each not in self._ids])
        by_id = {self._ids[address]: address for address in addresses if address in self._ids}
        told: list[tuple[int, int]] = []
        with self._program.database.reading() as session:
            for ids in _portions(list(by_id)):
                told += outbox.told_since(session, ids, now() - OVERLAP)
        woken = {by_id[conversation_id] for row_id, conversation_id in told if row_id not in self._seen}
        self._seen = {row_id for row_id, _ in told}
        return woken | begun

    def _find_ids(self, addresses: list[str]) -> set[str]:
        found: dict[str, int] = {}
        if addresses:
            with self._program.database.reading() as session:
                chats = UnitOfWork(session, SYSTEM).chats
                for some in _portions(addresses):
                    found |= chats.named(CHANNEL, some)
        self._ids.update(found)
        return set(found)

    async def _in_core(self, work: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._program.pool, work, *args)

    def _wake(self, address: str) -> None:
        for page in self._pages.get(address, ()):
            page.news.set()

    def _close(self, page: _Page) -> None:
        pages = self._pages.get(page.chat.address, set())
        pages.discard(page)
        if not pages:
            self._pages.pop(page.chat.address, None)
            self._ids.pop(page.chat.address, None)


async def _hears_news(page: _Page) -> bool:
    """Wait for news; whether there were any before the next heartbeat is due."""
    try:
        await asyncio.wait_for(page.news.wait(), HEARTBEAT)
    except TimeoutError:
        return False
    return True


@contextmanager
def ended_by_signals(streams: Streams) -> Iterator[None]:
    """While inside, a signal to stop ends the streams too: a server waits for open responses before it stops.

    Whoever handles the signal (uvicorn) is told as before. Nothing to do outside the main thread.
    """
    loop = asyncio.get_running_loop()
    before: dict[int, Callable[[int, FrameType | None], object]] = {}
    if threading.current_thread() is threading.main_thread():
        before = {each: handler for each in (SIGINT, SIGTERM) if callable(handler := signal.getsignal(each))}

    def handle(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(streams.stop)
        before[number](number, frame)

    for each in before:
        signal.signal(each, handle)
    try:
        yield
    finally:
        streams.stop()
        for each, handler in before.items():
            signal.signal(each, handler)


def _event(name: str, data: str, cursor: int) -> bytes:
    lines = data.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join([f"event: {name}", f"id: {cursor}", *(f"data: {line}" for line in lines), "", ""]).encode()


def _portions(values: list[T]) -> list[list[T]]:
    return [values[start : start + _PER_QUERY] for start in range(0, len(values), _PER_QUERY)]
