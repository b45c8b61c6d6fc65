"""Cases: exceptions that need a person, with an owner and a state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from domain.columns import Json, UtcDateTime
from domain.events import Event, move, note
from domain.moment import Moment
from domain.problems import ALL_ITEMS
from domain.staff import EVERYWHERE


class CaseStatus(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    OWNED = "owned"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


CASE_TRANSITIONS = {
    CaseStatus.OPEN: {CaseStatus.OWNED, CaseStatus.SNOOZED, CaseStatus.RESOLVED},
    CaseStatus.OWNED: {CaseStatus.OPEN, CaseStatus.SNOOZED, CaseStatus.RESOLVED},
    CaseStatus.SNOOZED: {CaseStatus.OPEN, CaseStatus.OWNED, CaseStatus.RESOLVED},
}


#: Cases by what they are about, as staff ask for them: beginnings of their kinds.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "chats": ("wish.",),
    "problems": ("problem.",),
    "incidents": ("incident.", "vehicle_damaged", "breakdown", "silent_driver"),
    "failed": ("delivery_failed", "pin_failed", "not_reached", "missing_at_loading", "window_changes_used_up",
               "pickup_failed", "pickup_code_failed", "old_not_given"),
    "addresses": ("address_not_found", "no_promise"),
    "stock": ("backordered",),
    "planning": (
        "not_planned", "day_not_planned", "route_without_vehicle", "removed_from_route", "route_not_driven",
        "route_not_begun", "pickup_not_planned",
    ),
    "schedule": ("schedule_", "webhook_"),
    "targets": ("kpi_",),
    "returns": ("return_", "refund_by_hand", "parcel_", "exchange_"),
}  # fmt: skip
#: A return waits for a person to decide it.
RETURN_REVIEW = "return_review"
#: How soon a case shall be settled, by the beginning of its kind; the first that fits. Those that run at once cannot wait
#: for the office to open.
_AT_ONCE: tuple[tuple[str, timedelta], ...] = (
    ("incident.", timedelta(minutes=10)),
    ("pin_failed", timedelta(minutes=10)),
    ("pickup_code_failed", timedelta(minutes=10)),
    ("breakdown", timedelta(minutes=15)),
    ("silent_driver", timedelta(minutes=15)),
    ("wish.dispatcher", timedelta(minutes=15)),
)
_IN_OFFICE_HOURS: tuple[tuple[str, timedelta], ...] = (
    ("wish.talk_to_human", timedelta(minutes=15)),
    ("not_planned", timedelta(hours=1)),
    ("pickup_not_planned", timedelta(hours=1)),
    ("pickup_failed", timedelta(hours=2)),
    ("day_not_planned", timedelta(minutes=30)),
    ("route_", timedelta(minutes=30)),
    ("delivery_failed", timedelta(hours=2)),
    ("wish.", timedelta(hours=4)),
    ("problem.", timedelta(hours=4)),
    ("address_not_found", timedelta(hours=4)),
    (RETURN_REVIEW, timedelta(hours=4)),
    ("return_inspection", timedelta(hours=4)),
    ("refund_by_hand", timedelta(hours=8)),
)
_USUAL = timedelta(days=1)
#: People's words are shown up to here.
_SAID = 200
#: What was put off until the morning comes back then, by local time.
MORNING = time(8)


class Case(SQLModel, table=True):
    """An exception. ``kind`` says what is wrong (``address_not_found``, ``wish.talk_to_human`` …), ``detail`` the particulars.

    ``desk`` is the depot, by its code, whose people see to it, or everybody's; ``owner_id`` who of them does. It shall be
    settled by ``due_at``, and comes back at ``snoozed_until``. ``escalations`` counts whom it was brought before: the room,
    then those who decide.
    """

    __table_args__ = (Index("ix_case_open", "status", "kind"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    status: str = CaseStatus.OPEN
    order_number: str | None = Field(default=None, index=True)
    customer_id: int | None = Field(default=None, foreign_key="customer.id")
    conversation_id: int | None = Field(default=None, index=True)
    owner_id: int | None = Field(default=None, foreign_key="staff.id", index=True)
    desk: str = Field(default=EVERYWHERE, index=True)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    snoozed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    escalations: int = 0
    escalated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))

    @property
    def noun(self) -> str:
        return "case"

    @property
    def name(self) -> str:
        """The reference people use, e.g. C-1042."""
        return f"C-{1000 + (self.id or 0)}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to look."""
        return self.status != CaseStatus.RESOLVED

    def is_overdue(self, now: datetime) -> bool:
        """Whether it should have been settled by now."""
        return self.is_open and self.due_at is not None and self.due_at <= now

    def own(self, owner_id: int | None, at: Moment) -> Event:
        """Somebody looks after it from now on; None where nobody knows who. Whoever did before does no more."""
        before, self.owner_id = self.owner_id, owner_id
        self.snoozed_until, self.escalations = None, 0
        if self.status == CaseStatus.OWNED:
            return note(self, "owner", at, before, owner_id)
        return move(self, CaseStatus.OWNED, CASE_TRANSITIONS, at, owner=owner_id)

    def let_go(self, at: Moment) -> Event:
        """Whoever looked after it does no more, and nobody does."""
        before, self.owner_id, self.escalations = self.owner_id, None, 0
        if self.status == CaseStatus.OWNED:
            return move(self, CaseStatus.OPEN, CASE_TRANSITIONS, at, owner=None)
        return note(self, "owner", at, before, None)

    def snooze(self, until: datetime, at: Moment) -> Event:
        """Nobody need look at it before a moment."""
        self.snoozed_until = until
        if self.status == CaseStatus.SNOOZED:
            return note(self, "snoozed", at, None, until.isoformat())
        return move(self, CaseStatus.SNOOZED, CASE_TRANSITIONS, at, until=until.isoformat())

    def wake(self, at: Moment) -> Event:
        """It has been put off long enough."""
        self.snoozed_until, self.escalations = None, 0
        to = CaseStatus.OPEN if self.owner_id is None else CaseStatus.OWNED
        return move(self, to, CASE_TRANSITIONS, at)

    def escalate(self, at: Moment) -> Event:
        """It is brought before others: first the room, then those who decide."""
        self.escalations, self.escalated_at = self.escalations + 1, at.now
        return note(self, "escalated", at, None, self.escalations)

    def resolve(self, at: Moment) -> Event:
        """Settle it."""
        self.resolved_at = at.now
        self.snoozed_until = None
        return move(self, CaseStatus.RESOLVED, CASE_TRANSITIONS, at)


def is_urgent(kind: str) -> bool:
    """Whether a case cannot wait for the office to open."""
    return any(kind.startswith(each) for each, _ in _AT_ONCE)


def due_at(kind: str, at: Moment) -> datetime:
    """By when a case that is opened now shall be settled; what is not urgent counts from when somebody is in."""
    for begins, lasts in _AT_ONCE:
        if kind.startswith(begins):
            return at.now + lasts
    opens = at.policies.office.opens(at.now, at.policies.zone) or at.now
    return opens + next((lasts for begins, lasts in _IN_OFFICE_HOURS if kind.startswith(begins)), _USUAL)


def facts(case: Case) -> dict[str, Any]:
    """What words about a case are made of. What has words of its own is given as ``code`` and ``values``."""
    detail = case.detail
    said = " / ".join(str(each) for each in detail.get("words", []) if each)
    proposal = detail.get("proposal") or {}
    names = (
        "address",
        "day",
        "route",
        "depot",
        "job",
        "times",
        "cause",
        "count",
        "vehicle",
        "since",
        "failure",
        "shown",
        "return_number",
        "product",
        "sku",
        "came_back",
        "handed_over",
        "rate",
        "usual",
        "money",
        "payment",
        "outcome",
        "differing",
        "key",
        "exchange",
        "pieces",
    )
    return {
        **{name: detail.get(name) for name in names},
        "order": case.order_number,
        "case": case.name,
        "currency": detail.get("currency", "EUR"),
        "goods": detail.get("skus", []),
        "aboard": detail.get("aboard", False),
        "why": {"code": detail.get("reason"), "values": detail.get("values") or {}},
        "fix": detail.get("fix") or {},
        "item": detail.get("item") if detail.get("item") != ALL_ITEMS else None,
        "photos": len(detail.get("photos", [])),
        "drivable": detail.get("drivable", True),
        "proposal": {"code": "case.proposal", "values": proposal} if proposal else None,
        "command": proposal.get("command"),
        "takers": proposal.get("takers", []),
        "said": (said[: _SAID - 1] + "…" if len(said) > _SAID else said) or None,
    }
