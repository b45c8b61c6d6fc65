"""A message as the models read it: words spelt right, values that have a form put as one sign per kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nlu.concepts import Concepts
from nlu.languages import ENGLISH, Language
from nlu.rules import Found
from nlu.spelling import Speller
from nlu.text import Text, Token, replace, tokens

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


@dataclass(frozen=True, slots=True)
class Reading:
    """``text`` with misspelt time words put right, its tokens, what rules found, and what the intent is read from.

    ``driving`` says that it was read as a driver's, ``language`` in which language.
    """

    text: Text
    tokens: tuple[Token, ...]
    found: tuple[Found, ...]
    words: tuple[str, ...]
    meanings: tuple[str, ...]
    driving: bool = False
    language: Language = ENGLISH


class Reader:
    """Reads messages of one language with one training data's vocabulary."""

    def __init__(
        self,
        speller: Speller,
        concepts: Concepts,
        leave: frozenset[str] = frozenset(),
        driving: bool = False,
        language: Language = ENGLISH,
    ) -> None:
        self.speller = speller
        self.concepts = concepts
        self.leave = leave
        self.driving = driving
        self.language = language
        self._times = Speller(dict.fromkeys(language.time_words, 1), most=1, common=language.common_words)

    def keeping(self, names: frozenset[str]) -> Reader:
        """A reader that leaves the words in ``names`` as they are."""
        return Reader(self.speller.keeping(names), self.concepts, self.leave, self.driving, self.language)

    def read(self, original: str) -> Reading:
        """The reading of ``original``. Never raises."""
        text = self.language.text(original)
        text = self.language.plainly(replace(text, self._misspelt_times(text)))
        found = tuple(self.language.find(text, self.leave, self.driving))
        cut = tuple(tokens(text.low))
        words = tuple(self._spelt(signs(cut, found)))
        return Reading(text, cut, found, words, tuple(self.concepts.read(words)), self.driving, self.language)

    def corrections(self, original: str) -> list[tuple[str, str]]:
        """What `read` puts right in ``original``: words as they are written, lower case, and as they are read."""
        text = self.language.text(original)
        times = [(text.low[start:end], meant) for start, end, meant in self._misspelt_times(text)]
        reading = self.read(original)
        words = signs(reading.tokens, reading.found)
        return [
            *times,
            *((word, meant) for word, meant in zip(words, self._spelt(words), strict=True) if word != meant),
        ]

    def corrected(self, reading: Reading) -> str:
        """The text of ``reading`` in lower case with misspelt words put right, and numbers, codes and names as they are:
        what an encoder reads."""
        low, at, parts = reading.text.low, 0, list[str]()
        spelt = iter(self._spelt(token.text for token in reading.tokens if token.text.isalpha()))
        for token in reading.tokens:
            parts += (low[at : token.start], next(spelt) if token.text.isalpha() else token.text)
            at = token.end
        return "".join(parts) + low[at:]

    def _spelt(self, words: Iterable[str]) -> Iterator[str]:
        """The words put right, but for the name behind a title: "ms lindner" has no dinner."""
        before = ""
        for word in words:
            kept = len(word) < 4 or {before, word} & self.language.titles or self.concepts.knows(word)
            yield word if kept else self.speller.correct(word)
            before = word

    def _misspelt_times(self, text: Text) -> list[tuple[int, int, str]]:
        changes: list[tuple[int, int, str]] = []
        before = ""
        for token in tokens(text.low):
            word = token.text.removesuffix("'s")
            meant = self.language.aliases.get(word)
            if self.speller.keeps(word):
                pass
            elif meant is not None and before not in self.language.unless_after.get(word, ()):
                changes.append((token.start, token.start + len(word), meant))
            elif meant is None and len(word) > 4 and not self.speller.known(word) and not self.concepts.knows(word):
                meant = self._times.correct(word)
                if meant != word and meant + "s" != word:
                    changes.append((token.start, token.start + len(word), meant))
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
