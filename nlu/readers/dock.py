"""What was found of goods that came back, and what becomes of them. Pure; nothing raises."""

from __future__ import annotations

import re

#: In which condition goods were found; the first that fits counts.
_ENGLISH: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("wrong", re.compile(r"\b(?:wrong (?:item|product|goods|thing|article)|not our|empty|only the box|another (?:item|product)|something else)\b")),
    ("defective", re.compile(r"\b(?:defect\w*|faulty|does(?:n'?t| not) (?:turn on|work|start)|motor (?:dead|burnt|burned)|dead|burnt|broken down)\b")),
    (
        "damaged",
        re.compile(
            r"\b(?:damag\w*|broken?|smash\w*|crush\w*|crack\w*|shatter\w*|dent\w*|torn|mould\w*|soaked|leak\w*|destroyed|(?:parts?|cable|charger|lid|lead|cord|pieces|screws?|accessories) missing"
            r"|missing (?:the )?\w+|without (?:the )?(?:cable|charger|accessories|lid|lead)|incomplete|total loss)\b"
        ),
    ),
    ("used", re.compile(r"\b(?:used|worn|dirty|stained|scratch\w*|stinks?|smells?|wear|grade c|c-grade|second[- ]hand)\b")),
    ("expected", re.compile(r"\b(?:all (?:is )?(?:as expected|as described|as told|as (?:the customer )?said|complete)|as (?:expected|described|told)|as the customer said|everything (?:is )?there)\b")),
    ("fine", re.compile(r"\b(?:all fine|all good|all (?:is )?(?:ok|okay)|everything (?:is )?(?:fine|ok|okay)|nothing wrong|qc ok|check passed)\b")),
    ("as_new", re.compile(r"\b(?:as new|like new|new|sealed|unopened|unused|untouched|never (?:opened|used)|pristine|mint|perfect|original packaging|grade a|a-grade|good as new)\b")),
    ("opened", re.compile(r"\b(?:opened|open|unsealed|unpacked|grade b|b-grade|no box|without (?:the )?box)\b")),
    ("fine", re.compile(r"\b(?:fine|ok|okay|good|intact|resellable|works|complete|clean|in order|passed)\b")),
)  # fmt: skip
#: What is said to be absent is not there: "not damaged", "box crushed but unit ok" speaks of the box.
_DENIED = re.compile(
    r"\b(?:not|un|no|never|nothing|isn'?t|without any)[ -]?(?:damag\w*|broken|used|worn|dirty|scratch\w*|defect\w*|dents?)\b"
)
_OF_BOX = re.compile(
    r"\b(?:box|carton|package|packaging|parcel)(?: is| was|'s)? (?:\w+ )?(?:crush\w*|damag\w*|torn|open\w*|dent\w*|broken)\b"
)
_BECOMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("scrap", re.compile(r"\b(?:scrap\w*|throw (?:it |them )?away|bin it|in the bin|goes in the bin|dispose\w*|destroy)\b")),
    ("donate", re.compile(r"\b(?:donat\w*|charity|give (?:it|them) away)\b")),
    ("refurbish", re.compile(r"\b(?:refurb\w*|outlet|repair(?:ed)?|clean (?:it|them) up|b-?stock)\b")),
    ("supplier", re.compile(r"\b(?:supplier|manufacturer|vendor|send (?:it|them) back to the maker)\b")),
    ("restock", re.compile(r"\b(?:restock\w*|back (?:in|to|into) (?:the )?stock|on (?:the )?shelf|back to the shelf|sell (?:it|them) again|resell\w*)\b")),
)  # fmt: skip
_NO_RESALE = re.compile(r"\b(?:not|can'?t be|cannot be|never) (?:resell\w*|restock\w*|sold again)\b")


def _said(text: str) -> str:
    return text.casefold().replace("’", "'")


def found_condition(text: str) -> str | None:
    """In which condition goods were found; None where nothing is said of it."""
    plain = _NO_RESALE.sub(" used ", _DENIED.sub(" all fine ", _said(text)))
    of_goods = _OF_BOX.sub(" ", plain)
    found = next((name for name, words in _ENGLISH if words.search(of_goods)), None)
    return found or next((name for name, words in _ENGLISH if words.search(plain)), None)


def disposition(text: str) -> str | None:
    """What shall become of the goods; None where nothing is said of it."""
    plain = _NO_RESALE.sub(" ", _said(text))
    return next((name for name, words in _BECOMES if words.search(plain)), None)
