"""The page that ends messages, ``/u/<token>``: looked at without effect, pressed with; and the one click of mail programs.

https://www.rfc-editor.org/rfc/rfc8058: the click is a POST, is not redirected, and needs no cookie.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from actions.perform import perform
from bot.channels.links import conversation_of
from bot.clock import moment, new_id
from bot.compose import Program
from bot.web.api.keys import in_core
from bot.web.pages import HEADERS, Pages
from domain.commands import StartMessages, StopMessages
from domain.moment import SYSTEM, Actor, Role
from storage.unit_of_work import UnitOfWork

LARGEST_FORM = 16 * 1024


def add_stopping(app: FastAPI, program: Program, pages: Pages) -> None:
    """The page and what its button does."""
    router = APIRouter(prefix="/u", include_in_schema=False)

    def show(request: Request, silent: bool | None, token: str) -> Response:
        language = pages.language(request)
        status = 404 if silent is None else 200
        return pages.show("stop.html", language, status=status, silent=silent, token=token)

    @router.get("/{token}")
    async def ask(request: Request, token: str) -> Response:
        request.app.state.limits.check(request)
        return show(request, await in_core(program, _is_silent, program, token), token)

    @router.post("/{token}")
    async def press(request: Request, token: str) -> Response:
        request.app.state.limits.check(request)
        fields = await _fields(request)
        on = fields.get("messages") == "on"
        silent = await in_core(program, _set, program, token, on)
        if silent is None or "messages" not in fields:  # a mail program's click is answered without a redirect
            return show(request, silent, token)
        return RedirectResponse(f"/u/{token}", 303, HEADERS)

    app.include_router(router)


async def _fields(request: Request) -> dict[str, str]:
    """The form's fields; none where it is not one of ours. It may come from any site: who knows the token may do it."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            return {}
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=10))
    except ValueError:
        return {}


def _is_silent(program: Program, token: str) -> bool | None:
    """Whether messages are off for whom the link was sent to; None for a link that is not ours."""
    conversation_id = conversation_of(token, program.settings)
    if conversation_id is None:
        return None
    with program.database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        chat = uow.chats.get(conversation_id)
        if chat is None:
            return None
        customer = uow.customers.get(chat.customer_id) if chat.customer_id is not None else None
        return chat.messages_off or (customer is not None and customer.messages_off)


def _set(program: Program, token: str, on: bool) -> bool | None:
    """End messages, or bring them back; whether they are off now, None as in `_is_silent`."""
    conversation_id = conversation_of(token, program.settings)
    with program.database.reading() as session:
        chat = UnitOfWork(session, SYSTEM).chats.get(conversation_id) if conversation_id is not None else None
    if chat is None:
        return None
    command = (StartMessages if on else StopMessages)(conversation=chat.id)
    actor = Actor(Role.CUSTOMER, chat.customer_id)
    perform(program.database, [command], moment(actor, f"stop:{new_id()}", program.settings.policies))
    return not on
