"""The chat's page and what it talks to; the playground serves the same chat under other addresses."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from bot.clock import new_id, now
from bot.compose import Program
from bot.files import BadPhoto, Kept
from bot.receive import Message, TooLong
from bot.sent_photos import SentPhoto
from bot.web.chat import sessions
from bot.web.chat.forms import Said, read_form, read_photo, read_said
from bot.web.chat.sessions import CHANNEL, Chat
from bot.web.chat.streams import Streams
from bot.web.chat.transcript import (
    Line,
    Transcript,
    cursor_of,
    find_chat,
    moment_of,
    read_page,
    read_turn,
)
from bot.web.pages import HEADERS, Pages
from bot.web.problems import Problem, refusal_problem
from domain.moment import SYSTEM
from storage.unit_of_work import UnitOfWork

T = TypeVar("T")
_LINK = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True)
class ChatServer:
    """What any page with a chat on it needs."""

    program: Program
    pages: Pages
    streams: Streams

    async def in_turn(self, chat: Chat, said: Said, language: str, photo: SentPhoto | None = None) -> list[Line]:
        """The turn of a message, where turns are taken."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.program.turns, self.turn, chat, said, language, photo)

    async def in_core(self, work: Callable[..., T], *args: Any) -> T:
        """Run blocking work where the core runs."""
        return await asyncio.get_running_loop().run_in_executor(self.program.pool, work, *args)

    async def transcript(self, chat: Chat, language: str) -> dict[str, Any]:
        """What the chat template shows."""
        shown = await self.in_core(self._transcript, chat, language)
        return {"chat": chat, "shown": shown, "cursor": cursor_of(shown.lines, now()), "new_message_id": new_id()}

    def _transcript(self, chat: Chat, language: str) -> Transcript:
        return read_page(self.program, find_chat(self.program, CHANNEL, chat.address), language)

    async def say(self, request: Request, chat: Chat, said: Said) -> Response:
        """Give a message of the page its turn: the lines it led to, or back to the page without scripts."""
        request.app.state.limits.check(request, sender=f"web:{chat.fingerprint}")
        language = self.pages.language(request)
        try:
            lines = await self.in_turn(chat, said, language)
        except TooLong as error:
            raise Problem(413, "Message too long", str(error)) from error
        self.streams.wake(chat)
        if "hx-request" not in request.headers:
            return RedirectResponse(chat.base, 303, HEADERS)
        return self.pages.show("_lines.html", language, lines=lines, chat=chat)

    async def say_photo(self, request: Request, chat: Chat) -> Response:
        """Keep the photo that is the request's body and give it its turn: the lines it led to. Refuses what is no photo."""
        request.app.state.limits.check(request, sender=f"web:{chat.fingerprint}")
        language, files = self.pages.language(request), self.program.files
        try:
            data, said = await read_photo(request)
            kept = await files.take_photo(data)
        except BadPhoto as bad:
            raise refusal_problem(bad, self.program.words, language) from bad
        photo = SentPhoto.here(kept)
        try:
            lines = await self.in_turn(chat, said, language, photo)
        except TooLong as error:
            raise Problem(413, "Message too long", str(error)) from error
        finally:
            await self.in_core(self._let_go_unless_taken, photo.id, kept)
        self.streams.wake(chat)
        return self.pages.show("_lines.html", language, lines=lines, chat=chat)

    def _let_go_unless_taken(self, photo_id: str, kept: Kept) -> None:
        """A photo whose message was not taken, or had been taken before, is not kept."""
        with self.program.database.reading() as session:
            taken = UnitOfWork(session, SYSTEM).files.find(photo_id, now()) is not None
        if not taken:
            self.program.files.remove(kept)

    def turn(self, chat: Chat, said: Said, language: str, photo: SentPhoto | None = None) -> list[Line]:
        """The turn of a message, or what came of it when it had one: it and the replies, as lines."""
        message = Message(
            CHANNEL, chat.address, said.message, chat.key(said.message_id), customer_id=chat.customer_id,
            driver_id=chat.driver_id, staff_id=chat.staff_id, wish=said.wish, language=language,
            photos=(photo,) if photo is not None else (),
        )  # fmt: skip
        receiver = self.program.receiver
        saved = receiver.save(message)
        receiver.take_turns(saved)
        return read_turn(self.program, saved.conversation_id, saved.row_id, language)

    def stream(self, request: Request, chat: Chat, since: str | None) -> Response:
        """The event stream of a page."""
        request.app.state.limits.check(request)
        if not self.streams.has_room(chat):
            raise Problem(503, "Too many pages", "This chat is open too often.", headers={"Retry-After": "30"})
        language = self.pages.language(request)
        start = moment_of(request.headers.get("last-event-id") or since, now())

        def show(lines: list[Line]) -> str:
            return self.pages.fill("_lines.html", language, lines=lines, chat=chat)

        events = self.streams.events(chat, language, start, show)
        return StreamingResponse(events, headers={**HEADERS, "X-Accel-Buffering": "no"}, media_type="text/event-stream")


def add_chat(app: FastAPI, server: ChatServer) -> None:
    """The customer's chat at ``/chat``."""
    router = APIRouter(prefix="/chat", include_in_schema=False)
    settings = server.program.settings

    @router.get("")
    async def page(request: Request, link: str | None = None) -> Response:
        session = sessions.session_of(request, settings)
        if link is not None:
            return await _follow_link(request, server, session, link)
        session = session or new_id()
        language = server.pages.language(request)
        chat = Chat(session, "/chat")
        response = server.pages.show("chat.html", language, **await server.transcript(chat, language))
        sessions.remember(response, session, settings)
        return response

    @router.post("/messages")
    async def messages(request: Request) -> Response:
        said = await read_said(request)
        known = sessions.session_of(request, settings)
        session = known or new_id()
        response = await server.say(request, Chat(session, "/chat"), said)
        if known is None:
            sessions.remember(response, session, settings)
        return response

    @router.post("/photos")
    async def photos(request: Request) -> Response:
        known = sessions.session_of(request, settings)
        session = known or new_id()
        response = await server.say_photo(request, Chat(session, "/chat"))
        if known is None:
            sessions.remember(response, session, settings)
        return response

    @router.get("/stream")
    async def stream(request: Request, since: str | None = None) -> Response:
        session = sessions.session_of(request, settings)
        if session is None:  # nothing to hear, and no reason to ask again
            return Response(status_code=204)
        return server.stream(request, Chat(session, "/chat"), since)

    @router.post("/leave")
    async def leave(request: Request) -> Response:
        await read_form(request)
        response = RedirectResponse("/chat", 303, HEADERS)
        sessions.remember(response, new_id(), settings)
        return response

    app.include_router(router)


async def _follow_link(request: Request, server: ChatServer, session: str | None, link: str) -> Response:
    """Bind the chat to the customer of a link and show it without the link in its address."""
    request.app.state.limits.check(request)
    link = link if _LINK.fullmatch(link) else new_id()  # whatever it is, it opens nothing: say so
    session = await server.in_core(_session_for, server.program, session, link) or new_id()
    chat = Chat(session, "/chat")
    said = Said(f'/bind_chat{{"link": "{link}"}}', f"link-{_short(link)}")
    await server.in_turn(chat, said, server.pages.language(request))
    server.streams.wake(chat)
    response = RedirectResponse("/chat", 303, HEADERS)
    sessions.remember(response, session, server.program.settings)
    return response


def _short(link: str) -> str:
    """Names a link where the link itself must not be seen."""
    return Chat(link, "").fingerprint[:16]


def _session_for(program: Program, session: str | None, link_id: str) -> str | None:
    """The session a link is opened in: the browser's own, unless its chat is another customer's."""
    if session is None:
        return None
    chat = find_chat(program, CHANNEL, session)
    if chat is None or chat.customer_id is None:
        return session
    with program.database.reading() as reading:
        link = UnitOfWork(reading, SYSTEM).chats.link(link_id)
    return session if link is None or link.customer_id == chat.customer_id else None
