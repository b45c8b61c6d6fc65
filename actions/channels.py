"""Channels that die and come back, and what happens to what was waiting there."""

from __future__ import annotations

from actions.reaching import ringing_channels
from domain.commands import LoseChannel, RegainChannel
from domain.conversations import Conversation
from domain.events import Thing, note
from domain.moment import Moment
from domain.notices import Notice, PersonSaid
from storage import outbox
from storage.unit_of_work import UnitOfWork


def lose_channel(command: LoseChannel, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Nothing arrives there any more: replies are given up; the rest, and what a person wrote, goes to the customer's next
    channel.
    """
    chat = uow.chats.get(command.conversation)
    if chat is None:
        return []
    chat.dead_at = at.now
    uow.record(note(Thing("chat", str(chat.id)), "lost", at, channel=chat.channel))
    uow.flush()
    customer = uow.customers.get(chat.customer_id) if chat.customer_id is not None else None
    wanted = customer is not None and not customer.messages_off
    others = ringing_channels(customer, uow, at, dead={chat.id or 0}) if customer is not None and wanted else iter(())
    following = next(others, None)
    if following is not None:
        outbox.move(uow.session, chat.id or 0, following.id or 0, kinds=[PersonSaid.__name__])
    outbox.give_up(uow.session, chat.id or 0, at.now, command.why)
    return []


def silence(chat: Conversation, customer_id: int | None, uow: UnitOfWork, at: Moment) -> None:
    """Nothing that was not asked for comes to this chat any more, nor to its customer anywhere; what waits is dropped."""
    chat.messages_off = True
    uow.record(note(Thing("chat", str(chat.id)), "silenced", at, channel=chat.channel))
    chats = [chat]
    if customer_id is not None:
        uow.customers.get(customer_id).messages_off = True
        chats += uow.chats.of_customer(customer_id)
    outbox.drop_proactive(uow.session, sorted({each.id or 0 for each in chats}), at.now, "messages were turned off")


def end_silence(chat: Conversation, customer_id: int | None, uow: UnitOfWork, at: Moment) -> None:
    """Messages come again, on whichever of the customer's channels is next."""
    chats = [chat]
    if customer_id is not None:
        uow.customers.get(customer_id).messages_off = False
        chats += uow.chats.of_customer(customer_id)
    for each in chats:
        each.messages_off = False
    uow.record(note(Thing("chat", str(chat.id)), "unsilenced", at, channel=chat.channel))


def regain_channel(command: RegainChannel, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """It can be written to again."""
    chat = uow.chats.get(command.conversation)
    if chat is not None:
        revive(chat, uow, at)
    return []


def revive(chat: Conversation, uow: UnitOfWork, at: Moment) -> None:
    """Who speaks in a chat, or says that it is there again, can be written to."""
    if chat.dead_at is not None:
        chat.dead_at = None
        uow.record(note(Thing("chat", str(chat.id)), "regained", at, channel=chat.channel))
