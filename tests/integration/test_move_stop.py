"""Stops that go elsewhere, off, or must stay: the effects first, then the change, and who is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from bot.casework import tell
from bot.words import Words
from domain.cases import Case
from domain.commands import LockStop, MoveStop, RemoveStop
from domain.notices import RouteChanged, WindowChanged
from domain.refusals import Refusal
from domain.routes import Route, Stop, Task
from domain.values import Window
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, SYSTEM, a_product
from tests.roads import Road, a_road, chain, do, east, order_of, refusal


@pytest.fixture
def road(database: Database) -> Road:
    with database.writing() as session:
        return a_road(session)


def two(database: Database, road: Road, **values: object) -> tuple[Route, Route]:
    """Two routes: three stops east, two stops west."""
    with database.writing() as session:
        east_one = road.route(session, [east(2), east(4), east(6)], **values)  # type: ignore[arg-type]
        west_one = road.route(session, [east(-2), east(-4)], **values)  # type: ignore[arg-type]
    return east_one, west_one


def numbers(road: Road, route: Route) -> list[str]:
    return [order.number for order in road.orders[route.id or 0]]


def ids(road: Road, route: Route) -> list[int]:
    return [stop.id or 0 for stop in road.stops[route.id or 0]]


def tasks_of(database: Database, number: str) -> list[Task]:
    with database.reading() as session:
        return list(session.exec(select(Task).where(Task.order_number == number)))


# Moving


def test_a_stop_moves_to_another_route(database, road):
    one, two_ = two(database, road)
    (told, *rest) = do(database, MoveStop(route=one.id, stop=ids(road, one)[1], to_route=two_.id, position=1))
    assert isinstance(told, RouteChanged)
    assert (told.what, told.touched, told.preview) == ("moved", (one.id, two_.id), False)
    assert chain(database, one) == [numbers(road, one)[0], numbers(road, one)[2]]
    assert chain(database, two_) == [numbers(road, one)[1], *numbers(road, two_)]
    with database.reading() as session:
        routes = UnitOfWork(session, SYSTEM).routes
        for route in (one, two_):
            etas = [visit.stop.eta for visit in routes.tour(route.id or 0).visits]
            assert etas == sorted(etas)
            assert session.get_one(Route, route.id).version > route.version
    assert rest == []


def test_without_a_position_it_goes_where_it_costs_least(database, road):
    with database.writing() as session:
        one = road.route(session, [east(4)])
        other = road.route(session, [east(2), east(6)])
    do(database, MoveStop(route=one.id, stop=ids(road, one)[0], to_route=other.id))
    first, last = numbers(road, other)
    assert chain(database, other) == [first, numbers(road, one)[0], last]
    assert chain(database, one) == []


def test_a_stop_moves_on_its_own_route(database, road):
    one, _ = two(database, road)
    do(database, MoveStop(route=one.id, stop=ids(road, one)[2], to_route=one.id, position=1))
    a, b, c = numbers(road, one)
    assert chain(database, one) == [c, a, b]


def test_a_preview_says_what_would_be_and_changes_nothing(database, road):
    one, two_ = two(database, road)
    with database.writing() as session:
        waits = road.orders[two_.id or 0][0]
        session.add(waits)
        waits.told_start, waits.told_end = NOW, NOW + timedelta(minutes=12)
    command = MoveStop(route=one.id, stop=ids(road, one)[2], to_route=two_.id, position=1, preview=True)
    (told,) = do(database, command)
    assert isinstance(told, RouteChanged)
    broken = [effect for effect in told.effects if effect.breaks]
    assert [(effect.numbers, effect.stop) for effect in broken] == [((waits.number,), ids(road, two_)[0])]
    assert broken[0].late > 5
    assert broken[0].now - broken[0].was > timedelta(minutes=10)
    assert chain(database, one) == numbers(road, one)
    assert told.versions == {one.id: one.version, two_.id: two_.version}
    moved = do(database, command.model_copy(update={"preview": False}))
    assert [notice.name for notice in moved] == ["route.changed", "order.window_changed"]
    assert moved[0].effects == told.effects


def test_customers_hear_when_their_window_is_left(database, road):
    one, two_ = two(database, road)
    with database.writing() as session:
        waits = road.orders[two_.id or 0][0]
        session.add(waits)
        waits.told_start, waits.told_end = NOW, NOW + timedelta(minutes=12)
    (_, told) = do(database, MoveStop(route=one.id, stop=ids(road, one)[2], to_route=two_.id, position=1))
    assert isinstance(told, WindowChanged)
    order = order_of(database, told.number)
    assert WindowChanged.still_told(told.facts(), order.told_start, order.told_end)
    assert not WindowChanged.still_told(told.facts(), None, None)
    assert (told.number, told.to, told.why) == (waits.number, road.shop.customer.id, "moved")
    assert (told.was_start, told.was_end) == (NOW, NOW + timedelta(minutes=12))
    now = order_of(database, waits.number)
    assert (now.told_start, now.told_end) == (told.eta_start, told.eta_end)
    assert told.eta_end > NOW + timedelta(minutes=12)


def test_the_fourth_change_of_a_day_is_for_a_person(database, road):
    with database.writing() as session:
        one = road.route(session, [east(8)])
        other = road.route(session, [east(-2)])
    stop, number = ids(road, one)[0], numbers(road, other)[0]
    heard = []
    for n in range(8):
        with database.writing() as session:  # what was told was never true
            order = UnitOfWork(session, SYSTEM).orders.get(number)
            order.told_start, order.told_end = NOW - timedelta(hours=1), NOW - timedelta(minutes=30)
        here, there = (one, other) if n % 2 == 0 else (other, one)
        heard += do(database, MoveStop(route=here.id, stop=stop, to_route=there.id, position=1))
    told = [notice for notice in heard if isinstance(notice, WindowChanged) and notice.number == number]
    assert len(told) == 3
    with database.reading() as session:
        cases = UnitOfWork(session, SYSTEM).cases.of_orders([number])
        assert [case.kind for case in cases] == ["window_changes_used_up"]


def test_what_skills_load_and_shift_forbid(database, road):
    with database.writing() as session:
        road.shop.products["COLD"] = a_product(session, road.shop.depot, sku="COLD", handling=["fridge"])
        cold = road.route(session, [east(2)], vehicle={"skills": ["fridge"]}, order={"lines": [("COLD", 1)]})
        heavy = road.route(session, [east(2)], order={"lines": [("SKU-1", 500)]})
        far = road.route(session, [east(60)])
        small = road.route(session, [east(-2)], vehicle={"payload": 10_000}, hours=(time(8), time(12)))
    for route, why in ((cold, "no_skills"), (heavy, "no_room"), (far, "no_time")):
        told = refusal(database, MoveStop(route=route.id, stop=ids(road, route)[0], to_route=small.id))
        assert (told.text, told.values["why"]) == ("refused.route_says_no", why)
        assert chain(database, route) == numbers(road, route)


def test_goods_on_a_van_stay_there(database, road):
    one, two_ = two(database, road, status="in_progress")
    told = refusal(database, MoveStop(route=one.id, stop=ids(road, one)[1], to_route=two_.id))
    assert told.values["why"] == "goods_elsewhere"
    do(database, MoveStop(route=one.id, stop=ids(road, one)[2], to_route=one.id, position=1))
    assert chain(database, one)[0] == numbers(road, one)[2]


def test_what_was_served_or_is_being_served_stays(database, road):
    one, two_ = two(database, road, status="in_progress")
    with database.writing() as session:
        tour = UnitOfWork(session, SYSTEM).routes.tour(one.id or 0)
        tour.visits[0].tasks[0].status = "completed"
        tour.visits[0].stop.done_at = NOW - timedelta(minutes=5)
        tour.visits[1].tasks[0].status = "en_route"
    first, second, third = ids(road, one)
    assert refusal(database, MoveStop(route=one.id, stop=first, to_route=one.id)).text == "refused.stop_is_done"
    assert refusal(database, MoveStop(route=one.id, stop=second, to_route=one.id)).text == "refused.stop_under_way"
    before = refusal(database, MoveStop(route=one.id, stop=third, to_route=one.id, position=1))
    assert before.values["why"] == "before_fixed"
    elsewhere = refusal(database, MoveStop(route=two_.id, stop=third, to_route=one.id))
    assert elsewhere.text == "refused.stop_not_on_route"


def test_whoever_is_being_served_hears_nothing(database, road):
    """They are late, and the driver stands at their door: a new window would be nonsense."""
    one, _ = two(database, road, status="in_progress")
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        tour = uow.routes.tour(one.id or 0)
        tour.tasks[0].status = "arrived"
        eta = tour.visits[0].stop.eta
        late = uow.orders.get(numbers(road, one)[0])
        late.told_start, late.told_end = NOW - timedelta(hours=2), NOW - timedelta(hours=1)
    said = do(database, MoveStop(route=one.id, stop=ids(road, one)[2], to_route=one.id, position=2))
    assert [notice.number for notice in said if isinstance(notice, WindowChanged)] == []
    with database.reading() as session:
        assert session.get_one(Stop, ids(road, one)[0]).eta == eta


def test_two_dispatchers_at_once(database, road):
    """Both want the same stop on routes of their own: one gets it, the other is told."""
    with database.writing() as session:
        one = road.route(session, [east(2), east(4)])
        others = [road.route(session, [east(-2)]), road.route(session, [east(3)])]
    stop = ids(road, one)[0]

    def ask(route: Route) -> str:
        try:
            return do(database, MoveStop(route=one.id, stop=stop, to_route=route.id))[0].name
        except Refusal as told:
            return told.text

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(ask, others)) == ["refused.stop_not_on_route", "route.changed"]
    served = [number for route in (one, *others) for number in chain(database, route)]
    assert sorted(served) == sorted(number for route in (one, *others) for number in numbers(road, route))


def test_a_look_that_is_out_of_date_is_no_base(database, road):
    one, two_ = two(database, road)
    do(database, LockStop(route=one.id, stop=ids(road, one)[0]))
    for command in (
        MoveStop(route=one.id, stop=ids(road, one)[2], to_route=two_.id, version=one.version),
        RemoveStop(route=one.id, stop=ids(road, one)[2], reason="full", version=one.version),
        LockStop(route=one.id, stop=ids(road, one)[2], version=one.version),
    ):
        told = refusal(database, command)
        assert (told.text, told.values["version"]) == ("refused.route_changed_meanwhile", one.version + 1)


# Removing


def test_a_stop_comes_off_and_a_person_is_told(database, road):
    one, _ = two(database, road)
    first, second, third = numbers(road, one)
    (told,) = do(database, RemoveStop(route=one.id, stop=ids(road, one)[0], reason="customer is away"))
    assert isinstance(told, RouteChanged)
    assert told.what == "removed"
    assert [effect.numbers for effect in told.effects if effect.now is None] == [(first,)]
    assert chain(database, one) == [second, third]
    with database.reading() as session:
        case = session.exec(select(Case).where(Case.order_number == first)).one()
    assert (case.kind, case.detail["words"], case.detail["route"]) == (
        "removed_from_route", ["customer is away"], one.id,
    )  # fmt: skip
    (task,) = tasks_of(database, first)
    assert (task.status, task.stop_id) == ("skipped", None)
    removed = order_of(database, first)
    assert (removed.status, removed.told_start, removed.told_end) == ("packed", None, None)  # nobody comes then


@pytest.mark.parametrize(
    ("status", "order", "after"),
    [
        ("loading", "dispatched", "packed"),
        ("in_progress", "dispatched", "dispatched"),
        ("in_progress", "out_for_delivery", "out_for_delivery"),
    ],
)
def test_goods_are_unloaded_only_at_the_depot(database, road, status, order, after):
    with database.writing() as session:
        route = road.route(session, [east(2), east(4)], status=status, order={"status": order})
    do(database, RemoveStop(route=route.id, stop=ids(road, route)[0], reason="broken"))
    assert order_of(database, numbers(road, route)[0]).status == after
    with database.reading() as session:
        case = session.exec(select(Case)).one()
    todo = tell(case, Words(["en"], ZoneInfo("Europe/Berlin")), NOW).todo
    aboard = f"Its goods are on the vehicle of route {route.id} until that is back. "
    assert todo.startswith("Put it on a route" if after == "packed" else aboard)


def test_a_preview_of_removing_changes_nothing(database, road):
    one, _ = two(database, road)
    (told,) = do(database, RemoveStop(route=one.id, stop=ids(road, one)[0], reason="x", preview=True))
    assert told.preview
    assert chain(database, one) == numbers(road, one)


# Locking


def test_a_locked_stop_stays_until_it_is_unlocked(database, road):
    one, two_ = two(database, road)
    stop = ids(road, one)[1]
    (told,) = do(database, LockStop(route=one.id, stop=stop))
    assert told.what == "locked"
    assert refusal(database, MoveStop(route=one.id, stop=stop, to_route=two_.id)).text == "refused.stop_locked"
    assert refusal(database, RemoveStop(route=one.id, stop=stop, reason="x")).text == "refused.stop_locked"
    before = refusal(database, MoveStop(route=one.id, stop=ids(road, one)[0], to_route=two_.id))
    assert before.values["why"] == "fixed"
    (again,) = do(database, LockStop(route=one.id, stop=stop))
    assert again.what == "locked"
    with database.reading() as session:
        assert session.get_one(Route, one.id).version == one.version + 1
    do(database, LockStop(route=one.id, stop=stop, locked=False))
    with database.reading() as session:
        assert not session.get_one(Stop, stop).locked
    do(database, MoveStop(route=one.id, stop=stop, to_route=two_.id))


def test_of_yesterday_nothing_changes(database, road):
    with database.writing() as session:
        route = road.route(session, [east(2)], day=NOW.date() - timedelta(days=1))
    told = refusal(database, LockStop(route=route.id, stop=ids(road, route)[0]))
    assert told.text == "refused.route_not_live"
    assert refusal(database, LockStop(route=999, stop=1)).text == "refused.no_such_route"


def test_an_order_with_a_narrow_promise_is_told_within_it(database, road):
    with database.writing() as session:
        one = road.route(session, [east(2)], order={"window": Window(time(11), time(12))})
        other = road.route(session, [east(-2)])
        order = road.orders[one.id or 0][0]
        session.add(order)
        order.told_start, order.told_end = NOW - timedelta(hours=1), NOW - timedelta(minutes=30)
    (_, told) = do(database, MoveStop(route=one.id, stop=ids(road, one)[0], to_route=other.id))
    assert NOW <= told.eta_start < told.eta_end <= NOW + timedelta(hours=1)
