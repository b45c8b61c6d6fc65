"""Notices of the talk itself."""

from __future__ import annotations

from datetime import datetime

from domain.notices.base import Notice


class PersonWillHelp(Notice):
    """A person takes over this wish; ``reference`` is what it is filed under."""

    text = "person.will_help"

    topic: str
    reference: str
    already: bool = False


class LanguageChosen(Notice):
    """That language is spoken from now on."""

    text = "said.language_chosen"

    language: str


class ChatBound(Notice):
    """The chat now belongs to a known customer."""

    text = "chat.bound"

    first_name: str


class HandedOver(Notice):
    """A person answers here from now on; ``opens`` says when, where it is not now; None where nobody knows."""

    text = "person.handed_over"

    reference: str
    open_now: bool
    opens: datetime | None = None


class PersonSaid(Notice):
    """What a person of the business says to a customer; ``by`` is their first name."""

    text = "person.said"

    words: str
    by: str | None = None


class HandedBack(Notice):
    """The person is done; the bot answers again."""

    text = "person.handed_back"
