"""Whether a notice is still the case when it is about to be sent: how orders and returns stand, read shortly before."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sqlmodel import Session

import domain.notices
from bot.clock import now
from domain.moment import SYSTEM
from domain.notices import Notice
from domain.returns import RETURNS
from storage.database import Database
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork

#: An order's status that was read this long ago, in seconds, is read again before a notice about it is sent.
FRESH = 1.0
#: How an order stands: its status, and the window that was told.
_Standing = tuple[str | None, datetime | None, datetime | None]
_UNKNOWN: _Standing = (None, None, None)


class Standings:
    """How orders stood when they were read last, which is not long ago."""

    def __init__(self, database: Database, in_core: Callable[..., Awaitable[Any]]) -> None:
        """``in_core`` does work that reads the database where that may be done."""
        self._database, self._in_core = database, in_core
        self._known: dict[str, tuple[_Standing, float]] = {}

    def look_up(self, session: Session, numbers: set[str]) -> None:
        """Remember how orders and returns stand."""
        read_at = time.monotonic()
        uow = UnitOfWork(session, SYSTEM)
        returns = {number for number in numbers if number.startswith(RETURNS)}
        found = uow.orders.standings(numbers - returns) if numbers - returns else {}
        found |= uow.returns.standings(returns) if returns else {}
        self._known = {key: kept for key, kept in self._known.items() if read_at - kept[1] <= FRESH}
        self._known |= {number: (found.get(number, _UNKNOWN), read_at) for number in numbers}

    async def allow(self, row: OutboxRow) -> bool:
        """Whether the notice is not too late and still what is the case."""
        if row.good_until is not None and row.good_until < now():
            return False
        kind = kind_of(row)
        if row.about is None or not _asks(kind):
            return True
        _, read_at = self._known.get(row.about, (_UNKNOWN, 0.0))
        if time.monotonic() - read_at > FRESH:
            await self._in_core(self._read, row.about)
        (status, *told), _ = self._known[row.about]
        return kind.still_true(status) and kind.still_told(row.facts, *told)

    def _read(self, number: str) -> None:
        with self._database.reading() as session:
            self.look_up(session, {number})


def kind_of(row: OutboxRow) -> type[Notice]:
    """The class of the notice a row is made of; of what was said in answer only that it is one."""
    kind: type[Notice] = getattr(domain.notices, row.kind, Notice)
    return kind


def replaces(row: OutboxRow) -> bool:
    """Whether a row with a ``live`` name is shown in place of the message of that name: what only edits is, what rings and
    what answers somebody is a message of its own.
    """
    return row.edits or not (kind_of(row).rings or row.inbox_id is not None)


def _asks(kind: type[Notice]) -> bool:
    """Whether a kind of notice is asked again before it is sent."""
    asked = (kind.still_true, kind.still_told)
    never = (Notice.still_true, Notice.still_told)
    return any(one.__func__ is not other.__func__ for one, other in zip(asked, never, strict=True))  # type: ignore[attr-defined]
