"""The traffic of the hour: how much longer or shorter than usual a way takes, by local time of day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Seconds = npt.NDArray[np.float64]


class Band(StrEnum):
    """A part of the day in which traffic is much the same."""

    NIGHT = "night"
    MORNING_PEAK = "morning_peak"
    MIDDAY = "midday"
    EVENING_PEAK = "evening_peak"
    EVENING = "evening"


#: From which local hour on it is which band.
_DAY = (
    (0, Band.NIGHT),
    (7, Band.MORNING_PEAK),
    (10, Band.MIDDAY),
    (15, Band.EVENING_PEAK),
    (19, Band.EVENING),
    (22, Band.NIGHT),
)
#: A `Clock` knows the traffic so far ahead; later it stays as it is then.
_HORIZON, _FOREVER = timedelta(hours=36), 10.0**9


def band_of(moment: datetime) -> Band:
    """The band of an aware moment, by its own local time."""
    return next(band for hour, band in reversed(_DAY) if moment.hour >= hour)


@dataclass(frozen=True, eq=False)
class Traffic:
    """By band, what the free seconds of a way are multiplied with; ``zone`` is the depot's."""

    factors: Mapping[Band, float]
    zone: ZoneInfo

    def at(self, moment: datetime) -> float:
        """The factor of a moment."""
        return self.factors[band_of(moment.astimezone(self.zone))]

    def over(self, start: datetime, end: datetime) -> float:
        """The mean factor of a shift, each band weighed with the time the shift spends in it.

        One matrix has one time for each arc, and where in the day an arc will be driven is not known before planning.
        """
        parts = list(self._parts(start, end))
        total = sum(seconds for seconds, _ in parts)
        return sum(seconds * factor for seconds, factor in parts) / total if total else self.at(start)

    def clock(self, origin: datetime) -> Clock:
        """The traffic from ``origin`` on, for ways whose start is only known as a distribution."""
        parts = [*self._parts(origin, origin + _HORIZON), (_FOREVER, self.at(origin + _HORIZON))]
        seconds = np.array([0.0, *(seconds for seconds, _ in parts)])
        free = np.array([0.0, *(seconds / factor for seconds, factor in parts)])
        return Clock(np.cumsum(seconds), np.cumsum(free))

    def _parts(self, start: datetime, end: datetime) -> Iterator[tuple[float, float]]:
        """Physical seconds and factor of each stretch within one band, in order."""
        for here, there in pairwise(_edges(start.astimezone(UTC), end.astimezone(UTC), self.zone)):
            yield (there - here).total_seconds(), self.at(here)


@dataclass(frozen=True, eq=False)
class Clock:
    """Moments (seconds since an origin) against the free seconds that could be driven until then, both ascending.

    Speeds change while one drives, so whoever leaves later never arrives earlier (S. Ichoua, M. Gendreau and J.-Y.
    Potvin, Vehicle dispatching with time-dependent travel times, 2003).
    """

    moments: Seconds
    free: Seconds

    def driven(self, departures: Seconds, until: Seconds) -> Seconds:
        """The free seconds of what is driven from each departure until then."""
        free: Seconds = np.interp(until, self.moments, self.free) - np.interp(departures, self.moments, self.free)
        return free

    def arrivals(self, departures: Seconds, free: Seconds | float) -> Seconds:
        """When a way of so many free seconds is done, for each departure."""
        done: Seconds = np.interp(np.interp(departures, self.moments, self.free) + free, self.free, self.moments)
        return done


def _edges(start: datetime, end: datetime, zone: ZoneInfo) -> list[datetime]:
    """``start``, the moments between at which bands change, and ``end``; in UTC."""
    first = start.astimezone(zone).date()
    days = [first + timedelta(days=n) for n in range((end.astimezone(zone).date() - first).days + 1)]
    changes = {datetime.combine(day, time(hour), zone).astimezone(UTC) for day in days for hour, _ in _DAY}
    return [start, *sorted(each for each in changes if start < each < end), end] if end > start else [start]
