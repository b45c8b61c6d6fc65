"""``/t/<token>``: the page of an order, what keeps it fresh, and the ways from it into the chat."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache
from io import BytesIO
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
from bot.web.track.facts import Tracked, find
from domain.moment import SYSTEM
from domain.refusals import NotFound
from storage.unit_of_work import UnitOfWork

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
#: What a button asks for in the chat.
_INTENTS = {
    "reschedule": "reschedule_delivery", "instructions": "delivery_instructions", "address": "change_address",
    "problem": "report_problem", "rate": "rate_delivery", "proof": "proof_of_delivery", "ask": "track_order",
}  # fmt: skip


def add_tracking(app: FastAPI, server: ChatServer) -> None:
    """The pages of orders at ``/t``."""
    router = APIRouter(prefix="/t", include_in_schema=False)
    tracker = _Tracker(server)

    @router.get("/preview.png")
    async def preview() -> Response:
        picture = await server.in_core(_preview)
        return Response(picture, media_type="image/png", headers={"Cache-Control": "public, max-age=86400"})

    @router.get("/{token}")
    async def page(request: Request, token: str) -> Response:
        found = await tracker.find(request, token)
        return tracker.page(request, token, found) if found is not None else tracker.nothing(request)

    @router.get("/{token}/live")
    async def live(request: Request, token: str) -> Response:
        found = await tracker.find(request, token)
        return tracker.news(request, token, found) if found is not None else tracker.nothing(request)

    @router.post("/{token}/chat")
    async def chat(request: Request, token: str) -> Response:
        fields = await read_form(request)
        found = await tracker.find(request, token)
        if found is None:
            return tracker.nothing(request)
        intent = _INTENTS.get(fields.get("do", "ask"), "track_order")
        return await _into_chat(request, server, token, found.number, intent)

    app.include_router(router)


class _Tracker:
    """Finds what a token shows and fills the pages."""

    def __init__(self, server: ChatServer) -> None:
        self._server, self._pages = server, server.pages
        self._settings = server.program.settings
        policy = _policy(self._settings.map_tiles)
        self._headers = {**HEADERS, "Content-Security-Policy": policy, "X-Robots-Tag": "noindex"}

    async def find(self, request: Request, token: str) -> Tracked | None:
        """What the token shows; a wrong one counts against whoever tries. Raises Problem after too many."""
        limits = request.app.state.limits
        limits.check_guesses(request)
        limits.check(request)
        with suppress(NotFound):
            if _TOKEN.fullmatch(token):
                return await self._server.in_core(find, self._server.program.database, token, now())
        limits.count_miss(request)
        return None

    def nothing(self, request: Request) -> Response:
        """The page for a link that shows nothing."""
        return self._pages.show("track_dead.html", self._pages.language(request), status=404)

    def page(self, request: Request, token: str, order: Tracked) -> Response:
        """The whole page."""
        values = {"order": order, "token": token, "url": self._settings.url, "tiles": self._settings.map_tiles}
        values |= {"credit": self._settings.map_credit, "telegram": _telegram(self._server.program, token)}
        return HTMLResponse(
            self._pages.fill("track.html", self._pages.language(request), **values), headers=self._headers
        )

    def news(self, request: Request, token: str, order: Tracked) -> Response:
        """The part that changes; nothing (204) where the page has it already."""
        if request.headers.get("x-known") == order.etag:
            return Response(status_code=204, headers=self._headers)
        part = self._pages.fill("_track.html", self._pages.language(request), order=order, token=token)
        return HTMLResponse(part, headers=self._headers)


async def _into_chat(request: Request, server: ChatServer, token: str, number: str, intent: str) -> Response:
    """Open the order in this browser's chat and ask there for what the button says."""
    settings, language = server.program.settings, server.pages.language(request)
    known = sessions.session_of(request, settings)
    session = await server.in_core(_session_for, server.program, known, token) or new_id()
    chat = Chat(session, "/chat")
    await server.in_turn(chat, Said(f'/bind_chat{{"link": "{token}"}}', f"track-{new_id()}"), language)
    if intent != "track_order":  # opening has told where it is
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
    """The page's own content security policy: like all pages', with pictures from where map tiles come from."""
    parts = urlsplit(tiles.replace("{s}", "*"))
    host = f" {parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} and parts.netloc else ""
    policy = HEADERS["Content-Security-Policy"]
    return policy.replace("img-src 'self'", f"img-src 'self' data:{host}")


@cache
def _preview() -> bytes:
    """The picture that messengers show beside a link: the same for every order."""
    from matplotlib.figure import Figure
    from matplotlib.patches import Arc, Circle

    figure = Figure(figsize=(12, 6.3), dpi=100, facecolor="#124536")
    axes: Any = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, 12)
    axes.set_ylim(0, 6.3)
    axes.axis("off")
    axes.add_patch(Arc((3, 3.15), 3, 3, theta1=20, theta2=310, color="#f6f3ea", linewidth=22))
    axes.add_patch(Circle((4.35, 2.55), 0.48, color="#f0a63c"))
    axes.text(5.6, 3.4, "Your delivery", color="#f6f3ea", fontsize=52, fontweight="bold", va="center")
    axes.text(5.6, 2.35, "Where it is, and when it comes", color="#c4d6cc", fontsize=26, va="center")
    picture = BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()
