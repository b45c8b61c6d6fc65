"""Queries for visits that were made, and what they teach."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlmodel import Session

from domain.depots import Depot
from domain.routes import Route, Stop
from domain.travel.learning import Learned, learn
from domain.travel.visits import Visit
from domain.values import Place
from storage import travel

#: So long visits are learned from, and so many of a depot, the newest.
LEARNED_FROM, _MOST = timedelta(days=90), 20_000

_visits = Visit.__table__  # type: ignore[attr-defined]
_stops = Stop.__table__  # type: ignore[attr-defined]


class Visits:
    """Queries for visits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def route_of(self, stop_id: int) -> Route | None:
        """The route a stop is on."""
        query = select(Route).where(
            Route.__table__.c.id == select(_stops.c.route_id).where(_stops.c.id == stop_id).scalar_subquery()  # type: ignore[attr-defined]
        )
        return self._session.scalars(query).first()

    def keep(self, visit: Visit) -> None:
        """Keep a visit, in place of what was known of the same stop."""
        self._session.merge(visit)

    def routed(self, start: Place, end: Place) -> int | None:
        """The free seconds of a way as a table service told them lately."""
        return travel.told(self._session, start.digest(), end.digest())

    def learned(self, depot: Depot, now: datetime) -> Learned:
        """What the visits of a depot teach."""
        query = select(Visit).where(_visits.c.depot_id == depot.id, _visits.c.arrived_at >= now - LEARNED_FROM)
        newest = query.order_by(_visits.c.arrived_at.desc(), _visits.c.stop_id).limit(_MOST)
        return learn(self._session.scalars(newest).all(), depot.tz)


def forget(session: Session, now: datetime) -> None:
    """Delete visits that nothing is learned from any more."""
    session.execute(delete(_visits).where(_visits.c.arrived_at < now - LEARNED_FROM))
