"""A message as the models read it: words spelt right, values that have a form put as one sign per kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nlu.concepts import Concepts
from nlu.rules import Found, find
from nlu.spelling import Speller
from nlu.text import Text, Token, normalise, replace, tokens

#: The sign that stands for a value of a kind in the words an intent is read from; a number of no kind is "⓪".
SIGNS = {
    kind: chr(0x2460 + place)
    for place, kind in enumerate(
        (
            "order_number", "return_number", "purchase_order", "route", "stop", "date", "time_window", "duration",
            "quantity", "email", "phone", "postcode", "rating", "percentage", "money", "coordinates", "product", "address",
        )
    )
}  # fmt: skip
_NUMBER = "⓪"
_TIME_WORDS = (
    "monday tuesday wednesday thursday friday saturday sunday january february april august september october november "
    "december tomorrow tonight yesterday morning afternoon evening weekend between minutes number order route"
)
_ALIASES = {
    "tmrw": "tomorrow", "tmr": "tomorrow", "tmrrw": "tomorrow", "tmw": "tomorrow", "tomoz": "tomorrow",
    "tomoro": "tomorrow", "tomo": "tomorrow", "2moro": "tomorrow", "2morrow": "tomorrow", "2mrw": "tomorrow",
    "tomorow": "tomorrow", "tommorow": "tomorrow", "tommorrow": "tomorrow", "tomorrows": "tomorrow",
    "2day": "today", "2nite": "tonight", "tonite": "tonight", "2night": "tonight", "yday": "yesterday",
    "wensday": "wednesday", "wendsday": "wednesday", "wensdays": "wednesdays", "munday": "monday",
    "satday": "saturday", "teusday": "tuesday", "tusday": "tuesday", "thirsday": "thursday", "fryday": "friday",
    "wkend": "weekend", "wknd": "weekend", "wk": "week", "mornin": "morning", "mornign": "morning", "arvo": "afternoon",
    "aft": "afternoon", "eve": "evening", "evng": "evening", "mintues": "minutes", "minuts": "minutes",
    "ordr": "order", "oder": "order", "ordre": "order", "nxt": "next", "betwen": "between", "btwn": "between",
    "aftr": "after", "tomorro": "tomorrow", "tommoro": "tomorrow", "tomorrrow": "tomorrow", "wendesday": "wednesday",
    "weds": "wednesday", "thrusday": "thursday", "thusday": "thursday", "febuary": "february", "afternon": "afternoon",
    "tonigt": "tonight",
}  # fmt: skip
_UNLESS_AFTER = {"eve": frozenset(("christmas", "xmas", "year's", "years", "year"))}


@dataclass(frozen=True, slots=True)
class Reading:
    """``text`` with misspelt time words put right, its tokens, what rules found, and what the intent is read from.

    ``driving`` says that it was read as a driver's.
    """

    text: Text
    tokens: tuple[Token, ...]
    found: tuple[Found, ...]
    words: tuple[str, ...]
    meanings: tuple[str, ...]
    driving: bool = False


class Reader:
    """Reads messages with one training data's vocabulary."""

    def __init__(
        self, speller: Speller, concepts: Concepts, leave: frozenset[str] = frozenset(), driving: bool = False
    ) -> None:
        self.speller = speller
        self.concepts = concepts
        self.leave = leave
        self.driving = driving
        self._times = Speller(dict.fromkeys(_TIME_WORDS.split(), 1), most=1)

    def keeping(self, names: frozenset[str]) -> Reader:
        """A reader that leaves the words in ``names`` as they are."""
        return Reader(self.speller.keeping(names), self.concepts, self.leave, self.driving)

    def read(self, original: str) -> Reading:
        """The reading of ``original``. Never raises."""
        text = normalise(original)
        text = replace(text, self._misspelt_times(text))
        found = tuple(find(text, self.leave, self.driving))
        cut = tuple(tokens(text.low))
        words = tuple(self._spell(word) for word in signs(cut, found))
        return Reading(text, cut, found, words, tuple(self.concepts.read(words)), self.driving)

    def _spell(self, word: str) -> str:
        return word if len(word) < 4 or self.concepts.knows(word) else self.speller.correct(word)

    def _misspelt_times(self, text: Text) -> list[tuple[int, int, str]]:
        changes: list[tuple[int, int, str]] = []
        before = ""
        for token in tokens(text.low):
            word = token.text
            meant = _ALIASES.get(word)
            if meant is not None and before not in _UNLESS_AFTER.get(word, ()):
                changes.append((token.start, token.end, meant))
            elif meant is None and len(word) > 4 and not self.speller.known(word) and not self.concepts.knows(word):
                meant = self._times.correct(word)
                if meant != word and meant + "s" != word:
                    changes.append((token.start, token.end, meant))
            before = word
        return changes


def signs(cut: Sequence[Token], found: Sequence[Found]) -> list[str]:
    """The words of ``cut`` with a sign before each value of ``found``; its words without digits stay."""
    words: list[str] = []
    values = iter(found)
    value = next(values, None)
    for token in cut:
        while value is not None and value.end <= token.start:
            value = next(values, None)
        inside = value is not None and value.start <= token.start
        if inside and value is not None and token.start == value.start:
            words.append(SIGNS[value.kind])
        word = token.text
        if any(char.isdigit() for char in word):
            if not inside:
                words.append(_NUMBER)
        elif word[0].isalnum() or ((word in "?!" or not word.isascii()) and not inside):
            words.append(word)
    return words
