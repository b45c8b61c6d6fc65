"""The checker: for every rule a solution that breaks just it, and is caught; and what is allowed, and is not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from domain.routing.check import violations
from domain.routing.problem import Balance, Break, Load, Matrix, Problem, Span, Task
from domain.routing.solution import Drop, Pause, PlannedRoute, Reason, Solution, Visit
from tests.routing import DAY, HOUR, LEG, a_problem, a_van, on_a_line, planned, priced

#: Noon of the day, and a lunch of half an hour that starts between noon and one.
NOON = 12 * HOUR
LUNCH = Break(Span(NOON, 13 * HOUR), 1800)


def two_stops(**van: Any) -> Problem:
    return a_problem([Task("a", 1, service=300), Task("b", 2, service=300)], a_van(**van))


def one_way(visits: list[Visit], problem: Problem, **changes: Any) -> Solution:
    """The first vehicle's route through ``visits`` as they are told, its ways right, from and to the depot."""
    vehicle = problem.vehicles[0]
    matrix = problem.matrices[vehicle.profile]
    places = [vehicle.start, *(problem.task_of[visit.task].place for visit in visits)]
    places += [] if vehicle.end is None else [vehicle.end]
    driving = int(matrix.seconds[places[:-1], places[1:]].sum())
    metres = int(matrix.metres[places[:-1], places[1:]].sum())
    back = 0 if vehicle.end is None else int(matrix.seconds[places[-2], places[-1]])
    start = visits[0].arrival - int(matrix.seconds[places[0], places[1]])
    route = PlannedRoute(vehicle.key, start, visits[-1].departure + back, tuple(visits), metres=metres, driving=driving)
    return priced(problem, [replace(route, **changes)])


@dataclass
class Case:
    """A solution that breaks one rule, and a part of the sentence that says so."""

    name: str
    problem: Problem
    solution: Solution
    says: str


def _cases_of_counts() -> list[Case]:
    problem = two_stops()
    good = planned(problem, {"van": ["a", "b"]})
    partial = planned(problem, {"van": ["a"]})
    two = a_problem(problem.tasks, a_van("v1"), a_van("v2"))
    there, back = planned(two, {"v1": ["a"]}).routes[0], planned(two, {"v2": ["b"]}).routes[0]
    return [
        Case("neither", problem, replace(partial, dropped=(), cost=replace(partial.cost, dropped=0)), "neither"),
        Case("served twice", problem, one_way([Visit("a", LEG, LEG, 900), Visit("a", 900, 900, 1200), Visit("b", 1800, 1800, 2100)], problem), "served 2 times"),
        Case("left out twice", problem, replace(partial, dropped=partial.dropped * 2, cost=replace(partial.cost, dropped=2 * partial.cost.dropped)), "left out 2 times"),
        Case("both", problem, replace(good, dropped=partial.dropped, cost=replace(good.cost, dropped=problem.must)), "both"),
        Case("no reason", problem, replace(partial, dropped=(Drop("b", Reason("")),)), "without a reason"),
        Case("unknown drop", problem, replace(good, dropped=(Drop("x", Reason("drop.no_vehicle")),)), "Task x"),
        Case("unknown task", problem, replace(good, routes=(replace(good.routes[0], visits=(Visit("x", 0, 0, 0),)),)), "task x"),
        Case("unknown vehicle", problem, replace(good, routes=(replace(good.routes[0], vehicle="bus"),)), "Vehicle bus"),
        Case("empty route", two, priced(two, [planned(two, {"v1": ["a", "b"]}).routes[0], PlannedRoute("v2", 0, 0, ())]), "no visits"),
        Case("two routes", two, priced(two, [there, replace(back, vehicle="v1")]), "2 routes"),
        Case("order of routes", two, priced(two, [back, there]), "order"),
    ]  # fmt: skip


def _cases_of_company() -> list[Case]:
    vans = a_van("v1"), a_van("v2")
    pair = a_problem([Task("a", 1, together="g"), Task("b", 2, together="g")], *vans)
    rivals = a_problem([Task("a", 1, apart=frozenset({"g", "h"})), Task("b", 2, apart=frozenset({"h"}))])
    skilled = a_problem([Task("a", 1, skills=frozenset({"fridge"}))])
    banned = a_problem([Task("a", 1, banned=frozenset({"van"}))])
    tasks = [Task("a", 1), Task("b", 2)]
    locked = a_problem(tasks, a_van("v1", locked=("b", "a")), vans[1])
    one_lock = a_problem(tasks, a_van("v1", locked=("b",)), vans[1])
    return [
        Case("together on two", pair, planned(pair, {"v1": ["a"], "v2": ["b"]}), "together"),
        Case("together, one left out", pair, planned(pair, {"v1": ["a"]}), "together"),
        Case("apart", rivals, planned(rivals, {"van": ["a", "b"]}), "apart"),
        Case("skill", skilled, planned(skilled, {"van": ["a"]}), "needs fridge"),
        Case("banned", banned, planned(banned, {"van": ["a"]}), "must not serve"),
        Case("locked order", locked, planned(locked, {"v1": ["a", "b"]}), "first, in that order"),
        Case("locked not first", one_lock, planned(one_lock, {"v1": ["a", "b"]}), "first"),
        Case("locked elsewhere", one_lock, planned(one_lock, {"v2": ["b", "a"]}), "locked to vehicle v1"),
    ]


def _cases_of_times() -> list[Case]:
    problem = two_stops()
    good = planned(problem, {"van": ["a", "b"]}).routes[0]
    far = a_problem([Task("a", 1, service=300, windows=(Span(HOUR, 2 * HOUR), Span(4 * HOUR, 5 * HOUR)))])
    soft = a_problem([replace(far.tasks[0], lateness=2)])
    lopsided = Matrix(np.array([[0, 600, 9], [1200, 0, 9], [9, 9, 0]]), np.zeros((3, 3), dtype=np.int64))
    profiles = Problem((Task("a", 1),), (a_van(profile=1),), (on_a_line(3), lopsided))

    def at(start: int, **visit: int) -> list[Visit]:
        return [replace(Visit("a", start, start, start + 300), **visit)]

    def again(**changes: Any) -> Solution:
        return priced(problem, [replace(good, **changes)])

    def shift(start: int, end: int) -> Problem:
        return two_stops(shift=Span(start, end))

    early_b = replace(
        good.visits[1],
        arrival=good.visits[1].arrival - 1,
        start=good.visits[1].start - 1,
        departure=good.visits[1].departure - 1,
    )
    return [
        Case("before the window", far, one_way(at(HOUR - 1), far), "before or between"),
        Case("between windows", far, one_way(at(3 * HOUR), far), "before or between"),
        Case("after the windows", far, one_way(at(5 * HOUR + 1), far), "after its last window"),
        Case("late, yet too early", soft, one_way(at(3 * HOUR), soft), "before or between"),
        Case("service before arrival", far, one_way(at(HOUR, arrival=HOUR + 1), far, start=0), "before the arrival"),
        Case("short service", far, one_way(at(HOUR, departure=HOUR + 299), far), "takes 300 s"),
        Case("long service", far, one_way(at(HOUR, departure=HOUR + 301), far), "takes 300 s"),
        Case("before the shift", shift(1, DAY.end), priced(shift(1, DAY.end), [good]), "before its shift"),
        Case("after the shift", shift(0, good.end - 1), priced(shift(0, good.end - 1), [good]), "after its shift"),
        Case("too fast to the first", problem, again(start=good.start + 1), "already at"),
        Case("too fast to the next", problem, again(visits=(good.visits[0], early_b)), "already at"),
        Case("too fast home", problem, again(end=good.end - 1), "done already"),
        Case("wrong way round", profiles, one_way([Visit("a", 600, 600, 600)], profiles, end=1200), "done already"),
        Case("driving", problem, again(driving=good.driving + 1), "at the wheel"),
        Case("metres", problem, again(metres=good.metres - 1), f"and has {good.metres} m"),
        Case("too much driving", two_stops(max_driving=good.driving - 1), priced(two_stops(max_driving=good.driving - 1), [good]), "may drive"),
        Case("too much work", two_stops(max_duration=good.working - 1), priced(two_stops(max_duration=good.working - 1), [good]), "may work"),
    ]  # fmt: skip


def half_day(problem: Problem, *pauses: Pause, a: int = 10 * HOUR, b: int = 15 * HOUR, **changes: Any) -> Solution:
    """An hour at a and ten minutes at b, served from when the vehicle is there; ``changes`` to the route."""
    visits = [Visit("a", a, a, a + HOUR), Visit("b", b, b, b + 600)]
    return one_way(visits, problem, **{"pauses": pauses, **changes})


def with_lunch(*breaks: Break, **van: Any) -> Problem:
    return a_problem([Task("a", 1, service=HOUR), Task("b", 2, service=600)], a_van(breaks=breaks, **van))


def _cases_of_breaks() -> list[Case]:
    problem, two, none = with_lunch(LUNCH), with_lunch(LUNCH, LUNCH), with_lunch()
    late = with_lunch(LUNCH, end=None)
    lunch = Pause(NOON, 1800, True)
    tight = NOON - HOUR - LEG  # an hour of service, the way, and lunch at once
    stays = one_way([Visit("a", NOON - HOUR, NOON - HOUR, NOON)], late, end=NOON + 60, pauses=(lunch,))
    return [
        Case("none taken", problem, half_day(problem), "does not take its break"),
        Case("one of two taken", two, half_day(two, lunch), "does not take its break"),
        Case("none while it stands at an open end", late, half_day(late, b=NOON - 600, end=13 * HOUR + 1), "does not take its break"),
        Case("too early", problem, half_day(problem, lunch, Pause(NOON - 1800, 1800, True)), "none that vehicle van has"),
        Case("of another vehicle", none, half_day(none, lunch), "none that vehicle van has"),
        Case("one too many", problem, half_day(problem, lunch, Pause(NOON + 1800, 1800, True)), "none that vehicle van has"),
        Case("too short", problem, half_day(problem, lunch, Pause(NOON + 1800, 1799, True)), "none that vehicle van has"),
        Case("unpaid", problem, half_day(problem, lunch, Pause(NOON + 1800, 1800, False)), "none that vehicle van has"),
        Case("during service", problem, half_day(problem, lunch, a=NOON - HOUR + 1), "overlaps the service"),
        Case("two at once", two, half_day(two, lunch, Pause(NOON + 1799, 1800, True)), "overlap."),
        Case("while arriving", problem, one_way([Visit("a", 10 * HOUR, 10 * HOUR, 11 * HOUR), Visit("b", NOON + 1, NOON + 1800, NOON + 2400)], problem, pauses=(lunch,)), "during its break"),
        Case("no time for the way", problem, half_day(problem, lunch, a=tight + 1, b=NOON + 1800), "rests 1800 s"),
        Case("outside the route", late, stays, "outside its route"),
    ]  # fmt: skip


def _cases_of_load() -> list[Case]:
    def loaded(capacity: Load, *tasks: Task, aboard: Load = Load()) -> tuple[Problem, Solution]:
        roomy = a_problem(tasks, a_van())
        solution = planned(roomy, {"van": [task.key for task in tasks]})
        return replace(roomy, vehicles=(a_van(capacity=capacity, aboard=aboard),)), solution

    room = Load(10, 10, 10)
    cases = [
        ("weight", loaded(room, Task("a", 1, deliver=Load(weight=6)), Task("b", 2, deliver=Load(weight=5))), "leaves with weight 11"),
        ("volume", loaded(room, Task("a", 1, deliver=Load(volume=11))), "leaves with volume 11"),
        ("pieces", loaded(room, Task("a", 1, deliver=Load(pieces=11))), "leaves with pieces 11"),
        ("collected before delivered", loaded(room, Task("a", 1, collect=Load(6)), Task("b", 2, deliver=Load(5))), "11 aboard after task a"),
        ("collected and kept", loaded(room, Task("a", 1, collect=Load(0, 6)), Task("b", 2, collect=Load(0, 5))), "volume 11 aboard after task b"),
        ("aboard from before", loaded(room, Task("a", 1, collect=Load(0, 0, 5)), aboard=Load(0, 0, 6)), "pieces 11 aboard"),
    ]  # fmt: skip
    return [Case(name, problem, solution, says) for name, (problem, solution), says in cases]


def dear() -> tuple[Problem, Solution]:
    """A solution in which every part of the cost is more than nothing."""
    tasks = [
        Task("a", 1, service=300, windows=(Span(0, 0),), lateness=3, usual="v2"),
        Task("b", 2, penalty=70, priority=1),
    ]
    problem = a_problem(tasks, a_van("v1", fixed=50), a_van("v2"), balance=Balance(1000, 5), change=11)
    return problem, planned(problem, {"v1": ["a"]})


def _cases_of_cost() -> list[Case]:
    problem, solution = dear()
    parts = ("fixed", "time", "distance", "lateness", "dropped", "balance", "changes")
    wrong = [
        replace(solution, cost=replace(solution.cost, **{part: getattr(solution.cost, part) - 1})) for part in parts
    ]
    return [Case(f"cost of {part}", problem, each, f"for {part}") for part, each in zip(parts, wrong, strict=True)]


CASES = [
    *_cases_of_counts(),
    *_cases_of_company(),
    *_cases_of_times(),
    *_cases_of_breaks(),
    *_cases_of_load(),
    *_cases_of_cost(),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_breaks_one_rule_is_caught_by_one_sentence(case):
    found = violations(case.problem, case.solution)
    assert len(found) == 1, found
    assert case.says in found[0]
    assert found[0].endswith(".")


def test_the_cost_is_every_part_of_it():
    problem, solution = dear()
    assert violations(problem, solution) == []
    cost = solution.cost
    # 10 min there, 5 min of service, 10 min back; 600 s late at 3; priority adds the penalty once more; 500 s over the share
    assert (cost.fixed, cost.time, cost.distance, cost.lateness) == (50, 1500, 2000, 1800)
    assert (cost.dropped, cost.balance, cost.changes) == (140, 2500, 11)


def test_a_vehicle_that_is_out_already_costs_nothing_fixed():
    problem, solution = dear()
    sunk = replace(problem, vehicles=(replace(problem.vehicles[0], sunk=True), problem.vehicles[1]))
    assert any("for fixed" in each for each in violations(sunk, solution))
    assert violations(sunk, replace(solution, cost=replace(solution.cost, fixed=0))) == []


def test_nothing_to_do_is_no_violation():
    assert violations(a_problem([]), priced(a_problem([]), [])) == []


def test_where_one_is_dropped_a_group_must_be_dropped_whole():
    problem = a_problem([Task("a", 1, together="g"), Task("b", 2, together="g")])
    assert violations(problem, planned(problem, {})) == []


def test_locked_tasks_that_cannot_be_served_may_be_left_out():
    problem = a_problem([Task("a", 1), Task("b", 2), Task("c", 3)], a_van(locked=("a", "b")))
    assert violations(problem, planned(problem, {"van": ["b", "c"]})) == []


LUNCH_TAKEN = Pause(NOON, 1800, True)


@pytest.mark.parametrize(
    ("problem", "solution"),
    [
        pytest.param(with_lunch(LUNCH), half_day(with_lunch(LUNCH), LUNCH_TAKEN), id="waiting at b"),
        pytest.param(
            with_lunch(LUNCH), half_day(with_lunch(LUNCH), LUNCH_TAKEN, a=10 * HOUR + 55 * 60, b=NOON + 1800 + 300), id="on the way"
        ),
        pytest.param(
            with_lunch(LUNCH), half_day(with_lunch(LUNCH), a=8 * HOUR, b=NOON + HOUR - 1200 - 600), id="over before lunch"
        ),
        pytest.param(
            with_lunch(LUNCH), half_day(with_lunch(LUNCH), a=NOON + 1800 + LEG), id="starts after lunch"
        ),
        pytest.param(
            with_lunch(LUNCH), half_day(with_lunch(LUNCH), LUNCH_TAKEN, a=13 * HOUR, start=NOON), id="before leaving"
        ),
        pytest.param(
            with_lunch(LUNCH), half_day(with_lunch(LUNCH), LUNCH_TAKEN, a=8 * HOUR, b=NOON - 1200 - 600, end=14 * HOUR), id="back home"
        ),
    ],
)  # fmt: skip
def test_breaks_lie_where_nobody_is_served(problem, solution):
    assert violations(problem, solution) == []
