"""Turns to send by a channel with limits: so many messages a second in all, fewer for each chat; replies first."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable

#: Chats whose last message is remembered; older ones have long had their second.
_REMEMBERED = 10_000


class Pace:
    """Hands out turns to send. Waiting for one chat's second holds up nobody else."""

    def __init__(self, per_second: float, chat_seconds: Callable[[str], float]) -> None:
        """``chat_seconds`` is how long a chat waits after a message for the next."""
        self._gap = 1 / per_second
        self._chat_seconds = chat_seconds
        self._next = 0.0
        self._chats: dict[str, float] = {}
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self._handing: asyncio.Task[None] | None = None

    async def turn(self, chat: str, priority: int) -> None:
        """Return when the next message to ``chat`` may be sent; lower priorities are served first."""
        loop = asyncio.get_running_loop()
        at = max(loop.time(), self._chats.get(chat, 0.0))
        if at > loop.time():
            await asyncio.sleep(at - loop.time())
        turn = loop.create_future()
        heapq.heappush(self._waiting, (priority, next(self._numbers), turn))
        if self._handing is None or self._handing.done():
            self._handing = asyncio.create_task(self._hand_out())
        await turn
        self._chats[chat] = loop.time() + self._chat_seconds(chat)
        if len(self._chats) > _REMEMBERED:
            self._chats = {each: until for each, until in self._chats.items() if until > loop.time()}

    async def _hand_out(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            wait = self._next - loop.time()
            if wait > 0:
                await asyncio.sleep(wait)
                continue  # somebody more urgent may have come
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                self._next = max(self._next, loop.time() - self._gap) + self._gap
                turn.set_result(None)
