"""Where travel times come from."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from domain.travel.straight import USUAL
from domain.travel.traffic import Band


class Source(StrEnum):
    """What is learned is learned for each of them: they err in different ways."""

    STRAIGHT = "straight line"
    OSRM = "osrm"


#: Traffic by source before anything is learned. A table service is believed: only its operator knows what it counts in.
BEFORE: Mapping[Source, Mapping[Band, float]] = {
    Source.STRAIGHT: USUAL,
    Source.OSRM: dict.fromkeys(Band, 1.0),
}
#: By how much single ways differ from what is expected (standard deviation of the ratio), before anything is learned.
SPREAD: Mapping[Source, float] = {Source.STRAIGHT: 0.35, Source.OSRM: 0.2}
#: Stand in a source's table: what was not asked yet, and pairs it knows no way between.
UNKNOWN, NO_WAY = -1, -2
