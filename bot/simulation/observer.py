"""What the program said of the day while it went on: its ETAs every few minutes, and what it told in the end.

Only looks: it reads the database between two events and changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from domain.events import Event
from domain.routes import AHEAD, LIVE, Route, Stop, Task
from storage.database import Database

_stops = Stop.__table__  # type: ignore[attr-defined]
_tasks = Task.__table__  # type: ignore[attr-defined]
_routes = Route.__table__  # type: ignore[attr-defined]
_events = Event.__table__  # type: ignore[attr-defined]
_AHEAD = (
    select(_tasks.c.order_number, _tasks.c.attempt, _stops.c.eta, _stops.c.planned_start)
    .join(_stops, _stops.c.id == _tasks.c.stop_id)
    .join(_routes, _routes.c.id == _stops.c.route_id)
    .where(_routes.c.status.in_(LIVE), _tasks.c.status.in_(AHEAD), _tasks.c.order_number.is_not(None))
)


@dataclass(frozen=True, slots=True)
class Window:
    """A window as it was told at a moment, and why."""

    at: datetime
    start: datetime
    end: datetime
    why: str


@dataclass
class Observer:
    """ETAs by order and attempt as they were seen, and by order what the plan said in the morning."""

    database: Database
    every: timedelta = timedelta(minutes=4)
    etas: dict[tuple[str, int], list[tuple[datetime, datetime]]] = field(default_factory=lambda: defaultdict(list))
    planned: dict[str, datetime] = field(default_factory=dict)
    _next: datetime | None = None

    def look(self, now: datetime) -> None:
        """See the ETAs of all live routes, unless they were seen a moment ago."""
        if self._next is not None and now < self._next:
            return
        self._next = now + self.every
        with self.database.reading() as session:
            rows = session.execute(_AHEAD).all()
        for number, attempt, eta, planned in rows:
            if eta is not None:
                self.etas[number, attempt].append((now, eta))
            if planned is not None:
                self.planned.setdefault(number, planned)

    def told(self, numbers: Iterable[str]) -> dict[str, list[Window]]:
        """By order the windows that were told, in their order."""
        query = (
            select(_events.c.subject, _events.c.at, _events.c.after, _events.c.detail)
            .where(_events.c.noun == "order", _events.c.change == "told", _events.c.subject.in_(list(numbers)))
            .order_by(_events.c.id)
        )
        found: dict[str, list[Window]] = defaultdict(list)
        with self.database.reading() as session:
            for number, at, after, detail in session.execute(query):
                if after:
                    start, _, end = str(after).partition(" ")
                    why = str((detail or {}).get("why", ""))
                    found[number].append(Window(at, datetime.fromisoformat(start), datetime.fromisoformat(end), why))
        return found
