"""Requests to the app, as Slack makes them: signed, over HTTP, or as envelopes through a Socket Mode connection.

Rules: https://docs.slack.dev/authentication/verifying-requests-from-slack and https://docs.slack.dev/apis/events-api.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

import aiohttp

from tests.emulators.slack.records import Delivery, Json
from tests.emulators.slack.sockets import Sockets
from tests.emulators.slack.state import State

Mode = Literal["http", "socket"]
Kind = Literal["event", "command", "interaction", "options"]
_ENVELOPES = {
    "event": "events_api",
    "command": "slash_commands",
    "interaction": "interactive",
    "options": "interactive",
}
_MOST_RETRIES = 3


@dataclass
class Forgery:
    """How requests are signed wrongly; see ``SlackEmulator.forging``."""

    secret: str | None = None
    age: float = 0
    signature: str | None = None
    without: tuple[str, ...] = ()


class Courier:
    """Carries what people do to the app, and its answers back.

    ``patience`` is how many seconds it waits for an answer; ``retries`` how often an event is sent again by itself.
    """

    def __init__(self, state: State, mode: Mode, patience: float, retries: int) -> None:
        self.mode: Mode = mode
        self.signing_secret = "the-emulators-own-signing-secret"
        self.addresses: dict[str, str] = {}
        self.forgery = Forgery()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.sockets = Sockets(state, self._acknowledged, self._connected)
        self._state = state
        self._patience = patience
        self._retries = retries
        self._then: dict[int, Callable[[Delivery], None]] = {}
        self._sent: dict[str, tuple[Delivery, float]] = {}
        self._waiting: list[Delivery] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    def send(
        self,
        kind: Kind,
        payload: Json,
        *,
        then: Callable[[Delivery], None] | None = None,
        retry: int = 0,
        reason: str = "",
    ) -> Delivery:
        """Send it, and return its record at once; ``then`` hears when it was answered, with the lock held."""
        if self.mode == "http":
            delivery = self._signed(kind, payload, retry, reason)
        else:
            delivery = self._enveloped(kind, payload, retry, reason)
        return self._dispatch(delivery, then)

    def again(self, delivery: Delivery) -> Delivery:
        """The very same request once more, byte for byte, its old signature and timestamp too."""
        copied = Delivery(self._state, delivery.kind, delivery.payload, delivery.content, delivery.headers)
        copied.url, copied.envelope_id, copied.retry = delivery.url, delivery.envelope_id, delivery.retry
        return self._dispatch(copied, None)

    def retry(self, delivery: Delivery, reason: str) -> Delivery:
        """The same event once more with the next X-Slack-Retry-Num and that X-Slack-Retry-Reason."""
        return self.send("event", delivery.payload, retry=delivery.retry + 1, reason=reason)

    async def stop(self) -> None:
        """Break off what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.sockets.stop()
        if self._session:
            await self._session.close()

    def _dispatch(self, delivery: Delivery, then: Callable[[Delivery], None] | None) -> Delivery:
        with self._state.changing():
            self._state.deliveries.append(delivery)
            if then:
                self._then[id(delivery)] = then
        assert self.loop is not None, "the emulator must run before people can do anything"
        carry = self._post if self.mode == "http" else self._push
        self.loop.call_soon_threadsafe(self._start, carry, delivery)
        return delivery

    def _signed(self, kind: Kind, payload: Json, retry: int, reason: str) -> Delivery:
        content, of_type = _written(kind, payload)
        stamp = str(int(time.time() - self.forgery.age))
        secret = self.forgery.secret or self.signing_secret
        digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + content, hashlib.sha256).hexdigest()
        headers = {"Content-Type": of_type, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        headers |= {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": self.forgery.signature or f"v0={digest}"}
        headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason} if retry else {}
        kept = {name: value for name, value in headers.items() if name not in self.forgery.without}
        address = self._address(kind, payload)
        assert address, 'where is the app? give its request URL to "deliver_to"'
        return Delivery(self._state, kind, payload, content, kept, address, retry=retry)

    def _address(self, kind: Kind, payload: Json) -> str:
        own = self.addresses.get(payload["command"]) if kind == "command" else None
        return own or self.addresses.get(kind) or self.addresses.get("all") or ""

    def _enveloped(self, kind: Kind, payload: Json, retry: int, reason: str) -> Delivery:
        envelope_id = f"{self._state.number():08x}-0000-4000-8000-{self._state.number():012x}"
        envelope: Json = {"envelope_id": envelope_id, "type": _ENVELOPES[kind], "payload": payload}
        envelope["accepts_response_payload"] = kind != "event"
        if kind == "event":
            envelope |= {"retry_attempt": retry, "retry_reason": reason}
        return Delivery(
            self._state, kind, payload, json.dumps(envelope).encode(), {}, envelope_id=envelope_id, retry=retry
        )

    def _start(self, carry: Callable[[Delivery], Coroutine[Any, Any, None]], delivery: Delivery) -> None:
        task = asyncio.ensure_future(carry(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _post(self, delivery: Delivery) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, force_close=True))
        timeout = aiohttp.ClientTimeout(total=self._patience)
        began, again = time.monotonic(), True
        try:
            async with self._session.post(
                delivery.url, data=delivery.content, headers=delivery.headers, timeout=timeout, allow_redirects=False
            ) as response:
                body = await response.text()
                again = response.headers.get("X-Slack-No-Retry") != "1"
                delivery.status, delivery.seconds = response.status, time.monotonic() - began
                delivery.answer = _read(body, response.content_type)
                if not 200 <= response.status < 300:
                    delivery.error = "http_error"
        except TimeoutError:
            delivery.error = "http_timeout"
        except aiohttp.ClientError:
            delivery.error = "connection_failed"
        self._end(delivery, again)

    async def _push(self, delivery: Delivery) -> None:
        self._sent[delivery.envelope_id] = (delivery, time.monotonic())
        if await self.sockets.send(delivery.content.decode()):
            asyncio.get_running_loop().call_later(self._patience, self._give_up, delivery)
            return
        del self._sent[delivery.envelope_id]
        if delivery.kind == "event":
            self._waiting.append(delivery)  # events come later; people are told at once that nobody is there
        else:
            delivery.error = "no_connection"
            self._end(delivery, False)

    def _connected(self) -> None:
        waiting, self._waiting = self._waiting, []
        for delivery in waiting:
            self._start(self._push, delivery)

    def _acknowledged(self, envelope_id: str, answer: Any) -> None:
        delivery, began = self._sent.pop(envelope_id, (None, 0.0))
        if delivery is not None:
            delivery.status, delivery.answer = 200, answer
            delivery.seconds = time.monotonic() - began
            self._end(delivery, False)

    def _give_up(self, delivery: Delivery) -> None:
        if self._sent.pop(delivery.envelope_id, None):
            delivery.error = "timeout"
            self._end(delivery, True)

    def _end(self, delivery: Delivery, again: bool) -> None:
        with self._state.changing():
            then = self._then.pop(id(delivery), None)
            if then:
                then(delivery)
            delivery.ended = True
        most = min(self._retries, _MOST_RETRIES)
        if delivery.error and again and delivery.kind == "event" and delivery.retry < most:
            self.retry(delivery, delivery.error)


def _written(kind: Kind, payload: Json) -> tuple[bytes, str]:
    if kind == "event":
        return json.dumps(payload).encode(), "application/json"
    form = payload if kind == "command" else {"payload": json.dumps(payload)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


def _read(body: str, of_type: str) -> Any:
    if not body:
        return None
    try:
        return json.loads(body) if of_type == "application/json" else body
    except ValueError:
        return body
