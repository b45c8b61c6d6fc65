"""A trained model of one audience: what it holds and how it reads intents, with numpy alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from domain.meaning import Entity
from nlu.crf import Tagger
from nlu.reading import Reader, Reading
from nlu.sense import WEIGHT, Sense
from nlu.vectors import Floats, Vectoriser, Weights


@dataclass(frozen=True, slots=True)
class Model:
    """Weights have the shape (columns of the vectoriser, labels); ``bias`` has one number per label.

    ``plain`` holds the training messages as read, so that one of them is never taken for a bare value. ``own`` says
    that the labels are not ours: entities keep their words as values and nothing is called `inform`. ``evidence`` counts
    the words that tell the language. ``sense`` is there where the model was trained with an encoder. ``sure_from`` is the
    lead of the first intent over the second from which on it is taken without asking. ``synonyms`` are the values of words
    (lower case) that training files give.
    """

    reader: Reader
    vectoriser: Vectoriser
    labels: tuple[str, ...]
    weights: Weights
    bias: Floats
    tagger: Tagger
    plain: frozenset[str] = frozenset()
    own: bool = False
    evidence: Mapping[str, int] = field(default_factory=dict)
    sense: Sense | None = None
    sure_from: float = 0.0
    synonyms: Mapping[str, str] = field(default_factory=dict)

    def intents(self, reading: Reading) -> list[tuple[str, float]]:
        """All labels with their probabilities, most likely first. They sum to less than one where an encoder doubts
        that any is meant and out of scope is no label.

        Multinomial logistic regression: ``softmax(x W + b)`` (Hastie et al., Elements of Statistical Learning, 4.4).
        """
        shares = self.probabilities(reading)
        order = np.argsort(-shares, kind="stable")
        return [(self.labels[place], float(shares[place])) for place in order]

    def probabilities(self, reading: Reading) -> Floats:
        """The probability of each of ``labels``, in that order."""
        columns, values = self.vectoriser.transform(reading.words, reading.meanings)
        scores: Floats = values @ self.weights[columns] + self.bias
        if self.sense is None:
            return _softmax(scores)
        vector = self.sense.encoder.embed(self.reader.corrected(reading))
        scores = scores + WEIGHT * vector @ self.sense.weights
        return self.sense.doubted(_softmax(scores), self.labels, vector)

    def meant(self, entities: Iterable[Entity]) -> tuple[Entity, ...]:
        """``entities``, those whose value is their words with the value that a synonym gives."""
        return tuple(
            replace(one, value=self.synonyms.get(one.text.lower(), one.value)) if one.value == one.text else one
            for one in entities
        )

    def keeping(self, names: frozenset[str]) -> Model:
        """The same model, its reader leaving the words ``names`` as they are."""
        return replace(self, reader=self.reader.keeping(names))


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max())
    shares: Floats = raised / raised.sum()
    return shares
