"""The addresses of a chat in the playground, whoever is played: what is said and shown, and what comes back."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from bot.web.chat import sessions
from bot.web.chat.forms import read_said
from bot.web.chat.routes import ChatServer
from bot.web.chat.sessions import Chat
from bot.web.playground.visiting import COOKIE, visitor

#: The chat of a visitor as somebody, by session and by who that is in the address.
ChatOf = Callable[[str, str], Chat]
#: Raises Problem where there is nobody of that name.
Check = Callable[[str], object]


def add_messages(router: APIRouter, server: ChatServer, path: str, chat_of: ChatOf, check: Check) -> None:
    """Posting messages, and the stream of what comes back; ``path`` names who is played as ``{who}``."""
    settings = server.program.settings

    @router.post(path + "/messages")
    async def messages(request: Request, who: str) -> Response:
        said = await read_said(request)
        await server.in_core(check, who)
        session = visitor(request, settings)
        response = await server.say(request, chat_of(session, who), said)
        sessions.remember(response, session, settings, COOKIE)
        return response

    @router.get(path + "/stream")
    async def stream(request: Request, who: str, since: str | None = None) -> Response:
        return server.stream(request, chat_of(visitor(request, settings), who), since)


def add_photos(router: APIRouter, server: ChatServer, path: str, chat_of: ChatOf, check: Check) -> None:
    """Posting photos."""
    settings = server.program.settings

    @router.post(path + "/photos")
    async def photos(request: Request, who: str) -> Response:
        session = visitor(request, settings)
        await server.in_core(check, who)
        response = await server.say_photo(request, chat_of(session, who))
        sessions.remember(response, session, settings, COOKIE)
        return response
