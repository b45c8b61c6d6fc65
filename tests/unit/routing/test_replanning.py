"""The rest of a day planned anew: what may change, what is taken of it, and whether it fits what happened meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.routing.check import violations
from domain.routing.engines import solve
from domain.routing.handover import hand_over, meeting, meetings, takers
from domain.routing.problem import Load, Span
from domain.routing.replanning import CHANGING, chains_of, chosen, handed_over, merged, problem_of_rest
from domain.routing.running import Day, Underway, places_of, with_ways
from domain.routing.solution import Cost, Drop, Reason, Solution
from domain.travel.straight import straight_line
from tests.routing import planned
from tests.unit.routing.test_running import HOUR, MINUTE, NOON, a_call, a_day, a_route, east

#: Thousandths of cents a metre and a second.
DEAR = {"per_metre": 35, "per_second": 667}


def full(*routes: Underway) -> Day:
    places = places_of(routes)
    return with_ways(routes, origin=NOON, places=places, matrix=straight_line(places))


def solved(day: Day) -> Solution:
    return solve(problem_of_rest(day), engine="ortools", seconds=None, iterations=50, clock=lambda: 0.0)


def test_what_is_well_stays_as_it_is():
    day = full(a_route("1", a_call("a", 2), a_call("b", 4)), a_route("2", a_call("c", -2)))
    problem = problem_of_rest(day)
    found = solved(day)
    assert violations(problem, found) == []
    chains, before, after = chosen(problem, found)
    assert chains == {"1": ("a", "b"), "2": ("c",)}
    assert before == after


def test_a_bad_order_is_mended_on_the_same_route():
    day = full(
        a_route("1", a_call("b", 8), a_call("a", 2), a_call("c", 9), **DEAR), a_route("2", a_call("d", -2), **DEAR)
    )
    chains, before, after = chosen(problem_of_rest(day), solved(day))
    assert set(chains["1"]) == {"a", "b", "c"}
    assert after.total < before.total
    assert handed_over(day.chains, chains) == 0


def test_the_order_of_stops_changes_only_for_more_than_a_trifle():
    """What one route gains does not shuffle another: 300 m more there and back, at 35 cents a kilometre and 24 an hour."""
    better = a_route("1", a_call("b", 8), a_call("a", 2), a_call("c", 9), **DEAR)
    as_good = a_route("2", a_call("d", -2.0), a_call("f", -2.3), a_call("e", -2.2), **DEAR)
    day = full(better, as_good)
    problem = problem_of_rest(day)
    other = planned(problem, {"1": ("a", "b", "c"), "2": ("d", "e", "f")})
    chains, before, after = chosen(problem, other)
    assert chains == {"1": ("a", "b", "c"), "2": ("d", "f", "e")}
    assert other.cost.total < after.total < before.total


def test_a_stop_changes_vehicles_only_for_more_than_a_change_costs():
    """The second van passes the stop; but what it saves is less than a change costs, until the way is long."""
    near = full(a_route("1", a_call("a", 0.5)), a_route("2", a_call("c", 0.6)))
    assert handed_over(near.chains, chosen(problem_of_rest(near), solved(near))[0]) == 0
    far = full(a_route("1", a_call("a", 20), **DEAR), a_route("2", a_call("c", 20.1), **DEAR))
    problem = problem_of_rest(far)
    assert problem.change == CHANGING
    chains, before, after = chosen(problem, solved(far))
    assert handed_over(far.chains, chains) == 1
    assert before.total - after.total > CHANGING


def test_a_late_stop_goes_to_who_can_be_there_in_time():
    window = Span(0, 40 * MINUTE)
    late = a_route("1", a_call("x", 9), a_call("a", -6, window=window, deliver=Load(), goods=None))
    day = full(late, a_route("2", a_call("c", -4)))
    assert day.running["1"].visits[1].start > 60 * MINUTE
    found = solved(day)
    chains, _, _ = chosen(problem_of_rest(day), found)
    start = next(visit.start for route in found.routes for visit in route.visits if visit.task == "a")
    assert start <= 40 * MINUTE
    assert "a" in chains["2"] or chains["1"][0] == "a"


def test_locked_stops_stay_first():
    day = full(a_route("1", a_call("far", 9, fixed=True), a_call("near", 1)), a_route("2"))
    assert chosen(problem_of_rest(day), solved(day))[0]["1"] == ("far", "near")


def test_an_outcome_that_leaves_something_out_is_not_taken():
    day = full(a_route("1", a_call("a", 2)))
    problem = problem_of_rest(day)
    nothing = Solution((), (Drop("a", Reason("full")),), Cost(), "none")
    assert chosen(problem, nothing)[0] == {"1": ("a",)}


# What happened meanwhile


ROUTES = (a_route("1", a_call("a", 2), a_call("b", 4)), a_route("2", a_call("c", 3)))
USED = chains_of(ROUTES)
PLANNED = {"1": ("b",), "2": ("a", "c")}


def test_nothing_happened():
    assert merged(PLANNED, USED, ROUTES) == PLANNED


def test_what_was_served_meanwhile_is_left_out():
    now = (ROUTES[0], replace(ROUTES[1], calls=()))
    assert merged(PLANNED, USED, now) == {"1": ("b",), "2": ("a",)}


def test_a_route_that_is_done_is_left_out():
    assert merged({"1": ("b", "a"), "2": ("c",)}, USED, ROUTES[:1]) == {"1": ("b", "a")}
    assert merged(PLANNED, USED, ROUTES[:1]) is None


def test_whoever_is_on_the_way_goes_there_first():
    calls = (a_call("b", 4, fixed=True), a_call("a", 2))
    now = (replace(ROUTES[0], calls=calls), ROUTES[1])
    assert merged({"1": ("a", "b"), "2": ("c",)}, USED, now) == {"1": ("b", "a"), "2": ("c",)}
    away = (replace(ROUTES[0], calls=(a_call("a", 2, fixed=True), a_call("b", 4))), ROUTES[1])
    assert merged(PLANNED, USED, away) is None


@pytest.mark.parametrize(
    "now",
    [
        (replace(ROUTES[0], calls=(*ROUTES[0].calls, a_call("new", 5))), ROUTES[1]),
        (replace(ROUTES[0], calls=ROUTES[0].calls[1:]), replace(ROUTES[1], calls=(a_call("a", 2), *ROUTES[1].calls))),
        (replace(ROUTES[0], calls=(a_call("a", 2, goods="1"), ROUTES[0].calls[1])), ROUTES[1]),
        (ROUTES[0], replace(ROUTES[1], left=True)),
    ],
    ids=["a new stop", "a moved stop", "loaded", "left without it"],
)
def test_too_much_has_changed(now):
    assert merged(PLANNED, USED, now) is None


# A breakdown


def test_the_meeting_comes_before_what_is_taken_over():
    broken = a_route("1", a_call("a", 4, goods=None), a_call("p", 5, deliver=Load(), goods=None), left=True)
    other = a_route("2", a_call("c", 8), left=True, here=east(3), until=4 * HOUR)
    able = takers([broken, other], "1", east(3))
    day = a_day(broken, *able, new=tuple(meetings(able, east(3))), everywhere=["a", "p"])
    handover = hand_over(day, broken.calls, ["2"], {"1": ()})
    chain = handover.change.routes["2"].tasks
    assert chain[0] == meeting("2")
    assert set(chain[1:]) == {"a", "p", "c"}
    assert handover.change.routes["1"].tasks == ()
    assert handover.left == {}


def test_pickups_need_no_meeting():
    broken = a_route("1", a_call("p", 5, deliver=Load(), goods=None), left=True)
    other = a_route("2", a_call("c", 8), left=True)
    able = takers([broken, other], "1", east(3))
    day = a_day(broken, *able, new=tuple(meetings(able, east(3))), everywhere=["p"])
    assert set(hand_over(day, broken.calls, ["2"], {"1": ()}).change.routes["2"].tasks) == {"p", "c"}
