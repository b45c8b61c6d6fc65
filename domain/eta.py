"""ETA: when the stops ahead of a vehicle are served, as quantiles, and the windows that can be told from them.

A day is simulated some hundred times, all at once: a leg takes its free seconds × traffic of the hour × a factor of its
own × one of the day that all legs share; a stop takes its service × a factor of its own; who is early waits, a break is
taken when its time has come. A closed form (means and variances, matched after each window) would be as fast but is off
where it matters: behind a wait the early side is cut off and the late one is not. The seed is a value, so the same
position gives the same ETA. 60 stops take some 3 ms.

What has begun is known to last longer than it has so far: it is drawn from what its distribution has left beyond that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from domain.travel.learning import SERVICE_SPREAD
from domain.travel.times import Leg
from domain.travel.today import NOTHING_DRIVEN, Today
from domain.travel.traffic import Clock, Traffic

#: Simulated days; every factor is used with its opposite, so that half of them are independent.
SAMPLES = 400
_QUANTILES = (0.025, 0.5, 0.975)
#: Beyond so small a probability nothing is drawn.
_LEAST_LEFT = 1e-12
#: The share of a standard normal below a number, and the number below which a share lies.
_below = np.vectorize(NormalDist().cdf, otypes=[np.float64])
_where = np.vectorize(NormalDist().inv_cdf, otypes=[np.float64])

Floats = npt.NDArray[np.float64]
Moments = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Ahead:
    """A stop to come: the way there from the place before, seconds of service, and when service may start.

    ``windows`` are in order of time (none: at any time); after the last it is served late, at once.
    """

    leg: Leg
    service: int
    windows: tuple[Moments, ...] = ()


@dataclass(frozen=True, slots=True)
class Rest:
    """A break: taken before the first leg that begins at ``start`` or later."""

    start: datetime
    seconds: int


@dataclass(frozen=True, slots=True)
class Eta:
    """When a stop is served: 95 of 100 times between ``early`` and ``late``, as often before ``likely`` as after.

    ``lateness`` is the probability that its last window is over by then.
    """

    early: datetime
    likely: datetime
    late: datetime
    lateness: float = 0.0


def estimate(
    leaves: datetime,
    stops: Sequence[Ahead],
    rests: Sequence[Rest] = (),
    *,
    seed: int,
    service_spread: float = SERVICE_SPREAD,
    today: Today = NOTHING_DRIVEN,
    samples: int = SAMPLES,
    serving: int = 0,
    now: datetime | None = None,
) -> list[Eta]:
    """The ETA of each stop, for a vehicle that leaves where it is at ``leaves`` (aware) for the first of them.

    Where it has been serving a stop since then, ``serving`` are the seconds that was expected to take. What was begun is
    not over ``now``: only days on which it takes longer are counted.
    """
    if not stops:
        return []
    chance = np.random.default_rng(seed)
    day = today.pace * _factors(_normals(chance, 1, samples), today.spread)[0]
    driving, serves = _normals(chance, len(stops), samples), _normals(chance, len(stops) + 1, samples)
    scatter = today.scatter * np.array([[stop.leg.spread] for stop in stops])
    service = _factors(serves[:-1], service_spread)
    clocks: dict[Traffic, Clock] = {}
    resting = [(_since(leaves, rest.start), rest.seconds, np.ones(samples, np.bool_)) for rest in rests]
    served = np.empty((len(stops), samples))
    free = np.zeros(samples)
    gone = 0.0 if now is None else _since(leaves, now)
    if serving:
        free = serving * _factors(_longer(serves[-1], gone / serving, service_spread), service_spread)
    for n, stop in enumerate(stops):
        for start, seconds, owed in resting:
            due = owed & (free >= start)
            free = free + due * seconds
            owed &= ~due
        traffic = stop.leg.traffic
        clock = clocks.get(traffic) or clocks.setdefault(traffic, traffic.clock(leaves))
        if n == 0 and not serving and stop.leg.seconds:
            driven = clock.driven(free, np.maximum(free, gone))
            driving[0] = _longer(driving[0], driven / (stop.leg.seconds * day), scatter[0])
        arrived = clock.arrivals(free, stop.leg.seconds * day * _factors(driving[n], scatter[n]))
        arrived = np.maximum(arrived, gone) if n == 0 else arrived
        served[n] = _opened(arrived, [(_since(leaves, start), _since(leaves, end)) for start, end in stop.windows])
        free = served[n] + stop.service * service[n]
    return [_eta(leaves, stop, moments) for stop, moments in zip(stops, np.sort(served, axis=1), strict=True)]


def _normals(chance: np.random.Generator, rows: int, samples: int) -> Floats:
    """Standard normals, (rows, samples); the second half mirrors the first."""
    half = chance.standard_normal((rows, (samples + 1) // 2))
    return np.concatenate((half, -half), axis=1)[:, :samples]


def _factors(normals: Floats, spread: Floats | float) -> Floats:
    """Lognormal factors of mean 1 and that standard deviation."""
    sigma = np.sqrt(np.log1p(np.square(spread)))
    factors: Floats = np.exp(sigma * normals - sigma**2 / 2)
    return factors


def _longer(normals: Floats, least: Floats | float, spread: Floats | float) -> Floats:
    """The normals of factors that are larger than ``least``: each at its place in what is left of the distribution."""
    sigma = np.sqrt(np.log1p(np.square(spread)))
    least = np.asarray(least, np.float64)
    if not np.all(sigma > 0) or not np.any(least > 0):
        return normals
    lowest = (np.log(np.maximum(least, 1e-9)) + sigma**2 / 2) / sigma
    left = np.clip(_below(-normals) * _below(-lowest), _LEAST_LEFT, 1 - _LEAST_LEFT)
    longer: Floats = np.maximum(-_where(left), lowest)
    return longer


def _opened(arrived: Floats, windows: Sequence[tuple[float, float]]) -> Floats:
    """When service starts: at arrival, or when the first window opens that is not over by then."""
    start = arrived
    for opens, closes in reversed(windows):
        start = np.where(arrived <= closes, np.maximum(arrived, opens), start)
    return start


def _eta(leaves: datetime, stop: Ahead, served: Floats) -> Eta:
    """From the moments of all samples, in ascending order."""
    early, likely, late = (
        leaves + timedelta(seconds=round(float(served[round(each * (len(served) - 1))]))) for each in _QUANTILES
    )
    on_time = np.searchsorted(served, _since(leaves, stop.windows[-1][1]), "right") if stop.windows else len(served)
    return Eta(early, likely, late, lateness=1 - float(on_time) / len(served))


def _since(origin: datetime, moment: datetime) -> float:
    return (moment - origin).total_seconds()
