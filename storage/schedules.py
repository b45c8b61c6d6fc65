"""Schedules, the times they came to, and the reports they lead to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlmodel import Session

from domain.depots import Depot
from domain.orders import Order, OrderStatus
from domain.routes import LIVE, Route, RouteStatus
from domain.schedules import Report, Schedule, ScheduledRun
from domain.scheduling import usual
from storage.database import insert_if_new

_rows = Schedule.__table__  # type: ignore[attr-defined]
_runs = ScheduledRun.__table__  # type: ignore[attr-defined]
_reports = Report.__table__  # type: ignore[attr-defined]
_orders = Order.__table__  # type: ignore[attr-defined]
_routes = Route.__table__  # type: ignore[attr-defined]

#: The job of the one row per depot that says until when its schedule has been looked at.
TICK = "tick"


class Schedules:
    """Queries for what the program does by itself."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, depot: Depot) -> Sequence[Schedule]:
        """A depot's schedule; jobs that are not on it yet are put there as they usually are."""
        found = self._rows(depot)
        known = {row.job for row in found}
        missing = [each for each in usual(depot.cutoff) if each.job not in known]
        if not missing:
            return found
        for each in missing:
            row = {
                "depot_id": depot.id, "job": each.job, "at": each.at, "every_minutes": each.every_minutes,
                "weekdays": list(each.weekdays), "enabled": True, "options": dict(each.options or {}),
            }  # fmt: skip
            self._session.execute(insert_if_new(self._session, _rows), row)
        return self._rows(depot)

    def row(self, depot: Depot, job: str) -> Schedule:
        """One row of a depot's schedule, locked."""
        self.of(depot)
        query = select(Schedule).where(_rows.c.depot_id == depot.id, _rows.c.job == job).with_for_update()
        return self._session.scalars(query.execution_options(populate_existing=True)).one()

    def look_up(self, depot: Depot, job: str) -> Schedule | None:
        """One row of a depot's schedule as it is, if it is there."""
        query = select(Schedule).where(_rows.c.depot_id == depot.id, _rows.c.job == job)
        return self._session.scalars(query).first()

    def starts(self, depot_id: int, days: Collection[date]) -> dict[date, datetime]:
        """When the first route that is, or will be, driven on a day leaves, for days on which one does."""
        query = (
            select(_routes.c.day, func.min(_routes.c.planned_start).label("start"))
            .where(_routes.c.depot_id == depot_id, _routes.c.day.in_(list(days)), _routes.c.status.in_(LIVE))
            .where(_routes.c.planned_start.is_not(None))
            .group_by(_routes.c.day)
        )
        return {row.day: row.start for row in self._session.execute(query)}

    def any_under_way(self, depot_id: int, statuses: Iterable[RouteStatus]) -> bool:
        """Whether a depot has any route in one of these states."""
        query = select(_routes.c.id).where(_routes.c.depot_id == depot_id, _routes.c.status.in_(list(statuses)))
        return self._session.execute(query.limit(1)).first() is not None

    def promised(self, depot_id: int, day: date) -> dict[str, int]:
        """How many orders are promised for a day, by their status; cancelled ones do not count."""
        query = select(_orders.c.status, func.count()).where(
            _orders.c.depot_id == depot_id, _orders.c.promise_day == day
        )
        query = query.where(_orders.c.status != OrderStatus.CANCELLED).group_by(_orders.c.status)
        return {status: int(count) for status, count in self._session.execute(query)}

    # Times that came

    def ticked(self, depot: Depot, now: datetime) -> ScheduledRun:
        """Until when a depot's schedule has been looked at (``due_at``), locked; from now on where it never was."""
        key = f"{TICK}:{depot.code}"
        new = {"key": key, "job": TICK, "depot_id": depot.id, "due_at": now, "began_at": now, "state": "done"}
        self._session.execute(insert_if_new(self._session, _runs), {**new, "detail": {}})
        return self.run(key)

    def add(self, run: ScheduledRun) -> bool:
        """Write down a time that came; False where it is there already."""
        values = run.model_dump(exclude={"id"})
        added = self._session.execute(insert_if_new(self._session, _runs, _runs.c.id), values).scalar()
        return added is not None

    def run(self, key: str) -> ScheduledRun:
        """The run of that key, locked. Raises where there is none."""
        query = select(ScheduledRun).where(_runs.c.key == key).with_for_update()
        return self._session.scalars(query.execution_options(populate_existing=True)).one()

    def find(self, key: str) -> ScheduledRun | None:
        """The run of that key."""
        return self._session.scalars(select(ScheduledRun).where(_runs.c.key == key)).first()

    def runs(
        self, depot_id: int | None = None, states: Collection[str] = (), limit: int = 50
    ) -> Sequence[ScheduledRun]:
        """What was due, the latest first."""
        query = select(ScheduledRun).where(_runs.c.job != TICK)
        if depot_id is not None:
            query = query.where(_runs.c.depot_id == depot_id)
        if states:
            query = query.where(_runs.c.state.in_(list(states)))
        return self._session.scalars(query.order_by(_runs.c.due_at.desc(), _runs.c.id.desc()).limit(limit)).all()

    def waiting(self, depot_id: int, job: str) -> Sequence[ScheduledRun]:
        """What of a job is still to be done."""
        query = select(ScheduledRun).where(_runs.c.depot_id == depot_id, _runs.c.job == job, _runs.c.state == "due")
        return self._session.scalars(query).all()

    def forget(self, before: datetime) -> int:
        """Delete what was due before a moment and is over; how many."""
        old = delete(_runs).where(_runs.c.due_at < before, _runs.c.state != "due", _runs.c.job != TICK)
        return int(getattr(self._session.execute(old), "rowcount", 0))

    # Reports

    def report(self, depot_id: int, kind: str, period: str) -> Report | None:
        """The report of a depot for a day or week, locked."""
        query = select(Report).where(_reports.c.depot_id == depot_id, _reports.c.kind == kind)
        return self._session.scalars(query.where(_reports.c.period == period).with_for_update()).first()

    def reports(self, depot_id: int | None, kind: str | None = None, limit: int = 20) -> Sequence[Report]:
        """Reports, the latest period first."""
        query = select(Report)
        conditions: list[Any] = []
        if depot_id is not None:
            conditions.append(_reports.c.depot_id == depot_id)
        if kind is not None:
            conditions.append(_reports.c.kind == kind)
        query = query.where(*conditions).order_by(_reports.c.period.desc(), _reports.c.id.desc())
        return self._session.scalars(query.limit(limit)).all()

    def _rows(self, depot: Depot) -> Sequence[Schedule]:
        query = select(Schedule).where(_rows.c.depot_id == depot.id).order_by(_rows.c.id)
        return self._session.scalars(query).all()
