"""Where the gateway brings what people write: ``POST /webhooks/sms``, answered when it is committed (docs/sms.md)."""

from __future__ import annotations

import asyncio
import hmac
import re
from typing import Annotated

import phonenumbers
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.background import BackgroundTask

from actions.perform import perform
from bot.clock import moment
from bot.compose import Program
from bot.faults import faults
from bot.receive import Message, Saved
from bot.web.problems import Problem, invalid
from domain.commands import RegainChannel
from domain.moment import SYSTEM
from storage.unit_of_work import UnitOfWork

CHANNEL = "sms"
LARGEST_BODY = 64 * 1024
#: Words that end messages or bring them back, whatever case and punctuation they come in.
_OPT = {
    "stop": "/stop", "stopall": "/stop", "unsubscribe": "/stop", "end": "/stop", "quit": "/stop", "start": "/start",
    "unstop": "/start",
}  # fmt: skip


class Incoming(BaseModel):
    """An SMS as the gateway brings it: its own id of it, the sender's number, the words."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    id: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
    sender: Annotated[str, StringConstraints(min_length=1, max_length=40), Field(alias="from")]
    text: Annotated[str, StringConstraints(max_length=10_000)] = ""


def routes(program: Program) -> APIRouter:
    """The webhook. It exists only where a token is set."""
    router = APIRouter(include_in_schema=False)

    @router.post("/webhooks/sms")
    async def webhook(request: Request) -> Response:
        _admit(program, request)
        incoming = await _read(request)
        loop = asyncio.get_running_loop()
        saved = await loop.run_in_executor(program.pool, _save, program, incoming)
        turn = BackgroundTask(loop.run_in_executor, program.turns, program.receiver.take_turns, saved)
        return JSONResponse({"status": "accepted"}, background=turn)

    return router


def _admit(program: Program, request: Request) -> None:
    """Only the gateway comes in; the comparison takes the same time for every wrong token."""
    token = program.settings.sms_token
    if token is None:
        raise Problem(404, "Not Found", "There is nothing at this address.")
    given = request.headers.get("authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {token.get_secret_value()}".encode()):
        raise Problem(
            401, "Not from the gateway", "The bearer token is missing or wrong.",
            headers={"WWW-Authenticate": "Bearer"},
        )  # fmt: skip


async def _read(request: Request) -> Incoming:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise Problem(413, "Request too large", "An SMS may have at most 64 KB.")
    try:
        return Incoming.model_validate_json(bytes(body))
    except ValidationError as error:
        raise invalid(faults(error)) from error


def _save(program: Program, incoming: Incoming) -> Saved:
    """Commit the message. Its sender can be anybody, so it opens nothing: it is STOP, START or for a person."""
    number = _number(incoming.sender)
    _regain(program, number)
    word = "".join(re.findall(r"\w+", incoming.text.casefold()))
    key = f"{CHANNEL}:{incoming.id}"
    if word in _OPT:
        message = Message(CHANNEL, number, _OPT[word], key, raw={"said": incoming.text[:200]})
    else:
        message = Message(CHANNEL, number, incoming.text, key, intent="talk_to_human")
    return program.receiver.save(message)


def _regain(program: Program, number: str) -> None:
    """Who writes from a number can be written to there again."""
    with program.database.reading() as session:
        chat = UnitOfWork(session, SYSTEM).chats.find(CHANNEL, number)
    if chat is not None and chat.dead_at is not None and chat.id is not None:
        at = moment(SYSTEM, f"{CHANNEL}:regained:{chat.id}", program.settings.policies)
        perform(program.database, [RegainChannel(conversation=chat.id)], at)


def _number(sender: str) -> str:
    """The number in E.164; gateways leave out the plus. Refuses what cannot be answered, such as names."""
    text = re.sub(r"[\s()./-]", "", sender)
    text = f"+{text.removeprefix('00').removeprefix('+')}"
    try:
        parsed = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        raise Problem(422, "Not a number", "from: this is no number in international form, like +49301234567.")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
