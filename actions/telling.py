"""Telling: notices become rows of the outbox, with their buttons, for whoever they are for; cards are kept up to date."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from actions.cards import CARDS, affected, comes_up
from actions.reaching import EDITABLE, READ_BY_SPEAKER, SHOWS_CHANGES, is_aside, places, told_in, zone_of
from domain.conversations import Conversation
from domain.moment import Moment, Role
from domain.notices import ZONE, Choice, Notice
from storage import outbox
from storage.unit_of_work import UnitOfWork

BUTTON_LIFE = timedelta(days=7)
#: A card is kept up to date this long after it was shown.
CARDS_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Shown:
    """One notice to a chat, ready to be put into words of the chat's ``language``, as far as that is known."""

    name: str
    facts: dict[str, Any]
    choices: list[dict[str, Any]] = field(default_factory=list)
    media: dict[str, Any] = field(default_factory=dict)
    language: str | None = None


def say(
    notices: list[Notice],
    chat: Conversation,
    row_id: int,
    uow: UnitOfWork,
    at: Moment,
    *,
    public: bool = False,
) -> tuple[list[Shown], bool]:
    """Write replies and their buttons; notices for other people go to where they can be told."""
    frames = chat.dialogue.get("frames", [])
    question = frames[-1].get("question_id") if frames else None
    shown, elsewhere = [], False
    buttons: list[dict[str, Any]] = []
    rows = []
    for notice in notices:
        if not _is_for(notice, chat, uow):
            elsewhere |= tell(notice, uow, at)
            continue
        choices = [button_of(choice, chat, question, buttons, at) for choice in notice.choices]
        facts = notice.facts() | _clock(notice, chat, uow, at)
        row = _row(notice, facts, chat, choices, at, "reply", row_id, chat.channel in READ_BY_SPEAKER)
        row["public"] = public
        shown.append(Shown(notice.name, facts, choices, row["media"], chat.language))
        rows.append(row)
    outbox.put(uow.session, rows)
    uow.chats.add_buttons(buttons)
    return shown, elsewhere


def _is_for(notice: Notice, chat: Conversation, uow: UnitOfWork) -> bool:
    """Whether a notice is an answer to this chat: to whoever spoke, to its customer, or about an order open in it."""
    if notice.chat is not None:
        return notice.chat == chat.id
    if notice.desk is not None:
        return False
    if chat.is_staff:
        return notice.to is None and notice.driver is None and notice.staff in {None, chat.staff_id}
    if notice.staff is not None:
        return False
    if chat.role == Role.DRIVER:
        return notice.to is None and notice.driver in {None, chat.driver_id}
    return notice.driver is None and (notice.to in {None, chat.customer_id} or notice.about in uow.actor.opened)


def tell(notice: Notice, uow: UnitOfWork, at: Moment, *, dead: Collection[int] = ()) -> bool:
    """Put a notice into the outbox for whom it is, where they can be told; whether there is such a place.

    Conversations in ``dead`` are passed over: they were tried.
    """
    if notice.chat is not None:
        chat = uow.chats.get(notice.chat)
        chats = [chat] if chat is not None else []
        priority, not_before = outbox.REPLY, None
    elif notice.desk is not None or notice.staff is not None:
        chats = _workplaces(notice, uow)
        priority, not_before = outbox.REPLY, None
    elif notice.driver is not None:
        chats = uow.chats.of_driver(notice.driver)
        priority, not_before = outbox.REPLY, None
    elif notice.to is not None:
        customer = uow.customers.get(notice.to)
        zone = zone_of(notice.about, uow, at)
        chats = places(customer, uow, at, dead=dead)
        priority, not_before = outbox.PROACTIVE, customer.held_until(at.now, zone) if not notice.urgent else None
    else:
        return False
    if notice.edits:
        chats = [chat for chat in chats if chat.channel in EDITABLE]
    return _put(notice, chats, uow, at, priority=priority, not_before=not_before)


def _workplaces(notice: Notice, uow: UnitOfWork) -> list[Conversation]:
    """Where staff are told something: a room, or the chat that somebody used last on each channel."""
    if notice.desk is not None:
        return uow.chats.rooms(notice.desk)
    last: dict[str, Conversation] = {}
    for chat in uow.chats.of_staff(notice.staff or 0):
        if not is_aside(chat):
            last.setdefault(chat.channel, chat)
    return list(last.values())


def _put(
    notice: Notice,
    chats: Collection[Conversation],
    uow: UnitOfWork,
    at: Moment,
    *,
    priority: int = outbox.REPLY,
    not_before: datetime | None = None,
    edits: bool = False,
) -> bool:
    """Put a notice into the outbox for each of the conversations; whether there are any."""
    buttons: list[dict[str, Any]] = []
    rows = []
    facts = notice.facts() | _clock(notice, None, uow, at) if chats else {}
    for chat in chats:
        choices = [button_of(choice, chat, None, buttons, at) for choice in notice.choices]
        row = _row(notice, facts, chat, choices, at, type(notice).__name__, None, False)
        held = None if chat.channel in READ_BY_SPEAKER else not_before  # a page wakes nobody
        rows.append({**row, "priority": priority, "not_before": held, "edits": edits or notice.edits})
    outbox.put(uow.session, rows)
    uow.chats.add_buttons(buttons)
    return bool(rows)


def show_changes(uow: UnitOfWork, at: Moment) -> bool:
    """Tell the rooms what has come up, and bring the cards of what has changed up to date wherever they are shown."""
    names = affected(uow)
    if not names:
        return False
    shown = outbox.showing(uow.session, names, at.now - CARDS_FOR, at.now)
    told = False
    for live, (noun, name) in sorted(names.items()):
        if live not in shown and not comes_up(noun, name, uow):
            continue
        card, where = CARDS[noun](name, uow, at), shown.get(live, set())
        chats = [
            chat for chat in uow.chats.of_ids(where).values() if chat.channel in SHOWS_CHANGES and _is_staffs(chat)
        ]
        told |= _put(card, chats, uow, at, edits=True)
        if card.desk is not None:
            told |= _put(card, [room for room in uow.chats.rooms(card.desk) if room.id not in where], uow, at)
    return told


def _is_staffs(chat: Conversation) -> bool:
    """Whether staff look at it; whoever has left does no more."""
    return chat.is_staff or chat.desk is not None


def button_of(
    choice: Choice, chat: Conversation, question: str | None, buttons: list[dict[str, Any]], at: Moment
) -> dict[str, Any]:
    """Remember a button; what is shown of it. A choice without a command answers the question that waits."""
    button_id = at.ids()
    buttons.append(
        {
            "id": button_id,
            "conversation_id": chat.id,
            "question": question if choice.command is None else None,
            "choice": choice.model_dump(mode="json", exclude_defaults=True),
            "expires_at": at.now + BUTTON_LIFE,
        }
    )
    shown = {"label": choice.label, "values": choice.values, "id": button_id}
    return shown | {"form": True} if choice.form else shown


def _clock(notice: Notice, chat: Conversation | None, uow: UnitOfWork, at: Moment) -> dict[str, str]:
    """What words need to tell times by another clock than the business's."""
    zone = told_in(notice, chat, uow, at)
    return {} if zone == at.policies.zone else {ZONE: zone.key}


def _row(
    notice: Notice,
    facts: dict[str, Any],
    chat: Conversation,
    choices: list[dict[str, Any]],
    at: Moment,
    kind: str,
    inbox_id: int | None,
    now: bool,
) -> dict[str, Any]:
    return {
        "conversation_id": chat.id,
        "inbox_id": inbox_id,
        "kind": kind,
        "name": notice.name,
        "facts": facts,
        "choices": choices,
        "media": notice.media.model_dump(mode="json", exclude_defaults=True) if notice.media else {},
        "about": notice.about,
        "live": notice.live,
        "edits": notice.edits,
        "thread": notice.thread,
        "public": False,
        "good_until": notice.good_until,
        "priority": outbox.REPLY,
        "not_before": None,
        "state": outbox.SENT if now else outbox.PENDING,
        "created_at": at.now,
        "sent_at": at.now if now else None,
    }
