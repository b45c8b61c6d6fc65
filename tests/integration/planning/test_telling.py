"""What customers and staff hear of a plan."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import select

from actions import publishing
from actions.perform import perform
from bot.casework import tell
from bot.jobs import run_due_jobs
from bot.words import Words
from domain.cases import Case
from domain.commands import PublishPlan, RescheduleOrder
from domain.events import Event
from domain.fleet import Shift
from domain.notices import OrderPlanned
from domain.orders import Order
from domain.routes import Route, Stop, Task
from tests.builders import NEXT_DAY, NOON, NOW, an_order
from tests.integration.planning.done import do, due_again, messages, rows, telling
from tests.planning import numbers, some_orders


def test_customers_are_told_once_however_often_a_plan_is_published(database, shop, planner):
    with database.writing() as session:
        orders = some_orders(session, shop, 3)
    plan = planner.plan()
    for _ in range(2):
        done = perform(database, [PublishPlan(plan=plan.id)], telling())[0]
    assert done[0].already
    told = messages(database)
    assert sorted(row.about for row in told) == [order.number for order in orders]
    assert len({row.conversation_id for row in told}) == 3
    assert {row.name for row in told} == {"order.planned"}


def test_the_customers_of_a_large_plan_are_told_in_turn(database, shop, planner, monkeypatch):
    monkeypatch.setattr(publishing, "AT_ONCE", 2)
    with database.writing() as session:
        orders = some_orders(session, shop, 5)
    planner.plan(publish=True)
    told = [order.number for order in rows(database, Order) if order.told_start]
    assert len(told) == 2
    assert run_due_jobs(database, planner.settings) == 3  # the picture of the plan is one of them
    assert all(order.told_start for order in rows(database, Order))
    due_again(database)
    run_due_jobs(database, planner.settings)
    assert len([e for e in rows(database, Event) if e.change == "told"]) == len(orders)


def test_what_is_told_too_late_is_not_told(database, shop, planner):
    """The customer chose another day before the message was sent."""
    with database.writing() as session:
        order = some_orders(session, shop, 1)[0]
    perform(database, [PublishPlan(plan=planner.plan().id)], telling())
    (row,) = messages(database)
    order = rows(database, Order)[0]
    assert OrderPlanned.still_told(row.facts, order.told_start, order.told_end)
    assert OrderPlanned.still_told(row.facts, order.told_start + timedelta(minutes=5), order.told_end)
    do(database, RescheduleOrder(order=order.number, day=NEXT_DAY + timedelta(days=1), window=NOON))
    order = rows(database, Order)[0]
    assert not OrderPlanned.still_told(row.facts, order.told_start, order.told_end)


def test_at_night_customers_hear_of_it_in_the_morning(database, shop, planner):
    with database.writing() as session:
        some_orders(session, shop, 1)
    plan = planner.plan()
    perform(database, [PublishPlan(plan=plan.id)], telling(now=NOW + timedelta(hours=11)))
    (row,) = messages(database)
    assert str(row.not_before) == "2026-05-05 06:00:00+00:00"


def test_who_cannot_be_served_is_an_exception_with_its_reason(database, shop, planner):
    with database.writing() as session:
        fits = some_orders(session, shop, 1)[0]
        shop.products["SKU-3"].handling = ["fridge"]
        session.add(shop.products["SKU-3"])
        cold = an_order(session, shop, lines=[("SKU-3", 1)])
        lost = an_order(session, shop, place=None, street="Nowhere 1")
    plan = planner.plan()
    assert {task.order_number: task.reason["code"] for task in planner.unplanned(plan)} == {
        cold.number: "drop.no_skill",
        lost.number: "drop.placeless",
    }
    assert rows(database, Case) == []
    do(database, PublishPlan(plan=plan.id))
    cases = {case.order_number: case for case in rows(database, Case)}
    assert set(cases) == {cold.number, lost.number}
    assert cases[cold.number].kind == "not_planned"
    words = Words(["en"], shop.depot.tz)
    assert tell(cases[cold.number], words, NOW).what == (
        "The order is on no route tomorrow, Tuesday 5 May. No vehicle has fridge. It could be served if Van had fridge."
    )
    assert [row.about for row in messages(database)] == []
    assert sorted(numbers(planner.tours(plan)[0])) == [fits.number]


def test_an_exception_is_settled_once_the_order_is_planned(database, shop, planner):
    with database.writing() as session:
        order = some_orders(session, shop, 1)[0]
        session.add(Shift(driver_id=1, day=NEXT_DAY))
    planner.plan(publish=True)
    assert [case.status for case in rows(database, Case)] == ["open"]
    with database.writing() as session:
        session.delete(session.exec(select(Shift)).one())
    planner.plan(publish=True)
    assert [(case.order_number, case.status) for case in rows(database, Case)] == [(order.number, "resolved")]


def test_a_window_that_still_holds_is_not_told_again(database, shop, planner):
    with database.writing() as session:
        order = some_orders(session, shop, 1)[0]
    plan = planner.plan(publish=True)
    with database.writing() as session:
        session.exec(select(Route)).one().status = "cancelled"
        told = session.exec(select(Order)).one()
        told.told_end = session.exec(select(Stop)).one().eta - timedelta(
            minutes=4
        )  # within what is not worth a message
        before = told.told_start = told.told_end - timedelta(hours=1)
    perform(database, [PublishPlan(plan=planner.plan().id)], telling())
    assert messages(database) == []
    assert rows(database, Order)[0].told_start == before
    assert plan.id is not None
    assert [task.attempt for task in rows(database, Task)] == [1, 1]
    assert order.number
