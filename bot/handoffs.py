"""Chats that wait for a person, and what was said in them, for whoever answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import select

from bot.words import Words
from domain.cases import Case, CaseStatus
from domain.customers import Customer
from domain.moment import SYSTEM
from domain.refusals import NotFound
from storage import inbox, outbox
from storage.database import Database
from storage.unit_of_work import UnitOfWork

#: A thread shows this many messages of either side.
MOST = 100
#: What a person of the business has said.
_BY_A_PERSON = frozenset({"person.said", "shift.dispatcher_said"})
_cases = Case.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A customer who asked for a person, or a driver who told the dispatcher something."""

    reference: str
    since: datetime
    channel: str
    name: str | None
    answered: bool
    last_words: str


def waiting(database: Database, now: datetime, limit: int = 200) -> list[Waiting]:
    """Open wishes that were said in a chat, the oldest first."""
    query = (
        select(Case)
        .where(
            _cases.c.status != CaseStatus.RESOLVED,
            _cases.c.kind.like("wish.%") | _cases.c.kind.like("incident.%"),
            _cases.c.conversation_id.is_not(None),
        )
        .order_by(_cases.c.id)
        .limit(limit)
    )
    with database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        cases = session.exec(query).all()
        chats = uow.chats.of_ids({case.conversation_id for case in cases if case.conversation_id})
        names = uow.customers.of_ids({case.customer_id for case in cases if case.customer_id})
        return [
            Waiting(
                case.name, case.opened_at, chats[case.conversation_id].channel,
                _driver_name(case, uow) or _name(names.get(case.customer_id or 0)),
                case.status != CaseStatus.OPEN, _last_words(case),
            )
            for case in cases
            if case.conversation_id in chats
        ]  # fmt: skip


def thread(database: Database, words: Words, reference: str, now: datetime) -> list[tuple[datetime, str, str]] | None:
    """When, who and what, in order of time; None when no chat is behind the reference."""
    with database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        try:
            case = uow.cases.get(reference)
        except (NotFound, ValueError):
            return None
        chat = uow.chats.get(case.conversation_id or 0)
        if chat is None:
            return None
        since = chat.created_at
        said = [
            (row.received_at, "driver" if case.detail.get("driver") else "customer", row.text)
            for row in inbox.received_since(session, chat.id or 0, since, MOST)
        ]
        told = [
            (row.sent_at or row.created_at, "person" if row.name in _BY_A_PERSON else "assistant", words.say(row.name, row.facts, chat.language, now))
            for row in outbox.told(session, chat.id or 0, since, MOST)
        ]  # fmt: skip
    return sorted([each for each in said if not each[2].startswith("/")] + told)


def _driver_name(case: Case, uow: UnitOfWork) -> str | None:
    """Who it was, where a driver said it."""
    driver = uow.driving.driver(int(case.detail["driver"])) if case.detail.get("driver") else None
    return f"driver {driver.name}" if driver is not None else None


def _name(customer: Customer | None) -> str | None:
    return customer.first_name if customer is not None else None


def _last_words(case: Case) -> str:
    said = [str(each) for each in case.detail.get("words", []) if each]
    return said[-1] if said else ""
