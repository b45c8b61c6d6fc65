"""The engines: what they must find on small problems whose best answer is known, and what they must never do."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from domain.routing.check import violations
from domain.routing.engines import ENGINES, NoLimit, Routes, finish, solve
from domain.routing.engines.limit import Limit
from domain.routing.problem import Balance, Break, Load, Matrix, Problem, Span, Task, Vehicle
from domain.routing.solution import Solution
from tests.routing import DAY, HOUR, LEG, WAY, a_problem, a_van

engines = pytest.mark.parametrize("engine", ENGINES)
NOON = 12 * HOUR


def solved(problem: Problem, engine: str = "hybrid", iterations: int = 60, **more: Any) -> Solution:
    """A solution by iterations, so that the machine's speed changes nothing; it keeps every rule."""
    solution = solve(problem, engine=engine, seconds=None, iterations=iterations, clock=time.monotonic, **more)
    assert violations(problem, solution) == []
    return solution


def routes_of(solution: Solution) -> dict[str, tuple[str, ...]]:
    return {route.vehicle: route.tasks for route in solution.routes}


def left_out(solution: Solution) -> dict[str, str]:
    return {drop.task: drop.reason.code for drop in solution.dropped}


def in_the_plane(seed: int, stops: int, vans: int, breaks: tuple[Break, ...] = ()) -> Problem:
    """Random stops with windows of two hours, loads, and vans with time costs."""
    rng = Random(seed)
    points = np.array([[rng.randrange(20_000), rng.randrange(20_000)] for _ in range(stops + 1)])
    metres = np.rint(np.hypot(*(points[:, None] - points[None, :]).transpose(2, 0, 1))).astype(np.int64)
    starts = [rng.randrange(8, 15) * HOUR for _ in range(stops)]
    tasks = tuple(
        Task(f"t{n}", n + 1, 300, (Span(start, start + 2 * HOUR),), Load(rng.randrange(1, 30), rng.randrange(1, 30)))
        for n, start in enumerate(starts)
    )
    van = a_van(shift=Span(7 * HOUR, 18 * HOUR), capacity=Load(400, 400), breaks=breaks, fixed=5000)
    return Problem(tasks, tuple(replace(van, key=f"v{n}") for n in range(vans)), (Matrix(metres // 8, metres),))


# --- what they find


@engines
def test_stops_on_a_line_are_one_way_out_and_back(engine: str) -> None:
    problem = a_problem([Task(f"t{n}", n) for n in (3, 1, 2)])
    solution = solved(problem, engine)
    assert solution.cost.distance == 6 * WAY
    assert solution.dropped == ()
    assert solution.engine == engine


@engines
def test_windows_and_breaks_make_a_second_van_necessary(engine: str) -> None:
    tasks = [Task("near", 1, windows=(Span(NOON, NOON + 60),)), Task("far", 3, windows=(Span(NOON, NOON + 60),))]
    assert len(solved(a_problem(tasks, a_van("a"), a_van("b")), engine).routes) == 2


@engines
def test_a_break_is_taken_between_two_visits(engine: str) -> None:
    lunch = Break(Span(NOON, NOON + HOUR), 1800, paid=False)
    tasks = [Task("before", 1, HOUR, (Span(11 * HOUR, NOON),)), Task("after", 2, HOUR, (Span(NOON, 14 * HOUR),))]
    (route,) = solved(a_problem(tasks, a_van(breaks=(lunch,))), engine).routes
    assert route.tasks == ("before", "after")
    assert [pause.seconds for pause in route.pauses] == [1800]


@engines
def test_a_second_window_is_used_where_the_first_is_missed(engine: str) -> None:
    tasks = [
        Task("a", 3, windows=(Span(8 * HOUR, 8 * HOUR + 60),)),
        Task("b", 1, windows=(Span(8 * HOUR, 8 * HOUR + 60), Span(15 * HOUR, 16 * HOUR))),
    ]
    solution = solved(a_problem(tasks), engine)
    assert solution.dropped == ()
    assert next(visit.start for visit in solution.routes[0].visits if visit.task == "b") >= 15 * HOUR


@engines
def test_late_is_better_than_never_where_lateness_has_a_price(engine: str) -> None:
    at_eight = (Span(8 * HOUR, 8 * HOUR),)
    tasks = [Task("a", 1, windows=at_eight, lateness=1), Task("b", 3, windows=at_eight, lateness=1)]
    solution = solved(a_problem(tasks), engine)
    assert solution.dropped == ()
    assert solution.cost.lateness == 2 * LEG


@engines
def test_skills_and_bans_choose_the_van(engine: str) -> None:
    tasks = [Task("cold", 1, skills=frozenset({"fridge"})), Task("dog", 2, banned=frozenset({"fridge"}))]
    problem = a_problem(tasks, a_van("plain"), a_van("fridge", skills=frozenset({"fridge"})))
    assert routes_of(solved(problem, engine)) == {"plain": ("dog",), "fridge": ("cold",)}


@engines
def test_company_is_kept(engine: str) -> None:
    tasks = [
        Task("table", 1, together="set"),
        Task("chairs", 3, together="set"),
        Task("paint", 2, apart=frozenset({"food"})),
        Task("bread", 2, apart=frozenset({"food"})),
    ]
    solution = solved(a_problem(tasks, a_van("a"), a_van("b")), engine)
    rides = {key: vehicle for vehicle, keys in routes_of(solution).items() for key in keys}
    assert solution.dropped == ()
    assert rides["table"] == rides["chairs"]
    assert rides["paint"] != rides["bread"]


@engines
def test_a_group_with_an_impossible_member_stays_out_whole(engine: str) -> None:
    tasks = [Task("a", 1, together="x"), Task("b", 2, together="x", skills=frozenset({"crane"})), Task("c", 3)]
    solution = solved(a_problem(tasks), engine)
    assert routes_of(solution) == {"van": ("c",)}
    assert left_out(solution) == {"a": "drop.partner", "b": "drop.no_skill"}


@engines
def test_what_is_collected_needs_room_that_was_delivered_first(engine: str) -> None:
    full, returns = Load(weight=10), Load(weight=10)
    tasks = [Task("return", 1, collect=returns), Task("delivery", 3, deliver=full)]
    solution = solved(a_problem(tasks, a_van(capacity=Load(weight=10))), engine)
    assert routes_of(solution) == {"van": ("delivery", "return")}


@engines
def test_locked_tasks_come_first_whatever_it_costs(engine: str) -> None:
    tasks = [Task("near", 1), Task("far", 3), Task("middle", 2)]
    assert routes_of(solved(a_problem(tasks, a_van(locked=("far", "near"))), engine))["van"][:2] == ("far", "near")


@engines
def test_an_open_end_saves_the_way_back(engine: str) -> None:
    solution = solved(a_problem([Task("a", 1), Task("b", 3)], a_van(end=None)), engine)
    assert routes_of(solution) == {"van": ("a", "b")}
    assert solution.cost.distance == 3 * WAY


@engines
@pytest.mark.parametrize("limit", [{"max_driving": 2 * LEG}, {"max_duration": 2 * LEG}])
def test_driving_and_working_time_share_the_stops(engine: str, limit: dict[str, int]) -> None:
    tasks = [Task("a", 1), Task("b", 1), Task("far", 2)]
    solution = solved(a_problem(tasks, a_van("x", **limit), a_van("y")), engine)
    assert solution.dropped == ()
    assert "far" in routes_of(solution)["y"]


@engines
def test_a_stop_that_costs_more_than_it_is_worth_stays_out(engine: str) -> None:
    solution = solved(a_problem([Task("a", 1), Task("b", 3, penalty=10)]), engine)
    assert routes_of(solution) == {"van": ("a",)}
    assert left_out(solution) == {"b": "drop.not_worth_it"}


@engines
def test_the_dearest_to_leave_out_are_served_when_not_all_can_be(engine: str) -> None:
    at_noon = (Span(NOON, NOON),)
    tasks = [Task("a", 1, windows=at_noon), Task("b", 2, windows=at_noon, priority=2), Task("c", 3, windows=at_noon)]
    assert routes_of(solved(a_problem(tasks), engine)) == {"van": ("b",)}


@engines
def test_tasks_stay_with_their_usual_van_where_changing_costs(engine: str) -> None:
    tasks = [Task("a", 1, usual="x"), Task("b", 1, usual="y")]
    vans = (a_van("x", sunk=True), a_van("y", sunk=True))
    apart = a_problem(tasks, *vans, change=10**6, initial={"x": ("a",), "y": ("b",)})
    assert routes_of(solved(apart, engine)) == {"x": ("a",), "y": ("b",)}


def test_work_is_shared_where_balance_is_wanted() -> None:
    tasks = [Task(f"t{n}", 1, HOUR) for n in range(4)]
    balanced = a_problem(tasks, a_van("x"), a_van("y"), balance=Balance(3 * HOUR, 100))
    assert sorted(len(route.visits) for route in solved(balanced).routes) == [2, 2]
    assert len(solved(replace(balanced, balance=None)).routes) == 1


# --- what they must bear


def _past_midnight() -> Problem:
    night = Span(20 * HOUR, 30 * HOUR)
    return a_problem([Task("a", 1, windows=(Span(25 * HOUR, 26 * HOUR),))], a_van(shift=night))


BEARABLE: dict[str, tuple[Callable[[], Problem], int]] = {
    "nothing": (lambda: a_problem([]), 0),
    "nobody": (lambda: replace(a_problem([Task("a", 1)]), vehicles=()), 0),
    "no places": (lambda: Problem((), (), (Matrix(np.zeros((0, 0), np.int64), np.zeros((0, 0), np.int64)),)), 0),
    "one stop": (lambda: a_problem([Task("a", 1)]), 1),
    "a stop at the depot": (lambda: a_problem([Task("a", 0, 60), Task("b", 1)]), 2),
    "all at one place": (lambda: a_problem([Task(f"t{n}", 2) for n in range(8)]), 8),
    "a shift of no length": (lambda: a_problem([Task("a", 1)], a_van(shift=Span(0, 0))), 0),
    "a shift of no length at the door": (lambda: a_problem([Task("a", 0)], a_van(shift=Span(0, 0))), 1),
    "past midnight": (_past_midnight, 1),
    "before the origin": (lambda: a_problem([Task("a", 1)], a_van(shift=Span(-5 * HOUR, 0))), 1),
    "one impossible stop": (lambda: a_problem([Task("a", 1), Task("b", 2, deliver=Load(10**13))]), 1),
    "no skill at all": (lambda: a_problem([Task("a", 1, skills=frozenset({"x"}))]), 0),
    "an initial route that cannot be": (
        lambda: a_problem([Task("a", 1), Task("b", 2)], initial={"van": ("b", "b", "gone"), "who": ("a",)}),
        2,
    ),
    "locked to what it cannot serve": (
        lambda: a_problem([Task("a", 1, windows=(Span(0, 1),)), Task("b", 2)], a_van(locked=("a", "b"))),
        1,
    ),
    "breaks all day": (
        lambda: a_problem([Task("a", 1)], a_van(shift=Span(0, HOUR), breaks=(Break(Span(0, 0), 2 * HOUR),))),
        0,
    ),
}


@engines
@pytest.mark.parametrize("name", [*BEARABLE])
def test_whatever_comes_in_a_plan_comes_out(engine: str, name: str) -> None:
    make, served = BEARABLE[name]
    problem = make()
    solution = solved(problem, engine)
    assert sum(len(route.visits) for route in solution.routes) == served
    assert len(solution.dropped) == len(problem.tasks) - served


@engines
def test_the_same_seed_and_iterations_give_the_same_routes(engine: str) -> None:
    problem = in_the_plane(1, stops=25, vans=4, breaks=(Break(Span(11 * HOUR, 13 * HOUR), 1800),))
    first, second = (solved(problem, engine, seed=7) for _ in range(2))
    assert first.routes == second.routes


def test_the_hybrid_is_no_worse_than_either_engine_alone() -> None:
    problem = in_the_plane(2, stops=25, vans=5, breaks=(Break(Span(11 * HOUR, 13 * HOUR), 1800),))
    costs = {engine: solved(problem, engine, iterations=150).cost.total for engine in ENGINES}
    assert costs["hybrid"] <= min(costs["ortools"], costs["pyvrp"])


def test_without_pyvrp_the_hybrid_is_ortools_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyvrp", None)
    problem = in_the_plane(3, stops=12, vans=3)
    assert routes_of(solved(problem)) == routes_of(solved(problem, "ortools"))


def test_a_pyvrp_that_does_not_fit_the_machine_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyvrp.py").write_text('raise ImportError("libstdc++.so.6 is too old")')
    monkeypatch.syspath_prepend(tmp_path)
    for name in [each for each in sys.modules if each.split(".")[0] == "pyvrp"]:
        monkeypatch.delitem(sys.modules, name)
    problem = in_the_plane(3, stops=12, vans=3)
    assert routes_of(solved(problem)) == routes_of(solved(problem, "ortools"))


# --- limits, progress, stopping


def test_a_search_needs_an_end_and_a_known_engine() -> None:
    problem = a_problem([Task("a", 1)])
    with pytest.raises(NoLimit):
        solve(problem, seconds=None, clock=time.monotonic)
    with pytest.raises(KeyError):
        solve(problem, engine="magic", seconds=1, clock=time.monotonic)


@engines
def test_time_is_kept_by_the_clock_that_is_given(engine: str) -> None:
    ticks = iter(range(10**9))
    solution = solve(in_the_plane(4, 10, 3), engine=engine, seconds=0, clock=lambda: next(ticks) / 1000)
    assert violations(in_the_plane(4, 10, 3), solution) == []
    assert solution.dropped == ()


def test_progress_tells_of_routes_and_their_whole_cost() -> None:
    problem = in_the_plane(5, stops=40, vans=6)
    ticks = iter(range(10**9))
    heard: list[tuple[int, Routes]] = []
    solution = solve(
        problem,
        seconds=None,
        iterations=150,
        clock=lambda: float(next(ticks)),
        progress=lambda cost, routes: heard.append((cost, routes)),
    )
    costs = [cost for cost, _ in heard]
    assert len(costs) > 1
    assert costs == sorted(costs, reverse=True)
    assert solution.cost.total <= costs[-1]
    again = finish(problem, heard[-1][1], Limit(time.monotonic))
    assert violations(problem, again) == []
    assert again.cost.total <= costs[-1]


@engines
def test_stop_takes_the_best_so_far(engine: str) -> None:
    problem = in_the_plane(6, stops=20, vans=4)
    solution = solve(problem, engine=engine, seconds=3600, clock=time.monotonic, stop=lambda: True)
    assert violations(problem, solution) == []
    assert solution.dropped == ()


def test_routes_that_cannot_be_driven_are_settled() -> None:
    tasks = [Task("a", 1, windows=(Span(0, HOUR),)), Task("b", 3, windows=(Span(0, 2 * LEG),), priority=1)]
    vans: tuple[Vehicle, ...] = (a_van("x", shift=DAY), a_van("y", shift=DAY))
    problem = a_problem(tasks, *vans)
    solution = finish(problem, {"x": ("a", "b", "a"), "z": ("b",)}, Limit(time.monotonic))
    assert routes_of(solution) == {"x": ("a",)}
    assert left_out(solution) == {"b": "drop.closes_too_early"}
