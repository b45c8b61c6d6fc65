"""What ways that were driven today say of those to come, and what of a way is left that goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from domain.depots import Depot
from domain.eta import Ahead, estimate
from domain.travel.learning import NOTHING_LEARNED
from domain.travel.times import Leg
from domain.travel.today import DAY_SPREAD, NOTHING_DRIVEN, Drive, Today, drives_of, today_of
from domain.travel.traffic import Band, Traffic

BERLIN = ZoneInfo("Europe/Berlin")
EVEN = Traffic(dict.fromkeys(Band, 1.0), BERLIN)
START = datetime(2026, 5, 5, 10, 0, tzinfo=UTC)  # midday's traffic, factor 1


def ways(count: int, factor: float, seed: int, spread: float = 0.25) -> list[Drive]:
    """So many ways of a day on which all take ``factor`` times as long, each with an error of its own."""
    chance = np.random.default_rng(seed)
    sigma = np.sqrt(np.log1p(spread**2))
    errors = np.exp(sigma * chance.standard_normal(count) - sigma**2 / 2)
    return [Drive(600, 600 * factor * float(error), spread) for error in errors]


def test_nothing_driven_is_a_day_like_any() -> None:
    assert today_of([]) == NOTHING_DRIVEN == Today(1.0, DAY_SPREAD, 1.0)


def test_one_way_says_little_and_many_say_it_all() -> None:
    one, many = today_of([Drive(600, 900, 0.25)]), today_of(ways(300, 1.2, seed=3))
    assert 1.0 < one.pace < 1.1
    assert one.spread == pytest.approx(DAY_SPREAD, rel=0.15)
    assert many.pace == pytest.approx(1.2, abs=0.04)
    assert many.spread < 0.025


def test_what_it_says_of_itself_is_true() -> None:
    """Days are drawn as they are thought to be; the factor is within two deviations 19 times of 20."""
    chance, hits = np.random.default_rng(8), 0
    for seed in range(300):
        factor = float(np.exp(DAY_SPREAD * chance.standard_normal() - DAY_SPREAD**2 / 2))
        known = today_of(ways(40, factor, seed))
        hits += abs(known.pace - factor) < 2 * known.spread * known.pace
    assert 270 <= hits <= 298


def test_a_forgotten_report_moves_it_little() -> None:
    fair = ways(40, 1.0, seed=5)
    spoilt = [*fair, *[Drive(600, 2_000, 0.25), Drive(600, 160, 0.25)] * 2]
    assert today_of(spoilt).pace == pytest.approx(today_of(fair).pace, abs=0.03)
    assert today_of([*fair, Drive(600, 60, 0.25), Drive(600, 9_000, 0.25)]) == today_of(fair)  # no ways at all


def test_ways_that_scatter_less_than_thought_are_noticed() -> None:
    calm, wild = today_of(ways(200, 1.0, 6, spread=0.25)), today_of(ways(200, 1.0, 6, spread=0.5))
    as_thought = today_of([Drive(each.expected, each.took, 0.35) for each in ways(200, 1.0, 6, spread=0.35)])
    assert as_thought.scatter == pytest.approx(1.0, abs=0.12)
    thought_more = today_of([Drive(each.expected, each.took, 0.35) for each in ways(200, 1.0, 6, spread=0.2)])
    assert thought_more.scatter < 0.8
    assert calm.spread < wild.spread


@dataclass
class Made:
    """A visit as the database holds it."""

    left_at: datetime | None
    arrived_at: datetime
    beeline: int | None = 4_000
    routed: int | None = None
    driver_id: int | None = None
    building: int | None = None
    planned: int = 200
    served: int = 200


def test_ways_are_expected_at_the_traffic_of_their_hour() -> None:
    depot = Depot(code="d", name="d", zone="Europe/Berlin", country="DE", lat=52.5, lon=13.4)
    evening = START + timedelta(hours=4)  # 16:00 in Berlin

    def made(left: datetime, **values: Any) -> Made:
        return Made(left, left + timedelta(minutes=12), **values)

    visits = [made(START), made(evening), made(START, routed=500), Made(None, START), made(START, beeline=None)]
    noon, peak, asked = drives_of(visits, depot, NOTHING_LEARNED, START - timedelta(hours=5))
    assert noon.expected == pytest.approx(4_000 * 1.3 / (25 / 3.6), rel=1e-3)
    assert peak.expected == pytest.approx(1.25 * noon.expected, rel=1e-3)
    assert asked.expected == pytest.approx(500)
    assert noon.took == 720


def minutes(moment: datetime) -> float:
    return (moment - START).total_seconds() / 60


def test_a_slow_day_makes_all_that_comes_later() -> None:
    stops = [Ahead(Leg(600, EVEN, 0.3), 0)] * 10
    usual, slow = estimate(START, stops, seed=1)[-1], estimate(START, stops, seed=1, today=Today(1.3, 0.02))[-1]
    assert minutes(slow.likely) == pytest.approx(1.3 * minutes(usual.likely), rel=0.03)
    assert slow.late - slow.early < 1.3 * (usual.late - usual.early)


def longer_than(gone: float, mean: float, spread: float) -> np.ndarray[Any, Any]:
    """By drawing: how long something lasts in all that has lasted ``gone`` already."""
    sigma = np.sqrt(np.log1p(spread**2))
    drawn = mean * np.exp(sigma * np.random.default_rng(4).standard_normal(400_000) - sigma**2 / 2)
    found: np.ndarray[Any, Any] = drawn[drawn > gone]
    return found


@pytest.mark.parametrize("gone", [0, 5, 10, 14])
def test_a_way_that_goes_on_is_drawn_from_what_is_left_of_it(gone: int) -> None:
    [eta] = estimate(
        START, [Ahead(Leg(600, EVEN, 0.3), 60)], seed=2, samples=4_000, now=START + timedelta(minutes=gone),
        today=Today(spread=0.0),
    )  # fmt: skip
    drawn = longer_than(gone, 10, 0.3)
    assert minutes(eta.likely) == pytest.approx(np.median(drawn), abs=0.2)
    assert minutes(eta.late) == pytest.approx(np.quantile(drawn, 0.975), abs=0.6)
    assert minutes(eta.early) >= gone


@pytest.mark.parametrize("gone", [2, 6])
def test_so_is_a_stop_that_is_served(gone: int) -> None:
    [eta] = estimate(
        START, [Ahead(Leg(0, EVEN, 0.3), 60)], seed=2, samples=4_000, serving=240, now=START + timedelta(minutes=gone),
        service_spread=0.5,
    )  # fmt: skip
    assert minutes(eta.likely) == pytest.approx(np.median(longer_than(gone, 4, 0.5)), abs=0.15)


def test_who_is_long_overdue_comes_soon_and_never_before_now() -> None:
    now = START + timedelta(minutes=60)
    [eta] = estimate(START, [Ahead(Leg(600, EVEN, 0.3), 60)], seed=2, now=now)
    assert now <= eta.early <= eta.likely < now + timedelta(minutes=15)
    [there] = estimate(START, [Ahead(Leg(0, EVEN, 0.3), 60)], seed=2, now=now)
    assert there.likely == now
