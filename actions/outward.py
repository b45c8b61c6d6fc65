"""What happens to returns, refunds and orders, told to the shops' servers that listen (docs/webhooks.md)."""

from __future__ import annotations

from fnmatch import fnmatchcase

from actions.cases import begin
from domain.cases import Case
from domain.commands import ReportLostEvents
from domain.moment import Moment
from domain.notices import Notice
from storage import webhooks
from storage.unit_of_work import UnitOfWork
from storage.webhooks import Happened

NOUNS = frozenset({"return", "refund", "credit", "order"})
#: The exception that events were given up.
LOST = "webhook_lost"


def announce(uow: UnitOfWork, at: Moment) -> None:
    """Want all that has just happened told, by those who asked for it; in the transaction in which it happens."""
    policies = at.policies
    things = {each for each in uow.changed if each[0] in NOUNS}
    if not policies.webhooks or not things:
        return
    told = [
        each
        for each in webhooks.happened(uow.session, things, at.key, at.now)
        if any(fnmatchcase(kind_of(each), pattern) for pattern in policies.webhook_events)
    ]
    for each in told:
        message, queue = f"msg_{at.ids()}", _queue(each, uow)
        rows = [
            {
                "key": f"{each.id}:{receiver}", "message": message, "receiver": receiver, "queue": queue,
                "kind": kind_of(each), "noun": each.noun, "name": each.name, "status": each.status, "at": at.now,
                "due_at": at.now,
            }
            for receiver in policies.webhooks
        ]  # fmt: skip
        webhooks.put(uow.session, rows)


def kind_of(event: Happened) -> str:
    """The type of an event, e.g. ``return.approved``."""
    return f"{event.noun}.{event.status}"


def _queue(event: Happened, uow: UnitOfWork) -> str:
    """What must be told in order: a return and the refunds and credit for it are one thing, and so is all of a redemption."""
    if event.noun == "credit":
        credit = uow.returns.credit(event.name)
        return_id = credit.return_id if credit is not None else None
        named = credit.breakdown.get("name") if credit is not None else None
        name = f"redemption:{named}" if named is not None else event.name
    elif event.noun == "refund":
        refund = uow.returns.refund(event.name)
        return_id, name = refund.return_id if refund is not None else None, event.name
    else:
        return event.name
    made = uow.returns.of_id(return_id) if return_id is not None else None
    return made.number if made is not None else name


def report_lost_events(command: ReportLostEvents, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Events that no receiver took are an exception, one for each receiver, with how many there are."""
    known = next((case for case in uow.cases.of_kind(LOST) if case.detail.get("receiver") == command.receiver), None)
    before = int(known.detail.get("count", 0)) if known is not None else 0
    detail = {**command.model_dump(), "count": before + command.count}
    if known is not None:
        known.detail = detail
        uow.show_anew("case", known.name)
    else:
        begin(Case(kind=LOST, opened_at=at.now, detail=detail), uow, at)
    return []
