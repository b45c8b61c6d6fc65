"""Routes under way: stops of a driver and vehicle, with the present ETA of each."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from domain.columns import UtcDateTime, Versioned


class Driver(SQLModel, table=True):
    """Somebody who drives."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    phone: str | None = None
    depot_id: int = Field(foreign_key="depot.id")
    active: bool = True


class Vehicle(SQLModel, table=True):
    """What is driven: payload in grams, volume in cubic centimetres; ``status`` available, in_use, out_of_service."""

    __table_args__ = (CheckConstraint("payload > 0 AND volume > 0", name="vehicle_sane"),)

    id: int | None = Field(default=None, primary_key=True)
    plate: str = Field(unique=True)
    name: str
    depot_id: int = Field(foreign_key="depot.id")
    payload: int
    volume: int
    status: str = "available"


class Route(Versioned, table=True):
    """Ordered stops for one driver, vehicle and day."""

    id: int | None = Field(default=None, primary_key=True)
    depot_id: int = Field(foreign_key="depot.id")
    day: date = Field(index=True)
    driver_id: int | None = Field(default=None, foreign_key="driver.id")
    vehicle_id: int | None = Field(default=None, foreign_key="vehicle.id")
    status: str = "draft"


class RoutePosition(SQLModel, table=True):
    """Where the vehicle of a route was last seen."""

    __tablename__ = "route_position"

    route_id: int = Field(foreign_key="route.id", primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    lat: float
    lon: float


class Stop(Versioned, table=True):
    """One address on a route, serving one order; the ETA is the present estimate, as a span."""

    __table_args__ = (UniqueConstraint("route_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    route_id: int = Field(foreign_key="route.id")
    position: int
    order_number: str = Field(foreign_key="orders.number", index=True)
    status: str = "pending"
    eta_start: datetime | None = Field(default=None, sa_type=UtcDateTime)
    eta_end: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
