"""Trains a model from examples with scikit-learn and CRFsuite. Only imported when there is no cached model."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from domain.annotated import Span
from domain.meaning import Audience
from nlu import calibration, crf
from nlu.concepts import Concepts
from nlu.encoder import Vectors
from nlu.lists import Lists, lexicon
from nlu.model import Model
from nlu.reading import Reader, Reading
from nlu.remembered import Remembered
from nlu.rules.finding import kinds
from nlu.sense import WEIGHT, learn, principal
from nlu.spelling import Speller
from nlu.telling import ANY_LANGUAGE
from nlu.text import normalise, tokens, without_accents
from nlu.training_data import Example, TrainingData, TrainingDataError
from nlu.vectors import MEANINGS, PIECES, WEIGHTS, WORDS, Floats, Vectoriser, Vocabulary, Weights

#: Inverse regularisation, chosen so that in cross-validation mean confidence equals accuracy.
STRENGTH = 30.0
_PASSES = 20
_SEED = 7
#: A rule's candidates that the random field decides on, and kinds whose single words would teach it little.
DECIDED = frozenset({"quantity"})
_NOT_BARE = frozenset({"reason", "quantity", "rating"})
_FEWEST = 4
#: Kinds whose forms mean something else on the road ("4/5 done") or in the office ("3/5 done").
_NOT_OF = {"driver": frozenset({"rating", "purchase_order"}), "staff": frozenset({"rating"})}


@dataclass(frozen=True, slots=True)
class Fitted:
    """What scikit-learn learnt: three vectorisers (words, pieces, meanings) and the classifier."""

    vectorisers: tuple[Any, Any, Any]
    classifier: Any

    def matrix(self, readings: Sequence[Reading], vectors: Vectors | None = None) -> Any:
        """The features of ``readings``, a sparse matrix (readings, columns); ``vectors`` are those of an encoder."""
        blocks = [
            weight * vectoriser.transform(texts)
            for weight, vectoriser, texts in zip(WEIGHTS, self.vectorisers, _texts(readings), strict=True)
        ]
        return scipy.sparse.hstack([*blocks, *_weighed(vectors)]).tocsr()

    def ranked(self, readings: Sequence[Reading], vectors: Vectors | None = None) -> list[list[tuple[str, float]]]:
        """The labels of each reading with their probabilities, most likely first."""
        labels = [str(label) for label in self.classifier.classes_]
        shares = self.classifier.predict_proba(self.matrix(readings, vectors))
        orders = np.argsort(-shares, axis=1, kind="stable")
        return [[(labels[n], float(row[n])) for n in order] for row, order in zip(shares, orders, strict=True)]


def _weighed(vectors: Vectors | None) -> list[Any]:
    return [] if vectors is None else [scipy.sparse.csr_matrix(WEIGHT * vectors)]


def _texts(readings: Sequence[Reading]) -> tuple[list[str], list[str], list[str]]:
    words = [" ".join(reading.words) for reading in readings]
    return words, words, [" ".join(reading.meanings) for reading in readings]


def fit(readings: Sequence[Reading], intents: Sequence[str], vectors: Vectors | None = None) -> Fitted:
    """Vectorisers and a multinomial logistic regression for ``readings`` labelled ``intents`` (two or more), with the
    ``vectors`` of an encoder, of shape (readings, size), where there is one."""
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
    blocks += _weighed(vectors)
    classifier = LogisticRegression(C=STRENGTH, solver="saga", max_iter=_PASSES, tol=1e-4, random_state=_SEED)
    fitted = Fitted(vectorisers, classifier)
    classifier.fit(scipy.sparse.hstack(blocks).tocsr().astype(np.float32), np.asarray(intents))
    return fitted


def export(fitted: Fitted) -> tuple[Vocabulary, tuple[str, ...], Weights, Floats]:
    """Vocabulary, labels, weights (columns, labels) and bias of ``fitted``. The last rows of the weights are those of an
    encoder's vectors, where it was fitted to them."""
    words, pieces, meanings = (tuple(v.get_feature_names_out()) for v in fitted.vectorisers)
    idf = np.concatenate([v.idf_ for v in fitted.vectorisers])
    labels = tuple(str(label) for label in fitted.classifier.classes_)
    weights, bias = fitted.classifier.coef_.T.astype(np.float32), fitted.classifier.intercept_.astype(np.float64)
    if len(labels) == 2:  # scikit-learn keeps one row for two classes
        weights, bias = np.hstack([-weights / 2, weights / 2]), np.concatenate([-bias / 2, bias / 2])
    return Vocabulary(words, pieces, meanings, idf), labels, weights, bias


def train(
    data: TrainingData,
    lists: Lists,
    own: bool = False,
    audience: Audience | None = None,
    remembered: Remembered | None = None,
) -> Model:
    """A model of ``data``. With ``own`` the labels are foreign: no rule but for entities the data names, no values.

    For the ``audience`` of drivers the random field alone decides what a bare number is. With an encoder (``remembered``)
    intents are read from its vectors too, and what lies far from all examples is doubted.

    Raises TrainingDataError when the examples have fewer than two intents.
    """
    examples = data.examples
    intents = [example.intent for example in examples]
    if len(set(intents)) < 2:
        raise TrainingDataError("training needs examples of at least two intents")
    named = {span.entity for example in examples for span in example.spans}
    leave = frozenset(kinds()) - named if own else _NOT_OF.get(audience or "", frozenset())
    concepts = Concepts(lists.concepts, lists.language)
    counts = Counter(word.text for example in examples for word in tokens(lists.language.text(example.text).low))
    speller = Speller(counts, common=lists.language.common_words)
    reader = Reader(speller, concepts, leave, audience == "driver", lists.language)
    readings = [reader.read(example.text) for example in examples]
    vectors = None if remembered is None else remembered.embed_all([reader.corrected(each) for each in readings])
    axes = None if vectors is None else principal(vectors)
    shorter = None if vectors is None or axes is None else vectors @ axes
    hints = lexicon(lists).hinting(data.lookups, data.regexes)
    with warnings.catch_warnings(), ThreadPoolExecutor(2) as pool:  # what learns does so outside Python
        warnings.simplefilter("ignore", ConvergenceWarning)  # that it stops after _PASSES is meant: it regularises
        field = pool.submit(_field, reader, readings, examples, hints, own)
        sure_from = pool.submit(_sure_from, readings, intents, shorter) if not own else None
        vocabulary, labels, weights, bias = export(fit(readings, intents, shorter))
    columns, sense = len(vocabulary.idf), None
    if remembered is not None and vectors is not None and axes is not None:
        sense = learn(remembered.encoder, axes @ weights[columns:], vectors, intents)
    return Model(
        reader=reader,
        vectoriser=Vectoriser(vocabulary),
        labels=labels,
        weights=np.ascontiguousarray(weights[:columns]),
        bias=bias,
        tagger=crf.Tagger(field.result(), hints),
        plain=frozenset(" ".join(reading.words) for reading in readings),
        own=own,
        evidence=_evidence(examples, lists.lexicon.get("first_name", ())),
        sense=sense,
        synonyms=_synonyms(data),
        sure_from=0.0 if sure_from is None else sure_from.result(),
    )


def _sure_from(readings: Sequence[Reading], intents: Sequence[str], vectors: Vectors | None) -> float:
    """From which lead on the first guess is taken, as models say that have seen only some of the examples."""

    def learn(seen: Sequence[int], unseen: Sequence[int]) -> list[list[tuple[str, float]]]:
        first, second = (None if vectors is None else vectors[list(places)] for places in (seen, unseen))
        fitted = fit([readings[place] for place in seen], [intents[place] for place in seen], first)
        return fitted.ranked([readings[place] for place in unseen], second)

    return calibration.sure_from(intents, calibration.held_out(intents, learn))


def _synonyms(data: TrainingData) -> dict[str, str]:
    """Words to values: the synonyms of the files, and the values that annotations give their words."""
    annotated = {
        words.lower(): span.value
        for example in data.examples
        for span in example.spans
        if (words := example.text[span.start : span.end]) != span.value
    }
    return {**annotated, **data.synonyms}


def _evidence(examples: Sequence[Example], names: Iterable[str]) -> dict[str, int]:
    """How often each word is said, without ``names``, addresses and things, which are the same in any language."""
    counted: Counter[str] = Counter()
    for example in examples:
        rest = list(example.text)
        for span in example.spans:
            if span.entity in ANY_LANGUAGE:
                rest[span.start : span.end] = " " * (span.end - span.start)
        counted.update(
            word.text for word in tokens(without_accents(normalise("".join(rest)).low)) if word.text[0].isalpha()
        )
    for name in names:
        counted.pop(without_accents(name.casefold()), None)
    return dict(counted)


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
