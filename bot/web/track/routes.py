"""``/t/<token>``: the page of an order, what keeps it fresh, and the ways from it into the chat."""

from __future__ import annotations

import asyncio
import hashlib
import re
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from actions import tracking
from bot.clock import new_id, now
from bot.compose import Program
from bot.web.chat import sessions
from bot.web.chat.forms import Said, read_form
from bot.web.chat.routes import ChatServer
from bot.web.chat.sessions import CHANNEL, Chat
from bot.web.chat.transcript import find_chat
from bot.web.pages import HEADERS
from bot.web.problems import Problem
from bot.web.track.facts import Tracked, find
from bot.web.track.preview import draw
from domain.moment import SYSTEM
from domain.refusals import NotFound
from storage.unit_of_work import UnitOfWork

#: A link that shows nothing is answered after this many seconds, whether it is dead or never was one.
NOTHING_TAKES = 0.25
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_HOST = re.compile(r"[A-Za-z0-9.:*\[\]-]+")
#: What a button asks for in the chat.
_INTENTS = {
    "reschedule": "reschedule_delivery", "instructions": "delivery_instructions", "address": "change_address",
    "problem": "report_problem", "rate": "rate_delivery", "proof": "proof_of_delivery",
}  # fmt: skip


def add_tracking(app: FastAPI, server: ChatServer) -> None:
    """The pages of orders at ``/t``."""
    router = APIRouter(prefix="/t", include_in_schema=False)
    tracker = _Tracker(server)

    @router.api_route("/preview.png", methods=["GET", "HEAD"])
    async def preview(request: Request) -> Response:
        return await tracker.preview(request)

    @router.api_route("/{token}", methods=["GET", "HEAD"])
    async def page(request: Request, token: str) -> Response:
        found = await tracker.look(request, token)
        return found if isinstance(found, Response) else tracker.page(request, token, found)

    @router.get("/{token}/live")
    async def live(request: Request, token: str) -> Response:
        found = await tracker.look(request, token)
        return found if isinstance(found, Response) else tracker.news(request, token, found)

    @router.post("/{token}/chat")
    async def chat(request: Request, token: str) -> Response:
        fields = await read_form(request)
        found = await tracker.look(request, token)
        if isinstance(found, Response):
            return found
        return await _into_chat(request, server, token, found.number, _INTENTS.get(fields.get("do", "")))

    app.include_router(router)


class _Tracker:
    """Finds what a token shows and fills the pages."""

    def __init__(self, server: ChatServer) -> None:
        self._server, self._pages = server, server.pages
        self._program, self._settings = server.program, server.program.settings
        policy = _policy(self._settings.map_tiles)
        self._headers = {**HEADERS, "Content-Security-Policy": policy, "X-Robots-Tag": "noindex"}

    async def look(self, request: Request, token: str) -> Tracked | Response:
        """What the token shows, or the page that says that it shows nothing, which counts against whoever tries."""
        limits, clock = request.app.state.limits, asyncio.get_running_loop().time
        began = clock()
        try:
            limits.check_guesses(request)
            limits.check(request)
        except Problem as problem:
            return self._nothing(request, "wait", problem.status, problem.headers)
        with suppress(NotFound):
            if _TOKEN.fullmatch(token):
                database, zone = self._program.database, self._settings.zone
                return await self._server.in_core(find, database, token, now(), zone)
        limits.count_miss(request)
        await asyncio.sleep(max(0, began + NOTHING_TAKES - clock()))
        return self._nothing(request, "dead", 404)

    def page(self, request: Request, token: str, order: Tracked) -> Response:
        """The whole page."""
        more = {"url": self._settings.url, "credit": self._settings.map_credit}
        return HTMLResponse(self._fill("track.html", request, token, order, **more), headers=self._headers)

    def news(self, request: Request, token: str, order: Tracked) -> Response:
        """The parts that change; 304 where the page has them already."""
        parts = self._fill("_track.html", request, token, order)
        tag = f'"{hashlib.sha256(parts.encode()).hexdigest()[:20]}"'
        headers = {**self._headers, "ETag": tag}
        if request.headers.get("if-none-match", "").removeprefix("W/") == tag:
            return Response(status_code=304, headers=headers)
        return HTMLResponse(parts, headers=headers)

    async def preview(self, request: Request) -> Response:
        """The picture beside a shared link."""
        language, words = self._pages.language(request), self._program.words
        texts = [words.say(f"page.{name}", {}, language, now()) for name in ("brand", "track.shared", "track.about")]
        picture = await self._server.in_core(draw, *texts)
        headers = {"Cache-Control": "public, max-age=86400", "Vary": "Accept-Language"}
        return Response(picture, media_type="image/png", headers=headers)

    def _fill(self, template: str, request: Request, token: str, order: Tracked, **more: Any) -> str:
        telegram = _telegram(self._program, token)
        return self._pages.fill(
            template, self._pages.language(request), zone=order.zone, order=order, token=token,
            tiles=self._settings.map_tiles, telegram=telegram, **more,
        )  # fmt: skip

    def _nothing(self, request: Request, why: str, status: int, headers: dict[str, str] | None = None) -> Response:
        page = self._pages.show("track_dead.html", self._pages.language(request), status=status, why=why)
        page.headers.update({"X-Robots-Tag": "noindex", **(headers or {})})
        return page


async def _into_chat(request: Request, server: ChatServer, token: str, number: str, intent: str | None) -> Response:
    """Open the order in this browser's chat, and ask there for what the button says."""
    settings, language = server.program.settings, server.pages.language(request)
    known = sessions.session_of(request, settings)
    session = await server.in_core(_session_for, server.program, known, token) or new_id()
    chat = Chat(session, "/chat")
    request.app.state.limits.check_sender(f"web:{chat.fingerprint}")
    await server.in_turn(chat, Said(f'/bind_chat{{"link": "{token}"}}', f"track-{new_id()}"), language)
    if intent is not None:  # opening has told where it is
        await server.in_turn(chat, Said(f'/{intent}{{"order_number": "{number}"}}', f"track-{new_id()}"), language)
    server.streams.wake(chat)
    response = RedirectResponse("/chat", 303, HEADERS)
    sessions.remember(response, session, settings)
    return response


def _session_for(program: Program, session: str | None, token: str) -> str | None:
    """The browser's own chat, unless it is a customer's who is not the order's."""
    chat = find_chat(program, CHANNEL, session) if session is not None else None
    if chat is None or chat.customer_id is None:
        return session
    with program.database.reading() as reading:
        order = tracking.order_of(token, UnitOfWork(reading, SYSTEM), now())
    return session if order.customer_id == chat.customer_id else None


def _telegram(program: Program, token: str) -> str | None:
    return f"https://t.me/{program.telegram_username}?start={token}" if program.telegram_username else None


def _policy(tiles: str) -> str:
    """The page's own content security policy: like all pages', with pictures from where map tiles come from.

    Leaflet puts an empty picture (data:) in the place of tiles it gives up.
    """
    parts = urlsplit(tiles.replace("{s}", "*"))
    allowed = parts.scheme in {"http", "https"} and _HOST.fullmatch(parts.netloc)
    host = f" {parts.scheme}://{parts.netloc}" if allowed else ""
    return HEADERS["Content-Security-Policy"].replace("img-src 'self'", f"img-src 'self' data:{host}")
