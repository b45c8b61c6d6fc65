"""Webhooks: tells shops' servers what happened, signed as Standard Webhooks are (docs/webhooks.md).

Specification: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson
import structlog
from sqlmodel import Session

from actions.perform import perform
from bot.clock import moment, new_id, now
from bot.settings import Settings
from bot.web.api.credit import credit_told
from bot.web.api.returns import refund_shown, show
from domain.commands import ReportLostEvents
from domain.moment import SYSTEM
from domain.orders import Order
from storage import webhooks
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from storage.webhooks import WebhookRow

if TYPE_CHECKING:
    from bot.posting import Answer

log = structlog.get_logger()

#: So many are told at once.
AT_ONCE = 20
#: How long what is being sent is nobody else's.
LEASE = timedelta(seconds=60)
#: Pauses after each attempt in vain; the last is repeated until the event is given up.
PAUSES = tuple(
    timedelta(seconds=each) for each in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)  # fmt: skip
GIVEN_UP_AFTER = timedelta(days=3)
#: Rounds of one turn; what is due after them waits for the next.
_ROUNDS = 50


def send_due(database: Database, settings: Settings) -> int:
    """Tell what is due; how many attempts that took."""
    attempts = 0
    for _ in range(_ROUNDS):
        with database.reading() as session:
            if not webhooks.any_due(session, now()):
                return attempts
        rows = database.retrying(lambda session: webhooks.claim(session, now(), now() + LEASE, AT_ONCE))
        if not rows:
            return attempts
        attempts += len(rows)
        bodies = [_body(row, database, settings) for row in rows]
        answers = asyncio.run(_tell(rows, bodies, settings))
        told = sorted(
            zip(rows, answers, strict=True), key=lambda each: each[1].taken
        )  # who answers again wakes the rest
        for row, answer in told:
            _record(row, answer, database, settings)
    return attempts


def send_test(settings: Settings) -> list[tuple[str, Answer]]:
    """Send every receiver a test event; by its host, what came back."""
    from bot.posting import post, session  # the client is loaded where it is used

    at = now()
    body = orjson.dumps({"type": "webhook.test", "timestamp": _stamp(at), "data": {"sent_by": settings.url}})
    urls = settings.webhook_urls

    async def tell() -> list[Answer]:
        async with session(settings) as client:
            return list(
                await asyncio.gather(*(post(client, url, f"msg_{new_id()}", at, body, settings) for url in urls))
            )

    return [(host_of(url), answer) for url, answer in zip(urls, asyncio.run(tell()), strict=True)]


def host_of(url: str) -> str:
    """Whom a URL names; its path may be a secret."""
    return urlsplit(url).netloc.rpartition("@")[2]


# What is told


def _body(row: WebhookRow, database: Database, settings: Settings) -> bytes | None:
    """The event as it is sent; None where the thing is gone. The state is the one it came to by this event, all else is told
    as it is now."""
    with database.reading() as session:
        data = _data(row, session, settings)
    return None if data is None else orjson.dumps({"type": row.kind, "timestamp": _stamp(row.at), "data": data})


def _data(row: WebhookRow, session: Session, settings: Settings) -> dict[str, Any] | None:
    uow = UnitOfWork(session, SYSTEM)
    if row.noun == "return":
        made = uow.returns.find(row.name)
        told = show([made], uow, settings.url)[0].model_dump(mode="json") if made is not None else None
    elif row.noun == "refund":
        refund = uow.returns.refund(row.name)
        of = uow.returns.of_id(refund.return_id) if refund is not None and refund.return_id is not None else None
        number = of.number if of is not None else None
        told = refund_shown(refund, number).model_dump(mode="json") if refund is not None else None
    elif row.noun == "credit":
        credit = uow.returns.credit(row.name)
        told = credit_told(credit, uow).model_dump(mode="json") if credit is not None else None
    else:
        order = uow.orders.find(row.name)
        told = _order(order, uow) if order is not None else None
    return None if told is None else {**told, "status": row.status}


def _order(order: Order, uow: UnitOfWork) -> dict[str, Any]:
    """An order without what is personal: who needs more reads it."""
    customer = uow.customers.get(order.customer_id)
    promise = {"day": str(order.promise_day), "window": str(order.window)} if order.promise_day else None
    return {
        "number": order.number, "external_id": order.external_id, "customer": {"external_id": customer.external_id},
        "promise": promise,
    }  # fmt: skip


def _stamp(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


# Telling it


async def _tell(rows: Sequence[WebhookRow], bodies: Sequence[bytes | None], settings: Settings) -> list[Answer]:
    from bot.posting import Answer, post, session  # the client is loaded where it is used

    urls = dict(zip(settings.webhook_receivers, settings.webhook_urls, strict=True))
    async with session(settings) as client:

        async def tell(row: WebhookRow, body: bytes | None) -> Answer:
            url = urls.get(row.receiver)
            if url is None or body is None:
                return Answer(None, "nobody listens any more" if url is None else "it is gone")
            return await post(client, url, row.message, now(), body, settings)

        return list(await asyncio.gather(*(tell(row, body) for row, body in zip(rows, bodies, strict=True))))


# What came of it


def _record(row: WebhookRow, answer: Answer, database: Database, settings: Settings) -> None:
    row_id, moment_ = row.id or 0, now()
    gone = row.receiver not in settings.webhook_receivers or answer.why == "it is gone"
    overdue = moment_ >= row.at + GIVEN_UP_AFTER
    result = "sent" if answer.taken else "dropped" if gone else "lost" if overdue else "failed"
    if answer.taken:
        database.retrying(lambda session: webhooks.sent(session, row_id, answer.status, moment_))
        database.retrying(lambda session: webhooks.wake(session, row.receiver, moment_))
    elif gone:
        database.retrying(lambda session: webhooks.sent(session, row_id, None, moment_))
    elif overdue:
        database.retrying(lambda session: webhooks.lose(session, row_id, answer.status, answer.why, moment_))
        _report(row, answer, database, settings)
    else:
        pause = PAUSES[min(row.attempts, len(PAUSES)) - 1]
        due = min(moment_ + pause, row.at + GIVEN_UP_AFTER)
        database.retrying(lambda session: webhooks.again(session, row_id, answer.status, answer.why, due))
    log.info(
        "webhook.told", kind=row.kind, message=row.message, result=result, status=answer.status, attempt=row.attempts
    )


def _report(row: WebhookRow, answer: Answer, database: Database, settings: Settings) -> None:
    url = dict(zip(settings.webhook_receivers, settings.webhook_urls, strict=True))[row.receiver]
    command = ReportLostEvents(receiver=row.receiver, host=host_of(url), count=1, why=answer.why)
    perform(database, [command], moment(SYSTEM, f"webhook:{row.key}", settings.policies))
