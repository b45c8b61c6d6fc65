"""The HTTP side: requests in every form the Bot API takes, its answers, and scripted trouble.

Rules: https://core.telegram.org/bots/api#making-requests.
"""

from __future__ import annotations

import asyncio
import inspect
import re
import socket
import threading
from functools import partial
from typing import Any

import orjson
from aiohttp import BodyPartReader, web
from yarl import URL

try:
    from uvloop import new_event_loop
except ImportError:
    from asyncio import new_event_loop  # type: ignore[assignment]

from tests.emulators.telegram.methods import Method, Methods, Uploads
from tests.emulators.telegram.records import Call, Json, Refusal, Trouble, Upload
from tests.emulators.telegram.state import State
from tests.emulators.waiting import PATIENCE

_READ_AS_JSON = frozenset(
    "chat_id message_id offset limit timeout allowed_updates max_connections drop_pending_updates reply_markup "
    "entities caption_entities commands scope latitude longitude reply_parameters link_preview_options show_alert "
    "cache_time disable_notification protect_content message_thread_id horizontal_accuracy".split()
)
_LARGEST = 50 * 1024 * 1024


class Server:
    """Serves one bot from a thread of its own; ``failure`` is what went wrong in the emulator itself."""

    def __init__(self, state: State, token: str) -> None:
        self.port = 0
        self.failure: Exception | None = None
        self._state = state
        self._token = token
        self.methods = Methods(state)
        self._thread = threading.Thread(target=self._run, name="telegram", daemon=True)
        self._ready = threading.Event()

    def start(self) -> None:
        """Return once it answers."""
        self._thread.start()
        self._ready.wait(PATIENCE)

    def stop(self) -> None:
        """End every request under way."""
        loop = self._state.updates.loop
        if loop:
            loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(10)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        loop = self._state.updates.loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        server = web.Server(self._handle, request_factory=_request, access_log=None)
        listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
        accepting = await loop.create_server(server, sock=listening)
        self.port = listening.getsockname()[1]
        self._ready.set()
        await self._ended.wait()
        accepting.close()
        await self._state.updates.stop()
        await server.shutdown(0.1)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        asked = re.fullmatch(r"/(file/)?bot([^/]*)/(.*)", request.path)
        if not asked or not re.fullmatch(r"\d+:[\w-]+", asked[2]):
            return _answer(404, "Not Found")
        if asked[2] != self._token:
            return _answer(401, "Unauthorized")
        if asked[1]:
            file = self._state.paths.get(asked[3])
            return web.Response(body=file.data, content_type=file.mime) if file else _answer(404, "Not Found")
        found = self.methods.find(asked[3])
        if not found:
            return _answer(404, "Not Found")
        try:
            return await self._call(request, *found)
        except Exception as failure:
            self.failure = failure
            raise

    async def _call(self, request: web.BaseRequest, name: str, method: Method) -> web.StreamResponse:
        body, uploads = await _read(request)
        if name == "getUpdates":
            method = partial(self._polled, request)
        call = self._state.noted(name, body)
        trouble = self._state.trouble(name, body.get("chat_id"))
        answer = await self._suffer(trouble, request) if trouble and not trouble.after_effect else None
        answer = answer or await _performed(method, body, uploads)
        if trouble and trouble.after_effect:
            answer = await self._suffer(trouble, request) or answer
        if not (trouble and trouble.drop):
            self._close(call, answer)
        return answer

    async def _polled(self, request: web.BaseRequest, body: Json, uploads: Uploads) -> list[Json]:
        return await self._state.updates.get(body, partial(_connected, request))

    async def _suffer(self, trouble: Trouble, request: web.BaseRequest) -> web.Response | None:
        if trouble.delay:
            await asyncio.sleep(trouble.delay)
        if trouble.drop:
            if request.transport:
                request.transport.abort()
            return _answer(500, "Dropped")
        return _answer(trouble.status, trouble.description, trouble.parameters) if trouble.status else None

    def _close(self, call: Call, answer: web.Response) -> None:
        with self._state.changed:
            call.status = answer.status
            if answer.status != 200:
                call.description = orjson.loads(answer.body)["description"]  # type: ignore[arg-type]
            self._state.changed.notify_all()


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=_LARGEST)


def _connected(request: web.BaseRequest) -> bool:
    return request.transport is not None and not request.transport.is_closing()


async def _performed(method: Method, body: Json, uploads: Uploads) -> web.Response:
    try:
        result = method(body, uploads)
        if inspect.isawaitable(result):
            result = await result
    except Refusal as refusal:
        return _answer(refusal.code, refusal.description, refusal.parameters)
    return web.Response(body=orjson.dumps({"ok": True, "result": result}), content_type="application/json")


def _answer(code: int, description: str, parameters: Json | None = None) -> web.Response:
    told: Json = {"ok": False, "error_code": code, "description": description}
    if parameters:
        told["parameters"] = parameters
    return web.Response(status=code, body=orjson.dumps(told), content_type="application/json")


async def _read(request: web.BaseRequest) -> tuple[Json, Uploads]:
    """Parameters and files of a request: from its query, and from a body of any of the three documented types."""
    body: Json = dict(request.query)
    uploads: Uploads = {}
    if request.content_type == "application/json":
        body |= orjson.loads(await request.read() or b"{}")
    elif request.content_type == "application/x-www-form-urlencoded":
        body |= URL.build(path="/", query_string=(await request.read()).decode(), encoded=True).query
    elif request.content_type == "multipart/form-data":
        await _read_parts(request, body, uploads)
    return {name: _value(name, value) for name, value in body.items()}, uploads


async def _read_parts(request: web.BaseRequest, body: Json, uploads: Uploads) -> None:
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        name, data = str(part.name), bytes(await part.read())
        if part.filename is None:
            body[name] = data.decode()
        else:
            mime = part.headers.get("Content-Type", "application/octet-stream")
            uploads[name] = Upload(part.filename, mime, data)


def _value(name: str, value: Any) -> Any:
    if name not in _READ_AS_JSON or not isinstance(value, str):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value
