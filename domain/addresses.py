"""Addresses as people write them, taken apart into street, postcode and city."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Postcodes as countries write them, the surest forms first; the last, bare digits, is believed with care.
_CODES = (
    re.compile(r"\b[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}\b", re.IGNORECASE),  # GB: SW1A 1AA
    re.compile(r"\b[a-z]\d[a-z]\s?\d[a-z]\d\b", re.IGNORECASE),  # CA: K1A 0B1
    re.compile(r"\b[1-9]\d{3}\s?[A-Z]{2}\b"),  # NL: 1015 CW
    re.compile(r"\b[1-9]\d{3}\s[a-z]{2}\b(?=\s+[^\W\d])"),  # the same in lower case, before a city
    re.compile(r"\b\d{2}-\d{3}\b|\b\d{4}-\d{3}\b|\b\d{5}-\d{4}\b"),  # PL, PT, US
    re.compile(r"\b\d{3}\s\d{2}\b"),  # SE, CZ, GR
)
_DIGITS = re.compile(r"\b(?:[a-z]{1,2}[- ])?(?P<code>\d{4,6})\b", re.IGNORECASE)
#: Where a street ends that is written without a comma after it.
_STREET_WORD = re.compile(
    r"\b(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|place|pl|square|sq|boulevard|blvd|way|close|gardens|"
    r"terrace|hill|crescent|mews|quay|row|park|grove|walk|parade|highway)\b\.?",
    re.IGNORECASE,
)
#: Words that name a street in languages that write the house number after it.
STREET_ENDING = (
    r"(?:stra(?:ß|ss)e|str|weg|platz|allee|gasse|damm|ufer|ring|chaussee|straat|laan|plein|gracht|kade|dijk|singel|"
    r"gatan|gata|gade|vej|veien|utca)"
)
#: Words that begin a street in Spanish, with the number behind the name and floor and door after that.
SPANISH_STREET = re.compile(
    r"(?:\bc/|\b(?:calle|cl\.|c\.|avenida|avda\.?|av\.|plaza|pza\.?|plza\.?|paseo|camino|carretera|ctra\.?|ronda|traves[ií]a|callej[oó]n|glorieta|rambla|calzada|"
    r"bulevar|urbanizaci[oó]n|urb\.|pol[ií]gono|colonia|carrer|r[uú]a|v[ií]a)(?=\s))",
    re.IGNORECASE,
)
_FLOOR = re.compile(
    r"\s*(?:\d{1,2}\s?(?:\.?[ºªoa°]|piso)|piso|puerta|pta\.?|planta|portal|bloque|esc(?:alera)?\.?|bajo|entresuelo|[aá]tico|local|izq\w*|dcha\w*|derecha|interior|int\.?|dep(?:to|artamento)\.?)\b",
    re.IGNORECASE,
)
#: House numbers: "7", "17a", "12-14", "5/1".
HOUSE = r"\d{1,4}(?:\s?[a-z](?![a-z]))?(?:\s?[-/]\s?\d{1,3}[a-z]?)?"
_HOUSES = re.compile(rf"\b{HOUSE}(?!\.)\b", re.IGNORECASE)
_ENDS_STREET = re.compile(STREET_ENDING + r"\.?$", re.IGNORECASE)
_LABELS = re.compile(r"\b(?:post\s?code|zip(?:\s?code)?|plz|in)\b:?\s*", re.IGNORECASE)
_EDGES = " \t\r\n,;:.-–"


@dataclass(frozen=True, slots=True)
class Parts:
    """What an address says; empty where it says nothing."""

    street: str = ""
    postcode: str = ""
    city: str = ""


def take_apart(text: str) -> Parts:
    """The parts of an address on one line, the postcode before or after the city; never raises."""
    line = " ".join(text.replace("\n", ", ").split())[:300]
    found = _postcode(line)
    if found is None:
        street, _, rest = line.partition(",")
        while SPANISH_STREET.match(line) and rest and (_FLOOR.match(rest) or not _has_digit(street)):
            more, _, rest = rest.partition(",")
            street = f"{street},{more}"
        city = rest.rpartition(",")[2].strip(_EDGES)
        return Parts(_tidy(street), "", city if city and not _has_digit(city) else "")
    start, end, code = found
    before, after = _LABELS.sub("", line[:start]).strip(_EDGES), _LABELS.sub("", line[end:]).strip(_EDGES)
    city, _, rest = (part.strip(_EDGES) for part in after.partition(","))
    if city and not _has_digit(city):
        return Parts(_tidy(before or (rest if _has_digit(rest) else "")), code, city)
    street, city = _street_and_city(before)
    if not street and after:  # "10119 Berlin" said before the street
        street, city = after, city
    return Parts(_tidy(street), code, city)


def with_house(street: str, house: str) -> str:
    """The same street with another house number, which stands first or last; behind the name where there was none."""
    houses = list(_HOUSES.finditer(street))
    if not houses:
        return f"{street} {house}"
    first = SPANISH_STREET.match(street) is not None or (houses[0].start() == 0 and houses[-1].end() < len(street))
    old = houses[0] if first else houses[-1]
    return f"{street[: old.start()]}{house}{street[old.end() :]}"


def _postcode(line: str) -> tuple[int, int, str] | None:
    for pattern in _CODES:
        found = list(pattern.finditer(line))
        if found:
            return found[-1].start(), found[-1].end(), found[-1].group().upper()
    for match in reversed(list(_DIGITS.finditer(line))):
        before = line[: match.start()].rstrip()
        is_house = len(match["code"]) == 4 and not _has_digit(before) and _ends_street(before)
        begins_street = not before and _STREET_WORD.search(line[match.end() :]) is not None
        if not is_house and not begins_street:
            return match.start(), match.end(), match["code"]
    return None


def _ends_street(before: str) -> bool:
    return _ENDS_STREET.search(before) is not None or SPANISH_STREET.search(before) is not None


def _street_and_city(before: str) -> tuple[str, str]:
    """The two of what stands before a postcode: "12 High Street, London", "12 High Street London", "Rua Nova 5"."""
    street, comma, city = before.rpartition(",")
    if comma and not _has_digit(city):
        return street, city.strip(_EDGES)
    words = list(_STREET_WORD.finditer(before))
    if words:
        rest = before[words[-1].end() :].strip(_EDGES)
        if rest and not _has_digit(rest):
            return before[: words[-1].end()], rest
    if not _has_digit(before):  # a city alone
        return "", before.strip(_EDGES)
    return before, ""


def _tidy(street: str) -> str:
    return street.strip(" \t\r\n,;:-–")


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)
