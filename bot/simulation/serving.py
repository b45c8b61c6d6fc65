"""The playground beside a simulated day: whoever opens it may talk to the program while the day goes on."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any, TypeVar

import uvicorn

from bot.clock import now
from bot.compose import Program
from bot.demo.office import open_office
from bot.web.app import build

T = TypeVar("T")


async def beside_pages(program: Program, listening: socket.socket, day: Awaitable[T]) -> T | None:
    """Serve the program's pages until somebody stops it, and play the day meanwhile; None where it was stopped before its end.

    The program's own background is off: sending, jobs and ticks are the day's.
    """
    options: dict[str, Any] = {
        "log_config": None,
        "access_log": False,
        "lifespan": "off",
        "timeout_graceful_shutdown": 2,
    }
    with program.database.writing() as session:
        open_office(session, now())
    server = uvicorn.Server(uvicorn.Config(build(program), **options))
    serving = asyncio.ensure_future(server.serve(sockets=[listening]))
    playing = asyncio.ensure_future(day)
    await asyncio.wait([serving, playing], return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        playing.cancel()
    await serving
    with suppress(asyncio.CancelledError):
        return await playing
    return None
