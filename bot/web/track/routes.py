"""``/t/<token>``: the page of an order, what keeps it fresh, and the ways from it into the chat."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse

from bot.clock import now
from bot.compose import Program
from bot.web.chat.forms import read_form
from bot.web.chat.opening import into_chat
from bot.web.chat.routes import ChatServer
from bot.web.secret_links import headers_with_map, news, open_link
from bot.web.track.facts import Tracked, find
from bot.web.track.preview import draw

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
        intent = _INTENTS.get(fields.get("do", ""))
        asks = [f'/{intent}{{"order_number": "{found.number}"}}'] if intent is not None else []
        return await into_chat(request, server, token, found.owner, asks)

    app.include_router(router)


class _Tracker:
    """Finds what a token shows and fills the pages."""

    def __init__(self, server: ChatServer) -> None:
        self._server, self._pages = server, server.pages
        self._program, self._settings = server.program, server.program.settings
        self._headers = headers_with_map(self._settings.map_tiles)

    async def look(self, request: Request, token: str) -> Tracked | Response:
        """What the token shows, or the page that says that it shows nothing, which counts against whoever tries."""

        async def find_order(token: str) -> Tracked:
            return await self._server.in_core(find, self._program.database, token, now(), self._settings.zone)

        def nothing(why: str, status: int, headers: dict[str, str] | None) -> Response:
            return self._nothing(request, why, status, headers)

        return await open_link(request, token, find_order, nothing)

    def page(self, request: Request, token: str, order: Tracked) -> Response:
        """The whole page."""
        more = {"url": self._settings.url, "credit": self._settings.map_credit}
        return HTMLResponse(self._fill("track.html", request, token, order, **more), headers=self._headers)

    def news(self, request: Request, token: str, order: Tracked) -> Response:
        """The parts that change; 304 where the page has them already."""
        return news(request, self._fill("_track.html", request, token, order), self._headers)

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
        page = self._pages.show("dead.html", self._pages.language(request), status=status, about="track", why=why)
        page.headers.update({"X-Robots-Tag": "noindex", **(headers or {})})
        return page


def _telegram(program: Program, token: str) -> str | None:
    return f"https://t.me/{program.telegram_username}?start={token}" if program.telegram_username else None
