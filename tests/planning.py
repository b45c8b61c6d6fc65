"""A depot with two vans and two drivers, so that a day can be planned; and a run from wish to draft, as the program does it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

from sqlmodel import Session

from actions.perform import perform
from bot.jobs import run_due_plans
from bot.settings import Settings
from domain.commands import PlanDay
from domain.fleet import Driver, ShiftPattern, Vehicle
from domain.orders import Order
from domain.plans import Plan, Run
from domain.routes import Route, Task
from domain.values import Place
from storage.database import Database
from storage.routes import Tour
from storage.unit_of_work import UnitOfWork
from tests.builders import NEXT_DAY, OFFICE, Business, a_customer, an_order, moment

#: So many iterations find the best of a handful of stops, on any machine.
ITERATIONS = 20


def a_van(session: Session, shop: Business, plate: str = "B-X 1", **values: Any) -> Vehicle:
    """A van of the depot: 800 kg, 6 m³."""
    van = Vehicle(
        **{"plate": plate, "name": "Van", "depot_id": shop.depot_id, "payload": 800_000, "volume": 6_000_000, **values}
    )
    session.add(van)
    session.flush()
    return van


def a_driver(
    session: Session, shop: Business, name: str = "Ines", van: Vehicle | None = None, starts: time = time(8),
    ends: time = time(18), **values: Any,
) -> Driver:  # fmt: skip
    """A driver who works every day, in one van."""
    driver = Driver(**{"code": name.lower(), "name": name, "depot_id": shop.depot_id, **values})
    session.add(driver)
    session.flush()
    for weekday in range(1, 8):
        session.add(
            ShiftPattern(
                driver_id=driver.id or 0, weekday=weekday, starts=starts, ends=ends, vehicle_id=van.id if van else None
            )
        )
    session.flush()
    return driver


def some_orders(session: Session, shop: Business, count: int, **values: Any) -> list[Order]:
    """Orders for the next day, each of a customer of its own, along a line to the north of the depot."""
    orders = []
    for n in range(count):
        customer = a_customer(session, name=f"Customer {n}", email=f"c{n}@example.com", phone=None)
        place = Place(52.53 + n * 0.004, 13.40)
        more = {"street": f"Torstr. {n + 1}", "customer": customer, "place": place, **values}
        orders.append(an_order(session, shop, **more))
    return orders


def settings_for(folder: Path) -> Settings:
    """Settings of a program that writes into a folder."""
    return Settings(data_folder=folder, _env_file=None)  # type: ignore[call-arg]


@dataclass(frozen=True)
class Planner:
    """Plans days as the program does: the command, then whatever jobs are due."""

    database: Database
    settings: Settings

    def ask(self, day: date = NEXT_DAY, depot: str = "north", **values: Any) -> int:
        """Ask for a run; its number."""
        wish = PlanDay(depot=depot, day=day, **{"iterations": ITERATIONS, **values})
        notices, _ = perform(self.database, [wish], moment(OFFICE))
        return notices[0].run  # type: ignore[attr-defined, no-any-return]

    def work(self) -> int:
        """Do the work that is due."""
        return run_due_plans(self.database, self.settings)

    def plan(self, **values: Any) -> Plan:
        """The draft that a run leads to."""
        run_id = self.ask(**values)
        self.work()
        plan = self.plan_of(run_id)
        assert plan is not None, self.run(run_id).error
        return plan

    def run(self, run_id: int) -> Run:
        """A run as it is now."""
        with self.database.reading() as session:
            return UnitOfWork(session, OFFICE).routes.run(run_id)

    def plan_of(self, run_id: int) -> Plan | None:
        """The plan that came of a run."""
        with self.database.reading() as session:
            return UnitOfWork(session, OFFICE).routes.of_run(run_id)

    def tours(self, plan: Plan) -> list[Tour]:
        """The plan's routes with all that is on them."""
        with self.database.reading() as session:
            uow = UnitOfWork(session, OFFICE)
            return uow.routes.tours(uow.routes.of_plan(plan.id or 0))

    def unplanned(self, plan: Plan) -> list[Task]:
        """The tasks the plan left out."""
        with self.database.reading() as session:
            return UnitOfWork(session, OFFICE).routes.unplanned(plan.id or 0)

    def routes(self) -> list[Route]:
        """The live routes of the next day."""
        with self.database.reading() as session:
            uow = UnitOfWork(session, OFFICE)
            return [route for depot in uow.depots.all() for route in uow.routes.live(depot.id or 0, NEXT_DAY)]


def numbers(tour: Tour) -> list[str]:
    """The orders and returns of a route in the order they are served."""
    return [task.number for task in tour.tasks]
