"""Which language a message is evidently written in, by the words that training examples of each language use."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping

from nlu.text import normalise, tokens, without_accents

#: One word says no more than this, in natural logarithms of odds; so much is needed to be evident.
_MOST, EVIDENT = 3.0, 2.0
_UNSEEN = 0.5
#: So much of a message a language has to know, lest French be taken for Spanish by an "en".
_KNOWN = 0.5
#: Kinds of entities whose words are the same in any language: somebody who writes English may live in Calle Mayor.
ANY_LANGUAGE = frozenset({"product", "address", "driver", "supplier", "depot", "email", "postcode", "vehicle"})


class Teller:
    """Tells languages apart by naive Bayes over words, those that no language's examples have saying nothing."""

    def __init__(
        self, said: Mapping[str, Iterable[Mapping[str, int]]], common: Mapping[str, frozenset[str]] | None = None
    ) -> None:
        """``said`` has for each language how often its examples say each word (lower case), by model.

        A word that is only ``common`` in one language ("once" is eleven in Spanish) says nothing for another.
        """
        common = common or {}
        counted: dict[str, Counter[str]] = {}
        for language, parts in said.items():
            counted[language] = Counter()
            for part in parts:
                counted[language].update(part)
        words = sorted(
            word
            for word in set().union(*counted.values())
            if not any(word not in counts and word in common.get(code, ()) for code, counts in counted.items())
        )
        totals = {language: sum(counts.values()) + _UNSEEN * len(words) for language, counts in counted.items()}
        self._languages = tuple(counted)
        self._said = tuple(frozenset(counts) for counts in counted.values())
        self._logs = {
            word: tuple(math.log((counts[word] + _UNSEEN) / totals[code]) for code, counts in counted.items())
            for word in words
        }

    def tell(self, text: str, leave: frozenset[str] = frozenset()) -> str | None:
        """The code of the language that ``text`` is evidently written in; None when it could be several.

        Words in ``leave`` (names) say nothing; of the others that language knows half. Never raises.
        """
        if len(self._languages) < 2:
            return None
        sums = [0.0] * len(self._languages)
        words = [token.text for token in tokens(without_accents(normalise(text).low)) if token.text not in leave]
        for word in words:
            logs = self._logs.get(word)
            if logs is not None:
                least = max(logs) - _MOST
                sums = [total + max(log, least) for total, log in zip(sums, logs, strict=True)]
        first, second = sorted(range(len(sums)), key=lambda place: -sums[place])[:2]
        written = [word for word in words if word[0].isalpha()]
        known = sum(word in self._said[first] for word in written)
        if sums[first] - sums[second] < EVIDENT or known < _KNOWN * len(written):
            return None
        return self._languages[first]
