"""A measured figure, and percentiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One row of the table."""

    what: str
    text: str
    aim: str = ""


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which ``percent`` % of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def p50_p99(values: Sequence[float]) -> str:
    """Median and 99th percentile in milliseconds, of seconds."""
    return f"p50 {percentile(values, 50) * 1000:.2f} ms, p99 {percentile(values, 99) * 1000:.2f} ms"
