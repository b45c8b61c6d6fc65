"""Pages whose address is a secret: how a token is looked up, what is said of one that opens nothing, and how they stay fresh."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from bot.web.pages import HEADERS
from bot.web.problems import Problem
from domain.refusals import NotFound

T = TypeVar("T")
#: A link that shows nothing is answered after this many seconds, whether it is dead or never was one.
NOTHING_TAKES = 0.25
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_HOST = re.compile(r"[A-Za-z0-9.:*\[\]-]+")


async def open_link(
    request: Request, token: str, find: Callable[[str], Awaitable[T]],
    nothing: Callable[[str, int, dict[str, str] | None], Response],
) -> T | Response:  # fmt: skip
    """What ``find`` makes of the token; or the page that says that it shows nothing, which counts against whoever tries.

    ``nothing`` makes that page of why ("wait", "dead"), a status and headers.
    """
    limits, clock = request.app.state.limits, asyncio.get_running_loop().time
    began = clock()
    try:
        limits.check_guesses(request)
        limits.check(request)
    except Problem as problem:
        return nothing("wait", problem.status, problem.headers)
    with suppress(NotFound):
        if _TOKEN.fullmatch(token):
            return await find(token)
    limits.count_miss(request)
    await asyncio.sleep(max(0, began + NOTHING_TAKES - clock()))
    return nothing("dead", 404, None)


def news(request: Request, parts: str, headers: dict[str, str]) -> Response:
    """The parts of a page that change; 304 where the page has them already."""
    tag = f'"{hashlib.sha256(parts.encode()).hexdigest()[:20]}"'
    headers = {**headers, "ETag": tag}
    if request.headers.get("if-none-match", "").removeprefix("W/") == tag:
        return Response(status_code=304, headers=headers)
    return HTMLResponse(parts, headers=headers)


def headers_with_map(tiles: str) -> dict[str, str]:
    """Headers of a page with a map: like all pages', with pictures from where map tiles come from; never indexed.

    Leaflet puts an empty picture (data:) in the place of tiles it gives up.
    """
    parts = urlsplit(tiles.replace("{s}", "*"))
    allowed = parts.scheme in {"http", "https"} and _HOST.fullmatch(parts.netloc)
    host = f" {parts.scheme}://{parts.netloc}" if allowed else ""
    policy = HEADERS["Content-Security-Policy"].replace("img-src 'self'", f"img-src 'self' data:{host}")
    return {**HEADERS, "Content-Security-Policy": policy, "X-Robots-Tag": "noindex"}
