"""``/r/<token>``: the page of a return, what keeps it fresh, its code and its label, and the ways from it into the chat."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse

from bot.clock import moment, new_id, now
from bot.web.chat.forms import read_form
from bot.web.chat.opening import into_chat
from bot.web.chat.routes import ChatServer
from bot.web.pages import HEADERS
from bot.web.returned.facts import Label, Returned, find, find_code, find_label
from bot.web.secret_links import news, open_link
from domain.moment import SYSTEM

T = TypeVar("T")
#: What a button asks for in the chat.
_INTENTS = {
    "resolution": "choose_resolution", "way": "choose_way", "appeal": "appeal_return", "cancel": "cancel_return",
}  # fmt: skip
_HEADERS = {**HEADERS, "X-Robots-Tag": "noindex"}


def add_returns(app: FastAPI, server: ChatServer) -> None:
    """The pages of returns at ``/r``."""
    router = APIRouter(prefix="/r", include_in_schema=False)
    pages = _ReturnPages(server)

    @router.api_route("/{token}", methods=["GET", "HEAD"])
    async def page(request: Request, token: str) -> Response:
        found = await pages.look(request, token, find)
        return found if isinstance(found, Response) else pages.page(request, token, found)

    @router.get("/{token}/live")
    async def live(request: Request, token: str) -> Response:
        found = await pages.look(request, token, find)
        return found if isinstance(found, Response) else pages.news(request, token, found)

    @router.get("/{token}/code.svg")
    async def code(request: Request, token: str) -> Response:
        found = await pages.look(request, token, find_code)
        return found if isinstance(found, Response) else await pages.code(found)

    @router.get("/{token}/label.pdf")
    async def label(request: Request, token: str) -> Response:
        found = await pages.look(request, token, find_label)
        return found if isinstance(found, Response) else await pages.label(request, found)

    @router.post("/{token}/chat")
    async def chat(request: Request, token: str) -> Response:
        fields = await read_form(request)
        found = await pages.look(request, token, find)
        if isinstance(found, Response):
            return found
        intent = _INTENTS.get(fields.get("do", ""))
        asks = [f'/{intent}{{"return_number": "{found.number}"}}'] if intent is not None else []
        return await into_chat(request, server, token, found.owner, asks)

    app.include_router(router)


class _ReturnPages:
    """Finds what a token shows and fills the pages."""

    def __init__(self, server: ChatServer) -> None:
        self._server, self._pages = server, server.pages
        self._program, self._settings = server.program, server.program.settings

    async def look(self, request: Request, token: str, find: Callable[..., T]) -> T | Response:
        """What ``find`` makes of the token, or the page that says that it shows nothing, which counts against whoever tries."""

        async def found(token: str) -> T:
            at = moment(SYSTEM, f"page:{new_id()}", self._settings.policies)
            return await self._server.in_core(find, self._program.database, token, at)

        def nothing(why: str, status: int, headers: dict[str, str] | None) -> Response:
            return self._nothing(request, why, status, headers)

        return await open_link(request, token, found, nothing)

    def page(self, request: Request, token: str, made: Returned) -> Response:
        """The whole page."""
        return HTMLResponse(self._fill("return.html", request, token, made), headers=_HEADERS)

    def news(self, request: Request, token: str, made: Returned) -> Response:
        """The parts that change; 304 where the page has them already."""
        return news(request, self._fill("_return.html", request, token, made), _HEADERS)

    async def code(self, value: str) -> Response:
        """The code to show where the goods are handed in."""
        written = await self._server.in_core(_code_svg, value)
        return Response(written, 200, _HEADERS, "image/svg+xml")

    async def label(self, request: Request, label: Label) -> Response:
        """The label to print."""
        words, language = self._program.words, self._pages.language(request)

        def say(name: str, **values: Any) -> str:
            return words.say(name, values, language, now())

        written = await self._server.in_core(_label_pdf, label, say)
        headers = {**_HEADERS, "Content-Disposition": f'inline; filename="{label.number}.pdf"'}
        return Response(written, 200, headers, "application/pdf")

    def _fill(self, template: str, request: Request, token: str, made: Returned) -> str:
        telegram = self._program.telegram_username
        link = f"https://t.me/{telegram}?start={token}" if telegram else None
        return self._pages.fill(
            template, self._pages.language(request), zone=made.zone, made=made, token=token, telegram=link
        )

    def _nothing(self, request: Request, why: str, status: int, headers: dict[str, str] | None = None) -> Response:
        page = self._pages.show("dead.html", self._pages.language(request), status=status, about="return", why=why)
        page.headers.update({"X-Robots-Tag": "noindex", **(headers or {})})
        return page


def _code_svg(value: str) -> str:
    from bot.labels import code_svg  # ReportLab takes long to import, and most processes never print

    return code_svg(value)


def _label_pdf(label: Label, say: Callable[..., str]) -> bytes:
    from bot.labels import label_pdf  # as above

    return label_pdf(label, say)
