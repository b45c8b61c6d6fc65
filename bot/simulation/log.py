"""What truly happened in the simulated world, noted by those who were there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Call:
    """A stop that was made for an order: when its service began, whether it was handed over, and what was promised by then."""

    order: str
    driver: int
    began: datetime
    ended: datetime
    handed_over: bool
    attempt: int
    promised: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A customer asked where the order is; ``known`` is since when nothing was heard of it."""

    order: str
    at: datetime
    known: datetime


@dataclass
class Log:
    """All of it. ``unheard`` are reports that had no effect, as the words that were said and what came back."""

    calls: list[Call] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    ratings: int = 0
    reports: int = 0
    repeated: int = 0
    unheard: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    positions: int = 0
    breakdowns: int = 0
