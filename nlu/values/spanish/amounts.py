"""Quantities, ratings, percentages, money and durations in Spanish."""

from __future__ import annotations

import re

from nlu.rules.spanish.numbers import NUMBER_WORD, from_words
from nlu.text import without_accents
from nlu.values.amounts import LARGEST, in_digits

_PART = re.compile(
    rf"(?P<number>[0-9]+(?:[.,][0-9]+)?|{NUMBER_WORD}|un par de)?\s*(?:de\s+)?"
    r"(?P<unit>segundos?|segs?|minutos?|minutitos?|minutillos|mins?|horas?|horitas?|hrs?|hs|dias?|semanas?|mes(?:es)?|anos?|quincenas?|h|m|')(?![a-z])"
)
_SECONDS = {"se": 1, "mi": 60, "m": 60, "'": 60, "h": 3600, "ho": 3600, "hr": 3600, "hs": 3600, "di": 86400, "sem": 604800, "mes": 2592000, "an": 31536000, "qu": 1296000}  # fmt: skip
_CURRENCY = (
    ("EUR", ("€", "eur", "pavos", "centimo")),
    ("MXN", ("mxn", "peso", "centavo")),
    ("GBP", ("£", "libra")),
    ("USD", ("$", "usd", "dolar")),
)
_WHOLE = (
    (r"tres cuartos de hora|3 ?/ ?4 de hora", "45 minutos"), (r"(?:un )?cuarto de hora", "15 minutos"),
    (r"media hor(?:a|ita)", "30 minutos"), (r"media jornada", "4 horas"), (r"medio dia", "12 horas"),
    (r"(?:(?<!\w)(?:una|1) )?(?<!\d )(?<!s )hora y media", "90 minutos"), (r"(?:(?<!\w)(?:una|1) )?(?<!\d )hora y (?:cuarto|pico)", "75 minutos"),
    (r"horas y media", "horas y 30 minutos"), (r"horas y (?:cuarto|pico)", "horas y 15 minutos"),
)  # fmt: skip


def number(words: str) -> float | None:
    """The number said by ``words`` in digits (decimal comma, grouped thousands) or Spanish words; None without one."""
    found = in_digits(words)
    return from_words(re.sub(r"[^a-z ]", " ", without_accents(words.lower()))) if found is None else found


def quantity_value(words: str) -> int | None:
    """A whole number: 12 from "12", "doce", "una docena", "1.200"; -3 from "-3"."""
    found = number(words)
    return None if found is None else -int(found) if words.startswith("-") else int(found)


def percentage_value(words: str) -> float | int | None:
    """12.5 from "12,5 %"; whole numbers as int."""
    found = number(re.sub(r"por\s?ciento|%", "", words.lower()))
    return None if found is None else int(found) if found == int(found) else found


def money_value(words: str) -> str | None:
    """ "12.50 EUR" from "12,50 €" and "12 euros con 50"; without a currency the number alone."""
    low = without_accents(words.lower())
    currency = next((code for code, names in _CURRENCY if any(name in low for name in names)), None)
    low, _, cents = low.partition(" con ")
    found = number(
        re.sub(r"(?:us)?[$€£]|\b(?:eur\w*|usd|mxn|dolar\w*|pesos?|pavos|libras?|centimos|centavos)\b", " ", low)
    )
    if found is None:
        return None
    if re.search(r"\bcent(?:imos|avos)\b", low):
        found /= 100
    found += int(cents) / 100 if cents.strip().isdigit() else 0
    return f"{found:.2f} {currency}" if currency else f"{found:.2f}"


def rating_value(words: str) -> int | float | None:
    """1 to 5, rounded half up: out of ten (said, or a bare number above 5) it is halved. Zero counts as 1."""
    low = without_accents(words.lower())
    stars = low.count("⭐") + low.count("★")
    if stars and in_digits(low) is None:
        return min(stars, 5)
    scale = re.search(r"(?:/|\bde|\bsobre)\s*(10|diez|5|cinco)\b", low)
    given = number(re.split(r"/|\bde\b|\bsobre\b|\bestrell|\*", re.sub(r"ninguna|ni una", "0", low))[0])
    if given is None:
        return None
    if (scale is not None and scale[1] in ("10", "diez")) or (scale is None and given > 5):
        given /= 2
    return max(1, min(5, int(given + 0.5)))


def duration_value(words: str) -> int | None:
    """Seconds: 1200 from "20 minutos" or a bare "20", 5400 from "hora y media"; of a span the longer one."""
    low = re.sub(r"\s+", " ", without_accents(words.lower()).strip())
    for pattern, plain in _WHOLE:
        low = re.sub(rf"\b{pattern}\b", plain, low)
    compact = re.fullmatch(r"([0-9]{1,3}) ?h(?:oras?|rs?|s)? ?(?:y )?([0-9]{1,2})(?: ?m(?:in(?:utos)?)?)?", low)
    if compact:
        return int(compact[1]) * 3600 + int(compact[2]) * 60
    spread = re.match(rf"(?:[0-9.,]+|{NUMBER_WORD}) ?(?:-|a|o) ?(?=[0-9]|{NUMBER_WORD})", low)
    low = low[spread.end() :] if spread else low
    total, seen = 0.0, False
    for match in _PART.finditer(low):
        said = (match["number"] or "un").replace("un par de", "par")
        amount, unit = number(said), _unit(match["unit"])
        if amount is not None and unit is not None:
            total, seen = total + amount * unit, True
    bare = None if seen else number(low)
    seconds = total if seen else bare * 60 if bare is not None else None
    return int(seconds) if seconds is not None and seconds < LARGEST else None


def _unit(name: str) -> int | None:
    return next((_SECONDS[name[:size]] for size in (3, 2, 1) if name[:size] in _SECONDS), None)
