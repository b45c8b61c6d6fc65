"""The edge of the simulated world: a channel whose chats are in this process. Everything before it is the real program."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from actions.perform import perform
from bot.clock import moment, now
from bot.compose import Program
from bot.letters import Carrier, Letter
from bot.receive import Message
from domain.commands import ReportPosition
from domain.moment import SYSTEM, Actor, Role
from domain.values import Place
from storage.unit_of_work import UnitOfWork

CHANNEL = "telegram"


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

    def button(self, label: str, nth: int = 0) -> str | None:
        """What pressing the ``nth`` button of that label says; None where there is none."""
        found = [says for name, says in self.buttons if name == label]
        return found[nth] if nth < len(found) else None


class Line(Protocol):
    """What people in the simulated world talk through."""

    @property
    def carrier(self) -> Carrier:
        """By what the program's letters reach them."""
        ...

    async def say(self, address: str, text: str, said: datetime | None) -> None:
        """Say something in a chat, written at ``said``; return when the program has done what it means."""
        ...

    async def share(self, address: str, place: Place) -> None:
        """Tell where one is, by a phone that tells it all the time."""
        ...

    @property
    def sent(self) -> Sequence[tuple[str, Heard]]:
        """All that was heard, by the address of the chat."""
        ...

    def take(self, address: str) -> list[Heard]:
        """What a chat heard since it was asked last."""
        ...


class Loopback:
    """A `Line`, and the `bot.letters.Carrier` of it: each chat hears its letters at once and in order."""

    def __init__(self, program: Program, muted: Callable[[Letter], bool] = lambda letter: False) -> None:
        """Letters that are ``muted`` get lost on the way; nobody hears of it."""
        self._program, self._muted = program, muted
        self._chats: dict[str, list[Heard]] = defaultdict(list)
        self._count = 0
        self._numbers = itertools.count(1)
        self._sent: list[tuple[str, Heard]] = []

    @property
    def carrier(self) -> Carrier:
        """Itself."""
        return self

    async def say(self, address: str, text: str, said: datetime | None) -> None:
        """As a channel hands it over."""
        message = Message(CHANNEL, address, text, f"simulated:{next(self._numbers)}", said=said)
        self._program.receiver.answer(message)

    async def share(self, address: str, place: Place) -> None:
        """Past inbox and conversation, as a channel does."""
        with self._program.database.reading() as session:
            driver = UnitOfWork(session, SYSTEM).chats.driver_of(CHANNEL, address)
        if driver is not None:
            at = moment(Actor(Role.DRIVER, driver), f"simulated:{next(self._numbers)}", self._program.settings.policies)
            perform(self._program.database, [ReportPosition(at=now(), place=place)], at)

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
            now(), row.name, letter.text, buttons, dict(row.facts), row.about, message_id, edited
        )  # fmt: skip
        self._chats[letter.to.address].append(heard)
        self._sent.append((letter.to.address, heard))

    @property
    def sent(self) -> Sequence[tuple[str, Heard]]:
        """All that was heard, by the address of the chat."""
        return self._sent

    def take(self, address: str) -> list[Heard]:
        """What a chat heard since it was asked last."""
        return self._chats.pop(address, [])
