"""An HTTP server of a test's own, in a thread, on a free port, for as long as a block runs."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aiohttp import web

from tests.emulators.waiting import PATIENCE


@contextmanager
def served(name: str, route: Callable[[web.UrlDispatcher], object]) -> Iterator[int]:
    """The port on which what ``route`` adds is answered."""
    ready, loop, ended = threading.Event(), asyncio.new_event_loop(), asyncio.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    async def serve() -> None:
        app = web.Application()
        route(app.router)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.SockSite(runner, listening).start()
        ready.set()
        await ended.wait()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), name=name, daemon=True)
    thread.start()
    assert ready.wait(PATIENCE), f"the server {name} did not start"
    try:
        yield listening.getsockname()[1]
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(10)
        loop.close()
