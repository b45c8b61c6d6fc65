"""What customers may ask about their data: what is kept, a copy, and that it goes."""

from __future__ import annotations

from typing import Any

from actions.learning import is_off, set_learning
from actions.reaching import WRITABLE
from domain.commands import AskPrivacy, RecordExport
from domain.conversations import Conversation
from domain.deliveries import HANDED_OUT_FOR, StoredFile
from domain.events import Thing, note
from domain.moment import Moment
from domain.notices import Choice, DataReady, Media, Notice, Said
from domain.privacy import PrivacyWish
from domain.refusals import Refusal
from storage import personal
from storage.unit_of_work import UnitOfWork

EXPORT = Choice(label="choice.export_data", command="AskPrivacy", slots={"what": PrivacyWish.EXPORT})
ERASE = Choice(label="choice.erase_data", command="AskPrivacy", slots={"what": PrivacyWish.ERASE})
NOT_LEARN = Choice(label="choice.not_learn", command="AskPrivacy", slots={"what": PrivacyWish.NOT_LEARN})
LEARN = Choice(label="choice.learn", command="AskPrivacy", slots={"what": PrivacyWish.LEARN})
PERSON = Choice(label="choice.person", command="AskPerson", slots={"topic": "talk_to_human"})


def describe_privacy(command: AskPrivacy, uow: UnitOfWork, at: Moment) -> dict[str, Any] | None:
    """What is confirmed before data goes. Nothing for the rest; refuses while orders are under way."""
    if command.what != PrivacyWish.ERASE:
        return None
    _check_erasable(uow, at)
    return {"count": len(uow.orders.recent(1_000))}


def ask_privacy(command: AskPrivacy, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Tell what is kept, prepare a copy, erase, or set whether messages are learnt from. Refuses copy and erasure to whom we
    do not know."""
    match command.what:
        case PrivacyWish.EXPORT:
            return _export(uow, at)
        case PrivacyWish.ERASE:
            return _erase(uow, at)
        case PrivacyWish.LEARN | PrivacyWish.NOT_LEARN:
            return _set_learning(command.what == PrivacyWish.LEARN, uow, at)
        case _:
            return [_told_what_is_kept(uow, at)]


def _told_what_is_kept(uow: UnitOfWork, at: Moment) -> Notice:
    known = at.actor.person is not None
    learns = at.policies.learning
    choices = (EXPORT, ERASE) if known else (PERSON,)
    if learns and uow.chat is not None:
        choices = (*choices, LEARN if is_off(uow, at) else NOT_LEARN)
    return Said(what="privacy", values={"known": known, "learns": learns}, choices=choices)


def _set_learning(on: bool, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Messages may be learnt from, or not; where the business never does, it says so."""
    if uow.chat is None:
        raise Refusal("only_in_chat")
    if not at.policies.learning:
        return [Said(what="never_learns")]
    set_learning(on, uow.chat, uow, at)
    about = Thing("customer", str(at.actor.person)) if at.actor.person is not None else Thing("chat", str(uow.chat.id))
    uow.record(note(about, "learning", at, after="on" if on else "off"))
    return [Said(what="learning_on" if on else "learning_off", choices=(NOT_LEARN if on else LEARN,))]


def _export(uow: UnitOfWork, at: Moment) -> list[Notice]:
    person = _known(at)
    chat_id = uow.chat.id if uow.chat is not None else None
    file = at.ids()
    uow.want(f"export:{person}:{at.key}", "export", {"customer": person, "conversation": chat_id, "file": file}, at.now)
    uow.record(note(Thing("customer", str(person)), "export_asked", at))
    if _can_be_told_later(uow.chat):
        return [Said(what="export_coming")]
    return [Said(what="export_there", values={"file": file})]


def _can_be_told_later(chat: Conversation | None) -> bool:
    """Whether something that nobody has just asked for is seen there."""
    return chat is None or chat.channel in WRITABLE


def _erase(uow: UnitOfWork, at: Moment) -> list[Notice]:
    person = _known(at)
    _check_erasable(uow, at)
    uow.flush()
    chat_id = uow.chat.id if uow.chat is not None else None
    paths = personal.erase(uow.session, person, chat_id)
    uow.customers.get(person).erased_at = at.now
    if uow.chat is not None:
        uow.chat.customer_id = None
    uow.want(f"forget:{person}", "forget", {"files": paths, "conversation": chat_id}, at.now)
    uow.record(note(Thing("customer", str(person)), "erased", at))
    return [Said(what="erased")]


def record_export(command: RecordExport, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The copy is there: its file can be fetched for a day, and the customer is told where they asked. Refuses a second one."""
    customer = uow.customers.get(command.customer)
    if customer.erased_at is not None:
        raise Refusal("erased_meanwhile")
    if uow.files.find(command.file, at.now) is not None:
        raise Refusal("exported_already")
    chat = uow.chats.get(command.conversation) if command.conversation is not None else None
    still_theirs = chat is not None and chat.customer_id == customer.id
    uow.add(
        StoredFile(
            id=command.file, kind="export", name=command.name, mime="application/zip", size=command.size, path=command.path,
            customer_id=customer.id, created_at=at.now, expires_at=at.now + HANDED_OUT_FOR,
        )
    )  # fmt: skip
    if still_theirs and not _can_be_told_later(chat):  # was told where it would be
        return []
    to = {"chat": chat.id} if chat is not None and still_theirs else {"to": customer.id}
    return [DataReady(file=command.file, media=Media(file=command.file), **to)]


def _known(at: Moment) -> int:
    if at.actor.person is None:
        raise Refusal("who_asks_for_data", choices=(PERSON,))
    return at.actor.person


def _check_erasable(uow: UnitOfWork, at: Moment) -> None:
    """Refuses while something is still to be delivered or sent back, or money is owed: none of it could be any more."""
    person = _known(at)
    active = uow.orders.active()
    if active:
        numbers = [order.number for order in active]
        cancel = Choice(label="choice.cancel_an_order", command="CancelOrder")
        raise Refusal("orders_under_way", numbers=numbers, choices=(cancel, PERSON))
    waiting = uow.returns.unfinished(person)
    if waiting:
        give_up = Choice(label="choice.cancel_a_return", command="CancelReturn")
        raise Refusal("returns_under_way", numbers=waiting, choices=(give_up, PERSON))
