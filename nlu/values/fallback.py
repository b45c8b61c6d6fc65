"""Dates that the rules do not know but the random field marks, read by dateparser: slow, so only then."""

from __future__ import annotations

import warnings
from datetime import datetime
from zoneinfo import ZoneInfo


def guess_date(words: str, now: datetime, zone: ZoneInfo, language: str = "en") -> str | None:
    """The day ``words`` of a ``language`` mean to dateparser, ISO 8601, the coming one where several fit; None when it knows none."""
    import dateparser  # heavy

    base = now.astimezone(zone).replace(tzinfo=None)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = dateparser.parse(
                words[:60], languages=[language], settings={"RELATIVE_BASE": base, "PREFER_DATES_FROM": "future"}
            )
    except Exception:  # a library that guesses may fail in any way; a message must not
        return None
    return None if found is None else found.date().isoformat()
