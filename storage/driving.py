"""Drivers' shifts as worked, their reports and the codes they join by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlmodel import Session

from domain.driving import ANNOUNCED, DriverCode, DriverReport, WorkedShift
from domain.events import Event
from domain.fleet import Driver, Vehicle
from domain.orders import Order
from domain.routes import AHEAD, LIVE, Route, Stop, Task, TaskKind

_shifts = WorkedShift.__table__  # type: ignore[attr-defined]
_reports = DriverReport.__table__  # type: ignore[attr-defined]
_codes = DriverCode.__table__  # type: ignore[attr-defined]
_events = Event.__table__  # type: ignore[attr-defined]
_orders = Order.__table__  # type: ignore[attr-defined]
_tasks = Task.__table__  # type: ignore[attr-defined]
_stops = Stop.__table__  # type: ignore[attr-defined]
_drivers = Driver.__table__  # type: ignore[attr-defined]
_vehicles = Vehicle.__table__  # type: ignore[attr-defined]
_routes = Route.__table__  # type: ignore[attr-defined]


class Driving:
    """Queries for drivers at work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def driver(self, driver_id: int) -> Driver | None:
        """The driver of that number."""
        return self._session.get(Driver, driver_id)

    def vehicle(self, vehicle_id: int) -> Vehicle | None:
        """The vehicle of that number, locked."""
        return self._session.get(Vehicle, vehicle_id, with_for_update=True)

    def named(self, name: str) -> Sequence[Driver]:
        """Drivers of that name, in whatever case; one by number."""
        wanted = func.lower(_drivers.c.name) == name.lower()
        if name.isdecimal() and len(name) < 10:
            wanted = _drivers.c.id == int(name)
        return self._session.scalars(select(Driver).where(wanted).order_by(_drivers.c.id)).all()

    def all(self) -> Sequence[Driver]:
        """All drivers who still drive, by number."""
        return self._session.scalars(select(Driver).where(_drivers.c.active).order_by(_drivers.c.id)).all()

    def find_code(self, code: str) -> DriverCode | None:
        """The code a driver joins by; used and expired ones too."""
        return self._session.get(DriverCode, code)

    def end_codes(self, driver_id: int, now: datetime) -> None:
        """Codes of a driver that nobody used open nothing any more."""
        unused = update(DriverCode).where(_codes.c.driver_id == driver_id, _codes.c.used_at.is_(None))
        self._session.execute(unused.values(used_at=now))

    def code(self, code: str) -> DriverCode | None:
        """The code a driver joins by, locked; used and expired ones too."""
        query = select(DriverCode).where(_codes.c.code == code).with_for_update()
        return self._session.scalars(query.execution_options(populate_existing=True)).first()

    def shift(self, driver_id: int, *, lock: bool = False) -> WorkedShift | None:
        """The shift a driver works now."""
        query = select(WorkedShift).where(_shifts.c.driver_id == driver_id, _shifts.c.ended_at.is_(None))
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        return self._session.scalars(query).first()

    def last_shift(self, driver_id: int) -> WorkedShift | None:
        """The shift a driver began last."""
        query = select(WorkedShift).where(_shifts.c.driver_id == driver_id).order_by(_shifts.c.id.desc()).limit(1)
        return self._session.scalars(query).first()

    def last_km(self, plate: str) -> int | None:
        """What the odometer of a vehicle said last."""
        query = (
            select(func.coalesce(_shifts.c.end_km, _shifts.c.start_km))
            .join(_vehicles, _vehicles.c.id == _shifts.c.vehicle_id)
            .where(_vehicles.c.plate == plate, _shifts.c.start_km.is_not(None) | _shifts.c.end_km.is_not(None))
        )
        said: int | None = self._session.execute(query.order_by(_shifts.c.id.desc()).limit(1)).scalar()
        return said

    def routes(self, driver_id: int, day: date) -> Sequence[Route]:
        """The live routes of a driver on a day, by number."""
        query = select(Route).where(_routes.c.driver_id == driver_id, _routes.c.day == day, _routes.c.status.in_(LIVE))
        return self._session.scalars(query.order_by(_routes.c.id)).all()

    def under_way(self, depot_id: int) -> Sequence[WorkedShift]:
        """The shifts of a depot that are worked now."""
        query = select(WorkedShift).where(_shifts.c.depot_id == depot_id, _shifts.c.ended_at.is_(None))
        return self._session.scalars(query.order_by(_shifts.c.id)).all()

    def order_states(self, route_id: int) -> Sequence[str]:
        """The states of the orders that are still to be brought on a route."""
        query = (
            select(_orders.c.status)
            .join(_tasks, _tasks.c.order_number == _orders.c.number)
            .join(_stops, _stops.c.id == _tasks.c.stop_id)
            .where(_stops.c.route_id == route_id, _tasks.c.kind == TaskKind.DELIVERY, _tasks.c.status.in_(AHEAD))
        )
        return self._session.scalars(query).all()

    def to_bring(self, route_id: int) -> set[str]:
        """The orders that are still to be brought on a route, as it is now, whatever was read of it before."""
        query = (
            select(_tasks.c.order_number)
            .join(_stops, _stops.c.id == _tasks.c.stop_id)
            .where(_stops.c.route_id == route_id, _tasks.c.kind == TaskKind.DELIVERY, _tasks.c.status.in_(AHEAD))
        )
        return {number for number in self._session.scalars(query) if number}

    def loaded(self, route_id: int) -> list[str]:
        """The orders that were put on the vehicle of a route, whatever became of them, by number."""
        query = select(_events.c.detail).where(
            _events.c.noun == "route", _events.c.subject == str(route_id), _events.c.change == "loaded"
        )
        return sorted({number for detail in self._session.scalars(query) for number in detail["orders"]})

    def last_routes(self, numbers: Iterable[str], until: date) -> dict[str, int | None]:
        """Per order the route of the visit planned last, of those until a day; None where that one was taken off."""
        query = (
            select(_tasks.c.order_number, _stops.c.route_id)
            .outerjoin(_stops, _stops.c.id == _tasks.c.stop_id)
            .where(_tasks.c.order_number.in_(list(numbers)), _tasks.c.kind == TaskKind.DELIVERY, _tasks.c.day <= until)
        )
        return {row.order_number: row.route_id for row in self._session.execute(query.order_by(_tasks.c.id))}

    def last_report(self, driver_id: int, *, lock: bool = False) -> DriverReport | None:
        """What a driver reported last and has not taken back."""
        query = select(DriverReport).where(_reports.c.driver_id == driver_id, _reports.c.undone_at.is_(None))
        query = query.where(_reports.c.what != ANNOUNCED).order_by(_reports.c.id.desc()).limit(1)
        return self._session.scalars(query.with_for_update() if lock else query).first()

    def heard_at(self, driver_id: int) -> datetime | None:
        """When a driver reported anything last."""
        mine = (_reports.c.driver_id == driver_id, _reports.c.what != ANNOUNCED)
        query = select(_reports.c.at).where(*mine).order_by(_reports.c.at.desc()).limit(1)
        heard: datetime | None = self._session.execute(query).scalar()
        return heard
