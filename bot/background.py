"""What the program does by itself: takes up lost messages, sends notices, runs jobs, tidies up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

import structlog

from bot.carriers import carriers, close
from bot.compose import Program
from bot.jobs import Means, run_due_jobs, run_due_plans
from bot.letters import Carrier
from bot.logs import what_broke
from bot.outgoing import Sender
from bot.scheduled import Scheduled
from bot.scheduler import Clockwork
from bot.tidying import tidy
from bot.webhooks import send_due

if TYPE_CHECKING:
    from bot.channels.slack.channel import Slack
    from bot.channels.telegram.channel import Telegram

log = structlog.get_logger()
#: Seconds that what is just being done gets to come to its end when the program ends; it is done again otherwise.
_PATIENCE = 10.0


class Background:
    """Runs while the application does; each loop survives its errors and ends when the program does."""

    def __init__(self, program: Program, telegram: Telegram | None = None, slack: Slack | None = None) -> None:
        self._program = program
        self._telegram, self._slack = telegram, slack
        self._carriers: dict[str, Carrier] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._leaving = threading.Event()
        self._scheduled = Scheduled(Means(program.database, program.settings, leaving=self._leaving.is_set))
        self._clockwork = Clockwork(program) if program.settings.scheduler else None

    async def __aenter__(self) -> Background:
        program = self._program
        travel_days = program.settings.osrm_cache_days
        loops: list[tuple[str, float, Callable[[], object]]] = [
            ("sweep", 5.0, program.receiver.sweep),
            ("jobs", 1.0, lambda: run_due_jobs(program.database, program.settings, program.fetcher)),
            ("webhooks", 1.0, lambda: send_due(program.database, program.settings)),
            ("plans", 1.0, lambda: run_due_plans(program.database, program.settings, self._leaving.is_set)),
            ("scheduled", 1.0, self._scheduled.turn),
            ("checkpoint", 2.0, program.database.checkpoint),
            ("names", 60.0, lambda: program.refresh_gazetteer(program.engine)),
            ("taught", 30.0, program.take_up_taught),
            ("tidy", 3600.0, lambda: tidy(program.database, program.files, travel_days)),
        ]
        self._tasks = [asyncio.create_task(self._forever(*each)) for each in loops]
        self._carriers = carriers(program)
        if self._telegram is not None:
            self._carriers["telegram"] = self._telegram.carrier
        if self._slack is not None:
            self._carriers["slack"] = self._slack.carrier
        self._tasks.append(asyncio.create_task(Sender(program, self._carriers).run()))
        if self._clockwork is not None:
            self._clockwork.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leaving.set()  # a search would hold up the end of the program
        if self._clockwork is not None:
            await asyncio.to_thread(self._clockwork.stop)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._scheduled.join, _PATIENCE)
        await close(self._carriers)

    async def _forever(self, name: str, every: float, work: Callable[[], object]) -> None:
        while True:
            try:
                await asyncio.to_thread(work)
            except Exception as error:  # the next round may succeed
                log.error("background.failed", loop=name, **what_broke(error))
            await asyncio.sleep(every)
