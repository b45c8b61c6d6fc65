"""Asks a Rasa server what a text means.

Protocol: https://legacy-docs-oss.rasa.com/docs/rasa/pages/http-api/#operation/parseModelMessage. What is asked is never
logged: it is what somebody wrote.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import CancelledError
from typing import Any, Literal

import aiohttp
import orjson
from yarl import URL

from nlu.text import LIMIT

#: How often a question is asked that gets no answer, all within the one timeout, with a pause in seconds between.
TRIES, PAUSE = 2, 0.02
_LONGEST_ANSWER = 1024 * 1024

Reason = Literal["timeout", "unreachable", "refused", "error", "nonsense"]


class RasaTrouble(Exception):
    """No answer, and why: not in time, no connection, refused (401, 404, …), an error of the server, or nonsense."""

    def __init__(self, reason: Reason, why: str) -> None:
        super().__init__(why)
        self.reason: Reason = reason


class RasaClient:
    """Keeps connections to one server, in a thread with a loop of its own. Used by several threads."""

    def __init__(self, url: str, token: str | None, timeout: float) -> None:
        """Nothing is connected yet; ``timeout`` is in seconds and for a question as a whole."""
        self._url = URL(url.rstrip("/") + "/model/parse")
        if token:
            self._url = self._url.with_query(token=token)
        self._timeout = timeout
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._session: aiohttp.ClientSession | None = None

    def parse(self, text: str) -> Any:
        """The server's answer, as JSON says it; of ``text`` the first `LIMIT` code points are asked. Raises RasaTrouble."""
        said = text[:LIMIT].encode("utf-8", "replace").decode("utf-8")
        if said.startswith("/"):
            said = f" {said[1:]}"  # Rasa would take it for the name of an intent
        return self._wait(self._ask(orjson.dumps({"text": said})))

    def close(self) -> None:
        """Let go of the connections; the next question connects again."""
        with self._lock:
            loop, thread, self._loop = self._loop, self._thread, None
        if loop is not None and thread is not None:
            asyncio.run_coroutine_threadsafe(self._disconnect(), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    def _wait(self, asking: Coroutine[Any, Any, Any]) -> Any:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="rasa", daemon=True)
                self._thread.start()
            asked = asyncio.run_coroutine_threadsafe(asking, self._loop)
        try:
            return asked.result()
        except CancelledError:
            raise RasaTrouble("unreachable", "the program is ending") from None

    async def _ask(self, body: bytes) -> Any:
        try:
            async with asyncio.timeout(self._timeout):
                return await self._try(body)
        except TimeoutError:
            raise RasaTrouble("timeout", f"no answer within {self._timeout:g} s") from None

    async def _try(self, body: bytes) -> Any:
        for left in reversed(range(TRIES)):
            try:
                return await self._post(body)
            except RasaTrouble as trouble:
                if trouble.reason == "refused" or not left:
                    raise
            await asyncio.sleep(PAUSE)
        raise AssertionError("unreachable")

    async def _post(self, body: bytes) -> Any:
        if self._session is None:
            self._session = aiohttp.ClientSession(headers={"Content-Type": "application/json"})
        try:
            async with self._session.post(self._url, data=body, allow_redirects=False) as response:
                if response.status != 200:
                    again = response.status >= 500 or response.status in {408, 409, 429}  # 409: no model loaded yet
                    raise RasaTrouble("error" if again else "refused", f"the server answered {response.status}")
                answer = await response.content.readexactly(_LONGEST_ANSWER)
        except asyncio.IncompleteReadError as whole:
            answer = whole.partial
        except (aiohttp.ClientError, OSError) as error:
            raise RasaTrouble("unreachable", type(error).__name__) from None
        try:
            return orjson.loads(answer)
        except orjson.JSONDecodeError:
            raise RasaTrouble("nonsense", "the answer is no JSON, or too long") from None

    async def _disconnect(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()
