"""What a shop's pages load: the bubble's script, the frame, and the chat inside it. No cookies anywhere."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from actions import told
from bot.clock import new_id, now
from bot.compose import Program
from bot.identity import NotIdentified, customer_of
from bot.settings import Settings
from bot.web.chat.forms import read_said
from bot.web.chat.routes import ChatServer
from bot.web.chat.sessions import Chat
from bot.web.embed.tokens import Visit, session_of, visit_of
from bot.web.pages import HEADERS
from bot.web.problems import Problem
from domain.customers import Customer
from domain.moment import Actor, Role
from domain.notices import OrderTracked
from storage.unit_of_work import UnitOfWork

SCRIPT_HEADERS = {
    "Cache-Control": "public, max-age=300",
    "Vary": "Accept-Language",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
WORDS = ("label", "unread", "close", "title", "loading", "unreachable", "again")
LARGEST_BODY = 16 * 1024
_GREETED_WITH = 2
#: Where the demo may be framed besides its own pages: this machine, under any port.
_THIS_MACHINE = ("http://127.0.0.1:*", "http://localhost:*")


class Arrival(BaseModel):
    """What a frame knows when it starts: the shop's word on who it is, and the token it had before."""

    model_config = ConfigDict(extra="ignore")

    identity: str | None = Field(None, max_length=8 * 1024)
    token: str | None = Field(None, max_length=1024)


@dataclass(frozen=True, slots=True)
class Greeting:
    """The customer of a chat in which nothing was said yet: first name, and the next orders."""

    name: str
    orders: list[OrderTracked]


def add_embed(app: FastAPI, server: ChatServer) -> None:
    """The bubble's script at ``/widget.js`` and the framed chat under ``/embed``."""
    router = APIRouter(include_in_schema=False)
    _add_doors(router, server)
    _add_chat(router, server)
    app.include_router(router)


def _add_doors(router: APIRouter, server: ChatServer) -> None:
    pages = server.pages

    @router.get("/widget.js")
    async def widget(request: Request) -> Response:
        script = pages.fill("widget.js", pages.language(request), names=WORDS)
        tag = f'"{hashlib.sha256(script.encode()).hexdigest()[:20]}"'
        headers = {**SCRIPT_HEADERS, "ETag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(script, media_type="text/javascript", headers=headers)

    @router.get("/embed")
    async def shell(request: Request) -> Response:
        return _framed(pages.show("embed.html", pages.language(request)), server.program.settings)

    @router.post("/embed/session")
    async def session(request: Request) -> Response:
        request.app.state.limits.check(request)
        arrival = await _read_arrival(request)
        answer = await server.in_core(_arrive, server.program, arrival)
        return JSONResponse(answer, headers=HEADERS)


def _add_chat(router: APIRouter, server: ChatServer) -> None:
    pages, settings = server.pages, server.program.settings

    @router.get("/embed/c/{token}")
    async def page(request: Request, token: str) -> Response:
        visit = visit_of(token, settings, now())
        if visit is None:  # the shell gets a new token
            return RedirectResponse("/embed", 303, HEADERS)
        language, chat = pages.language(request), visit.chat(token)
        values = await server.transcript(chat, language)
        if chat.customer_id is not None:
            greeting = await server.in_core(_greeting, server.program, chat.customer_id)
            if greeting is None:
                return RedirectResponse("/embed", 303, HEADERS)
            values |= {"shown": replace(values["shown"], customer=greeting.name), "orders": greeting.orders}
        seconds = int((visit.expires_at - now()).total_seconds())
        return _framed(pages.show("embed_chat.html", language, good_for=seconds, **values), settings)

    @router.post("/embed/c/{token}/messages")
    async def messages(request: Request, token: str) -> Response:
        chat = _required(token, settings)
        return await server.say(request, chat, await read_said(request))

    @router.post("/embed/c/{token}/photos")
    async def photos(request: Request, token: str) -> Response:
        return await server.say_photo(request, _required(token, settings))

    @router.get("/embed/c/{token}/stream")
    async def stream(request: Request, token: str, since: str | None = None) -> Response:
        chat = _chat(token, settings)
        if chat is None:  # nothing to hear, and no reason to ask again
            return Response(status_code=204)
        return server.stream(request, chat, since)


def _chat(token: str, settings: Settings) -> Chat | None:
    visit = visit_of(token, settings, now())
    return visit.chat(token) if visit is not None else None


def _required(token: str, settings: Settings) -> Chat:
    chat = _chat(token, settings)
    if chat is None:
        raise Problem(401, "Not known any more", "This chat has been open too long; load it anew.")
    return chat


def _framed(page: HTMLResponse, settings: Settings) -> HTMLResponse:
    """The page as shops may frame it; nobody else may."""
    sites = ("'self'", *settings.origins, *(_THIS_MACHINE if settings.demo else ()))
    policy = page.headers["Content-Security-Policy"].replace(
        "frame-ancestors 'none'", f"frame-ancestors {' '.join(sites)}"
    )
    page.headers["Content-Security-Policy"] = policy
    del page.headers["Cross-Origin-Opener-Policy"]
    return page


async def _read_arrival(request: Request) -> Arrival:
    if request.headers.get("sec-fetch-site") == "cross-site":
        raise Problem(403, "Not from here", "A chat may only be started from our own pages.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise Problem(413, "Too long", "The request is larger than 16 KB.")
    try:
        return Arrival.model_validate_json(bytes(body))
    except ValidationError as error:
        raise Problem(422, "Unusable request", 'Send {"identity": …, "token": …}, each a text or null.') from error


def _arrive(program: Program, arrival: Arrival) -> dict[str, Any]:
    """A token for the chat of whoever arrives, and one that only names the browser, to be kept there.

    The customer is taken from the identity alone: an old token never brings one back. An identity that is not
    accepted makes a stranger, and ``warning`` says why, for the shop's developers.
    """
    settings, moment = program.settings, now()
    customer_id, warning = None, None
    if arrival.identity:
        try:
            customer_id = customer_of(program, arrival.identity)
        except NotIdentified as error:
            warning = str(error)
    session = session_of(arrival.token or "", settings, moment) or new_id()
    visit = Visit(session, customer_id, moment)
    token = visit.token(settings)
    chat = visit.chat(token)
    return {
        "base": chat.base,
        "chat": chat.fingerprint,
        "keep": replace(visit, customer_id=None).token(settings),
        "good_for": int((visit.expires_at - moment).total_seconds()),
        "warning": warning,
    }


def _greeting(program: Program, customer_id: int) -> Greeting | None:
    """How a customer is greeted; None when there is no such customer any more."""
    with program.database.reading() as session:
        customer = session.get(Customer, customer_id)
        if customer is None:
            return None
        uow = UnitOfWork(session, Actor(Role.CUSTOMER, customer_id, frozenset()))
        orders = [told.tracked(order, uow) for order in uow.orders.active()[:_GREETED_WITH]]
        return Greeting(customer.first_name, orders)
