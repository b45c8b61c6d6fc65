"""The normalised value of an entity's words, in Spanish. Accents may be left out."""

from __future__ import annotations

from nlu.rules.spanish.numbers import count
from nlu.text import without_accents
from nlu.values.reading import Values
from nlu.values.spanish import amounts
from nlu.values.spanish.dates import date_value
from nlu.values.spanish.windows import window_value

__all__ = ["value"]


def _stop(words: str) -> int | None:
    return count(without_accents(words))


def _route(words: str) -> str | None:
    number = _stop(words)
    return None if number is None else f"R{number}"


value = Values(
    date_value,
    window_value,
    {
        "route": _route,
        "stop": _stop,
        "quantity": amounts.quantity_value,
        "rating": amounts.rating_value,
        "percentage": amounts.percentage_value,
        "money": amounts.money_value,
        "duration": amounts.duration_value,
    },
)
