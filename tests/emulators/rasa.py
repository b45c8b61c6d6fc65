"""A Rasa server of the test's own that only fails on demand: HTTP on a free port, scripted troubles.

What Rasa really answers is tested with Rasa (tests/e2e/test_rasa.py). Protocol:
https://legacy-docs-oss.rasa.com/docs/rasa/pages/http-api/#operation/parseModelMessage.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.emulators.serving import served

TOKEN = "what only the two of them know"


@dataclass
class Emulated:
    """What it was asked, what goes wrong next (a status, "hang", "drop", "nonsense" or JSON), and what it says else."""

    port: int = 0
    asked: list[str] = field(default_factory=list)
    troubles: list[Any] = field(default_factory=list)
    shares: dict[str, float] = field(default_factory=lambda: {"track_order": 0.9, "cancel_order": 0.06})
    entities: list[dict[str, Any]] = field(default_factory=list)
    hang_seconds: float = 3.0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def answer(self) -> dict[str, Any]:
        """What it makes of any text."""
        ranking = [{"name": name, "confidence": share} for name, share in self.shares.items()]
        return {"intent": ranking[0], "intent_ranking": ranking, "entities": self.entities}


@contextmanager
def rasa() -> Iterator[Emulated]:
    """The server, for as long as the block runs."""
    state = Emulated()

    async def parse(request: web.Request) -> web.StreamResponse:
        if request.query.get("token") != TOKEN:
            return web.json_response({"status": "failure", "reason": "NotAuthenticated"}, status=401)
        state.asked.append((await request.json())["text"])
        trouble = state.troubles.pop(0) if state.troubles else None
        if trouble == "hang":
            await asyncio.sleep(state.hang_seconds)
        elif trouble == "drop" and request.transport is not None:
            request.transport.abort()
        elif trouble == "nonsense":
            return web.Response(text="<html>not json")
        elif isinstance(trouble, int):
            return web.json_response({"status": "failure"}, status=trouble)
        elif trouble is not None:
            return web.json_response(trouble)
        return web.json_response(state.answer())

    with served("rasa", lambda router: router.add_post("/model/parse", parse)) as state.port:
        yield state
