"""The HTTP side: the Web API, uploads, downloads, response URLs and the WebSocket, in a thread of its own."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from typing import Any

from aiohttp import web

from tests.emulators.slack.chats import Chats
from tests.emulators.slack.courier import Courier
from tests.emulators.slack.methods import Methods
from tests.emulators.slack.pending import Pending
from tests.emulators.slack.records import Call, Json, Refusal, Trouble
from tests.emulators.slack.state import State
from tests.emulators.slack.uploads import Uploads
from tests.emulators.waiting import PATIENCE

_NESTED = {
    "blocks": "invalid_blocks_format",
    "attachments": "invalid_attachments",
    "view": "invalid_arguments",
    "files": "invalid_arguments",
    "metadata": "invalid_metadata_format",
}
_POSTING = {"chat.postMessage", "chat.postEphemeral", "files.completeUploadExternal"}
_BURST = 4
_LARGEST = 60 * 1024 * 1024
_SIGN_IN = "<!DOCTYPE html><html><head><title>Slack</title></head><body>Sign in to Slack</body></html>"


class Server:
    """Serves one workspace; ``failure`` is what went wrong in the emulator itself."""

    def __init__(self, state: State, courier: Courier, bot_token: str, app_token: str, *, rates: bool) -> None:
        self.failure: Exception | None = None
        self._state = state
        self._courier = courier
        self._tokens = {bot_token: "bot", app_token: "app"}
        self._bot_token = bot_token
        self._methods, self._chats, self._uploads = Methods(state), Chats(state), Uploads(state)
        self._rates: dict[str, tuple[float, float]] | None = {} if rates else None
        self._thread = threading.Thread(target=self._run, name="slack", daemon=True)
        self._ready = threading.Event()

    def start(self) -> None:
        """Return once it answers."""
        self._thread.start()
        assert self._ready.wait(PATIENCE), "the emulator did not start"

    def stop(self) -> None:
        """End every request under way."""
        if self._courier.loop:
            self._courier.loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        loop = self._courier.loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        server = web.Server(self._handle, request_factory=_request, access_log=None)
        listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
        accepting = await loop.create_server(server, sock=listening)
        self._state.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self._ready.set()
        await self._ended.wait()
        accepting.close()
        await self._courier.stop()
        await server.shutdown(0.1)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        _, first, *rest = request.path.split("/")
        try:
            if first == "api" and len(rest) == 1:
                return await self._call(request, rest[0])
            if first == "link":
                return await self._courier.sockets.serve(request)
            if first == "upload" and len(rest) == 2:
                return await self._upload(request, rest[1])
            if first == "response" and len(rest) == 2:
                return await self._respond(request, rest[1])
            if first == "files-pri" and len(rest) >= 2:
                return self._download(request, rest[0].partition("-")[2])
        except Exception as failure:
            self.failure = failure
            raise
        return web.Response(status=404)

    async def _call(self, request: web.BaseRequest, method: str) -> web.StreamResponse:
        given, fault = await _arguments(request)
        with self._state.changing():
            call = Call(method, given, self._state.clock())
            self._state.calls.append(call)
            trouble = self._state.trouble(method, given.get("channel") or given.get("channel_id"))
        kind = self._tokens.get(_token(request, given))
        answer = await self._suffer(trouble, request) if trouble and not trouble.after_effect else None
        if answer is None:
            answer = self._performed(call, kind, _token(request, given), fault)
        if trouble and trouble.after_effect:
            answer = await self._suffer(trouble, request) or answer
        with self._state.changing():
            call.status = answer.status
            call.error, call.faults = _error(answer)
        return answer

    def _performed(self, call: Call, kind: str | None, token: str, fault: str) -> web.Response:
        with self._state.changing():
            try:
                if kind is None:
                    raise Refusal("invalid_auth" if token else "not_authed")
                if (kind == "app") != (call.method == "apps.connections.open"):
                    raise Refusal("not_allowed_token_type")
                if fault:
                    raise Refusal(fault)
                if self._too_often(call):
                    return _ratelimited(1)
                if kind == "app":
                    return _json({"ok": True, **self._courier.sockets.open()})
                return _json({"ok": True, **self._methods.perform(call.method, call.arguments)})
            except Refusal as refusal:
                return _json({"ok": False, "error": refusal.error, **refusal.more})

    def _too_often(self, call: Call) -> bool:
        if self._rates is None or call.method not in _POSTING:
            return False
        now, channel = self._state.clock(), str(call.arguments.get("channel"))
        left, since = self._rates.get(channel, (float(_BURST), now))
        left = min(float(_BURST), left + now - since)
        self._rates[channel] = (left - 1 if left >= 1 else left, now)
        return left < 1

    async def _suffer(self, trouble: Trouble, request: web.BaseRequest) -> web.Response | None:
        if trouble.hang:
            await Pending(self._state, lambda: trouble.released, 60, lambda: "a hanging call was never released")
        if trouble.drop:
            if request.transport:
                request.transport.abort()
            return web.Response(status=500)
        if trouble.status == 429:
            return _ratelimited(trouble.retry_after or 1)
        if trouble.body is not None:
            return web.Response(status=trouble.status, text=trouble.body, content_type="application/json")
        if trouble.status != 200:
            return web.Response(status=trouble.status, text="upstream connect error", content_type="text/plain")
        return _json({"ok": False, "error": trouble.error}) if trouble.error else None

    async def _upload(self, request: web.BaseRequest, key: str) -> web.Response:
        multipart = request.content_type.startswith("multipart/")
        data = await (_only_file(request) if multipart else request.read())
        with self._state.changing():
            taken = self._uploads.receive(key, data)
        return web.Response(text=f"OK - {len(data)}") if taken else web.Response(status=404, text="not found")

    async def _respond(self, request: web.BaseRequest, key: str) -> web.Response:
        given, fault = await _arguments(request)
        with self._state.changing():
            error = fault or self._chats.respond(key, given)
            call = Call("response_url", given, self._state.clock(), 200 if not error else 404, error or "")
            self._state.calls.append(call)
        if not error:
            return web.Response(text="ok")
        return web.Response(status=404, text=error) if error.endswith("_url") else web.Response(status=400, text=error)

    def _download(self, request: web.BaseRequest, identifier: str) -> web.Response:
        """The file with the bot token; without it what Slack shows then: a page to sign in, with 200."""
        if _token(request, {}) != self._bot_token:
            return web.Response(text=_SIGN_IN, content_type="text/html")
        with self._state.changed:
            file = self._state.files.get(identifier)
        return web.Response(body=file.data, content_type=file.mimetype) if file else web.Response(status=404)


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=_LARGEST)


def _token(request: web.BaseRequest, given: Json) -> str:
    bearer = request.headers.get("Authorization", "")
    return bearer[7:].strip() if bearer.lower().startswith("bearer ") else str(given.get("token") or "")


async def _arguments(request: web.BaseRequest) -> tuple[Json, str]:
    """The arguments in whatever form they came, and the error code when they cannot be read."""
    given: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError:
            return given, "invalid_json"
        return (given | body, "") if isinstance(body, dict) else (given, "json_not_object")
    given |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    for name, error in _NESTED.items():
        if isinstance(given.get(name), str):
            try:
                given[name] = json.loads(given[name])
            except ValueError:
                return given, error
    return given, ""


async def _only_file(request: web.BaseRequest) -> bytes:
    for value in (await request.post()).values():
        if isinstance(value, web.FileField):
            return value.file.read()
    return b""


def _json(told: Json) -> web.Response:
    return web.json_response(told, headers={"X-Slack-Req-Id": "emulated"})


def _ratelimited(seconds: int) -> web.Response:
    told = {"ok": False, "error": "ratelimited"}
    return web.json_response(told, status=429, headers={"Retry-After": str(seconds)})


def _error(answer: web.Response) -> tuple[str, list[str]]:
    try:
        told = json.loads(answer.body or b"{}")  # type: ignore[arg-type]
    except ValueError:
        return f"http {answer.status}", []
    return str(told.get("error", "")), list(told.get("response_metadata", {}).get("messages", ()))
