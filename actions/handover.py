"""Handing a chat over to a person, and back to the bot."""

from __future__ import annotations

from actions.cases import give_back, heard, live_name, news, open_case
from actions.choices import Ask, Known, Talk
from actions.driving.dispatcher import answer_driver, is_drivers
from actions.reaching import HAS_THREADS, WRITABLE, ringing_channels
from domain.cases import RETURN_REVIEW, Case, CaseStatus
from domain.commands import AnswerChat, CloseChat, TakeBackChat, WriteCustomer
from domain.conversations import Conversation
from domain.dialogue import Frame
from domain.events import note
from domain.moment import Moment
from domain.notices import CaseDone, Choice, CustomerWritten, HandedOver, Notice, PersonSaid, Said
from domain.refusals import Refusal
from storage.unit_of_work import UnitOfWork

#: The kind of case in which staff wrote to a customer first.
WROTE = "wish.staff_wrote"
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
    case = _case_of(uow.chat, uow)
    uow.chat.give_back()
    return [Said(what="back_with_bot"), *([news("bot_back", case, uow, at)] if case is not None else [])]


def passed_on(words: str, photos: tuple[str, ...], uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What is written in a chat that a person answers in, for that person."""
    assert uow.chat is not None
    case = _case_of(uow.chat, uow)
    return heard(case, words, uow, at, photos) if case is not None else []


def _case_of(chat: Conversation, uow: UnitOfWork) -> Case | None:
    """The case a chat is handed over with."""
    return next(iter(uow.cases.of_ids([chat.handed_over_case])), None) if chat.handed_over_case is not None else None


def what_to_say(frame: Frame, talk: Talk) -> Known | Ask:
    """The words for a customer or driver."""
    return Known({}) if frame.slots.get("words") else Ask("words", "what_to_say")


def answer_chat(command: AnswerChat, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A person's answer, in the chat the case came from, or where its customer can be reached. Whoever answers first sees to
    the case; others hear who does. Refuses where nobody can be reached.
    """
    case = uow.cases.get(command.case)
    chat = _place_of(case, uow, at) if not is_drivers(case) else None
    person = at.actor.person if at.actor.is_staff else None
    if case.status in {CaseStatus.OPEN, CaseStatus.SNOOZED}:
        uow.record(case.own(person, at))
    _record_answer(case, uow, at)
    told = _told_of_answer(case, command.words, uow, at) if at.actor.is_staff else []
    if chat is None:
        return [*answer_driver(case, command.words, uow, at), *told]
    if chat.id == case.conversation_id and can_be_handed_over(chat):
        chat.hand_over(case.id or 0, at.now)  # what the customer says next is for the person
    by = uow.people.get(person) if person is not None else None
    first_name = by.name.split()[0] if by is not None else None
    return [PersonSaid(chat=chat.id, words=command.words, by=first_name), *told]


def _record_answer(case: Case, uow: UnitOfWork, at: Moment) -> None:
    """Write down an answer; the first one with how long it was waited for."""
    uow.flush()
    if uow.history.latest("case", [case.name], 1, [("answered", None)]):
        uow.record(note(case, "answered_again", at))
    else:
        waited = round((at.now - case.opened_at).total_seconds())
        uow.record(note(case, "answered", at, waited_seconds=waited))


def _told_of_answer(case: Case, words: str, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What whoever answered hears, and the others: what was said, where they cannot see it, and who sees to it."""
    person = at.actor.person
    owner = uow.people.get(case.owner_id) if case.owner_id not in {None, person} and case.owner_id is not None else None
    other = owner.name if owner is not None else None
    told: list[Notice] = [
        CaseDone(about=case.order_number, thread=live_name(case), what="answered", reference=case.name, other=other)
    ]
    if owner is not None:
        told.append(news("answered", case, uow, at, words=words, staff=owner.id))
    if uow.chat is None or uow.chat.channel not in HAS_THREADS:
        told.append(news("answered", case, uow, at, words=words))
    return told


def write_customer(command: WriteCustomer, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Write to the customer of an order on the channel that reaches them; what they say there next is for whoever wrote.
    Refuses where nothing reaches them.
    """
    order = uow.orders.get(command.order)
    customer = uow.customers.get(order.customer_id)
    chat = next(ringing_channels(customer, uow, at), None)
    if chat is None:
        raise Refusal("customer_unreachable", number=order.number)
    case = open_case(WROTE, order, uow, at)
    case.conversation_id = chat.id
    uow.flush()
    said = [
        each
        for each in answer_chat(AnswerChat(case=case.name, words=command.words), uow, at)
        if not isinstance(each, CaseDone)
    ]
    return [CustomerWritten(about=order.number, number=order.number, reference=case.name, channel=chat.channel), *said]


def close_chat(command: CloseChat, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The person is done: the case is settled, and the bot answers again, which the customer is told."""
    case = uow.cases.get(command.case)
    if case.is_open and case.kind != RETURN_REVIEW:  # a return waits until it is decided
        uow.record(case.resolve(at))
    done = (
        [CaseDone(about=case.order_number, thread=live_name(case), what="closed", reference=case.name)]
        if at.actor.is_staff
        else []
    )
    return [*done, *give_back(case, uow, at)]


def _place_of(case: Case, uow: UnitOfWork, at: Moment) -> Conversation:
    chat = uow.chats.get(case.conversation_id) if case.conversation_id is not None else None
    if chat is not None and chat.channel in WRITABLE and chat.dead_at is None:
        return chat
    customer = uow.customers.get(case.customer_id) if case.customer_id is not None else None
    other = next(ringing_channels(customer, uow, at), None) if customer is not None else None
    if other is None:
        raise Refusal("nowhere_to_answer", case=case.name)
    return other
