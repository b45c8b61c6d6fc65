"""Streets that a driver names in place of the numbers of stops: "ackerstr done", "the one in Mill Lane", "calle Mayor entregado"."""

from __future__ import annotations

import re

from domain.addresses import SPANISH_STREET, STREET_ENDING
from nlu.text import without_accents

_KIND = r"(?:street|road|avenue|lane|drive|court|square|boulevard|terrace|crescent|mews|grove|close)"
_HOUSE = r"(?:,? (?:no\.? ?|number |num\.? ?)?\d{1,4}[a-z]?\b(?! ?(?:min|h\b|pm|am|o'?clock|km|x\b)))?"
#: The name of a street of more words than this is known by its first ones.
_NAME = r"[^\W\d_][\w'’-]*"
_STREETS = (
    re.compile(rf"\b[^\W\d_][\w-]{{2,}}{STREET_ENDING}\b\.?{_HOUSE}", re.IGNORECASE),
    re.compile(rf"\b(?:{_NAME} ){{1,3}}?{_KIND}\b{_HOUSE}", re.IGNORECASE),
    re.compile(
        rf"{SPANISH_STREET.pattern}\s*(?:de (?:la |los |las )?|del )?{_NAME}(?: {_NAME})?{_HOUSE}", re.IGNORECASE
    ),
)
_DENIED = re.compile(r"\b(?:not|no|instead of|rather than|en vez de|en lugar de)(?: (?:the|at|in|la|el|en|a)){0,2} ?$")
#: Ends like a street, and is none.
_IS_NONE = re.compile(r"^[a-z]*ring$|^\w*(?:brigade|arcade)$")


#: A name and a house number, which mean a street only where there is one of that name.
_SHORT = re.compile(r"\b[^\W\d_]{4,} \d{2,3}[a-z]?\b", re.IGNORECASE)


def short_streets(text: str) -> list[str] | None:
    """What may be streets without the word for one ("acker 12"), with the house number."""
    return _SHORT.findall(" ".join(text.split())[:300]) or None


def streets_named(text: str) -> list[str] | None:
    """The streets that a text names, with the house number where one is said, but for those it says are not meant."""
    plain = " ".join(text.split())[:300]
    found = {
        match.start(): match.group().strip(" .,")
        for pattern in _STREETS
        for match in pattern.finditer(plain)
        if _DENIED.search(without_accents(plain[: match.start()].casefold())) is None
        and not _IS_NONE.search(match.group())
    }
    return [found[at] for at in sorted(found)] or None
