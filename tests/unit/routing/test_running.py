"""The rest of a day: what is wrong already is forgiven, nothing more; changes say what they do, or why they cannot be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.routing.changes import Change, effects, insert, leave_out, move, rearranged
from domain.routing.insertion import Insertion
from domain.routing.problem import NOTHING, Break, Load, Span
from domain.routing.running import AT_DEPOT, Call, Day, Underway, places_of, rest_of_day, with_ways
from domain.routing.schedule import schedule
from domain.routing.solution import Reason
from domain.travel.straight import straight_line
from domain.values import Place

NOON = datetime(2026, 5, 5, 10, tzinfo=UTC)
HOUR, MINUTE = 3600, 60
DEPOT = Place(52.52, 13.40)


def east(km: float) -> Place:
    """So far east of the depot."""
    return Place(DEPOT.lat, DEPOT.lon + km / 67.7)


def a_call(name: str, km: float, **values: object) -> Call:
    given = {"service": 5 * MINUTE, "deliver": Load(1_000), "goods": AT_DEPOT, **values}
    return Call(name, east(km), **given)  # type: ignore[arg-type]


def a_route(name: str, *calls: Call, **values: object) -> Underway:
    given = {
        "here": DEPOT,
        "ready": 0,
        "until": 8 * HOUR,
        "home": DEPOT,
        "capacity": Load(10_000, 10**6, 100),
        **values,
    }
    return Underway(name, calls=calls, **given)  # type: ignore[arg-type]


def a_day(*routes: Underway, new: tuple[Call, ...] = (), **values: object) -> Day:
    return rest_of_day(routes, new, origin=NOON, **values)  # type: ignore[arg-type]


def starts(change: Change, route: str) -> dict[str, int]:
    return {visit.task: visit.start for visit in change.routes[route].visits}


def test_routes_run_as_they_are():
    day = a_day(a_route("1", a_call("a", 2), a_call("b", 4)))
    assert day.running["1"].tasks == ("a", "b")
    assert day.running["1"].metres == pytest.approx(8_000 * 1.3, rel=0.01)


def test_who_is_late_already_is_forgiven_and_no_more():
    late = a_call("a", 5, window=Span(0, 5 * MINUTE))
    day = a_day(a_route("1", late, until=10 * MINUTE))
    start = day.running["1"].visits[0].start
    assert start > 5 * MINUTE
    assert day.problem.task_of["a"].windows == (Span(0, start),)
    assert day.strict.task_of["a"].windows == (Span(0, 5 * MINUTE),)
    assert day.problem.vehicle_of["1"].shift.end == day.running["1"].end > 10 * MINUTE
    assert schedule(day.problem, day.problem.vehicle_of["1"], ["a"]) is not None


def test_whoever_is_in_time_stays_in_time():
    day = a_day(a_route("1", a_call("a", 2, window=Span(0, HOUR))))
    assert day.problem.task_of["a"].windows == (Span(0, HOUR),)
    assert day.problem.vehicle_of["1"].shift == Span(0, 8 * HOUR)


def test_a_break_that_was_missed_is_taken_later():
    rest = Break(Span(-HOUR, -10 * MINUTE), 30 * MINUTE)
    day = a_day(a_route("1", a_call("a", 2), rests=(rest,), left=True))
    assert day.running["1"].visits[0].start > 30 * MINUTE
    assert schedule(day.problem, day.problem.vehicle_of["1"], ["a"]) is not None


def test_a_vehicle_that_is_overloaded_may_go_on_but_takes_nothing_more():
    new = a_call("n", 3)
    day = a_day(a_route("1", a_call("a", 2, deliver=Load(12_000))), new=(new,))
    found = insert(day, "n")
    assert isinstance(found, Reason)
    assert (found.code, found.values["weight"]) == ("unfit.no_room", 1_000)


def test_a_new_call_goes_where_it_costs_least():
    routes = (a_route("1", a_call("a", 2), a_call("b", 6)), a_route("2", a_call("c", -4)))
    found = insert(a_day(*routes, new=(a_call("n", 4),)), "n")
    assert isinstance(found, Insertion)
    assert (found.vehicle, found.position, found.route.tasks) == ("1", 1, ("a", "n", "b"))


def test_a_new_call_never_makes_others_wait():
    """On the way lies the cheapest place, but then the one behind would wait longer than told."""
    first = a_route("1", a_call("a", 2), a_call("b", 4, window=Span(0, 22 * MINUTE)))
    other = a_route("2", a_call("c", -1))
    day = a_day(first, other, new=(a_call("n", 3, window=Span(0, 25 * MINUTE)),))
    assert day.running["1"].visits[1].start <= 22 * MINUTE
    found = insert(day, "n")
    assert isinstance(found, Insertion)
    assert found.vehicle == "2"
    assert isinstance(insert(day, "n", ["1"]), Reason)


def test_vehicles_that_left_take_pickups_only():
    day = a_day(
        a_route("1", left=True),
        new=(a_call("n", 3), a_call("p", 3, deliver=NOTHING, collect=Load(500), goods=None)),
    )
    assert insert(day, "n") == Reason("unfit.all_left")
    assert isinstance(insert(day, "p"), Insertion)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (a_call("n", 3, skills=frozenset({"fridge"})), "unfit.no_skills"),
        (a_call("n", 3, deliver=Load(20_000)), "unfit.no_room"),
        (a_call("n", 30, window=Span(0, 10 * MINUTE)), "unfit.too_late"),
        (a_call("n", -9, window=Span(0, 30 * MINUTE)), "unfit.others_late"),
        (a_call("n", 300), "unfit.no_time"),
    ],
)
def test_why_a_call_fits_nowhere(call, code):
    route = a_route("1", a_call("a", 4, window=Span(0, HOUR)))
    found = insert(a_day(route, new=(call,)), "n")
    assert isinstance(found, Reason)
    assert found.code == code


def test_without_routes_there_is_a_reason_too():
    assert insert(a_day(new=(a_call("n", 3),)), "n") == Reason("unfit.no_routes")


def test_moving_says_who_is_served_when():
    day = a_day(a_route("1", a_call("a", 2), a_call("b", 4)), a_route("2", a_call("c", 3)), everywhere=["b"])
    change = move(day, "b", "1", "2")
    assert isinstance(change, Change)
    told = {each.call: each for each in effects(day, change)}
    assert change.routes["1"].tasks == ("a",)
    assert set(change.routes["2"].tasks) == {"b", "c"}
    assert (told["b"].route, told["b"].was) == ("2", day.running["1"].visits[1].start)
    assert told["b"].now == starts(change, "2")["b"]
    assert told["a"].was == told["a"].now


def test_moving_may_make_people_wait_and_says_so():
    waits = a_call("c", 3, window=Span(0, 12 * MINUTE))
    day = a_day(a_route("1", a_call("a", -5)), a_route("2", waits), everywhere=["a"])
    change = move(day, "a", "1", "2", 0)
    assert isinstance(change, Change)
    told = {each.call: each for each in effects(day, change)}
    assert told["c"].breaks
    assert told["c"].late == starts(change, "2")["c"] - 12 * MINUTE
    assert not told["a"].breaks


def test_goods_on_one_vehicle_are_not_on_another():
    day = a_day(a_route("1", a_call("a", 2, goods="1"), left=True), a_route("2"), everywhere=["a"])
    assert move(day, "a", "1", "2") == Reason("unfit.goods_elsewhere", {"route": "2"})


def test_fixed_stops_stay_and_nothing_goes_before_them():
    routes = (a_route("1", a_call("a", 2), a_call("b", 4, fixed=True), a_call("c", 5)), a_route("2", a_call("d", 3)))
    day = a_day(*routes, everywhere=["a", "c", "d"])
    assert move(day, "a", "1", "2") == Reason("unfit.fixed", {"route": "1"})
    assert move(day, "d", "2", "1", 1) == Reason("unfit.before_fixed", {"route": "1", "first": 3})
    moved = move(day, "d", "2", "1")
    assert isinstance(moved, Change)
    assert moved.routes["1"].tasks[:2] == ("a", "b")
    assert isinstance(move(day, "c", "1", "2"), Change)


def test_what_does_not_fit_or_is_too_far_is_not_moved():
    day = a_day(
        a_route("1", a_call("a", 2, deliver=Load(9_500)), a_call("far", 100)),
        a_route("2", a_call("c", 3), until=HOUR),
        everywhere=["a", "far"],
    )
    heavy, far = move(day, "a", "1", "2"), move(day, "far", "1", "2")
    assert isinstance(heavy, Reason)
    assert (heavy.code, heavy.values["weight"]) == ("unfit.no_room", 500)
    assert far == Reason("unfit.no_time", {"route": "2", "until": HOUR})


def test_leaving_out_brings_the_others_forward():
    day = a_day(a_route("1", a_call("a", 2), a_call("b", 4)))
    change = leave_out(day, "a", "1")
    assert isinstance(change, Change)
    told = {each.call: each for each in effects(day, change)}
    assert told["a"].now is None
    assert told["b"].now < told["b"].was


def test_the_same_calls_within_other_limits():
    """Somebody else's shift ends before the round is done: no forgiving for who has not begun it."""
    long = a_route("1", a_call("a", 20))
    short = a_day(replace(long, until=30 * MINUTE))
    assert rearranged(short, {"1": ("a",)}, strict=True) == Reason(
        "unfit.no_time", {"route": "1", "until": 30 * MINUTE}
    )
    assert isinstance(rearranged(short, {"1": ("a",)}), Change)


def test_with_all_ways_known_the_times_are_the_same():
    routes = (a_route("1", a_call("a", 2), a_call("b", 4)), a_route("2", a_call("c", 3), speed=0.5))
    places = places_of(routes)
    full = with_ways(routes, origin=NOON, places=places, matrix=straight_line(places))
    assert full.running == a_day(*routes).running
    assert len(places) == len(set(places)) == 4
