"""Simulated customers: they wait, wonder, ask, change their mind, rate, or say nothing at all.

Whether somebody asks where their order is depends on how long they have known nothing, and on how little they know: in an
hour that somebody waits at home, they ask with probability 1 - exp(-r), where r grows with the hours since the last news
(up to three), with the width of the window they know of, and is three times as large when that window is over. Nobody asks
before eight in the morning, and whoever asks has news. The rates are assumptions, not measurements: what the model says
is how far messages that come by themselves take questions away, not how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

import numpy as np

from bot.simulation.log import Log, Question
from bot.simulation.loopback import Heard
from bot.simulation.stage import Person, Say, Until
from bot.simulation.world import Household, World, misspelt

#: So often somebody who waits looks at the clock.
LOOKS_EVERY = timedelta(minutes=10)
#: Questions an hour for each hour without news, and for each hour that the window is wide.
_PER_HOUR, _PER_WIDTH = 0.09, 0.35
_MOST_SILENCE, _OVERDUE = 3.0, 3.0
#: Who does what: moves the delivery to another day beforehand, leaves instructions, never says anything, rates.
_RESCHEDULES, _INSTRUCTS, _SILENT, _RATES = 0.01, 0.06, 0.15, 0.6
_ASKS = (
    "where is my order", "where's my parcel?", "when will you be here", "how long until my delivery arrives",
    "is my order still coming today?", "whats the eta", "any news on my delivery", "still waiting, where are you guys",
)  # fmt: skip
_INSTRUCTIONS = (
    "please leave it with the neighbour", "gate code is 4711", "leave it behind the bins please", "ring at the back door",
)  # fmt: skip
#: Notices that say when the order comes.
NEWS = frozenset(
    {"order.planned", "order.out", "order.near", "order.window_changed", "order.window_sharper", "order.coming",
     "order.tracked", "order.later_today"}
)  # fmt: skip
#: Notices after which nobody waits any more.
_OVER = frozenset({"order.delivered", "order.attempt_failed", "order.off_today"})


@dataclass
class Customer:
    """One household with its chat; ``number`` is the order's, ``link`` what binds the chat."""

    household: Household
    number: str
    link: str
    address: str
    world: World
    log: Log
    clock: Callable[[], datetime]
    _news: datetime | None = None
    _window: tuple[datetime, datetime] | None = None
    _over: bool = False
    _rate: str | None = None
    _buttons: dict[str, str] = field(default_factory=dict)

    def day(self) -> Person:
        """From the order until the evening after it was to come."""
        rng = self.world.chance.of("customer", self.household.key)
        quiet = rng.random() < _SILENT
        self._look((yield Say(f'/bind_chat{{"link": "{self.link}"}}')))
        changes, instructs = rng.random() < _RESCHEDULES, rng.random() < _INSTRUCTS
        self._look((yield Until(self.clock() + timedelta(minutes=float(rng.uniform(2, 90))))))
        if changes and not quiet:
            yield from self._reschedule(rng)
        if instructs and not quiet:
            self._look((yield Say(self._typed(_INSTRUCTIONS[int(rng.integers(len(_INSTRUCTIONS)))], rng))))
        self._look((yield Until(self.world.local(time(8)) + timedelta(minutes=float(rng.uniform(0, 10))))))
        ends = self.world.local(time(22))
        while self.clock() < ends:
            self._look((yield Until(self.clock() + LOOKS_EVERY)))
            if self._rate is not None and rng.random() < _RATES / 3 and not quiet:
                says, self._rate = self._rate, None
                self.log.ratings += 1
                self._look((yield Say(says)))
            if not self._over and not quiet and rng.random() < self.asks_within(LOOKS_EVERY, self.clock()):
                yield from self._ask(rng)

    def asks_within(self, span: timedelta, now: datetime) -> float:
        """The probability that somebody asks within that time."""
        promised = self.household.window
        start, end = self._window or (self.world.local(promised.start), self.world.local(promised.end))
        if now < start - timedelta(minutes=30):
            return 0.0
        hours = min(_MOST_SILENCE, (now - (self._news or now)).total_seconds() / 3600)
        width = (end - start).total_seconds() / 3600
        rate = _PER_HOUR * hours * (1 + _PER_WIDTH * width) * (_OVERDUE if now > end else 1.0)
        return 1 - float(np.exp(-rate * span.total_seconds() / 3600))

    def _ask(self, rng: np.random.Generator) -> Person:
        self.log.questions.append(Question(self.number, self.clock(), self._news or self.clock()))
        heard = yield Say(self._typed(_ASKS[int(rng.integers(len(_ASKS)))], rng))
        self._look(heard)
        self._news = self.clock()

    def _reschedule(self, rng: np.random.Generator) -> Person:
        heard = yield Say(self._typed("can you bring it the day after instead", rng))
        for _ in range(3):
            self._look(heard)
            says = next((says for each in reversed(heard) for _, says in each.buttons[:1]), None)
            if says is None or any(each.name == "order.rescheduled" for each in heard):
                return
            heard = yield Say(says)

    def _typed(self, text: str, rng: np.random.Generator) -> str:
        return misspelt(text, rng) if rng.random() < self.world.noise.typo else text

    def _look(self, heard: Sequence[Heard]) -> None:
        """What is known by now: when it comes, that it is over, and whether somebody wants a rating."""
        for each in heard:
            if each.name in NEWS:
                self._news = each.at
                self._window = _window(each, self._window)
            if each.name in _OVER:
                self._over = True
            stars = each.button("choice.stars")
            if each.name != "ask.score" and stars is not None:
                self._rate = stars


def _window(heard: Heard, known: tuple[datetime, datetime] | None) -> tuple[datetime, datetime] | None:
    """When the order comes by a notice; what was known where it does not say."""
    facts = heard.facts
    if heard.name == "order.near":
        eta = datetime.fromisoformat(str(facts["eta"]))
        return eta - timedelta(minutes=10), eta + timedelta(minutes=15)
    start, end = facts.get("start") or facts.get("eta_start"), facts.get("end") or facts.get("eta_end")
    if not isinstance(start, str) or not isinstance(end, str):
        return known
    return datetime.fromisoformat(start), datetime.fromisoformat(end)
