"""What a model's probabilities are worth, found by cross-validation of its own training data. Only used in training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn.isotonic import IsotonicRegression

from nlu.asking_back import lead
from nlu.vectors import Floats

#: Where the first guess is right less often than this, somebody is asked what they mean.
WORTH_ASKING = 0.6
#: One example in so many is guessed by a model that has learnt from the others.
ONE_IN = 3
_SEED = 7
_STEPS = 200

#: Learns from the examples of the first places and gives, for each of the second, the labels with their probabilities.
Learner = Callable[[Sequence[int], Sequence[int]], Sequence[Sequence[tuple[str, float]]]]


def held_out(intents: Sequence[str], learn: Learner) -> list[Sequence[tuple[str, float]]]:
    """For one example in ONE_IN the ranked labels that a model gives which has not seen it; nothing for the others."""
    count = len(intents)
    fold = np.random.RandomState(_SEED).permutation(count) % ONE_IN
    unseen = [int(place) for place in np.flatnonzero(fold == 0)]
    seen = [int(place) for place in np.flatnonzero(fold != 0)]
    ranked: list[Sequence[tuple[str, float]]] = [()] * count
    if len({intents[place] for place in seen}) < 2:
        return ranked
    for place, given in zip(unseen, learn(seen, unseen), strict=True):
        ranked[place] = given
    return ranked


def sure_from(intents: Sequence[str], ranked: Sequence[Sequence[tuple[str, float]]]) -> float:
    """The lead of the first guess over the second from which on the first is right at least as often as WORTH_ASKING.

    ``ranked`` are guesses of models that have not seen the example. That a longer lead is right more often is all that is
    supposed (isotonic regression: Zadrozny & Elkan, 2002). 0 where nothing can be found out.
    """
    known = [(lead(each), each[0][0] == intent) for intent, each in zip(intents, ranked, strict=True) if each]
    if not known:
        return 0.0
    leads, right = np.array([each for each, _ in known]), np.array([each for _, each in known], dtype=float)
    rising: Any = IsotonicRegression(out_of_bounds="clip").fit(leads, right)
    steps: Floats = np.linspace(0.0, 1.0, _STEPS + 1)
    enough = np.flatnonzero(rising.predict(steps) >= WORTH_ASKING)
    return float(steps[enough[0]]) if len(enough) else 1.0
