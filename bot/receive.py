"""Receiving: save the message and commit, understand it, give it its turn; the same for every channel."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import structlog
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from actions.perform import NotYet, Received, Shown, TurnDone, give_up_turn, take_turn
from actions.registry import REGISTRY
from bot import metrics
from bot.clock import new_id, now
from domain.meaning import INFORM, OUT_OF_SCOPE, Engine, Entity, Meaning
from domain.moment import SYSTEM
from nlu.filling import fill
from storage import inbox, outbox
from storage.database import Database
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()

#: A message longer than this (UTF-8 bytes) is not taken in.
LONGEST_MESSAGE = 64 * 1024
#: A message nobody handled for this long lost its turn in a crash and is taken up again.
ABANDONED = timedelta(seconds=10)
#: Anybody can write ``/anything``; only these name a time series of their own.
KNOWN_INTENTS = frozenset(intent for row in REGISTRY.values() for intent in row.intents) | {INFORM, OUT_OF_SCOPE}
_BUTTON = re.compile(r"/([A-Za-z0-9_-]{22})")
_PAYLOAD = re.compile(r"/([a-z][a-z_]{1,40})\s*(\{.*\})?", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")


class TooLong(ValueError):
    """The message is longer than LONGEST_MESSAGE."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as a channel hands it over. ``key`` names it uniquely; ``customer_id`` when the channel knows who."""

    channel: str
    address: str
    text: str
    key: str
    customer_id: int | None = None
    language: str | None = None
    audience: str = "customer"


@dataclass(frozen=True, slots=True)
class Saved:
    """A message that is in the inbox."""

    row_id: int
    conversation_id: int


class Receiver:
    """Takes messages in and gives them their turns. Used by several threads."""

    def __init__(self, database: Database, engine: Engine, zone: ZoneInfo) -> None:
        self._database = database
        self._engine = engine
        self._zone = zone
        self._conversation_id = lru_cache(maxsize=10_000)(self._find_conversation)

    def save(self, message: Message) -> Saved:
        """Commit the message to the inbox; a repeated key is the message that is there. Raises TooLong."""
        if len(message.text.encode("utf-8", "replace")) > LONGEST_MESSAGE:
            raise TooLong(f"A message may have at most {LONGEST_MESSAGE // 1024} KB")
        try:
            return self._save(message)
        except IntegrityError:  # the conversation we remember is gone, as after a reset of the demo
            self._conversation_id.cache_clear()
            return self._save(message)

    def _save(self, message: Message) -> Saved:
        text, key = clean(message.text), message.key
        conversation_id = self._conversation_id(message.channel, message.address, message.language)
        raw: dict[str, Any] = {"customer_id": message.customer_id} if message.customer_id is not None else {}
        row_id = self._database.retrying(lambda session: inbox.save(session, key, conversation_id, text, raw, now()))
        return Saved(row_id, conversation_id)

    def answer(self, message: Message) -> list[Shown]:
        """Save a message, give it its turn, and return what was said to it; the same again for a repeated key."""
        saved = self.save(message)
        done = self.take_turns(
            saved.conversation_id, saved.row_id, clean(message.text), message.key, message.customer_id
        )
        return done if done is not None else self._replies(saved.row_id)

    def take_turns(
        self, conversation_id: int, row_id: int, text: str, key: str, customer_id: int | None = None
    ) -> list[Shown] | None:
        """Handle a conversation's messages in their order up to this one; None when it had its turn before."""
        wanted = Saved(row_id, conversation_id)
        while True:
            done = self._turn(row_id, conversation_id, text, key, customer_id)
            match done:
                case TurnDone() if row_id == wanted.row_id:
                    return done.replies
                case NotYet(first=None) if row_id == wanted.row_id:
                    return None
                case NotYet(first=first) if first is not None:
                    row_id, text, key = first.id or 0, first.text, first.key
                    customer_id = first.raw.get("customer_id")
                case _:
                    row = self._row(wanted.row_id)
                    row_id, text, key, customer_id = wanted.row_id, row.text, row.key, row.raw.get("customer_id")

    def sweep(self) -> int:
        """Take up messages that lost their turn; how many conversations had any."""
        with self._database.reading() as session:
            waiting = inbox.conversations_waiting(session, now() - ABANDONED)
            rows = [row for each in waiting if (row := inbox.latest_waiting(session, each)) is not None]
        for row in rows:
            self.take_turns(row.conversation_id, row.id or 0, row.text, row.key, row.raw.get("customer_id"))
        return len(rows)

    def understand(self, text: str, moment: datetime, audience: str = "customer") -> tuple[Meaning, str | None]:
        """The meaning of a text, and the id of the button when it is one."""
        button = _BUTTON.fullmatch(text.strip())
        if button is not None:
            return Meaning(text), button[1]
        payload = _PAYLOAD.fullmatch(text.strip())
        if payload is not None and (meaning := _payload(text, payload[1], payload[2])) is not None:
            return meaning, None
        return self._engine.parse(text, audience, moment, self._zone), None  # type: ignore[arg-type]

    def _turn(
        self, row_id: int, conversation_id: int, text: str, key: str, customer_id: int | None
    ) -> TurnDone | NotYet:
        began = time.perf_counter()
        moment = now()
        meaning, button = self.understand(text, moment)
        intent = meaning.intent if meaning.intent in KNOWN_INTENTS else "other"
        received = Received(row_id, conversation_id, key, meaning, button, customer_id)
        try:
            done = take_turn(self._database, received, moment, new_id, fill)
        except Exception:  # whatever broke, the message is answered and a person told
            log.exception("turn.failed", key=key, conversation=conversation_id, intent=intent)
            done = give_up_turn(self._database, received, moment, new_id)
        if isinstance(done, TurnDone):
            seconds = time.perf_counter() - began
            metrics.turn(intent, done.outcome, seconds)
            log.info(
                "turn.done", key=key, conversation=conversation_id, intent=intent, command=done.command,
                outcome=done.outcome, milliseconds=round(seconds * 1000, 1),
            )  # fmt: skip
        return done

    def _replies(self, row_id: int) -> list[Shown]:
        with self._database.reading() as session:
            return [Shown(row.name, row.facts, row.choices) for row in outbox.replies(session, row_id)]

    def _row(self, row_id: int) -> inbox.InboxRow:
        with self._database.reading() as session:
            return session.get_one(inbox.InboxRow, row_id)

    def _find_conversation(self, channel: str, address: str, language: str | None) -> int:
        def work(session: Session) -> int:
            return UnitOfWork(session, SYSTEM).chats.find_or_add(channel, address, now(), language)

        return self._database.retrying(work)


def clean(text: str) -> str:
    """The text without control characters and lone surrogates, which databases refuse."""
    return _CONTROL.sub(" ", text).encode("utf-8", "replace").decode("utf-8").replace("\x00", " ")


def _payload(text: str, intent: str, values: str | None) -> Meaning | None:
    """Rasa's ``/intent{"entity": value}``; None when the braces hold no JSON object."""
    try:
        slots: Mapping[str, Any] = orjson.loads(values) if values else {}
    except orjson.JSONDecodeError:
        return None
    if not isinstance(slots, dict):
        return None
    entities = [
        Entity(kind, each, 0, 0, str(each))
        for kind, value in slots.items()
        for each in (value if isinstance(value, list) else [value])
        if isinstance(each, str | int | float) and not isinstance(each, bool)
    ]
    return Meaning(text, ((intent, 1.0),), tuple(entities), "payload")
