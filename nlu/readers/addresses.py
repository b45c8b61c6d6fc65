"""An address within a message: where it begins, where it ends, and its parts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from domain.addresses import HOUSE, SPANISH_STREET, STREET_ENDING, Parts, take_apart
from nlu.readers.streets import streets_named


@dataclass(frozen=True, slots=True)
class Fields:
    """Values for several fields of a command at once."""

    values: dict[str, Any]


_SMALL = r"(?:unter|den|der|dem|am|an|im|in|zum|zur|van|de|la|le|du|des|da|do|of|het|ten|ter|auf)"
_WORD = r"[^\W\d_][\w.'’-]{0,40}"
_UNIT = r"(?:(?:flat|apt\.?|apartment|unit|suite|room)\s*#?\w{1,5},?\s+)?"
_KIND = (
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|place|pl|square|sq|boulevard|blvd|way|close|gardens|"
    r"terrace|hill|crescent|mews|quay|row|park|grove|walk|parade|highway|rue|allée|impasse)"
)
_NAME = r"(?:(?!(?:a|al|en|hasta|para|que|con|est[aá]|es|no)\b)[^\W\d_][\w.'’-]{0,40})"
#: Streets as they are written, the surest first: house number after it, before it, and any capitalised words.
_STREETS = (
    re.compile(
        rf"{SPANISH_STREET.pattern}\s*(?:{_NAME},?\s+){{1,6}}?(?:(?:n[ºo°.]{{0,2}}|num\.?|n[uú]mero)\s*)?{HOUSE}\b(?:\s?bis\b)?",
        re.IGNORECASE,
    ),
    re.compile(rf"\b{_UNIT}(?:{_WORD}\s+){{0,3}}?[\w.'’-]{{0,40}}{STREET_ENDING}\b\.?\s*{HOUSE}\b", re.IGNORECASE),
    re.compile(
        rf"\b{_UNIT}\d{{1,5}}[a-z]?(?:[-/]\d{{1,4}}[a-z]?)?,?\s+(?:{_WORD}\s+){{0,4}}?{_KIND}\b\.?", re.IGNORECASE
    ),
    re.compile(
        rf"\b\d{{1,4}}(?:bis|ter)?,?\s+(?:rue|avenue|boulevard|place|impasse|chemin|allée|quai)\b(?:\s+{_WORD}){{1,5}}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:(?i:{_SMALL})\s+|(?-i:[A-ZÀ-ÞŁŚŻ])[\w.'’-]{{0,40}}\s+){{0,4}}(?-i:[A-ZÀ-ÞŁŚŻ])[\w.'’-]{{0,40}}\s+(?i:{HOUSE})\b"
    ),
)
#: What ends an address: other words of the message.
_END_WORDS = (
    r"please|pls|plz|instead|thanks|thank|thx|cheers|for\s+(?:order|my)|because|as\s+(?:i|we)|since|tomorrow|today|if|when|and|but|so|"
    r"por\s+favor|porfa|gracias|en\s+(?:vez|lugar)|porque|ya\s+que|mañana|manana|hoy|cuando|si|y|pero|pedido|puedes|pueden|pod[eé]is|que|para|is|that|this|that's|ok|okay|not|rather|from\s+now|order|rm-?\d+|can|could|would|will|i|we|it's|where|asap|by|on"
)
_ENDS = re.compile(rf"[!?;()]|\.(?:\s|$)|(?:^|[\s,])(?:{_END_WORDS})\b", re.IGNORECASE)
#: Capitalised words that begin a sentence rather than a street.
_STARTS = re.compile(
    r"^(?:(?:no|not|hi|hello|hey|please|deliver|send|bring|ship|change|move|it|to|my|the|new|address|is|at|order|rm-?\d+|"
    r"actually|sorry|i|we|now|use|can|you|make|put|take|hola|por favor|entr[eé]g\w+|env[ií]\w+|m[aá]nd\w+|ll[eé]v\w+|tr[aá][eéi]\w*|p[oó]ng\w+|cambi\w+|a|al|mi|el|la|nueva|direcci[oó]n|es|en|pedido|perd[oó]n|ahora|"
    r"(?:the )?wrong (?:house |street )?(?:number|street|one|address)|my (?:mistake|bad)|typo|me (?:he )?equivo\w+|me (?:he )?confund\w+|n[uú]mero (?:equivocado|mal)|"
    r"lo|mejor|ponlo)\b[\s,:.]*)+",
    re.IGNORECASE,
)
#: The end of a sentence before a street; short words with a full stop are parts of names ("St. Anton", "Avda. de la Paz").
_SENTENCE = re.compile(r"[^\W\d_]{5,}[.]\s+(?=[^\W\d_])")
#: Words before a street that are none of it.
_LEAD = re.compile(r"\b(?:to|is|at|it's)\s+(?=\D*[^\W\d_]|\d)", re.IGNORECASE)
#: A house number said alone, as a correction: "no, number 7", "7 not 5", "sorry, 17a".
_LEADS = (
    r"(?:no|nope|nah|oh|ah|ok|okay|yes|but|sorry|oops|wait|hang on|actually|i mean|i meant|perd[oó]n|espera|digo|quise decir|es|era|en realidad|mejor dicho|it'?s|it is|that'?s|should be|it should be|make (?:it|that)|rather|"
    rf"not (?:number )?{HOUSE}(?: but)?|(?:the )?wrong (?:house )?number)"
)
_NUMBER = r"(?:the |el |al )?(?:(?:house |street )?(?:number|num|nr|no)\b\.?:? ?|house |n[uú]mero(?: de (?:la )?(?:casa|calle|portal))? |portal )(?:is |should be |to |es )?(?:el )?"
_TAIL = rf"(?:[ ,]*(?:please|pls|por favor|porfa|perd[oó]n|y no (?:el )?{HOUSE}|no (?:el )?{HOUSE}|en (?:vez|lugar) del? {HOUSE}|sorry|instead|i mean(?:t)?|(?:and )?not (?:number )?{HOUSE}|(?:instead of|rather than) (?:number )?{HOUSE}))"
_HOUSES_ALONE = (
    re.compile(rf"(?:{_LEADS}[ ,.:!-]+)*{_NUMBER}(?P<house>{HOUSE}){_TAIL}*[ .!]*", re.IGNORECASE),
    re.compile(rf"(?:{_LEADS}[ ,.:!-]+)+(?P<house>(?!\d{{4}}){HOUSE}){_TAIL}*[ .!]*", re.IGNORECASE),
    re.compile(rf"(?P<house>(?!\d{{4}}){HOUSE}){_TAIL}*[ ,]*(?:and )?not (?:number )?{HOUSE}{_TAIL}*[ .!]*", re.IGNORECASE),
    re.compile(rf"(?:(?:no|perd[oó]n|es|era)[ ,]+)*(?:(?:es|era) )?el (?P<house>(?!\d{{4}}){HOUSE})[ ,]+(?:y )?no (?:el )?{HOUSE}[ .!]*", re.IGNORECASE),
    re.compile(rf"(?P<house>(?!\d{{4}}){HOUSE})[ ,]+(?:y )?no (?:el )?{HOUSE}[ .!]*", re.IGNORECASE),
)  # fmt: skip
_HOUSE_IN_WORDS = re.compile(
    r"\bhouse (?:number|no\b\.?|nr\b\.?)[ ,:]*(?:(?:is|was|wrong|should|must|has|needs|be|to|it|it'?s|in fact|actually|now|of|my|order|rm-?\d+)[ ,:]+)*"
    rf"(?P<house>{HOUSE})\b"
    rf"|\bn[uú]mero (?:de (?:la )?(?:casa|calle|portal)|correcto)[ ,:]*(?:(?:es|era|est[aá]|mal|el|en|realidad)[ ,:]+)*(?P<numero>{HOUSE})\b",
    re.IGNORECASE,
)
#: What is said before the name of a city.
_CITY_LEAD = re.compile(
    r"^(?:(?:it'?s|it is|that'?s|that is|in|the (?:city|town) (?:is|of)|city|town|no|yes|ok|oh|well|sorry|es|en|la ciudad (?:es|de)|ciudad|s[ií]|vale|pues|perd[oó]n)[\s,:]+)+",
    re.IGNORECASE,
)
#: A name of a city has no more words, and none of these.
_LONGEST_CITY = 5
_NO_CITY = frozenset(
    "it to that this same deliver delivery send bring address order parcel package my me you your what not is "
    "eso que este esta mismo entrega entregar enviar traer direccion dirección pedido paquete mi me tu su qué no es donde dónde cuando lo sé se sabe".split()
)
_CITY_ENDS = re.compile(rf"[!?;()]|(?<!\bst)\.(?:\s|$)|(?:^|[\s,])(?:{_END_WORDS})\b", re.IGNORECASE)
_NO_STREET = Fields({})
#: In an answer of more words a street is named in passing.
_FEW = 8
#: A number alone, of a street that was named before.
_BARE_HOUSE = re.compile(rf"{HOUSE}")


def find_address(text: str, entity: str | None) -> Fields | None:
    """Street, postcode and city of the address in a message; ``entity`` is what the engine took for the street.

    Nothing, whatever the engine took, where only the house number is another one.
    """
    if _house_alone(text) is not None:
        return _NO_STREET
    for pattern in _STREETS:
        for match in pattern.finditer(text):
            sentences = [each.end() for each in _SENTENCE.finditer(match.group())]
            before = match.start() + (sentences[-1] if sentences else 0)
            street = text[before : match.end()]
            begins = _STARTS.match(street)
            if begins is not None:
                before, street = before + begins.end(), street[begins.end() :]
            lead = list(_LEAD.finditer(street))
            if lead:
                before, street = before + lead[-1].end(), street[lead[-1].end() :]
            if any(char.isalpha() for char in street) and any(char.isdigit() for char in street):
                return _fields(text, before, match.end(), street)
    if _HOUSE_IN_WORDS.search(text) is not None:
        return _NO_STREET
    if entity:
        at = text.find(entity)
        return _fields(text, at, at + len(entity), entity) if at >= 0 else _of(take_apart(entity), entity)
    return None


def whole_address(text: str, entity: str | None) -> Fields | None:
    """The same of an answer that is nothing but an address, in whatever form."""
    found = find_address(text, entity)
    if found is not None:
        return found
    words = _STARTS.sub("", text.strip())
    end = _ENDS.search(words)
    words = words[: end.start()] if end is not None and end.start() > 0 else words
    if not any(char.isdigit() or char == "," for char in words):
        return _street_alone(text)  # a house without a number has at least a city after it
    if _BARE_HOUSE.fullmatch(words):
        return None
    parts = take_apart(words)
    return _of(parts, words) if parts.street or parts.postcode else None


def _street_alone(text: str) -> Fields | None:
    """The street of an answer in few words that names just one, and says no number ("it's on Friedrichstraße")."""
    streets = streets_named(text) if len(text.split()) <= _FEW else None
    return _of(Parts(streets[0], "", ""), streets[0]) if streets is not None and len(streets) == 1 else None


def city(text: str) -> str | None:
    """The city in an answer to the question for it, without what is said around it."""
    words = _CITY_LEAD.sub("", " ".join(text.replace("’", "'").split()).strip(" ,.;:!"))
    end = _CITY_ENDS.search(words)
    words = words[: end.start()] if end is not None else words
    parts = take_apart(words)
    name = (parts.city or parts.street).strip(" ,.;:!")
    said = name.casefold().split()
    is_one = any(char.isalpha() for char in name) and len(said) <= _LONGEST_CITY and not _NO_CITY & set(said)
    return name if is_one and _house_alone(text) is None else None


def postcode_and_city(text: str, entity: str | None) -> Fields | None:
    """The two in an answer to the question for the postcode, which is ``entity``."""
    at = text.find(entity) if entity else -1
    if entity is None or at < 0:
        return None
    after = city(text[at + len(entity) :])
    return Fields({"postcode": entity, **({"city": after} if after else {})})


def house(text: str) -> str | None:
    """The number of a message that says no more of an address than another house number."""
    alone = _house_alone(text)
    found = alone or _HOUSE_IN_WORDS.search(text)
    said = None if found is None else found["house"] or found.groupdict().get("numero")
    return said if said is not None and find_address(text, None) == _NO_STREET else None


def _house_alone(text: str) -> re.Match[str] | None:
    words = " ".join(text.replace("’", "'").split())
    return next((match for each in _HOUSES_ALONE if (match := each.fullmatch(words)) is not None), None)


def _fields(text: str, start: int, end: int, street: str) -> Fields:
    """The parts of an address whose street stands at ``start`` to ``end`` of the message."""
    rest = text[end:]
    stop = _ENDS.search(rest)
    tail = rest[: stop.start()] if stop is not None else rest
    parts = take_apart(street + tail)
    if parts.street and (parts.postcode or parts.city):
        return _of(parts, street)
    head = take_apart(
        text[max(0, start - 40) : start].rpartition(" to ")[2].rpartition(" a ")[2] + street
    )  # "10119 Berlin, Torstr. 5"
    if not parts.postcode and head.postcode and head.city and head.street:
        return _of(Parts(street, head.postcode, head.city), street)
    return _of(Parts(street.strip(" ,;:"), parts.postcode, parts.city), street)


def _of(parts: Parts, words: str) -> Fields:
    given = {"street": parts.street, "postcode": parts.postcode, "city": parts.city}
    return Fields({name: value for name, value in given.items() if value} or {"street": words.strip()})
