"""How the value of an entity's words is read, whatever the language; the language says how its own words are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from domain.meaning import Value
from nlu.values import codes, contacts

#: Kinds whose values are written alike in every language.
_ANYWHERE: Mapping[str, Callable[[str], Value | None]] = {
    "order_number": codes.order_value,
    "return_number": codes.return_value,
    "purchase_order": codes.purchase_value,
    "product": codes.product_value,
    "email": contacts.email_value,
    "postcode": contacts.postcode_value,
    "coordinates": contacts.coordinates_value,
}


class ReadDate(Protocol):
    """Gives the day or period that words say at a time, as ISO 8601; None for words that say none."""

    def __call__(self, words: str, now: datetime, zone: ZoneInfo, past: bool = False) -> str | None: ...


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """The values of a language: its dates, its windows, and what else is said in its own words, by kind."""

    date: ReadDate
    window: Callable[[str], str | None]
    words: Mapping[str, Callable[[str], Value | None]]

    def __call__(self, kind: str, words: str, now: datetime, zone: ZoneInfo, past: bool = False) -> Value | None:
        """The value of ``words`` as `domain.meaning.Value` describes for ``kind``; None when they say none.

        Kinds without a form (product, address, reason, ...) have their words, white space straightened, as value.
        ``past`` reads a bare weekday, month or quarter as the latest one. ``now`` must be aware; dates and windows are
        local to ``zone``. Never raises.
        """
        words = words.strip()
        try:
            if kind == "date":
                return self.date(words, now, zone, past)
            if kind == "time_window":
                return self.window(words)
            if kind == "phone":
                return contacts.phone_value(words, zone)
            read = self.words.get(kind) or _ANYWHERE.get(kind)
            return " ".join(words.split()) if read is None else read(words)
        except (ValueError, OverflowError):
            return None
