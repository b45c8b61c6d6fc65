"""So many of so many: what drivers count, whatever the language."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from nlu.rules.search import Search

#: So far back it is looked what stands before a number.
_BEFORE = 20


@dataclass(frozen=True, slots=True)
class Parts:
    """How a language says "4 of 5": a pattern for ``part`` and ``all``, what before it names a stop, what before it makes it
    none (a date, a door), the goods that may follow, and what number words say."""

    pattern: re.Pattern[str]
    stop_before: re.Pattern[str]
    none_before: re.Pattern[str]
    goods_after: re.Pattern[str]
    number: Callable[[str], int | None]


def find_parts(search: Search, parts: Parts) -> None:
    """Takes both numbers as quantities. Of "stop 4 of 5" the number of all says nothing, and the stop is found as ever."""
    for match in parts.pattern.finditer(search.low):
        part, whole = parts.number(match["part"]), parts.number(match["all"])
        before = search.low[max(0, match.start() - _BEFORE) : match.start()]
        if part is None or whole is None or part > whole or parts.none_before.search(before):
            continue
        if parts.stop_before.search(before) and not parts.goods_after.match(search.low, match.end()):
            search.pass_over(*match.span("all"))
        elif search.take("quantity", *match.span("part")):
            search.take("quantity", *match.span("all"))
