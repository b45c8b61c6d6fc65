"""Times of day reckoned in minutes after midnight, in whatever language they were said."""

from __future__ import annotations

from dataclasses import dataclass

LAST = 24 * 60 - 1
_NOON = 720
#: A bare hour before half past seven is meant in the afternoon, since vans drive by day.
_AFTERNOON = range(60, 450)


@dataclass(frozen=True, slots=True)
class Said:
    """A time as it was said; ``certain`` where the words tell which half of the day is meant."""

    minutes: int
    certain: bool

    @property
    def meant(self) -> int:
        """The minutes, of an uncertain early hour in the afternoon."""
        return self.minutes + _NOON if not self.certain and self.minutes in _AFTERNOON else self.minutes


def clock(minutes: int) -> str:
    """ "HH:MM", at most 23:59."""
    minutes = min(minutes, LAST)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def between(first: Said, second: Said) -> str:
    """The window from one time to another, each half of the day chosen to fit the other."""
    start, end = first.minutes, second.minutes
    if second.certain and not first.certain:
        if end > _NOON > start and start + _NOON < end:
            start += _NOON
    elif first.certain and not second.certain:
        if end <= start < end + _NOON and end < _NOON:
            end += _NOON
    elif not first.certain:
        start, end = first.meant, second.meant
        if end <= start and end < _NOON:
            end += _NOON
    return f"{clock(start)}-{clock(end)}"
