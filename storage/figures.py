"""Figures of a span of time, counted from events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from domain.depots import Depot


class Figures:
    """Counts of what happened at a depot."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, depot: Depot, start: datetime, end: datetime, *, alone: bool) -> dict[str, Any]:
        """What happened from ``start`` until before ``end``."""
        names = (
            "delivered", "partly", "failed", "returned", "cancelled", "ordered", "with_promise", "in_promise", "with_told",
            "in_told", "attempts", "metres", "routes", "worked", "messages", "asked_where", "cases_opened", "cases_closed",
        )  # fmt: skip
        return {**dict.fromkeys(names, 0), "reasons": {}}
