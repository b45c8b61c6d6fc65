"""Where the simulated day is played: who acts next, and the program that is left alone until it has nothing to do.

Everybody in it is a generator: it says until when it waits, or what it says in its chat, and is given what it heard.
"""

from __future__ import annotations

import heapq
import inspect
import itertools
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from actions.perform import perform
from bot.clock import Stepped, moment, new_id
from bot.compose import Program
from bot.jobs import Means, run_due_jobs, run_due_plans
from bot.outgoing import Sender
from bot.scheduled import Scheduled
from bot.scheduler import Clockwork
from bot.simulation.loopback import CHANNEL, Heard, Line
from domain.commands import Command
from domain.moment import Actor
from domain.notices import Notice

#: So many rounds of sending and jobs after one event are a program that never comes to rest.
_ROUNDS = 1_000


@dataclass(frozen=True, slots=True)
class Until:
    """Wait for that moment; one that is past is now."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class Say:
    """Say something in one's chat, written at ``said`` where that was earlier."""

    text: str
    said: datetime | None = None


@dataclass(frozen=True, slots=True)
class Do:
    """Something that is done outside of any talk."""

    what: Callable[[], Awaitable[None]]


Act = Until | Say | Do
#: A person: what they do next, given what they heard since they last did something.
Person = Generator[Act, list[Heard], None]


class Restless(RuntimeError):
    """The program does not come to rest."""


@dataclass(order=True, slots=True)
class _Turn:
    """Somebody's turn."""

    moment: datetime
    number: int
    address: str = field(compare=False)
    person: Person = field(compare=False)


class Stage:
    """The program with everybody who talks to it. Time steps to the next event when nothing is left to do."""

    def __init__(self, program: Program, clock: Stepped, line: Line) -> None:
        self._program, self._clock, self.line = program, clock, line
        self._sender = Sender(program, {CHANNEL: line.carrier})
        self._clockwork = Clockwork(program)
        self._scheduled = Scheduled(Means(program.database, program.settings))
        self._queue: list[_Turn] = []
        self._numbers = itertools.count(1)
        self.events = 0

    @property
    def now(self) -> datetime:
        """Business time."""
        return self._clock.now

    def enter(self, address: str, person: Person, at: datetime | None = None) -> None:
        """Let somebody in, whose chat has that address."""
        heapq.heappush(self._queue, _Turn(at or self.now, next(self._numbers), address, person))

    def next(self) -> datetime | None:
        """When somebody acts next."""
        return self._queue[0].moment if self._queue else None

    async def play(self, until: datetime) -> None:
        """Let everybody act until a moment."""
        while self._queue and self._queue[0].moment <= until:
            turn = heapq.heappop(self._queue)
            self._clock.to(max(turn.moment, self.now))
            self.events += 1
            await self._act(turn)
        self._clock.to(max(until, self.now))

    async def _act(self, turn: _Turn) -> None:
        """One person, until they wait."""
        while True:
            try:
                if inspect.getgeneratorstate(turn.person) == inspect.GEN_CREATED:
                    act = next(turn.person)
                else:
                    act = turn.person.send(self.line.take(turn.address))
            except StopIteration:
                return
            match act:
                case Until(moment=until):
                    self.enter(turn.address, turn.person, max(until, self.now))
                    return
                case Say():
                    await self.line.say(turn.address, act.text, act.said)
                case Do():
                    await act.what()
            await self.settle()

    def perform(self, actor: Actor, *commands: Command) -> list[Notice]:
        """What somebody in the office does."""
        return perform(
            self._program.database, commands, moment(actor, f"sim:{new_id()}", self._program.settings.policies)
        )[0]

    async def tick(self) -> None:
        """What the program does by itself at this minute. Raises Restless where that does not end."""
        self._clockwork.tick(self.now)
        if not self._scheduled.settle():
            raise Restless(f"what was due at {self.now:%H:%M} does not end")
        await self.settle()

    async def settle(self) -> None:
        """Until nothing is to be sent and no job is due. Raises Restless when that does not come."""
        program = self._program
        for _ in range(_ROUNDS):
            await self._sender.drain()
            done = run_due_jobs(program.database, program.settings, program.fetcher)
            if not done and not run_due_plans(program.database, program.settings):
                return
        raise Restless(f"the program does not come to rest at {self.now:%H:%M}")


def soon(now: datetime, seconds: float) -> Until:
    """Wait some seconds."""
    return Until(now + timedelta(seconds=seconds))
