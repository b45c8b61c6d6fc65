"""Days with a name that falls on the same or a computable date everywhere."""

from __future__ import annotations

import re
from datetime import date, timedelta

_FIXED = {
    "christmas eve": (12, 24), "xmas eve": (12, 24), "christmas": (12, 25), "christmas day": (12, 25), "xmas": (12, 25),
    "xmas day": (12, 25), "boxing day": (12, 26), "new years eve": (12, 31), "nye": (12, 31), "new year eve": (12, 31),
    "new year": (1, 1), "new years": (1, 1), "new years day": (1, 1), "new year day": (1, 1), "halloween": (10, 31),
    "valentines": (2, 14), "valentines day": (2, 14), "valentine day": (2, 14),
}  # fmt: skip


def holiday(name: str, today: date) -> str | None:
    """The coming day of that name, ISO 8601, or None for a name that differs between countries or is none.

    Easter by the anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8).
    """
    plain = re.sub(r"'", "", name)
    for year in (today.year, today.year + 1):
        found = _of_year(plain, year)
        if found is not None and found >= today:
            return found.isoformat()
    return None


def _of_year(name: str, year: int) -> date | None:
    if name in _FIXED:
        return date(year, *_FIXED[name])
    if name in ("easter", "easter sunday", "easter weekend"):
        return easter(year)
    if name == "good friday":
        return easter(year) - timedelta(days=2)
    if name == "easter monday":
        return easter(year) + timedelta(days=1)
    if name in ("thanksgiving", "black friday", "cyber monday"):
        first = date(year, 11, 1)
        thanksgiving = first + timedelta(days=(3 - first.weekday()) % 7 + 21)
        return thanksgiving + timedelta(days={"thanksgiving": 0, "black friday": 1, "cyber monday": 4}[name])
    return None


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian ``year``."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)
