"""Trains a model from examples. Only imported when there is no cached model."""

from __future__ import annotations

import gc
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from threadpoolctl import threadpool_limits

from domain.annotated import Span
from domain.meaning import Audience
from nlu import calibration, crf
from nlu.concepts import Concepts
from nlu.encoder import Vectors
from nlu.lists import Lists, lexicon
from nlu.model import Model
from nlu.reading import Reader, Reading
from nlu.regression import Blocks, Regression, fit
from nlu.remembered import Remembered
from nlu.rules.finding import kinds
from nlu.sense import WEIGHT, Sense, learn, principal
from nlu.spelling import Speller
from nlu.telling import ANY_LANGUAGE
from nlu.text import normalise, tokens, without_accents
from nlu.training_data import Example, TrainingData, TrainingDataError
from nlu.vectors import MEANINGS, PIECES, WEIGHTS, WORDS, Vectoriser, Vocabulary

#: A set of fewer examples needs every word and every piece of them.
_MANY = 200
#: A rule's candidates that the random field decides on, and kinds whose single words would teach it little.
DECIDED = frozenset({"quantity"})
_NOT_BARE = frozenset({"reason", "quantity", "rating"})
_FEWEST = 4
#: Kinds whose forms mean something else on the road ("4/5 done") or in the office ("3/5 done").
_NOT_OF = {"driver": frozenset({"rating", "purchase_order"}), "staff": frozenset({"rating"})}


@dataclass(frozen=True, slots=True)
class Features:
    """What is seen in messages, by three vectorisers of scikit-learn (words, pieces, meanings)."""

    vectorisers: tuple[Any, Any, Any]

    @classmethod
    def of(cls, readings: Sequence[Reading]) -> tuple[Features, Any]:
        """What is seen in ``readings``, and its `matrix` of them. Of the words and pieces of many, those that only one has are
        not: in cross-validation they took room and told nothing of others. Meanings that only one has are."""
        plain: dict[str, Any] = {"sublinear_tf": True, "lowercase": False}
        spaced = {**plain, "token_pattern": r"\S+"}
        least = 2 if len(readings) >= _MANY else 1
        vectorisers = (
            TfidfVectorizer(ngram_range=WORDS, min_df=least, **spaced),
            TfidfVectorizer(ngram_range=PIECES, min_df=least, analyzer="char_wb", **plain),
            TfidfVectorizer(ngram_range=MEANINGS, **spaced),
        )
        blocks = [v.fit_transform(texts) for v, texts in zip(vectorisers, _texts(readings), strict=True)]
        return cls(vectorisers), _side_by_side(blocks)

    def matrix(self, readings: Sequence[Reading]) -> Any:
        """The features of ``readings``, a sparse matrix (readings, columns)."""
        return _side_by_side([v.transform(texts) for v, texts in zip(self.vectorisers, _texts(readings), strict=True)])

    @property
    def vocabulary(self) -> Vocabulary:
        """The columns."""
        words, pieces, meanings = (tuple(v.get_feature_names_out()) for v in self.vectorisers)
        return Vocabulary(words, pieces, meanings, np.concatenate([v.idf_ for v in self.vectorisers]))


def _texts(readings: Sequence[Reading]) -> tuple[list[str], list[str], list[str]]:
    words = [" ".join(reading.words) for reading in readings]
    return words, words, [" ".join(reading.meanings) for reading in readings]


def _side_by_side(blocks: Sequence[Any]) -> Any:
    return scipy.sparse.hstack([weight * block for weight, block in zip(WEIGHTS, blocks, strict=True)]).tocsr()


class _Quiet:
    """While anything learns, BLAS has one thread, as its own would wait for each other, and garbage is not looked for, as nearly
    all that is made stays. Both are as they were once the last of several that overlap has ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._learning = 0
        self._before = ExitStack()

    def __enter__(self) -> None:
        with self._lock:
            if self._learning == 0:
                self._before.enter_context(threadpool_limits(1, "blas"))
                if gc.isenabled():
                    gc.disable()
                    self._before.callback(gc.enable)
            self._learning += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._learning -= 1
            if self._learning == 0:
                self._before.close()


_QUIET = _Quiet()


@contextmanager
def learners() -> Iterator[Executor]:
    """Threads in which models learn: what learns does so outside Python, while the examples of others are read. There are
    enough for all that wait for what was begun before them."""
    with _QUIET, ThreadPoolExecutor(32) as pool:
        yield pool


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
    with learners() as pool:
        return begin(pool, data, lists, own, audience, remembered)()


def begin(
    pool: Executor,
    data: TrainingData,
    lists: Lists,
    own: bool = False,
    audience: Audience | None = None,
    remembered: Remembered | None = None,
) -> Callable[[], Model]:
    """As `train`, but only the examples are read: the model learns in ``pool``, and is waited for by the function returned.

    So the examples of one model are read while another learns.
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
    hints = lexicon(lists).hinting(data.lookups, data.regexes)
    field = pool.submit(crf.train, _lessons(reader, readings, examples, hints, own))
    features, matrix = Features.of(readings)
    corrected = [] if remembered is None else [reader.corrected(each) for each in readings]
    seen = pool.submit(_seen, matrix, remembered, corrected)
    fitted = pool.submit(_fitted, seen, intents, remembered)
    sure_from = None if own else pool.submit(_sure_from, seen, intents)
    columns, plain = matrix.shape[1], frozenset(" ".join(reading.words) for reading in readings)

    def model() -> Model:  # holds on to no readings: they are many
        regression, sense = fitted.result()
        return Model(
            reader=reader,
            vectoriser=Vectoriser(features.vocabulary),
            labels=regression.labels,
            weights=np.ascontiguousarray(regression.weights[:columns]),
            bias=regression.bias,
            tagger=crf.Tagger(field.result(), hints),
            plain=plain,
            own=own,
            evidence=_evidence(examples, lists.lexicon.get("first_name", ())),
            sense=sense,
            synonyms=_synonyms(data),
            sure_from=0.0 if sure_from is None else sure_from.result(),
        )

    return model


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a classifier learns from: blocks of columns, of which the last are an encoder's ``vectors`` along ``axes``."""

    blocks: Blocks
    vectors: Vectors | None = None
    axes: Vectors | None = None


def _seen(matrix: Any, remembered: Remembered | None, corrected: Sequence[str]) -> _Seen:
    """What is seen in messages: their features, and the vectors of their texts put right where there is an encoder."""
    if remembered is None:
        return _Seen([matrix])
    vectors = remembered.embed_all(corrected)
    axes = principal(vectors)
    return _Seen([matrix, WEIGHT * vectors @ axes], vectors, axes)


def _fitted(
    seen: Future[_Seen], intents: Sequence[str], remembered: Remembered | None
) -> tuple[Regression, Sense | None]:
    """What tells the intents of messages, and what is made of an encoder's vectors."""
    given = seen.result()
    regression = fit(given.blocks, intents)
    if remembered is None or given.vectors is None or given.axes is None:
        return regression, None
    weights = given.axes @ regression.weights[given.blocks[0].shape[1] :]
    return regression, learn(remembered.encoder, weights, given.vectors, intents)


def _sure_from(given: Future[_Seen], intents: Sequence[str]) -> float:
    """From which lead on the first guess is taken, as a model says that has seen only some of the examples."""
    blocks = given.result().blocks

    def learn(seen: Sequence[int], unseen: Sequence[int]) -> list[list[tuple[str, float]]]:
        regression = fit([block[seen] for block in blocks], [intents[place] for place in seen])
        return ranked(regression, [block[unseen] for block in blocks])

    return calibration.sure_from(intents, calibration.held_out(intents, learn))


def ranked(regression: Regression, blocks: Blocks) -> list[list[tuple[str, float]]]:
    """For each row of ``blocks`` the labels with their probabilities, most likely first."""
    shares = regression.shares(blocks)
    orders = np.argsort(-shares, axis=1, kind="stable")
    return [[(regression.labels[n], float(row[n])) for n in order] for row, order in zip(shares, orders, strict=True)]


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


def _lessons(
    reader: Reader, readings: Sequence[Reading], examples: Sequence[Example], words: crf.Lexicon, own: bool
) -> list[str]:
    kept = frozenset[str]() if own or reader.driving else DECIDED
    marked = [(r, e.intent, crf.labels(r, e, kept)) for r, e in zip(readings, examples, strict=True)]
    if not own:
        marked += _bare(reader, examples)
    seen = Counter(label[2:] for *_, given in marked for label in given if label.startswith("B-"))
    rare = {kind for kind, count in seen.items() if count < _FEWEST} if not own else set()
    if rare:
        marked = [(r, i, ["O" if label[2:] in rare else label for label in given]) for r, i, given in marked]
    return crf.lessons(marked, words)


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
