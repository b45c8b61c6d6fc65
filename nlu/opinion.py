"""What another engine makes of a message, as far as it is believed: an answer of Rasa's ``/model/parse``.

https://legacy-docs-oss.rasa.com/docs/rasa/pages/http-api/#operation/parseModelMessage describes the answer.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from nlu.crf import Labelled
from nlu.reading import Reading

#: An answer with more than this of either is no answer.
_MOST_INTENTS, _MOST_ENTITIES = 2_000, 500


class NoOpinion(ValueError):
    """An answer that cannot be understood; says why."""


@dataclass(frozen=True, slots=True)
class Marked:
    """Words that were marked as of a kind: code points ``start`` to ``end`` of the message; ``confidence`` 0 to 1."""

    kind: str
    start: int
    end: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Opinion:
    """The share of each intent, 0 to 1, and what was marked, by where it begins."""

    engine: str
    shares: Mapping[str, float]
    marked: tuple[Marked, ...] = ()

    @classmethod
    def of(cls, answer: Any, text: str, engine: str) -> Opinion:
        """What ``answer``, JSON of ``/model/parse``, says of ``text``. Raises NoOpinion."""
        if not isinstance(answer, dict) or not isinstance(answer.get("intent_ranking"), list):
            raise NoOpinion("the answer has no intent_ranking")
        ranking, entities = answer["intent_ranking"], answer.get("entities") or []
        if not isinstance(entities, list) or len(ranking) > _MOST_INTENTS or len(entities) > _MOST_ENTITIES:
            raise NoOpinion("the answer is too long, or its entities are no list")
        try:
            shares = {str(each["name"]): _share(each["confidence"]) for each in ranking}
            marked = [_marked(each, len(text)) for each in entities]
        except (KeyError, TypeError) as error:
            raise NoOpinion("an intent or an entity of the answer is not whole") from error
        return cls(engine, shares, tuple(sorted(marked, key=lambda one: (one.start, one.end))))

    def among(self, intents: Collection[str]) -> list[tuple[str, float]]:
        """Those of ``intents`` that there is an opinion of, likeliest first, their shares adding up to 1.

        Raises NoOpinion where it is of none of them.
        """
        known = {name: share for name, share in self.shares.items() if name in intents}
        whole = sum(known.values())
        if whole <= 0:
            raise NoOpinion("the answer names no intent of whoever wrote")
        return sorted(((name, share / whole) for name, share in known.items()), key=lambda one: -one[1])

    def labelled(self, reading: Reading) -> list[Labelled]:
        """The tokens of ``reading`` that were marked, none twice."""
        spans = [reading.text.span(token.start, token.end) for token in reading.tokens]
        found: list[Labelled] = []
        at = 0
        for one in self.marked:
            inside = [n for n, (start, end) in enumerate(spans) if n >= at and start < one.end and one.start < end]
            if inside:
                at = inside[-1] + 1
                found.append(Labelled(one.kind, inside[0], at, one.confidence))
        return found


def _share(given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given) or given < 0:
        raise NoOpinion("a confidence of the answer is no share")
    return min(float(given), 1.0)


def _marked(each: Any, length: int) -> Marked:
    kind, start, end = each["entity"], each["start"], each["end"]
    if not isinstance(kind, str) or type(start) is not int or type(end) is not int or not 0 <= start < end <= length:
        raise NoOpinion("an entity of the answer lies outside the message")
    return Marked(kind, start, end, _share(each.get("confidence_entity", 1.0)))
