"""Sending: notices nobody asked for leave the outbox, unless they are no longer true."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

import domain.notices
from bot import metrics
from bot.clock import now
from domain.moment import SYSTEM
from domain.notices import Notice
from storage import outbox
from storage.database import Database
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()
LEASE = timedelta(seconds=60)


def send_due(database: Database) -> int:
    """Send what waits. A chat page shows what is marked sent, so for it marking is sending; how many were."""
    moment = now()
    rows = database.retrying(lambda session: outbox.claim(session, moment, moment + LEASE)) if _any(database) else []
    if not rows:
        return 0
    with database.reading() as session:
        orders = UnitOfWork(session, SYSTEM).orders
        status = {
            about: (found.status if (found := orders.find(about)) else None)
            for about in {r.about for r in rows if r.about}
        }
    good = [row for row in rows if _is_true(row, status, moment)]
    dropped = [row for row in rows if row not in good]
    database.retrying(lambda session: outbox.mark(session, [row.id or 0 for row in good], outbox.SENT, now()))
    database.retrying(lambda session: outbox.mark(session, [row.id or 0 for row in dropped], outbox.DROPPED, now()))
    metrics.SENDS.labels("web", "sent").inc(len(good))
    metrics.SENDS.labels("web", "dropped").inc(len(dropped))
    log.info("outbox.sent", sent=len(good), dropped=len(dropped))
    return len(good)


def _any(database: Database) -> bool:
    with database.reading() as session:
        return outbox.depth(session)[0] > 0


def _is_true(row: OutboxRow, status: dict[str, str | None], moment: datetime) -> bool:
    if row.good_until is not None and row.good_until < moment:
        return False
    if row.about is None:
        return True
    kind: type[Notice] = getattr(domain.notices, row.kind, Notice)
    return kind.still_true(status.get(row.about))
