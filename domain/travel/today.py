"""What ways that were driven today say of those still to come: one factor that all of them share.

The logarithm of a way's time over what was expected is that of the day's factor plus an error of its own, both normal, so
what is known of the factor after some ways is a mean of them all and of what is usual, each weighed with its precision. A
way that is far off (a report forgotten, a pause on the way) counts less the further it is (P. Huber, Robust estimation of
a location parameter, 1964), and short ways count less: half a minute of parking is much of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from domain.depots import Depot
from domain.travel.learning import Learned, Made
from domain.travel.sources import Source
from domain.travel.straight import free_seconds, road_metres
from domain.travel.times import traffic_of

#: By how much one day's traffic differs from another's (standard deviation of the ratio), for all legs alike.
DAY_SPREAD = 0.1
#: Reports are off by so many seconds at either end of a way.
_REPORTED = 45.0
#: Ways with another ratio were not driven in one go.
_POSSIBLE = (0.25, 4.0)
#: Beyond so many standard deviations a way counts less.
_FAR = 1.5
_ROUNDS = 4
#: What these weights take off a normal's variance is given back: 1 over the mean of min(z², 1.5 |z|).
_GAIN = 1.155
#: So many ways scatter as expected before the first one.
_USUAL = 30


@dataclass(frozen=True, slots=True)
class Drive:
    """A way that was driven: seconds at the traffic of its hour, seconds it took, and its spread (as a ratio)."""

    expected: float
    took: float
    spread: float


def drives_of(visits: Sequence[Made], depot: Depot, learned: Learned, since: datetime) -> list[Drive]:
    """The ways to visits that were made after ``since``, those that are known."""
    drives: list[Drive] = []
    for source in Source:
        mine = [each for each in visits if each.left_at is not None and _source(each) == source]
        if not mine:
            continue
        routed = [each.routed if source == Source.OSRM else float(road_metres(each.beeline)) for each in mine]
        free = np.array(routed, np.float64)
        free = free if source == Source.OSRM else free_seconds(free)
        left = np.array([(each.left_at - since).total_seconds() for each in mine if each.left_at], np.float64)
        expected = traffic_of(source, depot.tz, learned).clock(since).arrivals(left, free) - left
        took = [(each.arrived_at - each.left_at).total_seconds() for each in mine if each.left_at]
        spread = learned.spread_of(source)
        drives += [Drive(float(means), took[n], spread) for n, means in enumerate(expected)]
    return drives


def _source(visit: Made) -> Source | None:
    """Where the length of the way there comes from."""
    if visit.routed is not None:
        return Source.OSRM
    return None if visit.beeline is None else Source.STRAIGHT


@dataclass(frozen=True, slots=True)
class Today:
    """What is known of today's traffic: by what all ways are multiplied, how sure that is (as a standard deviation of the
    ratio), and by how much more (or less) than expected single ways scatter around it."""

    pace: float = 1.0
    spread: float = DAY_SPREAD
    scatter: float = 1.0


NOTHING_DRIVEN = Today()


def today_of(drives: Sequence[Drive], day_spread: float = DAY_SPREAD) -> Today:
    """What today is like after these ways, of all drivers alike; ``day_spread`` is what days differ by."""
    ways = [each for each in drives if each.expected > 0 and _is_possible(each)]
    if not ways:
        return Today(spread=day_spread)
    expected, took, spread = np.array([(each.expected, each.took, each.spread) for each in ways], np.float64).T
    own = np.log1p(spread**2)
    noise = own + (_REPORTED / expected) ** 2
    errors = np.log(took / expected) + own / 2
    usual = np.log1p(day_spread**2)
    weights, mean = np.ones(len(ways)), -usual / 2
    for _ in range(_ROUNDS):
        precision = 1 / usual + float((weights / noise).sum())
        mean = (-usual / 2 / usual + float((weights * errors / noise).sum())) / precision
        apart = np.abs(errors - mean) / np.sqrt(noise)
        weights = np.minimum(1.0, _FAR / np.maximum(apart, 1e-9))
    left = 1 / precision
    scatter = (_USUAL + float((weights * apart**2).sum()) * _GAIN) / (_USUAL + len(ways))
    return Today(float(np.exp(mean + left / 2)), float(np.sqrt(np.expm1(left))), float(np.sqrt(scatter)))


def _is_possible(drive: Drive) -> bool:
    return _POSSIBLE[0] <= drive.took / drive.expected <= _POSSIBLE[1]
