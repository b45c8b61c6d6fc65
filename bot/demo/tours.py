"""Routes of the demo: who drives where, in which order."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TypeVar

from bot.demo.city import City
from bot.demo.story import S, Story, Visit
from domain.depots import Depot
from domain.driving import WorkedShift
from domain.events import Event
from domain.fleet import Driver, VehicleStatus
from domain.routes import Route, RoutePosition, Stop, Task
from domain.values import Place

T = TypeVar("T")
#: How an attempt's outcome stands on its task.
TASK_OF = {
    S.DELIVERED: "completed",
    S.PARTIALLY_DELIVERED: "partial",
    S.FAILED: "failed",
    S.RETURNED_TO_DEPOT: "failed",
}
#: An ETA is told as a span of this length.
SPAN = timedelta(minutes=20)
_FEWEST_STOPS = 12
#: How much of the way to its next stop a van has behind it.
_DRIVEN = 0.85
#: What the odometers of the demo's vans say in the morning, in km.
_ODOMETER = 48_210


@dataclass
class Tour:
    """A route with its stops in order, each with its task and the story it serves; ``began`` is when its driver did."""

    route: Route
    driver: Driver
    stops: list[tuple[Stop, Task, Story]] = field(default_factory=list)
    began: datetime | None = None

    def done(self, story: Story, at: datetime, outcome: S, road: Sequence[Event]) -> None:
        """A stop that lies behind, and who was there."""
        stop, task = self._next(story, TASK_OF[outcome])
        stop.eta, stop.eta_start, stop.eta_end = at, at - SPAN / 2, at + SPAN / 2
        stop.done_at = task.done_at = at
        self.drove(road)

    def ahead(self, story: Story, eta: datetime, status: str = "pending") -> None:
        """A stop still to come; the customer was told an hour around it."""
        stop, _ = self._next(story, status)
        stop.eta, stop.eta_start, stop.eta_end = eta + SPAN / 2, eta, eta + SPAN
        stop.planned_start = stop.eta
        quarter = eta - timedelta(minutes=eta.minute % 15, seconds=eta.second, microseconds=eta.microsecond)
        story.order.told_start, story.order.told_end = quarter - timedelta(minutes=15), quarter + timedelta(minutes=45)

    def position(self, now: datetime) -> RoutePosition | None:
        """Where the van is: most of the way to its next stop; None for a van that is not on the road."""
        n = next((n for n, (_, task, _) in enumerate(self.stops) if task.is_ahead), None)
        if self.route.status != "in_progress" or n is None:
            return None
        there, depot = self.stops[n][0].place, self.stops[n][2].depot
        here = self.stops[n - 1][0].place if n else depot.place
        lat, lon = (a + _DRIVEN * (b - a) for a, b in ((here.lat, there.lat), (here.lon, there.lon)))
        return RoutePosition(route_id=self.route.id or 0, at=now, lat=lat, lon=lon)

    def shift(self) -> WorkedShift | None:
        """The shift its driver works now; None where the route is not under way."""
        route = self.route
        if self.began is None:
            return None
        return WorkedShift(
            driver_id=route.driver_id or 0, depot_id=route.depot_id, day=route.day, route_id=route.id,
            vehicle_id=route.vehicle_id, started_at=self.began, start_km=_ODOMETER,
        )  # fmt: skip

    def drove(self, road: Sequence[Event]) -> None:
        """The driver did these."""
        for event in road:
            event.person = self.driver.id

    def _next(self, story: Story, status: str) -> tuple[Stop, Task]:
        place, service = story.resident.place, story.depot.stop_seconds
        stop = Stop(
            route_id=0, position=len(self.stops) + 1, lat=place.lat, lon=place.lon, address=story.order.address,
            service=service,
        )  # fmt: skip
        task = Task(depot_id=story.depot.id or 0, day=self.route.day, status=status, service=service)
        self.stops.append((stop, task, story))
        return stop, task


class Fleet:
    """Drivers and vehicles by depot."""

    def __init__(self, city: City) -> None:
        self._drivers = {d.id: [each for each in city.drivers if each.depot_id == d.id] for d in city.depots}
        self._vehicles = {
            d.id: [
                each for each in city.vehicles if each.depot_id == d.id and each.status != VehicleStatus.OUT_OF_SERVICE
            ]
            for d in city.depots
        }

    def tour(self, depot: Depot, day: date, n: int, status: str) -> Tour:
        """The ``n``-th tour of a depot on a day."""
        drivers, vehicles = self._drivers[depot.id], self._vehicles[depot.id]
        driver, vehicle = drivers[n % len(drivers)], vehicles[n % len(vehicles)]
        if status in {"loading", "in_progress"}:
            vehicle.status = VehicleStatus.IN_USE
        route = Route(depot_id=depot.id or 0, day=day, driver_id=driver.id, vehicle_id=vehicle.id, status=status)
        return Tour(route, driver)


def past(fleet: Fleet, visits: Sequence[Visit]) -> list[Tour]:
    """The completed tours that made these visits: neighbours together, in the order they were served."""
    groups: dict[tuple[date, int, datetime], list[Visit]] = defaultdict(list)
    for visit in visits:
        groups[visit.day, visit.story.depot.id or 0, visit.out].append(visit)
    tours = []
    for (day, _, _), group in sorted(groups.items(), key=lambda item: item[0]):
        depot = group[0].story.depot
        group.sort(key=lambda visit: bearing(depot, visit.story.resident.place))
        for n, part in enumerate(split(group, math.ceil(len(group) / max(_FEWEST_STOPS, math.ceil(len(group) / 5))))):
            tour = fleet.tour(depot, day, day.toordinal() + n, "completed")
            for visit in sorted(part, key=lambda each: each.at):
                tour.done(visit.story, visit.at, visit.outcome, visit.road)
            tours.append(tour)
    return tours


def bearing(depot: Depot, place: Place) -> float:
    """In which direction from the depot a place lies; good enough to tell neighbourhoods apart."""
    return math.atan2(place.lat - depot.lat, (place.lon - depot.lon) * math.cos(math.radians(depot.lat)))


def split(things: Sequence[T], parts: int) -> list[list[T]]:
    """``parts`` runs of nearly equal length, in order."""
    edges = [len(things) * n // parts for n in range(parts + 1)]
    return [list(things[start:end]) for start, end in pairwise(edges)]
