"""What was said in a chat, by both sides, in order of time, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlmodel import Session

from bot.cards import Part, parts, plain
from bot.clock import now
from bot.compose import Program
from domain.conversations import Conversation
from domain.deliveries import StoredFile
from domain.moment import SYSTEM
from domain.notices import Choice, Media
from domain.values import Place
from storage import inbox, outbox
from storage.inbox import InboxRow
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork

#: So many of either side are shown when a page opens.
MOST_SHOWN = 200
EVER = datetime(2000, 1, 1, tzinfo=UTC)
_BUTTON = re.compile(r"/([A-Za-z0-9_-]{22})")
_PAYLOAD = re.compile(r"/[a-z][a-z_]{1,40}\s*\{.*\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class QuickReply:
    """A button under a message; ``payload`` is what pressing it says, or ``form`` the id of the form it opens."""

    title: str
    payload: str
    form: str | None = None


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file to save: where it is, what it is called, and its size in bytes; no address when it is no longer kept."""

    address: str | None
    name: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One bubble. ``id`` names it on the page, ``day`` is its local date in ISO form.

    ``photos`` are addresses, None for one that is no longer kept; ``place`` is one on the map. A card has ``parts``, and is
    one line however often it changes: ``version`` says which of its states this is, ``fresh`` that it was asked for anew.
    """

    id: str
    mine: bool
    text: str
    at: datetime
    day: str
    choices: tuple[QuickReply, ...] = ()
    photos: tuple[str | None, ...] = ()
    file: FileShown | None = None
    place: Place | None = None
    parts: tuple[Part, ...] = ()
    version: int | None = None
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Transcript:
    """Lines in order; ``whole`` unless older ones were left out. ``customer`` is the first name once known."""

    lines: tuple[Line, ...] = ()
    whole: bool = True
    customer: str | None = None


def find_chat(program: Program, channel: str, address: str) -> Conversation | None:
    """The conversation of an address, if it has begun."""
    with program.database.reading() as session:
        return UnitOfWork(session, SYSTEM).chats.find(channel, address)


def read_page(program: Program, chat: Conversation | None, language: str) -> Transcript:
    """A chat as its page shows it when it is opened."""
    if chat is None:
        return Transcript()
    lines = read_since(program, chat.id or 0, language, EVER, MOST_SHOWN + 1)
    whole = all(sum(line.mine is mine for line in lines) <= MOST_SHOWN for mine in (True, False))
    with program.database.reading() as session:
        customers = UnitOfWork(session, SYSTEM).customers
        name = customers.get(chat.customer_id).first_name if chat.customer_id is not None else None
    return Transcript(tuple(lines if whole else lines[-MOST_SHOWN:]), whole, name)


def read_since(
    program: Program, conversation_id: int, language: str, since: datetime, limit: int = MOST_SHOWN
) -> list[Line]:
    """The lines since a moment, at most ``limit`` of either side; buttons only where they still count."""
    with program.database.reading() as session:
        said = inbox.received_since(session, conversation_id, since, limit)
        told = outbox.shown_since(session, conversation_id, since, limit)
        return _lines(program, session, conversation_id, said, told, language)


def read_turn(program: Program, conversation_id: int, row_id: int, language: str) -> list[Line]:
    """A message and what was said to it."""
    with program.database.reading() as session:
        said = [session.get_one(InboxRow, row_id)]
        return _lines(program, session, conversation_id, said, outbox.replies(session, row_id), language)


def _lines(
    program: Program,
    session: Session,
    conversation_id: int,
    said: Sequence[InboxRow],
    told: Sequence[OutboxRow],
    language: str,
) -> list[Line]:
    language = UnitOfWork(session, SYSTEM).chats.language(conversation_id) or language
    titles = _titles(program, session, conversation_id, said, told, language)
    heard_at = {row.id: row.received_at for row in said}
    files = _files(session, said, told)
    timed = [(row.received_at, 0, row.id or 0, _mine(program, row, titles, files)) for row in said]
    for row, place in _as_they_stand(told):
        at = max(place.sent_at or place.created_at, heard_at.get(place.inbox_id, EVER))
        timed.append((at, 1, place.id or 0, _ours(program, row, at, language, files)))
    lines = [line for *_, line in sorted(timed, key=lambda each: each[:3]) if line is not None]
    last = max((n for n, line in enumerate(lines) if line.mine), default=-1)
    return [replace(line, choices=()) if n < last and line.version is None else line for n, line in enumerate(lines)]


def _as_they_stand(told: Sequence[OutboxRow]) -> list[tuple[OutboxRow, OutboxRow]]:
    """What was told, each card once: as it is now, with the row that says where it stands, which is where it was told last."""
    last = {row.live: row for row in told if row.live}
    stands = {row.live: row for row in reversed(told) if row.live}
    stands |= {row.live: row for row in told if row.live and not row.edits}
    return [(last[row.live] if row.live else row, row) for row in told if not row.live or stands[row.live] is row]


def _files(session: Session, said: Iterable[InboxRow], told: Iterable[OutboxRow]) -> dict[str, StoredFile]:
    """The files that were sent and told, as far as they are still kept, by id."""
    ids = {each for row in said for each in row.raw.get("photos", ())}
    for row in told:
        ids |= {*row.media.get("photos", ()), *filter(None, (row.media.get("file"),))}
    found = UnitOfWork(session, SYSTEM).files.of_ids(ids, now())
    return {each.id: each for each in found.values() if each.path is not None}


def _addresses(photos: Iterable[str], files: dict[str, StoredFile]) -> tuple[str | None, ...]:
    return tuple(f"/f/{each}" if each in files else None for each in photos)


def _mine(program: Program, row: InboxRow, titles: dict[str, str], files: dict[str, StoredFile]) -> Line | None:
    """What the customer said; a pressed button by its title, other payloads not at all."""
    text, button = row.text, _BUTTON.fullmatch(row.text.strip())
    if button is not None:
        text = titles.get(button[1], "")
    elif _PAYLOAD.fullmatch(text.strip()):
        text = ""
    photos = _addresses(row.raw.get("photos", ()), files)
    if not text.strip() and not photos:
        return None
    name, day = f"m-{row.key.rpartition(':')[2]}", _day(program, row.received_at)
    return Line(name, True, text, row.received_at, day, photos=photos)


def _ours(program: Program, row: OutboxRow, at: datetime, language: str, files: dict[str, StoredFile]) -> Line:
    moment = row.sent_at or row.created_at
    text = program.words.say(row.name, row.facts, language, moment)
    choices = tuple(
        QuickReply(
            program.words.say(each["label"], each["values"], language, moment),
            f"/{each['id']}",
            each["id"] if each.get("form") else None,
        )
        for each in row.choices
    )
    media = Media.model_validate(row.media)
    kept = files.get(media.file) if media.file is not None else None
    file = FileShown(f"/f/{kept.id}", kept.name, kept.size) if kept is not None else FileShown(None)
    name = f"r-{row.id}" if row.live is None else f"c-{sha256(row.live.encode()).hexdigest()[:16]}"
    return Line(
        name, False, plain(text), at, _day(program, at), choices, photos=_addresses(media.photos, files),
        file=file if media.file is not None else None, place=media.place,
        parts=tuple(parts(text)) if text.startswith("# ") else (), version=row.id if row.live is not None else None,
        fresh=row.inbox_id is not None,
    )  # fmt: skip


def _titles(
    program: Program,
    session: Session,
    conversation_id: int,
    said: Iterable[InboxRow],
    told: Iterable[OutboxRow],
    language: str,
) -> dict[str, str]:
    """The titles of buttons that were pressed, by id."""
    pressed = {found[1] for row in said if (found := _BUTTON.fullmatch(row.text.strip()))}
    if not pressed:
        return {}
    shown = {each["id"]: Choice(label=each["label"], values=each["values"]) for row in told for each in row.choices}
    missing = sorted(pressed - shown.keys())
    if missing:
        kept = UnitOfWork(session, SYSTEM).chats.buttons(conversation_id, missing)
        shown |= {button.id: Choice.model_validate(button.choice) for button in kept}
    moment = now()
    return {
        each: program.words.say(shown[each].label, shown[each].values, language, moment)
        for each in pressed & shown.keys()
    }


def _day(program: Program, at: datetime) -> str:
    return at.astimezone(program.settings.zone).date().isoformat()


def cursor_of(lines: Sequence[Line], moment: datetime) -> int:
    """Where a stream goes on after these lines: microseconds since 1970."""
    newest = max((line.at for line in lines), default=moment)
    return round(newest.timestamp() * 1_000_000)


def moment_of(cursor: str | None, otherwise: datetime) -> datetime:
    """The moment of a cursor as a page gives it back; ``otherwise`` for none or nonsense."""
    try:
        found = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(cursor or ""))
    except (ValueError, OverflowError):
        return otherwise
    return max(found, EVER)
