"""Ways by straight line: great circle × detour ÷ speed. Needs nothing but the places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.routing.problem import Matrix
from domain.travel.traffic import Band
from domain.values import EARTH_RADIUS_METRES, Place

#: Roads are longer than straight lines by a factor of 1.2 to 1.4 in most countries, 1.32 in Germany (R. Ballou,
#: H. Rahardja and N. Sakai, Selected country circuity factors for road travel distance estimation, 2002).
DETOUR = 1.3
#: Metres a second at midday: a van in a city drives 25 km/h; what a way has beyond 10 km is faster road, 60 km/h.
_CITY, _BEYOND, _CITY_METRES = 25 / 3.6, 60 / 3.6, 10_000
#: The rest of the day against midday: 20 km/h in the evening peak, 33 km/h at night.
USUAL = {
    Band.NIGHT: 0.75,
    Band.MORNING_PEAK: 1.2,
    Band.MIDDAY: 1.0,
    Band.EVENING_PEAK: 1.25,
    Band.EVENING: 0.9,
}
#: Rows computed at once: 3,000 places then need some 100 MiB beside the result.
_ROWS = 256

Floats = npt.NDArray[np.float64]


def road_metres(beeline: Any) -> Any:
    """Metres of road for metres of straight line, a number or an array."""
    return beeline * DETOUR


def free_seconds(metres: Any) -> Any:
    """Seconds for metres of road at midday, a number or an array."""
    return np.minimum(metres, _CITY_METRES) / _CITY + np.maximum(metres - _CITY_METRES, 0) / _BEYOND


def straight_line(places: Sequence[Place]) -> Matrix:
    """Ways between n places: (n, n) metres of road, and their free seconds, those of `USUAL`'s factor 1."""
    points = _on_sphere(places)
    size = len(places)
    metres = np.empty((size, size), np.int64)
    seconds = np.empty((size, size), np.int64)
    for first in range(0, size, _ROWS):
        rows = slice(first, first + _ROWS)
        road = road_metres(_great_circle(points[rows], points))
        metres[rows] = np.rint(road)
        seconds[rows] = np.rint(free_seconds(road))
    return Matrix(seconds, metres)


def _on_sphere(places: Sequence[Place]) -> Floats:
    """Unit vectors (n, 3)."""
    degrees = np.array([(place.lat, place.lon) for place in places], np.float64).reshape(-1, 2)
    lat, lon = np.radians(degrees[:, 0]), np.radians(degrees[:, 1])
    return np.stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)), axis=1)


def _great_circle(rows: Floats, points: Floats) -> Floats:
    """Metres from each of ``rows`` to each of ``points``, by the chord between them, which is exact for near ones too."""
    chord = np.zeros((len(rows), len(points)))
    for axis in range(3):
        chord += np.subtract.outer(rows[:, axis], points[:, axis]) ** 2
    metres: Floats = 2 * EARTH_RADIUS_METRES * np.arcsin(np.minimum(1.0, np.sqrt(chord) / 2))
    return metres
