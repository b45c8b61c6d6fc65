"""Days with a name, as they are called in Spanish; such as differ between countries are none."""

from __future__ import annotations

import re
from datetime import date, timedelta

from nlu.values.holidays import easter
from nlu.values.periods import coming_day, iso

_FIXED = {
    "nochebuena": (24, 12), "navidad": (25, 12), "navidades": (25, 12), "dia de navidad": (25, 12),
    "nochevieja": (31, 12), "fin de ano": (31, 12), "ano nuevo": (1, 1), "dia de ano nuevo": (1, 1), "reyes": (6, 1),
    "dia de reyes": (6, 1), "san valentin": (14, 2), "dia del trabajo": (1, 5), "dia del trabajador": (1, 5),
    "todos los santos": (1, 11), "dia de muertos": (2, 11), "inmaculada": (8, 12),
}  # fmt: skip
_FROM_EASTER = {
    "domingo de ramos": -7, "jueves santo": -3, "viernes santo": -2, "sabado santo": -1, "domingo de pascua": 0,
    "domingo de resurreccion": 0, "lunes de pascua": 1,
}  # fmt: skip


def holiday(name: str, today: date) -> str | None:
    """The coming day of that name (lower case, no accents), ISO 8601; None for a name that is none."""
    plain = re.sub(r"\b(?:el|la|los) (?!santos)", "", name)
    if plain in _FIXED or name in _FIXED:
        return iso(coming_day(*_FIXED.get(plain) or _FIXED[name], today))
    for year in (today.year, today.year + 1):
        sunday = easter(year)
        if plain == "semana santa" and sunday >= today:
            return iso(sunday - timedelta(days=6), sunday)
        if plain in _FROM_EASTER and (day := sunday + timedelta(days=_FROM_EASTER[plain])) >= today:
            return iso(day)
        first = date(year, 11, 1)
        friday = first + timedelta(days=(3 - first.weekday()) % 7 + 22)
        if plain == "black friday" and friday >= today:
            return iso(friday)
    return None
