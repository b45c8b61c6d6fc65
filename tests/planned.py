"""Plans in a database: what a run of the planner leaves there."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from actions import plan_links
from domain.fleet import Driver, Vehicle
from domain.moment import SYSTEM
from domain.orders import Order
from domain.plans import Plan
from domain.routes import Route, Task
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, Business, a_stop, moment

_plates = itertools.count(1)


def a_plan(session: Session, shop: Business, *, day: date = NOW.date(), status: str = "draft", **values: Any) -> Plan:
    """A plan without routes."""
    plan = Plan(depot_id=shop.depot_id, day=day, status=status, created_at=NOW, **values)
    session.add(plan)
    session.flush()
    return plan


def a_route(
    session: Session, plan: Plan, orders: Sequence[Order], *, driver: str = "Zzdriver Nowak", status: str = "draft",
    states: Sequence[str] = ("pending",), fleet: dict[str, Any] | None = None, **values: Any,
) -> Route:  # fmt: skip
    """A route of a plan with a stop for each order, ten minutes apart; the stops take the states in turn."""
    somebody = Driver(name=driver, depot_id=plan.depot_id, phone="+4915199999999", **(fleet or {}))
    plate = f"B-ZZ {next(_plates)}"
    van = Vehicle(plate=plate, name="Van 3", depot_id=plan.depot_id, payload=900_000, volume=6_000_000)
    session.add_all([somebody, van])
    session.flush()
    given = {"metres": 12_300, "planned_start": NOW, **values}
    route = Route(
        plan_id=plan.id, depot_id=plan.depot_id, day=plan.day, driver_id=somebody.id, vehicle_id=van.id, status=status,
        **given,
    )  # fmt: skip
    session.add(route)
    session.flush()
    for n, order in enumerate(orders, 1):
        eta = NOW + timedelta(minutes=10 * n)
        state = states[(n - 1) % len(states)]
        done = {"done_at": eta} if state in {"completed", "failed"} else {}
        a_stop(
            session,
            route,
            order,
            position=n,
            status=state,
            eta=eta,
            eta_start=eta,
            eta_end=eta + timedelta(minutes=20),
            **done,
        )
    return route


def a_drop(session: Session, plan: Plan, order: Order, code: str = "drop.no_room", **values: Any) -> Task:
    """An order that the plan left out."""
    reason = {"code": code, "values": values, "fix": None}
    task = Task(plan_id=plan.id, depot_id=plan.depot_id, day=plan.day, order_number=order.number, reason=reason)
    session.add(task)
    session.flush()
    return task


def link_to(session: Session, plan: Plan) -> str:
    """The token of the plan's page."""
    return plan_links.token_of(plan, UnitOfWork(session, SYSTEM), moment())
