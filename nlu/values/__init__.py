"""The normalised value of an entity's words. Pure: time comes in as ``now`` and ``zone``, nothing raises."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from domain.meaning import Value
from nlu.values import amounts, codes, contacts
from nlu.values.dates import date_value
from nlu.values.windows import window_value

__all__ = ["value"]


def value(kind: str, words: str, now: datetime, zone: ZoneInfo, past: bool = False) -> Value | None:
    """The value of ``words`` as `domain.meaning.Value` describes for ``kind``; None when they say none.

    Kinds without a form (product, address, reason, ...) have their words, white space straightened, as value.
    ``past`` reads a bare month or quarter as the latest one. ``now`` must be aware; dates and windows are local to ``zone``. Never raises.
    """
    words = words.strip()
    try:
        if kind == "date":
            return date_value(words, now, zone, past)
        if kind == "time_window":
            return window_value(words)
        if kind == "phone":
            return contacts.phone_value(words, zone)
        read = _READERS.get(kind)
        return " ".join(words.split()) if read is None else read(words)
    except (ValueError, OverflowError):
        return None


_READERS = {
    "order_number": codes.order_value,
    "return_number": codes.return_value,
    "purchase_order": codes.purchase_value,
    "route": codes.route_value,
    "stop": codes.stop_value,
    "product": codes.product_value,
    "quantity": amounts.quantity_value,
    "rating": amounts.rating_value,
    "percentage": amounts.percentage_value,
    "money": amounts.money_value,
    "duration": amounts.duration_value,
    "email": contacts.email_value,
    "postcode": contacts.postcode_value,
    "coordinates": contacts.coordinates_value,
}
