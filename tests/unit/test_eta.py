"""ETA: quantiles that hold, windows that cut them off, and what customers are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from domain.eta import Ahead, Eta, Rest, estimate
from domain.told import Telling, Told, told_window
from domain.travel.learning import NOTHING_LEARNED, SERVICE_SPREAD
from domain.travel.sources import Source
from domain.travel.times import Leg, traffic_of
from domain.travel.today import DAY_SPREAD, Today
from domain.travel.traffic import Band, Traffic

BERLIN = ZoneInfo("Europe/Berlin")
TRAFFIC = traffic_of(Source.STRAIGHT, BERLIN, NOTHING_LEARNED)
EVEN = Traffic(dict.fromkeys(Band, 1.0), BERLIN)
START = datetime(2026, 5, 4, 13, 0, tzinfo=UTC)  # 15:00 in Berlin, when the evening peak begins
MINUTE = timedelta(minutes=1)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def ahead(minutes: float = 10, service: float = 4, *windows: tuple[float, float], traffic: Traffic = EVEN) -> Ahead:
    moments = tuple((at(opens), at(closes)) for opens, closes in windows)
    return Ahead(Leg(round(60 * minutes), traffic, 0.3), round(60 * service), moments)


def likely(etas: list[Eta]) -> list[float]:
    """Minutes from the start."""
    return [(eta.likely - START) / MINUTE for eta in etas]


def width(eta: Eta) -> float:
    return (eta.late - eta.early) / MINUTE


def test_nothing_ahead() -> None:
    assert estimate(START, [], seed=1) == []


def test_the_likely_moment_is_ways_and_stops_added_up() -> None:
    etas = estimate(START, [ahead(10, 4)] * 3, seed=1)
    assert likely(etas) == pytest.approx([10, 24, 38], abs=1.5)
    assert all(eta.early < eta.likely < eta.late for eta in etas)


def test_the_further_ahead_the_less_is_certain() -> None:
    widths = [width(eta) for eta in estimate(START, [ahead()] * 20, seed=1)]
    assert widths[19] > widths[9] > widths[0]
    assert widths[19] < 20 * widths[0]  # single errors even out


def test_without_any_chance_it_is_exact() -> None:
    stops = [replace(ahead(10, 4), leg=Leg(600, EVEN, 0.0))] * 2
    etas = estimate(START, stops, seed=1, service_spread=0.0, today=Today(spread=0.0))
    assert etas == [Eta(at(10), at(10), at(10)), Eta(at(24), at(24), at(24))]


def test_a_leg_takes_the_traffic_of_its_own_hour() -> None:
    stop = replace(ahead(), leg=Leg(1800, TRAFFIC, 0.0))
    [peak] = estimate(START, [stop], seed=1, today=Today(spread=0.0))
    [night] = estimate(START + timedelta(hours=12), [stop], seed=1, today=Today(spread=0.0))
    assert (peak.likely - START) / MINUTE == pytest.approx(30 * 1.25)
    assert (night.likely - START - timedelta(hours=12)) / MINUTE == pytest.approx(30 * 0.75)


def test_who_is_early_waits_and_the_next_stop_knows() -> None:
    first, second = estimate(START, [ahead(10, 4, (30, 60)), ahead(10)], seed=1)
    assert first.early == first.likely == at(30)
    assert first.lateness == 0
    assert likely([second])[0] == pytest.approx(44, abs=1)
    assert second.early > at(36)


def test_a_missed_window_is_likely_lateness_and_the_next_window_is_waited_for() -> None:
    [late] = estimate(START, [ahead(30, 4, (0, 20))], seed=1)
    assert late.lateness > 0.8
    [second] = estimate(START, [ahead(30, 4, (0, 10), (60, 90))], seed=1)
    assert second.likely == at(60)


def test_a_break_is_taken_once_when_its_time_has_come() -> None:
    stops = [ahead(10, 5)] * 4
    rest = [Rest(at(20), 1800)]
    plain, rested = likely(estimate(START, stops, seed=1)), likely(estimate(START, stops, rest, seed=1))
    assert [with_rest - without for with_rest, without in zip(rested, plain, strict=True)] == pytest.approx(
        [0, 0, 30, 30], abs=3
    )


def test_the_same_seed_gives_the_same_and_another_much_the_same() -> None:
    stops = [ahead()] * 10
    assert estimate(START, stops, seed=1) == estimate(START, stops, seed=1)
    one, other = estimate(START, stops, seed=1)[-1], estimate(START, stops, seed=2)[-1]
    assert one != other
    assert abs(one.likely - other.likely) < 4 * MINUTE


def simulated(stops: list[Ahead], chance: np.random.Generator) -> list[datetime]:
    """A day as it might go, minute by minute: an implementation of the model of its own."""

    def factor(spread: float) -> float:
        sigma = np.sqrt(np.log(1 + spread**2))
        return float(np.exp(chance.normal(-(sigma**2) / 2, sigma)))

    day, now, served = factor(DAY_SPREAD), START, []
    for stop in stops:
        left = stop.leg.seconds * day * factor(stop.leg.spread)
        while left > 0:
            slow = stop.leg.traffic.at(now)
            step = min(60.0, left * slow)
            now, left = now + timedelta(seconds=step), left - step / slow
        now = max([now, *(opens for opens, _ in stop.windows)])
        served.append(now)
        now += timedelta(seconds=stop.service * factor(SERVICE_SPREAD))
    return served


def test_of_a_hundred_arrivals_ninety_five_are_within_the_quantiles() -> None:
    """Days are driven with chances of their own; the ETA knows only the model. 95 %, within what 400 days can tell."""
    stops = [ahead(6 + n % 5, 3 + n % 4, *([(180, 240)] if n == 9 else []), traffic=TRAFFIC) for n in range(18)]
    etas = estimate(START, stops, seed=3)
    chance = np.random.default_rng(20260504)
    days = [simulated(stops, chance) for _ in range(400)]
    within = np.array(
        [[eta.early <= served <= eta.late for eta, served in zip(etas, day, strict=True)] for day in days]
    )
    before = np.array([[served <= eta.likely for eta, served in zip(etas, day, strict=True)] for day in days])
    assert within.mean() == pytest.approx(0.95, abs=0.02)
    assert within.mean(axis=0) == pytest.approx(0.95, abs=0.05)
    unwaited = [n for n in range(len(stops)) if n != 9]
    assert before[:, unwaited].mean() == pytest.approx(0.5, abs=0.05)


# What is told


def span(early: float, likely_: float, late: float) -> Eta:
    return Eta(at(early), at(likely_), at(late))


def told(eta: Eta, promise: tuple[float, float] | None = None, telling: Telling = Telling()) -> tuple[float, float]:
    """The told window in minutes from the start, which must keep the promise."""
    window = told_window(eta, BERLIN, (at(promise[0]), at(promise[1])) if promise else None, telling)
    assert window.keeps_promise
    return (window.start - START) / MINUTE, (window.end - START) / MINUTE


def test_a_window_is_rounded_outward() -> None:
    assert told(span(31, 50, 77)) == (30, 90)
    assert told(span(31, 50, 77), telling=Telling(step=5 * MINUTE)) == (30, 80)
    assert told(span(30, 50, 75)) == (30, 75)


def test_a_narrow_span_is_told_wider_and_a_wide_one_narrower() -> None:
    assert told(span(46, 50, 58)) == (45, 75)
    start, end = told(span(10, 120, 250))
    assert end - start == 120
    assert start <= 120 <= end
    start, end = told(span(0, 239, 240))
    assert (end - start, start <= 239 <= end) == (120, True)


def test_a_window_stays_within_the_promise_while_that_is_true() -> None:
    assert told(span(20, 70, 130), (60, 180)) == (60, 135)
    assert told(span(50, 65, 75), (60, 180)) == (60, 90)  # not narrower than told otherwise
    assert told(span(150, 170, 200), (60, 180)) == (150, 180)
    assert told(span(172, 175, 178), (60, 180)) == (150, 180)
    assert told(span(50, 65, 70), (60, 80)) == (60, 80)  # a promise that is narrower


@pytest.mark.parametrize("likely_at", [185, 40])
def test_a_promise_that_is_not_kept_is_said_not_hidden(likely_at: float) -> None:
    eta = span(likely_at - 20, likely_at, likely_at + 20)
    window = told_window(eta, BERLIN, (at(60), at(180)))
    assert not window.keeps_promise
    assert window.start <= eta.early < eta.late <= window.end


def test_local_times_are_round_where_clocks_are_odd() -> None:
    window = told_window(span(31, 50, 77), ZoneInfo("Asia/Kathmandu"), telling=Telling(step=30 * MINUTE))
    minutes = [each.astimezone(ZoneInfo("Asia/Kathmandu")).minute % 30 for each in (window.start, window.end)]
    assert minutes == [0, 0]


def test_a_window_over_a_change_of_clocks_is_as_wide_as_it_is_long() -> None:
    change = datetime(2026, 10, 25, 0, 50, tzinfo=UTC)  # ten minutes before 3:00 becomes 2:00
    eta = Eta(change, change + 15 * MINUTE, change + 40 * MINUTE)
    assert told_window(eta, BERLIN) == Told(change - 5 * MINUTE, change + 40 * MINUTE)


@pytest.mark.parametrize(
    "wrong", [{"step": 7 * MINUTE}, {"least": 0 * MINUTE}, {"least": 40 * MINUTE}, {"most": 5 * MINUTE}]
)
def test_telling_that_makes_no_sense_is_refused(wrong: dict[str, timedelta]) -> None:
    with pytest.raises(ValueError, match="told window"):
        Telling(**wrong)
