"""The outcome of a run: timed routes, what was left out and why, and what it costs. Plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Visit:
    """One task on a route, in seconds since the problem's origin: there, served from, gone."""

    task: str
    arrival: int
    start: int
    departure: int


@dataclass(frozen=True, slots=True)
class Pause:
    """A break that is taken."""

    start: int
    seconds: int
    paid: bool


@dataclass(frozen=True, slots=True)
class PlannedRoute:
    """What one vehicle does: it leaves at ``start`` and is done at ``end``; metres and seconds at the wheel."""

    vehicle: str
    start: int
    end: int
    visits: tuple[Visit, ...]
    pauses: tuple[Pause, ...] = ()
    metres: int = 0
    driving: int = 0

    @property
    def tasks(self) -> tuple[str, ...]:
        """The keys of its tasks in order."""
        return tuple(visit.task for visit in self.visits)

    @property
    def working(self) -> int:
        """Seconds from start to end without unpaid breaks."""
        return self.end - self.start - sum(pause.seconds for pause in self.pauses if not pause.paid)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a task was left out: ``code`` names its words, ``values`` fill them; ``fix`` would change it cheapest."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    fix: Reason | None = None


@dataclass(frozen=True, slots=True)
class Drop:
    """A task that is on no route."""

    task: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Cost:
    """What a solution costs, by what it is spent on."""

    fixed: int = 0
    time: int = 0
    distance: int = 0
    lateness: int = 0
    dropped: int = 0
    balance: int = 0
    changes: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return self.fixed + self.time + self.distance + self.lateness + self.dropped + self.balance + self.changes


@dataclass(frozen=True, slots=True)
class Solution:
    """Routes that are driven (none is empty), in the order of the problem's vehicles, and the tasks left out."""

    routes: tuple[PlannedRoute, ...]
    dropped: tuple[Drop, ...]
    cost: Cost
    engine: str = ""
    seconds: float = 0.0
    seed: int = 0
