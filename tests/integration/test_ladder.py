"""The ladder on the road: ETAs follow what is reported, and customers hear what they must and nothing more."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from sqlmodel import select

from actions import ladder, live
from actions.perform import perform
from actions.telling import tell
from domain.cases import Case
from domain.commands import RefreshEtas
from domain.driving import DriverReport, WorkedShift
from domain.events import Event, note
from domain.moment import SYSTEM
from domain.notices import DriverNear, Notice, OrderOut, WindowChanged, WindowSharper
from domain.routes import Route, Stop, Task
from domain.values import Window
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, moment
from tests.roads import Road, a_road, east, order_of


@pytest.fixture
def road(database: Database) -> Road:
    with database.writing() as session:
        return a_road(session)


def refresh(database: Database, now: datetime = NOW) -> list[Notice]:
    return perform(database, [RefreshEtas(depot="north")], moment(now=now))[0]


def left(database: Database, route: Route, now: datetime = NOW) -> list[Notice]:
    """What customers are told when the route leaves."""

    def work(session):
        uow = UnitOfWork(session, SYSTEM)
        notices = ladder.out_for_delivery(uow.routes.tour(route.id or 0, lock=True), uow, moment(now=now))
        for each in notices:
            tell(each, uow, moment(now=now))
        uow.flush()
        return notices

    return database.retrying(work)


def stops(database: Database, route: Route) -> list[Stop]:
    with database.reading() as session:
        return [visit.stop for visit in UnitOfWork(session, SYSTEM).routes.tour(route.id or 0).visits]


def told_events(database: Database, number: str) -> list[Event]:
    with database.reading() as session:
        query = select(Event).where(Event.subject == number, Event.change == "told").order_by(Event.id)
        return list(session.exec(query))


def test_who_is_served_soon_is_told_so_once(database, road):
    with database.writing() as session:
        route = road.route(session, [east(2), east(4), east(40)], status="in_progress", told=timedelta(hours=2))
    near = [each for each in refresh(database) if isinstance(each, DriverNear)]
    first, second, far = (each.number for each in road.orders[route.id])
    assert [(each.number, each.stops_before, each.first_name) for each in near] == [
        (first, 0, "Driver"),
        (second, 1, "Driver"),
    ]
    assert far not in {each.number for each in near}
    assert not [each for each in refresh(database, NOW + timedelta(minutes=2)) if isinstance(each, DriverNear)]
    with database.reading() as session:
        assert {task.order_number for task in session.exec(select(Task)) if task.near_at} == {first, second}


def test_a_window_that_is_left_is_told_anew(database, road):
    with database.writing() as session:
        route = road.route(session, [east(2), east(60)], status="in_progress", told=timedelta(minutes=15))
    number = road.orders[route.id][1].number
    was = order_of(database, number)
    [changed] = [each for each in refresh(database) if isinstance(each, WindowChanged)]
    now = order_of(database, number)
    assert (changed.number, changed.why) == (number, "late")
    assert (changed.was_start, changed.was_end) == (was.told_start, was.told_end)
    assert (changed.eta_start, changed.eta_end) == (now.told_start, now.told_end)
    assert now.told_start <= stops(database, route)[1].eta <= now.told_end
    assert not [each for each in refresh(database) if isinstance(each, WindowChanged)]


def test_a_window_becomes_narrower_in_quiet_and_that_is_no_change(database, road):
    with database.writing() as session:
        route = road.route(session, [east(20), east(26)], status="in_progress", told=timedelta(hours=2))
    before = {each.number: (each.told_start, each.told_end) for each in road.orders[route.id]}
    notices = refresh(database)
    sharper = [each for each in notices if isinstance(each, WindowSharper)]
    assert sharper
    assert not [each for each in notices if isinstance(each, WindowChanged)]
    for each in sharper:
        order = order_of(database, each.number)
        assert before[each.number][0] <= order.told_start < order.told_end <= before[each.number][1]
        assert order.told_end - order.told_start <= timedelta(minutes=75)
        assert [event.detail["why"] for event in told_events(database, each.number)] == ["refined"]
    with database.reading() as session:
        changes = UnitOfWork(session, SYSTEM).dispatch.told_changes(list(before), NOW - timedelta(hours=1))
    assert changes == {}


def test_leaving_tells_every_customer_the_window(database, road):
    with database.writing() as session:
        route = road.route(session, [east(2), east(20)], status="in_progress", told=timedelta(hours=1))
    notices = left(database, route)
    assert [type(each) for each in notices] == [OrderOut, OrderOut]
    first, second = notices
    assert (first.first_name, first.stops_before) == ("Driver", 0)
    assert second.first_name is None
    assert first.live == f"coming:{first.number}"
    assert not [each for each in refresh(database) if isinstance(each, DriverNear)]


def test_one_route_is_refreshed_after_a_report(database, road):
    with database.writing() as session:
        route = road.route(session, [east(2), east(60)], status="in_progress", told=timedelta(minutes=15))
        road.route(session, [east(2), east(60)], status="in_progress", told=timedelta(minutes=15))

    def work(session):
        uow = UnitOfWork(session, SYSTEM)
        held = uow.routes.tour(route.id or 0)
        notices = live.refreshed(route.id or 0, uow, moment())
        return notices, [visit.stop.eta for visit in held.visits]

    notices, etas = database.retrying(work)
    assert [each.number for each in notices if isinstance(each, WindowChanged)] == [road.orders[route.id][1].number]
    assert etas == [stop.eta for stop in stops(database, route)]


def a_shift(database: Database, route: Route, **values: object) -> WorkedShift:
    with database.writing() as session:
        shift = WorkedShift(
            driver_id=route.driver_id or 0, depot_id=route.depot_id, day=route.day, route_id=route.id,
            started_at=NOW - timedelta(hours=1), **values,
        )  # fmt: skip
        session.add(shift)
        session.flush()
        return shift


def reports(database: Database, route: Route, what: str, at: datetime, **before: object) -> None:
    with database.writing() as session:
        session.add(DriverReport(driver_id=route.driver_id or 0, route_id=route.id, what=what, at=at, before=before))


def etas(database: Database, route: Route, now: datetime = NOW) -> list[datetime]:
    refresh(database, now)
    return [stop.eta for stop in stops(database, route)]


def test_a_reported_delay_moves_everything_until_the_next_stop(database, road):
    with database.writing() as session:
        route = road.route(session, [east(20), east(26)], status="in_progress", told=timedelta(hours=4))
    before = etas(database, route)
    reports(database, route, "ReportDelay", NOW, seconds=1200)
    late = etas(database, route)
    for was, now in zip(before, late, strict=True):
        assert timedelta(minutes=15) < now - was < timedelta(minutes=25)


def test_a_break_that_was_not_taken_is_still_to_come(database, road):
    planned = [{"start": (NOW - timedelta(minutes=20)).isoformat(), "seconds": 1800, "paid": False}]
    with database.writing() as session:
        route = road.route(session, [east(20), east(26)], status="in_progress", told=timedelta(hours=4))
    plain = etas(database, route)
    with database.writing() as session:
        session.get_one(Route, route.id).breaks = planned
    a_shift(database, route)
    owed = etas(database, route)
    assert owed[1] - plain[1] > timedelta(minutes=25)
    reports(database, route, "StartBreak", NOW - timedelta(minutes=20))
    taken = etas(database, route)
    assert abs(taken[1] - plain[1]) < timedelta(minutes=3)


def test_while_a_break_goes_on_nobody_is_driven_to(database, road):
    began = NOW - timedelta(minutes=10)
    planned = [{"start": began.isoformat(), "seconds": 1800, "paid": False}]
    with database.writing() as session:
        route = road.route(session, [east(2)], status="in_progress", told=timedelta(hours=4), breaks=planned)
    a_shift(database, route, break_since=began)
    reports(database, route, "StartBreak", began)
    assert etas(database, route)[0] > NOW + timedelta(minutes=20)


def test_of_a_driver_nobody_hears_of_customers_are_told_no_guesses(database, road):
    with database.writing() as session:
        route = road.route(session, [east(2), east(6)], status="in_progress", told=timedelta(minutes=30))
        UnitOfWork(session, SYSTEM).routes.record_position(route.id or 0, NOW, east(1))
    hours = [NOW + timedelta(hours=n) for n in range(2, 12)]
    assert [notice for now in hours for notice in refresh(database, now)] == []


def test_a_route_that_should_have_left_is_late(database, road):
    with database.writing() as session:
        route = road.route(session, [east(2), east(6)], status="loading", told=timedelta(minutes=30))
    late = refresh(database, NOW + timedelta(minutes=70))
    assert {type(each) for each in late} == {WindowChanged}
    assert {each.number for each in late} == {order.number for order in road.orders[route.id]}
    assert not [each for each in late if isinstance(each, DriverNear)]


def test_after_three_changes_a_day_a_person_is_asked(database, road):
    with database.writing() as session:
        route = road.route(session, [east(2), east(30)], status="in_progress", told=timedelta(minutes=15))
    number = road.orders[route.id][1].number
    heard = []
    for n in range(1, 6):  # the van stands where it is, seen every hour
        now = NOW + timedelta(hours=n)
        with database.writing() as session:
            UnitOfWork(session, SYSTEM).routes.record_position(route.id or 0, now, east(1))
        heard += [each for each in refresh(database, now) if isinstance(each, WindowChanged | DriverNear)]
    changed = [each for each in heard if each.number == number and isinstance(each, WindowChanged)]
    assert len(changed) == 3
    with database.reading() as session:
        [case] = session.exec(select(Case).where(Case.order_number == number)).all()
    assert case.kind == "window_changes_used_up"


def test_what_is_taken_over_from_another_van_is_near_once_too(database, road):
    """The order is on the route twice: it is collected from a van that broke down, and then delivered."""
    with database.writing() as session:
        route = road.route(session, [east(2), east(4)], status="in_progress", told=timedelta(hours=2))
        first, second = road.orders[route.id]
        task = {"depot_id": route.depot_id, "day": route.day, "order_number": second.number, "service": 60}
        session.add(Task(**task, kind="pickup", stop_id=road.stops[route.id][0].id))
    assert [each.number for each in left(database, route)] == [first.number]  # the other was out before, in that van
    near = [each.number for each in refresh(database) if isinstance(each, DriverNear)]
    assert near == [second.number]
    assert not [each for each in refresh(database, NOW + timedelta(minutes=2)) if isinstance(each, DriverNear)]


def test_who_is_there_before_the_promised_time_waits_for_it(database, road):
    with database.writing() as session:
        opens = {"window": Window(time(12), time(20))}  # in an hour, in Berlin
        route = road.route(session, [east(2), east(4)], status="in_progress", told=timedelta(hours=3), order=opens)
        task = session.exec(select(Task).where(Task.stop_id == road.stops[route.id][0].id)).one()
        task.status = "arrived"
        session.add(note(task, "status", moment(now=NOW), "en_route", "arrived"))
    first, second = etas(database, route, NOW + timedelta(minutes=1))
    assert second > NOW + timedelta(hours=1, minutes=4)
    assert first == road.stops[route.id][0].eta  # it began: that is known
