"""Travel times between places as a plan uses them: from one source or two, at the traffic of a shift."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from domain.routing.problem import Matrix
from domain.travel.learning import Learned
from domain.travel.sources import BEFORE, Source
from domain.travel.traffic import Traffic


@dataclass(frozen=True, slots=True)
class Leg:
    """One way: its free seconds, the traffic that makes them longer or shorter, and how far it is off (as a ratio)."""

    seconds: int
    traffic: Traffic
    spread: float


@dataclass(frozen=True, eq=False)
class Travel:
    """Travel between n places: ``matrix`` at the mean traffic of a shift, ``source`` in words, and single legs."""

    matrix: Matrix
    source: str
    _free: npt.NDArray[np.int32]
    _routed: npt.NDArray[np.bool_]
    _traffic: Mapping[Source, Traffic]
    _learned: Learned

    def leg(self, start: int, end: int) -> Leg:
        """The way from one place to another, for an ETA."""
        source = Source.OSRM if self._routed[start, end] else Source.STRAIGHT
        return Leg(int(self._free[start, end]), self._traffic[source], self._learned.spread_of(source))


def traffic_of(source: Source, zone: ZoneInfo, learned: Learned) -> Traffic:
    """The traffic for a source's free seconds: the usual, corrected by what was learned."""
    known = learned.traffic
    return Traffic({band: usual * known.get((source, band), 1.0) for band, usual in BEFORE[source].items()}, zone)


def travel_between(
    straight: Matrix,
    routed: Matrix | None,
    shift: tuple[datetime, datetime],
    zone: ZoneInfo,
    learned: Learned,
) -> Travel:
    """Travel from ``routed`` where it knows a pair (zero or more), else from ``straight``; both of free seconds."""
    traffic = {source: traffic_of(source, zone, learned) for source in Source}
    known = np.zeros(straight.seconds.shape, np.bool_) if routed is None else routed.seconds >= 0
    np.fill_diagonal(known, val=routed is not None)
    free, metres = straight.seconds, straight.metres
    seconds = np.rint(free * traffic[Source.STRAIGHT].over(*shift)).astype(np.int64)
    if routed is not None:
        free = np.where(known, routed.seconds, free)
        metres = np.where(known & (routed.metres >= 0), routed.metres, metres)
        longer = np.rint(routed.seconds * traffic[Source.OSRM].over(*shift)).astype(np.int64)
        seconds = np.where(known, longer, seconds)
    for each in (seconds, metres, free):
        np.fill_diagonal(each, 0)
    return Travel(Matrix(seconds, metres), _in_words(known), free.astype(np.int32), known, traffic, learned)


def scaled(matrix: Matrix, factor: float) -> Matrix:
    """The matrix of a vehicle that takes ``factor`` times as long on the same roads."""
    return matrix if factor == 1.0 else Matrix(np.rint(matrix.seconds * factor).astype(np.int64), matrix.metres)


def _in_words(known: npt.NDArray[np.bool_]) -> str:
    """Which sources were used, for the record of a run."""
    pairs = known.size - len(known)
    missing = pairs - (int(known.sum()) - int(np.trace(known)))
    if missing == 0 and (pairs or known.any()):
        return Source.OSRM.value
    if missing == pairs:
        return Source.STRAIGHT.value
    return f"{Source.OSRM.value}, {Source.STRAIGHT.value} for {missing} of {pairs} pairs of places"
