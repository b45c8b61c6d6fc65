"""`perform` and `take_turn`: the only places that commit what Roundsman does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from actions.channels import revive
from actions.conversing import Conversed, converse
from actions.handlers import perform_all
from actions.handover import passed_on
from actions.outward import announce
from actions.reaching import READ_BY_SPEAKER
from actions.registry import BY_NAME, REGISTRY, may_not
from actions.talk import ask_person
from actions.telling import Shown, button_of, say, show_changes, tell
from domain.commands import AskPerson, Command
from domain.conversations import ALWAYS_STOPS, IDENTITY_FOR, Button, Conversation
from domain.dialogue import Dialogue, Fill, Heard, Pressed
from domain.meaning import BY_PAYLOAD, Meaning
from domain.moment import SYSTEM, Moment
from domain.notices import Choice, Notice
from domain.policies import USUAL, Policies
from storage import inbox
from storage.database import Database
from storage.unit_of_work import UnitOfWork

#: So many words may be said in passing, and change no language.
MOST_IN_PASSING = 2


@dataclass(frozen=True, slots=True)
class Received:
    """A message with its meaning, ready for its turn; ``button`` is the id of a pressed one.

    ``customer_id``, ``driver_id`` or ``staff_id`` is whose message it is, where the channel has proved it; ``said`` when it
    was written, where the channel knows. ``wish`` is a Command that the channel itself was asked for, by a form or in the
    thread of what it is about; ``afresh`` where it lets go of what was talked about before. ``corrects`` is that of
    `domain.dialogue.Heard`.
    """

    row_id: int
    conversation_id: int
    key: str
    meaning: Meaning
    button: str | None = None
    customer_id: int | None = None
    driver_id: int | None = None
    said: datetime | None = None
    staff_id: int | None = None
    wish: Choice | None = None
    afresh: bool = False
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class TurnDone:
    """What a turn came to. A ``quiet`` one leaves nothing to send and nothing that is shown elsewhere changed: its replies
    are read by whoever spoke."""

    replies: list[Shown]
    outcome: str
    command: str | None
    language: str | None
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class NotYet:
    """The earlier message of the conversation that must have its turn first, or (None) this one had it already."""

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
            raise may_not(type(command).__name__, row.roles)
        notices += perform_all([command], row, uow, at)
    for notice in notices:
        tell(notice, uow, at)
    uow.flush()
    show_changes(uow, at)
    announce(uow, at)
    return notices, look(uow) if look is not None else None


def look(
    database: Database,
    command: Command,
    conversation_id: int,
    at: Moment,
    known: Callable[[Sequence[Shown]], bool] = lambda _: False,
) -> list[Shown] | None:
    """What a Command that only reads shows in a chat, with its buttons, which are kept; nothing is sent.

    None where it is ``known``, which is asked first. Refuses as `perform` does.
    """
    row = REGISTRY[type(command)]
    assert row.reads_only, "what changes something is a turn"
    if at.actor.role not in row.roles:
        raise may_not(type(command).__name__, row.roles)

    def work(session: Session, *, keep: bool = True) -> list[Shown]:
        chat = UnitOfWork(session, SYSTEM).chats.get(conversation_id)
        assert chat is not None, "the talk with somebody was begun"
        uow = UnitOfWork(session, at.actor, chat)
        buttons: list[dict[str, Any]] = []
        shown = []
        for notice in row.handler(command, uow, at):
            choices = [button_of(choice, chat, None, buttons, at) for choice in notice.choices]
            shown.append(Shown(notice.name, notice.facts(), choices))
        if keep:
            uow.chats.add_buttons(buttons)
        return shown

    with database.reading() as session:
        if known(work(session, keep=False)):
            return None
    return database.retrying(work)


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
        if oldest != received.row_id:
            handled = oldest is None or inbox.is_handled(session, received.row_id)
            return NotYet(None if oldest is None or handled else inbox.of_id(session, oldest))
        if received.customer_id is not None:
            chat.bind(received.customer_id, now + IDENTITY_FOR)
        if received.driver_id is not None:
            chat.bind_driver(received.driver_id)
        uow = UnitOfWork(session, SYSTEM, chat)
        if received.staff_id is not None and (staff := uow.people.get(received.staff_id)) is not None:
            chat.bind_staff(staff)
        actor = chat.actor(now)
        uow.become(actor)
        _speak_as_written(chat, received.meaning, policies)
        said_at = min(received.said, now) if received.said is not None else None
        at = Moment(now, actor, received.key, ids, policies=policies, said=said_at)
        revive(chat, uow, at)
        heard = _heard(received, chat, uow, now)
        if chat.is_with_person(now) and not _is_for_bot(heard):
            photos = tuple(str(each.value) for each in received.meaning.entities if each.kind == "photo")
            said = Conversed(passed_on(received.meaning.text, photos, uow, at), outcome="to_person")
        else:
            said = converse(heard, uow, at, fill)
        chat.last_at = now
        uow.flush()
        replies, elsewhere = say(said.notices, chat, received.row_id, uow, at, public=_is_public(said, chat))
        elsewhere |= show_changes(uow, at)
        announce(uow, at)
        inbox.mark_handled(session, received.row_id, now, said.outcome)
        quiet = chat.channel in READ_BY_SPEAKER and not elsewhere and not uow.changed
        return TurnDone(replies, said.outcome, said.command, chat.language, quiet)

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
        replies, _ = say(notices, chat, received.row_id, uow, at)
        inbox.mark_handled(session, received.row_id, now, "broken")
        return TurnDone(replies, "broken", None, chat.language)

    return database.retrying(work)


def _speak_as_written(chat: Conversation, meaning: Meaning, policies: Policies) -> None:
    """A conversation goes on in the language that its latest message is evidently written in.

    A word or two are said in passing: "gracias", "el martes", a name.
    """
    if meaning.language in policies.languages:
        chat.hear_in(meaning.language, in_passing=len(meaning.text.split()) <= MOST_IN_PASSING)


def _heard(received: Received, chat: Conversation, uow: UnitOfWork, now: datetime) -> Heard:
    if received.wish is not None:
        return Heard(received.meaning, Pressed(None, received.wish, received.afresh))
    if received.button is None:
        return Heard(received.meaning, corrects=received.corrects)
    button = uow.chats.button(received.button)
    if button is None or button.expires_at < now or not _may_press(button, chat, uow):
        return Heard(received.meaning, stale=True)
    return Heard(received.meaning, Pressed(button.question, Choice.model_validate(button.choice), button=button.id))


def _may_press(button: Button, chat: Conversation, uow: UnitOfWork) -> bool:
    """Whether it was shown in this chat, or starts something and was shown in a room of the staff who talk here."""
    if button.conversation_id == chat.id:
        return True
    room = uow.chats.get(button.conversation_id) if chat.is_staff and button.question is None else None
    return room is not None and (room.desk is not None or room.is_staff) and room.channel == chat.channel


def _is_public(said: Conversed, chat: Conversation) -> bool:
    """Whether everybody in the room should see what came of it: something was changed."""
    if not chat.is_staff or said.outcome != "done" or said.command is None:
        return False
    return not REGISTRY[BY_NAME[said.command]].reads_only


def _is_for_bot(heard: Heard) -> bool:
    """Whether something is meant for the bot even while a person answers: its buttons and links, the ways out of messages."""
    if heard.pressed is not None or heard.meaning.engine == BY_PAYLOAD:
        return True
    return heard.meaning.text.strip().casefold().rstrip(".!") in {*ALWAYS_STOPS, "/start"}
