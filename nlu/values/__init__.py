"""The normalised value of an entity's words, in English; other languages have a folder each. Pure, and nothing raises."""

from __future__ import annotations

from nlu.values import amounts, codes
from nlu.values.dates import date_value
from nlu.values.reading import Values
from nlu.values.windows import window_value

__all__ = ["Values", "value"]

value = Values(
    date_value,
    window_value,
    {
        "route": codes.route_value,
        "stop": codes.stop_value,
        "quantity": amounts.quantity_value,
        "rating": amounts.rating_value,
        "percentage": amounts.percentage_value,
        "money": amounts.money_value,
        "duration": amounts.duration_value,
    },
)
