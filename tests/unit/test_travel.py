"""Travel times without a server: straight lines, the traffic of the hour, and what is learned from days driven."""

from __future__ import annotations

import itertools
import tracemalloc
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from domain.routing.problem import Matrix
from domain.travel.learning import BOUNDS, NOTHING_LEARNED, SERVICE_BOUNDS, Learned, learn
from domain.travel.sources import BEFORE, NO_WAY, SPREAD, Source
from domain.travel.straight import DETOUR, free_seconds, road_metres, straight_line
from domain.travel.times import scaled, traffic_of, travel_between
from domain.travel.traffic import Band, Traffic, band_of
from domain.travel.visits import Visit
from domain.values import Place

BERLIN = ZoneInfo("Europe/Berlin")
DEPOT, HOME, MUNICH = Place(52.5200, 13.4050), Place(52.5316, 13.3817), Place(48.1374, 11.5755)
TRAFFIC = traffic_of(Source.STRAIGHT, BERLIN, NOTHING_LEARNED)
MONDAY = date(2026, 5, 4)


def local(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time(hour, minute), BERLIN)


SHIFT = (local(8), local(16))

# Straight lines


def test_a_straight_line_is_the_great_circle_times_the_detour() -> None:
    places = [DEPOT, HOME, MUNICH, Place(-33.86, 151.2), Place(52.52001, 13.40501)]
    matrix = straight_line(places)
    for (i, start), (j, end) in itertools.product(enumerate(places), repeat=2):
        assert matrix.metres[i, j] == pytest.approx(DETOUR * start.metres_to(end), abs=1)
    assert (matrix.seconds.dtype, matrix.metres.dtype) == (np.int64, np.int64)
    assert (matrix.metres == matrix.metres.T).all()


def test_a_city_is_slow_and_the_road_out_of_it_faster() -> None:
    assert 60 * 10 / free_seconds(10_000) * 60 == pytest.approx(25)
    hours_to_munich = straight_line([DEPOT, MUNICH]).seconds[0, 1] / 3600
    assert 8 < hours_to_munich < 14


def test_more_places_than_are_computed_at_once() -> None:
    chance = np.random.default_rng(7)
    places = [Place(52.4 + lat / 5, 13.2 + lon / 5) for lat, lon in chance.random((600, 2))]
    matrix = straight_line(places)
    assert matrix.metres[599, 3] == pytest.approx(DETOUR * places[599].metres_to(places[3]), abs=1)
    assert (np.diag(matrix.seconds) == 0).all()


def test_three_thousand_places_need_less_than_a_gibibyte() -> None:
    chance = np.random.default_rng(7)
    places = [Place(52.3 + lat / 2, 13.1 + lon / 2) for lat, lon in chance.random((3_000, 2))]
    tracemalloc.start()
    try:
        travel = travel_between(straight_line(places), None, SHIFT, BERLIN, NOTHING_LEARNED)
        assert tracemalloc.get_traced_memory()[1] < 2**30
    finally:
        tracemalloc.stop()
    assert travel.matrix.seconds.shape == (3_000, 3_000)
    assert travel.matrix.seconds.min() == 0


@pytest.mark.parametrize("places", [[], [DEPOT], [DEPOT, DEPOT]])
def test_few_places_and_the_same_place_twice(places: list[Place]) -> None:
    travel = travel_between(straight_line(places), None, SHIFT, BERLIN, NOTHING_LEARNED)
    assert travel.matrix.seconds.shape == (len(places), len(places))
    assert not travel.matrix.seconds.any()
    assert travel.source == "straight line"


# Traffic of the hour


@pytest.mark.parametrize(
    ("hour", "band"),
    [(0, "night"), (6, "night"), (7, "morning_peak"), (10, "midday"), (15, "evening_peak"), (19, "evening"), (22, "night")],
)  # fmt: skip
def test_the_band_is_that_of_the_local_hour(hour: int, band: str) -> None:
    assert band_of(local(hour)) == band
    assert TRAFFIC.at(local(hour).astimezone(UTC)) == BEFORE[Source.STRAIGHT][Band(band)]


def test_a_shift_has_the_mean_of_its_bands_by_time() -> None:
    peak, midday = (BEFORE[Source.STRAIGHT][band] for band in (Band.MORNING_PEAK, Band.MIDDAY))
    assert TRAFFIC.over(local(9), local(12)) == pytest.approx((1 * peak + 2 * midday) / 3)
    assert TRAFFIC.over(local(11), local(11)) == midday


def test_a_night_in_which_the_clocks_change_is_as_long_as_it_is() -> None:
    spring = date(2026, 3, 29)
    night, peak = (BEFORE[Source.STRAIGHT][band] for band in (Band.NIGHT, Band.MORNING_PEAK))
    from_midnight = TRAFFIC.over(local(0, day=spring), local(8, day=spring))  # seven hours, six of them night
    assert from_midnight == pytest.approx((6 * night + 1 * peak) / 7)


def test_a_way_into_the_peak_slows_down_when_the_peak_begins() -> None:
    traffic = Traffic({**dict.fromkeys(Band, 1.0), Band.EVENING_PEAK: 2.0}, BERLIN)
    clock = traffic.clock(local(14, 50))
    arrivals = clock.arrivals(np.array([0.0, 300.0, 600.0]), 900.0)
    # ten free minutes before the peak and five within it, which take ten
    assert arrivals.tolist() == pytest.approx([1200, 300 + 300 + 1200, 600 + 1800])


def test_who_leaves_later_never_arrives_earlier_and_a_clock_never_ends() -> None:
    clock = TRAFFIC.clock(local(6))
    arrivals = clock.arrivals(np.arange(0.0, 5 * 86_400, 600), 1800.0)
    assert (np.diff(arrivals) > 0).all()


# From sources to a matrix


def test_a_matrix_is_at_the_mean_traffic_of_its_shift_and_a_leg_at_that_of_the_moment() -> None:
    free = straight_line([DEPOT, HOME])
    travel = travel_between(free, None, SHIFT, BERLIN, NOTHING_LEARNED)
    assert travel.matrix.seconds[0, 1] == round(free.seconds[0, 1] * TRAFFIC.over(*SHIFT))
    leg = travel.leg(0, 1)
    assert (leg.seconds, leg.spread) == (free.seconds[0, 1], SPREAD[Source.STRAIGHT])
    assert leg.traffic.at(local(17)) == BEFORE[Source.STRAIGHT][Band.EVENING_PEAK]


def test_what_a_server_does_not_know_is_a_straight_line_and_said_so() -> None:
    places = [DEPOT, HOME, MUNICH]
    free = straight_line(places)
    routed = Matrix(np.full((3, 3), 500), np.full((3, 3), 4_000))
    whole = travel_between(free, routed, SHIFT, BERLIN, NOTHING_LEARNED)
    assert whole.source == "osrm"
    assert whole.matrix.seconds.tolist() == [[0, 500, 500], [500, 0, 500], [500, 500, 0]]
    routed.seconds[0, 2] = NO_WAY
    routed.metres[1, 0] = NO_WAY
    partly = travel_between(free, routed, SHIFT, BERLIN, NOTHING_LEARNED)
    assert partly.source == "osrm, straight line for 1 of 6 pairs of places"
    assert partly.matrix.seconds[0, 2] == round(free.seconds[0, 2] * TRAFFIC.over(*SHIFT))
    assert (partly.matrix.seconds[1, 0], partly.matrix.metres[1, 0]) == (500, free.metres[1, 0])
    assert (partly.leg(0, 1).traffic.at(SHIFT[0]), partly.leg(0, 2).traffic.at(SHIFT[0])) == (1.0, 1.2)


def test_what_was_learned_counts_for_its_source_alone() -> None:
    learned = Learned({(Source.STRAIGHT, Band.MIDDAY): 1.5}, spread={Source.STRAIGHT: 0.22})
    places, noon = [DEPOT, HOME], (local(11), local(14))
    free = straight_line(places)
    travel = travel_between(free, None, noon, BERLIN, learned)
    assert travel.matrix.seconds[0, 1] == round(free.seconds[0, 1] * 1.5)
    assert travel.leg(0, 1).spread == 0.22
    routed = Matrix(np.full((2, 2), 500), np.full((2, 2), 4_000))
    assert travel_between(free, routed, noon, BERLIN, learned).matrix.seconds[0, 1] == 500


def test_a_slow_vehicle_takes_longer_on_the_same_roads() -> None:
    matrix = straight_line([DEPOT, HOME])
    slow = scaled(matrix, 1.6)
    assert slow.seconds[0, 1] == round(matrix.seconds[0, 1] * 1.6)
    assert slow.metres is matrix.metres


# Learning


def driven(
    count: int,
    *,
    hour: int = 16,
    factor: float = 1.0,
    served: float = 1.0,
    noise: float = 0.25,
    seed: int = 1,
    driver: int | None = 1,
    building: int | None = None,
    routed: float | None = None,
    planned: int = 180,
) -> list[Visit]:
    """Visits of legs and stops that take ``factor`` and ``served`` times what is expected, give or take ``noise``."""
    chance = np.random.default_rng(seed)
    visits = []
    for n in range(count):
        beeline = int(chance.integers(800, 6_000))
        left = local(hour, day=MONDAY + timedelta(days=n % 60)) + timedelta(minutes=int(chance.integers(0, 50)))
        free = float(free_seconds(road_metres(beeline)))
        usual = free * BEFORE[Source.STRAIGHT][band_of(left)]
        seconds = usual * factor * float(np.exp(chance.normal(-(noise**2) / 2, noise)))
        visits.append(
            Visit(
                stop_id=n, depot_id=1, driver_id=driver, building=n if building is None else building, left_at=left,
                arrived_at=left + timedelta(seconds=seconds), beeline=beeline, planned=planned,
                routed=None if routed is None else round(usual * factor / routed),
                served=round(planned * served * float(np.exp(chance.normal(-(noise**2) / 2, noise)))),
            )
        )  # fmt: skip
    return visits


def test_nothing_is_learned_from_nothing() -> None:
    assert learn([], BERLIN) == NOTHING_LEARNED
    assert NOTHING_LEARNED.service(240, 7, HOME) == 240


def test_a_slow_evening_peak_is_learned_and_the_rest_of_the_day_is_not_touched() -> None:
    traffic = learn(driven(400, factor=1.3) + driven(400, hour=11, seed=2), BERLIN).traffic
    assert traffic[Source.STRAIGHT, Band.EVENING_PEAK] == pytest.approx(1.3, abs=0.05)
    assert traffic[Source.STRAIGHT, Band.MIDDAY] == pytest.approx(1.0, abs=0.04)
    assert (Source.STRAIGHT, Band.NIGHT) not in traffic


def test_a_few_observations_change_little() -> None:
    factor = learn(driven(4, factor=1.8), BERLIN).traffic[Source.STRAIGHT, Band.EVENING_PEAK]
    assert 1.0 < factor < 1.25


def test_lunches_and_gaps_of_hours_do_not_spoil_it() -> None:
    visits = driven(300, factor=1.3)
    clean = learn(visits, BERLIN)
    for visit in visits[::12]:
        visit.arrived_at += timedelta(minutes=35)  # lunch on the way
    for visit in visits[5::30]:
        visit.arrived_at += timedelta(hours=5)
    for visit in visits[::10]:
        visit.served += 2400  # lunch at the stop
    spoiled = learn(visits, BERLIN)
    key = (Source.STRAIGHT, Band.EVENING_PEAK)
    assert spoiled.traffic[key] == pytest.approx(clean.traffic[key], abs=0.05)
    assert spoiled.everybody == pytest.approx(clean.everybody, abs=0.05)


@pytest.mark.parametrize(("factor", "bound"), [(3.4, BOUNDS[1]), (0.3, BOUNDS[0])])
def test_a_factor_has_bounds(factor: float, bound: float) -> None:
    traffic = learn(driven(500, factor=factor, noise=0.05), BERLIN).traffic
    assert traffic[Source.STRAIGHT, Band.EVENING_PEAK] == bound


def test_every_source_is_corrected_by_its_own_error() -> None:
    traffic = learn(driven(400, factor=1.2, routed=1.5), BERLIN).traffic
    assert traffic[Source.STRAIGHT, Band.EVENING_PEAK] == pytest.approx(1.2, abs=0.05)
    assert traffic[Source.OSRM, Band.EVENING_PEAK] == pytest.approx(1.5, abs=0.07)


def test_short_hops_and_ways_of_unknown_start_teach_nothing_of_traffic() -> None:
    visits = driven(60, factor=1.5)
    for visit in visits[:30]:
        visit.left_at = None
    for visit in visits[30:]:
        visit.beeline = 60
    assert learn(visits, BERLIN).traffic == {}


def test_a_depot_where_everything_takes_longer_has_neither_slow_drivers_nor_slow_buildings() -> None:
    learned = learn(driven(300, served=1.5) + driven(300, served=1.5, driver=2, seed=2), BERLIN)
    assert learned.everybody == pytest.approx(1.45, abs=0.06)
    assert learned.drivers[1] == pytest.approx(1.0, abs=0.06)
    assert learned.service(200, None, None) == pytest.approx(200 * learned.everybody, abs=1)


def test_a_slow_driver_and_a_building_without_a_lift() -> None:
    usual = [visit for driver in range(2, 8) for visit in driven(80, driver=driver, seed=driver)]
    slow = driven(80, driver=1, served=1.6, seed=1)
    stairs = driven(20, driver=3, served=1.8, building=HOME.digest(), seed=9)
    learned = learn(usual + slow + stairs, BERLIN)
    assert learned.drivers[1] / learned.drivers[4] == pytest.approx(1.45, abs=0.15)
    assert learned.buildings[HOME.digest()] > 1.4
    assert learned.service(200, 3, HOME) > 1.3 * learned.service(200, 3, DEPOT)


def test_one_long_stop_does_not_make_a_slow_building() -> None:
    once = driven(1, served=5, noise=0, building=HOME.digest())
    assert HOME.digest() not in learn(driven(200) + once, BERLIN).buildings
    often = driven(8, building=HOME.digest())
    assert learn(driven(200) + often + once, BERLIN).buildings[HOME.digest()] < 1.3
    once[0].served = 5 * 3600
    assert learn(driven(200) + often + once, BERLIN).buildings[HOME.digest()] == pytest.approx(1.0, abs=0.1)


def test_a_service_time_has_bounds_too() -> None:
    learned = Learned(everybody=2.0, drivers={1: 2.0}, buildings={HOME.digest(): 2.0})
    assert learned.service(100, 1, HOME) == round(100 * SERVICE_BOUNDS[1])


def test_the_spread_of_ways_is_learned() -> None:
    calm, wild = (learn(driven(500, noise=noise), BERLIN).spread[Source.STRAIGHT] for noise in (0.12, 0.5))
    assert calm == pytest.approx(0.15, abs=0.03)
    assert wild == pytest.approx(0.48, abs=0.06)


def test_the_same_visits_teach_the_same_whatever_their_order() -> None:
    visits = driven(200, factor=1.2)
    assert learn(visits, BERLIN) == learn(list(reversed(visits)), BERLIN)
