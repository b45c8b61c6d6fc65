"""A chat without an engine: what is said comes with its meaning, everything else is the real path."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

from actions.perform import Received, TurnDone, take_turn
from actions.telling import Shown
from domain.meaning import Meaning
from domain.moment import SYSTEM
from domain.notices import Choice
from domain.policies import USUAL, Policies
from nlu.filling import fill
from storage import inbox
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, counting
from tests.meanings import meaning

_numbers = itertools.count(1)


class Talk:
    """One conversation at a time of its own, a second passing with every message."""

    def __init__(
        self,
        database: Database,
        customer_id: int | None = None,
        *,
        driver_id: int | None = None,
        staff_id: int | None = None,
        address: str | None = None,
        now: datetime = NOW,
        channel: str = "rest",
        policies: Policies = USUAL,
    ) -> None:
        self.database = database
        self.now = now
        self.customer_id = customer_id
        self.driver_id = driver_id
        self.staff_id = staff_id
        self.policies = policies
        self.shown: list[Shown] = []
        self.outcome = ""
        #: Whether what is said next takes back how the message before it was understood.
        self.corrects = False
        self._said: datetime | None = None
        self._ids = counting(f"talk{next(_numbers)}x")
        with database.writing() as session:
            chats = UnitOfWork(session, SYSTEM).chats
            self.conversation_id = chats.find_or_add(channel, address or f"talk-{next(_numbers)}", now)

    def say(self, text: str, intent: str = "inform", **entities: Any) -> list[str]:
        """Say something that means ``intent`` with ``entities``; the names of what comes back."""
        return self._turn(meaning(text, intent, **entities), None)

    def hear(self, meaning: Meaning) -> list[str]:
        """Say something whose meaning is given whole; the names of what comes back."""
        return self._turn(meaning, None)

    def press(self, label: str, nth: int = 0) -> list[str]:
        """Press the ``nth`` button of that label among those shown last."""
        button = [choice for choice in self.choices() if choice["label"] == label][nth]
        return self.press_id(button["id"])

    def press_id(self, button_id: str) -> list[str]:
        """Press a button by its id, shown or not."""
        return self._turn(Meaning(f"/{button_id}"), button_id)

    def fill_in(self, wish: Choice) -> list[str]:
        """Send a form that was filled in."""
        return self._turn(Meaning(""), None, wish)

    def choices(self) -> list[dict[str, Any]]:
        """All buttons shown last."""
        return [choice for shown in self.shown for choice in shown.choices]

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def wrote_at(self, moment: datetime) -> None:
        """What is said next was written then, and comes only now."""
        self._said = moment

    @property
    def facts(self) -> dict[str, Any]:
        """The values of what was shown last."""
        return self.shown[-1].facts

    def _turn(self, heard: Meaning, button: str | None, wish: Choice | None = None) -> list[str]:
        self.now += timedelta(seconds=1)
        key = f"talk:{next(_numbers)}"
        row_id = self.database.retrying(
            lambda session: inbox.save(session, key, self.conversation_id, heard.text, {}, self.now)
        )
        received = Received(
            row_id, self.conversation_id, key, heard, button, self.customer_id, self.driver_id, self._said,
            self.staff_id, wish, corrects=self.corrects,
        )  # fmt: skip
        self._said, self.corrects = None, False
        done = take_turn(self.database, received, self.now, self._ids, fill, self.policies)
        assert isinstance(done, TurnDone)
        self.shown, self.outcome = done.replies, done.outcome
        return [shown.name for shown in done.replies]
