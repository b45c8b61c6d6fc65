"""What of reading differs from one language to another."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from nlu import config
from nlu.rules import Found
from nlu.text import Text, normalise
from nlu.values import Values


class FindForms(Protocol):
    """Finds the entities that have a form, as `nlu.rules.find` does for English."""

    def __call__(self, text: Text, leave: frozenset[str] = frozenset(), driving: bool = False) -> list[Found]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """One language; compared by identity.

    ``plain`` takes lower-case text to what is read of it, of the same length: without accents, where they may be left out.
    ``stem`` takes a lower-case word to what all its forms share, ``write_out`` contractions and chat spellings to
    whole words, and ``contraction`` says which words those are. ``aliases`` are misspellings of words of time that are
    put right before rules look, unless after one of the words ``unless_after`` gives; ``time_words`` those that such a
    misspelling may mean. ``common_words`` are everyday words that are left as they are,
    as is the name behind one of the ``titles``, and ``filler`` words around a bare answer that say nothing. ``it`` speaks of something that was named before. Of drivers, ``figure`` is an answer that is nothing but a number,
    ``at_place`` says that they are somewhere, and ``asked_of_stops`` are words that ask for something of a stop they stand beside.
    """

    code: str
    plain: Callable[[str], str]
    stem: Callable[[str], str]
    write_out: Callable[[Iterable[str]], list[str]]
    contraction: Callable[[str], bool]
    find: FindForms
    value: Values
    common_words: frozenset[str]
    time_words: tuple[str, ...]
    aliases: Mapping[str, str]
    unless_after: Mapping[str, frozenset[str]]
    titles: frozenset[str]
    filler: frozenset[str]
    it: re.Pattern[str]
    figure: re.Pattern[str]
    at_place: re.Pattern[str]
    asked_of_stops: frozenset[str]

    def text(self, original: str) -> Text:
        """``original`` normalised, its lower case ``plain``."""
        return self.plainly(normalise(original))

    def plainly(self, text: Text) -> Text:
        """``text`` with its lower case ``plain``."""
        low = self.plain(text.low)
        return text if low == text.low else replace(text, low=low)


def common_words(code: str) -> frozenset[str]:
    """The everyday words of a language that spelling correction leaves alone, from ``data/<code>/words.txt``.

    They lie one or two letters from words of deliveries ("older", "border" from "order"), with the commonest words
    besides; it is no dictionary. None where there is no such file.
    """
    path = config.DATA / code / "words.txt"
    return frozenset(path.read_text(encoding="utf-8").split()) if path.is_file() else frozenset()
