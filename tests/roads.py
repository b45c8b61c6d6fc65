"""Routes under way to test with: a depot's vans on the road on the Monday of `tests.builders`, at 11:00 in Berlin.

road = a_road(session)
route = road.route(session, stops=3, status="in_progress")
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from actions.perform import perform
from domain.fleet import Driver, ShiftPattern, Vehicle
from domain.notices import Notice
from domain.orders import Order
from domain.refusals import Refusal
from domain.routes import Route, Stop
from domain.values import Place, Window
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, OFFICE, SYSTEM, Business, a_stop, an_order, business, moment

TODAY = NOW.date()
#: Any time today.
ALL_DAY = Window(time(8), time(20))


def east(km: float, north: float = 0.0) -> Place:
    """So many kilometres east and north of the depot."""
    return Place(52.52 + north / 111.2, 13.405 + km / 67.7)


@dataclass
class Road:
    """A business with vans, and what is on their routes."""

    shop: Business
    routes: list[Route] = field(default_factory=list)
    stops: dict[int, list[Stop]] = field(default_factory=dict)
    orders: dict[int, list[Order]] = field(default_factory=dict)

    def route(
        self,
        session: Session,
        places: Sequence[Place] = (),
        *,
        status: str = "published",
        vehicle: dict[str, Any] | None = None,
        driver: dict[str, Any] | None = None,
        hours: tuple[time, time] = (time(8), time(20)),
        told: timedelta | None = timedelta(minutes=60),
        order: dict[str, Any] | None = None,
        **values: Any,
    ) -> Route:
        """A route of today to these places, an order at each: published, or under way since 10:00 with all aboard.

        Stops are expected 20 minutes after each other, from now on; customers were told windows of twice ``told``
        around that, or (None) nothing.
        """
        n = len(self.routes) + 1
        person = Driver(**{"code": f"d{n}", "name": f"Driver {n}", "depot_id": self.shop.depot_id, **(driver or {})})
        van = Vehicle(
            **{
                "plate": f"B-RM {n}", "name": f"Van {n}", "depot_id": self.shop.depot_id, "payload": 800_000,
                "volume": 8_000_000, **(vehicle or {}),
            }
        )  # fmt: skip
        session.add_all([person, van])
        session.flush()
        shift = ShiftPattern(driver_id=person.id or 0, weekday=TODAY.isoweekday(), starts=hours[0], ends=hours[1])
        session.add(shift)
        left = status == "in_progress"
        route = Route(
            **{
                "depot_id": self.shop.depot_id, "day": TODAY, "driver_id": person.id, "vehicle_id": van.id, "status": status,
                "planned_start": NOW - timedelta(hours=1) if left else NOW, "planned_end": NOW + timedelta(hours=6), **values,
            }
        )  # fmt: skip
        session.add(route)
        session.flush()
        self.routes.append(route)
        key = route.id or 0
        self.stops[key], self.orders[key] = [], []
        for m, place in enumerate(places):
            self.add(session, route, place, NOW + timedelta(minutes=20 * (m + 1)), told=told, **(order or {}))
        return route

    def add(
        self, session: Session, route: Route, place: Place, eta: datetime, *, told: timedelta | None, **values: Any
    ) -> Stop:  # fmt: skip
        """One more stop at the end of a route."""
        left = route.status == "in_progress"
        given = {"status": "out_for_delivery" if left else "packed", "lines": [("SKU-1", 1)], **values}
        order = self.order(session, place, **given)
        if told is not None:
            order.told_start, order.told_end = eta - told, eta + told
        mine = self.stops[route.id or 0]
        stop = a_stop(
            session, route, order, position=len(mine) + 1, eta=eta, eta_start=eta, eta_end=eta, planned_start=eta
        )
        mine.append(stop)
        self.orders[route.id or 0].append(order)
        return stop

    def order(self, session: Session, place: Place, **values: Any) -> Order:
        """An order for today, packed unless said otherwise."""
        given = {"status": "packed", "day": TODAY, "window": ALL_DAY, "lines": [("SKU-1", 1)], **values}
        window = given.pop("window")
        order = an_order(session, self.shop, place=place, window=Window(time(12), time(16)), **given)
        order.promise_start, order.promise_end = window.start, window.end
        session.flush()
        return order


def a_road(session: Session, **values: Any) -> Road:
    """A business without routes yet."""
    return Road(business(session, **{"capacity": 10_000, "stock": 100_000, **values}))


def do(database: Database, command: Any, **values: Any) -> list[Notice]:
    """What a dispatcher's command says to the dispatcher and to customers; `told_drivers` is for the rest."""
    return [each for each in perform(database, [command], moment(OFFICE, **values))[0] if each.driver is None]


def told_drivers(database: Database, command: Any, **values: Any) -> list[Notice]:
    """What a dispatcher's command says to drivers."""
    return [each for each in perform(database, [command], moment(OFFICE, **values))[0] if each.driver is not None]


def refusal(database: Database, command: Any) -> Refusal:
    """Why a dispatcher's command is not done."""
    with pytest.raises(Refusal) as caught:
        do(database, command)
    return caught.value


def chain(database: Database, route: Route) -> list[str | None]:
    """The orders of a route in the order of its stops, whose positions are 1, 2, 3 …"""
    with database.reading() as session:
        tour = UnitOfWork(session, SYSTEM).routes.tour(route.id or 0)
        assert [visit.stop.position for visit in tour.visits] == list(range(1, len(tour.visits) + 1))
        return [task.order_number for task in tour.tasks]


def order_of(database: Database, number: str) -> Order:
    """The order as it is now."""
    with database.reading() as session:
        found = UnitOfWork(session, SYSTEM).orders.find(number)
        assert found is not None
        return found
