"""What a model does with the vectors of a sentence encoder: a part of the classifier, and doubt about what lies far off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from domain.meaning import OUT_OF_SCOPE
from nlu.encoder import KEPT, Encoder, Vectors
from nlu.vectors import Floats

#: How much a vector weighs beside the blocks of `nlu.vectors` (chosen by cross-validation).
WEIGHT = 2.0
#: Doubt is even at this far below the cosine that so many examples within scope stay under when each is left out in
#: turn: what people write later, misspelt, lies farther off than examples do from each other.
_LEFT, _BELOW = 0.02, 0.1
#: How gradual doubt is, in cosines: sharp beside examples of what is out of scope, which the classifier knows by itself,
#: and wide where doubt is all there is.
_SHARP, _WIDE = 0.03, 0.08
_AXES = 192
_BLOCK = 1024

Small = NDArray[np.int8]


@dataclass(frozen=True)
class Sense:
    """``weights`` have the shape (size of a vector, labels).

    ``known`` are the vectors of the training examples within scope, shape (examples, size), in 8 bits, and ``lengths``
    their lengths. A message whose nearest of them has the cosine ``middle`` is believed half, by ``width``, in cosines,
    more the nearer it is.
    """

    encoder: Encoder
    weights: Vectors
    known: Small
    lengths: Vectors
    middle: float
    width: float

    def nearest(self, vector: Vectors) -> float:
        """The cosine of ``vector`` and the nearest example within scope, -1 to 1; those of the last vectors are kept."""
        return self._kept(vector.tobytes())

    @cached_property
    def _kept(self) -> Callable[[bytes], float]:
        return lru_cache(maxsize=KEPT)(self._nearest)

    def _nearest(self, numbers: bytes) -> float:
        vector, best = np.frombuffer(numbers, np.float32), -1.0
        for first in range(0, len(self.known), _BLOCK):
            part = slice(first, first + _BLOCK)
            best = max(best, float((self.known[part].astype(np.float32) @ vector / self.lengths[part]).max()))
        return best

    def doubted(self, shares: Floats, labels: Sequence[str], vector: Vectors) -> Floats:
        """``shares`` of ``labels`` less what goes to out of scope because nothing like ``vector`` was seen.

        Where out of scope is no label, the shares then sum to less than one.
        """
        familiar = 1.0 / (1.0 + np.exp((self.middle - self.nearest(vector)) / self.width))
        result: Floats = shares * familiar
        if OUT_OF_SCOPE in labels:
            result[labels.index(OUT_OF_SCOPE)] += 1.0 - familiar
        return result


def principal(vectors: Vectors) -> Vectors:
    """The axes along which ``vectors`` (examples, size) differ most, shape (size, axes): the classifier learns along them
    in half the time and no worse (principal components: Jolliffe, 2002, without centring)."""
    _, axes = np.linalg.eigh(vectors.T @ vectors)
    return np.ascontiguousarray(axes[:, ::-1][:, :_AXES], np.float32)


def learn(encoder: Encoder, weights: Vectors, vectors: Vectors, intents: Sequence[str]) -> Sense:
    """The sense of a classifier with ``weights`` trained on ``vectors`` (examples, size) of ``intents``.

    The limit comes from leaving each example within scope out in turn.
    """
    outside = np.array([intent == OUT_OF_SCOPE for intent in intents])
    known = vectors[~outside]
    middle = float(np.quantile(_apart(known), _LEFT)) - _BELOW
    scale = np.abs(known).max(1, keepdims=True)
    small = np.round(known / scale * 127).astype(np.int8)
    lengths = np.linalg.norm(small.astype(np.float32), axis=1).astype(np.float32)
    return Sense(encoder, weights, small, lengths, middle, _SHARP if outside.any() else _WIDE)


def _apart(vectors: Vectors) -> Vectors:
    """For each of ``vectors`` the cosine of the nearest other one."""
    result = np.full(len(vectors), -1, np.float32)
    for first in range(0, len(vectors), _BLOCK):  # each pair once: those before have been seen to
        block, rest = result[first : first + _BLOCK], result[first:]
        cosines = vectors[first : first + _BLOCK] @ vectors[first:].T
        np.fill_diagonal(cosines, -1)
        np.maximum(block, cosines.max(1), out=block)
        np.maximum(rest, cosines.max(0), out=rest)
    return result
