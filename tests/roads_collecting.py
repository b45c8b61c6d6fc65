"""Returns to collect on the routes of `tests.roads`."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, select

from domain.moment import SYSTEM
from domain.returns import Return
from domain.routes import Route, Task
from domain.values import Place
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, a_pickup, a_stop
from tests.roads import ALL_DAY, TODAY, Road


def the_return(database: Database, number: str) -> Return:
    """A return as it is now."""
    with database.reading() as session:
        return session.exec(select(Return).where(Return.number == number)).one()


def wanted(session: Session, road: Road, place: Place) -> Return:
    """A return to be collected at any time today."""
    made = a_pickup(session, road.shop, place=place, day=TODAY)
    made.pickup_start, made.pickup_end = ALL_DAY.start, ALL_DAY.end
    session.flush()
    return made


def on_route(
    session: Session, road: Road, route: Route, place: Place, *, told: timedelta = timedelta(hours=1)
) -> Return:
    """A return that is collected at the last stop of a route; its customer was told a window of twice ``told`` around that."""
    made = wanted(session, road, place)
    n = len(road.stops[route.id or 0]) + 1
    eta = NOW + timedelta(minutes=20 * n)
    order = road.order(session, place)
    stop = a_stop(session, route, order, position=n, eta=eta, eta_start=eta, eta_end=eta)
    task = session.exec(select(Task).where(Task.stop_id == stop.id)).one()
    task.order_number, task.return_number, task.kind = None, made.number, "pickup"
    made.told_start, made.told_end = eta - told, eta + told
    road.stops[route.id or 0].append(stop)
    session.flush()
    return made


def numbers(database: Database, route: Route) -> list[str]:
    """What is still to be done on a route, in its order: orders and returns by number."""
    with database.reading() as session:
        tour = UnitOfWork(session, SYSTEM).routes.tour(route.id or 0)
        return [task.number for task in tour.tasks if task.is_ahead]
