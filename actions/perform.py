"""`perform` and `take_turn`: the only places that commit what Roundsman does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from actions.channels import revive
from actions.conversing import Conversed, converse, perform_all
from actions.reaching import EDITABLE, READ_BY_SPEAKER, places, zone_of
from actions.registry import REGISTRY
from actions.talk import ask_person
from domain.commands import AskPerson, Command
from domain.conversations import ALWAYS_STOPS, IDENTITY_FOR, Conversation
from domain.dialogue import Dialogue, Fill, Heard, Pressed
from domain.meaning import BY_PAYLOAD, Meaning
from domain.moment import SYSTEM, Moment, Role
from domain.notices import Choice, Notice
from domain.policies import USUAL, Policies
from domain.refusals import NotAllowed
from storage import inbox, outbox
from storage.database import Database
from storage.unit_of_work import UnitOfWork

BUTTON_LIFE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Received:
    """A message with its meaning, ready for its turn; ``button`` is the id of a pressed one.

    ``customer_id`` or ``driver_id`` is whose message it is, where the channel has proved it; ``said`` when it was written,
    where the channel knows.
    """

    row_id: int
    conversation_id: int
    key: str
    meaning: Meaning
    button: str | None = None
    customer_id: int | None = None
    driver_id: int | None = None
    said: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One notice to a chat, ready to be put into words."""

    name: str
    facts: dict[str, Any]
    choices: list[dict[str, Any]] = field(default_factory=list)
    media: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TurnDone:
    """What a turn came to. ``elsewhere`` says whether others were told something too."""

    replies: list[Shown]
    outcome: str
    command: str | None
    language: str | None
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class NotYet:
    """An earlier message of the conversation must have its turn first, or (None) this one had it already."""

    first: inbox.InboxRow | None


def perform(
    database: Database,
    commands: Sequence[Command],
    at: Moment,
    look: Callable[[UnitOfWork], Any] | None = None,
    *,
    expect: Callable[[UnitOfWork], None] | None = None,
) -> tuple[list[Notice], Any]:
    """Perform commands of a call, a timer or a job, all or none; the notices and what ``look`` sees afterwards.

    Refuses what the actor's role may not, whatever the handlers refuse, and what ``expect`` raises beforehand.
    """
    return database.retrying(lambda session: perform_in(session, commands, at, look, expect))


def perform_in(
    session: Session,
    commands: Sequence[Command],
    at: Moment,
    look: Callable[[UnitOfWork], Any] | None = None,
    expect: Callable[[UnitOfWork], None] | None = None,
) -> tuple[list[Notice], Any]:
    """`perform` within a transaction that the caller ends, e.g. a rehearsal that is rolled back."""
    uow = UnitOfWork(session, at.actor)
    if expect is not None:
        expect(uow)
    notices: list[Notice] = []
    for command in commands:
        row = REGISTRY[type(command)]
        if at.actor.role not in row.roles:
            raise NotAllowed("not_your_role", command=type(command).__name__)
        notices += perform_all([command], row, uow, at)
    for notice in notices:
        tell(notice, uow, at)
    return notices, look(uow) if look is not None else None


def take_turn(
    database: Database,
    received: Received,
    now: datetime,
    ids: Callable[[], str],
    fill: Fill,
    policies: Policies = USUAL,
) -> TurnDone | NotYet:
    """Give a message its turn: everything it does and says, in one commit. Others of its conversation wait."""

    def work(session: Session) -> TurnDone | NotYet:
        chat = UnitOfWork(session, SYSTEM).chats.lock(received.conversation_id)
        oldest = inbox.oldest_waiting(session, received.conversation_id)
        if oldest is None or oldest.id != received.row_id:
            handled = oldest is None or inbox.is_handled(session, received.row_id)
            return NotYet(None if handled else oldest)
        if received.customer_id is not None:
            chat.bind(received.customer_id, now + IDENTITY_FOR)
        if received.driver_id is not None:
            chat.bind_driver(received.driver_id)
        actor = chat.actor(now)
        uow = UnitOfWork(session, actor, chat)
        said_at = min(received.said, now) if received.said is not None else None
        at = Moment(now, actor, received.key, ids, policies=policies, said=said_at)
        revive(chat, uow, at)
        heard = _heard(received, chat, uow, now)
        if chat.is_with_person(now) and not _is_for_bot(heard):
            said = Conversed(outcome="to_person")  # kept in the inbox, where the person reads it
        else:
            said = converse(heard, uow, at, fill)
        chat.last_at = now
        uow.flush()
        replies, elsewhere = _say(said.notices, chat, received.row_id, uow, at)
        inbox.mark_handled(session, received.row_id, now, said.outcome)
        return TurnDone(replies, said.outcome, said.command, chat.language, elsewhere)

    return database.retrying(work)


def give_up_turn(database: Database, received: Received, now: datetime, ids: Callable[[], str]) -> TurnDone | NotYet:
    """Answer a message whose turn broke: say so, and file it for a person."""

    def work(session: Session) -> TurnDone | NotYet:
        chat = UnitOfWork(session, SYSTEM).chats.lock(received.conversation_id)
        if inbox.is_handled(session, received.row_id):
            return NotYet(None)
        uow = UnitOfWork(session, chat.actor(now), chat)
        at = Moment(now, uow.actor, received.key, ids)
        chat.remember(Dialogue(touched=now))
        notices = ask_person(AskPerson(topic="trouble", words=received.meaning.text[:2_000]), uow, at)
        uow.flush()
        replies, _ = _say(notices, chat, received.row_id, uow, at)
        inbox.mark_handled(session, received.row_id, now, "broken")
        return TurnDone(replies, "broken", None, chat.language)

    return database.retrying(work)


def _heard(received: Received, chat: Conversation, uow: UnitOfWork, now: datetime) -> Heard:
    if received.button is None:
        return Heard(received.meaning)
    button = uow.chats.button(received.button)
    if button is None or button.conversation_id != chat.id or button.expires_at < now:
        return Heard(received.meaning, stale=True)
    return Heard(received.meaning, Pressed(button.question, Choice.model_validate(button.choice)))


def _is_for_bot(heard: Heard) -> bool:
    """Whether something is meant for the bot even while a person answers: its buttons and links, the ways out of messages."""
    if heard.pressed is not None or heard.meaning.engine == BY_PAYLOAD:
        return True
    return heard.meaning.text.strip().casefold().rstrip(".!") in {*ALWAYS_STOPS, "/start"}


def _say(
    notices: list[Notice], chat: Conversation, row_id: int, uow: UnitOfWork, at: Moment
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
        choices = [_button(choice, chat, question, buttons, at) for choice in notice.choices]
        row = _row(notice, chat, choices, at, "reply", row_id, chat.channel in READ_BY_SPEAKER)
        shown.append(Shown(notice.name, row["facts"], choices, row["media"]))
        rows.append(row)
    outbox.put(uow.session, rows)
    uow.chats.add_buttons(buttons)
    return shown, elsewhere


def _is_for(notice: Notice, chat: Conversation, uow: UnitOfWork) -> bool:
    """Whether a notice is an answer to this chat: to whoever spoke, to its customer, or about an order open in it."""
    if notice.chat is not None:
        return notice.chat == chat.id
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
    buttons: list[dict[str, Any]] = []
    rows = []
    for chat in chats:
        choices = [_button(choice, chat, None, buttons, at) for choice in notice.choices]
        row = _row(notice, chat, choices, at, type(notice).__name__, None, False)
        held = None if chat.channel in READ_BY_SPEAKER else not_before  # a page wakes nobody
        rows.append({**row, "priority": priority, "not_before": held})
    outbox.put(uow.session, rows)
    uow.chats.add_buttons(buttons)
    return bool(rows)


def _button(
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
    return {"label": choice.label, "values": choice.values, "id": button_id}


def _row(
    notice: Notice,
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
        "facts": notice.facts(),
        "choices": choices,
        "media": notice.media.model_dump(mode="json", exclude_defaults=True) if notice.media else {},
        "about": notice.about,
        "live": notice.live,
        "edits": notice.edits,
        "good_until": notice.good_until,
        "priority": outbox.REPLY,
        "not_before": None,
        "state": outbox.SENT if now else outbox.PENDING,
        "created_at": at.now,
        "sent_at": at.now if now else None,
    }
