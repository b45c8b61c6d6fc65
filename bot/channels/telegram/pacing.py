"""Telegram's limits: so many messages a second for the bot, one a second for each chat, in groups 20 a minute; replies first.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

from __future__ import annotations

import asyncio
import heapq
import itertools

PER_CHAT_SECONDS, PER_GROUP_SECONDS = 1.0, 3.0
#: Chats whose last message is remembered; older ones have long had their second.
_REMEMBERED = 10_000


class Pace:
    """Hands out turns to send. Waiting for one chat's second holds up nobody else."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1 / per_second
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
        in_group = chat.startswith("-")  # https://core.telegram.org/bots/api#chat: ids of groups are negative
        self._chats[chat] = loop.time() + (PER_GROUP_SECONDS if in_group else PER_CHAT_SECONDS)
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
