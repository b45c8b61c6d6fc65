"""What conversations in Slack are called: who talks where. Pure.

``U…`` is the talk between somebody and the bot alone; ``C…`` a room, in which staff are told things; ``C…/U…`` somebody's
talk with the bot within a room, and ``C…/U…/ts`` within a thread of it (``U…/U…/ts`` where that is in their talk alone).
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Address:
    """``place`` is a channel, or the user who is talked with alone; ``thread`` the ts of the message a thread is under."""

    place: str
    person: str | None = None
    thread: str | None = None

    @classmethod
    def parse(cls, text: str) -> Address:
        """Reads what `str` has written."""
        place, _, rest = text.partition("/")
        person, _, thread = rest.partition("/")
        return cls(place, person or None, thread or None)

    @classmethod
    def of(cls, channel: str, user: str, thread: str | None = None) -> Address:
        """Where ``user`` talks, when they do it in ``channel``; a direct message is named after them."""
        place = user if channel.startswith("D") else channel
        if place == user and thread is None:
            return cls(user)
        return cls(place, user, thread)

    def __str__(self) -> str:
        return "/".join(part for part in (self.place, self.person, self.thread) if part)

    @property
    def is_shared(self) -> bool:
        """Whether others can read what is said there."""
        return self.place[:1] not in {"U", "W"}

    @property
    def room(self) -> Address:
        """The place itself, whoever talks there."""
        return Address(self.place)


def message_id(channel: str, ts: str) -> str:
    """What a message is called throughout the workspace."""
    return f"{channel}:{ts}"


def split_id(name: str) -> tuple[str, str]:
    """The channel and ts of a message; empty where it is no such name."""
    channel, _, ts = name.partition(":")
    return channel, ts


def is_slacks(url: str, api: str) -> bool:
    """Whether an address is one of Slack's own, or of the Web API of the settings: nothing is sent anywhere else."""
    where, ours = urlsplit(url), urlsplit(api)
    if (where.scheme, where.netloc) == (ours.scheme, ours.netloc):
        return True
    host = where.hostname or ""
    return where.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com"))
