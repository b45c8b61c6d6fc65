"""What a simulated day's promises were worth, in figures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.simulation.observer import Window
from bot.simulation.report import of_json
from bot.simulation.statistics import (
    Arrival,
    Kept,
    errors,
    kept,
    promised,
    told_at_publishing,
    told_in_time,
    told_last,
)

NOON = datetime(2026, 5, 5, 10, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def window(told: float, start: float, end: float, why: str = "refined") -> Window:
    return Window(at(told), at(start), at(end), why)


def arrival(
    came: float, planned: float | None = None, etas: dict[float, float] | None = None, told: list[Window] | None = None,
    driver: int = 1, order: str = "RM-1",
) -> Arrival:  # fmt: skip
    seen = [(at(moment), at(eta)) for moment, eta in (etas or {}).items()]
    return Arrival(
        order, driver, at(came), (at(-120), at(120)), None if planned is None else at(planned), seen, told or []
    )  # fmt: skip


TOLD = [
    window(-900, -60, 60, "planned"), window(-100, -30, 30), window(-61, -20, 10), window(-40, -10, 5, "late"),
]  # fmt: skip


def test_which_window_counts() -> None:
    came = arrival(0, told=TOLD)
    assert told_at_publishing(came) == (at(-60), at(60))
    assert told_in_time(came) == (at(-20), at(10))
    assert told_last(came) == (at(-10), at(5))
    assert promised(came) == (at(-120), at(120))
    assert told_in_time(arrival(0)) is told_at_publishing(arrival(0)) is None


def test_windows_are_kept_when_the_driver_came_within_them() -> None:
    came = [arrival(0, told=TOLD), arrival(20, told=[window(-900, -60, 60, "planned")]), arrival(70, told=TOLD)]
    assert kept(came, told_at_publishing) == Kept(3, pytest.approx(2 / 3), 120)
    assert kept(came, promised) == Kept(3, 1.0, 240)
    assert kept([], promised) == Kept(0, None, None)


def test_an_eta_is_judged_as_it_stood_at_the_horizon() -> None:
    came = arrival(0, planned=-30, etas={-130: -20, -62: 4, -31: -2, -10: 1})
    found = {horizon: errors([came], horizon) for horizon in (15, 30, 60, 120)}
    assert [found[each].eta for each in (15, 30, 60, 120)] == [(2, 2), (2, 2), (4, 4), (20, 20)]
    assert found[60].plan == (30, 30)
    assert errors([came], 180).count == 0
    assert errors([came], 180).eta is None


def test_the_plan_is_moved_by_the_delay_the_driver_had_then() -> None:
    calls = [
        arrival(-70, planned=-90, order="RM-1"),
        arrival(-50, planned=-90, order="RM-2"),
        arrival(0, planned=-30, etas={-100: 0}, order="RM-3"),
        arrival(-65, planned=-500, order="RM-9", driver=2),
    ]
    assert errors(calls, 60).shifted == (10, 10)  # twenty minutes late then, thirty in the end
    assert errors(calls, 30).shifted == (10, 10)  # forty minutes late then
    assert errors(calls, 90).shifted == (30, 30)  # nothing was late yet


def test_a_line_for_tables_of_many_days() -> None:
    share = {"count": 3, "share": 0.9512, "width": 35.0}
    found = {
        "plan": {"seed": 3}, "promise": share, "told_in_time": share, "told_at_publishing": share, "questioned": 0.12,
        "errors": [{"horizon": 60, "eta": [5.04, 11.0], "plan": [14.0, 30.0], "shifted": None}], "violations": [],
        "seconds": 99.6,
    }  # fmt: skip
    assert of_json(found) == (
        "| 3 | 95.1 % | 95.1 % | 35 min | 95.1 % | 35 min | 5.0 (11.0) | 14.0 (30.0) | – | 12 % | 0 | 100 s |"
    )
