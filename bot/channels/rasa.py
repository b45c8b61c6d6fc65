"""Commands as the custom actions of an assistant of one's own, under Rasa's action server protocol.

https://legacy-docs-oss.rasa.com/docs/rasa/pages/action-server-api describes it; Rasa 3.6's ``RemoteAction`` is what calls.
"""

from __future__ import annotations

import asyncio
import hashlib
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from actions.catalogue import BY_BUTTON, catalogue
from actions.telling import Shown
from bot.channels.rest import as_rasa
from bot.clock import now
from bot.compose import Program
from bot.given import typed
from bot.identity import NotIdentified, customer_of
from bot.receive import Message, TooLong
from bot.web.api.description import problems
from bot.web.api.keys import admit
from bot.web.problems import Problem
from domain.dialogue import CommandSpec
from domain.moment import SYSTEM, Role
from domain.notices import Choice
from storage import inbox
from storage.unit_of_work import UnitOfWork

CHANNEL = "rasa"
#: Hands the customer's words, or the button they pressed, to the conversation as it stands.
GO_ON = "action_roundsman"
#: The entity of the message that a button of ours sends, ``/roundsman{"button": "…"}``.
BUTTON = "button"
#: Slots that are set where the assistant has them: how the turn ended, and what is asked for now.
OUTCOME, ASKS = "roundsman_outcome", "roundsman_asks"
LARGEST_BODY = 5 * 1024 * 1024
LONGEST_VALUE = 2_000
#: What a channel means, and no assistant asks for.
_NOT_OFFERED = frozenset({"ask_phrase", "answer_chat", "share_location", "share_photo", *BY_BUTTON})


class Tracker(BaseModel):
    """What is used of a conversation as Rasa tells it."""

    model_config = ConfigDict(extra="ignore")

    slots: dict[str, Any] = Field(default_factory=dict)
    latest_message: dict[str, Any] = Field(default_factory=dict)
    events: list[dict[str, Any]] = Field(default_factory=list)


class Call(BaseModel):
    """A custom action to be run: its name, whose conversation it is, and how that stands."""

    model_config = ConfigDict(extra="ignore")

    next_action: str = Field(max_length=100)
    sender_id: str = Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")
    tracker: Tracker = Field(default_factory=Tracker)
    domain: dict[str, Any] = Field(default_factory=dict)


def routes(program: Program) -> APIRouter:
    """The action server's routes; every call needs an API key."""
    router = APIRouter(prefix="/rasa/actions", tags=["rasa"])

    @router.get("", summary="The actions there are", responses=problems(401))
    async def listed(request: Request) -> list[dict[str, str]]:
        await admit(program, request)
        return [{"name": name} for name in sorted({GO_ON, *actions()})]

    @router.post(
        "/webhook",
        summary="Run an action",
        responses=problems(401, 404, 413, 422),
        openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": Call.model_json_schema()}}}},
    )  # fmt: skip
    async def webhook(request: Request) -> Response:
        await admit(program, request)
        call = _call(await _body(request))
        if call.next_action not in actions() and call.next_action != GO_ON:
            raise Problem(
                404, "No such action", f"There is no action {call.next_action}; GET /rasa/actions lists them.",
                error="No such action", action_name=call.next_action,
            )  # fmt: skip
        request.app.state.limits.check_sender(f"{CHANNEL}:{call.sender_id}")
        answer = await asyncio.get_running_loop().run_in_executor(program.turns, _run, program, call)
        return Response(orjson.dumps(answer), media_type="application/json")

    return router


@cache
def actions() -> Mapping[str, CommandSpec]:
    """The actions by name: what a customer can ask for, with the slots it takes."""
    return {f"action_{name}": spec for name, spec in catalogue(Role.CUSTOMER).items() if name not in _NOT_OFFERED}


async def _body(request: Request) -> bytes:
    """The body, unpacked where Rasa packs it. Refuses one that is too large, packed or not."""
    packed = request.headers.get("content-encoding", "").lower() in {"deflate", "gzip"}
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 32) if packed else None
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += unpack.decompress(chunk, LARGEST_BODY) if unpack is not None else chunk
            if len(body) >= LARGEST_BODY or (unpack is not None and unpack.unconsumed_tail):
                raise Problem(
                    413, "Tracker too long", "The request is larger than 5 MB; start a new session of the talk."
                )
    except zlib.error as error:
        raise Problem(422, "Unusable call", "The body is not packed as its Content-Encoding says.") from error
    return bytes(body)


def _call(body: bytes) -> Call:
    try:
        return Call.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        raise Problem(422, "Unusable call", f"{where}: {first['msg']}. See Rasa's action server protocol.") from error


def _run(program: Program, call: Call) -> dict[str, Any]:
    """What Rasa does next: events, and responses to be uttered."""
    try:
        customer_id = _customer(program, call.tracker)
    except NotIdentified:
        words = program.words.say("rasa.not_identified", {}, _language(call.tracker), now())
        return {"events": _set(call, outcome="refused", asks=None), "responses": [{"text": words}]}
    message = _message(program, call, customer_id)
    try:
        shown = program.receiver.answer(message)
    except TooLong as error:
        raise Problem(413, "Message too long", str(error)) from error
    with program.database.reading() as session:
        chat = UnitOfWork(session, SYSTEM).chats.find(CHANNEL, call.sender_id)
        outcome = inbox.find(session, message.key).outcome
    frame = chat.remembered(now()).current if chat is not None else None
    language = (chat.language if chat is not None else None) or message.language
    return {
        "events": _set(call, outcome=outcome, asks=frame.asking if frame is not None else None),
        "responses": [_response(program, call.sender_id, each, language) for each in shown],
    }


def _message(program: Program, call: Call, customer_id: int | None) -> Message:
    """The call as a message of a conversation: a wish for a Command, a pressed button, or the words as they were said."""
    tracker = call.tracker
    said = str(tracker.latest_message.get("text") or "")
    wish = None
    if call.next_action != GO_ON:
        spec = actions()[call.next_action]
        slots = typed(spec, dict(_given(tracker.slots)), now(), program.settings.zone)
        wish = Choice(label="choice.form_sent", command=spec.command, slots={**slots, **spec.fixed})
        said = said or f"/{call.next_action}"
    elif (button := _button(tracker.latest_message)) is not None:
        said = f"/{button}"
    return Message(
        CHANNEL, call.sender_id, said, _key(call), customer_id=customer_id, language=_language(tracker), wish=wish,
        afresh=wish is not None,
    )  # fmt: skip


def _given(slots: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Slots that hold something, in words; several values with commas between them."""
    for name, held in slots.items():
        parts = held if isinstance(held, list) else [held]
        words = [str(part)[:LONGEST_VALUE] for part in parts if isinstance(part, str | int | float)]
        if words and not name.startswith("roundsman_"):
            yield name, ", ".join(words)


def _button(latest: Mapping[str, Any]) -> str | None:
    """The id of the button of ours that was pressed."""
    said = latest.get("entities")
    entities = [each for each in said if isinstance(each, dict)] if isinstance(said, list) else []
    found = [each.get("value") for each in entities if each.get("entity") == BUTTON]
    return str(found[-1]) if found else None


def _customer(program: Program, tracker: Tracker) -> int | None:
    """The customer that the newest signed identity speaks for; None where there is none. Raises NotIdentified."""
    identity = next((known["identity"] for known in _metadata(tracker) if known.get("identity")), None)
    return customer_of(program, str(identity)) if identity is not None else None


def _metadata(tracker: Tracker) -> Iterator[Mapping[str, Any]]:
    """What the channel told of the messages, the newest first, then of the session."""
    told = [tracker.latest_message.get("metadata")]
    told += [event.get("metadata") for event in reversed(tracker.events) if event.get("event") == "user"]
    told.append(tracker.slots.get("session_started_metadata"))
    return (each for each in told if isinstance(each, dict))


def _language(tracker: Tracker) -> str | None:
    language = next((known["language"] for known in _metadata(tracker) if isinstance(known.get("language"), str)), None)
    return language[:35] if language is not None else None


def _key(call: Call) -> str:
    """Names this run of the action: Rasa may call once more, with the same tracker, what it has no answer for."""
    latest = call.tracker.latest_message.get("message_id")
    ran = [event.get("timestamp") for event in call.tracker.events if event.get("event") in {"user", "action"}][-1:]
    named = [call.sender_id, call.next_action, latest, ran, len(call.tracker.events)]
    return f"{CHANNEL}:" + hashlib.sha256(orjson.dumps(named)).hexdigest()


def _set(call: Call, *, outcome: str | None, asks: str | None) -> list[dict[str, Any]]:
    """Events that set our slots, as far as the assistant has them."""
    told = {OUTCOME: outcome, ASKS: asks}
    known = call.domain.get("slots") or call.tracker.slots
    return [
        {"event": "slot", "timestamp": None, "name": name, "value": value}
        for name, value in told.items()
        if name in known
    ]


def _response(program: Program, sender: str, shown: Shown, language: str | None) -> dict[str, Any]:
    """A notice as an action's response; its buttons send a message that GO_ON understands."""
    told = as_rasa(program, sender, shown, language)
    told.pop("recipient_id")
    for button in told.get("buttons", ()):
        button["payload"] = "/roundsman" + orjson.dumps({BUTTON: button["payload"][1:]}).decode()
    return told
