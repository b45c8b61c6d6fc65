"""What a model's probabilities are worth, found by cross-validation of its own training data. Only used in training."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from domain.meaning import lead

#: Where the first guess is right less often than this, somebody is asked what they mean.
WORTH_ASKING = 0.80
#: One example in so many is guessed by a model that has learnt from the others.
ONE_IN = 3
_SEED = 7

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

    ``ranked`` are guesses of models that have not seen the example. That the odds of being right rise with the lead is all
    that is supposed (Platt, 1999): two numbers, which a few examples more or less do not move. 0 where nothing can be
    found out.
    """
    known = [(lead(each), each[0][0] == intent) for intent, each in zip(intents, ranked, strict=True) if each]
    if len({right for _, right in known}) < 2:
        return 0.0
    leads, right = np.array([[each] for each, _ in known]), np.array([each for _, each in known])
    odds = LogisticRegression(C=1e6).fit(leads, right)
    rise = float(odds.coef_[0, 0])
    if rise <= 0:
        return 0.0
    enough = (math.log(WORTH_ASKING / (1 - WORTH_ASKING)) - float(odds.intercept_[0])) / rise
    return min(max(enough, 0.0), 1.0)
