"""A shop's server that is told what happens: HTTP on a free port, scripted answers."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.emulators.serving import served


@dataclass(frozen=True)
class Told:
    """One message: its id, when it was sent, all its signatures, and the body as it came."""

    id: str
    timestamp: str
    signatures: tuple[str, ...]
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        """What it says."""
        said: dict[str, Any] = json.loads(self.raw)
        return said

    @property
    def kind(self) -> str:
        """The type of the event."""
        return str(self.body["type"])

    def is_signed_with(self, secret: str) -> bool:
        """Whether one of the signatures is that of the secret, as the specification says how."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        content = self.id.encode() + b"." + self.timestamp.encode() + b"." + self.raw
        good = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        return f"v1,{good}" in self.signatures


@dataclass
class Receiver:
    """What it was told and took, what it was told at all, and how it answers next: a status, "drop" or "hang".

    While it is ``down`` it answers nothing and takes nothing.
    """

    port: int = 0
    down: bool = False
    attempts: list[Told] = field(default_factory=list)
    taken: list[Told] = field(default_factory=list)
    answers: list[int | str] = field(default_factory=list)
    location: str = ""
    hang_seconds: float = 1.0

    @property
    def url(self) -> str:
        """Where it is told."""
        return f"http://127.0.0.1:{self.port}/hooks"

    @property
    def kinds(self) -> list[str]:
        """The types of what it took, in order."""
        return [each.kind for each in self.taken]


@contextmanager
def receiver() -> Iterator[Receiver]:
    """The server, for as long as the block runs."""
    state = Receiver()

    async def handle(request: web.Request) -> web.Response:
        names = ("webhook-id", "webhook-timestamp", "webhook-signature")
        message, stamp, signatures = (request.headers.get(name, "") for name in names)
        told = Told(message, stamp, tuple(signatures.split(" ")), await request.read())
        state.attempts.append(told)
        answer = "drop" if state.down else state.answers.pop(0) if state.answers else 204
        if answer == "hang":
            await asyncio.sleep(state.hang_seconds)
        if isinstance(answer, str):
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if 200 <= answer < 300:
            state.taken.append(told)
        return web.Response(status=answer, headers={"Location": state.location} if state.location else {})

    with served("receiver", lambda routes: routes.add_post("/hooks", handle)) as state.port:
        yield state
