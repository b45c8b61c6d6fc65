"""Words and phrases that mean the same, put as one: what "scrap", "call off" and "void" have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from nlu.languages import ENGLISH, Language
from nlu.text import tokens

#: Concepts whose phrases are compared as written: their point is the tense ("I returned it", "how do I return it").
_AS_WRITTEN = frozenset({"sentback"})


class Concepts:
    """Finds phrases of a lexicon (concept to phrases) in a sequence of words, by their stems, the longest first."""

    def __init__(self, lexicon: Mapping[str, Sequence[str]], language: Language = ENGLISH) -> None:
        self._language = language
        self._phrases: dict[tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]] = {}
        for concept, phrases in lexicon.items():
            for phrase in phrases:
                words, key = _cut(phrase, language)
                written = words if concept in _AS_WRITTEN else ()
                known = self._phrases.get(key, ())
                if key and (concept, written) not in known:
                    self._phrases[key] = (*known, (concept, written))
        self._stems = frozenset(word for key in self._phrases for word in key)
        longest: dict[str, int] = {}
        for key in self._phrases:
            longest[key[0]] = max(longest.get(key[0], 0), len(key))
        self._longest = longest

    def knows(self, word: str) -> bool:
        """Whether ``word`` (lower case) is part of a phrase, or a contraction, and so is spelt well."""
        return self._language.contraction(word) or self._language.stem(word) in self._stems

    def read(self, words: Sequence[str]) -> list[str]:
        """``words`` (lower case) as concept names in upper case, words of no concept as their stems."""
        written = self._language.write_out(words)
        stems = [self._language.stem(word) for word in written]
        meant: list[str] = []
        covered = 0
        for at, root in enumerate(stems):
            for size in range(min(self._longest.get(root, 0), len(stems) - at), 0, -1):
                concepts = [
                    concept.upper()
                    for concept, exact in self._phrases.get(tuple(stems[at : at + size]), ())
                    if not exact or exact == tuple(written[at : at + size])
                ]
                if concepts:
                    meant.extend(name for name in concepts if at >= covered or name not in meant)
                    covered = max(covered, at + size)
                    break
            else:
                if at >= covered:
                    meant.append(root)
        return meant


@lru_cache(maxsize=16384)  # audiences have most phrases in common
def _cut(phrase: str, language: Language) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of ``phrase``, written out, and their stems."""
    words = tuple(language.write_out(token.text for token in tokens(language.plain(phrase.lower()))))
    return words, tuple(language.stem(word) for word in words)
