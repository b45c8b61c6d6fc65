"""Where things stand on a picture: places on paper, round lengths for the scale, and labels that do not cover each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.values import EARTH_RADIUS_METRES, Place

Points = npt.NDArray[np.float64]
#: A map of nothing, or of one place, shows this far around it.
LEAST_METRES = 600.0
#: Rounds in which labels are pushed apart, and pixels that stay between them.
_ROUNDS, _GAP = 240, 2.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels, y downwards."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height


class Projection:
    """Places as pixels: equirectangular around their middle, the same scale in both directions, north upwards."""

    def __init__(self, places: Sequence[Place], width: float, heights: tuple[float, float], margin: float) -> None:
        """Fits ``places`` into ``width``; the height follows from them, between the two given, ``margin`` on each side."""
        first = places[0] if places else Place(0, 0)
        # Measured from the first place, so that the 180th meridian is no border.
        lats = np.array([place.lat for place in places] or [0.0])
        turns = np.array([_turned(place.lon - first.lon) for place in places] or [0.0])
        self._lat = float(lats.min() + lats.max()) / 2
        self._lon = first.lon + float(turns.min() + turns.max()) / 2
        self._narrow = max(math.cos(math.radians(self._lat)), 1e-6)
        metres = math.radians(1) * EARTH_RADIUS_METRES
        wide = max(float(np.ptp(turns)) * metres * self._narrow, LEAST_METRES)
        high = max(float(np.ptp(lats)) * metres, LEAST_METRES)
        room = width - 2 * margin
        self.height = min(max(room * high / wide + 2 * margin, heights[0]), heights[1])
        self.scale = min(room / wide, (self.height - 2 * margin) / high)
        self._metres = metres

    def __call__(self, places: Sequence[Place], box: Box) -> Points:
        """(n, 2) pixels of ``places`` in a box of the width and height this was made for."""
        lats = np.array([place.lat for place in places], dtype=float)
        lons = np.array([_turned(place.lon - self._lon) for place in places], dtype=float)
        x = box.left + box.width / 2 + lons * self._metres * self._narrow * self.scale
        y = box.top + box.height / 2 - (lats - self._lat) * self._metres * self.scale
        return np.column_stack([x, y]) if len(places) else np.empty((0, 2))


def _turned(degrees: float) -> float:
    """A difference of longitudes, the short way round."""
    return (degrees + 180) % 360 - 180


def round_length(most: float) -> float:
    """The longest of 1, 2, 5, 10, 20, 50 … (and their tenths) that is at most ``most``, which is above zero."""
    power = 10.0 ** math.floor(math.log10(most))
    return max(step * power for step in (1, 2, 5) if step * power <= most * (1 + 1e-9))


def spread(anchors: Points, sizes: Points, box: Box, fixed: int = 0) -> Points:
    """Where rectangles stand that belong at ``anchors``, moved as little as it takes for none to cover another.

    ``anchors`` and ``sizes`` (width, height) are (n, 2) pixels; the first ``fixed`` stay where they are. All stay inside
    ``box``. What cannot be kept apart after some hundred rounds stays as it is. The same in, the same out.
    """
    count = len(anchors)
    turns = np.arange(count) * 2.399963  # the golden angle: what stands on one spot goes in all directions
    nudges = np.column_stack([np.cos(turns), np.sin(turns)])
    aside = nudges[:, None] - nudges[None]
    at: Points = anchors + 0.05 * nudges
    at[:fixed] = anchors[:fixed]
    movable = np.arange(count) >= fixed
    share = np.where(movable, 0.5, 1.0)  # half each; all of it against one that stands still
    reach = (sizes[:, None] + sizes[None]) / 2 + _GAP
    low = np.array([box.left, box.top]) + sizes / 2
    high = np.maximum(np.array([box.right, box.bottom]) - sizes / 2, low)
    for _ in range(_ROUNDS):
        apart = at[:, None] - at[None]
        overlap = reach - np.abs(apart)
        touching = (overlap > 0).all(axis=2) & ~np.eye(count, dtype=bool)
        if not touching.any():
            break
        away = np.where((apart == 0).all(axis=2)[:, :, None], aside, apart)
        # Along the line between them, as far as it takes in the direction in which that is less.
        far = (overlap / np.maximum(np.abs(away), 1e-9)).min(axis=2)
        push = away * np.where(touching, far * share[None], 0.0)[:, :, None]
        crowd = np.maximum(touching.sum(axis=1) / 2, 1)[:, None]
        at[movable] = np.clip(at + push.sum(axis=1) / crowd, low, high)[movable]
    return at
