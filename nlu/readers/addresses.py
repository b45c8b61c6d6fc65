"""An address within a message: where it begins, where it ends, and its parts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.addresses import STREET_ENDING, Parts, take_apart


@dataclass(frozen=True, slots=True)
class Fields:
    """Values for several fields of a command at once."""

    values: dict[str, str]


_HOUSE = r"\d{1,4}(?:\s?[a-z](?![a-z]))?(?:\s?[-/]\s?\d{1,3}[a-z]?)?"
_SMALL = r"(?:unter|den|der|dem|am|an|im|in|zum|zur|van|de|la|le|du|des|da|do|of|het|ten|ter|auf)"
_WORD = r"[^\W\d_][\w.'’-]{0,40}"
_UNIT = r"(?:(?:flat|apt\.?|apartment|unit|suite|room)\s*#?\w{1,5},?\s+)?"
_KIND = (
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|place|pl|square|sq|boulevard|blvd|way|close|gardens|"
    r"terrace|hill|crescent|mews|quay|row|park|grove|walk|parade|highway|rue|allée|impasse)"
)
#: Streets as they are written, the surest first: house number after it, before it, and any capitalised words.
_STREETS = (
    re.compile(rf"\b{_UNIT}(?:{_WORD}\s+){{0,3}}?[\w.'’-]{{0,40}}{STREET_ENDING}\b\.?\s*{_HOUSE}\b", re.IGNORECASE),
    re.compile(
        rf"\b{_UNIT}\d{{1,5}}[a-z]?(?:[-/]\d{{1,4}}[a-z]?)?,?\s+(?:{_WORD}\s+){{0,4}}?{_KIND}\b\.?", re.IGNORECASE
    ),
    re.compile(
        rf"\b\d{{1,4}}(?:bis|ter)?,?\s+(?:rue|avenue|boulevard|place|impasse|chemin|allée|quai)\b(?:\s+{_WORD}){{1,5}}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:(?i:{_SMALL})\s+|(?-i:[A-ZÀ-ÞŁŚŻ])[\w.'’-]{{0,40}}\s+){{0,4}}(?-i:[A-ZÀ-ÞŁŚŻ])[\w.'’-]{{0,40}}\s+(?i:{_HOUSE})\b"
    ),
)
#: What ends an address: other words of the message.
_ENGLISH_ENDS = (
    r"please|pls|plz|instead|thanks|thank|thx|cheers|for\s+(?:order|my)|because|as\s+(?:i|we)|since|tomorrow|today|if|when|and|but|so|"
    r"is|that|this|that's|ok|okay|not|rather|from\s+now|order|rm-?\d+|can|could|would|will|i|we|it's|where|asap|by|on"
)
_ENDS = re.compile(rf"[!?;()]|\.(?:\s|$)|(?:^|[\s,])(?:{_ENGLISH_ENDS})\b", re.IGNORECASE)
#: Capitalised words that begin a sentence rather than a street.
_ENGLISH_STARTS = re.compile(
    r"^(?:(?:no|not|hi|hello|hey|please|deliver|send|bring|ship|change|move|it|to|my|the|new|address|is|at|order|rm-?\d+|"
    r"actually|sorry|i|we|now|use|can|you|make|put|take)\b[\s,:]*)+",
    re.IGNORECASE,
)
#: Words before a street that are none of it.
_ENGLISH_LEAD = re.compile(r"\b(?:to|is|at|it's)\s+(?=\D*[^\W\d_]|\d)", re.IGNORECASE)


def find_address(text: str, entity: str | None) -> Fields | None:
    """Street, postcode and city of the address in a message; ``entity`` is what the engine took for the street."""
    for pattern in _STREETS:
        for match in pattern.finditer(text):
            before, street = match.start(), match.group()
            begins = _ENGLISH_STARTS.match(street)
            if begins is not None:
                before, street = before + begins.end(), street[begins.end() :]
            lead = list(_ENGLISH_LEAD.finditer(street))
            if lead:
                before, street = before + lead[-1].end(), street[lead[-1].end() :]
            if any(char.isalpha() for char in street) and any(char.isdigit() for char in street):
                return _fields(text, before, match.end(), street)
    if entity:
        at = text.find(entity)
        return _fields(text, at, at + len(entity), entity) if at >= 0 else _of(take_apart(entity), entity)
    return None


def whole_address(text: str, entity: str | None) -> Fields | None:
    """The same of an answer that is nothing but an address, in whatever form."""
    found = find_address(text, entity)
    if found is not None:
        return found
    words = _ENGLISH_STARTS.sub("", text.strip())
    end = _ENDS.search(words)
    words = words[: end.start()] if end is not None and end.start() > 0 else words
    if not any(
        char.isdigit() or char == "," for char in words
    ):  # a house without a number has at least a city after it
        return None
    parts = take_apart(words)
    return _of(parts, words) if parts.street or parts.postcode else None


def _fields(text: str, start: int, end: int, street: str) -> Fields:
    """The parts of an address whose street stands at ``start`` to ``end`` of the message."""
    rest = text[end:]
    stop = _ENDS.search(rest)
    tail = rest[: stop.start()] if stop is not None else rest
    parts = take_apart(street + tail)
    if parts.street and (parts.postcode or parts.city):
        return _of(parts, street)
    head = take_apart(text[max(0, start - 40) : start].rpartition(" to ")[2] + street)  # "10119 Berlin, Torstr. 5"
    if not parts.postcode and head.postcode and head.city and head.street:
        return _of(Parts(street, head.postcode, head.city), street)
    return _of(Parts(street.strip(" ,;:"), parts.postcode, parts.city), street)


def _of(parts: Parts, words: str) -> Fields:
    given = {"street": parts.street, "postcode": parts.postcode, "city": parts.city}
    return Fields({name: value for name, value in given.items() if value} or {"street": words.strip()})
