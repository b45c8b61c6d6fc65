"""A vehicle broke down: drivers nearby meet it and take over; what nobody can take is for a person."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from sqlmodel import select

from domain.cases import Case
from domain.commands import MoveStop, SplitRoute
from domain.fleet import Vehicle
from domain.notices import DeliveryOff, RouteChanged
from domain.routes import Route, RoutePosition, Task
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, SYSTEM, a_product
from tests.roads import Road, a_road, chain, do, east, order_of, refusal


@pytest.fixture
def road(database: Database) -> Road:
    with database.writing() as session:
        return a_road(session)


def on_the_road(database: Database, road: Road, *places: object, **values: object) -> Route:
    with database.writing() as session:
        return road.route(session, places, status="in_progress", **{"told": timedelta(hours=3), **values})  # type: ignore[arg-type]


def numbers(road: Road, route: Route) -> list[str]:
    return [order.number for order in road.orders[route.id or 0]]


def kinds(database: Database, route: Route) -> list[tuple[str, str | None]]:
    with database.reading() as session:
        tour = UnitOfWork(session, SYSTEM).routes.tour(route.id or 0)
        return [(task.kind, task.order_number) for task in tour.tasks]


def test_who_is_near_meets_the_van_and_takes_over(database, road):
    broken = on_the_road(database, road, east(4), east(5))
    near = on_the_road(database, road, east(8))
    far = on_the_road(database, road, east(-9))
    with database.writing() as session:
        session.add(RoutePosition(route_id=broken.id, at=NOW, lat=east(3).lat, lon=east(3).lon))
        session.add(RoutePosition(route_id=near.id, at=NOW, lat=east(3.5).lat, lon=east(3.5).lon))
        session.add(RoutePosition(route_id=far.id, at=NOW, lat=east(-8).lat, lon=east(-8).lon))
    (told,) = do(database, SplitRoute(route=broken.id))
    assert isinstance(told, RouteChanged)
    assert (told.what, set(told.touched), told.dropped) == ("split", {broken.id, near.id}, ())
    first, second = numbers(road, broken)
    assert kinds(database, near) == [
        ("pickup", first), ("pickup", second), ("delivery", first), ("delivery", second),
        ("delivery", numbers(road, near)[0]),
    ]  # fmt: skip
    assert chain(database, far) == numbers(road, far)
    with database.reading() as session:
        tour = UnitOfWork(session, SYSTEM).routes.tour(near.id or 0)
        meeting, *others = [visit.stop for visit in tour.visits]
        assert (round(meeting.lon, 4), meeting.locked) == (round(east(3).lon, 4), True)
        assert meeting.eta < others[0].eta < others[1].eta
        assert session.get_one(Route, broken.id).status == "completed"
        assert session.get_one(Vehicle, broken.vehicle_id).status == "out_of_service"
        due = UnitOfWork(session, SYSTEM).routes.due(first)
        assert due.stop.id == others[0].id


def test_the_meeting_comes_first_whatever_is_changed_later(database, road):
    broken = on_the_road(database, road, east(4))
    near = on_the_road(database, road, east(8), east(9))
    do(database, SplitRoute(route=broken.id, place=east(3)))
    last = road.stops[near.id][1].id
    told = refusal(database, MoveStop(route=near.id, stop=last, to_route=near.id, position=1))
    assert told.values["why"] == "before_fixed"
    do(database, MoveStop(route=near.id, stop=last, to_route=near.id, position=2))
    assert chain(database, near)[0] == numbers(road, broken)[0]


def test_what_nobody_can_take_is_for_a_person_and_customers_hear_it(database, road):
    with database.writing() as session:
        road.shop.products["COLD"] = a_product(session, road.shop.depot, sku="COLD", handling=["fridge"])
    broken = on_the_road(database, road, east(4), vehicle={"skills": ["fridge"]}, order={"lines": [("COLD", 1)]})
    on_the_road(database, road, east(5))
    told, off = do(database, SplitRoute(route=broken.id, reason="engine"))
    (number,) = numbers(road, broken)
    assert told.dropped == ((number, "no_skills"),)
    assert isinstance(off, DeliveryOff)
    assert (off.number, off.to, off.why) == (number, road.shop.customer.id, "breakdown")
    with database.reading() as session:
        case = session.exec(select(Case).where(Case.order_number == number)).one()
        (task,) = session.exec(select(Task).where(Task.order_number == number)).all()
    assert (case.kind, case.detail["nobody"], case.detail["words"]) == ("breakdown", "no_skills", ["engine"])
    assert (task.status, task.stop_id) == ("skipped", None)
    order = order_of(database, number)
    assert (order.status, order.told_start) == ("out_for_delivery", None)  # its page shows no window any more


def test_alone_on_the_road_nobody_takes_over(database, road):
    broken = on_the_road(database, road, east(4), east(5))
    told, *off = do(database, SplitRoute(route=broken.id))
    assert [reason for _, reason in told.dropped] == ["no_routes", "no_routes"]
    assert sorted(notice.number for notice in off) == sorted(numbers(road, broken))


def test_customers_of_others_wait_half_an_hour_at_most(database, road):
    """The only other van cannot go to the meeting without making its own customer wait for long."""
    broken = on_the_road(database, road, east(-8))
    busy = on_the_road(database, road, east(6), told=timedelta(minutes=4))
    told, *off = do(database, SplitRoute(route=broken.id, place=east(-7)))
    assert [reason for _, reason in told.dropped] == ["others_late"]
    assert [notice.name for notice in off] == ["order.off_today"]
    assert chain(database, busy) == numbers(road, busy)


def test_customers_of_others_wait_a_little_and_hear_of_it(database, road):
    """Better a quarter of an hour late for one than nothing at all for the other."""
    broken = on_the_road(database, road, east(-1))
    busy = on_the_road(database, road, east(6), told=timedelta(minutes=4))
    told, *windows = do(database, SplitRoute(route=broken.id, place=east(-1)))
    assert told.dropped == ()
    assert [effect.numbers for effect in told.effects if effect.breaks] == [tuple(numbers(road, busy))]
    assert [notice.number for notice in windows if notice.why == "breakdown"] == numbers(road, busy)


def test_whoever_can_without_making_others_wait_goes_first(database, road):
    broken = on_the_road(database, road, east(-1))
    busy = on_the_road(database, road, east(6), told=timedelta(minutes=4))
    free = on_the_road(database, road, east(-9))
    told, *_ = do(database, SplitRoute(route=broken.id, place=east(-1)))
    assert set(told.touched) == {broken.id, free.id}
    assert chain(database, busy) == numbers(road, busy)


def test_what_the_driver_was_on_the_way_to_is_tried_anew(database, road):
    broken = on_the_road(database, road, east(4), east(5))
    near = on_the_road(database, road, east(8))
    with database.writing() as session:
        UnitOfWork(session, SYSTEM).routes.tour(broken.id or 0).tasks[0].status = "en_route"
    do(database, SplitRoute(route=broken.id, place=east(3)))
    first = numbers(road, broken)[0]
    with database.reading() as session:
        tried = session.exec(select(Task).where(Task.order_number == first, Task.kind == "delivery")).all()
    assert [(task.status, task.attempt) for task in tried] == [("failed", 1), ("pending", 2)]
    assert kinds(database, broken) == [("delivery", first)]
    assert ("delivery", first) in kinds(database, near)


def test_whoever_is_being_served_is_served_to_the_end(database, road):
    broken = on_the_road(database, road, east(4), east(5))
    near = on_the_road(database, road, east(8))
    with database.writing() as session:
        UnitOfWork(session, SYSTEM).routes.tour(broken.id or 0).tasks[0].status = "arrived"
    do(database, SplitRoute(route=broken.id))
    first, second = numbers(road, broken)
    assert chain(database, broken) == [first]
    assert ("delivery", second) in kinds(database, near)
    with database.reading() as session:
        assert session.get_one(Route, broken.id).status == "in_progress"


def test_a_full_van_takes_only_what_fits(database, road):
    broken = on_the_road(database, road, east(4), east(5), order={"lines": [("SKU-1", 100)]})
    near = on_the_road(database, road, east(8), vehicle={"payload": 130_000})
    told, *_ = do(database, SplitRoute(route=broken.id, place=east(3)))
    assert [reason for _, reason in told.dropped] == ["no_room"]
    assert len([kind for kind, _ in kinds(database, near) if kind == "pickup"]) == 1


def test_a_preview_changes_nothing(database, road):
    broken = on_the_road(database, road, east(4), east(5))
    near = on_the_road(database, road, east(8))
    (told,) = do(database, SplitRoute(route=broken.id, preview=True))
    assert told.preview
    assert {effect.route for effect in told.effects} >= {near.id}
    assert chain(database, broken) == numbers(road, broken)
    assert chain(database, near) == numbers(road, near)
    with database.reading() as session:
        assert session.get_one(Vehicle, broken.vehicle_id).status == "available"


def test_only_what_is_on_the_road_breaks_down(database, road):
    with database.writing() as session:
        waiting = road.route(session, [east(2)])
        empty = road.route(session, [], status="in_progress", hours=(time(8), time(20)))
    assert refusal(database, SplitRoute(route=waiting.id)).text == "refused.not_on_the_road"
    assert refusal(database, SplitRoute(route=empty.id)).text == "refused.nothing_ahead"
