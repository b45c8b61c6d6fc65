"""What a second person must approve, stock as staff see it, and the first page of the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.notices.base import Facts, Notice


class ApprovalCard(Notice):
    """Something that somebody wants done and another must approve; ``says`` what it comes to, as ``code`` and ``values``."""

    text = "desk.approval"
    rings = True

    reference: str
    status: str
    says: Facts
    asked_by: str
    asked_at: datetime
    until: datetime
    decided_by: str | None = None


class ApprovalAsked(Notice):
    """What was asked for waits until another person approves it; ``roles`` may."""

    text = "desk.approval_asked"

    reference: str
    roles: tuple[str, ...]


class ApprovalDecided(Notice):
    """What was asked for is approved and done, or rejected."""

    text = "desk.approval_decided"

    reference: str
    status: str
    says: Facts
    by: str


class ApprovalChanged(Notice):
    """What was to be approved comes to something else by now, and must be read again."""

    text = "desk.approval_changed"

    reference: str
    says: Facts


class ApprovalsShown(Notice):
    """What waits to be approved."""

    text = "desk.approvals"

    approvals_shown: tuple[Facts, ...] = ()


class StockShown(Notice):
    """Pieces of a product, by depot: on hand, reserved, held back, available; ``waiting`` orders want more than there is."""

    text = "desk.stock"

    product: str
    sku: str
    levels: list[dict[str, Any]]


class StockAdjusted(Notice):
    """The pieces of a product at a depot were counted anew."""

    text = "desk.stock_adjusted"

    product: str
    sku: str
    depot: str
    before: int
    after: int
    available: int
    why: str


class HomeShown(Notice):
    """Somebody's first page: their exceptions, what they can approve, and today in numbers by depot."""

    text = "desk.home"
    rings = True

    first_name: str | None
    mine: list[dict[str, Any]]
    mine_count: int
    unowned: int
    overdue: int
    approvals_shown: tuple[Facts, ...]
    today_at: list[dict[str, Any]]
    returns_waiting: int = 0
