"""Queries for the history of things: what changed, and by which channel it was said."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import Session

from domain.conversations import Conversation
from domain.events import Event
from storage.inbox import InboxRow

_events = Event.__table__  # type: ignore[attr-defined]
_inbox = InboxRow.__table__  # type: ignore[attr-defined]
_chats = Conversation.__table__  # type: ignore[attr-defined]


class History:
    """Queries for the history of things."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def latest(
        self, noun: str, subjects: Collection[str], limit: int, changes: Collection[tuple[str, str | None]] = ()
    ) -> list[Event]:
        """The last changes of things of a kind, the latest first; only ``changes`` (what, and what it became), if any."""
        query = select(Event).where(_events.c.noun == noun, _events.c.subject.in_(list(subjects)))
        if changes:
            query = query.where(or_(*(_is_change(change, after) for change, after in changes)))
        return list(self._session.scalars(query.order_by(_events.c.at.desc(), _events.c.id.desc()).limit(limit)))

    def by_staff(self, limit: int, person: int | None = None) -> list[Event]:
        """The last changes that people of the business made, or one of them; the latest first."""
        query = select(Event).where(_events.c.person.is_not(None), _events.c.actor.not_in(("customer", "driver")))
        if person is not None:
            query = query.where(_events.c.person == person)
        return list(self._session.scalars(query.order_by(_events.c.at.desc(), _events.c.id.desc()).limit(limit)))

    def channels(self, keys: Iterable[str]) -> dict[str, str]:
        """By which channel messages came, by their keys; those that are still known."""
        query = select(_inbox.c.key, _chats.c.channel).join(_chats, _chats.c.id == _inbox.c.conversation_id)
        return {row.key: row.channel for row in self._session.execute(query.where(_inbox.c.key.in_(list(keys))))}

    def last_said(self, conversation_ids: Collection[int], limit: int) -> Sequence[InboxRow]:
        """The last words in conversations, the latest first; buttons and links left out."""
        query = select(InboxRow).where(
            _inbox.c.conversation_id.in_(list(conversation_ids)), _inbox.c.text != "", _inbox.c.text.not_like("/%")
        )
        return self._session.scalars(query.order_by(_inbox.c.id.desc()).limit(limit)).all()


def _is_change(change: str, after: str | None) -> ColumnElement[bool]:
    return _events.c.change == change if after is None else and_(_events.c.change == change, _events.c.after == after)
