"""From orders to a draft and from the draft to the truth, through the commands and the real job."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta

import pytest
from sqlmodel import select

import bot.tidying
from actions.perform import perform
from bot.files import Files
from domain.commands import DiscardPlan, PublishPlan
from domain.fleet import Shift
from domain.orders import Order
from domain.plans import Plan, Run
from domain.refusals import Refusal
from domain.routes import Route, Stop, Task
from storage.unit_of_work import UnitOfWork
from tests.builders import EVENING, MORNING, NEXT_DAY, NOON, NOW, OFFICE, an_order
from tests.integration.planning.done import do, messages, rows, telling
from tests.planning import a_driver, a_van, numbers, some_orders

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
