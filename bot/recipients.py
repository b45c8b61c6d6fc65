"""Recipients that one process alone sends to: the leases on them, renewed while they are busy."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog

from bot.clock import machine_now
from bot.logs import what_broke
from storage import leases, outbox
from storage.database import Database

log = structlog.get_logger()
#: A sender that died is replaced after this long; one that lives renews its leases in a third of it.
LEASE = timedelta(seconds=15)


class Leased:
    """The leases of one sender."""

    def __init__(self, database: Database, holder: str, in_core: Callable[..., Awaitable[Any]]) -> None:
        """``in_core`` does work that writes to the database where that may be done."""
        self._database, self._holder, self._in_core = database, holder, in_core

    def forget(self) -> None:
        """Nobody holds anything: what was leased was leased by one that died."""
        self._database.retrying(leases.release_all)

    async def renew_forever(self, busy: Mapping[int, asyncio.Task[None]]) -> None:
        """Keep the recipients that are being sent to; stop with those that somebody else has taken meanwhile."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            try:
                await self._renew_all(busy)
            except Exception as error:  # the next round may succeed
                log.error("outbox.renew_failed", **what_broke(error))

    async def _renew_all(self, busy: Mapping[int, asyncio.Task[None]]) -> None:
        names = {outbox.lease_name(each): each for each in busy}
        held = await self._in_core(self._renew, sorted(names)) if names else set()
        for lost in names.keys() - held:
            task = busy.get(names[lost])
            if task is not None:
                log.warning("outbox.lease_lost", conversation=names[lost])
                task.cancel()

    def _renew(self, names: Sequence[str]) -> set[str]:
        at = machine_now()
        return self._database.retrying(lambda session: leases.take(session, names, self._holder, at, at + LEASE))
