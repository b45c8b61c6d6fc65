"""English: the order in which its rules look for each kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlu.rules import amounts, codes, contacts, times
from nlu.rules.numbers import ONES, TENS
from nlu.rules.parts import find_parts
from nlu.rules.search import Found, Search, Spoken, Step, run
from nlu.text import Text

_NUMBER_WORDS = frozenset(ONES) | frozenset(TENS) | {"a", "an", "half", "couple", "few", "dozen", "hundred"}
_FILL_ONLY = re.compile(
    r"[\W_]*(?:(?:it'?s|its|is|the|my|please|pls|number|no|in|ok|yes|yeah|sure|hi|hello|sorry)[\W_]+)*$"
)
_TAIL = re.compile(r"(?:[\W_]+(?:please|pls|plz|thanks|thank you|ta|cheers|mate|sir))*[\W_]*$")


_NEGATED = re.compile(r"(?:n't|nt|\bnot|\bno|\bnothing|\bnever|\bnobody)\b[^.!?]{0,30}$")
_NUMERIC_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](?:20)?\d\d")
#: "Morning! ..." greets; "morning" alone may answer.
_GREETING = re.compile(
    r"(?:morning|evening|afternoon|night)s?(?:\s*[,.!:]\s*\S|\s+(?:all|team|folks|mate|everyone|guys|sir|boss|chief|gaffer|dispatch|control|office)\b)"
)
#: A driver who begins with it greets, whatever follows ("morning what have i got").
_GREETING_ON_THE_ROAD = re.compile(
    r"\W*(?:(?:hi|hiya|hey|hello|yo|alright|good|gd|very)\W+)*(?:morning|evening|afternoon)\b"
)
#: A bare hour where it says that it is one: "the 2-4 slot", "opens at 10", "nobody there until 2".
_SLOT = re.compile(r"\s*(?:window|slot)\b")
_OPENS = re.compile(r"\b(?:open|shut|clos(?:e|ing|ed)|opening)s?\s+(?:again\s+)?(?:at\s+)?$")
_UNTIL = re.compile(r"(?:till?|until) ")
_IDLE = re.compile(r"(?:an?|one) (?:second|sec|minute|min|day|night)")
_ANOTHER = re.compile(r"an? second (?!or\b|to\b|and\b|but\b|late\b|ago\b)[a-z]")
_LASTS = re.compile(
    r"\b(?:for|in|within|by|about|over|after|takes?|than|another|every|per|like|only|just|late|early) $"
)


def find(text: Text, leave: frozenset[str] = frozenset(), driving: bool = False) -> list[Found]:
    """Entities with a form in ``text``, by start, none overlapping; kinds in ``leave`` are not looked for.

    With ``driving`` a driver writes: a number alone is a stop, and what a bare number amid words is, is left open.
    """
    return run(text, ENGLISH, leave, driving)


def find_contacts(search: Search) -> None:
    """Takes e-mail addresses and coordinates."""
    if search.has("@"):
        search.all("email", contacts.EMAIL)
    if search.digits and search.has("http", "geo:", "."):
        search.all("coordinates", contacts.COORDINATES)
    elif search.has("maps.app.goo.gl", "goo.gl/maps", "maps.apple"):
        search.all("coordinates", contacts.COORDINATES[:1])


def _codes(search: Search) -> None:
    if not search.digits:
        return
    if search.has("sku"):
        search.all("product", codes.SKU)
    if search.has("ret", "rma"):
        search.all("return_number", codes.RETURN)
    if search.has("po", "p.o", "purchase"):
        search.all("purchase_order", codes.PURCHASE)
    for _, end in search.all("order_number", codes.ORDER):
        search.more("order_number", codes.ANOTHER_ORDER, end)


def _places(search: Search) -> None:
    if search.has("rout", "rt", "tour", "r"):
        for _, end in search.all("route", codes.ROUTE if search.numbers else []):
            search.more("route", codes.ANOTHER_ROUTE, end)
    if search.driving and search.digits:  # a house number is no stop
        search.all("address", contacts.STREETS)
        search.all("address", contacts.NAMED_STREETS, search.text.clean)
    if search.driving and search.numbers:
        find_parts(search, codes.PART_OF_ALL)
    if search.has("stop", "drop", "deliver", "skip", "did "):
        for _, end in search.all("stop", codes.STOP):
            search.more("stop", codes.ANOTHER_STOP, end)
    if search.driving and search.numbers:
        _stops_of_drivers(search)


def _stops_of_drivers(search: Search) -> None:
    search.all("stop", codes.STOP_OF_DRIVERS)
    alone = codes.STOPS_ALONE.fullmatch(search.low)
    if alone is not None and search.take("stop", *alone.span("span")):
        search.more("stop", codes.ANOTHER_STOP, alone.end("span"))


def find_phones(search: Search, patterns: Sequence[re.Pattern[str]] = contacts.PHONE) -> None:
    """Takes numbers of eight to fifteen digits that ``patterns`` take for a telephone's."""
    if search.digits:
        for pattern in patterns:
            for match in pattern.finditer(search.low):
                digits = sum(char.isdigit() for char in match["span"])
                if 8 <= digits <= 15 and not _NUMERIC_DATE.fullmatch(match["span"]):
                    search.take("phone", *match.span("span"))


def _amounts(search: Search) -> None:
    if search.numbers or search.has("⭐", "★", "no star"):
        if search.has(
            "€", "$", "£", "eur", "usd", "dollar", "buck", "gbp", "pound", "quid", "pence", "cent", "chf", "franc"
        ):
            search.all("money", amounts.MONEY)
        if search.has("%", "percent", "per cent", "pct"):
            search.all("percentage", amounts.PERCENTAGE)
        _ratings(search)


def _ratings(search: Search) -> None:
    if search.has("star", "*", "⭐", "★"):
        search.all("rating", amounts.RATING[:3])
    if search.has(" of ", "/", " outta ") and not search.driving:  # on the road "4 of 5" counts
        search.all("rating", amounts.RATING[3:5])
    if search.has(
        "rat",
        "score",
        "mark",
        "grade",
        "give",
        "giving",
        "gave",
        "get",
        "deserve",
        "earn",
        "solid",
        "call",
        "put",
        "easy",
    ):
        search.all("rating", amounts.RATING[5:])


def _dates(search: Search) -> None:
    for pattern in times.DATE:
        for match in pattern.finditer(search.low):
            start, end = match.span("span")
            for article in ("the ", "on "):
                if search.low.startswith(article, start):
                    start += len(article)
            while search.low[end - 1] in " ," or (search.low[end - 1] == "." and search.low[end - 2].isalpha()):
                end -= 1
            if search.low.startswith("in ", start) and _NEGATED.search(search.low, 0, start):
                continue
            search.take("date", start, end)


def _windows(search: Search) -> None:
    greeting = (_GREETING_ON_THE_ROAD if search.driving else _GREETING).match(search.low)
    greeted = 0 if greeting is None else greeting.end() if search.driving else 1
    for pattern in times.WINDOW:
        for match in pattern.finditer(search.low):
            start, end = match.span("span")
            if search.driving:
                start += times.leading_stop(match["span"])
                if times.says_no_time_on_the_road(search.low[start:end]) and not _is_an_hour(search.low, start, end):
                    continue
            if start >= greeted:
                search.take("time_window", start, end)


def _is_an_hour(low: str, start: int, end: int) -> bool:
    until = _UNTIL.match(low, start) is not None and not low[:start].rstrip()[-1:].isdigit()
    return until or _SLOT.match(low, end) is not None or _OPENS.search(low, 0, start) is not None


def _durations(search: Search) -> None:
    if search.numbers:
        search.all("time_window", times.OF_THE_CLOCK)
        for pattern in amounts.DURATION:
            for match in pattern.finditer(search.low):
                if _ANOTHER.match(search.low, match.start("span")):
                    continue
                if not _IDLE.fullmatch(match["span"]) or _LASTS.search(search.low, 0, match.start("span")):
                    search.take("duration", *match.span("span"))


def _postcodes(search: Search) -> None:
    if not search.digits:
        return
    clean = search.text.clean
    search.all("postcode", contacts.POSTCODE)
    shapes = [contacts.DUTCH, contacts.BEFORE_PLACE, contacts.AFTER_PLACE]
    search.all("postcode", shapes if search.driving else [*shapes, contacts.PARTIAL_BRITISH], clean)
    if not search.driving:
        search.all("postcode", [contacts.FOUR_DIGITS])
    if search.driving and codes.MILEAGE.search(search.low):
        return
    places = contacts.ABOUT_PLACES.search(search.low) is not None
    for match in codes.BARE_ORDER.finditer(search.low):
        start, end = match.span("span")
        if places or codes.PLACE_BEFORE.search(search.low, max(0, start - 40), start):
            search.take("postcode", start, end)
        else:
            search.take("order_number", start, end)
    for match in re.finditer(r"\b[1-9]\d{3}(?:\s?[a-z]{2})?\b", search.low):
        if search.whole(*match.span()) and not search.driving:  # a driver's is the customer's code
            search.take("postcode", *match.span())


def _quantities(search: Search) -> None:
    if search.driving:
        search.all("quantity", codes.GOODS)
        return
    if not search.numbers and "dozen" not in search.words:
        return
    for match in amounts.QUANTITY_X.finditer(search.low):
        search.take("quantity", *match.span("span" if match["span"] else "span2"))
    for match in amounts.QUANTITY.finditer(search.low):
        start, end = match.span("span")
        if amounts.NO_QUANTITY_AFTER.match(search.low, end) and not search.whole(start, end):
            continue
        if amounts.NO_QUANTITY_BEFORE.search(search.low, max(0, start - 40), start):
            continue
        if match["span"] == "one" and not _one_counts(search.low, start, end):
            continue
        search.take("quantity", start, end)


def _one_counts(low: str, start: int, end: int) -> bool:
    """Whether "one" counts things here rather than standing for a thing ("the small one", "one of them")."""
    before = re.search(
        r"\b(?:short|only|just|want|need|got|sent|missing|received|order|buy|ordered|refunded|return)\s+$", low[:start]
    )
    return bool(before) and not re.match(r"\s+(?:that|which|who|i|with|from|for|in)\b", low[end:])


_STEPS: tuple[Step, ...] = (
    (frozenset({"email", "coordinates"}), find_contacts),
    (frozenset({"product", "return_number", "purchase_order", "order_number"}), _codes),
    (frozenset({"route", "stop"}), _places),
    (frozenset({"phone"}), find_phones),
    (frozenset({"money", "percentage", "rating"}), _amounts),
    (frozenset({"date"}), _dates),
    (frozenset({"duration"}), _durations),
    (frozenset({"time_window"}), _windows),
    (frozenset({"postcode", "order_number"}), _postcodes),
    (frozenset({"quantity"}), _quantities),
)
ENGLISH = Spoken(lambda low: low, _NUMBER_WORDS, _FILL_ONLY, _TAIL, _STEPS)


def kinds() -> Iterator[str]:
    """The kinds the rules can find."""
    for names, _ in _STEPS:
        yield from sorted(names)
