"""Webhook calls as Telegram makes them. Rules: https://core.telegram.org/bots/api#setwebhook."""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson

from tests.emulators.telegram.records import Delivery, Json, bad_request


def check_webhook(url: str, secret: str) -> None:
    """Refuse an address or secret token that setWebhook refuses."""
    parts = urlsplit(url)
    here = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and here):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")


class Webhook:
    """Posts updates to an address: one after another within a chat, chats beside each other.

    An update is posted until the answer is 2xx. Everything runs in the emulator's loop; ``ended`` hears of each call.
    """

    def __init__(
        self,
        url: str,
        secret: str,
        connections: int,
        ended: Callable[[Delivery], None],
        retry_delay: float,
        timeout: float,
    ) -> None:
        self.url = url
        self.connections = connections
        self.last_error = ""
        self.last_error_date = 0
        self._headers = {"Content-Type": "application/json"}
        self._headers |= {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        self._ended = ended
        self._retry_delay = retry_delay
        self._slots = asyncio.Semaphore(connections)
        self._lines: dict[int, deque[Json]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=timeout), connector=aiohttp.TCPConnector(limit=0)
        )

    def offer(self, update: Json) -> None:
        """Post it after what its chat still has waiting."""
        chat = _chat(update)
        if chat in self._lines:
            self._lines[chat].append(update)
        else:
            self._lines[chat] = deque([update])
            self._start(self._work(chat))

    def repeat(self, update: Json, times: int) -> None:
        """Post it that many times more, all at once."""
        for _ in range(times):
            self._start(self._until_accepted(update))

    async def stop(self) -> None:
        """Break off the calls that are under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._session.close()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, chat: int) -> None:
        line = self._lines[chat]
        while line:
            await self._until_accepted(line[0])
            line.popleft()
        del self._lines[chat]

    async def _until_accepted(self, update: Json) -> None:
        while not await self._post(update):
            await asyncio.sleep(self._retry_delay)

    async def _post(self, update: Json) -> bool:
        status, error = None, ""
        try:
            async with (
                self._slots,
                self._session.post(
                    self.url, data=orjson.dumps(update), headers=self._headers, allow_redirects=False
                ) as answer,
            ):
                await answer.read()
                status = answer.status
        except TimeoutError:
            error = "Read timeout expired"
        except aiohttp.ClientError as reason:
            error = str(reason) or type(reason).__name__
        accepted = status is not None and 200 <= status < 300
        if status is not None and not accepted:
            error = f"Wrong response from the webhook: {status} {answer.reason}"
        if error:
            self.last_error, self.last_error_date = error, int(time.time())
        self._ended(Delivery(update, status, error, time.monotonic()))
        return accepted


def _chat(update: Json) -> int:
    content: Any = next((value for key, value in update.items() if key != "update_id"), {})
    if not isinstance(content, dict):
        return 0
    place = content.get("chat") or content.get("message", {}).get("chat") or content.get("from") or {}
    return int(place.get("id", 0))
