"""What customers and drivers would be told now: everything of the ladder is done, looked at, and undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from actions.perform import perform_in
from bot.words import Words
from domain.commands import AskRatings, AskSilent, Command, RefreshEtas
from domain.moment import SYSTEM, Moment
from storage import outbox
from storage.database import Database
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A message that waits, or would be made now: to whom by which channel, of what kind, when, and its words.

    ``order`` is the order it is about; ``waits`` says that it was made before.
    """

    order: str | None
    channel: str
    kind: str
    words: str
    not_before: datetime | None
    edits: bool
    waits: bool


class _Undone(Exception):
    """Ends a rehearsal: everything is rolled back."""


def upcoming(database: Database, words: Words, at: Moment, depots: Sequence[str]) -> list[Upcoming]:
    """What waits to be sent, and what the ladder would add at that moment for these depots; nothing of it is kept."""
    found: list[Upcoming] = []
    try:
        with database.writing() as session:
            before = outbox.last_id(session)
            for depot in depots:
                commands: list[Command] = [RefreshEtas(depot=depot), AskRatings(depot=depot), AskSilent(depot=depot)]
                perform_in(session, commands, at)
            found = _told(session, words, at, before)
            raise _Undone
    except _Undone:
        return found


def _told(session: Session, words: Words, at: Moment, before: int) -> list[Upcoming]:
    rows = outbox.waiting(session)
    chats = UnitOfWork(session, SYSTEM).chats.of_ids({row.conversation_id for row in rows})
    return [
        _one(row, words.say(row.name, row.facts, chats[row.conversation_id].language, at.now),
             chats[row.conversation_id].channel, waits=(row.id or 0) <= before)
        for row in rows
    ]  # fmt: skip


def _one(row: OutboxRow, words: str, channel: str, *, waits: bool) -> Upcoming:
    return Upcoming(row.about, channel, row.name, words, row.not_before, row.edits, waits)
