"""TF-IDF vectors of a text, as scikit-learn computes them but without its cost per call.

Formula (scikit-learn user guide, 'Tf-idf term weighting', ``sublinear_tf=True``, ``smooth_idf=True``):
``(1 + ln tf) * (1 + ln((1 + n) / (1 + df)))``, divided by the Euclidean norm, separately for words and for pieces of
words (``analyzer='char_wb'``); each block is then multiplied by its weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WORDS = (1, 2)
PIECES = (2, 5)
#: Weights of the two blocks, chosen by cross-validation (docs: tests/bench/parse.py prints the quality beside time).
WEIGHTS = (0.7, 1.0)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """n-grams in column order with their inverse document frequencies, one block after the other."""

    words: tuple[str, ...]
    pieces: tuple[str, ...]
    idf: Floats


class Vectoriser:
    """Makes a sparse vector of one text: column numbers (ascending within a block) and their values."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._words = {gram: column for column, gram in enumerate(vocabulary.words)}
        first = len(vocabulary.words)
        self._pieces = {gram: first + column for column, gram in enumerate(vocabulary.pieces)}
        self._idf = vocabulary.idf
        self._word_pieces = lru_cache(maxsize=16384)(self._pieces_of)

    def transform(self, words: Sequence[str]) -> tuple[Ints, Floats]:
        """Columns and values of the text made of ``words`` (shape: both one-dimensional, equally long)."""
        columns = self._words
        grams = [columns[w] for w in words if w in columns]
        for left, right in zip(words, words[1:], strict=False):
            column = columns.get(f"{left} {right}")
            if column is not None:
                grams.append(column)
        pieces: list[int] = []
        for word in words:
            pieces.extend(self._word_pieces(word))
        left_columns, left_values = self._weigh(grams, WEIGHTS[0])
        right_columns, right_values = self._weigh(pieces, WEIGHTS[1])
        return np.concatenate((left_columns, right_columns)), np.concatenate((left_values, right_values))

    def _weigh(self, found: list[int], weight: float) -> tuple[Ints, Floats]:
        counted: dict[int, int] = {}
        for column in found:
            counted[column] = counted.get(column, 0) + 1
        columns = np.fromiter(counted.keys(), np.int64, len(counted))
        counts = np.fromiter(counted.values(), np.float64, len(counted))
        values = (1.0 + np.log(counts)) * self._idf[columns]
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
