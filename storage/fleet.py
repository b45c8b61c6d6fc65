"""Vehicles and drivers, and when these work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlmodel import Session

from domain.depots import Depot
from domain.fleet import Driver, Duty, Shift, ShiftPattern, Vehicle, duties
from domain.routes import Route

_vehicles = Vehicle.__table__  # type: ignore[attr-defined]
_drivers = Driver.__table__  # type: ignore[attr-defined]
_patterns = ShiftPattern.__table__  # type: ignore[attr-defined]
_shifts = Shift.__table__  # type: ignore[attr-defined]


class Fleet:
    """Queries for vehicles, drivers and shifts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def vehicles(self, depot_id: int) -> Sequence[Vehicle]:
        """The vehicles of a depot, by number, whatever their state."""
        return self._session.scalars(
            select(Vehicle).where(_vehicles.c.depot_id == depot_id).order_by(_vehicles.c.id)
        ).all()

    def vehicle(self, plate: str) -> Vehicle | None:
        """The vehicle with that plate, locked."""
        return self._session.scalars(select(Vehicle).where(_vehicles.c.plate == plate).with_for_update()).first()

    def drivers(self, depot_id: int) -> Sequence[Driver]:
        """The drivers of a depot who still drive, by number."""
        query = select(Driver).where(_drivers.c.depot_id == depot_id, _drivers.c.active)
        return self._session.scalars(query.order_by(_drivers.c.id)).all()

    def driver(self, code: str) -> Driver | None:
        """The driver of that code, locked."""
        return self._session.scalars(select(Driver).where(_drivers.c.code == code).with_for_update()).first()

    def called(self, ids: Iterable[int]) -> dict[int, str]:
        """What drivers are called, by number."""
        rows = self._session.execute(select(_drivers.c.id, _drivers.c.name).where(_drivers.c.id.in_(list(ids))))
        return {row.id: row.name for row in rows}

    def names(self) -> tuple[list[str], list[str]]:
        """The names of all who still drive, and all plates."""
        drivers = select(_drivers.c.name).where(_drivers.c.active).order_by(_drivers.c.id)
        plates = select(_vehicles.c.plate).order_by(_vehicles.c.id)
        return list(self._session.scalars(drivers)), list(self._session.scalars(plates))

    def patterns(self, driver_id: int) -> Sequence[ShiftPattern]:
        """A driver's usual week, from Monday."""
        query = select(ShiftPattern).where(_patterns.c.driver_id == driver_id).order_by(_patterns.c.weekday)
        return self._session.scalars(query).all()

    def shift(self, driver_id: int, day: date) -> Shift | None:
        """What was said of a driver's work on one day, if anything."""
        return self._session.scalars(
            select(Shift).where(_shifts.c.driver_id == driver_id, _shifts.c.day == day)
        ).first()

    def duties(self, depot: Depot, day: date) -> list[Duty]:
        """Who works for a depot on a day, by the number of the driver."""
        drivers = self.drivers(depot.id or 0)
        ids = [driver.id for driver in drivers]
        patterns = self._session.scalars(select(ShiftPattern).where(_patterns.c.driver_id.in_(ids))).all()
        shifts = self._session.scalars(select(Shift).where(_shifts.c.driver_id.in_(ids), _shifts.c.day == day)).all()
        return duties(drivers, patterns, shifts, day, depot.tz)

    def crews(self, routes: Sequence[Route]) -> dict[int, tuple[Driver | None, Vehicle | None]]:
        """Per route id who drives it in what."""
        asked = {route.driver_id for route in routes}, {route.vehicle_id for route in routes}
        drivers = {each.id: each for each in self._session.scalars(select(Driver).where(_drivers.c.id.in_(asked[0])))}
        vehicles = {
            each.id: each for each in self._session.scalars(select(Vehicle).where(_vehicles.c.id.in_(asked[1])))
        }
        return {route.id or 0: (drivers.get(route.driver_id), vehicles.get(route.vehicle_id)) for route in routes}
