"""The regression that intents are learnt by, held against scikit-learn's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from nlu.config import DATA
from nlu.regression import STRENGTH, fit
from nlu.training_data import read_folder

_EXAMPLES = read_folder(DATA, "en")["customer"].examples[::20]
_INTENTS = [example.intent for example in _EXAMPLES]


def _seen(weight: float = 1.0) -> Any:
    return weight * TfidfVectorizer().fit_transform([example.text for example in _EXAMPLES])


def _scikit_learns(matrix: Any, intents: list[str]) -> Any:
    with_ones = scipy.sparse.hstack([matrix, np.ones((matrix.shape[0], 1))])
    exact = LogisticRegression(C=STRENGTH, tol=1e-6, max_iter=2000, fit_intercept=False)
    return exact.fit(with_ones, intents).predict_proba(with_ones)


@pytest.mark.parametrize("weight", [1.0, 4.0])
def test_it_finds_what_scikit_learn_finds(weight: float) -> None:
    matrix = _seen(weight)
    shares = fit([matrix], _INTENTS).shares([matrix])
    expected = _scikit_learns(matrix, _INTENTS)
    assert np.abs(shares - expected).mean() < 0.005
    assert (shares.argmax(1) == expected.argmax(1)).mean() > 0.99


def test_sparse_and_dense_columns_lie_side_by_side() -> None:
    matrix = _seen()
    half = matrix.shape[1] // 2
    blocks = [matrix[:, :half], matrix[:, half:].toarray()]
    apart, together = fit(blocks, _INTENTS).shares(blocks), fit([matrix], _INTENTS).shares([matrix])
    np.testing.assert_allclose(
        apart, together, atol=0.05
    )  # both stop a little before the minimum, on ways of their own
    assert np.abs(apart - together).mean() < 0.002


def test_two_labels_are_enough_and_come_by_name() -> None:
    rows = np.array([[1.0, 0.0], [1.0, 0.2], [0.0, 1.0], [0.1, 1.0]])
    learnt = fit([rows], ["yes", "yes", "no", "no"])
    assert learnt.labels == ("no", "yes")
    assert learnt.shares([rows]).argmax(1).tolist() == [1, 1, 0, 0]
    assert learnt.weights.shape == (2, 2)


def test_what_is_alike_but_labelled_otherwise_is_undecided() -> None:
    rows = np.ones((4, 1))
    np.testing.assert_allclose(fit([rows], ["a", "b", "a", "b"]).shares([rows]), 0.5, atol=1e-3)
