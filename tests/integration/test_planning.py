"""From orders to a published plan, through the commands and the real job."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

import bot.clock
import bot.planning
import bot.tidying
from actions import publishing
from actions.perform import perform, perform_in
from bot.casework import tell
from bot.files import Files
from bot.jobs import run_due_jobs, run_due_plans
from bot.words import Words
from domain.cases import Case
from domain.commands import CancelOrder, ChangeOrder, DiscardPlan, PublishPlan, RescheduleOrder, StopRun
from domain.events import Event
from domain.fleet import Shift
from domain.notices import OrderPlanned
from domain.orders import Order
from domain.planning.inputs import Outdated
from domain.plans import Plan, Run
from domain.policies import Policies
from domain.refusals import Refusal
from domain.routes import Route, Stop, Task
from storage.database import Database
from storage.jobs import JobRow
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.builders import EVENING, MORNING, NEXT_DAY, NOON, NOW, OFFICE, Business, an_order, business, moment
from tests.planning import Planner, a_driver, a_van, numbers, settings_for, some_orders


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        shop = business(session, stock=500)
        a_driver(session, shop, "Ines", a_van(session, shop, "B-X 1"))
        return shop


@pytest.fixture
def planner(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Planner:
    """The program on the Monday of the tests."""
    monkeypatch.setattr(bot.clock, "now", lambda: NOW)
    monkeypatch.setattr(bot.planning, "now", lambda: NOW)
    return Planner(database, settings_for(tmp_path))


def do(database: Database, command, **at):
    return perform(database, [command], moment(OFFICE, **at))[0]


def rows(database: Database, model):
    with database.reading() as session:
        return list(session.exec(select(model).order_by(*model.__table__.primary_key)))


def messages(database: Database, name: str = "order.planned") -> list[OutboxRow]:
    return [row for row in rows(database, OutboxRow) if row.name == name]


# The way


def test_orders_become_a_draft_and_the_draft_the_truth(database, shop, planner):
    with database.writing() as session:
        orders = some_orders(session, shop, 5)
    plan = planner.plan()
    assert plan.status == "draft"
    (tour,) = planner.tours(plan)
    assert sorted(numbers(tour)) == [order.number for order in orders]
    assert (tour.route.status, plan.summary["stops"], plan.summary["left_out"]) == ("draft", 5, 0)
    starts = [visit.stop.planned_start for visit in tour.visits]
    assert starts == sorted(starts)
    for visit in tour.visits:
        assert NOON.on(NEXT_DAY, shop.depot.tz)[0] <= visit.stop.planned_start <= NOON.on(NEXT_DAY, shop.depot.tz)[1]
        assert visit.stop.eta_start <= visit.stop.eta <= visit.stop.eta_end
    assert messages(database) == []

    do(database, PublishPlan(plan=plan.id))
    (route,) = planner.routes()
    assert (route.status, rows(database, Plan)[0].status) == ("published", "published")
    with database.reading() as session:
        uow = UnitOfWork(session, OFFICE)
        for order in orders:
            due = uow.routes.due(order.number)
            told = uow.orders.get(order.number)
            assert told.status == "allocated"
            assert told.told_start <= due.stop.eta <= told.told_end
            assert NOON.on(NEXT_DAY, shop.depot.tz)[0] <= told.told_start < told.told_end


def test_a_run_keeps_what_it_was_made_of(database, shop, planner):
    with database.writing() as session:
        some_orders(session, shop, 4)
    run_id = planner.ask(seed=3)
    planner.work()
    run = planner.run(run_id)
    assert (run.status, run.seed, run.engine, run.travel_source, run.tries) == ("done", 3, "hybrid", "straight line", 1)
    assert len(run.inputs["orders"]) == 4
    assert list(run.inputs["rides"]) == ["Ines (B-X 1)"]
    assert len(run.inputs_hash) == 64
    assert run.cost["fixed"] == 3000
    assert run.cost["time"] > 0
    assert run.baselines["by_hand"]["stops"] == 4
    assert run.baselines["by_hand"]["cost"]["distance"] >= run.cost["distance"]
    assert "last_day" not in run.baselines


def test_what_a_run_used_is_forgotten_a_week_after_its_day(database, shop, planner, monkeypatch):
    with database.writing() as session:
        some_orders(session, shop, 1)
    run_id = planner.ask()
    planner.work()
    files = Files(planner.settings)
    for days, orders in ((7, 1), (10, 0)):
        monkeypatch.setattr(bot.tidying, "now", lambda days=days: NOW + timedelta(days=days))
        bot.tidying.tidy(database, files)
        assert len(planner.run(run_id).inputs.get("orders", {})) == orders
    assert planner.run(run_id).inputs_hash


def test_what_visits_teach_is_learned_before_the_transaction(database, shop, planner, statements):
    with database.writing() as session:
        some_orders(session, shop, 1)
    planner.ask()
    statements.clear()
    planner.work()
    read = next(n for n, each in enumerate(statements) if "FROM visit" in each)
    assert read < next(n for n, each in enumerate(statements) if each.startswith("UPDATE run"))


def test_the_last_day_is_a_pattern_to_compare_with(database, shop, planner):
    with database.writing() as session:
        some_orders(session, shop, 3)
        some_orders(session, shop, 3, day=NEXT_DAY + timedelta(days=1))
    do(database, PublishPlan(plan=planner.plan().id))
    plan = planner.plan(day=NEXT_DAY + timedelta(days=1))
    assert plan.summary["baselines"]["last_day"]["stops"] == 3


def test_the_same_seed_gives_the_same_routes(database, shop, planner):
    with database.writing() as session:
        some_orders(session, shop, 8)
        a_driver(session, shop, "Omar", a_van(session, shop, "B-X 2"))
    first = [numbers(tour) for tour in planner.tours(planner.plan(seed=5))]
    assert [numbers(tour) for tour in planner.tours(planner.plan(seed=5))] == first


def test_one_customers_orders_to_one_address_are_one_stop(database, shop, planner):
    with database.writing() as session:
        first = an_order(session, shop, window=NOON)
        second = an_order(session, shop, window=NOON)
        evening = an_order(session, shop, window=EVENING)
    plan = planner.plan()
    (tour,) = planner.tours(plan)
    assert [[task.order_number for task in visit.tasks] for visit in tour.visits] == [
        [first.number, second.number],
        [evening.number],
    ]
    both, alone = tour.visits
    # three pieces each: 240 s for a stop and 10 s for a piece
    assert (both.stop.service, alone.stop.service) == (240 + 60, 240 + 30)
    assert [task.service for task in both.tasks] == [270, 30]


def test_only_orders_that_can_go_out_are_planned(database, shop, planner):
    with database.writing() as session:
        states = ("confirmed", "allocated", "packed", "rescheduled", "backordered", "held", "cancelled", "failed")
        orders = {status: an_order(session, shop, status=status, window=MORNING) for status in states}
    (tour,) = planner.tours(planner.plan())
    wanted = {orders[status].number for status in ("confirmed", "allocated", "packed", "rescheduled")}
    assert set(numbers(tour)) == wanted


# One run at a time, and one draft


def test_a_second_run_at_the_same_time_is_refused(database, shop, planner):
    with database.writing() as session:
        some_orders(session, shop, 1)
        some_orders(session, shop, 1, day=NEXT_DAY + timedelta(days=1))
    run_id = planner.ask()
    with pytest.raises(Refusal, match="already_planning") as refused:
        planner.ask()
    assert refused.value.values["run"] == run_id
    planner.ask(day=NEXT_DAY + timedelta(days=1))


def test_however_many_ask_at_once_one_run_begins(database, shop, planner):
    with database.writing() as session:
        some_orders(session, shop, 1)

    def ask(_: int) -> str:
        try:
            planner.ask()
        except Refusal as told:
            return told.text
        return "begun"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(ask, range(4))) == ["begun"] + ["refused.already_planning"] * 3
    assert len(rows(database, Run)) == 1


def test_however_many_publish_at_once_customers_are_told_once(database, shop, planner):
    with database.writing() as session:
        orders = some_orders(session, shop, 3)
    plan = planner.plan()
    with ThreadPoolExecutor(4) as pool:
        said = [*pool.map(lambda _: perform(database, [PublishPlan(plan=plan.id)], telling())[0][0], range(4))]
    assert sorted(notice.already for notice in said) == [False, True, True, True]
    assert sorted(row.about for row in messages(database)) == [order.number for order in orders]


def test_a_new_draft_takes_the_place_of_the_old_one(database, shop, planner):
    with database.writing() as session:
        some_orders(session, shop, 2)
    first, second = planner.plan(), planner.plan()
    assert {plan.id: plan.status for plan in rows(database, Plan)} == {first.id: "discarded", second.id: "draft"}
    assert {route.plan_id for route in rows(database, Route)} == {second.id}
    assert {task.plan_id for task in rows(database, Task)} == {second.id}


def test_a_draft_can_be_thrown_away(database, shop, planner):
    with database.writing() as session:
        some_orders(session, shop, 2)
    plan = planner.plan()
    for _ in range(2):
        do(database, DiscardPlan(plan=plan.id))
    assert rows(database, Route) == rows(database, Stop) == rows(database, Task) == []
    with pytest.raises(Refusal, match="plan_discarded"):
        do(database, PublishPlan(plan=plan.id))
    assert planner.plan().status == "draft"


def test_a_published_plan_cannot_be_thrown_away(database, shop, planner):
    with database.writing() as session:
        some_orders(session, shop, 2)
    plan = planner.plan(publish=True)
    with pytest.raises(Refusal, match="transition"):
        do(database, DiscardPlan(plan=plan.id))


def test_what_is_on_a_published_route_is_not_planned_again(database, shop, planner):
    with database.writing() as session:
        some_orders(session, shop, 3)
        a_driver(session, shop, "Omar", a_van(session, shop, "B-X 2", fixed_cost=9_000))
    first = planner.plan(publish=True)
    with database.writing() as session:
        late = some_orders(session, shop, 1, window=EVENING)
    second = planner.plan()
    (before,), (after,) = planner.tours(first), planner.tours(second)
    assert numbers(after) == [late[0].number]
    assert (before.route.driver_id, before.route.vehicle_id) != (after.route.driver_id, after.route.vehicle_id)


# What changes meanwhile


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


# What customers and staff hear


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


# Days that are special


def test_a_day_on_which_nobody_works(database, shop, planner):
    with database.writing() as session:
        some_orders(session, shop, 2)
        session.add(Shift(driver_id=1, day=NEXT_DAY))
    plan = planner.plan()
    assert planner.tours(plan) == []
    assert {task.reason["code"] for task in planner.unplanned(plan)} == {"drop.no_shift"}


def test_a_driver_without_a_vehicle(database, shop, planner):
    with database.writing() as session:
        some_orders(session, shop, 1)
        van = UnitOfWork(session, OFFICE).fleet.vehicle("B-X 1")
        van.status = "out_of_service"
    (task,) = planner.unplanned(planner.plan())
    assert task.reason["code"] == "drop.no_vehicle"


def test_a_day_without_orders_is_not_planned(database, shop, planner):
    with database.writing() as session:
        some_orders(session, shop, 1)
    with pytest.raises(Refusal, match="nothing_to_plan"):
        planner.ask(day=NEXT_DAY + timedelta(days=1))
    planner.plan(publish=True)
    with pytest.raises(Refusal, match="nothing_to_plan"):
        planner.ask()
    assert len(rows(database, Plan)) == 1


def test_a_day_that_is_over_is_not_planned(database, shop, planner):
    with pytest.raises(Refusal, match="day_over"):
        planner.ask(day=NOW.date() - timedelta(days=1))
    with pytest.raises(Refusal, match="no_such_depot"):
        planner.ask(depot="west")


@pytest.mark.parametrize("day", [date(2026, 10, 25), date(2027, 3, 28)])
def test_the_days_the_clocks_change(database, shop, planner, day):
    """Windows are local time, travel and service are not: the van that begins at 8 is at the first stop by its window."""
    with database.writing() as session:
        some_orders(session, shop, 2, window=MORNING)
        for order in session.exec(select(Order)):
            order.promise_day = day
    (tour,) = planner.tours(planner.plan(day=day))
    begins = tour.route.planned_start.astimezone(shop.depot.tz)
    assert (begins.date(), begins.time() >= time(8)) == (day, True)
    for visit in tour.visits:
        there = visit.stop.planned_start.astimezone(shop.depot.tz)
        assert time(8) <= there.time() <= time(12)
        assert there.date() == day


def test_today_begins_now(database, shop, planner):
    """At eleven in the morning the driver who began at eight can only serve what is still to come."""
    with database.writing() as session:
        some_orders(session, shop, 2, day=NOW.date(), window=NOON)
    (tour,) = planner.tours(planner.plan(day=NOW.date()))
    assert tour.route.planned_start >= NOW


# Runs that do not go as they should


def test_a_run_whose_search_dies_is_taken_up_again(database, shop, planner, monkeypatch):
    with database.writing() as session:
        some_orders(session, shop, 3)
    real, deaths = bot.planning.solve_apart, [bot.planning.SolverDied("killed")]

    def dies_once(problem, **more):
        if deaths:
            raise deaths.pop()
        return real(problem, **more)

    monkeypatch.setattr(bot.planning, "solve_apart", dies_once)
    run_id = planner.ask()
    planner.work()
    assert (planner.run(run_id).status, planner.plan_of(run_id)) == ("solving", None)
    due_again(database)
    planner.work()
    assert (planner.run(run_id).status, planner.run(run_id).tries) == ("done", 2)
    assert len(rows(database, Plan)) == 1


def test_a_run_whose_search_always_dies_fails_in_words(database, shop, planner, monkeypatch):
    def dies(*_: object, **__: object):
        raise bot.planning.SolverDied("killed")

    with database.writing() as session:
        some_orders(session, shop, 1)
    monkeypatch.setattr(bot.planning, "solve_apart", dies)
    run_id = planner.ask()
    for _ in range(bot.planning.MOST_TRIES + 1):
        planner.work()
        due_again(database)
    run = planner.run(run_id)
    assert (run.status, run.error["reason"]) == ("failed", "planning.failed.died")
    assert planner.work() == 0
    planner.ask()


def test_a_try_that_was_overtaken_makes_no_second_draft(database, shop, planner, monkeypatch):
    """Its worker stood still for so long that another one took the run up, and came to its end first."""
    with database.writing() as session:
        some_orders(session, shop, 2)

    def another_worker() -> None:
        due_again(database)
        assert planner.work() == 1

    meanwhile(monkeypatch, another_worker)
    run_id = planner.ask()
    planner.work()
    assert (planner.run(run_id).status, planner.run(run_id).tries) == ("done", 2)
    assert len(rows(database, Plan)) == 1
    assert len(rows(database, Task)) == 2


def test_a_run_that_is_given_up_comes_to_nothing(database, shop, planner, monkeypatch):
    with database.writing() as session:
        some_orders(session, shop, 2)
    run_id = planner.ask()
    meanwhile(monkeypatch, lambda: do(database, StopRun(run=run_id, abort=True)))
    planner.work()
    assert (planner.run(run_id).status, planner.plan_of(run_id)) == ("stopped", None)
    planner.ask()


def test_a_run_that_is_stopped_takes_the_best(database, shop, planner):
    """It would search for ten minutes, and is told to stop before it has begun."""
    with database.writing() as session:
        orders = some_orders(session, shop, 4)
    run_id = planner.ask(iterations=None, seconds=600)
    do(database, StopRun(run=run_id))
    planner.work()
    assert planner.run(run_id).status == "stopped"
    assert len(planner.tours(planner.plan_of(run_id))[0].tasks) == len(orders)


def test_the_program_ends_while_it_plans_and_another_goes_on(database, shop, planner):
    with database.writing() as session:
        some_orders(session, shop, 2)
    run_id = planner.ask()
    assert run_due_plans(database, planner.settings, leaving=lambda: True) == 1
    assert planner.run(run_id).status == "solving"
    due_again(database)
    planner.work()
    assert planner.run(run_id).status == "done"


def test_the_history_says_who_planned_and_published(database, shop, planner):
    with database.writing() as session:
        some_orders(session, shop, 1)
    do(database, PublishPlan(plan=planner.plan().id))
    told = [(e.noun, e.actor, e.after) for e in rows(database, Event) if e.noun in {"run", "plan", "route"}]
    assert told == [
        ("run", "dispatcher", "queued"),
        ("run", "system", "solving"),
        ("plan", "system", "draft"),
        ("run", "system", "done"),
        ("plan", "dispatcher", "published"),
        ("route", "dispatcher", "published"),
    ]


def telling(**at):
    """The circumstances of an installation that can send e-mails."""
    return replace(moment(OFFICE, **at), policies=Policies(channels=frozenset({"email"})))


def due_again(database: Database) -> None:
    """Time passes: the job may be taken again."""
    with database.writing() as session:
        for job in session.exec(select(JobRow)):
            job.run_at, job.done_at = NOW, None if job.kind == "tell_planned" else job.done_at


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens) -> None:
    """Something happens, once, between the search and the adoption of what it found."""
    real, left = bot.planning.solve_apart, [happens]

    def solve(problem, **more):
        found = real(problem, **more)
        if left:
            left.pop()()
        return found

    monkeypatch.setattr(bot.planning, "solve_apart", solve)
