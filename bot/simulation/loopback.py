"""The edge of the simulated world: a channel whose chats are in this process. Everything before it is the real program."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.clock import now
from bot.outgoing import Letter


@dataclass(frozen=True, slots=True)
class Heard:
    """A letter as it arrived, or was edited, in a chat. ``buttons`` are labels with what pressing them says."""

    at: datetime
    name: str
    text: str
    buttons: tuple[tuple[str, str], ...]
    facts: dict[str, object] = field(default_factory=dict)
    about: str | None = None
    message_id: str = ""
    edited: bool = False
    row_id: int = 0

    def button(self, label: str, nth: int = 0) -> str | None:
        """What pressing the ``nth`` button of that label says; None where there is none."""
        found = [says for name, says in self.buttons if name == label]
        return found[nth] if nth < len(found) else None


class Loopback:
    """Implements `bot.outgoing.Carrier` for chats of this process; each hears its letters at once and in order."""

    def __init__(self, muted: Callable[[Letter], bool] = lambda letter: False) -> None:
        """Letters that are ``muted`` get lost on the way; nobody hears of it."""
        self._muted = muted
        self._chats: dict[str, list[Heard]] = defaultdict(list)
        self._count = 0
        self.sent: list[tuple[str, Heard]] = []

    async def ready(self, address: str, priority: int) -> None:
        """There are no limits."""

    async def carry(self, letter: Letter) -> str | None:
        """Put the letter into the chat; the number it has there."""
        self._count += 1
        self._put(letter, str(self._count), edited=False)
        return str(self._count)

    async def edit(self, letter: Letter, name: str) -> None:
        """Show the letter in place of a message of the chat."""
        self._put(letter, name, edited=True)

    def _put(self, letter: Letter, message_id: str, *, edited: bool) -> None:
        if self._muted(letter):
            return
        row = letter.row
        labels = [each["label"] for each in row.choices]
        buttons = tuple((label, says) for label, (_, says) in zip(labels, letter.buttons, strict=True))
        heard = Heard(
            now(), row.name, letter.text, buttons, dict(row.facts), row.about, message_id, edited, row.id or 0
        )  # fmt: skip
        self._chats[letter.to.address].append(heard)
        self.sent.append((letter.to.address, heard))

    def take(self, address: str) -> list[Heard]:
        """What a chat heard since it was asked last."""
        return self._chats.pop(address, [])
