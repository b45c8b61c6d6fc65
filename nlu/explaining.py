"""Why a message was understood as it was: how it was read, which examples lie near, what weighed most, what found its values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from domain.meaning import Audience, Entity, Meaning
from nlu.embedded import Embedded
from nlu.gazetteer import Gazetteer
from nlu.model import Model
from nlu.reading import SIGNS, Reading
from nlu.remembered import Remembered
from nlu.sense import WEIGHT
from nlu.training_data import Example

#: So many of each are told.
INTENTS, FEATURES, NEAREST = 5, 8, 5
_KINDS = {sign: kind for kind, sign in SIGNS.items()}


@dataclass(frozen=True, slots=True)
class Near:
    """A training example and its cosine to the message, -1 to 1."""

    cosine: float
    intent: str
    text: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """A part of the message (``what``; ``block`` is words, letters, meaning, or sentence for an encoder's vector) and by how much it spoke for the likeliest intent against the
    second (difference of logits)."""

    block: str
    what: str
    weight: float


@dataclass(frozen=True, slots=True)
class FoundBy:
    """A value, and what found it: a rule for its form, a name in the database, or the random field (learnt)."""

    kind: str
    text: str
    value: str | int | float
    confidence: float
    by: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """All of that. ``language`` is what it was read in, ``language_why`` why; ``read_as`` the words the intent is read from,
    values put as their kinds; ``corrected`` what was put right, as pairs."""

    text: str
    audience: str
    language: str
    language_why: str
    corrected: tuple[tuple[str, str], ...]
    read_as: str
    intents: tuple[tuple[str, float], ...]
    weighed: tuple[Weighed, ...]
    nearest: tuple[Near, ...]
    entities: tuple[FoundBy, ...]

    def as_json(self) -> dict[str, Any]:
        """For a machine."""
        return asdict(self)


def explain(
    engine: Embedded, text: str, audience: Audience, examples: Sequence[Example], now: datetime, zone: ZoneInfo,
    language: str | None = None, remembered: Remembered | None = None,
) -> Explanation:  # fmt: skip
    """Why ``engine`` understands ``text`` as it does; ``examples`` are those its model was trained with.

    ``remembered`` knows their vectors by the engine's encoder, so that they need not be computed anew.
    """
    told = engine.tell(text, audience, language)
    meaning, model = engine.understand(told, now, zone), told.model
    reading = model.reader.read(text)
    why = "its words are evidently in it" if meaning.language is not None else "its words could be in several languages"
    ranked = model.intents(reading) if reading.words else []
    return Explanation(
        text=text, audience=audience, language=told.language, language_why=why,
        corrected=tuple(model.reader.corrections(text)), read_as=_read_as(reading),
        intents=tuple((name, round(share, 4)) for name, share in meaning.intents[:INTENTS]),
        weighed=_weighed(model, reading, [name for name, _ in ranked[:2]]),
        nearest=_nearest(model, reading, examples, remembered),
        entities=tuple(_found_by(each, model, told.names, reading, meaning) for each in meaning.entities),
    )  # fmt: skip


def _read_as(reading: Reading) -> str:
    return " ".join(f"<{_KINDS[word]}>" if word in _KINDS else word for word in reading.words)


def _weighed(model: Model, reading: Reading, intents: Sequence[str]) -> tuple[Weighed, ...]:
    """What spoke most for the first of two intents against the second, or against it."""
    if len(intents) < 2:
        return ()
    first, second = (model.labels.index(each) for each in intents)
    columns, values = model.vectoriser.transform(reading.words, reading.meanings)
    parts = values * (model.weights[columns, first] - model.weights[columns, second])
    vocabulary = model.vectoriser.vocabulary
    names = [
        *(("words", each) for each in vocabulary.words),
        *(("letters", each) for each in vocabulary.pieces),
        *(("meaning", each) for each in vocabulary.meanings),
    ]
    found = [
        Weighed(names[column][0], names[column][1], round(float(part), 3))
        for column, part in zip(columns, parts, strict=True)
    ]
    most = sorted(found, key=lambda each: (-abs(each.weight), each.what))[:FEATURES]
    if model.sense is None:
        return tuple(most)
    text = model.reader.corrected(reading)
    weights = WEIGHT * model.sense.encoder.embed(text) @ model.sense.weights
    return (Weighed("sentence", text, round(float(weights[first] - weights[second]), 3)), *most)


def _nearest(
    model: Model, reading: Reading, examples: Sequence[Example], remembered: Remembered | None
) -> tuple[Near, ...]:
    """The nearest examples, by an encoder's vectors where the model has one, else by those of words and letters."""
    if not reading.words or not examples:
        return ()
    if model.sense is not None:
        embed = remembered.embed_all if remembered is not None else model.sense.encoder.embed_all
        message = model.sense.encoder.embed(model.reader.corrected(reading))
        others = embed([model.reader.corrected(model.reader.read(each.text)) for each in examples])
        cosines = [float(each @ message) for each in others]
    else:
        cosines = _by_words(model, reading, examples)
    found = [Near(round(cosine, 3), each.intent, each.text) for cosine, each in zip(cosines, examples, strict=True)]
    return tuple(sorted(found, key=lambda each: (-each.cosine, each.text))[:NEAREST])


def _by_words(model: Model, reading: Reading, examples: Sequence[Example]) -> list[float]:
    """The cosines of TF-IDF vectors, whose blocks weigh as they do in the classifier, one for each example."""
    message = np.zeros(model.weights.shape[0])
    columns, values = model.vectoriser.transform(reading.words, reading.meanings)
    message[columns] = values
    size = float(np.sqrt(values @ values))
    cosines = []
    for example in examples:
        other = model.reader.read(example.text)
        columns, values = model.vectoriser.transform(other.words, other.meanings)
        length = float(np.sqrt(values @ values)) * size
        cosines.append(float(message[columns] @ values) / length if length else 0.0)
    return cosines


def _found_by(entity: Entity, model: Model, names: Gazetteer, reading: Reading, meaning: Meaning) -> FoundBy:
    text = reading.text
    rules = [(one.kind, *text.span(one.start, one.end)) for one in reading.found]
    known = [(one.kind, *_span(reading, one.first, one.last)) for one in names.find(reading)]
    learnt = [(one.kind, *_span(reading, one.first, one.last)) for one in model.tagger.tag(reading, meaning.intent)]
    by = "rule"
    for what, spans in (("learnt", learnt), ("name in the database", known), ("rule", rules)):
        if any(kind == entity.kind and start < entity.end and entity.start < end for kind, start, end in spans):
            by = what
    return FoundBy(entity.kind, entity.text, entity.value, round(entity.confidence, 4), by)


def _span(reading: Reading, first: int, last: int) -> tuple[int, int]:
    """Where tokens ``first`` to ``last`` (not with it) stand in what was written."""
    return reading.text.span(reading.tokens[first].start, reading.tokens[last - 1].end)
