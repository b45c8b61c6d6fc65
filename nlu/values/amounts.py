"""Quantities, ratings, percentages, money and durations."""

from __future__ import annotations

import re

from nlu.rules.numbers import NUMBER_WORD, from_words

_DECIMAL = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_PART = re.compile(
    rf"(?P<number>[0-9]+(?:[.,][0-9]+)?|{NUMBER_WORD}|a few|a couple(?: of)?|couple(?: of)?|half an?|half|an?)?[\s-]*"
    r"(?:(?:working|business|calendar|full|whole|extra)\s+){0,2}"
    r"(?P<unit>seconds?|secs?|minutes?|minuts?|mintues?|mins?|hours?|hrs?|days?|weeks?|wks?|months?|mths?|years?|yrs?"
    r"|fortnights?|nights?|h|m|d|s)\b"
)
_SECONDS = {
    "s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60, "minut": 60, "mintue": 60, "h": 3600, "hr": 3600,
    "hour": 3600, "d": 86400, "day": 86400, "night": 86400, "w": 604800, "wk": 604800, "week": 604800,
    "fortnight": 1209600, "month": 2592000, "mth": 2592000, "year": 31536000, "yr": 31536000,
}  # fmt: skip
_CURRENCY = (
    ("EUR", ("€", "eur")),
    ("GBP", ("£", "gbp", "pound", "quid", "pence")),
    ("USD", ("$", "usd", "dollar", "buck", "cent")),
    ("CHF", ("chf", "franc")),
)
LARGEST = 10**12


def number(words: str) -> float | None:
    """The number said by ``words`` in digits (both decimal signs, grouped thousands) or words; None without one."""
    found = in_digits(words)
    return from_words(re.sub(r"[^a-z -]", " ", words.lower())) if _DECIMAL.search(words) is None else found


def in_digits(words: str) -> float | None:
    """The first number in ``words`` that is written in digits; None without one, or for one beyond all measure."""
    match = _DECIMAL.search(words)
    if match is None:
        return None
    digits = match.group()
    if re.fullmatch(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", digits):
        digits = digits.replace(",", "")
    elif re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?", digits):
        digits = digits.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[0-9]+[.,][0-9]+", digits):
        digits = digits.replace(",", ".")
    else:
        digits = re.sub(r"[.,]", "", digits)
    found = float(digits)
    return found if found < LARGEST else None


def quantity_value(words: str) -> int | None:
    """A whole number: 12 from "12", "twelve", "a dozen", "1,200"; -3 from "-3"."""
    found = number(words)
    return None if found is None else -int(found) if words.startswith("-") else int(found)


def percentage_value(words: str) -> float | int | None:
    """12.5 from "12,5 %"; whole numbers as int."""
    found = number(re.sub(r"percent|per\s?cent|pct|%", "", words.lower()))
    return None if found is None else int(found) if found == int(found) else found


def money_value(words: str) -> str | None:
    """ "12.50 EUR"; without a currency's name or sign the number alone, as in "12.50"."""
    low = words.lower()
    currency = next((code for code, names in _CURRENCY if any(name in low for name in names)), None)
    found = number(
        re.sub(
            r"(?:us)?[$€£]|\b(?:eur(?:os?)?|usd|gbp|chf|dollars?|bucks|pounds?|quid|pence|cents|francs?)\b", " ", low
        )
    )
    if found is None:
        return None
    if re.search(r"\d\s?k\b", low):
        found *= 1000
    if re.search(r"\b(?:pence|cents)\b", low):
        found /= 100
    return f"{found:.2f} {currency}" if currency else f"{found:.2f}"


def rating_value(words: str) -> int | float | None:
    """1 to 5, rounded half up: out of ten (said, or a bare number above 5) it is halved. Zero counts as 1."""
    low = words.lower()
    stars = low.count("⭐") + low.count("★")
    if stars and not _DECIMAL.search(low):
        return min(stars, 5)
    scale = re.search(r"(?:/|\bof|\bfrom|\bouta?|\boutta)\s*(?:a\s+)?(?:possible\s+)?(10|ten|5|five)\b", low)
    given = number(re.split(r"/|\bout|\bof\b|\bfrom\b|\bstars?\b|\*", low.replace("no star", "0 star"))[0])
    if given is None:
        return None
    tenths = scale is not None and scale[1] in ("10", "ten")
    if tenths or (scale is None and given > 5):
        given /= 2
    return max(1, min(5, int(given + 0.5)))


def duration_value(words: str) -> int | None:
    """Seconds: 1200 from "20 minutes" or a bare "20", 5400 from "an hour and a half"; of a span the longer one."""
    low = re.sub(r"\s+", " ", words.lower().strip())
    low = re.sub(r"\bquarter of an hour\b", "15 minutes", low)
    low = re.sub(r"\b(?:an |one |1 )?hour and a quarter\b", "75 minutes", low)
    low = re.sub(r"\b(?:an |one |1 )?hour and a half\b", "90 minutes", low)
    low = re.sub(r"\bhalf (?:an )?hour\b", "30 minutes", low)
    half = re.fullmatch(rf"([0-9]+|{NUMBER_WORD}) and a half ([a-z]+)", low)
    if half:
        unit = _unit(half[2])
        whole = from_words(half[1])
        return None if unit is None or whole is None else _bounded((whole + 0.5) * unit)
    compact = re.fullmatch(r"([0-9]{1,3}) ?h(?:ours?|rs?)? ?(?:and )?([0-9]{1,2})(?: ?m(?:in(?:ute)?s?)?)?", low)
    if compact:
        return int(compact[1]) * 3600 + int(compact[2]) * 60
    spread = re.match(rf"(?:[0-9.,]+|{NUMBER_WORD}) ?(?:-|–|to|or) ?(?=[0-9]|{NUMBER_WORD})", low)
    if spread:
        low = low[spread.end() :]
    total, seen = 0.0, False
    for match in _PART.finditer(re.sub(r"(?<=[0-9])(?=[a-z])", " ", low)):
        unit = _unit(match["unit"])
        amount = _amount(match["number"])
        if unit is not None and amount is not None:
            total, seen = total + amount * unit, True
    if seen:
        return _bounded(total)
    bare = number(low)
    return None if bare is None else _bounded(bare * 60)


def _unit(name: str) -> int | None:
    return _SECONDS.get(name) or _SECONDS.get(name.rstrip("s"))


def _amount(words: str | None) -> float | None:
    if words is None or words in ("a", "an"):
        return 1.0
    if words.startswith("half"):
        return 0.5
    if words == "a few":
        return 3.0
    return 2.0 if "couple" in words else number(words)


def _bounded(seconds: float) -> int | None:
    return int(seconds) if seconds < LARGEST else None
