"""Chance in the simulated world: how much differs from what the planner expects. Every draw has a name, so that it is the
same whatever else happens."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np


@dataclass(frozen=True, slots=True)
class Noise:
    """Standard deviations of factors whose mean is 1, and shares of what goes wrong."""

    leg: float = 0.25
    day: float = 0.10
    service: float = 0.5
    failed: float = 0.04
    breakdown: float = 1 / 3
    forgotten: float = 0.05
    free_text: float = 0.2
    typo: float = 0.15


#: The noise that figures are told for.
USUAL = Noise()
#: A world in which everything goes as planned.
STILL = Noise(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Chance:
    """Chance from a seed: a generator of its own for each thing that is asked for by name."""

    seed: int

    def of(self, *names: object) -> np.random.Generator:
        """The generator of a thing: the same for the same seed and names."""
        return np.random.default_rng([self.seed, crc32(":".join(map(str, names)).encode())])

    def factor(self, spread: float, *names: object) -> float:
        """A lognormal factor of mean 1 with that standard deviation."""
        sigma = float(np.sqrt(np.log1p(spread**2)))
        return float(np.exp(sigma * self.of(*names).standard_normal() - sigma**2 / 2))

    def happens(self, share: float, *names: object) -> bool:
        """Whether something of that probability does."""
        return bool(self.of(*names).random() < share)
