"""Buttons that are said instead of pressed: the words on one of those shown last mean what pressing it does."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.words import Words
from nlu.text import without_accents

#: Longer words are no button's.
LONGEST_TITLE = 80
#: Buttons that were shown longer ago are not looked at.
LOOKED_AT_FOR = timedelta(minutes=30)
#: Words that make no difference between a button and what is said of it.
_IDLE = frozenset(
    "the a an it its please pls thanks thank you i want would like i'd take el la los las un una lo por favor porfa gracias quiero quisiera prefiero".split()
)


def said_button(
    text: str, shown: Sequence[Mapping[str, Any]], words: Words, language: str | None, moment: datetime
) -> str | None:
    """The id of the one button among those ``shown`` whose words in a language these are; None where none is meant.

    What a button says after a comma need not be said ("Store credit, up to €32.89").
    """
    said = _plain(text) if shown and len(text) <= LONGEST_TITLE else ""
    if not said:
        return None
    titles = [(words.say(each["label"], each["values"], language, moment), str(each["id"])) for each in shown]
    whole = _with(said, [(_plain(title), button) for title, button in titles])
    return whole or _with(said, [(_plain(title.split(", ")[0]), button) for title, button in titles])


def _with(said: str, titles: Sequence[tuple[str, str]]) -> str | None:
    found = [button for title, button in titles if title == said]
    return found[0] if len(found) == 1 else None


def _plain(text: str) -> str:
    """Words without case, signs and what makes no difference."""
    found: list[Any] = re.findall(r"[\w'-]+", without_accents(text.casefold()))
    return " ".join(word for word in found if word not in _IDLE)
