"""Multinomial logistic regression: weights that tell what is meant from what is seen. Only imported to train.

Minimised are the surprise at the labels of all examples and half the squared weights over STRENGTH (Hastie et al., The
Elements of Statistical Learning, 4.4). The best weights are sums of the examples, each times a number per label (Kimeldorf
and Wahba, 1971), and these numbers, far fewer than the weights, are what is looked for, by conjugate gradients (Polak and
Ribière, 1969). Along a line the scores of all examples follow from those at two points, so that how far to go costs little.
Why not with scikit-learn: docs/decisions/018-the-encoder.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from scipy.special import log_softmax, softmax

from nlu.vectors import Floats, Weights

#: Inverse regularisation, chosen so that in cross-validation mean confidence equals accuracy.
STRENGTH = 30.0
#: It is near enough to the minimum where a step lowers the loss by less than this part of it.
_ENOUGH = 1e-3
_MOST_STEPS = 100
#: What stands in the column of ones whose weight is the bias: less than one, or the bias swings to and fro.
_ONES = 0.3
#: Steps of Newton's method along a line; another one that changes less than this part is not worth it.
_ALONG, _EXACT = 3, 0.1

Numbers = NDArray[np.float32]
#: Matrices with a row for each example, side by side: sparse ones (CSR), and arrays.
Blocks = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Regression:
    """``weights`` have the shape (columns of all blocks, labels); ``bias`` has one number per label."""

    labels: tuple[str, ...]
    weights: Weights
    bias: Floats

    def shares(self, blocks: Blocks) -> Floats:
        """The probabilities of the labels for each row of ``blocks``, of shape (rows, labels)."""
        scores = np.tile(self.bias, (blocks[0].shape[0], 1))
        first = 0
        for block in blocks:
            scores += block @ self.weights[first : first + block.shape[1]]
            first += block.shape[1]
        shares: Floats = softmax(scores, axis=1)
        return shares


def fit(blocks: Blocks, intents: Sequence[str]) -> Regression:
    """The regression for the rows of ``blocks``, labelled ``intents`` (two or more)."""
    labels, truth = np.unique(np.asarray(intents), return_inverse=True)
    examples = _Examples(blocks, truth)
    at = np.zeros((2, len(truth), len(labels)), np.float32)
    slope = examples.slope(at)
    way, loss = -slope, len(truth) * float(np.log(len(labels)))
    for _ in range(_MOST_STEPS):
        at, lower = examples.descend(at, way)
        if loss - lower < _ENOUGH * lower:
            break
        loss, before, slope = lower, slope, examples.slope(at)
        turn = np.float32(max(0.0, _product(slope, slope - before) / _product(before, before)))
        way = turn * way - slope
        if _product(way, slope) >= 0:
            way = -slope
    weights, bias = examples.weights(at[0])
    return Regression(tuple(str(label) for label in labels), weights, bias)


class _Examples:
    """A point is two arrays (examples, labels) in one: the numbers of the examples, and the scores they give to each.

    Arrays are centred: else what all their rows have in common, which tells nothing, is in the way.
    """

    def __init__(self, blocks: Blocks, truth: NDArray[np.intp]) -> None:
        self._blocks = [_prepared(block) for block in blocks]
        self._true = np.arange(len(truth)), truth

    def weights(self, numbers: Numbers) -> tuple[Weights, Floats]:
        """The sum of the examples, each times its ``numbers``, and the bias."""
        weights = [columns @ numbers for _, columns, _ in self._blocks]
        moved = sum(middle @ each for (*_, middle), each in zip(self._blocks, weights, strict=True))
        return np.vstack(weights), _ONES**2 * numbers.sum(0, dtype=np.float64) - moved

    def slope(self, at: Numbers) -> Numbers:
        """Where the loss rises fastest from a point, as a point."""
        numbers = softmax(at[1], axis=1)
        numbers[self._true] -= 1
        numbers += at[0] / STRENGTH
        scores = sum(rows @ (columns @ numbers) for rows, columns, _ in self._blocks) + _ONES**2 * numbers.sum(0)
        return np.stack([numbers, scores])

    def descend(self, at: Numbers, way: Numbers) -> tuple[Numbers, float]:
        """About the lowest point on the ``way`` from a point, and the loss there: Newton's method, by half where it overshoots."""
        far = 0.0
        loss, slope, bend = self._along(at, way, far)
        for _ in range(_ALONG if bend > 0 else 0):
            step = -slope / bend
            while (there := self._along(at, way, far + step))[0] > loss:
                step /= 2
            far += step
            loss, slope, bend = there
            if abs(step) < _EXACT * abs(far):
                break
        return at + np.float32(far) * way, loss

    def _along(self, at: Numbers, way: Numbers, far: float) -> tuple[float, float, float]:
        """The loss so ``far`` on the ``way`` from a point, and its first and second derivative there."""
        surprise = -log_softmax(at[1] + np.float32(far) * way[1], axis=1)
        moved = np.exp(-surprise) * way[1]
        mean = moved.sum(1)
        flat, rising, curved = _product(at, at) / STRENGTH, _product(at, way) / STRENGTH, _product(way, way) / STRENGTH
        loss = surprise[self._true].sum(dtype=np.float64) + flat / 2 + far * rising + far * far * curved / 2
        slope = (mean - way[1][self._true]).sum(dtype=np.float64) + rising + far * curved
        return float(loss), float(slope), float(np.vdot(moved, way[1]) - np.vdot(mean, mean)) + curved


def _prepared(block: Any) -> tuple[Any, Any, Numbers]:
    """The rows and the columns of ``block``, and the middle that was taken from its rows."""
    if scipy.sparse.issparse(block):
        rows = block.astype(np.float32)
        return rows, rows.T.tocsr(), np.zeros(block.shape[1], np.float32)
    middle = block.mean(0, dtype=np.float32)
    rows = (block - middle).astype(np.float32)
    return rows, rows.T, middle


def _product(one: Numbers, other: Numbers) -> float:
    """The inner product of the weights of two points."""
    return float(np.vdot(one[0], other[1]))
