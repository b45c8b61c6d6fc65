"""One more order on a route of today: where it costs least, and nobody waits longer than they were told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from random import Random
from typing import Any

import numpy as np
import pytest
from sqlmodel import Session, select

from actions.perform import perform
from domain.commands import InsertStop
from domain.events import Event, note
from domain.moment import Actor, Role
from domain.notices import OrderComing, StopInserted
from domain.refusals import NotAllowed, Refusal
from domain.routes import Route, Stop, Task
from domain.routing.problem import Matrix
from domain.values import Place, Window
from storage import travel
from storage.database import Database
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, OFFICE, SYSTEM, a_case, a_product, moment
from tests.roads import Road, a_road, chain, do, east, order_of, refusal


@pytest.fixture
def road(database: Database) -> Road:
    with database.writing() as session:
        return a_road(session)


def test_it_joins_the_route_that_passes_by(database, road):
    with database.writing() as session:
        near = road.route(session, [east(2), east(6)])
        far = road.route(session, [east(-5)])
        order = road.order(session, east(4))
    inserted, coming, *rest = do(database, InsertStop(order=order.number))
    assert isinstance(inserted, StopInserted)
    assert (inserted.route, inserted.position) == (near.id, 2)
    first, last = (each.number for each in road.orders[near.id])
    assert chain(database, near) == [first, order.number, last]
    assert chain(database, far) == [road.orders[far.id][0].number]
    assert isinstance(coming, OrderComing)
    assert (coming.number, coming.to) == (order.number, road.shop.customer.id)
    assert coming.start <= inserted.eta <= coming.end
    told = order_of(database, order.number)
    assert (told.told_start, told.told_end, told.status) == (coming.start, coming.end, "packed")
    assert rest == []


def test_everybodys_eta_follows(database, road):
    with database.writing() as session:
        route = road.route(session, [east(2), east(6)])
        order = road.order(session, east(4))
    do(database, InsertStop(order=order.number))
    with database.reading() as session:
        stops = [visit.stop for visit in UnitOfWork(session, SYSTEM).routes.tour(route.id or 0).visits]
        changed = session.get_one(Route, route.id)
        event = session.exec(select(Event).where(Event.noun == "route", Event.change == "stops")).one()
    assert all(stop.eta_start <= stop.eta <= stop.eta_end for stop in stops)
    assert [stop.eta for stop in stops] == sorted(stop.eta for stop in stops)
    assert stops[1].eta - stops[0].eta >= timedelta(seconds=stops[0].service)
    assert changed.version > route.version
    assert event.detail == {"why": "inserted"}
    assert event.after.split(",") == [str(stop.id) for stop in stops]


def test_nobody_waits_longer_than_they_were_told(database, road):
    """The van that passes by has promised the next customer a time that a detour would break: another one goes."""
    with database.writing() as session:
        busy = road.route(session, [east(2), east(6)])
        last = road.orders[busy.id][1]
        session.add(last)
        last.told_start, last.told_end = NOW, NOW + timedelta(minutes=27)
        session.flush()
        free = road.route(session, [east(-1)])
        soon = {"window": Window(time(8), time(11, 30))}
        order = road.order(session, east(4, north=1), **soon)
    inserted = do(database, InsertStop(order=order.number))[0]
    assert isinstance(inserted, StopInserted)
    assert inserted.route == free.id
    assert order_of(database, last.number).told_end == NOW + timedelta(minutes=27)
    told = refusal(database, InsertStop(order=road_order(database, road, east(4, north=1), **soon), route=busy.id))
    assert (told.values["why"], told.values["other"], told.values["route"]) == (
        "others_late",
        last.number,
        str(busy.id),
    )


def road_order(database: Database, road: Road, *args: Any, **values: Any) -> str:
    with database.writing() as session:
        return road.order(session, *args, **values).number


def test_what_is_known_of_ways_counts_more_than_straight_lines(database, road):
    """A table service told that from the new stop to the next there is no quick way: the van that passes by is no help."""
    with database.writing() as session:
        near = road.route(session, [east(2), east(6)], told=timedelta(minutes=40))
        far = road.route(session, [east(-5)])
        order = road.order(session, east(4))
        a_way(session, east(4), east(6), seconds=5_000)
    inserted = do(database, InsertStop(order=order.number))[0]
    assert isinstance(inserted, StopInserted)
    assert inserted.route == far.id
    told = refusal(database, InsertStop(order=road_order(database, road, east(4)), route=near.id))
    assert (told.values["why"], told.values["other"]) == ("others_late", road.orders[near.id][1].number)


def a_way(session: Session, start: Place, end: Place, *, seconds: int) -> None:
    """What a table service told of the way from one place to another."""
    digests = np.array(sorted((start.digest(), end.digest())))
    row = int(np.searchsorted(digests, start.digest()))
    table = Matrix(np.full((2, 2), seconds), np.full((2, 2), 9_000))
    travel.remember(session, "osrm driving", digests, row, table, digests == end.digest(), NOW, NOW)


@pytest.mark.parametrize("seed", range(3))
def test_on_a_tight_day_no_told_window_is_ever_broken(database, road, seed):
    """Whatever joins, nobody who was told a window hears another one, and every ETA that kept its window still does."""
    rng = Random(seed)
    with database.writing() as session:
        for _ in range(4):
            north = rng.uniform(-5, 5)
            road.route(session, [east(2 * n + rng.uniform(0, 3), north) for n in range(5)], told=timedelta(minutes=20))
        orders = [road.order(session, east(rng.uniform(0, 10), rng.uniform(-6, 6))).number for _ in range(12)]
    told = told_windows(database, road)
    refused = []
    for number in orders:
        before = kept(database, told)
        try:
            notices = do(database, InsertStop(order=number))
        except Refusal as refusal_:
            refused.append(refusal_.text)
            continue
        assert [notice.name for notice in notices] == ["route.inserted", "order.planned"]
        assert told_windows(database, road) == told
        assert kept(database, told) >= before - {None}
    assert set(refused) <= {"refused.route_says_no"}
    assert len(refused) < len(orders)


def told_windows(database: Database, road: Road) -> dict[str, Any]:
    numbers = [order.number for each in road.orders.values() for order in each]
    with database.reading() as session:
        orders = UnitOfWork(session, SYSTEM).orders.named(numbers)
        return {order.number: (order.told_start, order.told_end) for order in orders}


def kept(database: Database, told: dict[str, Any]) -> set[str | None]:
    """The orders whose ETA lies in their told window, with five minutes of grace."""
    grace = timedelta(minutes=5)
    with database.reading() as session:
        rows = session.exec(
            select(Task.order_number, Stop.eta).where(Task.stop_id == Stop.id, Task.order_number.in_(told))
        ).all()
    return {number for number, eta in rows if told[number][0] - grace <= eta <= told[number][1] + grace}


def test_a_preview_changes_nothing(database, road):
    with database.writing() as session:
        route = road.route(session, [east(2), east(6)])
        order = road.order(session, east(4))
    (told,) = do(database, InsertStop(order=order.number, preview=True))
    assert isinstance(told, StopInserted)
    assert (told.preview, told.route) == (True, route.id)
    assert [effect.stop for effect in told.effects] == [road.stops[route.id][1].id]
    assert len(chain(database, route)) == 2
    with database.reading() as session:
        assert session.get_one(Route, route.id).version == route.version
        assert session.exec(select(OutboxRow)).all() == []
    assert order_of(database, order.number).told_start is None


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"place": east(2), "lines": [("COLD", 1)]}, "no_skills"),
        ({"place": east(2), "lines": [("SKU-1", 900)]}, "no_room"),
        ({"place": east(9), "window": Window(time(8), time(11, 10))}, "too_late"),
        ({"place": east(200)}, "no_time"),
    ],
)
def test_why_it_fits_nowhere(database, road, values, why):
    with database.writing() as session:
        road.shop.products["COLD"] = a_product(session, road.shop.depot, sku="COLD", handling=["fridge"])
        road.route(session, [east(2), east(6)])
        order = road.order(session, **values)
    told = refusal(database, InsertStop(order=order.number))
    assert (told.text, told.values["why"]) == ("refused.route_says_no", why)
    assert order_of(database, order.number).told_start is None


def test_a_van_with_a_fridge_takes_what_must_be_cold(database, road):
    with database.writing() as session:
        road.shop.products["COLD"] = a_product(session, road.shop.depot, sku="COLD", handling=["fridge"])
        road.route(session, [east(2)])
        cold = road.route(session, [east(-4)], vehicle={"skills": ["fridge"]})
        order = road.order(session, east(2), lines=[("COLD", 1)])
    inserted = do(database, InsertStop(order=order.number))[0]
    assert isinstance(inserted, StopInserted)
    assert inserted.route == cold.id


def test_vans_that_left_take_nothing_from_the_depot(database, road):
    with database.writing() as session:
        road.route(session, [east(2)], status="in_progress")
        order = road.order(session, east(2))
    assert refusal(database, InsertStop(order=order.number)).values["why"] == "all_left"
    with database.writing() as session:
        loading = road.route(session, [east(-3)], status="loading")
    gone = road.routes[0].id
    told = refusal(database, InsertStop(order=order.number, route=gone)).values
    assert (told["why"], told["route"]) == ("all_left", str(gone))
    inserted = do(database, InsertStop(order=order.number))[0]
    assert isinstance(inserted, StopInserted)
    assert inserted.route == loading.id


def test_without_routes_there_is_nothing_to_join(database, road):
    number = road_order(database, road, east(2))
    assert refusal(database, InsertStop(order=number)).values["why"] == "no_routes"


def test_only_what_is_at_the_depot_and_promised_today_joins(database, road):
    with database.writing() as session:
        route = road.route(session, [east(2)])
        later = road.order(session, east(2), day=NOW.date() + timedelta(days=1))
        waits = road.order(session, east(2), status="backordered")
    assert refusal(database, InsertStop(order=later.number)).text == "refused.promised_other_day"
    assert refusal(database, InsertStop(order=waits.number)).text == "refused.goods_not_at_hand"
    on_it = road.orders[route.id][0].number
    taken = refusal(database, InsertStop(order=on_it))
    assert (taken.text, taken.values["route"]) == ("refused.on_a_route", route.id)
    assert refusal(database, InsertStop(order="RM-99999")).text == "refused.no_such_order"
    number = road_order(database, road, east(2))
    assert refusal(database, InsertStop(order=number, route=999)).text == "refused.route_not_live"


def test_what_is_still_aboard_another_van_joins_no_route(database, road):
    """An attempt failed and the customer set today again; the parcel is in the van that tried."""
    with database.writing() as session:
        road.route(session, [east(2)])
        order = road.order(session, east(2), status="rescheduled")
        session.add(note(order, "stock", moment(OFFICE), "reserved", "shipped"))
    assert refusal(database, InsertStop(order=order.number)).text == "refused.goods_aboard"


def test_nothing_goes_before_a_locked_stop(database, road):
    with database.writing() as session:
        route = road.route(session, [east(6), east(2)])
        for stop in road.stops[route.id][:1]:
            session.add(stop)
            stop.locked = True
        order = road.order(session, east(3))
    inserted = do(database, InsertStop(order=order.number))[0]
    assert isinstance(inserted, StopInserted)
    assert inserted.position > 1
    assert chain(database, route)[0] == road.orders[route.id][0].number


def test_what_waited_for_a_person_is_settled(database, road):
    with database.writing() as session:
        road.route(session, [east(2)])
        order = road.order(session, east(3))
        case = a_case(session, "removed_from_route", order)
    do(database, InsertStop(order=order.number))
    with database.reading() as session:
        assert not UnitOfWork(session, SYSTEM).cases.get(case.name).is_open


def test_one_order_joins_once_however_many_ask(database, road):
    with database.writing() as session:
        road.route(session, [east(2), east(6)])
        road.route(session, [east(2.1), east(6.1)])
        order = road.order(session, east(4))

    def ask(_: int) -> str:
        try:
            return do(database, InsertStop(order=order.number))[0].name
        except Refusal as told:
            return told.text

    with ThreadPoolExecutor(4) as pool:
        said = sorted(pool.map(ask, range(4)))
    assert said == ["refused.on_a_route"] * 3 + ["route.inserted"]
    with database.reading() as session:
        assert len(session.exec(select(Task).where(Task.order_number == order.number)).all()) == 1
        assert len(session.exec(select(Stop)).all()) == 5


def test_different_orders_at_once_all_join(database, road):
    with database.writing() as session:
        route = road.route(session, [east(2), east(6)])
        orders = [road.order(session, east(3 + n / 4)).number for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: do(database, InsertStop(order=number)), orders))
    assert set(chain(database, route)) >= set(orders)


def test_customers_cannot(database, road):
    number = road_order(database, road, east(2))
    with pytest.raises(NotAllowed):
        perform(database, [InsertStop(order=number)], moment(Actor(Role.CUSTOMER, road.shop.customer.id)))
