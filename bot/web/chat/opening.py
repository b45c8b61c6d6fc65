"""From a page whose address is a secret into this browser's chat, with what the page is about open in it."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from bot.clock import new_id
from bot.compose import Program
from bot.web.chat import sessions
from bot.web.chat.forms import Said
from bot.web.chat.routes import ChatServer
from bot.web.chat.sessions import CHANNEL, Chat
from bot.web.chat.transcript import find_chat
from bot.web.pages import HEADERS


async def into_chat(request: Request, server: ChatServer, token: str, owner: int, asks: Sequence[str]) -> Response:
    """Open what a token opens in this browser's chat, and ask there for what ``asks`` says, one after the other.

    ``owner`` is the customer it belongs to: the chat of another one is left alone.
    """
    settings, language = server.program.settings, server.pages.language(request)
    known = sessions.session_of(request, settings)
    session = await server.in_core(_session_for, server.program, known, owner) or new_id()
    chat = Chat(session, "/chat")
    request.app.state.limits.check_sender(f"web:{chat.fingerprint}")
    for words in (f'/bind_chat{{"link": "{token}"}}', *asks):  # opening has told where it is
        await server.in_turn(chat, Said(words, f"page-{new_id()}"), language)
    server.streams.wake(chat)
    response = RedirectResponse("/chat", 303, HEADERS)
    sessions.remember(response, session, settings)
    return response


def _session_for(program: Program, session: str | None, owner: int) -> str | None:
    """The browser's own chat, unless it is another customer's."""
    chat = find_chat(program, CHANNEL, session) if session is not None else None
    return session if chat is None or chat.customer_id in {None, owner} else None
