"""``python -m tests.e2e.moved serve``: the real program on a day that a test moves on.

Business time begins at FROM and goes at the pace of the machine's clock. A moment that is sent to the socket CLOCK (a path) is
the time from then on: what became due by then is taken up, as by a tick of the scheduler, before it is answered.
"""

from __future__ import annotations

import os
import threading
from datetime import datetime
from multiprocessing.connection import Client, Listener

import bot.clock
from bot.cli import main
from bot.clock import Stepped, machine_now
from bot.scheduler import Clockwork


class Moved(Stepped):
    """Business time that goes on by itself, and further where it is told to."""

    def __init__(self, start: datetime) -> None:
        self._ahead = start - machine_now()

    @property
    def now(self) -> datetime:
        """The moment it shows."""
        return machine_now() + self._ahead

    def to(self, moment: datetime) -> None:
        """Move on to a moment. Raises ValueError for one that is past."""
        if moment < self.now:
            raise ValueError("time does not go back")
        self._ahead = moment - machine_now()


def move(clock: str, moment: datetime) -> None:
    """Let it be that moment in the program whose clock that is; returns when what became due is taken up."""
    with Client(clock) as program:
        program.send(moment)
        assert program.recv() == moment


def _obey(clock: Moved, clockwork: Clockwork) -> None:
    with Listener(os.environ["CLOCK"]) as listener:
        while True:
            with listener.accept() as test:
                moment = test.recv()
                clock.to(moment)
                clockwork.tick(clock.now)
                test.send(moment)


def _begin(clockwork: Clockwork) -> None:
    """Instead of ticking by itself."""
    clockwork.tick(clock.now)
    threading.Thread(target=_obey, args=(clock, clockwork), daemon=True).start()


if __name__ == "__main__":
    bot.clock._stepped = clock = Moved(datetime.fromisoformat(os.environ["FROM"]))
    Clockwork.start = _begin  # type: ignore[method-assign]
    main()
