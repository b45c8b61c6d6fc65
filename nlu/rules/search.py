"""One text and what has been found in it: the earlier kind wins where two overlap, whatever the language."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nlu.text import Text

_WORD = re.compile(r"[a-z]+|\d+")


@dataclass(frozen=True, slots=True)
class Found:
    """An entity of ``kind`` from ``start`` to ``end`` of the text searched."""

    kind: str
    start: int
    end: int


#: What looks for one or several kinds in a search.
Step = tuple[frozenset[str], Callable[["Search"], None]]


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the rules of one language have in common."""

    #: The text as its patterns are written, of the same length.
    plain: Callable[[str], str]
    #: Words that count something.
    number_words: frozenset[str]
    #: What may stand before and after a value that is all a message says.
    before: re.Pattern[str]
    after: re.Pattern[str]
    #: The kinds in the order they are looked for.
    steps: Sequence[Step]


class Search:
    """One text, what has been found in it and which of its characters are taken."""

    def __init__(self, text: Text, spoken: Spoken, driving: bool = False) -> None:
        self.text = text
        self.driving = driving
        self.low = spoken.plain(text.low)
        self.found: list[Found] = []
        self.taken = 0
        self.words = frozenset(_WORD.findall(self.low))
        self.digits = any(char.isdigit() for char in self.low)
        self.numbers = self.digits or not spoken.number_words.isdisjoint(self.words)
        self._spoken = spoken

    def free(self, start: int, end: int) -> bool:
        return not self.taken >> start & ((1 << (end - start)) - 1)

    def take(self, kind: str, start: int, end: int) -> bool:
        if end <= start or not self.free(start, end):
            return False
        self.taken |= ((1 << (end - start)) - 1) << start
        self.found.append(Found(kind, start, end))
        return True

    def pass_over(self, start: int, end: int) -> None:
        """Lets nothing be found there."""
        self.taken |= ((1 << (end - start)) - 1) << start

    def all(self, kind: str, patterns: list[re.Pattern[str]], text: str | None = None) -> list[tuple[int, int]]:
        taken = []
        for pattern in patterns:
            for match in pattern.finditer(self.low if text is None else text):
                start, end = match.span("span")
                while end > start and self.low[end - 1] in " \n.,;:!?" and kind not in ("date", "coordinates"):
                    end -= 1
                if self.take(kind, start, end):
                    taken.append((start, end))
        return taken

    def more(self, kind: str, pattern: re.Pattern[str], end: int) -> None:
        """Numbers listed after ``end``: "routes 3, 4 and 5"."""
        while match := pattern.match(self.low, end):
            if not self.take(kind, *match.span("span")):
                return
            end = match.end("span")

    def has(self, *pieces: str) -> bool:
        return any(piece in self.low for piece in pieces)

    def whole(self, start: int, end: int) -> bool:
        """Whether nothing but filler stands around ``start`` to ``end``."""
        before, after = self._spoken.before.match(self.low[:start]), self._spoken.after.match(self.low[end:])
        return before is not None and after is not None


def run(text: Text, spoken: Spoken, leave: frozenset[str], driving: bool) -> list[Found]:
    """What the steps of a language find in ``text``, by start, none overlapping; kinds in ``leave`` are not looked for."""
    search = Search(text, spoken, driving)
    for kinds, step in spoken.steps:
        if not kinds <= leave:
            step(search)
    return sorted((one for one in search.found if one.kind not in leave), key=lambda one: one.start)
