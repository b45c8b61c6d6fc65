"""How routes go on, for those who look at many of them: four statements, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from domain.fleet import Driver, Vehicle
from domain.notices import StopLine
from domain.routes import AHEAD, Route, RoutePosition, TaskStatus, state_of
from domain.told import GRACE
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Progress:
    """A route with who and what drives it, its stops in order, and where it was last seen."""

    route: Route
    driver: Driver | None
    vehicle: Vehicle | None
    stops: tuple[StopLine, ...]
    order_ids: tuple[int, ...]
    seen: RoutePosition | None

    @property
    def ahead(self) -> tuple[StopLine, ...]:
        """The stops at which something is still to be done; the one the driver is at first."""
        left = [stop for stop in self.stops if stop.status in AHEAD]
        return tuple(sorted(left, key=lambda stop: stop.status != TaskStatus.ARRIVED))

    @property
    def done(self) -> int:
        """How many stops lie behind."""
        return sum(stop.status not in AHEAD for stop in self.stops)

    @property
    def late(self) -> int:
        """How many stops ahead come later than was told."""
        return sum(stop.late > 0 for stop in self.ahead)

    @property
    def risky(self) -> int:
        """How many more may."""
        return sum(stop.risky for stop in self.ahead)


def progress(routes: Sequence[Route], uow: UnitOfWork) -> list[Progress]:
    """How each of the routes goes on."""
    if not routes:
        return []
    rows = uow.dispatch.on_the_road(routes)
    vehicles, drivers = uow.dispatch.fleet(routes)
    seen = uow.dispatch.positions(routes)
    return [
        Progress(
            route, drivers.get(route.driver_id or 0), vehicles.get(route.vehicle_id or 0), _stops(rows[route.id or 0]),
            tuple(row.order_id for row in rows[route.id or 0] if row.status in AHEAD and row.order_id is not None),
            seen.get(route.id or 0),
        )
        for route in routes
    ]  # fmt: skip


def _stops(rows: Sequence[Row[Any]]) -> tuple[StopLine, ...]:
    visits = [list(each) for _, each in groupby(rows, key=lambda row: row.stop_id)]
    return tuple(_stop(nth, visit) for nth, visit in enumerate(visits, 1))


def _stop(nth: int, rows: Sequence[Row[Any]]) -> StopLine:
    """One stop; of several windows told there the one that ends first counts."""
    first, tasks = rows[0], list(rows)
    status = state_of(tasks)
    told = min(((row.told_end, row.told_start) for row in rows if row.told_end is not None), default=(None, None))
    ahead = status in AHEAD and status != TaskStatus.ARRIVED
    late = _minutes_after(first.eta, told[0]) if ahead else 0
    risky = ahead and not late and bool(_minutes_after(first.eta_end, told[0]))
    return StopLine(
        nth=nth, orders=tuple(row.number for row in rows if row.number), address=first.address, status=status.value,
        eta=_minute(first.eta) if status in AHEAD else None, told_start=told[1], told_end=told[0], done_at=first.done_at,
        late=late, risky=risky, locked=first.locked,
    )  # fmt: skip


def _minutes_after(moment: datetime | None, told: datetime | None) -> int:
    """By how many minutes a moment is after what was told, with the grace customers have; 0 where it is not."""
    if moment is None or told is None or moment <= told + GRACE:
        return 0
    return -int(-(moment - told).total_seconds() // 60)


def _minute(moment: datetime | None) -> datetime | None:
    """The moment as people read it: what moves by seconds is the same."""
    return None if moment is None else moment.replace(second=0, microsecond=0)
