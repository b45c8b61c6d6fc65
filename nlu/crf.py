"""Entities without a form (product, address, reason, ...) labelled by a conditional random field (CRFsuite)."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pycrfsuite

from nlu.languages import ENGLISH, Language
from nlu.reading import Reading
from nlu.training_data import Example, TrainingDataError

_EMPTY = 5
_LEARNING = Path(__file__).with_name("crf_learning.py")
_STREETS = (
    "street st road rd avenue ave lane ln drive dr close court ct way place pl square sq terrace crescent grove parade "
    "boulevard blvd parkway pkwy highway mews gardens quay wharf row hill walk alley rue calle via avenida plaza paseo "
    "calzada carretera camino ronda travesia glorieta rambla urbanizacion poligono colonia carrer straat laan weg allee platz ring gasse strasse straße str"
)
_STREET = frozenset(_STREETS.split())
_STREET_ENDINGS = (
    "strasse",
    "straße",
    "str",
    "straat",
    "gracht",
    "allee",
    "gasse",
    "platz",
    "laan",
    "weg",
    "kade",
    "plein",
)
_UNIT_WORDS = (
    "flat apt apartment unit suite floor house cottage farm number no po box piso portal puerta escalera bloque planta bajo atico local "
    "izquierda derecha izq dcha interior departamento depto numero"
)
_UNITS = frozenset(_UNIT_WORDS.split())


class Lexicon(dict[str, tuple[str, ...]]):
    """Stem to the names of the word lists it is in; compared by identity, so that it may key a cache."""

    language: Language = ENGLISH
    lookups: Mapping[str, Sequence[str]] = {}
    regexes: Mapping[str, Sequence[str]] = {}
    _patterns: tuple[tuple[str, re.Pattern[str]], ...] = ()

    __hash__ = object.__hash__  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return self is other

    @classmethod
    def of(cls, lists: Mapping[str, Iterable[str]], language: Language = ENGLISH) -> Lexicon:
        """The lexicon of single words of a language in ``lists`` (name to words)."""
        names: dict[str, tuple[str, ...]] = {}
        for name, words in lists.items():
            for word in words:
                if " " not in word:
                    root = language.stem(word.lower())
                    if "l=" + name not in names.get(root, ()):
                        names[root] = (*names.get(root, ()), "l=" + name)
        lexicon = cls(names)
        lexicon.language = language
        return lexicon

    def hinting(self, lookups: Mapping[str, Sequence[str]], regexes: Mapping[str, Sequence[str]]) -> Lexicon:
        """This lexicon with the lookup tables and regular expressions of training files besides (name to phrases, name to
        patterns), which hint at entities as in Rasa's RegexFeaturizer. Raises TrainingDataError for a pattern that is none.
        """
        patterns = [(name, rf"\b{re.escape(phrase)}\b") for name, phrases in lookups.items() for phrase in phrases]
        patterns += [(name, pattern) for name, given in regexes.items() for pattern in given]
        hinted = Lexicon(self)
        hinted.language, hinted.lookups, hinted.regexes = self.language, lookups, regexes
        hinted._patterns = tuple((f"x={name}", _compiled(name, pattern)) for name, pattern in patterns)
        return hinted

    def hints(self, reading: Reading) -> list[tuple[str, ...]]:
        """For each token of a reading the lookup tables and regular expressions that it lies in."""
        spans = [
            (name, *found.span()) for name, pattern in self._patterns for found in pattern.finditer(reading.text.clean)
        ]
        return [tuple(n for n, start, end in spans if start < one.end and one.start < end) for one in reading.tokens]


@dataclass(frozen=True, slots=True)
class Labelled:
    """Tokens ``first`` to ``last`` (exclusive) of a reading are a ``kind``, with the least certain token's share."""

    kind: str
    first: int
    last: int
    confidence: float


class Tagger:
    """A trained field. One native tagger per thread: CRFsuite's holds the sequence it works on."""

    def __init__(self, model: bytes, lexicon: Lexicon) -> None:
        self.model = model
        self.lexicon = lexicon
        self._local = threading.local()

    def tag(self, reading: Reading, intent: str = "") -> list[Labelled]:
        """Entities of ``reading`` in order, none overlapping."""
        if not reading.tokens or not self.model:
            return []
        tagger = getattr(self._local, "tagger", None)
        if tagger is None:
            tagger = pycrfsuite.Tagger()
            tagger.open_inmemory(self.model)
            self._local.tagger = tagger
        tagger.set(features(reading, self.lexicon, intent))
        labels: list[str] = tagger.tag()
        found: list[Labelled] = []
        at = 0
        while at < len(labels):
            if labels[at] == "O":
                at += 1
                continue
            kind, first = labels[at][2:], at
            at += 1
            while at < len(labels) and labels[at] == f"I-{kind}":
                at += 1
            sure = min(float(tagger.marginal(labels[place], place)) for place in range(first, at))
            found.append(Labelled(kind, first, at, sure))
        return found


def features(reading: Reading, lexicon: Lexicon, intent: str = "") -> list[list[str]]:
    """The features of each token, as CRFsuite takes them; ``intent`` is what the message is thought to want."""
    clean = reading.text.clean
    own = [_own(clean[token.start : token.end], lexicon) for token in reading.tokens]
    forms = [0] * len(own)
    kinds: list[str] = [""] * len(own)
    for found in reading.found:
        for place, token in enumerate(reading.tokens):
            if found.start <= token.start < found.end:
                kinds[place], forms[place] = found.kind, 1
    hints = lexicon.hints(reading)
    items: list[list[str]] = []
    last = len(own) - 1
    for place, (word, _, _, mine) in enumerate(own):
        item = ["b", "i=" + intent, *mine, *hints[place]]
        if forms[place]:
            item.append("r=" + kinds[place])
        if place:
            before = own[place - 1]
            item += (
                "-w=" + before[0],
                "-s=" + before[2],
                *("-" + name for name in lexicon.get(before[1], ())),
                "-+" + before[0] + "|" + word,
                "-r=" + kinds[place - 1],
            )
            if place > 1:
                item += ("--w=" + own[place - 2][0], "--" + own[place - 2][0] + "|" + before[0])
        else:
            item.append("first")
        if place < last:
            after = own[place + 1]
            item += (
                "+w=" + after[0],
                "+s=" + after[2],
                *("+" + name for name in lexicon.get(after[1], ())),
                "++" + word + "|" + after[0],
                "+r=" + kinds[place + 1],
            )
            if after[0] in _STREET:
                item.append("+street")
            if place + 1 < last:
                item += ("++w=" + own[place + 2][0], "++p" + after[0] + "|" + own[place + 2][0])
                if own[place + 2][0] in _STREET:
                    item.append("++street")
        else:
            item.append("last")
        items.append(item)
    return items


def _compiled(name: str, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise TrainingDataError(f"{name}: {pattern!r} is no regular expression: {error}") from error


@lru_cache(maxsize=16384)
def _own(clean: str, lexicon: Lexicon) -> tuple[str, str, str, tuple[str, ...]]:
    """Lower-case form (digits as 0), stem, shape and own features of a token."""
    low = lexicon.language.plain(clean.lower())
    word = "".join("0" if char.isdigit() else char for char in low)
    root = lexicon.language.stem(word)
    shape = _shape(clean)
    mine = ["w=" + word, "s=" + shape, "st=" + root]
    if len(word) > 3:
        mine += ("p3=" + word[:3], "e2=" + word[-2:], "e3=" + word[-3:])
    if len(word) > 4:
        mine.append("e4=" + word[-4:])
    mine += lexicon.get(root, ())
    if low in _STREET or low.endswith(_STREET_ENDINGS):
        mine.append("street")
    if low in _UNITS:
        mine.append("unit")
    return word, root, shape, tuple(mine)


def _shape(clean: str) -> str:
    if clean.isdigit():
        return "d" * min(len(clean), 5)
    if not clean[0].isalnum():
        return clean[0]
    if any(char.isdigit() for char in clean):
        return "xd"
    if clean.islower():
        return "x"
    return "X" if clean.isupper() else "Xx" if clean[0].isupper() else "xX"


def labels(reading: Reading, example: Example, kept: frozenset[str] = frozenset()) -> list[str]:
    """The label of each token of ``reading`` ("B-", "I-" and the entity, or "O") as ``example`` is annotated.

    A span that a rule finds as well is "O": the rule will find it again. Kinds in ``kept`` are labelled nevertheless.
    """
    ruled = {(found.kind, *reading.text.span(found.start, found.end)) for found in reading.found}
    spans = [s for s in example.spans if s.entity in kept or (s.entity, s.start, s.end) not in ruled]
    result: list[str] = []
    before = None
    for token in reading.tokens:
        start, end = reading.text.span(token.start, token.end)
        inside = next((span for span in spans if start < span.end and span.start < end), None)
        if inside is None:
            result.append("O")
        else:
            result.append(("I-" if inside is before else "B-") + inside.entity)
        before = inside
    return result


def lessons(marked: Iterable[tuple[Reading, str, Sequence[str]]], lexicon: Lexicon) -> list[str]:
    """What `train` takes, of readings, intents and labels: a line of JSON for each message; none without any label.

    Of the messages without an entity every fifth is taken: that finds more and costs less.
    """
    lines, entities, empty = list[str](), 0, 0
    for reading, intent, given in marked:
        entity = any(label != "O" for label in given)
        entities += entity
        empty += not entity
        if entity or (given and empty % _EMPTY == 0):
            lines.append(json.dumps((features(reading, lexicon, intent), list(given))))
    return lines if entities else []


def train(lines: Sequence[str]) -> bytes:
    """A field that has learnt from `lessons`, in a process of its own (`crf_learning`); empty without any.

    Raises TrainingDataError, with the last it said, when that process fails.
    """
    if not lines:
        return b""
    command = [sys.executable, "-P", str(_LEARNING)]
    learnt = subprocess.run(command, input="\n".join(lines).encode(), capture_output=True, check=False)  # noqa: S603
    if learnt.returncode:
        last = learnt.stderr.decode(errors="replace").strip().splitlines()[-1:] or [f"exit {learnt.returncode}"]
        raise TrainingDataError(f"the random field was not learnt: {last[0]}")
    return learnt.stdout


def digest(model: bytes) -> str:
    """SHA-256 of a model, to tell a damaged file before the native code reads it."""
    return hashlib.sha256(model).hexdigest()
