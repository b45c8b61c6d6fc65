"""``python -m tests.e2e.ticking serve``: the real program on a day that goes by in seconds.

Business time stands at FROM until it is up, and then goes on by twenty minutes a second, but stands still while something
that was due is under way; the scheduler ticks every second. What was taken up by a process that was killed is under way
until its lease ends, so after PATIENCE time goes on slowly whatever is under way.
"""

from __future__ import annotations

import os
import threading
import time
from datetime import datetime, timedelta

from sqlmodel import col, select

import bot.scheduler
from bot.cli import main
from bot.clock import Stepped, stepping
from domain.plans import Run
from domain.schedules import ScheduledRun
from storage.database import Database

_EVERY = 0.05
#: Seconds; a search of a living process is over sooner.
PATIENCE, SLOWLY = 15.0, 0.5


def _go_on(clock: Stepped, over: threading.Event, database: Database) -> None:
    moved = time.monotonic()
    while not over.wait(_EVERY):
        still = time.monotonic() - moved
        if still < PATIENCE and _busy(database):
            continue
        clock.to(clock.now + timedelta(minutes=1))
        moved = time.monotonic() if still < PATIENCE else time.monotonic() - PATIENCE + SLOWLY


def _busy(database: Database) -> bool:
    with database.reading() as session:
        due = session.exec(select(ScheduledRun.id).where(ScheduledRun.state == "due")).first()
        searched = session.exec(select(Run.id).where(col(Run.status).in_(["queued", "solving"]))).first()
    return due is not None or searched is not None


if __name__ == "__main__":
    bot.scheduler.SECOND = "*"
    over = threading.Event()
    start = bot.scheduler.Clockwork.start

    def begin(clockwork: bot.scheduler.Clockwork) -> None:
        """The day begins with the first tick, however long the program took to start."""
        clockwork.tick(clock.now)
        start(clockwork)
        threading.Thread(target=_go_on, args=(clock, over, clockwork._program.database), daemon=True).start()

    bot.scheduler.Clockwork.start = begin  # type: ignore[method-assign]
    with stepping(datetime.fromisoformat(os.environ["FROM"])) as clock:
        try:
            main()
        finally:
            over.set()
