"""What changes while a day is planned, or between draft and publishing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from actions import publishing
from actions.perform import perform_in
from domain.cases import Case
from domain.commands import CancelOrder, ChangeOrder, PublishPlan, RescheduleOrder
from domain.fleet import Shift
from domain.orders import Order
from domain.planning.inputs import Outdated
from domain.plans import Plan
from domain.refusals import Refusal
from tests.builders import EVENING, NEXT_DAY, NOON, OFFICE, moment
from tests.integration.planning.done import do, meanwhile, messages, rows
from tests.planning import a_driver, a_van, numbers, some_orders


def test_an_order_that_is_cancelled_while_it_is_planned_is_taken_out(database, shop, planner, monkeypatch):
    with database.writing() as session:
        orders = some_orders(session, shop, 5)
    meanwhile(monkeypatch, lambda: do(database, CancelOrder(order=orders[2].number)))
    run_id = planner.ask()
    planner.work()
    plan = planner.plan_of(run_id)
    (tour,) = planner.tours(plan)
    assert sorted(numbers(tour)) == sorted(order.number for order in orders if order is not orders[2])
    assert [visit.stop.position for visit in tour.visits] == [1, 2, 3, 4]
    assert [each["name"] for each in plan.summary["taken_out"]] == [orders[2].number]
    assert planner.run(run_id).tries == 1


def test_a_new_order_changes_nothing(database, shop, planner, monkeypatch):
    with database.writing() as session:
        orders = some_orders(session, shop, 3)

    def another() -> None:
        with database.writing() as session:
            some_orders(session, shop, 1)

    meanwhile(monkeypatch, another)
    plan = planner.plan()
    assert sorted(numbers(planner.tours(plan)[0])) == [order.number for order in orders]
    assert plan.summary["taken_out"] == []
    assert "changed" not in do(database, PublishPlan(plan=plan.id))[0].facts()


def test_when_more_than_a_few_change_the_day_is_planned_anew(database, shop, planner, monkeypatch):
    with database.writing() as session:
        orders = some_orders(session, shop, 8)

    def cancel_five() -> None:
        for order in orders[:5]:
            do(database, CancelOrder(order=order.number))

    meanwhile(monkeypatch, cancel_five)
    run_id = planner.ask()
    planner.work()
    assert planner.run(run_id).tries == 2
    assert sorted(numbers(planner.tours(planner.plan_of(run_id))[0])) == [order.number for order in orders[5:]]


def test_a_driver_who_falls_ill_while_the_day_is_planned(database, shop, planner, monkeypatch):
    with database.writing() as session:
        orders = some_orders(session, shop, 3)
        a_driver(session, shop, "Omar", a_van(session, shop, "B-X 2", fixed_cost=90_000))

    def ines_is_off() -> None:
        with database.writing() as session:
            session.add(Shift(driver_id=1, day=NEXT_DAY))

    meanwhile(monkeypatch, ines_is_off)
    run_id = planner.ask()
    planner.work()
    assert planner.run(run_id).tries == 2
    (tour,) = planner.tours(planner.plan_of(run_id))
    assert (tour.route.driver_id, len(tour.visits)) == (2, len(orders))


def test_a_plan_with_an_order_that_changed_is_not_published_but_without_it(database, shop, planner):
    with database.writing() as session:
        orders = some_orders(session, shop, 4)
    plan = planner.plan()
    do(database, CancelOrder(order=orders[1].number))
    do(database, RescheduleOrder(order=orders[2].number, day=NEXT_DAY, window=EVENING))
    with pytest.raises(Outdated) as refused:
        do(database, PublishPlan(plan=plan.id))
    assert [(change.name, change.why) for change in refused.value.changes] == [
        (orders[1].number, "gone"),
        (orders[2].number, "window"),
    ]
    assert planner.routes() == []
    do(database, PublishPlan(plan=plan.id, leave_out_changed=True))
    (tour,) = planner.tours(plan)
    assert sorted(numbers(tour)) == [orders[0].number, orders[3].number]
    assert [visit.stop.position for visit in tour.visits] == [1, 2]
    assert [task.order_number for task in planner.unplanned(plan)] == [orders[2].number]
    assert [(case.order_number, case.detail["reason"]) for case in rows(database, Case)] == [
        (orders[2].number, "drop.changed")
    ]


def test_when_everything_is_cancelled_meanwhile_there_is_no_plan(database, shop, planner, monkeypatch):
    with database.writing() as session:
        orders = some_orders(session, shop, 5)
    meanwhile(monkeypatch, lambda: [do(database, CancelOrder(order=order.number)) for order in orders])
    run_id = planner.ask()
    planner.work()
    run = planner.run(run_id)
    assert (run.status, run.error["reason"]) == ("failed", "planning.failed.nothing_left")
    assert rows(database, Plan) == []


def test_a_draft_whose_routes_should_have_left_is_not_published(database, shop, planner):
    with database.writing() as session:
        some_orders(session, shop, 2)
    plan = planner.plan()
    (tour,) = planner.tours(plan)
    for late, refuses in ((timedelta(hours=1), True), (timedelta(minutes=10), False)):
        publishing_it = {"command": PublishPlan(plan=plan.id), "now": tour.route.planned_start + late}
        if refuses:
            with pytest.raises(Refusal, match="plan_too_late"):
                do(database, **publishing_it)
            assert messages(database) == planner.routes() == []
        else:
            assert do(database, **publishing_it)[0].routes == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer at a time anyway
def test_while_a_plan_is_published_nobody_changes_its_orders(database, shop, planner, monkeypatch):
    monkeypatch.setattr(publishing, "AT_ONCE", 1)  # the others are told later, and locked all the same
    with database.writing() as session:
        orders = some_orders(session, shop, 3)
    plan = planner.plan()
    with database.writing() as session:
        perform_in(session, [PublishPlan(plan=plan.id)], moment(OFFICE))
        for order in orders:
            with database.writing() as other, pytest.raises(OperationalError):
                other.execute(select(Order.id).where(Order.number == order.number).with_for_update(nowait=True))


def test_nobody_drives_to_an_order_that_was_cancelled_or_moved_after_publishing(database, shop, planner):
    with database.writing() as session:
        stays, cancelled, moved, later, elsewhere = some_orders(session, shop, 5)
    plan = planner.plan(publish=True)
    do(database, CancelOrder(order=cancelled.number))
    do(database, RescheduleOrder(order=moved.number, day=NEXT_DAY + timedelta(days=1), window=NOON))
    do(database, RescheduleOrder(order=later.number, day=NEXT_DAY, window=EVENING))
    new = {"street": "Torstr. 99", "postcode": "10119", "city": "Berlin", "country": "DE", "place": "52.53,13.41"}
    do(database, ChangeOrder(order=elsewhere.number, address=new))
    (tour,) = planner.tours(plan)
    assert {visit.tasks[0].order_number: visit.status for visit in tour.visits} == {
        stays.number: "pending", cancelled.number: "skipped", moved.number: "skipped", later.number: "skipped",
        elsewhere.number: "skipped",
    }  # fmt: skip
    assert [visit.stop.done_at is None for visit in tour.visits] == [visit.is_ahead for visit in tour.visits]
    assert {case.order_number for case in rows(database, Case)} == {later.number, elsewhere.number}
    again = planner.plan()
    assert {task.order_number: task.reason["code"] for task in planner.unplanned(again)} == {
        later.number: "drop.all_have_routes",
        elsewhere.number: "drop.all_have_routes",
    }
