"""A trained model of one audience: what it holds and how it reads intents, with numpy alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from nlu.crf import Tagger
from nlu.reading import Reader, Reading
from nlu.vectors import Floats, Vectoriser


@dataclass(frozen=True, slots=True)
class Model:
    """Weights have the shape (columns of the vectoriser, labels); ``bias`` has one number per label.

    ``plain`` holds the training messages as read, so that one of them is never taken for a bare value. ``own`` says
    that the labels are not ours: entities keep their words as values and nothing is called `inform`.
    """

    reader: Reader
    vectoriser: Vectoriser
    labels: tuple[str, ...]
    weights: Floats
    bias: Floats
    tagger: Tagger
    plain: frozenset[str] = frozenset()
    own: bool = False

    def intents(self, reading: Reading) -> list[tuple[str, float]]:
        """All labels with their probabilities, most likely first.

        Multinomial logistic regression: ``softmax(x W + b)`` (Hastie et al., Elements of Statistical Learning, 4.4).
        """
        order = np.argsort(-(shares := self.probabilities(reading)), kind="stable")
        return [(self.labels[place], float(shares[place])) for place in order]

    def probabilities(self, reading: Reading) -> Floats:
        """The probability of each of ``labels``, in that order."""
        columns, values = self.vectoriser.transform(reading.words, reading.meanings)
        scores = values @ self.weights[columns] + self.bias
        scores = np.exp(scores - scores.max())
        shares: Floats = scores / scores.sum()
        return shares

    def keeping(self, names: frozenset[str]) -> Model:
        """The same model, its reader leaving the words ``names`` as they are."""
        return replace(self, reader=self.reader.keeping(names))
