"""Generated delivery days: a city with its suburbs, windows, two capacities, lunch breaks, shifts that differ."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from domain.routing.problem import Break, Load, Matrix, Problem, Span, Task, Vehicle

_HOUR = 3600
#: A thousandth of a cent: a vehicle 50 euros, an hour 25 euros, a kilometre 25 cents.
_FIXED, _PER_SECOND, _PER_METRE = 5_000_000, 694, 25
_LUNCH = Break(Span(11 * _HOUR, 14 * _HOUR), 1800, paid=False)
#: Metres per second, and seconds that every leg takes besides (parking, walking).
_SPEED, _EXTRA = 8.5, 45
_DETOUR = 1.35


def generated_day(stops: int, vehicles: int, seed: int = 1) -> Problem:
    """A day of so many deliveries, each tenth a pickup as well; the same for the same numbers.

    Half of the stops lie in a town centre and its suburbs, half anywhere within 20 km; two of three have a window of
    one to four hours. Times differ by direction.
    """
    rng = np.random.default_rng(seed)
    points = _points(rng, stops)
    apart = np.sqrt(((points[:, None, :] - points[None, :, :]) ** 2).sum(axis=2))
    metres = (apart * _DETOUR).astype(np.int64)
    jam = rng.uniform(0.9, 1.25, (len(points), 1))
    seconds = np.where(apart > 0, metres / _SPEED * jam + _EXTRA, 0).astype(np.int64)
    tasks = tuple(_task(rng, number) for number in range(1, stops + 1))
    fleet = tuple(_vehicle(number, stops) for number in range(vehicles))
    return Problem(tasks, fleet, (Matrix(seconds, metres),), origin=datetime(2026, 5, 4, tzinfo=UTC))


def _points(rng: np.random.Generator, stops: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Metres; the depot first, at the edge of the town."""
    suburbs = rng.uniform(-14_000, 14_000, (8, 2))
    near = suburbs[rng.integers(0, 8, stops // 2)] + rng.normal(0, 1500, (stops // 2, 2))
    anywhere = rng.uniform(-20_000, 20_000, (stops - stops // 2, 2))
    return np.vstack([[[4000.0, -3000.0]], near, anywhere])


def _task(rng: np.random.Generator, number: int) -> Task:
    windows: tuple[Span, ...] = ()
    if rng.random() < 2 / 3:
        start = int(rng.integers(8, 17)) * _HOUR
        windows = (Span(start, start + int(rng.choice([1, 2, 4])) * _HOUR),)
    weight, volume = int(rng.integers(500, 25_000)), int(rng.integers(4000, 110_000))
    back = Load(weight // 2, volume // 2, 1) if rng.random() < 0.1 else Load()
    return Task(str(number), number, int(rng.integers(120, 420)), windows, Load(weight, volume, 1), back)


def _vehicle(number: int, stops: int) -> Vehicle:
    large = number % 3 == 0
    begins = (7 + number % 3) * _HOUR
    return Vehicle(
        f"van-{number + 1}",
        start=0,
        end=0,
        shift=Span(begins, begins + 10 * _HOUR),
        capacity=Load(1_200_000, 9_000_000, stops) if large else Load(700_000, 4_500_000, stops),
        breaks=(_LUNCH,),
        fixed=_FIXED + (1_000_000 if large else 0),
        per_second=_PER_SECOND,
        per_metre=_PER_METRE,
    )
