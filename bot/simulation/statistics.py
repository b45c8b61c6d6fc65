"""What the day's promises were worth: pure figures of what was said and what happened.

ETAs are judged at four horizons, each against what else could have been said at the same moment: what the plan said in the
morning, and that moved by the delay the driver had then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from bot.simulation.observer import Window

HORIZONS = (15, 30, 60, 120)
#: A window counts as told in time when it was told so long before the driver came.
IN_TIME = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A driver who came: when service began, what was promised, what the plan said (None where it was made on the day),
    and what was seen (moment, ETA) and told until then."""

    order: str
    driver: int
    at: datetime
    promised: tuple[datetime, datetime]
    planned: datetime | None
    etas: Sequence[tuple[datetime, datetime]] = ()
    told: Sequence[Window] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """Of so many windows what share was kept, and how wide they were in minutes (median; None of none)."""

    count: int
    share: float | None
    width: float | None


@dataclass(frozen=True, slots=True)
class Errors:
    """At a horizon in minutes: how many ETAs, and of each way to say when the mean absolute error and the error that nine of
    ten do not exceed, in minutes (None of none)."""

    horizon: int
    count: int
    eta: tuple[float, float] | None
    plan: tuple[float, float] | None
    shifted: tuple[float, float] | None


def kept(arrivals: Iterable[Arrival], window: Callable[[Arrival], tuple[datetime, datetime] | None]) -> Kept:
    """How the windows that ``window`` finds were kept."""
    found = [(each.at, span) for each in arrivals if (span := window(each)) is not None]
    if not found:
        return Kept(0, None, None)
    good = sum(start <= at <= end for at, (start, end) in found)
    widths = [(end - start).total_seconds() / 60 for _, (start, end) in found]
    return Kept(len(found), good / len(found), float(np.median(widths)))


def promised(arrival: Arrival) -> tuple[datetime, datetime] | None:
    """The promise."""
    return arrival.promised


def told_in_time(arrival: Arrival) -> tuple[datetime, datetime] | None:
    """The last window that was told in time."""
    found = [each for each in arrival.told if each.at <= arrival.at - IN_TIME]
    return (found[-1].start, found[-1].end) if found else None


def told_at_publishing(arrival: Arrival) -> tuple[datetime, datetime] | None:
    """The window that was told when the plan was published."""
    found = [each for each in arrival.told if each.why == "planned"]
    return (found[0].start, found[0].end) if found else None


def told_last(arrival: Arrival) -> tuple[datetime, datetime] | None:
    """The last window that was told at all."""
    found = [each for each in arrival.told if each.at <= arrival.at]
    return (found[-1].start, found[-1].end) if found else None


def errors(arrivals: Sequence[Arrival], horizon: int) -> Errors:
    """How far the ETAs were off that stood so many minutes before the driver came."""
    by_driver: dict[int, list[Arrival]] = defaultdict(list)
    for each in sorted(arrivals, key=lambda each: each.at):
        by_driver[each.driver].append(each)
    rows: list[tuple[float, float, float]] = []
    for each in arrivals:
        then = each.at - timedelta(minutes=horizon)
        seen = [eta for moment, eta in each.etas if moment <= then]
        if not seen or each.planned is None:
            continue
        shifted = each.planned + _delay(by_driver[each.driver], then)
        rows.append(tuple(_minutes(each.at - said) for said in (seen[-1], each.planned, shifted)))  # type: ignore[arg-type]
    if not rows:
        return Errors(horizon, 0, None, None, None)
    off = np.abs(np.array(rows))
    figures = [(float(column.mean()), float(np.quantile(column, 0.9))) for column in off.T]
    return Errors(horizon, len(rows), *figures)


def _delay(calls: Sequence[Arrival], then: datetime) -> timedelta:
    """How much later than planned the driver began the last stop before that moment."""
    begun = [each for each in calls if each.at <= then and each.planned is not None]
    last = begun[-1] if begun else None
    return last.at - last.planned if last is not None and last.planned is not None else timedelta(0)


def _minutes(span: timedelta) -> float:
    return span.total_seconds() / 60
