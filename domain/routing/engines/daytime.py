"""Time without breaks: an axis on which the breaks of all vehicles take no time.

On it a search that knows nothing of breaks finds routes that can nearly always be driven with them: whoever is at work
at the moment ``at`` takes the break after the visit at hand, and all that follows is later by its length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.routing.problem import Break, Problem


@dataclass(frozen=True, slots=True)
class Gap:
    """Seconds cut out of the day."""

    at: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Daytime:
    """The axis: real seconds without ``gaps`` (in order, none overlapping), counted from ``start``."""

    start: int
    gaps: tuple[Gap, ...]

    def of(self, moment: int) -> int:
        """Where a real moment lies; one within a gap lies at its start."""
        return moment - self.start - (self._cut(moment) - self._cut(self.start))

    def _cut(self, moment: int) -> int:
        return sum(min(max(moment - gap.at, 0), gap.seconds) for gap in self.gaps)


def daytime(problem: Problem) -> Daytime:
    """The axis for a problem's vehicles: breaks whose windows have a moment in common are one gap."""
    start = min((vehicle.shift.start for vehicle in problem.vehicles), default=0)
    service = max((task.service for task in problem.tasks), default=0)
    rests = sorted(
        {rest for vehicle in problem.vehicles for rest in vehicle.breaks},
        key=lambda rest: (rest.window.end, rest.window.start, rest.seconds),
    )
    gaps: list[Gap] = []
    for group in _groups(rests):
        gap = _gap(group, service)
        if not gaps or gap.at >= gaps[-1].at + gaps[-1].seconds:
            gaps.append(gap)
    return Daytime(start, tuple(gaps))


def _groups(rests: Sequence[Break]) -> list[list[Break]]:
    """Breaks, sorted by the end of their windows, in groups that one moment lies in."""
    groups: list[list[Break]] = []
    for rest in rests:
        if groups and rest.window.start <= min(each.window.end for each in groups[-1]):
            groups[-1].append(rest)
        else:
            groups.append([rest])
    return groups


def _gap(group: Sequence[Break], service: int) -> Gap:
    """In the middle of what the windows have in common, if the longest visit can still be ended before the break."""
    first, last = max(rest.window.start for rest in group), min(rest.window.end for rest in group)
    return Gap(max(first, min((first + last) // 2, last - service)), max(rest.seconds for rest in group))
