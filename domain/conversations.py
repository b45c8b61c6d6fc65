"""Conversations: one chat on one channel, whose it is, and what it may see."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from domain.columns import Json, UtcDateTime
from domain.customers import Reach
from domain.dialogue import Dialogue
from domain.moment import STAFF, Actor, Role
from domain.refusals import Refusal
from domain.staff import Staff

#: So many wrong second facts lock a chat, and the order they were tried on.
MAX_FAILURES = 5
CHAT_LOCK = timedelta(hours=1)
ORDER_LOCK = timedelta(minutes=15)
#: An order opened by a second fact stays open in a chat this long.
OPEN_FOR = timedelta(hours=24)
#: The bot stays quiet in a chat that a person has taken over this long.
HANDED_OVER_FOR = timedelta(hours=12)
#: Said like this, no message that was not asked for ever comes again, whatever else is going on.
ALWAYS_STOPS = frozenset({"/stop", "unsubscribe", "stopall"})
#: A tracking link dies this long after the order was delivered or cancelled.
TRACKING_FOR = timedelta(days=14)
#: A signed identity counts this long after the last message that carried it.
IDENTITY_FOR = timedelta(hours=1)


class LanguageBy(StrEnum):
    """What made a conversation's language: the channel's code for it, what was written, or a wish."""

    CHANNEL = "channel"
    WRITTEN = "written"
    WISH = "wish"


class Conversation(SQLModel, table=True):
    """A chat, or another way to reach somebody. ``address`` is its name on the channel.

    ``opened`` are the orders its second facts opened, until when. ``dead_at`` says since when nothing arrives there.
    With ``learning_off`` nothing that is written here is kept to learn from.
    While ``handed_over_until`` lies ahead a person answers here, filed as ``handed_over_case``, and the bot is quiet.
    A chat that is bound to a driver is the driver's (``role``, ``driver_id``), and no customer's; one of the people of the
    business is theirs (``role``, ``staff_id``). A room in which staff are told things, and nobody talks, has a ``desk``:
    the code of its depot, or that of all of them.
    """

    __table_args__ = (UniqueConstraint("channel", "address"),)

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    address: str
    role: str = Role.CUSTOMER
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    driver_id: int | None = Field(default=None, foreign_key="driver.id", index=True)
    staff_id: int | None = Field(default=None, foreign_key="staff.id", index=True)
    desk: str | None = Field(default=None, index=True)
    bound_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    language: str | None = None
    language_by: str = LanguageBy.CHANNEL
    messages_off: bool = False
    learning_off: bool = False
    dead_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    handed_over_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    handed_over_case: int | None = None
    opened: dict[str, str] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    failures: int = 0
    failed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    locked_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    dialogue: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def proves_speaker(self) -> bool:
        """Whether who writes here is who it belongs to; the sender of an e-mail or SMS can be anything."""
        return self.channel not in {Reach.EMAIL, Reach.SMS}

    @property
    def is_staff(self) -> bool:
        """Whether somebody of the business talks here."""
        return self.role in STAFF

    def actor(self, now: datetime) -> Actor:
        """Who speaks here, with the orders that are open to them now; a stranger where anybody can use any name."""
        if not self.proves_speaker:
            return Actor(Role(self.role))
        if self.role == Role.DRIVER:
            return Actor(Role.DRIVER, self.driver_id)
        if self.is_staff:
            return Actor(Role(self.role), self.staff_id)
        opened = frozenset(number for number, until in self.opened.items() if datetime.fromisoformat(until) > now)
        bound = self.bound_until is None or self.bound_until > now
        return Actor(Role(self.role), self.customer_id if bound else None, opened)

    def remembered(self, now: datetime) -> Dialogue:
        """What was talked about, unless that is too long ago."""
        return Dialogue.model_validate(self.dialogue).at(now) if self.dialogue else Dialogue(touched=now)

    def remember(self, dialogue: Dialogue) -> None:
        """Keep what is talked about."""
        self.dialogue = dialogue.model_dump(mode="json", exclude_defaults=True)

    def hear_in(self, language: str, *, in_passing: bool) -> None:
        """Go on in the language somebody writes, unless they wished for one; what is said ``in_passing``, a word or two,
        changes none that they wrote before.
        """
        if self.language_by == LanguageBy.WISH or (in_passing and self.language_by == LanguageBy.WRITTEN):
            return
        self.language, self.language_by = language, LanguageBy.WRITTEN

    def speak(self, language: str) -> None:
        """Speak that language from now on, whatever is written, until another one is wished for."""
        self.language, self.language_by = language, LanguageBy.WISH

    def open(self, order: str, now: datetime) -> None:
        """The second fact was right: this chat may see that order."""
        still = {number: until for number, until in self.opened.items() if datetime.fromisoformat(until) > now}
        self.opened = {**still, order: (now + OPEN_FOR).isoformat()}

    def bind(self, customer_id: int, until: datetime | None = None) -> None:
        """This chat belongs to that customer from now on, or until a moment; what was talked about is forgotten."""
        if self.customer_id != customer_id:
            self.dialogue, self.opened = {}, {}
            self.failures, self.locked_until = 0, None
            if self.customer_id is not None:
                self._hear_anew()
        self.customer_id, self.bound_until = customer_id, until

    def bind_driver(self, driver_id: int) -> None:
        """This chat belongs to that driver from now on, and to no customer; what was talked about is forgotten."""
        if self.driver_id != driver_id:
            self.dialogue, self.opened = {}, {}
            self.failures, self.locked_until = 0, None
            self.give_back()
            if self.driver_id is not None or self.customer_id is not None:
                self._hear_anew()
        self.role, self.driver_id = Role.DRIVER, driver_id
        self.customer_id = self.bound_until = None

    def bind_staff(self, staff: Staff) -> None:
        """Who talks here is that person, with the role they have now. Who has left is a stranger, in what stays their chat."""
        if self.staff_id != staff.id or not staff.active:
            self.dialogue, self.opened = {}, {}
        self.role = staff.role if staff.active else Role.CUSTOMER
        self.staff_id = staff.id
        self.customer_id = self.driver_id = self.bound_until = None

    def release_driver(self) -> None:
        """The driver talks elsewhere now; whoever writes here is a stranger."""
        self.role, self.driver_id = Role.CUSTOMER, None
        self.dialogue, self.opened = {}, {}
        self._hear_anew()

    def _hear_anew(self) -> None:
        """Somebody else writes here: the language that was wished for is not theirs."""
        self.language_by = LanguageBy.CHANNEL

    def is_with_person(self, now: datetime) -> bool:
        """Whether a person answers here now."""
        return self.handed_over_until is not None and self.handed_over_until > now

    def hand_over(self, case_id: int, now: datetime) -> None:
        """A person answers here from now on, until they give it back or HANDED_OVER_FOR has passed."""
        self.handed_over_case, self.handed_over_until = case_id, now + HANDED_OVER_FOR

    def give_back(self) -> None:
        """The bot answers here again."""
        self.handed_over_case = self.handed_over_until = None

    def check_unlocked(self, now: datetime) -> None:
        """Refuses while too many wrong facts keep the chat locked."""
        if self.locked_until is not None and self.locked_until > now:
            raise Refusal("chat_locked", until=self.locked_until)

    def count_failure(self, now: datetime) -> None:
        """One wrong fact more; the fifth within an hour locks the chat."""
        recent = self.failed_at is not None and now - self.failed_at <= CHAT_LOCK
        self.failures = self.failures + 1 if recent else 1
        self.failed_at = now
        if self.failures >= MAX_FAILURES:
            self.locked_until, self.failures = now + CHAT_LOCK, 0


class OrderProof(SQLModel, table=True):
    """Wrong facts given for an order number, whether or not there is such an order."""

    __tablename__ = "order_proof"

    number: str = Field(primary_key=True)
    failures: int = 0
    failed_at: datetime = Field(sa_type=UtcDateTime)
    locked_until: datetime | None = Field(default=None, sa_type=UtcDateTime)

    def check_unlocked(self, now: datetime) -> None:
        """Refuses while too many wrong facts keep the order locked for chats that proved nothing."""
        if self.locked_until is not None and self.locked_until > now:
            raise Refusal("order_locked", until=self.locked_until)

    def count_failure(self, now: datetime) -> None:
        """One wrong fact more; the fifth within the lock's length locks the order."""
        self.failures = self.failures + 1 if now - self.failed_at <= ORDER_LOCK else 1
        self.failed_at = now
        if self.failures >= MAX_FAILURES:
            self.locked_until, self.failures = now + ORDER_LOCK, 0


class DeepLink(SQLModel, table=True):
    """A link that binds a chat to a customer; its id is the secret."""

    __tablename__ = "deep_link"

    id: str = Field(primary_key=True)
    customer_id: int = Field(foreign_key="customer.id", index=True)
    order_number: str | None = None
    expires_at: datetime = Field(sa_type=UtcDateTime)


class TrackingLink(SQLModel, table=True):
    """The link to the page of one order; its token is the secret, and opens that order in a chat as well."""

    __tablename__ = "tracking_link"

    token: str = Field(primary_key=True)
    order_number: str = Field(foreign_key="orders.number", unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Button(SQLModel, table=True):
    """A button shown in a conversation; its id is what comes back. ``question`` is the one it answers, if it answers one."""

    id: str = Field(primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id", index=True)
    question: str | None = None
    choice: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
