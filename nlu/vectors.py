"""TF-IDF vectors of a text, as scikit-learn computes them but without its cost per call.

Formula (scikit-learn user guide, 'Tf-idf term weighting', ``sublinear_tf=True``, ``smooth_idf=True``):
``(1 + ln tf) * (1 + ln((1 + n) / (1 + df)))``, divided by the Euclidean norm, separately for words, for pieces of
words (``analyzer='char_wb'``) and for concepts; each block is then multiplied by its weight.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Weights = NDArray[np.float32]
Ints = NDArray[np.int64]

#: Lengths of n-grams of the blocks, and the blocks' weights (chosen by cross-validation).
WORDS, PIECES, MEANINGS = (1, 2), (2, 5), (1, 2)
WEIGHTS = (0.7, 1.0, 2.0)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """n-grams in column order, one block after the other, and the inverse document frequencies of all columns."""

    words: tuple[str, ...]
    pieces: tuple[str, ...]
    meanings: tuple[str, ...]
    idf: Floats


class Vectoriser:
    """Makes a sparse vector of one text: column numbers and their values, both one-dimensional."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        first = len(vocabulary.words)
        second = first + len(vocabulary.pieces)
        self._words = {gram: column for column, gram in enumerate(vocabulary.words)}
        self._pieces = {gram: column for column, gram in enumerate(vocabulary.pieces, first)}
        self._meanings = {gram: column for column, gram in enumerate(vocabulary.meanings, second)}
        self._word_pieces = lru_cache(maxsize=16384)(self._pieces_of)

    def transform(self, words: Sequence[str], meanings: Sequence[str]) -> tuple[Ints, Floats]:
        """Columns and values of a text made of ``words``, which `concepts.Concepts` reads as ``meanings``."""
        pieces: list[int] = []
        for word in words:
            pieces.extend(self._word_pieces(word))
        blocks = (
            self._weigh(_grams(words, self._words), WEIGHTS[0]),
            self._weigh(pieces, WEIGHTS[1]),
            self._weigh(_grams(meanings, self._meanings), WEIGHTS[2]),
        )
        return np.concatenate([block[0] for block in blocks]), np.concatenate([block[1] for block in blocks])

    def _weigh(self, found: Iterable[int], weight: float) -> tuple[Ints, Floats]:
        counted: dict[int, int] = {}
        for column in found:
            counted[column] = counted.get(column, 0) + 1
        columns = np.fromiter(counted.keys(), np.int64, len(counted))
        counts = np.fromiter(counted.values(), np.float64, len(counted))
        values = (1.0 + np.log(counts)) * self.vocabulary.idf[columns]
        norm = float(np.sqrt(values @ values))
        return columns, values * (weight / norm) if norm else values

    def _pieces_of(self, word: str) -> tuple[int, ...]:
        """Columns of the n-grams within `` word ``, as sklearn's ``_char_wb_ngrams`` lists them."""
        padded = f" {word} "
        found: list[int] = []
        for size in range(PIECES[0], PIECES[1] + 1):
            for at in range(max(1, len(padded) - size + 1)):
                column = self._pieces.get(padded[at : at + size])
                if column is not None:
                    found.append(column)
            if len(padded) <= size:
                break
        return tuple(found)


def _grams(words: Sequence[str], columns: dict[str, int]) -> list[int]:
    """Columns of single words and pairs of neighbours."""
    found = [columns[word] for word in words if word in columns]
    for left, right in pairwise(words):
        column = columns.get(f"{left} {right}")
        if column is not None:
            found.append(column)
    return found
