"""An SMS gateway of the test's own, as docs/sms.md describes one: HTTP on a free port, scripted answers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.emulators.serving import served


@dataclass(frozen=True)
class Asked:
    """One request."""

    headers: Mapping[str, str]
    body: dict[str, Any]


@dataclass
class Gateway:
    """What it was asked, and how it answers next: (status, JSON or text, headers), "drop" or "hang".

    ``at_number`` holds answers for single numbers that are given every time.
    """

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    answers: list[tuple[int, Any, dict[str, str]] | str] = field(default_factory=list)
    at_number: dict[str, tuple[int, Any, dict[str, str]]] = field(default_factory=dict)
    hang_seconds: float = 5.0

    @property
    def url(self) -> str:
        """Where SMS are handed in."""
        return f"http://127.0.0.1:{self.port}/send"

    @property
    def texts(self) -> list[str]:
        """The words of all that was taken, in order."""
        return [each.body["text"] for each in self.asked]

    def answer(self, status: int, body: Any = None, **headers: str) -> None:
        """The next request gets this answer; headers by their names with underscores."""
        self.answers.append((status, body, {name.replace("_", "-"): value for name, value in headers.items()}))


@contextmanager
def gateway() -> Iterator[Gateway]:
    """The gateway, for as long as the block runs."""
    state = Gateway()

    async def handle(request: web.Request) -> web.Response:
        body = await request.json()
        state.asked.append(Asked(dict(request.headers), body))
        answer = state.answers.pop(0) if state.answers else state.at_number.get(body["to"])
        if answer == "hang":
            await asyncio.sleep(state.hang_seconds)
        if isinstance(answer, str):
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        status, said, headers = answer or (202, {"id": f"sms-{len(state.asked)}"}, {})
        if isinstance(said, dict):
            return web.json_response(said, status=status, headers=headers)
        return web.Response(text=said or "", status=status, headers=headers)

    with served("sms", lambda routes: routes.add_post("/send", handle)) as state.port:
        yield state
