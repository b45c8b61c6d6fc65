"""What days that were driven teach: by how much traffic and stops differ from what was expected.

Every factor is a mean of observed over expected time. It is robust (what cannot be driving or serving is left out, then
the extremes on both sides), cautious (as if so many more had been as expected) and bounded. Nothing is kept but the
visits: factors are computed anew from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from domain.travel.sources import BEFORE, SPREAD, Source
from domain.travel.straight import free_seconds, road_metres
from domain.travel.traffic import Band, band_of
from domain.values import Place

#: No factor is smaller or larger; of a service time, none of its three, and three times for all together.
BOUNDS, SERVICE_BOUNDS = (0.5, 2.0), (1 / 3, 3.0)
#: Observations with another ratio are no driving (a pause on the way, a stop forgotten) and no serving (lunch at a stop).
_DRIVING, _SERVING = (0.2, 4.0), (0.1, 6.0)
#: So much of what remains is left out on either side.
_TRIMMED = 0.1
#: So many observations as expected are assumed before the first one.
_LEGS, _EVERYBODY, _DRIVER, _BUILDING, _SPREADS = 20, 30, 20, 5, 30
#: Fewer observations have no spread to speak of.
_FEW = 10
#: Ways that take less, in seconds, tell more about parking than about traffic.
_SHORTEST = 60
#: Seconds of service against what was expected (standard deviation of the ratio), before anything is learned.
SERVICE_SPREAD = 0.5
_SPREAD_BOUNDS = (0.1, 0.8)

Floats = npt.NDArray[np.float64]


class Made(Protocol):
    """A visit that was made: a Visit, or a row of that shape."""

    @property
    def driver_id(self) -> int | None: ...
    @property
    def building(self) -> int | None: ...
    @property
    def left_at(self) -> datetime | None: ...
    @property
    def arrived_at(self) -> datetime: ...
    @property
    def beeline(self) -> int | None: ...
    @property
    def routed(self) -> int | None: ...
    @property
    def planned(self) -> int: ...
    @property
    def served(self) -> int: ...


@dataclass(frozen=True)
class Learned:
    """What a depot's visits taught: factors by which the expected is multiplied, 1 where nothing is known.

    ``everybody`` is the factor of service times for all; drivers' and buildings' (by digest of the place) come on top.
    """

    traffic: Mapping[tuple[Source, Band], float] = field(default_factory=dict)
    everybody: float = 1.0
    drivers: Mapping[int, float] = field(default_factory=dict)
    buildings: Mapping[int, float] = field(default_factory=dict)
    spread: Mapping[Source, float] = field(default_factory=dict)
    service_spread: float = SERVICE_SPREAD

    def service(self, planned: int, driver_id: int | None, place: Place | None) -> int:
        """Seconds that a stop planned with so many takes this driver there."""
        factor = self.everybody * self.drivers.get(driver_id or 0, 1.0)
        if place is not None:
            factor *= self.buildings.get(place.digest(), 1.0)
        return round(planned * min(max(factor, SERVICE_BOUNDS[0]), SERVICE_BOUNDS[1]))

    def spread_of(self, source: Source) -> float:
        """By how much single ways differ from what is expected, as the standard deviation of the ratio."""
        return self.spread.get(source, SPREAD[source])


NOTHING_LEARNED = Learned()


def learn(visits: Sequence[Made], zone: ZoneInfo) -> Learned:
    """What the visits of a depot in that zone teach."""
    traffic: dict[tuple[Source, Band], float] = {}
    spread: dict[Source, float] = {}
    legs = [visit for visit in visits if visit.left_at is not None]
    bands = np.array([band_of(leg.left_at.astimezone(zone)).value for leg in legs if leg.left_at], np.str_)
    driven = np.array([(leg.arrived_at - leg.left_at).total_seconds() for leg in legs if leg.left_at], np.float64)
    for source in Source:
        expected = _free(legs, source) * np.array([BEFORE[source][Band(band)] for band in bands], np.float64)
        rest: list[Floats] = []
        for band in Band:
            here = (bands == band.value) & (expected >= _SHORTEST)
            if here.any():
                traffic[source, band] = factor = _factor(driven[here], expected[here], _DRIVING, _LEGS)
                rest.append(driven[here] / (expected[here] * factor))
        if rest:
            spread[source] = _spread(np.concatenate(rest), _DRIVING, SPREAD[source])
    return _learn_service(visits, traffic, spread)


def _free(legs: Sequence[Made], source: Source) -> Floats:
    """The free seconds of each leg; not a number where ``source`` does not know it."""
    if source == Source.OSRM:
        return np.array([leg.routed for leg in legs], np.float64)
    free: Floats = free_seconds(road_metres(np.array([leg.beeline for leg in legs], np.float64)))
    return free


def _learn_service(
    visits: Sequence[Made], traffic: Mapping[tuple[Source, Band], float], spread: Mapping[Source, float]
) -> Learned:
    """The factors of service times: everybody's first, then what drivers and then buildings differ from that."""
    served = np.array([visit.served for visit in visits], np.float64)
    planned = np.array([visit.planned for visit in visits], np.float64)
    everybody = _factor(served, planned, _SERVING, _EVERYBODY)
    planned *= everybody
    drivers = _by([visit.driver_id for visit in visits], served, planned, _DRIVER)
    buildings = _by([visit.building for visit in visits], served, planned, _BUILDING)
    return Learned(traffic, everybody, drivers, buildings, spread, _spread(served / planned, _SERVING, SERVICE_SPREAD))


def _by(keys: Sequence[int | None], served: Floats, planned: Floats, prior: int) -> dict[int, float]:
    """The factor of each key that was seen more than once; ``planned`` is multiplied with it."""
    places: dict[int, list[int]] = {}
    for n, key in enumerate(keys):
        if key is not None:
            places.setdefault(key, []).append(n)
    factors = {
        key: _factor(served[mine], planned[mine], _SERVING, prior) for key, mine in places.items() if len(mine) > 1
    }
    for key, factor in factors.items():
        planned[places[key]] *= factor
    return factors


def _factor(observed: Floats, expected: Floats, possible: tuple[float, float], prior: int) -> float:
    """The mean of observed over expected time, drawn towards 1 by ``prior`` observations, within `BOUNDS`.

    Times are skewed, so a mean without the extremes of both sides would be too small: it is taken of the logarithms,
    and their variance gives the mean of the lognormal distribution, exp(μ + σ²/2).
    """
    logs = _logs(observed / expected, possible)
    if not len(logs):
        return 1.0
    cut = int(len(logs) * _TRIMMED)
    ratio = float(np.exp(logs[cut : len(logs) - cut].mean() + _deviation(logs) ** 2 / 2))
    return float(np.clip((prior + len(logs) * ratio) / (prior + len(logs)), *BOUNDS))


def _spread(ratios: Floats, possible: tuple[float, float], before: float) -> float:
    """The standard deviation of ratios, drawn towards what it was thought to be."""
    logs = _logs(ratios, possible)
    drawn = np.sqrt((_SPREADS * before**2 + len(logs) * _deviation(logs) ** 2) / (_SPREADS + len(logs)))
    return float(np.clip(drawn, *_SPREAD_BOUNDS))


def _logs(ratios: Floats, possible: tuple[float, float]) -> Floats:
    """The logarithms of possible ratios, in ascending order."""
    logs: Floats = np.sort(np.log(ratios[(ratios >= possible[0]) & (ratios <= possible[1])]))
    return logs


def _deviation(logs: Floats) -> float:
    """The standard deviation by the median absolute deviation, which extremes do not move; 0 of fewer than ten."""
    return 1.4826 * float(np.median(np.abs(logs - np.median(logs)))) if len(logs) >= _FEW else 0.0
