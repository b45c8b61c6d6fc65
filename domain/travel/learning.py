"""What days that were driven teach: by how much traffic and stops differ from what was expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.travel.times import Source
from domain.travel.traffic import Band


@dataclass(frozen=True)
class Learned:
    """Factors of a depot, 1 where nothing is known."""

    traffic: Mapping[tuple[Source, Band], float] = field(default_factory=dict)


NOTHING_LEARNED = Learned()
