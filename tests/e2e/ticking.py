"""``python -m tests.e2e.ticking serve``: the real program on a day that goes by in seconds.

Business time stands at FROM until it is up, and then goes on by a minute every tenth of a second; the scheduler ticks
every second.
"""

from __future__ import annotations

import os
import threading
from datetime import datetime, timedelta

import bot.scheduler
from bot.cli import main
from bot.clock import Stepped, stepping

_EVERY = 0.1


def _go_on(clock: Stepped, over: threading.Event) -> None:
    while not over.wait(_EVERY):
        clock.to(clock.now + timedelta(minutes=1))


if __name__ == "__main__":
    bot.scheduler.SECOND = "*"
    over = threading.Event()
    start = bot.scheduler.Clockwork.start

    def begin(clockwork: bot.scheduler.Clockwork) -> None:
        """The day begins with the first tick, however long the program took to start."""
        clockwork.tick(clock.now)
        start(clockwork)
        threading.Thread(target=_go_on, args=(clock, over), daemon=True).start()

    bot.scheduler.Clockwork.start = begin  # type: ignore[method-assign]
    with stepping(datetime.fromisoformat(os.environ["FROM"])) as clock:
        try:
            main()
        finally:
            over.set()
