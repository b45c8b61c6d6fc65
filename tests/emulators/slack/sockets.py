"""Socket Mode: tickets, connections, envelopes and their acknowledgements.

Rules: https://docs.slack.dev/apis/events-api/using-socket-mode.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from aiohttp import WSMsgType, web

from tests.emulators.slack.records import Json
from tests.emulators.slack.state import State


class Sockets:
    """The WebSockets of one app; ``acknowledged`` hears of every envelope_id that came back, and its payload."""

    def __init__(self, state: State, acknowledged: Callable[[str, Any], None], connected: Callable[[], None]) -> None:
        self.connections: list[web.WebSocketResponse] = []
        self.opened = 0
        """How many connections there have been."""
        self._state = state
        self._acknowledged = acknowledged
        self._connected = connected
        self._tickets: set[str] = set()
        self._turn = 0
        self._transports: set[asyncio.Transport] = set()

    def open(self) -> Json:
        """apps.connections.open: an address that is good for one connection."""
        ticket = f"ticket-{self._state.number()}"
        self._tickets.add(ticket)
        address = self._state.url.replace("http://", "ws://")
        return {"url": f"{address}/link/?ticket={ticket}&app_id={self._state.app_id}"}

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """One connection, until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=404)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        transport = request.transport
        assert transport is not None
        self._transports.add(transport)
        await socket.send_json(self._hello(len(self.connections) + 1))
        with self._state.changing():
            self.connections.append(socket)
            self.opened += 1
        self._connected()
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    self._heard(message.data)
        finally:
            self._transports.discard(transport)
            with self._state.changing():
                if socket in self.connections:
                    self.connections.remove(socket)
        return socket

    async def send(self, envelope: str) -> bool:
        """Through one of the connections, each in turn; False when there is none that works."""
        self._turn += 1
        turn = self._turn % max(1, len(self.connections))
        for socket in [*self.connections[turn:], *self.connections[:turn]]:
            with suppress(ConnectionError):
                await socket.send_str(envelope)
                return True
        return False

    async def disconnect(self, reason: str) -> None:
        """Ask every connection to be replaced ("warning", "refresh_requested"), as Slack does now and then."""
        leaving = list(self.connections)
        if reason != "warning":
            with self._state.changing():
                self.connections.clear()  # they get no more envelopes, and may still acknowledge
        for socket in leaving:
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "emulator"}})

    async def drop(self) -> None:
        """Break every connection off without a word."""
        with self._state.changing():
            self.connections.clear()
        for transport in self._transports:
            transport.abort()

    async def stop(self) -> None:
        """End them all."""
        await self.drop()

    def _hello(self, number: int) -> Json:
        about = {"host": "emulator", "approximate_connection_time": 18_060, "build_number": 1}
        return {
            "type": "hello",
            "num_connections": number,
            "debug_info": about,
            "connection_info": {"app_id": self._state.app_id},
        }

    def _heard(self, words: str) -> None:
        try:
            told = json.loads(words)
        except ValueError:
            return
        if isinstance(told, dict) and "envelope_id" in told:
            self._acknowledged(str(told["envelope_id"]), told.get("payload"))
