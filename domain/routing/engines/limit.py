"""How long an engine may search, and whom it tells how far it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

#: Keys of tasks in the order of service, by the key of the vehicle.
Routes = Mapping[str, tuple[str, ...]]


def _never() -> bool:
    return False


def _nobody(routes: Routes) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Limit:
    """The end of a search: a moment on ``clock``, a number of iterations, or ``stop`` saying so; ``tell`` hears of
    better routes on the way."""

    clock: Callable[[], float]
    ends: float | None = None
    iterations: int | None = None
    stop: Callable[[], bool] = _never
    tell: Callable[[Routes], None] = _nobody

    def left(self) -> float | None:
        """Seconds that are left, none below zero; None where time does not count."""
        return None if self.ends is None else max(0.0, self.ends - self.clock())

    def is_over(self) -> bool:
        """Whether time is up or somebody said stop."""
        return self.stop() or (self.ends is not None and self.clock() >= self.ends)
