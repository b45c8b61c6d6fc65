"""Channels that die and come back, and what happens to what was waiting there."""

from __future__ import annotations

from actions.reaching import ringing_channels
from domain.commands import LoseChannel, RegainChannel
from domain.events import Thing, note
from domain.moment import Moment
from domain.notices import Notice
from storage import outbox
from storage.unit_of_work import UnitOfWork


def lose_channel(command: LoseChannel, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Nothing arrives there any more: replies are given up, the rest goes to the customer's next channel."""
    chat = uow.chats.get(command.conversation)
    if chat is None:
        return []
    chat.dead_at = at.now
    uow.record(note(Thing("chat", str(chat.id)), "lost", at, channel=chat.channel))
    uow.flush()
    customer = uow.customers.get(chat.customer_id) if chat.customer_id is not None else None
    wanted = customer is not None and not customer.messages_off
    others = ringing_channels(customer, uow, at, dead={chat.id or 0}) if customer is not None and wanted else []
    if others:
        outbox.move_proactive(uow.session, chat.id or 0, others[0].id or 0)
    outbox.give_up(uow.session, chat.id or 0, at.now, command.why)
    return []


def regain_channel(command: RegainChannel, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """It can be written to again."""
    chat = uow.chats.get(command.conversation)
    if chat is not None and chat.dead_at is not None:
        chat.dead_at = None
        uow.record(note(Thing("chat", str(chat.id)), "regained", at, channel=chat.channel))
    return []
