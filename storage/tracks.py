"""Positions as they come in, every few seconds from every driver: plain statements, nothing is locked for long."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlmodel import Session

from domain.driving import TrackPoint, WorkedShift
from domain.routes import AHEAD, Route, RoutePosition, RouteStatus, Stop, Task
from domain.values import Place

_points = TrackPoint.__table__  # type: ignore[attr-defined]
_positions = RoutePosition.__table__  # type: ignore[attr-defined]
_stops = Stop.__table__  # type: ignore[attr-defined]
_tasks = Task.__table__  # type: ignore[attr-defined]
_routes = Route.__table__  # type: ignore[attr-defined]
_shifts = WorkedShift.__table__  # type: ignore[attr-defined]

_LAST = (
    select(_points.c.at, _points.c.lat, _points.c.lon)
    .where(_points.c.route_id == bindparam("route"))
    .order_by(_points.c.at.desc())
    .limit(1)
)
_NEXT = (
    select(
        _stops.c.id, _stops.c.position, _stops.c.lat, _stops.c.lon, _stops.c.near_since, _stops.c.arrival_asked_at,
        _tasks.c.status, _tasks.c.kind, _routes.c.driver_id,
    )
    .join(_tasks, _tasks.c.stop_id == _stops.c.id)
    .join(_routes, _routes.c.id == _stops.c.route_id)
    .where(_routes.c.id == bindparam("route"), _routes.c.status == RouteStatus.IN_PROGRESS, _tasks.c.status.in_(AHEAD))
    .order_by(_stops.c.position, _tasks.c.id)
    .limit(1)
)  # fmt: skip
_DRIVEN = select(_shifts.c.route_id).where(_shifts.c.driver_id == bindparam("driver"), _shifts.c.ended_at.is_(None))


class Tracks:
    """Queries for where vehicles were."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def driven_by(self, driver_id: int) -> int | None:
        """The number of the route a driver drives in the shift that goes on."""
        found: int | None = self._session.execute(_DRIVEN, {"driver": driver_id}).scalar()
        return found

    def last(self, route_id: int) -> tuple[datetime, Place] | None:
        """The last point of a route's track that was kept."""
        row = self._session.execute(_LAST, {"route": route_id}).first()
        return None if row is None else (row.at, Place(row.lat, row.lon))

    def keep(self, route_id: int, at: datetime, place: Place) -> None:
        """One more point."""
        row = {"route_id": route_id, "at": at, "lat": place.lat, "lon": place.lon}
        self._session.execute(insert(_points), row)

    def next_stop(self, route_id: int) -> Row[Any] | None:
        """The next stop of a route that is on the road, with the state of what is to be done there."""
        return self._session.execute(_NEXT, {"route": route_id}).first()

    def set_near(self, stop_id: int, since: datetime | None) -> None:
        """Note since when the driver has been near a stop."""
        self._session.execute(update(_stops).where(_stops.c.id == stop_id).values(near_since=since))

    def ask(self, stop_id: int, now: datetime) -> bool:
        """Note that the driver is asked about a stop; False where they were before, by whomever."""
        wanted = update(_stops).where(_stops.c.id == stop_id, _stops.c.arrival_asked_at.is_(None))
        return bool(self._session.execute(wanted.values(arrival_asked_at=now)).rowcount)  # type: ignore[attr-defined]

    def of_route(self, route_id: int) -> list[tuple[datetime, Place]]:
        """The track of a route, in order."""
        query = select(_points.c.at, _points.c.lat, _points.c.lon).where(_points.c.route_id == route_id)
        return [(row.at, Place(row.lat, row.lon)) for row in self._session.execute(query.order_by(_points.c.at))]


def forget(session: Session, before: datetime) -> None:
    """Delete where vehicles were before then."""
    session.execute(delete(_points).where(_points.c.at < before))
    session.execute(delete(_positions).where(_positions.c.at < before))
