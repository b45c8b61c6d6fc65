"""Names that a business has in its database: products, drivers, depots, suppliers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from nlu.languages import ENGLISH
from nlu.reading import Reading
from nlu.text import normalise, tokens, without_accents

#: Names written in one word are at least so long.
_LONG = 6
#: After these a name only says what belongs to the thing.
_JOINS = frozenset({"and", "with", "for", "of", "in", "&", "-", ",", "/", "(", "y", "con", "para", "de"})


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

    Accents make no difference, nor does whether the words of a name are written apart, nor the apostrophe of an "'s" inside it. Immutable: a
    change of names is a new gazetteer. A name of one everyday word ("May", "Will") only counts where it begins with a capital
    letter inside a sentence (``common`` are those words); a depot's ("north") always does.
    """

    def __init__(
        self, names: Mapping[str, Iterable[str]] | None = None, common: frozenset[str] = ENGLISH.common_words
    ) -> None:
        self._common = common
        self._names: dict[tuple[str, ...], tuple[str, str]] = {}
        self._longest: dict[str, int] = {}
        for kind, given in (names or {}).items():
            for name in given:
                for key in _ways_to_write(_key(name)):
                    self._names.setdefault(key, (kind, name))
        self._telling = {
            word for key, (kind, _) in self._names.items() if kind == "product" for word in _telling(key, common)
        }
        for key in self._names:
            self._longest[key[0]] = max(self._longest.get(key[0], 0), len(key))
        self._plain = frozenset(word for key in self._names for word in key)
        written = (normalise(name).low for _, name in self._names.values())
        self.words = self._plain | {token.text for each in written for token in tokens(each)}
        self._long = sorted(word for word in self._plain if len(word) >= 5 and word.isalpha())
        self._nearest = lru_cache(maxsize=4096)(self._near)

    def find(self, reading: Reading) -> list[Named]:
        """Names in ``reading``, none overlapping."""
        if not self._names:
            return []
        said, spelt = self._spelt(reading)
        found: list[Named] = []
        at = 0
        while at < len(spelt):
            for size in range(min(self._longest.get(spelt[at], 0), len(spelt) - at), 0, -1):
                known = self._names.get(tuple(spelt[at : at + size]))
                if known is not None and (known[0] == "depot" or self._stands(reading, at, size)):
                    exact = all(said[at + i] == spelt[at + i] for i in range(size))
                    found.append(Named(*known, at, at + size, 1.0 if exact else 0.9))
                    at += size
                    break
            else:
                at += 1
        return found

    def goods(self, reading: Reading) -> tuple[str, ...]:
        """Words of a reading that are also in the name of a product and tell it from others, spelt as they are there."""
        _, spelt = self._spelt(reading)
        singular = (word if word in self._telling else word.removesuffix("s") for word in spelt)
        return tuple(dict.fromkeys(word for word in singular if word in self._telling))

    def _spelt(self, reading: Reading) -> tuple[list[str], list[str]]:
        """The words of a reading as they were written, and with small misspellings of names put right."""
        said = [without_accents(token.text) for token in reading.tokens]
        return said, [word if word in self._plain else self._nearest(word) for word in said]

    def _stands(self, reading: Reading, at: int, size: int) -> bool:
        token = reading.tokens[at]
        if size > 1 or token.text not in self._common:
            return True
        return at > 0 and reading.text.clean[token.start].isupper() and not reading.text.clean.isupper()

    def _near(self, word: str) -> str:
        if len(word) < 5 or not word.isalpha() or word in self._common:
            return word
        match = process.extractOne(
            word, self._long, scorer=OSA.distance, score_cutoff=1 if len(word) < 8 else 2, processor=None
        )
        return match[0] if match is not None and match[0][0] == word[0] else word


def _ways_to_write(key: tuple[str, ...]) -> list[tuple[str, ...]]:
    """A name as it is written, without an "'s" in it or without its apostrophe, and in one word."""
    plain = tuple(word.removesuffix("'s") for word in key)
    careless = tuple(word.replace("'", "") for word in key)
    joined = "".join(plain)
    return [each for each in (key, plain, careless, (joined,) if len(joined) >= _LONG else ()) if each]


def _telling(key: tuple[str, ...], common: frozenset[str]) -> Iterator[str]:
    """The words of a product's name by which alone it may be called: what it is, and whatever is no everyday word."""
    for at, word in enumerate(key):
        is_last = at == len(key) - 1 or key[at + 1] in _JOINS
        if len(word) >= (4 if is_last else 5) and word.isalpha() and (is_last or word not in common):
            yield word


def _key(name: str) -> tuple[str, ...]:
    return tuple(token.text for token in tokens(without_accents(normalise(name).low)))
