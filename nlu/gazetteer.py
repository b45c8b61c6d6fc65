"""Names that a business has in its database: products, drivers, depots, suppliers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from nlu.reading import Reading
from nlu.text import normalise, tokens
from nlu.words import COMMON_WORDS


@dataclass(frozen=True, slots=True)
class Named:
    """Tokens ``first`` to ``last`` (exclusive) of a reading say ``name``, spelt so (1.0) or nearly (less)."""

    kind: str
    name: str
    first: int
    last: int
    confidence: float


class Gazetteer:
    """Finds names in a reading, the longest first, small misspellings of long words forgiven.

    Immutable: a change of names is a new gazetteer. A name of one everyday word ("May", "Will") only counts where it
    begins with a capital letter inside a sentence.
    """

    def __init__(self, names: Mapping[str, Iterable[str]] | None = None) -> None:
        self._names: dict[tuple[str, ...], tuple[str, str]] = {}
        self._longest: dict[str, int] = {}
        for kind, given in (names or {}).items():
            for name in given:
                key = tuple(token.text for token in tokens(normalise(name).low))
                if key and key not in self._names:
                    self._names[key] = (kind, name)
        for key in self._names:
            self._longest[key[0]] = max(self._longest.get(key[0], 0), len(key))
        self.words = frozenset(word for key in self._names for word in key)
        self._long = sorted(word for word in self.words if len(word) >= 5 and word.isalpha())
        self._nearest = lru_cache(maxsize=4096)(self._near)

    def find(self, reading: Reading) -> list[Named]:
        """Names in ``reading``, none overlapping."""
        if not self._names:
            return []
        spelt = [token.text if token.text in self.words else self._nearest(token.text) for token in reading.tokens]
        found: list[Named] = []
        at = 0
        while at < len(spelt):
            for size in range(min(self._longest.get(spelt[at], 0), len(spelt) - at), 0, -1):
                known = self._names.get(tuple(spelt[at : at + size]))
                if known is not None and self._stands(reading, at, size):
                    exact = all(reading.tokens[at + i].text == spelt[at + i] for i in range(size))
                    found.append(Named(*known, at, at + size, 1.0 if exact else 0.9))
                    at += size
                    break
            else:
                at += 1
        return found

    @staticmethod
    def _stands(reading: Reading, at: int, size: int) -> bool:
        token = reading.tokens[at]
        if size > 1 or token.text not in COMMON_WORDS:
            return True
        return at > 0 and reading.text.clean[token.start].isupper() and not reading.text.clean.isupper()

    def _near(self, word: str) -> str:
        if len(word) < 5 or not word.isalpha() or word in COMMON_WORDS:
            return word
        match = process.extractOne(
            word, self._long, scorer=OSA.distance, score_cutoff=1 if len(word) < 8 else 2, processor=None
        )
        return match[0] if match is not None and match[0][0] == word[0] else word
