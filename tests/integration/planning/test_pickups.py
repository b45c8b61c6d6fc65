"""Returns that are collected: planned with the orders of the day, and their customers told when somebody comes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import select

from actions.drawn import drawing_of_plan, manifest_of
from actions.perform import perform
from bot.standing import Standings
from domain.cases import Case
from domain.commands import PublishPlan
from domain.depots import DeliverySlot
from domain.fleet import Vehicle
from domain.policies import Policies
from domain.refusals import Refusal
from domain.returns import Return
from domain.values import Place
from storage.database import Database
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.builders import (
    EVENING,
    MORNING,
    NEXT_DAY,
    NOON,
    OFFICE,
    a_customer,
    a_pickup,
    an_order,
    moment,
)
from tests.planning import numbers, some_orders
from tests.running import run


def publish(database: Database, plan, **values):
    at = replace(moment(OFFICE), policies=Policies(channels=frozenset({"email"})))
    return perform(database, [PublishPlan(plan=plan.id, **values)], at)[0]


def the_return(database: Database, number: str) -> Return:
    with database.reading() as session:
        return session.exec(select(Return).where(Return.number == number)).one()


def messages(database: Database, name: str) -> list[OutboxRow]:
    with database.reading() as session:
        return [row for row in session.exec(select(OutboxRow)) if row.name == name]


def test_a_return_is_planned_like_an_order_and_its_customer_told_when_somebody_comes(database, shop, planner):
    with database.writing() as session:
        orders = some_orders(session, shop, 2)
        other = a_customer(session, name="Ada", email="ada@example.com", phone=None)
        made = a_pickup(session, shop, customer=other, place=Place(52.54, 13.41), code="4821")
    plan = planner.plan()
    (tour,) = planner.tours(plan)
    assert sorted(numbers(tour)) == sorted([made.number, *(order.number for order in orders)])
    (task,) = [each for each in tour.tasks if each.return_number]
    assert (task.kind, task.order_number, task.attempt) == ("pickup", None, 1)
    assert task.service == shop.depot.stop_seconds + shop.depot.piece_seconds
    assert messages(database, "pickup.planned") == []

    notices = publish(database, plan)
    told = the_return(database, made.number)
    assert told.status == "pickup_planned"
    promised = NOON.on(NEXT_DAY, shop.depot.tz)
    assert promised[0] <= told.told_start < told.told_end <= promised[1]
    (notice,) = [each for each in notices if each.name == "pickup.planned"]
    assert (notice.to, notice.code, notice.start, notice.end) == (other.id, "4821", told.told_start, told.told_end)
    assert [item.name for item in notice.items] == ["Kettle"]
    (row,) = messages(database, "pickup.planned")
    assert row.about == made.number


def test_what_was_said_of_a_pickup_is_dropped_when_it_is_no_longer_true(database, shop, planner):
    with database.writing() as session:
        made = a_pickup(session, shop)
    publish(database, planner.plan())
    (row,) = messages(database, "pickup.planned")
    standings = Standings(database, _at_once)
    assert run(standings.allow(row.model_copy(update={"good_until": None})))
    with database.writing() as session:
        session.exec(select(Return).where(Return.number == made.number)).one().status = "approved"
    assert not run(Standings(database, _at_once).allow(row.model_copy(update={"good_until": None})))


async def _at_once(function, *args):
    return function(*args)


def test_a_delivery_and_a_pickup_at_one_door_are_one_stop(database, shop, planner):
    with database.writing() as session:
        order = an_order(session, shop)
        made = a_pickup(session, shop)
        other_time = a_pickup(session, shop, window=MORNING)
    (tour,) = planner.tours(planner.plan())
    together = [{task.number for task in visit.tasks} for visit in tour.visits]
    assert {order.number, made.number} in together
    assert {other_time.number} in together


def test_what_is_exchanged_is_collected_on_the_visit_that_brings_the_new_one(database, shop, planner):
    """Whatever day and window the return had: the new one is not brought without taking the old one along."""
    with database.writing() as session:
        order = an_order(session, shop, window=EVENING)
        made = a_pickup(session, shop, exchange=order, day=NEXT_DAY.replace(day=NEXT_DAY.day + 1))
        some_orders(session, shop, 2)
    plan = planner.plan()
    (tour,) = planner.tours(plan)
    (visit,) = [visit for visit in tour.visits if order.number in {task.number for task in visit.tasks}]
    assert {task.number for task in visit.tasks} == {order.number, made.number}
    assert EVENING.on(NEXT_DAY, shop.depot.tz)[0] <= visit.stop.planned_start


def test_what_is_collected_needs_room_along_the_way(database, shop, planner):
    """A van full of orders has room for what comes back once it has delivered: the pickup is planned after a delivery."""
    with database.writing() as session:
        a_full_van = [("SKU-1", 60)]
        orders = some_orders(session, shop, 2, lines=a_full_van)  # 72 kg each
        bought = an_order(session, shop, status="delivered", lines=(("SKU-1", 60),), place=Place(52.5205, 13.4052))
        made = a_pickup(session, shop, order=bought, skus=("SKU-1",), quantity=60)
        session.exec(select(Vehicle)).one().payload = 145_000
    plan = planner.plan()
    (tour,) = planner.tours(plan)
    assert sorted(numbers(tour)) == sorted([made.number, *(order.number for order in orders)])
    assert numbers(tour)[0] != made.number, "it is nearest to the depot, and does not fit in before"


def test_a_pickup_nobody_can_make_is_an_exception_and_the_customer_chooses_another_day(database, shop, planner):
    with database.writing() as session:
        bought = an_order(session, shop, status="delivered", lines=(("SKU-1", 700),))
        made = a_pickup(session, shop, order=bought, skus=("SKU-1",), quantity=700)
        order = an_order(session, shop, place=Place(52.53, 13.41), street="Torstr. 9")
    plan = planner.plan()
    (left,) = planner.unplanned(plan)
    assert (left.return_number, left.kind, left.stop_id) == (made.number, "pickup", None)
    (off,) = [each for each in publish(database, plan) if each.name == "pickup.called_off"]
    assert (off.to, off.why, off.day) == (made.customer_id, "not_planned", NEXT_DAY)
    now = the_return(database, made.number)
    assert (now.status, now.pickup_day, now.told_start) == ("approved", None, None)
    with database.reading() as session:
        (case,) = [each for each in session.exec(select(Case)) if each.kind == "pickup_not_planned"]
        assert (case.detail["return_number"], case.desk) == (made.number, "north")
        assert case.detail["reason"].startswith("drop.")
        slot = session.exec(select(DeliverySlot).where(DeliverySlot.day == NEXT_DAY)).one()
        assert slot.booked == 1, "only the order has a place in it"
    assert [numbers(tour) for tour in planner.tours(plan)] == [[order.number]]


def test_a_pickup_that_changed_since_it_was_planned_is_told_before_publishing(database, shop, planner):
    with database.writing() as session:
        made = a_pickup(session, shop)
        order = an_order(session, shop, place=Place(52.53, 13.41), street="Torstr. 9")
    plan = planner.plan()
    with database.writing() as session:
        session.exec(select(Return).where(Return.number == made.number)).one().status = "cancelled"
    with pytest.raises(Refusal) as refused:
        publish(database, plan)
    assert refused.value.values["changes"] == [{"what": "order", "name": made.number, "why": "gone"}]
    notices = publish(database, plan, leave_out_changed=True)
    assert not [each for each in notices if each.name.startswith("pickup.")]
    assert [numbers(tour) for tour in planner.tours(plan)] == [[order.number]]


def test_the_loading_list_tells_what_comes_back(database, shop, planner):
    with database.writing() as session:
        made = a_pickup(session, shop)
    plan = planner.plan()
    with database.reading() as session:
        uow = UnitOfWork(session, OFFICE)
        (route,) = uow.routes.of_plan(plan.id)
        manifest = manifest_of(route, uow)
        drawing = drawing_of_plan(plan, uow)
    assert manifest.loading == ()
    ((stop,),) = [each.orders for each in manifest.collecting]
    assert (stop.number, [line.name for line in stop.lines]) == (made.number, ["Kettle"])
    assert drawing.routes[0].stops[0].orders == (made.number,)
