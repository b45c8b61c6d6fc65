"""Spanish: the order in which its rules look for each kind."""

from __future__ import annotations

import re

from nlu.rules.codes import BARE_ORDER, PURCHASE, SKU
from nlu.rules.contacts import AFTER_PLACE, BEFORE_PLACE, DUTCH
from nlu.rules.finding import find_contacts, find_phones
from nlu.rules.parts import find_parts
from nlu.rules.search import Found, Search, Spoken, Step, run
from nlu.rules.spanish import amounts, codes, contacts, times
from nlu.rules.spanish.numbers import HUNDREDS, ONES, ORDINALS, TENS
from nlu.text import Text, without_accents

_NUMBER_WORDS = frozenset((*ONES, *TENS, *HUNDREDS, *ORDINALS, "media", "medio", "cuarto", "docena", "par", "ninguna"))
_BEFORE = re.compile(
    r"[\W_]*(?:(?:es|el|la|mi|mis|por\s+favor|porfa|numero|num|n|no|en|ok|vale|si|claro|hola|perdon|pues|a\s+ver|son)[\W_]+)*$"
)
_AFTER = re.compile(r"(?:[\W_]+(?:por\s+favor|porfa|xfa|gracias|jefe))*[\W_]*$")
_NEGATED = re.compile(r"\b(?:no|nada|nunca|nadie)\b[^.!?]{0,30}$")
_AHEAD = re.compile(r"(?:en|dentro\s+de)\s")


def find(text: Text, leave: frozenset[str] = frozenset(), driving: bool = False) -> list[Found]:
    """Entities with a form in ``text``, by start, none overlapping; kinds in ``leave`` are not looked for.

    With ``driving`` a driver writes: "la 4" and a number alone are stops, and what a bare number amid words is, is left open.
    """
    return run(text, SPANISH, leave, driving)


def _codes(search: Search) -> None:
    if not search.digits:
        return
    if search.has("sku"):
        search.all("product", SKU)
    if search.has("ret", "rma", "devol"):
        search.all("return_number", codes.RETURN)
    if search.has("po"):
        search.all("purchase_order", PURCHASE[:1])
    for _, end in search.all("order_number", codes.ORDER):
        search.more("order_number", codes.ANOTHER_ORDER, end)


def _places(search: Search) -> None:
    for _, end in search.all("route", codes.ROUTE if search.numbers and search.has("r") else []):
        search.more("route", codes.ANOTHER_ROUTE, end)
    if search.digits:  # a house number is no stop, and no quantity
        search.all("address", contacts.STREETS)
    if search.driving and search.numbers:
        find_parts(search, codes.PART_OF_ALL)
    if search.numbers:
        _listed(search, codes.STOP if search.has("parada", "pda") else [])
    if search.driving and search.numbers:
        _listed(search, codes.STOP_OF_DRIVERS)
        alone = codes.STOPS_ALONE.fullmatch(search.low)
        if alone is not None and search.take("stop", *alone.span("span")):
            search.more("stop", codes.ANOTHER_STOP, alone.end("span"))


def _listed(search: Search, patterns: list[re.Pattern[str]]) -> None:
    """Stops and those listed after them: "paradas 4 y 5", "la 4 y la 5"."""
    for _, end in search.all("stop", patterns):
        search.more("stop", codes.ANOTHER_STOP, end)


def _phones(search: Search) -> None:
    find_phones(search, contacts.PHONE)


def _amounts(search: Search) -> None:
    if not search.numbers and not search.has("⭐", "★"):
        return
    search.all("money", amounts.MONEY)
    if search.has("%", "ciento"):
        search.all("percentage", amounts.PERCENTAGE)
    search.all("rating", amounts.RATING[:3] if search.driving else amounts.RATING)  # on the road "4 de 5" counts


def _dates(search: Search) -> None:
    for pattern in times.DATE if search.driving else [*times.DATE, *times.NUMBERED_DAY]:
        for match in pattern.finditer(search.low):
            start, end = match.span("span")
            for article in ("el ", "la ", "los ", "las "):
                if search.low.startswith(article, start):
                    start += len(article)
            while search.low[end - 1] in " ,":
                end -= 1
            if _AHEAD.match(search.low, start) and _NEGATED.search(search.low, 0, start):
                continue
            search.take("date", start, end)


def _times(search: Search) -> None:
    """Times of day, and what lasts between those that can be nothing else and those that might be."""
    for greeting in times.GREETING.finditer(search.low):
        search.pass_over(*greeting.span())
    _windows(search, times.SURE_WINDOW)
    if search.numbers:
        _durations(search)
    _windows(search, times.WINDOW if search.driving else [*times.WINDOW, *times.BARE_WINDOW])


def _windows(search: Search, patterns: list[re.Pattern[str]]) -> None:
    for pattern in patterns:
        for match in pattern.finditer(search.low):
            start, end = match.span("span")
            if search.free(start, end):
                search.take("time_window", start + times.LEAD.match(match["span"]).end(), end)  # type: ignore[union-attr]


def _durations(search: Search) -> None:
    for pattern in amounts.DURATION:
        for match in pattern.finditer(search.low):
            lasts = amounts.LASTS.search(search.low, 0, match.start("span")) or amounts.GOES_ON.match(
                search.low, match.end("span")
            )
            if not amounts.IDLE.fullmatch(match["span"]) or lasts:
                search.take("duration", *match.span("span"))


def _postcodes(search: Search) -> None:
    if not search.digits:
        return
    search.all("postcode", contacts.POSTCODE)
    search.all("postcode", [DUTCH, BEFORE_PLACE, AFTER_PLACE], search.text.clean)
    if search.driving and codes.MILEAGE.search(search.low):
        return
    places = contacts.ABOUT_PLACES.search(search.low) is not None
    for match in BARE_ORDER.finditer(search.low):
        start, end = match.span("span")
        before = search.low[max(0, start - 40) : start]
        is_place = places or codes.PLACE_BEFORE.search(before) or contacts.AFTER_STREET.search(before)
        search.take("postcode" if is_place else "order_number", start, end)
    for match in re.finditer(r"\b[1-9]\d{3}\b", search.low):
        if search.whole(*match.span()) and not search.driving:  # a driver's is the customer's code
            search.take("postcode", *match.span())


def _quantities(search: Search) -> None:
    if search.driving:
        search.all("quantity", codes.GOODS)
        return
    if not search.numbers:
        return
    for match in amounts.QUANTITY_X.finditer(search.low):
        search.take("quantity", *match.span("span" if match["span"] else "span2"))
    for match in amounts.QUANTITY.finditer(search.low):
        start, end = match.span("span")
        if amounts.NO_QUANTITY_AFTER.match(search.low, end) and not search.whole(start, end):
            continue
        if amounts.NO_QUANTITY_BEFORE.search(search.low, max(0, start - 40), start):
            continue
        search.take("quantity", start, end)


_STEPS: tuple[Step, ...] = (
    (frozenset({"email", "coordinates"}), find_contacts),
    (frozenset({"product", "return_number", "purchase_order", "order_number"}), _codes),
    (frozenset({"route", "stop"}), _places),
    (frozenset({"phone"}), _phones),
    (frozenset({"money", "percentage", "rating"}), _amounts),
    (frozenset({"date"}), _dates),
    (frozenset({"duration", "time_window"}), _times),
    (frozenset({"postcode", "order_number"}), _postcodes),
    (frozenset({"quantity"}), _quantities),
)
SPANISH = Spoken(without_accents, _NUMBER_WORDS, _BEFORE, _AFTER, _STEPS)
