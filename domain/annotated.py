"""Examples as they are written: text with its values in Rasa's notation, ``where is [RM-10482](order_number)``.

https://legacy-docs-oss.rasa.com/docs/rasa/training-data-format/#entities
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_SPAN = re.compile(r"\[(?P<text>[^\[\]]+)\](?:\((?P<short>[^()\n]*)\)|(?P<long>\{[^{}\n]*\}))")
_NAME = re.compile(r"[A-Za-z_][\w-]*\Z")
#: In what was written by people these would be read as notation.
_NOTATION = str.maketrans({"[": "(", "]": ")", "{": "(", "}": ")"})


@dataclass(frozen=True, slots=True)
class Span:
    """An annotated entity: code points ``start`` to ``end`` of the example's text."""

    entity: str
    start: int
    end: int
    value: str


def read_annotated(line: str) -> tuple[str, tuple[Span, ...]]:
    """The text of an example without white space around it, and its entities in order.

    Raises ValueError with a sentence for notation that is broken or unknown.
    """
    text, spans, at = "", [], 0
    for match in _SPAN.finditer(line):
        text += line[at : match.start()]
        words = match["text"]
        name, value = _entity(match, words)
        spans.append(Span(name, len(text), len(text) + len(words), value))
        text += words
        at = match.end()
    text += line[at:]
    if "](" in text or "]{" in text:
        raise ValueError(f"entity notation is not closed or nested: {line!r}")
    stripped = text.strip()
    if not stripped:
        raise ValueError("the example is empty")
    shift = len(text) - len(text.lstrip())
    for span in spans:
        if span.start < shift or span.end - shift > len(stripped):
            raise ValueError(f"an entity begins or ends with white space: {line!r}")
    return stripped, tuple(Span(s.entity, s.start - shift, s.end - shift, s.value) for s in spans)


def _entity(match: re.Match[str], words: str) -> tuple[str, str]:
    if match["long"] is not None:
        try:
            about: Any = json.loads(match["long"])
            name, value = str(about["entity"]), str(about.get("value", words))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{match['long']!r} is no JSON object with 'entity'") from error
    else:
        name, _, given = match["short"].partition(":")
        value = given or words
    if not _NAME.match(name):
        raise ValueError(f"{name!r} is no entity name")
    if words != words.strip():
        raise ValueError(f"the entity {words!r} begins or ends with white space")
    return name, value


def annotated(text: str, spans: Iterable[tuple[str, int, int]]) -> str:
    """``text`` with the entities (kind, start, end) in notation; of those that overlap the first. One line, whatever it was.

    Brackets that people wrote become round ones, so that nothing of it is read as notation.
    """
    plain = text.translate(_NOTATION)
    parts, at = [], 0
    for kind, start, end in sorted(spans, key=lambda each: (each[1], -each[2])):
        words = plain[start:end]
        if start < at or not words.strip() or words != words.strip():
            continue
        parts += [plain[at:start], f"[{words}]({kind})"]
        at = end
    return " ".join("".join([*parts, plain[at:]]).split())
