"""Letters: notices in words on their way, what carries them, and what may keep them from arriving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from storage.outbox import OutboxRow


class Later(Exception):
    """Not now: try this recipient again after so many seconds. ``counted`` tries make a row dead in the end."""

    def __init__(self, seconds: float, why: str, *, counted: bool = True) -> None:
        super().__init__(why)
        self.seconds, self.counted = seconds, counted


class Rejected(Exception):
    """This message can never be sent; the next one may."""


class Gone(Exception):
    """Nothing arrives at this recipient any more."""


class NotThere(Exception):
    """What was to be edited cannot be: the message is gone, too old, or no mere text."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where to: a conversation and what is known of it."""

    conversation_id: int
    channel: str
    address: str
    language: str | None
    customer_id: int | None


@dataclass(frozen=True, slots=True)
class Letter:
    """One notice in words, on its way. ``buttons`` are titles with what pressing them says.

    ``thread`` is what the channel calls the message under which it is said.
    """

    to: Recipient
    row: OutboxRow
    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    media: Mapping[str, Any] = field(default_factory=dict)
    thread: str | None = None


class Carrier(Protocol):
    """Carries letters of one channel."""

    async def ready(self, address: str, priority: int) -> None:
        """Return when the channel's limits allow the next message to this address; lower priorities go first."""
        ...

    async def carry(self, letter: Letter) -> str | None:
        """Send it; what the channel calls the message. Raises Later, Rejected or Gone."""
        ...


@runtime_checkable
class Editing(Protocol):
    """A carrier whose messages can be changed after they were sent."""

    async def edit(self, letter: Letter, name: str) -> None:
        """Show a letter in place of the message the channel calls ``name``. Raises NotThere, Later, Rejected or Gone."""
        ...


@runtime_checkable
class Threading(Protocol):
    """A carrier that can say something under another message."""

    def roots(self, address: str) -> Sequence[str]:
        """The addresses to which that message may have been sent, for what is said at this one."""
        ...
