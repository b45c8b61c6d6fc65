"""What one process alone does at a time: whoever holds its lease, until they end or are cut off."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import structlog

from bot.clock import machine_now, new_id
from bot.compose import Program
from bot.logs import what_broke
from storage import leases

log = structlog.get_logger()

#: Whoever holds it renews the lease in a third of this; another takes over when it has ended.
LEASE = timedelta(seconds=15)
#: After trouble with the lease, in seconds.
PAUSE = 1.0


class Held:
    """Work under a lease of that name."""

    def __init__(self, program: Program, name: str) -> None:
        self._program, self._name, self._holder = program, name, new_id()

    async def forever(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do the work whenever the lease is ours; it is cancelled when somebody else has it."""
        while True:
            try:
                await self._while_held(work)
            except Exception as error:  # the database may be back in a moment
                log.error("lease.failed", name=self._name, **what_broke(error))
                await asyncio.sleep(PAUSE)
            else:
                await asyncio.sleep(LEASE.total_seconds() / 3)

    async def let_go(self) -> None:
        """Another process may do it at once."""
        try:
            await self._in_core(self._release)
        except Exception as error:  # it ends by itself
            log.error("lease.failed", name=self._name, **what_broke(error))

    async def _while_held(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if not await self._in_core(self._take):
            return
        working = asyncio.create_task(work())
        try:
            while not working.done() and await self._in_core(self._take):
                await asyncio.wait([working], timeout=LEASE.total_seconds() / 3)
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    def _take(self) -> bool:
        at = machine_now()
        return bool(
            self._program.database.retrying(
                lambda session: leases.take(session, [self._name], self._holder, at, at + LEASE)
            )
        )

    def _release(self) -> None:
        self._program.database.retrying(lambda session: leases.release(session, [self._name], self._holder))

    async def _in_core(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._program.pool, work)
