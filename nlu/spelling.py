"""Misspelt words put right against the words the training data uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA


class Speller:
    """Corrects an unknown word to a known one that is close by optimal string alignment distance.

    One edit is forgiven up to five letters, two from six on. Numbers, codes, words of up to three letters, words
    the training data has, ``common`` words, and ``kept`` words (names of the gazetteer) are never touched. ``most``
    lowers what is forgiven to long words.
    """

    def __init__(
        self, counts: Mapping[str, int], kept: Iterable[str] = (), most: int = 2, common: frozenset[str] = frozenset()
    ) -> None:
        self.counts = dict(counts)
        self._kept = frozenset(kept)
        self._most = most
        self._common = common
        self._by_length: dict[int, list[str]] = {}
        for word in sorted(self.counts):
            if len(word) >= 3 and word.isalpha():
                self._by_length.setdefault(len(word), []).append(word)
        self.correct = lru_cache(maxsize=8192)(self._correct)

    def keeping(self, kept: Iterable[str]) -> Speller:
        """A speller with the same words that leaves ``kept`` alone."""
        other = copy(self)
        other._kept = frozenset(kept)
        other.correct = lru_cache(maxsize=8192)(other._correct)
        return other

    def keeps(self, word: str) -> bool:
        """Whether ``word`` (lower case) is part of a name, which nothing changes."""
        return word in self._kept

    def known(self, word: str) -> bool:
        """Whether ``word`` (lower case) needs no correction."""
        return word in self.counts or word in self._common or word in self._kept

    def _correct(self, word: str) -> str:
        """The known word meant by ``word`` (lower case), or ``word`` itself."""
        if len(word) < 4 or len(word) > 24 or self.known(word) or not word.isalpha():
            return word
        if word[-1] == "s" and self.known(word[:-1]):
            return word
        most = 1 if len(word) < 6 else self._most
        near: list[tuple[float, bool, int, str]] = []
        for length in range(len(word) - most, len(word) + most + 1):
            words = self._by_length.get(length, ())
            for other, distance, _ in process.extract(
                word, words, scorer=OSA.distance, score_cutoff=most, limit=4, processor=None
            ):
                near.append((distance, other[0] != word[0], -self.counts[other], other))
        return min(near)[3] if near else word
