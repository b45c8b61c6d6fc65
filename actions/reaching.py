"""Where somebody can be told what they did not just ask for."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from zoneinfo import ZoneInfo

from domain.conversations import Conversation
from domain.customers import Customer, Reach
from domain.moment import Moment
from domain.notices import Notice
from domain.returns import RETURNS
from storage.unit_of_work import UnitOfWork

#: Channels whose replies are read by whoever spoke, in the answer or from the page; nothing is sent to them.
READ_BY_SPEAKER = frozenset({"rest", "web", "terminal", "rasa"})
#: Channels whose messages can be changed after they were sent.
EDITABLE = frozenset({"telegram", "slack"})
#: Channels that show a card as it stands now, wherever in the chat it is.
SHOWS_CHANGES = EDITABLE | {"web"}
#: Channels that can show a form.
SHOWS_FORMS = frozenset({"slack", "web"})
#: Channels in which all about one thing is said under the message that shows it.
HAS_THREADS = frozenset({"slack"})
#: Chats in which something can be said that is no answer, so that a person can talk there.
WRITABLE = frozenset({"web", "telegram", "sms"})


def is_aside(chat: Conversation) -> bool:
    """Whether it is somebody's talk with the bot within a room that others share (room/person), where nothing else is told."""
    return chat.channel == "slack" and "/" in chat.address


def places(customer: Customer, uow: UnitOfWork, at: Moment, *, dead: Collection[int] = ()) -> list[Conversation]:
    """The customer's chat page, if they have one, and the one channel that rings: theirs by choice, else Telegram,
    e-mail, SMS, the first where anything arrives. Nothing for who wants no messages.
    """
    if customer.messages_off or customer.erased_at is not None:
        return []
    chats = uow.chats.of_customer(customer.id or 0)
    page = next((chat for chat in chats if chat.channel == "web" and not chat.messages_off), None)
    ringing = next(ringing_channels(customer, uow, at, dead=dead), None)
    return [chat for chat in (ringing, page) if chat is not None]


def ringing_channels(
    customer: Customer, uow: UnitOfWork, at: Moment, *, dead: Collection[int] = ()
) -> Iterator[Conversation]:
    """The customer's channels that ring, in the order to try them; without those in ``dead``."""
    chats = uow.chats.of_customer(customer.id or 0)
    for channel in sorted(
        at.policies.channels, key=lambda each: (each != customer.reach, list(Reach).index(Reach(each)))
    ):
        chat = next((each for each in chats if each.channel == channel), None)
        if chat is None and channel != Reach.TELEGRAM:
            chat = address_book(customer, channel, uow, at)
        if chat is not None and chat.dead_at is None and not chat.messages_off and chat.id not in dead:
            yield chat


def address_book(customer: Customer, channel: str, uow: UnitOfWork, at: Moment) -> Conversation | None:
    """The customer's e-mail address or number as a place to write to, begun when it was never used."""
    address = customer.email if channel == Reach.EMAIL else customer.phone
    if not address:
        return None
    conversation_id = uow.chats.find_or_add(channel, address, at.now, customer.language)
    chat = uow.chats.get(conversation_id)
    if chat is not None and chat.customer_id != customer.id:
        # a household's number: whoever is told there now is who a reply comes from
        chat.bind(customer.id or 0)
        uow.flush()
    return chat


def told_in(notice: Notice, chat: Conversation | None, uow: UnitOfWork, at: Moment) -> ZoneInfo:
    """The zone whose clock a notice speaks of: of the order it is about, or of the depot a driver drives for."""
    driver_id = notice.driver or (chat.driver_id if chat is not None else None)
    driver = uow.driving.driver(driver_id) if notice.about is None and driver_id is not None else None
    return zone_of(notice.about, uow, at) if driver is None else uow.depots.get(driver.depot_id).tz


def zone_of(number: str | None, uow: UnitOfWork, at: Moment) -> ZoneInfo:
    """The zone of the place an order goes to, or a return comes from: its depot's, else the business's."""
    if number is None:
        return at.policies.zone
    found = uow.returns.find(number) if number.startswith(RETURNS) else uow.orders.find(number)
    return uow.depots.get(found.depot_id).tz if found is not None and found.depot_id else at.policies.zone
