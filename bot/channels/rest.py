"""The REST chat channel, compatible with Rasa's: ``POST /webhooks/rest/webhook``."""

from __future__ import annotations

import asyncio
import hashlib
import re
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from actions.telling import Shown
from bot.clock import new_id, now
from bot.compose import Program
from bot.identity import NotIdentified, customer_of
from bot.receive import Message, TooLong
from bot.web.api.description import problems
from bot.web.api.keys import admit
from bot.web.problems import Problem
from domain.notices import Media

LARGEST_BODY = 256 * 1024


class Incoming(BaseModel):
    """What is said: by whom (a name of the caller's choice, best one nobody can guess) and the message.

    ``message_id`` makes repeats harmless: the same id of the same sender gets the same answer.
    ``metadata.identity`` is a JWT (HS256, the shop's identity secret) whose ``sub`` is the customer's external id.
    """

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={"example": {"sender": "3f1c…", "message": "where is my order RM-10482?", "message_id": "1"}},
    )

    sender: str = Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")
    message: str | None = ""
    message_id: str | None = Field(None, min_length=1, max_length=200)
    metadata: dict[str, Any] | None = None


class ReplyButton(BaseModel):
    """A quick reply; send its payload back as the message."""

    title: str
    payload: str


class Reply(BaseModel):
    """One message of the assistant."""

    recipient_id: str
    text: str
    buttons: list[ReplyButton] | None = None
    image: str | None = Field(None, description="Address of a photo that belongs to the message.")
    attachment: str | None = Field(None, description="Address of a file that belongs to the message.")
    custom: dict[str, Any] | None = Field(
        None,
        description="What Rasa has no name for: `images`, all photos where there are several; `place`, lat and lon.",
    )


def routes(program: Program) -> APIRouter:
    """The channel's routes."""
    router = APIRouter(prefix="/webhooks/rest", tags=["chat"])

    @router.get("/", summary="Is the channel there?")
    async def alive() -> dict[str, str]:
        return {"status": "ok"}

    @router.post(
        "/webhook",
        summary="Say something and get the replies",
        response_model=list[Reply],
        responses=problems(413, 422),
        openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": Incoming.model_json_schema()}}}},
    )  # fmt: skip
    async def webhook(request: Request) -> Response:
        limits = request.app.state.limits
        limits.check(request)
        if program.settings.rest_requires_key:
            await admit(program, request)
        incoming = await _read(request)
        limits.check_sender(f"rest:{incoming.sender}")
        loop = asyncio.get_running_loop()
        replies = await loop.run_in_executor(program.turns, _answer, program, incoming)
        if (
            request.query_params.get("stream", "").lower() == "true"
        ):  # as `rasa shell` asks: each reply in a line of its own
            lines = b"".join(orjson.dumps(reply) + b"\n" for reply in replies)
            return Response(lines, media_type="text/event-stream")
        return Response(orjson.dumps(replies), media_type="application/json")

    return router


def _answer(program: Program, incoming: Incoming) -> list[dict[str, Any]]:
    customer_id = _identity(program, incoming.metadata)
    message = Message(
        "rest",
        incoming.sender,
        incoming.message or "",
        _key(incoming),
        customer_id=customer_id,
        language=_language(incoming),
    )
    try:
        shown = program.receiver.answer(message)
    except TooLong as error:
        raise Problem(413, "Message too long", str(error)) from error
    return [as_rasa(program, incoming.sender, each, each.language or message.language) for each in shown]


def as_rasa(program: Program, recipient: str, shown: Shown, language: str | None) -> dict[str, Any]:
    """A notice as Rasa's REST channel shows messages."""
    moment = now()
    reply: dict[str, Any] = {
        "recipient_id": recipient,
        "text": program.words.say(shown.name, shown.facts, language, moment),
    }
    if shown.choices:
        reply["buttons"] = [
            {"title": program.words.say(each["label"], each["values"], language, moment), "payload": f"/{each['id']}"}
            for each in shown.choices
        ]
    return reply | _enclosed(program, shown)


def _enclosed(program: Program, shown: Shown) -> dict[str, Any]:
    """Photos, a file and a place that come with a notice, by whole addresses."""
    if not shown.media:
        return {}
    media = Media.model_validate(shown.media)
    images = [f"{program.settings.url}/f/{each}" for each in media.photos]
    found: dict[str, Any] = {}
    custom: dict[str, Any] = {}
    if images:
        found["image"] = images[0]
    if len(images) > 1:
        custom["images"] = images
    if media.file is not None:
        found["attachment"] = f"{program.settings.url}/f/{media.file}"
    if media.place is not None:
        custom["place"] = {"lat": media.place.lat, "lon": media.place.lon}
    return found | ({"custom": custom} if custom else {})


def _key(incoming: Incoming) -> str:
    if incoming.message_id is None:
        return f"rest:{new_id()}"
    return "rest:" + hashlib.sha256(orjson.dumps([incoming.sender, incoming.message_id])).hexdigest()


def _language(incoming: Incoming) -> str | None:
    language = (incoming.metadata or {}).get("language")
    return (
        language if isinstance(language, str) and re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", language) else None
    )


async def _read(request: Request) -> Incoming:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise Problem(413, "Message too long", "The request is larger than 256 KB; send shorter messages.")
    try:
        return Incoming.model_validate_json(bytes(body))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        raise Problem(
            422, "Unusable message", f'{where}: {first["msg"]}. Send {{"sender": …, "message": …}}.'
        ) from error


def _identity(program: Program, metadata: dict[str, Any] | None) -> int | None:
    """The customer a signed identity speaks for. Refuses a signature or customer we do not know."""
    token = (metadata or {}).get("identity")
    if token is None:
        return None
    try:
        return customer_of(program, str(token))
    except NotIdentified as error:
        raise Problem(401, "Identity not accepted", str(error)) from error
