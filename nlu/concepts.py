"""Words and phrases that mean the same, put as one: what "scrap", "call off" and "void" have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nlu.english import contraction, stem, write_out
from nlu.text import tokens


class Concepts:
    """Finds phrases of a lexicon (concept to phrases) in a sequence of words, by their stems, the longest first."""

    def __init__(self, lexicon: Mapping[str, Sequence[str]]) -> None:
        self._phrases: dict[tuple[str, ...], tuple[str, ...]] = {}
        for concept, phrases in lexicon.items():
            for phrase in phrases:
                key = tuple(stem(word) for word in write_out(token.text for token in tokens(phrase.lower())))
                known = self._phrases.get(key, ())
                if key and concept not in known:
                    self._phrases[key] = (*known, concept)
        self._stems = frozenset(word for key in self._phrases for word in key)
        longest: dict[str, int] = {}
        for key in self._phrases:
            longest[key[0]] = max(longest.get(key[0], 0), len(key))
        self._longest = longest

    def knows(self, word: str) -> bool:
        """Whether ``word`` (lower case) is part of a phrase, or a contraction, and so is spelt well."""
        return contraction(word) or stem(word) in self._stems

    def read(self, words: Sequence[str]) -> list[str]:
        """``words`` (lower case) as concept names in upper case, words of no concept as their stems."""
        stems = [stem(word) for word in write_out(words)]
        meant: list[str] = []
        at = 0
        while at < len(stems):
            for size in range(min(self._longest.get(stems[at], 0), len(stems) - at), 0, -1):
                concepts = self._phrases.get(tuple(stems[at : at + size]))
                if concepts is not None:
                    meant.extend(concept.upper() for concept in concepts)
                    at += size
                    break
            else:
                meant.append(stems[at])
                at += 1
        return meant
