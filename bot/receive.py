"""Receiving: save the message and commit, understand it, give it its turn; the same for every channel."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import structlog
from sqlmodel import Session

from actions.perform import NotYet, Received, TurnDone, give_up_turn, take_turn
from actions.registry import REGISTRY
from actions.telling import Shown
from bot import metrics, phrases
from bot.clock import new_id, now
from bot.logs import what_broke
from bot.said_buttons import LOOKED_AT_FOR, said_button
from bot.sent_photos import PHOTO, SHARE_PHOTO, SentPhoto, add_rows, with_photos
from bot.words import Words
from domain.meaning import BY_CHANNEL, BY_PAYLOAD, INFORM, OUT_OF_SCOPE, Audience, Engine, Entity, Meaning, Value
from domain.moment import STAFF, Role
from domain.notices import Choice
from domain.policies import USUAL, Policies
from nlu.asides import beyond_asides
from nlu.filling import fill
from nlu.parting import with_parts
from nlu.readers.corrections import takes_back
from nlu.readers.languages import told_apart
from nlu.values import value
from storage import inbox, outbox
from storage.chats import Chats
from storage.database import Database

log = structlog.get_logger()

#: A message longer than this (UTF-8 bytes) is not taken in.
LONGEST_MESSAGE = 64 * 1024
#: A message nobody handled for this long lost its turn in a crash and is taken up again.
ABANDONED = timedelta(seconds=10)
#: Anybody can write ``/anything``; only these name a time series of their own.
KNOWN_INTENTS = frozenset(intent for row in REGISTRY.values() for intent in row.intents) | {INFORM, OUT_OF_SCOPE}
#: A payload brings no more values of a kind than this, and none longer.
MOST_VALUES, LONGEST_VALUE = 5, 200
#: Whom the engine takes staff for, whatever their role.
STAFF_AUDIENCE: Audience = "staff"
_BUTTON = re.compile(r"/([A-Za-z0-9_-]{22})")
_PAYLOAD = re.compile(r"/([a-z][a-z_]{1,40})\s*(\{.*\})?", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")


class TooLong(ValueError):
    """The message is longer than LONGEST_MESSAGE."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as a channel hands it over. ``key`` names it uniquely; ``customer_id``, ``driver_id`` or ``staff_id`` when
    the channel knows who, ``said`` when it knows when, ``wish`` when it was asked for a Command by other means than words,
    ``afresh`` when that lets go of what was talked about before.

    ``raw`` is what came, as far as it is more than the text. ``intent`` is what the channel takes it to mean, whatever
    the words. ``photos`` are taken into the books together with it.
    """

    channel: str
    address: str
    text: str
    key: str
    customer_id: int | None = None
    language: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)
    intent: str | None = None
    photos: tuple[SentPhoto, ...] = ()
    driver_id: int | None = None
    said: datetime | None = None
    staff_id: int | None = None
    wish: Choice | None = None
    afresh: bool = False


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who writes in a conversation, in which language, and the buttons whose words a customer may be saying."""

    role: str
    language: str | None
    shown: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Saved:
    """A message as it is in the inbox; ``photos`` are the ids of its files. ``speaker`` is who wrote it, where it was saved
    just now and has its turn next; else what has its turn before may change that."""

    row_id: int
    conversation_id: int
    text: str
    key: str
    customer_id: int | None = None
    intent: str | None = None
    photos: tuple[str, ...] = ()
    driver_id: int | None = None
    said: datetime | None = None
    staff_id: int | None = None
    wish: Choice | None = None
    afresh: bool = False
    speaker: Speaker | None = None

    @property
    def is_in_words(self) -> bool:
        """Whether its words say what is meant, not the channel, a photo or a button that was pressed."""
        by_words = self.wish is None and self.intent is None and not self.photos
        return by_words and _BUTTON.fullmatch(self.text.strip()) is None

    @classmethod
    def of(cls, row: inbox.InboxRow) -> Saved:
        """The message of a row."""
        raw = row.raw
        said = datetime.fromisoformat(raw["said"]) if raw.get("said") else None
        return cls(
            row.id or 0, row.conversation_id, row.text, row.key, raw.get("customer_id"), raw.get("intent"),
            tuple(raw.get("photos") or ()), raw.get("driver_id"), said, raw.get("staff_id"),
            Choice.model_validate(raw["wish"]) if raw.get("wish") else None, bool(raw.get("afresh")),
        )  # fmt: skip


class Receiver:
    """Takes messages in and gives them their turns. Used by several threads."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        zone: ZoneInfo,
        policies: Policies = USUAL,
        committed: Callable[[], None] = lambda: None,
        words: Words | None = None,
    ) -> None:
        """``committed`` is called after every turn but quiet ones; with ``words`` what buttons say can be said instead of
        pressed."""
        self._words = words
        self._policies = policies
        self._committed = committed
        self._database = database
        self._engine = engine
        self._zone = zone

    def save(self, message: Message) -> Saved:
        """Commit the message to the inbox; a repeated key is the message that is there. Raises TooLong."""
        if len(message.text.encode("utf-8", "replace")) > LONGEST_MESSAGE:
            raise TooLong(f"A message may have at most {LONGEST_MESSAGE // 1024} KB")
        text, key = clean(message.text), message.key
        raw: dict[str, Any] = dict(message.raw)
        known = {
            "customer_id": message.customer_id, "driver_id": message.driver_id, "staff_id": message.staff_id,
            "intent": message.intent, "afresh": message.afresh or None,
            "wish": message.wish.model_dump(mode="json", exclude_defaults=True) if message.wish is not None else None,
        }  # fmt: skip
        raw |= {name: value for name, value in known.items() if value is not None}
        if message.said is not None:
            raw["said"] = message.said.isoformat()
        photos = tuple(each.id for each in message.photos)
        if photos:
            raw["photos"] = photos

        def work(session: Session) -> Saved:
            # looked up each time: a conversation may have been erased, and SQLite gives its number to the next one
            chats, moment = Chats(session), now()
            conversation_id = chats.find_or_add(message.channel, message.address, moment, message.language)
            row_id = inbox.save(session, key, conversation_id, text, raw, moment)
            if row_id is None:
                return Saved.of(inbox.find(session, key))
            if photos:
                add_rows(session, message.photos, conversation_id, message.customer_id, moment)
            saved = Saved(
                row_id, conversation_id, text, key, message.customer_id, message.intent, photos, message.driver_id,
                message.said, message.staff_id, message.wish, message.afresh,
            )  # fmt: skip
            # asked before who speaks: whatever had its turn until now has done with that
            is_next = inbox.oldest_waiting(session, conversation_id) == row_id
            return replace(saved, speaker=_speaker_of(saved, session, moment)) if is_next else saved

        return self._database.retrying(work)

    def answer(self, message: Message) -> list[Shown]:
        """Save a message, give it its turn, and return what was said to it; the same again for a repeated key."""
        saved = self.save(message)
        done = self.take_turns(saved)
        return done if done is not None else self._replies(saved.row_id, saved.conversation_id)

    def take_turns(self, wanted: Saved) -> list[Shown] | None:
        """Handle a conversation's messages in their order up to this one; None when it had its turn before."""
        turn = wanted
        while True:
            done = self._turn(turn)
            match done:
                case TurnDone() if turn.row_id == wanted.row_id:
                    return done.replies
                case NotYet(first=None) if turn.row_id == wanted.row_id:
                    return None
                case NotYet(first=first) if first is not None:
                    turn = Saved.of(first)
                case _:
                    turn = wanted

    def sweep(self) -> int:
        """Take up messages that lost their turn; how many conversations had any."""
        with self._database.reading() as session:
            waiting = inbox.conversations_waiting(session, now() - ABANDONED)
            rows = [row for each in waiting if (row := inbox.latest_waiting(session, each)) is not None]
        for row in rows:
            try:
                self.take_turns(Saved.of(row))
            except Exception as error:  # one conversation's trouble is not the others'
                log.error("sweep.failed", conversation=row.conversation_id, **what_broke(error))
        return len(rows)

    def understand(
        self, text: str, moment: datetime, audience: Audience = "customer", language: str | None = None
    ) -> tuple[Meaning, str | None]:
        """The meaning of a text in a conversation of that language, and the id of the button when it is one."""
        button = _BUTTON.fullmatch(text.strip())
        if button is not None:
            return Meaning(text), button[1]
        payload = _PAYLOAD.fullmatch(text.strip())
        if payload is not None and (meaning := _payload(text, payload[1], payload[2], moment, self._zone)) is not None:
            return meaning, None
        speaks, rest = told_apart(text)

        def parse(words: str) -> Meaning:
            return self._engine.parse(words, audience, moment, self._zone, speaks or language)

        meaning = beyond_asides(with_parts(parse(rest), audience, parse), audience, parse)
        return replace(meaning, speaks=speaks), None

    def _understood(self, saved: Saved, received: Received, moment: datetime) -> Received:
        """The message with its meaning, the button it is, or what a slash command of staff asks for."""
        speaker = self._speaker(saved, moment)
        audience, language = _audience(saved, speaker.role), speaker.language
        of_staff = saved.wish is None and audience == STAFF_AUDIENCE
        if of_staff and phrases.PREFIX.match(saved.text):
            said = phrases.understand(saved.text, self._engine, moment, self._zone)
            if isinstance(said, Choice):
                return replace(received, meaning=phrases.meant(saved.text), wish=said)
            return replace(received, meaning=said)
        by_words = saved.intent is None and not saved.text.lstrip().startswith("/")
        if of_staff and by_words and (plain := phrases.said_plainly(saved.text, self._engine, moment, self._zone)):
            return replace(received, meaning=plain)
        button = None
        if self._words is not None and speaker.shown:
            button = said_button(saved.text, speaker.shown, self._words, language, moment)
        meaning = Meaning(saved.text)
        if button is None:
            meaning, button = self._meant(saved, moment, audience, language)
        return replace(received, meaning=meaning, button=button, corrects=takes_back(saved.text))

    def _meant(
        self, saved: Saved, moment: datetime, audience: Audience, language: str | None
    ) -> tuple[Meaning, str | None]:
        """The meaning of a message: the channel's where it gives one, else that of its words."""
        if saved.wish is not None:
            return Meaning(saved.text, engine=BY_CHANNEL), None
        if saved.intent is not None:
            meaning = Meaning(saved.text, ((saved.intent, 1.0),), engine=BY_CHANNEL)
            return with_photos(meaning, saved.photos), None
        if saved.photos and not saved.text.strip():
            return with_photos(Meaning(saved.text, ((SHARE_PHOTO, 1.0),)), saved.photos), None
        meaning, button = self.understand(saved.text, moment, audience, language)
        return with_photos(meaning, saved.photos), button

    def _speaker(self, saved: Saved, moment: datetime) -> Speaker:
        """Who writes in the conversation by what it is now."""
        if saved.speaker is not None:
            return saved.speaker
        with self._database.reading() as session:
            return _speaker_of(saved, session, moment)

    def _turn(self, saved: Saved) -> TurnDone | NotYet:
        began, moment = time.perf_counter(), now()
        received = Received(
            saved.row_id, saved.conversation_id, saved.key, Meaning(saved.text), None, saved.customer_id,
            saved.driver_id, saved.said, saved.staff_id, saved.wish, saved.afresh,
        )  # fmt: skip
        try:
            received = self._understood(saved, received, moment)
            done = take_turn(self._database, received, moment, new_id, fill, self._policies)
        except Exception as error:  # whatever broke, the message is answered and a person told
            log.error("turn.failed", key=saved.key, conversation=saved.conversation_id, **what_broke(error))
            done = give_up_turn(self._database, received, moment, new_id)
        if isinstance(done, TurnDone):
            if not done.quiet:
                self._committed()
            seconds = time.perf_counter() - began
            intent = received.meaning.intent if received.meaning.intent in KNOWN_INTENTS else "other"
            metrics.turn(intent, done.outcome, seconds)
            log.info(
                "turn.done", key=saved.key, conversation=saved.conversation_id, intent=intent, command=done.command,
                outcome=done.outcome, milliseconds=round(seconds * 1000, 1),
            )  # fmt: skip
        return done

    def _replies(self, row_id: int, conversation_id: int) -> list[Shown]:
        with self._database.reading() as session:
            language = Chats(session).language(conversation_id)
            said = outbox.replies(session, row_id)
        return [Shown(row.name, row.facts, row.choices, row.media, language) for row in said]


def _speaker_of(saved: Saved, session: Session, moment: datetime) -> Speaker:
    """Who writes in the conversation of a message, and what they were shown last, as far as its words can be that."""
    role, language = Chats(session).speaker(saved.conversation_id)
    reads_buttons = role == Role.CUSTOMER and saved.is_in_words
    since = moment - LOOKED_AT_FOR
    return Speaker(role, language, outbox.last_choices(session, saved.conversation_id, since) if reads_buttons else ())


def _audience(saved: Saved, role: str) -> Audience:
    """Whom the engine takes the writer of a message for."""
    if saved.driver_id is not None or role == Role.DRIVER:
        return "driver"
    return STAFF_AUDIENCE if saved.staff_id is not None or role in STAFF else "customer"


def clean(text: str) -> str:
    """The text without control characters and lone surrogates, which databases refuse."""
    return _CONTROL.sub(" ", text).encode("utf-8", "replace").decode("utf-8").replace("\x00", " ")


def _payload(text: str, intent: str, values: str | None, now: datetime, zone: ZoneInfo) -> Meaning | None:
    """Rasa's ``/intent{"entity": value}``; None when the braces hold no JSON object. Values may be in words."""
    try:
        slots: Mapping[str, Any] = orjson.loads(values) if values else {}
    except orjson.JSONDecodeError:
        return None
    if not isinstance(slots, dict):
        return None
    entities = [
        Entity(kind, _payload_value(kind, said, now, zone), 0, 0, said)
        for kind, given in slots.items()
        if kind != PHOTO  # photos are sent, not named
        for each in (given if isinstance(given, list) else [given])[:MOST_VALUES]
        if isinstance(each, str | int | float) and not isinstance(each, bool)
        for said in [clean(str(each))[:LONGEST_VALUE]]
    ]
    return Meaning(text, ((intent, 1.0),), tuple(entities), BY_PAYLOAD)


def _payload_value(kind: str, said: str, now: datetime, zone: ZoneInfo) -> Value:
    """What is said for an entity, as filling takes it; a link as it is, since its letters are all it has."""
    found = value(kind, said, now, zone) if kind != "link" else None
    return said if found is None else found
