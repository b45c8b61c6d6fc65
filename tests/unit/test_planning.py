"""A day as a routing problem: who drives what, which orders are one stop, what changed, and the plan against planning by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import numpy as np
import pytest

from domain.depots import Depot
from domain.fleet import Driver, Duty, Rest, Vehicle
from domain.planning.balance import balanced
from domain.planning.baselines import by_hand, by_pattern, figures
from domain.planning.day import Day, Fleet, Ride, Wanted, rides
from domain.planning.inputs import Change, changes, hash_of, inputs_of
from domain.planning.merging import is_mergeable, merged
from domain.planning.snapshot import Snapshot, take_snapshot
from domain.routes import TaskKind
from domain.routing.check import violations
from domain.routing.costs import cost_of
from domain.routing.engines import solve
from domain.routing.problem import Load, Matrix, Problem, Span
from domain.routing.schedule import schedule
from domain.routing.solution import Solution
from domain.values import Place, Window

DAY = date(2026, 5, 5)
DEPOT = Depot(id=1, code="north", name="North", zone="Europe/Berlin", country="DE", lat=52.5, lon=13.4)
NOON, LATE = Window(time(12), time(16)), Window(time(15), time(18))
BEFORE = datetime(2026, 5, 4, 12, tzinfo=UTC)


def at(hour: int, minute: int = 0) -> datetime:
    """A time of the day in Berlin, in UTC."""
    return datetime(2026, 5, 5, hour, minute, tzinfo=DEPOT.tz).astimezone(UTC)


def van(number: int = 1, **values) -> Vehicle:
    return Vehicle(
        **{
            "id": number,
            "plate": f"B-X {number}",
            "name": "Van",
            "depot_id": 1,
            "payload": 500_000,
            "volume": 5_000_000,
            **values,
        }
    )


def duty(number: int = 1, vehicle: int | None = None, start: int = 8, end: int = 18, **values) -> Duty:
    driver = Driver(**{"id": number, "name": f"Driver {number}", "depot_id": 1, **values})
    return Duty(driver, at(start), at(end), None, vehicle)


def ride(number: int = 1, **values) -> Ride:
    return Ride(f"Driver {number} (B-X {number})", duty(number), van(number, **values))


def order(number: int, north: float = 0.01, **values) -> Wanted:
    """An order a little to the north of the depot, of a customer of its own."""
    given = {
        "number": f"RM-{10000 + number}", "customer_id": number, "address": f"Torstr. {number}", "window": NOON,
        "place": Place(52.5 + north * number, 13.4), "load": Load(1_000, 2_000, 1), "skills": frozenset(),
    }  # fmt: skip
    return Wanted(**{**given, **values})


def day(*wanted: Wanted, drivers: tuple[Ride, ...] = (ride(),), on: date = DAY) -> Day:
    return Day(DEPOT, on, wanted, drivers)


def snapshot(*wanted: Wanted, drivers: tuple[Ride, ...] = (ride(),), now: datetime = BEFORE) -> Snapshot:
    return take_snapshot(day(*wanted, drivers=drivers), now)


def matrix(places: tuple[Place, ...], speed: float = 1.0) -> Matrix:
    """Straight lines at ten metres a second."""
    metres = np.array([[one.metres_to(other) for other in places] for one in places], np.int64)
    return Matrix(np.rint(metres / (10 * speed)).astype(np.int64), metres)


def problem(taken: Snapshot) -> Problem:
    return taken.problem(lambda speed: matrix(taken.places, speed))


# Who drives what


def test_everybody_has_the_usual_vehicle():
    found, idle = rides(Fleet([van(1), van(2)], [duty(1, 2), duty(2, 1)]), DAY, DAY)
    assert [(each.duty.driver.id, each.vehicle.id) for each in found] == [(1, 2), (2, 1)]
    assert idle == ()


def test_who_has_no_usual_vehicle_takes_the_largest_that_is_free():
    found, idle = rides(
        Fleet([van(1), van(2), van(3, payload=900_000)], [duty(1), duty(2, 1), duty(3), duty(4)]), DAY, DAY
    )
    assert {each.duty.driver.id: each.vehicle.id for each in found} == {1: 3, 2: 1, 3: 2}
    assert [each.driver.id for each in idle] == [4]


def test_early_and_late_shift_share_a_vehicle():
    found, idle = rides(Fleet([van(1)], [duty(1, 1, 6, 14), duty(2, 1, 14, 22), duty(3, 1, 12, 16)]), DAY, DAY)
    assert ([each.duty.driver.id for each in found], [each.driver.id for each in idle]) == ([1, 2], [3])


def test_a_vehicle_that_a_route_has_is_not_free():
    taken = {1: [(at(7), at(13))]}
    found, idle = rides(Fleet([van(1)], [duty(1, 1), duty(2, 1, 13, 20)], taken), DAY, DAY)
    assert ([each.duty.driver.id for each in found], [each.driver.id for each in idle]) == ([2], [1])


def test_vehicles_that_cannot_drive_are_left_out():
    fleet = Fleet([van(1, status="out_of_service"), van(2, status="in_use")], [duty(1, 1), duty(2, 2)])
    assert rides(fleet, DAY, DAY)[0] == ()
    (tomorrow,) = rides(fleet, DAY, date(2026, 5, 4))[0]
    assert tomorrow.vehicle.id == 2


# Which orders are one stop


def test_windows_with_a_common_part_are_one_stop_in_that_part():
    (halt,) = snapshot(
        order(1, window=NOON), order(2, customer_id=1, address="torstr. 1", place=Place(52.51, 13.4), window=LATE)
    ).halts
    assert ([each.number for each in halt.orders], str(halt.window)) == (["RM-10001", "RM-10002"], "15:00-16:00")
    assert (halt.service, halt.shares, halt.load.pieces) == (240 + 20, (250, 10), 2)


@pytest.mark.parametrize(
    "other",
    [
        {"window": Window(time(16), time(20))},
        {"customer_id": 9},
        {"address": "Torstr. 2"},
        {"load": Load(499_500, 1, 1)},
        {"skills": frozenset({"fridge"})},
    ],
)
def test_what_cannot_be_one_stop_is_two(other):
    same = {"customer_id": 1, "address": "Torstr. 1", "place": Place(52.51, 13.4)}
    assert len(snapshot(order(1), order(2, **{**same, **other})).halts) == 2


def test_service_is_what_was_learned():
    taken = take_snapshot(day(order(1)), BEFORE, lambda seconds, place: 2 * seconds)
    assert (taken.halts[0].service, taken.halts[0].shares) == (500, (250,))


def test_an_order_without_a_place_is_no_stop():
    taken = snapshot(order(1), order(2, place=None))
    assert ([halt.key for halt in taken.halts], [each.number for each in taken.placeless]) == (
        ["RM-10001"],
        ["RM-10002"],
    )


# The problem


def test_times_are_physical_seconds_since_midnight():
    for on, opens in ((DAY, 12), (date(2026, 3, 29), 11), (date(2026, 10, 25), 13)):
        taken = take_snapshot(Day(DEPOT, on, (order(1),), ()), BEFORE)
        (task,) = problem(taken).tasks
        assert task.windows == (Span(opens * 3600, (opens + 4) * 3600),)


def test_a_driver_with_their_vehicle_is_a_vehicle():
    driver = Driver(
        id=1, name="Ines", depot_id=1, home_lat=52.6, home_lon=13.4, starts_at="home", ends_at="open", max_driving=300,
        max_working=480, skills=["two_people"],
    )  # fmt: skip
    rest = Rest(at(11), at(13), 1800, paid=False)
    crew = Ride("Ines", Duty(driver, at(8), at(18), rest, 1), van(1, pieces=70, skills=["lift"], speed=0.5))
    (vehicle,) = problem(snapshot(order(1), drivers=(crew,))).vehicles
    assert (vehicle.start, vehicle.end) == (1, None)
    assert vehicle.shift == Span(8 * 3600, 18 * 3600)
    assert vehicle.capacity == Load(500_000, 5_000_000, 70)
    assert (vehicle.max_driving, vehicle.max_duration, vehicle.skills) == (18_000, 28_800, {"lift", "two_people"})
    assert [(each.window, each.seconds, each.paid) for each in vehicle.breaks] == [(Span(39_600, 46_800), 1800, False)]
    # thousandths of a cent: 30 euros a day, 24 euros an hour, 35 cents a kilometre
    assert (vehicle.fixed, vehicle.per_second, vehicle.per_metre) == (3_000_000, 667, 35)


def test_slow_vehicles_have_a_matrix_of_their_own():
    posed = problem(snapshot(order(1), drivers=(ride(1), ride(2, speed=0.5), ride(3))))
    assert [vehicle.profile for vehicle in posed.vehicles] == [0, 1, 0]
    assert posed.matrices[1].seconds[0, 1] == pytest.approx(2 * posed.matrices[0].seconds[0, 1], abs=1)


def test_who_began_already_starts_now_and_needs_no_break_that_is_over():
    rest = Rest(at(10), at(11), 1800, paid=True)
    crew = Ride("Ines", replace(duty(), rest=rest), van())
    (vehicle,) = problem(snapshot(order(1), drivers=(crew,), now=at(12, 30))).vehicles
    assert (vehicle.shift, vehicle.breaks) == (Span(12 * 3600 + 1800, 18 * 3600), ())


def test_what_was_tried_before_comes_first():
    tasks = problem(snapshot(order(1), order(2, again=True))).tasks
    assert [task.priority for task in tasks] == [0, 1]


# What changed


def test_nothing_changed():
    now = day(order(1), order(2))
    assert changes(inputs_of(now), day(order(2), order(1), order(3)), ["RM-10001", "RM-10002"], {ride().key}) == []


@pytest.mark.parametrize(
    ("then", "why"),
    [
        ({"window": LATE}, "window"),
        ({"address": "Elsewhere 5"}, "address"),
        ({"place": Place(52.51001, 13.4)}, "address"),
        ({"load": Load(1_000, 2_000, 2)}, "goods"),
        ({"skills": frozenset({"fridge"})}, "goods"),
    ],
)
def test_an_order_that_changed_is_named_with_what(then, why):
    used = inputs_of(day(order(1), order(2)))
    assert changes(used, day(order(1, **then), order(2)), ["RM-10001", "RM-10002"], set()) == [
        Change("order", "RM-10001", why)
    ]


def test_what_the_plan_does_not_use_may_change():
    used = inputs_of(day(order(1), order(2), drivers=(ride(1), ride(2))))
    assert changes(used, day(order(1), drivers=(ride(1),)), ["RM-10001"], {ride(1).key}) == []


def test_rides_that_changed_or_are_gone():
    used = inputs_of(day(drivers=(ride(1), ride(2))))
    now = day(drivers=(ride(1, payload=1),))
    assert changes(used, now, [], {ride(1).key, ride(2).key}) == [
        Change("ride", ride(1).key, "changed"),
        Change("ride", ride(2).key, "gone"),
    ]


def test_the_hash_tells_inputs_apart_whatever_their_order():
    one, same = inputs_of(day(order(1), order(2))), inputs_of(day(order(2), order(1)))
    assert hash_of(one, 5) == hash_of(same, 5)
    assert len({hash_of(one, 5), hash_of(one, 6), hash_of(inputs_of(day(order(1))), 5)}) == 3


def test_a_few_orders_can_be_taken_out_but_no_ride():
    few = [Change("order", f"RM-{n}", "gone") for n in range(3)]
    assert is_mergeable(few, 10)
    assert not is_mergeable([*few, few[0]], 10)
    assert is_mergeable([*few, few[0]], 50)
    assert not is_mergeable([Change("ride", "Ines", "gone")], 50)


def planned(taken: Snapshot) -> tuple[Problem, Solution]:
    """All stops on the first route, in the order of their numbers."""
    posed = problem(taken)
    route = schedule(posed, posed.vehicles[0], [task.key for task in posed.tasks])
    assert route is not None
    return posed, Solution((route,), (), cost_of(posed, [route], []))


def test_without_an_order_the_others_keep_their_turn_and_are_timed_anew():
    taken = snapshot(order(1), order(2), order(3))
    posed, solution = planned(taken)
    less = merged(taken, posed, solution, {"RM-10003"})
    assert less is not None
    rest, _, after = less
    assert [halt.key for halt in rest.halts] == ["RM-10001", "RM-10002"]
    assert after.routes[0].tasks == ("RM-10001", "RM-10002")
    assert after.routes[0].end < solution.routes[0].end
    assert after.cost.total < solution.cost.total


def test_a_stop_that_loses_one_of_its_orders_stays_where_it_is():
    same = {"customer_id": 1, "address": "Torstr. 1", "place": Place(52.51, 13.4)}
    taken = snapshot(order(1), order(2, **same), order(3))
    posed, solution = planned(taken)
    less = merged(taken, posed, solution, {"RM-10001"})
    assert less is not None
    halt = less[0].halts[0]
    assert (halt.key, [each.number for each in halt.orders], halt.shares, halt.service) == (
        "RM-10001", ["RM-10002"], (250,), 250,
    )  # fmt: skip
    assert less[2].routes[0].tasks == ("RM-10001", "RM-10003")


def test_a_route_without_stops_is_none():
    taken = snapshot(order(1))
    less = merged(taken, *planned(taken), {"RM-10001"})
    assert less is not None
    assert (less[2].routes, less[2].cost.total) == ((), 0)


# Against planning by hand


def test_by_hand_takes_the_nearest_stop_again_and_again():
    posed = problem(snapshot(order(3), order(1), order(2)))
    (route,) = by_hand(posed)
    assert route.tasks == ("RM-10001", "RM-10002", "RM-10003")


def test_by_hand_the_next_driver_takes_what_does_not_fit():
    small = {"payload": 2_000}
    posed = problem(snapshot(*(order(n) for n in range(1, 6)), drivers=(ride(1, **small), ride(2, **small))))
    routes = by_hand(posed)
    assert [len(route.tasks) for route in routes] == [2, 2]
    told = figures(posed, routes)
    assert (told["routes"], told["stops"], told["left_out"]) == (2, 4, 1)
    assert told["metres"] == sum(route.metres for route in routes)


def test_work_can_be_shared_out():
    day = snapshot(*(order(n) for n in range(1, 9)), drivers=(ride(1, fixed_cost=0), ride(2, fixed_cost=0)))
    posed = problem(day)
    alone = solve(posed, seconds=None, iterations=200, clock=lambda: 0.0)
    shared = solve(balanced(posed), seconds=None, iterations=200, clock=lambda: 0.0)
    assert [len(alone.routes), len(shared.routes)] == [1, 2]
    assert max(route.working for route in shared.routes) < alone.routes[0].working
    assert not shared.dropped


def test_by_pattern_everybody_goes_where_they_went():
    north, south = Place(52.6, 13.4), Place(52.4, 13.4)
    taken = snapshot(order(1), order(2, north=-0.01), order(3), drivers=(ride(1), ride(2)))
    routes = by_pattern(problem(taken), taken, {1: [south], 2: [north], 9: [north]})
    assert routes is not None
    assert [route.tasks for route in routes] == [("RM-10002",), ("RM-10001", "RM-10003")]
    assert by_pattern(problem(taken), taken, {9: [north]}) is None


# Returns that are collected


def pickup(number: int, **values) -> Wanted:
    return replace(order(number), number=f"RET-{number}", kind=TaskKind.PICKUP, **values)


def test_what_is_collected_counts_from_its_stop_on():
    """The van leaves full, so what comes back fits in only once something was delivered."""
    heavy, small = Load(60_000, 1, 60), {"payload": 100_000}
    wanted = (order(5, load=heavy), pickup(1, load=heavy))
    taken = snapshot(*wanted, drivers=(ride(1, **small),))
    assert [(halt.load, halt.collect) for halt in taken.halts] == [(Load(), heavy), (heavy, Load())]
    posed = problem(taken)
    solution = solve(posed, seconds=None, iterations=50, clock=lambda: 0.0)
    assert [route.tasks for route in solution.routes] == [(posed.tasks[1].key, posed.tasks[0].key)]
    assert violations(posed, solution) == []
    turned = replace(solution, routes=(schedule_of(posed, tuple(reversed(solution.routes[0].tasks))),))
    assert turned.routes == (None,), "the other way round it does not fit"


def schedule_of(posed: Problem, chain: tuple[str, ...]):
    return schedule(posed, posed.vehicles[0], list(chain))


def test_what_is_exchanged_is_one_stop_with_what_it_is_exchanged_for():
    late, early = Window(time(14), time(16)), Window(time(8), time(10))
    together = (order(1, window=late), pickup(1, window=late, with_order="RM-10001"))
    (halt,) = snapshot(*together).halts
    assert [each.number for each in halt.orders] == ["RM-10001", "RET-1"]
    assert {each.key for each in snapshot(order(1, window=late), pickup(1, window=early)).halts} == {
        "RM-10001",
        "RET-1",
    }
