"""Small talk, help, messages on and off, and wishes passed to a person."""

from __future__ import annotations

from actions import channels, told, tracking
from actions.cases import begin, heard
from actions.desk import talk as desk_talk
from actions.driving import joining, smalltalk
from actions.driving.joining import is_driver
from actions.handover import can_be_handed_over, hand_over
from actions.returns import tracking as returns_tracking
from domain.cases import Case
from domain.commands import (
    Acknowledge,
    AskIfNobodyIn,
    AskPerson,
    BindChat,
    Greet,
    Help,
    SayGoodbye,
    StartMessages,
    StopMessages,
    Thank,
    Unreadable,
)
from domain.conversations import Conversation
from domain.moment import Moment, Role
from domain.notices import ChatBound, Choice, Notice, PersonWillHelp, Said
from domain.refusals import NotFound, Refusal
from storage.unit_of_work import UnitOfWork

#: What can be asked without knowing anything: the first buttons of a talk.
MENU = (
    Choice(label="choice.track", command="TrackOrder"),
    Choice(label="choice.reschedule_any", command="RescheduleOrder"),
    Choice(label="choice.problem", command="ReportProblem"),
    Choice(label="choice.send_back", command="StartReturn"),
    Choice(label="choice.promise", command="AskPromise"),
)
#: The way to somebody.
PERSON = Choice(label="choice.person", command="AskPerson", slots={"topic": "talk_to_human"})


def _worker_is_told(what: str, uow: UnitOfWork, at: Moment) -> list[Notice] | None:
    """What a driver or somebody of the business is told instead; None for customers."""
    if is_driver(at):
        return smalltalk.says(what, uow, at)
    return desk_talk.says(what, uow, at) if at.actor.is_staff else None


def greet(command: Greet, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Hello, with what can be done."""
    if (told := _worker_is_told("greeting", uow, at)) is not None:
        return told
    name = uow.customers.get(at.actor.person).first_name if at.actor.person is not None else None
    return [Said(what="greeting", values={"first_name": name}, choices=MENU)]


def say_goodbye(command: SayGoodbye, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Goodbye."""
    return _worker_is_told("goodbye", uow, at) or [Said(what="goodbye")]


def thank(command: Thank, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """You are welcome."""
    return _worker_is_told("welcome", uow, at) or [Said(what="welcome")]


def acknowledge(command: Acknowledge, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Yes or no with nothing to say it to."""
    return _worker_is_told("nothing_pending", uow, at) or [Said(what="nothing_pending", choices=MENU)]


def unreadable(command: Unreadable, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What came cannot be read; what can be done instead."""
    if is_driver(at):
        return smalltalk.unreadable(command.kind, uow, at)
    if at.actor.is_staff:
        return desk_talk.unreadable(command.kind, uow, at)
    choices = MENU if command.kind != "group" else ()
    return [Said(what="unreadable", values={"kind": command.kind}, choices=choices)]


def help_(command: Help, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What this role can ask for."""
    return _worker_is_told("help", uow, at) or [Said(what="help_customer", choices=MENU)]


def ask_if_nobody_in(command: AskIfNobodyIn, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What becomes of a delivery when nobody is in, and what can be done about it before."""
    tell = Choice(label="choice.instructions", command="InstructDelivery")
    move = Choice(label="choice.reschedule", command="RescheduleOrder")
    return [Said(what="nobody_in", choices=(tell, move))]


def stop_messages(command: StopMessages, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """No more messages that were not asked for, on any channel; those that wait are dropped."""
    return _messages(_talked_of(command.conversation, uow, at), off=True, uow=uow, at=at)


def start_messages(command: StartMessages, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Messages again; where they were on already, a first greeting with what can be asked."""
    if is_driver(at):
        return smalltalk.says("greeting", uow, at)
    chat = _talked_of(command.conversation, uow, at)
    customer = uow.customers.get(at.actor.person) if at.actor.person is not None else None
    if uow.chat is not None and not chat.messages_off and not (customer is not None and customer.messages_off):
        name = customer.first_name if customer is not None else None
        return [Said(what="welcome_first", values={"first_name": name}, choices=MENU)]
    return _messages(chat, off=False, uow=uow, at=at)


def ask_person(command: AskPerson, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """File a wish for a person; saying it again adds to the same case."""
    chat = uow.chat
    topic, words = command.topic, command.words
    case = uow.cases.wish(chat.id or 0, topic) if chat is not None else None
    person_comes = topic == "talk_to_human" and can_be_handed_over(chat)
    if case is not None:
        passed_on = heard(case, words, uow, at)
        if person_comes:
            return [*hand_over(case, uow, at), *passed_on]
        return [PersonWillHelp(topic=topic, reference=case.name, already=True), *passed_on]
    order = uow.orders.find(command.order) if command.order else None
    case = Case(
        kind=f"wish.{topic}",
        order_number=order.number if order is not None and order.seen_by(uow.actor) else None,
        customer_id=at.actor.person if at.actor.role == Role.CUSTOMER else None,
        conversation_id=chat.id if chat is not None else None,
        opened_at=at.now,
        detail={"words": [words], **({"order_said": command.order} if command.order else {})},
    )
    begin(case, uow, at)
    return hand_over(case, uow, at) if person_comes else [PersonWillHelp(topic=topic, reference=case.name)]


def bind_chat(command: BindChat, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The chat belongs to the customer of the link, or the driver of the code. Refuses what is unknown, used or too old."""
    chat = _chat(uow)
    joined = joining.join(command, chat, uow, at)
    if joined is not None:
        return joined
    if is_driver(at):  # what opens a customer's chat opens nothing here
        raise NotFound("link_dead")
    link = uow.chats.link(command.link)
    if link is None:
        return _open_tracked(command.link, chat, uow, at)
    if link.expires_at < at.now:
        raise NotFound("link_dead")
    if chat.customer_id not in {None, link.customer_id}:
        raise Refusal("chat_is_anothers")
    chat.bind(link.customer_id)
    uow.become(chat.actor(at.now))
    return [ChatBound(first_name=uow.customers.get(link.customer_id).first_name, choices=MENU)]


def _open_tracked(token: str, chat: Conversation, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The link of an order's page, or a return's, opens that in the chat, and nothing else. Refuses a dead or unknown one."""
    if uow.returns.by_token(token) is not None:
        made = returns_tracking.return_of(token, uow, at)
        chat.open(made.number, at.now)
        uow.become(chat.actor(at.now))
        return [returns_tracking.tracked(made, uow, at)]
    order = tracking.order_of(token, uow, at.now)
    chat.open(order.number, at.now)
    uow.become(chat.actor(at.now))
    return [told.tracked(order, uow)]


def _messages(chat: Conversation, *, off: bool, uow: UnitOfWork, at: Moment) -> list[Notice]:
    owner = at.actor.person if chat.proves_speaker else chat.customer_id  # a STOP needs no proof of who says it
    (channels.silence if off else channels.end_silence)(chat, owner, uow, at)
    return [Said(what="messages_off" if off else "messages_on")]


def _talked_of(conversation_id: int | None, uow: UnitOfWork, at: Moment) -> Conversation:
    """The chat it is said in, or the actor's conversation of that id."""
    if uow.chat is not None:
        return uow.chat
    chat = uow.chats.get(conversation_id) if conversation_id is not None else None
    if chat is None or chat.customer_id != at.actor.person:
        raise Refusal("only_in_chat")
    return chat


def _chat(uow: UnitOfWork) -> Conversation:
    if uow.chat is None:
        raise Refusal("only_in_chat")
    return uow.chat
