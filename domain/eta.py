"""ETA: when the stops ahead of a vehicle are served, as quantiles, and the windows that can be told from them.

A day is simulated some hundred times, all at once: a leg takes its free seconds × traffic of the hour × a factor of its
own × one of the day that all legs share; a stop takes its service × a factor of its own; who is early waits, a break is
taken when its time has come. A closed form (means and variances, matched after each window) would be as fast but is off
where it matters: behind a wait the early side is cut off and the late one is not. The seed is a value, so the same
position gives the same ETA. 60 stops take some 3 ms.

What has begun is known to last longer than it has so far: the way or the service under way is drawn from what its
distribution has left beyond that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from domain.travel.learning import SERVICE_SPREAD
from domain.travel.times import Leg
from domain.travel.today import NOTHING_DRIVEN, Today
from domain.travel.traffic import Clock, Traffic

#: Simulated days; every factor is used with its opposite, so that half of them are independent.
SAMPLES = 400
_QUANTILES = (0.025, 0.5, 0.975)
#: Beyond so small a probability nothing is drawn.
_LEAST_LEFT = 1e-12

Floats = npt.NDArray[np.float64]
Moments = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Ahead:
    """A stop to come: the way there from the place before, seconds of service, and when service may start.

    ``windows`` are in order of time (none: at any time); after the last it is served late, at once. Of the first stop the
    way may have begun (``gone`` seconds ago, from where the leg starts), or the service (``served`` seconds ago).
    """

    leg: Leg
    service: int
    windows: tuple[Moments, ...] = ()
    gone: float = 0.0
    served: float = 0.0


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
) -> list[Eta]:
    """The ETA of each stop, for a vehicle that leaves where it is at ``leaves`` (aware) for the first of them."""
    if not stops:
        return []
    chance = np.random.default_rng(seed)
    day = today.pace * _factors(_normals(chance, 1, samples), today.spread)[0]
    driving, serving = _normals(chance, len(stops), samples), _normals(chance, len(stops), samples)
    scatter = np.array([[today.scatter * stop.leg.spread] for stop in stops])
    first = stops[0]
    driving[0] = _longer(driving[0], first.gone / first.leg.traffic.at(leaves), first.leg.seconds * day, scatter[0])
    serving[0] = _longer(serving[0], first.served, first.service * np.ones(samples), service_spread)
    travel, service = _factors(driving, scatter), _factors(serving, service_spread)
    clocks: dict[Traffic, Clock] = {}
    resting = [(_since(leaves, rest.start), rest.seconds, np.ones(samples, np.bool_)) for rest in rests]
    served = np.empty((len(stops), samples))
    now = np.zeros(samples)
    for n, stop in enumerate(stops):
        for start, seconds, owed in resting:
            due = owed & (now >= start)
            now = now + due * seconds
            owed &= ~due
        traffic = stop.leg.traffic
        clock = clocks.get(traffic) or clocks.setdefault(traffic, traffic.clock(leaves))
        free = np.maximum(0.0, stop.leg.seconds * day * travel[n] - stop.gone / traffic.at(leaves))
        arrived = clock.arrivals(now, free)
        served[n] = _opened(arrived, [(_since(leaves, start), _since(leaves, end)) for start, end in stop.windows])
        now = served[n] + np.maximum(0.0, stop.service * service[n] - stop.served)
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


def _longer(normals: Floats, so_far: float, expected: Floats, spread: Floats | float) -> Floats:
    """The normals of what lasts longer than it has so far: each at its place in what is left of the distribution."""
    sigma = np.sqrt(np.log1p(np.square(spread)))
    if so_far <= 0 or not np.all(sigma > 0) or not np.all(expected > 0):
        return normals
    least = (np.log(so_far / expected) + sigma**2 / 2) / sigma
    longer: Floats = -ndtri(np.maximum(ndtr(-normals) * ndtr(-least), _LEAST_LEFT))
    return np.maximum(longer, least)


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
