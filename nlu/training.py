"""Trains a model from examples with scikit-learn and CRFsuite. Only imported when there is no cached model."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from nlu import crf
from nlu.concepts import Concepts
from nlu.lists import Lists, lexicon
from nlu.model import Model
from nlu.reading import Reader, Reading
from nlu.rules.finding import kinds
from nlu.spelling import Speller
from nlu.text import normalise, tokens
from nlu.training_data import Example, Span, TrainingData, TrainingDataError
from nlu.vectors import MEANINGS, PIECES, WEIGHTS, WORDS, Floats, Vectoriser, Vocabulary

#: Inverse regularisation, chosen so that in cross-validation mean confidence equals accuracy.
STRENGTH = 30.0
_PASSES = 20
_SEED = 7
#: A rule's candidates that the random field decides on, and kinds whose single words would teach it little.
DECIDED = frozenset({"quantity"})
_NOT_BARE = frozenset({"reason", "quantity", "rating"})
_FEWEST = 4
#: Kinds whose forms mean something else on the road ("4/5 done").
_NOT_OF_DRIVERS = frozenset({"rating", "purchase_order"})


@dataclass(frozen=True, slots=True)
class Fitted:
    """What scikit-learn learnt: three vectorisers (words, pieces, meanings) and the classifier."""

    vectorisers: tuple[Any, Any, Any]
    classifier: Any

    def matrix(self, readings: Sequence[Reading]) -> Any:
        """The features of ``readings``, a sparse matrix (readings, columns)."""
        blocks = [
            weight * vectoriser.transform(texts)
            for weight, vectoriser, texts in zip(WEIGHTS, self.vectorisers, _texts(readings), strict=True)
        ]
        return scipy.sparse.hstack(blocks).tocsr()


def _texts(readings: Sequence[Reading]) -> tuple[list[str], list[str], list[str]]:
    words = [" ".join(reading.words) for reading in readings]
    return words, words, [" ".join(reading.meanings) for reading in readings]


def fit(readings: Sequence[Reading], intents: Sequence[str]) -> Fitted:
    """Vectorisers and a multinomial logistic regression for ``readings`` labelled ``intents`` (two or more)."""
    plain: dict[str, Any] = {"sublinear_tf": True, "lowercase": False}
    spaced = {**plain, "token_pattern": r"\S+"}
    vectorisers = (
        TfidfVectorizer(ngram_range=WORDS, **spaced),
        TfidfVectorizer(ngram_range=PIECES, analyzer="char_wb", **plain),
        TfidfVectorizer(ngram_range=MEANINGS, **spaced),
    )
    blocks = [
        weight * vectoriser.fit_transform(texts)
        for weight, vectoriser, texts in zip(WEIGHTS, vectorisers, _texts(readings), strict=True)
    ]
    classifier = LogisticRegression(C=STRENGTH, solver="saga", max_iter=_PASSES, tol=1e-4, random_state=_SEED)
    fitted = Fitted(vectorisers, classifier)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it stops after _PASSES is meant: it regularises
        classifier.fit(scipy.sparse.hstack(blocks).tocsr().astype(np.float32), np.asarray(intents))
    return fitted


def export(fitted: Fitted) -> tuple[Vocabulary, tuple[str, ...], Floats, Floats]:
    """Vocabulary, labels, weights (columns, labels) and bias of ``fitted``."""
    words, pieces, meanings = (tuple(v.get_feature_names_out()) for v in fitted.vectorisers)
    idf = np.concatenate([v.idf_ for v in fitted.vectorisers])
    labels = tuple(str(label) for label in fitted.classifier.classes_)
    weights, bias = fitted.classifier.coef_.T.astype(np.float64), fitted.classifier.intercept_.astype(np.float64)
    if len(labels) == 2:  # scikit-learn keeps one row for two classes
        weights, bias = np.hstack([-weights / 2, weights / 2]), np.concatenate([-bias / 2, bias / 2])
    return Vocabulary(words, pieces, meanings, idf), labels, np.ascontiguousarray(weights), bias


def train(data: TrainingData, lists: Lists, own: bool = False, driving: bool = False) -> Model:
    """A model of ``data``. With ``own`` the labels are foreign: no rule but for entities the data names, no values.

    With ``driving`` it is for drivers: what a bare number is, the random field alone decides.

    Raises TrainingDataError when the examples have fewer than two intents.
    """
    examples = data.examples
    intents = [example.intent for example in examples]
    if len(set(intents)) < 2:
        raise TrainingDataError("training needs examples of at least two intents")
    named = {span.entity for example in examples for span in example.spans}
    leave = frozenset(kinds()) - named if own else _NOT_OF_DRIVERS if driving else frozenset()
    concepts = Concepts(lists.concepts)
    counts = Counter(word.text for example in examples for word in tokens(normalise(example.text).low))
    speller = Speller(counts)
    reader = Reader(speller, concepts, leave, driving)
    readings = [reader.read(example.text) for example in examples]
    vocabulary, labels, weights, bias = export(fit(readings, intents))
    return Model(
        reader=reader,
        vectoriser=Vectoriser(vocabulary),
        labels=labels,
        weights=weights,
        bias=bias,
        tagger=crf.Tagger(_field(reader, readings, examples, lexicon(lists), own), lexicon(lists)),
        plain=frozenset(" ".join(reading.words) for reading in readings),
        own=own,
    )


def _field(
    reader: Reader, readings: Sequence[Reading], examples: Sequence[Example], words: crf.Lexicon, own: bool
) -> bytes:
    kept = frozenset[str]() if own or reader.driving else DECIDED
    marked = [(r, e.intent, crf.labels(r, e, kept)) for r, e in zip(readings, examples, strict=True)]
    if not own:
        marked += _bare(reader, examples)
    seen = Counter(label[2:] for *_, given in marked for label in given if label.startswith("B-"))
    rare = {kind for kind, count in seen.items() if count < _FEWEST} if not own else set()
    if rare:
        marked = [(r, i, ["O" if label[2:] in rare else label for label in given]) for r, i, given in marked]
    return crf.train(marked, words)


def _bare(reader: Reader, examples: Sequence[Example]) -> list[tuple[Reading, str, list[str]]]:
    """Each value once as a message of its own, as it comes in answer to a question."""
    marked: list[tuple[Reading, str, list[str]]] = []
    values = {
        (e.text[s.start : s.end].lower(), s.entity): e.text[s.start : s.end]
        for e in examples
        for s in e.spans
        if s.entity not in _NOT_BARE and not (reader.driving and e.text[s.start : s.end].isdigit())
    }
    for (_, entity), words in values.items():
        reading = reader.read(words)
        alone = Example(words, "", (Span(entity, 0, len(words), words),))
        given = crf.labels(reading, alone, DECIDED)
        if any(label != "O" for label in given):
            marked.append((reading, "", given))
    return marked
