"""What customers said, made fit to be shown to others: without numbers, addresses, links and names, and short."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: A quote is cut after so many characters, at the end of a word.
LONGEST = 140
_EMAIL = re.compile(r"\S+@\S+\.\w+")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
#: Numbers of three digits or more, with what stands between their digits: phones, orders, cards, house numbers of some length.
_NUMBER = re.compile(r"[#+(]*(?:[A-Za-z]{1,5}-)?\d(?:[\s./()-]{0,2}\d){2,}")
_SPACE = re.compile(r"\s+")


def quoted(words: str, name: str = "") -> str:
    """What somebody called ``name`` said, without what tells who they are; empty where nothing is left of it."""
    text = _EMAIL.sub("…", words)
    text = _LINK.sub("…", text)
    text = _NUMBER.sub("…", text)
    for part in sorted((each for each in re.split(r"[\s.,-]+", name) if len(each) > 1), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", "…", text, flags=re.IGNORECASE)
    text = _SPACE.sub(" ", text).strip()
    if len(text) > LONGEST:
        text = text[:LONGEST].rsplit(" ", 1)[0].rstrip(",;:") + " …"
    return text if any(each.isalpha() for each in text) else ""


def quotes(said: Iterable[tuple[str, str]], most: int) -> tuple[str, ...]:
    """Up to ``most`` different quotes of (words, name), in their order."""
    found = dict.fromkeys(quote for words, name in said if (quote := quoted(words, name)))
    return tuple(found)[:most]
