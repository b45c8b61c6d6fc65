"""Queries for what a second person must approve."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from domain.approvals import Approval, ApprovalStatus
from domain.events import Event
from domain.refusals import NotFound

_approvals = Approval.__table__  # type: ignore[attr-defined]
_events = Event.__table__  # type: ignore[attr-defined]


class Approvals:
    """Queries for what a second person must approve."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, reference: str) -> Approval:
        """The approval people call that (A-1042), locked. Refuses when there is none."""
        number = int(reference.removeprefix("A-")) - 1000
        query = select(Approval).where(_approvals.c.id == number).with_for_update()
        found = self._session.scalars(query.execution_options(populate_existing=True)).first()
        if found is None:
            raise NotFound("no_such_approval", approval=reference)
        return found

    def waiting(self, limit: int = 20) -> Sequence[Approval]:
        """What nobody has decided yet, the oldest first."""
        query = select(Approval).where(_approvals.c.status == ApprovalStatus.ASKED).order_by(_approvals.c.id)
        return self._session.scalars(query.limit(limit)).all()

    def written_off_alone(self, person: int, since: datetime) -> list[tuple[str, int]]:
        """Goods by SKU, and how many pieces, that somebody wrote off since a moment with nobody's approval."""
        approved = select(_events.c.key).where(
            _events.c.noun == "approval", _events.c.after == ApprovalStatus.APPROVED, _events.c.at >= since
        )
        query = select(_events.c.subject, _events.c.before, _events.c.after).where(
            _events.c.noun == "stock", _events.c.change == "on_hand", _events.c.at >= since, _events.c.person == person,
            _events.c.key.not_in(approved),
        )  # fmt: skip
        found = [
            (row.subject.partition("@")[0], int(row.before) - int(row.after)) for row in self._session.execute(query)
        ]
        return [(sku, pieces) for sku, pieces in found if pieces > 0]

    def expired(self, now: datetime) -> Sequence[Approval]:
        """What nobody decided in time, locked."""
        query = select(Approval).where(_approvals.c.status == ApprovalStatus.ASKED, _approvals.c.expires_at <= now)
        return self._session.scalars(query.order_by(_approvals.c.id).with_for_update()).all()
