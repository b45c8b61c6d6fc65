"""Talk: greetings, help, messages on and off, wishes for a person, links."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from domain.commands.base import CaseReference, Command, OrderNumber, Slot, Words


class Greet(Command):
    """Hello."""


class SayGoodbye(Command):
    """Goodbye."""


class Thank(Command):
    """Thanks."""


class Acknowledge(Command):
    """Yes or no, with nothing to confirm."""


class Help(Command):
    """What can you do?"""


class AskIfNobodyIn(Command):
    """What becomes of a delivery when nobody is in?"""


class StopMessages(Command):
    """No more messages that were not asked for; ``conversation`` is where they came, when it is not said there."""

    conversation: int | None = None


class StartMessages(Command):
    """Messages without asking again; ``conversation`` as in `StopMessages`."""

    conversation: int | None = None


class ChooseLanguage(Command):
    """Speak that language from now on, whatever is written."""

    language: Annotated[str, Slot(reader="language"), StringConstraints(max_length=20)]


class AskPerson(Command):
    """Pass a wish to a person: what it is about, and the customer's own words."""

    topic: str
    order: OrderNumber | None = None
    words: Words = ""


class AskBack(Command):
    """Which of the ``readings`` of a message is meant: each an intent with its command, slots and further values (more), as
    `domain.dialogue.Frame` has them. ``wish`` is its place, from 0, or -1 for neither.
    """

    readings: Annotated[tuple[dict[str, Any], ...], Field(max_length=2)]
    wish: Annotated[int, Field(ge=-1, le=1)]


class BindChat(Command):
    """Bind the chat to the customer of a deep link."""

    link: Annotated[str, Slot("link"), StringConstraints(pattern=r"^[A-Za-z0-9_-]{22}$")]


class Unreadable(Command):
    """Something came that we cannot read: a voice message, a sticker, a group that talks to us."""

    kind: Annotated[str, Slot("kind"), StringConstraints(pattern=r"^[a-z_]{1,20}$")] = "other"


class TakeBackChat(Command):
    """The customer wants the bot again instead of a person."""


class AnswerChat(Command):
    """A person answers a customer, by the reference of what they asked."""

    case: CaseReference
    words: Annotated[
        str, Slot(answer="words"), StringConstraints(min_length=1, max_length=10_000, strip_whitespace=True)
    ]


class CloseChat(Command):
    """A person is done with a customer; the bot answers again."""

    case: CaseReference
