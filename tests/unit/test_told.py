"""Windows that become narrower on the day: within what was told, in round times, and only where that is news."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.eta import Eta
from domain.told import CLOSE, GAIN, PLANNED, SURER, Told, refined, told_window

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 5, 5, 10, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def eta(early: float, likely: float, late: float) -> Eta:
    return Eta(at(early), at(likely), at(late))


def narrower(found: Eta, start: float, end: float) -> tuple[float, float] | None:
    told = refined(found, at(start), at(end), BERLIN, found.likely - CLOSE)
    return None if told is None else ((told.start - NOON).seconds / 60, (told.end - NOON).seconds / 60)


def test_it_is_the_span_made_surer_and_rounded_outward() -> None:
    assert SURER == 1.2
    assert narrower(eta(42, 58, 81), 0, 120) == (35, 90)  # 38.8 and 85.6


def test_windows_stay_wide_until_the_van_is_close() -> None:
    found = eta(42, 58, 81)
    early = found.likely - CLOSE
    assert refined(found, at(0), at(120), BERLIN, early - timedelta(seconds=1)) is None
    assert refined(found, at(0), at(120), BERLIN, early) == Told(at(35), at(90))


def test_what_is_told_at_publishing_leaves_room_for_what_befalls_a_day() -> None:
    assert told_window(eta(42, 58, 74), BERLIN, telling=PLANNED).end == at(90)  # 82
    assert told_window(eta(42, 58, 74), BERLIN).end == at(75)
    for telling in ({}, {"telling": PLANNED}):
        assert told_window(eta(42, 58, 74), BERLIN, **telling).start == at(30)


def test_it_never_leaves_what_was_told() -> None:
    assert narrower(eta(42, 58, 81), 45, 120) == (45, 90)
    assert narrower(eta(18, 30, 81), 0, 75) == (15, 75)
    assert narrower(eta(130, 140, 150), 0, 120) is None


def test_it_is_no_narrower_than_windows_are_told() -> None:
    assert narrower(eta(58, 60, 62), 0, 120) == (45, 75)
    assert narrower(eta(0, 2, 4), 0, 60) == (0, 30)
    assert narrower(eta(56, 58, 59), 0, 60) == (30, 60)


def test_what_is_hardly_narrower_is_no_news() -> None:
    assert narrower(eta(0, 30, 46), 0, 60) == (0, 50)
    assert narrower(eta(0, 30, 47), 0, 60) is None
    assert timedelta(minutes=10) == GAIN
