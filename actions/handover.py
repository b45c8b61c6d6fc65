"""Handing a chat over to a person, and back to the bot."""

from __future__ import annotations

from actions.driving.dispatcher import answer_driver, is_drivers
from actions.reaching import WRITABLE, ringing_channels
from domain.cases import Case, CaseStatus
from domain.commands import AnswerChat, CloseChat, TakeBackChat
from domain.conversations import Conversation
from domain.events import note
from domain.moment import Moment
from domain.notices import Choice, HandedBack, HandedOver, Notice, PersonSaid, Said
from domain.refusals import Refusal
from storage.unit_of_work import UnitOfWork

BACK = Choice(label="choice.back_to_bot", command="TakeBackChat")


def hand_over(case: Case, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A person answers in this chat from now on; says when, as office hours have it."""
    assert uow.chat is not None
    uow.chat.hand_over(case.id or 0, at.now)
    opens = at.policies.office.opens(at.now, at.policies.zone)
    return [
        HandedOver(reference=case.name, open_now=opens == at.now, opens=opens, choices=(BACK,)),
    ]


def can_be_handed_over(chat: Conversation | None) -> bool:
    """Whether a person can answer there."""
    return chat is not None and chat.channel in WRITABLE


def take_back_chat(command: TakeBackChat, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The customer wants the bot again; the case stays with the person."""
    if uow.chat is None:
        raise Refusal("only_in_chat")
    uow.chat.give_back()
    return [Said(what="back_with_bot")]


def answer_chat(command: AnswerChat, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A person's answer, in the chat the case came from, or where its customer can be reached. Refuses where neither is."""
    case = uow.cases.get(command.case)
    chat = _place_of(case, uow, at) if not is_drivers(case) else None
    if case.is_open and case.status == CaseStatus.OPEN:
        uow.record(case.own(at.actor.role.value, at))
    waited = round((at.now - case.opened_at).total_seconds())
    uow.record(note(case, "answered", at, waited_seconds=waited))
    if chat is None:
        return answer_driver(case, command.words, uow, at)
    if chat.id == case.conversation_id and can_be_handed_over(chat):
        chat.hand_over(case.id or 0, at.now)  # what the customer says next is for the person
    return [PersonSaid(chat=chat.id, words=command.words)]


def close_chat(command: CloseChat, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The person is done: the case is settled, and the bot answers again, which the customer is told."""
    case = uow.cases.get(command.case)
    if case.is_open:
        uow.record(case.resolve(at))
    chat = uow.chats.get(case.conversation_id) if case.conversation_id is not None else None
    if chat is None or chat.handed_over_case != case.id:
        return []
    was_there = chat.is_with_person(at.now)
    chat.give_back()
    return [HandedBack(chat=chat.id)] if was_there else []


def _place_of(case: Case, uow: UnitOfWork, at: Moment) -> Conversation:
    chat = uow.chats.get(case.conversation_id) if case.conversation_id is not None else None
    if chat is not None and chat.channel in WRITABLE and chat.dead_at is None:
        return chat
    customer = uow.customers.get(case.customer_id) if case.customer_id is not None else None
    other = next(ringing_channels(customer, uow, at), None) if customer is not None else None
    if other is None:
        raise Refusal("nowhere_to_answer", case=case.name)
    return other
