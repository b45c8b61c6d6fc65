"""Whole days in memory: windows that become narrower as the day goes on hold, and what is learned of today makes ETAs better.

Ways and stops are drawn as simulated days draw them (25 % each way, 10 % all ways of a day, 50 % each stop); what is told
knows their means only, and expects single ways to scatter more (35 %) than they do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from domain.eta import Ahead, Eta, estimate
from domain.told import PLANNED, refined, told_window
from domain.travel.learning import NOTHING_LEARNED
from domain.travel.sources import Source
from domain.travel.times import Leg, traffic_of
from domain.travel.today import NOTHING_DRIVEN, Drive, Today, today_of

BERLIN = ZoneInfo("Europe/Berlin")
TRAFFIC = traffic_of(Source.STRAIGHT, BERLIN, NOTHING_LEARNED)
MORNING = datetime(2026, 5, 5, 5, 30, tzinfo=UTC)
CLOCK = TRAFFIC.clock(MORNING)
SERVICE = 260
DRIVERS, STOPS = 5, 20


def at(seconds: float) -> datetime:
    return MORNING + timedelta(seconds=float(seconds))


def factor(chance: np.random.Generator, spread: float) -> float:
    sigma = np.sqrt(np.log1p(spread**2))
    return float(np.exp(sigma * chance.standard_normal() - sigma**2 / 2))


@dataclass
class Tour:
    """A driver's true day, in seconds since the morning: by stop the free seconds of the way there, when the driver left
    for it, when service began and when it was done."""

    free: list[float]
    left: list[float]
    began: list[float]
    done: list[float]


def a_day(seed: int) -> tuple[float, list[Tour]]:
    chance = np.random.default_rng(seed)
    slow, tours = factor(chance, 0.1), []
    for _ in range(DRIVERS):
        tour, now = Tour([], [], [], []), 0.0
        for _ in range(STOPS):
            free = float(chance.uniform(120, 560))
            began = float(CLOCK.arrivals(np.array([now]), free * slow * factor(chance, 0.25))[0])
            done = began + SERVICE * factor(chance, 0.5)
            for values, value in zip(
                (tour.free, tour.left, tour.began, tour.done), (free, now, began, done), strict=True
            ):
                values.append(value)
            now = done
        tours.append(tour)
    return slow, tours


def known(tours: list[Tour], now: float) -> Today:
    """What the ways that are driven by now say."""
    drives = [
        Drive(free * TRAFFIC.at(at(left)), began - left, 0.35)
        for tour in tours
        for free, left, began in zip(tour.free, tour.left, tour.began, strict=True)
        if began <= now
    ]
    return today_of(drives)


def etas(tour: Tour, now: float, today: Today, seed: int) -> dict[int, Eta]:
    """The ETAs of the stops ahead, as of a moment."""
    n = next((n for n, done in enumerate(tour.done) if done > now), STOPS)
    serving = n < STOPS and tour.began[n] <= now
    ahead = [Ahead(Leg(round(free), TRAFFIC, 0.35), SERVICE) for free in tour.free]
    coming = range(n + serving, STOPS)
    since = 0.0 if n == STOPS else tour.began[n] if serving else tour.left[n]
    found = estimate(
        at(since), [ahead[k] for k in coming], seed=seed, samples=200, today=today, serving=SERVICE if serving else 0,
        now=at(now),
    )  # fmt: skip
    return dict(zip(coming, found, strict=True))


@pytest.fixture(scope="module")
def days() -> list[tuple[float, list[Tour]]]:
    return [a_day(seed) for seed in range(5)]


def told_in_time(tour: Tour, tours: list[Tour], seed: int) -> list[tuple[float, datetime, datetime]]:
    """By stop when service began, and the last window that was told an hour before or earlier."""
    first = etas(tour, 0, NOTHING_DRIVEN, seed)
    windows = {n: [(0.0, told_window(eta, BERLIN, None, PLANNED))] for n, eta in first.items()}
    for now in range(240, round(tour.done[-1]), 300):
        today = known(tours, now)
        for n, eta in etas(tour, now, today, seed).items():
            last = windows[n][-1][1]
            sharper = refined(eta, last.start, last.end, BERLIN, at(now))
            windows[n] += [(float(now), sharper)] if sharper is not None else []
    found = []
    for n, told in windows.items():
        in_time = [window for moment, window in told if moment <= tour.began[n] - 3_600]
        found += [(tour.began[n], in_time[-1].start, in_time[-1].end)] if in_time else []
    return found


def test_windows_told_an_hour_before_are_kept_and_narrow(days) -> None:
    found = [
        each for seed, (_, tours) in enumerate(days) for tour in tours for each in told_in_time(tour, tours, seed)
    ]  # fmt: skip
    kept = [start <= at(began) <= end for began, start, end in found]
    widths = [(end - start) / timedelta(minutes=1) for _, start, end in found]
    assert len(found) > 300
    assert np.mean(kept) >= 0.94
    assert np.median(widths) <= 40


def test_on_a_slow_or_fast_day_what_is_learned_of_it_helps(days) -> None:
    slow, tours = max(days, key=lambda day: abs(np.log(day[0])))
    assert abs(slow - 1) > 0.08

    def off(today: Today) -> float:
        ends = [etas(tour, 5_400, today, 1)[STOPS - 1].likely - at(tour.began[-1]) for tour in tours]
        return float(np.mean([abs(each / timedelta(minutes=1)) for each in ends]))

    learned = known(tours, 5_400)
    assert abs(learned.pace - slow) < 0.6 * abs(slow - 1)
    assert off(learned) < off(NOTHING_DRIVEN)
    assert off(replace(learned, pace=slow)) < off(NOTHING_DRIVEN)
