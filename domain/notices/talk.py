"""Notices of the talk itself."""

from __future__ import annotations

from domain.notices.base import Notice


class PersonWillHelp(Notice):
    """A person takes over this wish; ``reference`` is what it is filed under."""

    text = "person.will_help"

    topic: str
    reference: str
    already: bool = False


class ChatBound(Notice):
    """The chat now belongs to a known customer."""

    text = "chat.bound"

    first_name: str
