"""Queries for visits that were made, and what they teach."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlmodel import Session

from domain.depots import Depot
from domain.routes import Stop
from domain.travel.learning import Learned, learn
from domain.travel.today import Today, drives_of, today_of
from domain.travel.visits import Visit
from domain.values import Place
from storage import travel

#: So long visits are learned from, and so many of a depot, the newest.
LEARNED_FROM, _MOST = timedelta(days=90), 20_000
#: Ways that ended so long ago belong to today.
LATELY = timedelta(hours=14)

_visits = Visit.__table__  # type: ignore[attr-defined]
_made = [_visits.c[name] for name in "driver_id building left_at arrived_at beeline routed planned served".split()]
#: Read for every plan, as plain rows, the newest first.
_MADE = select(*_made).order_by(_visits.c.arrived_at.desc(), _visits.c.stop_id)


class Visits:
    """Queries for visits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def stop(self, stop_id: int) -> Stop | None:
        """The stop of that number, if there is one."""
        return self._session.get(Stop, stop_id)

    def of(self, stop_id: int) -> Visit | None:
        """The visit that was made to a stop."""
        return self._session.get(Visit, stop_id)

    def keep(self, visit: Visit) -> None:
        """Keep a visit, in place of what was known of the same stop."""
        self._session.merge(visit)

    def routed(self, start: Place, end: Place) -> int | None:
        """The free seconds of a way as a table service told them lately."""
        return travel.told(self._session, start.digest(), end.digest())

    def today(self, depot: Depot, learned: Learned, now: datetime) -> Today:
        """What the ways to the latest visits say of those to come."""
        since = now - LATELY
        rows = self._session.execute(_MADE.where(_visits.c.depot_id == depot.id, _visits.c.arrived_at >= since)).all()
        return today_of(drives_of([row for row in rows if row.left_at is not None], depot, learned, since))

    def learned(self, depot: Depot, now: datetime) -> Learned:
        """What the visits of a depot teach."""
        query = _MADE.where(_visits.c.depot_id == depot.id, _visits.c.arrived_at >= now - LEARNED_FROM)
        return learn(self._session.execute(query.limit(_MOST)).all(), depot.tz)


def forget(session: Session, now: datetime) -> None:
    """Delete visits that nothing is learned from any more."""
    session.execute(delete(_visits).where(_visits.c.arrived_at < now - LEARNED_FROM))
