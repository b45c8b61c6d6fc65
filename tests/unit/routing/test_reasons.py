"""Why a task is left out: the truest reason there is, in words a dispatcher understands, and a fix that does it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from bot.reasons import explain
from bot.words import Words
from domain.routing.problem import Break, Load, Matrix, Problem, Span, Task, Vehicle
from domain.routing.reasons import reasons
from domain.routing.solution import Reason
from tests.routing import HOUR, MINUTE, a_problem, a_van, crowded_day, every_place, halfway, planned, problems

BERLIN = ZoneInfo("Europe/Berlin")
#: Local midnight of the Monday the hand-made problems are on.
MIDNIGHT = datetime(2026, 5, 4, tzinfo=BERLIN)
WORDS = Words(["en"], BERLIN)


@dataclass
class Case:
    """A task that has no place, and what is said about it."""

    name: str
    task: Task
    says: str
    vans: tuple[Vehicle, ...] = (a_van(),)
    others: tuple[Task, ...] = ()
    routes: dict[str, list[str]] = field(default_factory=dict)


def said(problem: Problem, routes: dict[str, list[str]], key: str, now: datetime = MIDNIGHT) -> str:
    return explain(WORDS, reason_of(problem, routes, key), now)


def reason_of(problem: Problem, routes: dict[str, list[str]], key: str) -> Reason:
    solution = planned(problem, routes)
    dropped = [drop.task for drop in solution.dropped]
    found = reasons(problem, solution.routes, dropped)
    assert list(found) == dropped
    return found[key]


def clock(hours: int, minutes: int = 0) -> int:
    return hours * HOUR + minutes * MINUTE


FRIDGE, LIFT = frozenset({"fridge"}), frozenset({"lift"})
VAN = a_van()
EIGHT_TO_FIVE = a_van(shift=Span(clock(8), clock(17)))
LUNCH = Break(Span(clock(12), clock(12)), HOUR)
LUNCH_AT_ONE, SNACK_AT_ONE = (Break(Span(clock(13), clock(13)), minutes * MINUTE) for minutes in (60, 10))

CASES = [
    Case("no vehicle at all", Task("x", 1), "There is no vehicle for it.", vans=()),
    Case(
        "no vehicle with the skill", Task("x", 1, skills=FRIDGE | LIFT),
        "No vehicle has fridge. It could be served if b had fridge.", (a_van("a"), a_van("b", skills=LIFT)),
    ),
    Case(
        "each skill somewhere, never both", Task("x", 1, skills=FRIDGE | LIFT),
        "No vehicle has fridge and lift. It could be served if a had lift.", (a_van("a", skills=FRIDGE), a_van("b", skills=LIFT)),
    ),
    Case(
        "banned everywhere", Task("x", 1, skills=LIFT, banned=frozenset({"b"})),
        "It must not ride with b, and no other vehicle could take it. It could be served if b were allowed to.",
        (a_van("a"), a_van("b", skills=LIFT)),
    ),
    Case(
        "too heavy", Task("x", 1, deliver=Load(620_000)),
        "It is 120 kg over the largest vehicle that may take it, big. It needs a vehicle that takes 620 kg.",
        (a_van("small", capacity=Load(300_000)), a_van("big", capacity=Load(500_000))),
    ),
    Case(
        "too big a pickup", Task("x", 1, collect=Load(volume=1_200_000)),
        "It is 200 l over the largest vehicle that may take it, van. It needs a vehicle that takes 1.2 m³.",
        (a_van(capacity=Load(1, 1_000_000, 1)),),
    ),
    Case(
        "the rest of the room is taken", Task("x", 1, deliver=Load(pieces=3)),
        "It is 1 piece over the largest vehicle that may take it, van. It needs a vehicle that takes 6 pieces.",
        (a_van(capacity=Load(0, 0, 5), aboard=Load(0, 0, 3)),),
    ),
    Case(
        "the window closes before the earliest arrival", Task("x", 3, windows=(Span(clock(12), clock(13)),)),
        "The earliest possible arrival is 13:40, with b, and its window ends at 13:00. It could be served if b started 40 minutes earlier.",
        (a_van("a", shift=Span(clock(12, 50), clock(23)), breaks=(LUNCH_AT_ONE,)), a_van("b", shift=Span(clock(13, 0), clock(23)), breaks=(SNACK_AT_ONE,))),
    ),
    Case(
        "back after the shift", Task("x", 3, windows=(Span(clock(16, 45), clock(18)),)),
        "Its window opens at 16:45. van would be done at 17:15, and the shift ends at 17:00. It would fit with 15 minutes more shift for van.",
        (EIGHT_TO_FIVE,),
    ),
    Case(
        "too far for the shift", Task("x", 3, service=HOUR),
        "Going there, serving it and coming back takes 2 hours, and the shift of van lasts 1 hour 50 minutes. It would fit with 10 minutes more shift for van.",
        (a_van(shift=Span(clock(8), clock(9, 50))),),
    ),
    Case(
        "too far for the wheel", Task("x", 3),
        "It takes 1 hour at the wheel there and back, and van may drive 40 minutes. It would fit with 20 minutes more at the wheel for van.",
        (a_van(max_driving=40 * MINUTE),),
    ),
    Case(
        "too long for a working day", Task("x", 3, service=HOUR),
        "It takes 2 hours of work, and van may work 1 hour. It would fit with 1 hour more working time for van.",
        (a_van(max_duration=HOUR),),
    ),
    Case("nobody has a shift", Task("x", 1), "Nobody who could serve it works that day. It needs somebody who works then.", (a_van(shift=Span(0, 0)),)),
    Case(
        "nobody works in its window", Task("x", 1, windows=(Span(clock(6), clock(7)),)),
        "Nobody who could serve it works today, Monday 4 May between 06:00 and 07:00. It needs somebody who works then.", (EIGHT_TO_FIVE,),
    ),
    Case(
        "a break stands in the way", Task("x", 1, windows=(Span(clock(12, 30), clock(12, 45)),)),
        "The breaks of van leave no time for it. It could be served if van took its breaks at other times.",
        (a_van(shift=Span(clock(11, 30), clock(17)), breaks=(LUNCH,)),),
    ),
    Case(
        "its partner cannot be served", Task("x", 1, together="g"),
        "It must ride with y, which cannot be served.", others=(Task("y", 1, together="g", skills=LIFT),),
    ),
    Case(
        "together and apart", Task("x", 1, together="g", apart=frozenset({"h"})),
        "It must ride with y, and two of them must ride apart. They could be tried on different vehicles.",
        others=(Task("y", 1, together="g", apart=frozenset({"h"})),),
    ),
    Case(
        "no vehicle for both", Task("x", 1, together="g", skills=FRIDGE),
        "It must ride with y, and no vehicle may take them all. They could be tried on different vehicles.",
        (a_van("a", skills=FRIDGE), a_van("b", skills=LIFT)), (Task("y", 1, together="g", skills=LIFT),),
    ),
    Case(
        "too heavy together", Task("x", 1, together="g", deliver=Load(6000)),
        "Together with y, which must ride with it, it is 2 kg over van. It needs a vehicle that takes 12 kg.",
        (a_van(capacity=Load(10_000)),), (Task("y", 1, together="g", deliver=Load(6000)),),
    ),
    Case(
        "too long together", Task("x", 3, together="g", windows=(Span(0, clock(8)),)),
        "It must ride with y, and no vehicle was found that has time for them all. They could be tried on different vehicles.",
        (a_van(shift=Span(clock(7, 30), clock(17))),), (Task("y", 1, together="g", service=HOUR, windows=(Span(0, clock(8)),)),),
    ),
    Case(
        "no room for both", Task("x", 1, together="g", deliver=Load(4)),
        "It must ride with y, and no route was found that has room and time for them all. It would fit with one more vehicle like van.",
        (a_van(capacity=Load(10)),), (Task("y", 1, together="g", deliver=Load(4)), Task("a", 1, deliver=Load(5))), {"van": ["a"]},
    ),
    Case(
        "locked to a vehicle that must not", Task("x", 1, banned=frozenset({"a"})),
        "It is locked to a, which must not serve it. Another vehicle could be tried if it were not locked to a.",
        (a_van("a", locked=("x",)), a_van("b")),
    ),
    Case(
        "locked behind what leaves no time", Task("x", 3, windows=(Span(0, clock(8, 30)),)),
        "It is locked to a, which has no time left for it. Another vehicle could be tried if it were not locked to a.",
        (a_van("a", shift=Span(clock(8), clock(17)), locked=("y", "x")), a_van("b")), (Task("y", 1, service=HOUR),), {"a": ["y"]},
    ),
    Case(
        "locked behind what leaves no room", Task("x", 2, deliver=Load(6)),
        "It is locked to van, which has no room left for it. Another vehicle could be tried if it were not locked to van.",
        (a_van(capacity=Load(10), locked=("y", "x")),), (Task("y", 1, deliver=Load(6)),), {"van": ["y"]},
    ),
    Case(
        "the only room is beside what it must not ride with", Task("x", 1, apart=frozenset({"g"})),
        "Van has room and time for it, and carries y, which must ride apart from it. It would fit with one more vehicle like van.",
        others=(Task("y", 1, apart=frozenset({"g"})),), routes={"van": ["y"]},
    ),
    Case(
        "all full", Task("x", 1, deliver=Load(20_000)),
        "No vehicle has room and time for it. The nearest is b, which is full by 5 kg. It would fit with one more vehicle like a.",
        (a_van("a", capacity=Load(30_000)), a_van("b", capacity=Load(40_000))),
        (Task("y", 1, deliver=Load(25_000)), Task("z", 1, deliver=Load(25_000))), {"a": ["y"], "b": ["z"]},
    ),
    Case(
        "all shifts full", Task("x", 1, service=25 * MINUTE, deliver=Load(1)),
        "No vehicle has room and time for it. The nearest is b, whose day is 15 minutes too short. It would fit with 15 minutes more shift for b.",
        (a_van("a", shift=Span(clock(8), clock(9)), fixed=10**6), a_van("b", shift=Span(clock(8), clock(9, 30)), fixed=10**6)),
        (Task("y", 1, service=40 * MINUTE), Task("z", 1, service=HOUR)), {"a": ["y"], "b": ["z"]},
    ),
    Case(
        "everybody is elsewhere", Task("x", 3, service=10 * MINUTE, windows=(Span(clock(12), clock(12, 15)),)),
        "Everybody who could serve it is elsewhere today, Monday 4 May between 12:00 and 12:15. It could be served if it may be 35 minutes later.",
        others=(Task("y", 1, service=HOUR, windows=(Span(clock(11, 30), clock(11, 30)),)),), routes={"van": ["y"]},
    ),
    Case(
        "everybody is elsewhere, and later too", Task("x", 3, service=10 * MINUTE, windows=(Span(clock(12), clock(12, 15)),)),
        "Everybody who could serve it is elsewhere today, Monday 4 May between 12:00 and 12:15. It would fit with one more vehicle like van.",
        others=(Task("y", 1, service=8 * HOUR, windows=(Span(clock(11, 30), clock(11, 30)),)),), routes={"van": ["y"]},
    ),
    Case(
        "not worth it", Task("x", 3, penalty=6400),
        "Serving it would cost more than leaving it out, by 50 %. Raise what leaving it out costs, or make it a must.",
    ),
    Case(
        "the search missed it", Task("x", 3),
        "It would fit on the route of van. The search ended before it was put there. Insert it there, or let the search run longer.",
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_reason_is_told(case):
    problem = replace(a_problem([case.task, *case.others], a_van()), vehicles=case.vans, origin=MIDNIGHT)
    assert said(problem, case.routes, "x") == case.says


def test_values_are_what_json_holds():
    problem = a_problem([Task("x", 3, windows=(Span(0, 60),))])
    reason = reason_of(problem, {}, "x")
    assert json.loads(json.dumps(dict(reason.values))) == reason.values
    assert reason.values["arrival"] == "2000-01-01T00:30:00+00:00"


def test_times_are_right_on_the_day_the_clocks_change():
    """Berlin, 29 March 2026: at 02:00 it becomes 03:00. Seconds are physical; people are told what their clocks show."""
    origin = datetime(2026, 3, 29, tzinfo=BERLIN)
    window = Span(11 * HOUR, 12 * HOUR)  # 12:00 to 13:00 on the clock
    late = a_van(shift=Span(12 * HOUR, 20 * HOUR))  # from 13:00 on the clock
    problem = replace(a_problem([Task("x", 3, windows=(window,))], late), origin=origin)
    assert said(problem, {}, "x", datetime(2026, 3, 28, 20, tzinfo=UTC)) == (
        "The earliest possible arrival is 13:30, with van, and its window ends at 13:00. "
        "It could be served if van started 30 minutes earlier."
    )


def test_windows_past_midnight_are_told_with_their_day():
    night = Span(25 * HOUR, 26 * HOUR)
    problem = replace(a_problem([Task("x", 1, windows=(night,))], EIGHT_TO_FIVE), origin=MIDNIGHT)
    assert "works tomorrow, Tuesday 5 May between 01:00 and 02:00" in said(problem, {}, "x")


def test_every_member_of_a_group_hears_of_the_others():
    tasks = [Task(key, 1, together="g", deliver=Load(4)) for key in "abc"]
    problem = a_problem(tasks, a_van(capacity=Load(10)))
    found = reasons(problem, [], ["a", "b", "c"])
    assert found["b"].values["partners"] == ["a", "c"]


def test_soft_windows_are_no_reason():
    problem = a_problem([Task("x", 3, windows=(Span(0, 60),), lateness=1, penalty=1)])
    assert reason_of(problem, {}, "x").code == "drop.not_worth_it"


@pytest.mark.parametrize("seed", range(12))
def test_what_is_said_to_fit_fits_and_what_not_does_not(seed):
    problem, routes = crowded_day(seed, stops=34, vans=3, left=12, penalty=1_000_000 if seed % 2 else 1)
    solution = planned(problem, routes)
    found = reasons(problem, solution.routes, [drop.task for drop in solution.dropped])
    for key, reason in found.items():
        places = every_place(problem, routes, key)
        assert (reason.code in {"drop.missed", "drop.not_worth_it"}) == bool(places), (key, reason)
        if reason.code == "drop.not_worth_it":
            assert min(places) >= problem.dropping(problem.task_of[key])


@settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(problem=problems())
def test_whether_it_fits_is_right_whatever_comes_in(problem):
    routes = halfway(problem)
    solution = planned(problem, routes)
    locked = {key for vehicle in problem.vehicles for key in vehicle.locked}
    for key, reason in reasons(problem, solution.routes, [drop.task for drop in solution.dropped]).items():
        if problem.task_of[key].together is None and key not in locked:
            fits = bool(every_place(problem, routes, key))
            assert fits == (reason.code in {"drop.missed", "drop.not_worth_it"}), reason


def test_what_is_too_far_alone_may_lie_on_the_way():
    """From the depot to x takes an hour, but a minute from a, where the van is anyway."""
    seconds = np.array([[0, 300, 3600], [300, 0, 60], [300, 60, 0]])
    problem = Problem(
        (Task("a", 1), Task("x", 2)), (a_van(shift=Span(0, HOUR)),), (Matrix(seconds, seconds),), origin=MIDNIGHT
    )
    assert said(problem, {"van": ["a"]}, "x").startswith("It would fit on the route of van.")
    assert said(problem, {}, "x").startswith("Going there, serving it and coming back takes 1 hour 5 minutes")


@pytest.mark.parametrize("seed", range(12))
def test_fixes_do_what_they_say(seed):
    problem, routes = crowded_day(seed, stops=34, vans=3, left=12)
    solution = planned(problem, routes)
    for key, reason in reasons(problem, solution.routes, [drop.task for drop in solution.dropped]).items():
        assert reason.fix is not None, (key, reason)
        mended = with_fix(problem, key, reason.fix)
        now = {**routes, "one more": []}
        assert every_place(mended, now, key), (key, reason)


def with_fix(problem: Problem, key: str, fix: Reason) -> Problem:
    """The problem after somebody did what a fix says."""
    values = fix.values
    match fix.code:
        case "fix.more_time":
            vehicle = problem.vehicle_of[values["vehicle"]]
            longer = replace(vehicle, shift=Span(vehicle.shift.start, vehicle.shift.end + values["shift"]))
            return replace(problem, vehicles=tuple(longer if each is vehicle else each for each in problem.vehicles))
        case "fix.another_vehicle":
            twin = replace(problem.vehicle_of[values["like"]], key="one more")
            return replace(problem, vehicles=(*problem.vehicles, twin))
        case "fix.open_longer":
            task = problem.task_of[key]
            window = Span(task.windows[0].start, task.windows[0].end + values["seconds"])
            return replace(
                problem, tasks=tuple(replace(t, windows=(window,)) if t is task else t for t in problem.tasks)
            )
        case "fix.start_earlier":
            vehicle = problem.vehicle_of[values["vehicle"]]
            sooner = replace(vehicle, shift=Span(vehicle.shift.start - values["seconds"], vehicle.shift.end))
            return replace(problem, vehicles=tuple(sooner if each is vehicle else each for each in problem.vehicles))
        case "fix.another_longer":
            like = problem.vehicle_of[values["like"]]
            twin = replace(like, key="one more", shift=Span(like.shift.start, like.shift.end + values["shift"]))
            return replace(problem, vehicles=(*problem.vehicles, twin))
        case "fix.insert":
            return problem
    raise AssertionError(fix)
