"""Trained models on disk, in a form that holds numbers and text only and so cannot execute code when read.

One file per model: numpy's zip format without pickles, which carries checksums; the native random field's bytes are
checked by SHA-256 before CRFsuite sees them.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from nlu import crf
from nlu.concepts import Concepts
from nlu.crf import Tagger
from nlu.encoder import Encoder
from nlu.model import Model
from nlu.reading import Reader
from nlu.sense import Sense
from nlu.spelling import Speller
from nlu.vectors import Vectoriser, Vocabulary

_FORMAT = 2
_HERE = Path(__file__).resolve().parent
#: Parts of a `Sense` by their names in the file.
_SENSED = ("sense_weights", "known", "lengths")
_READING_CODE = ("*.py", "rules/*.py", "rules/spanish/*.py", "languages/*.py")


def code_version() -> str:
    """SHA-256 over the source of the engine: a change of it makes older caches unfit."""
    total = hashlib.sha256(f"{_FORMAT} {np.__version__}".encode())
    for pattern in _READING_CODE:
        for path in sorted(_HERE.glob(pattern)):
            total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()


def key(*parts: bytes) -> str:
    """A name for a model made of ``parts`` (training files, configuration) by this code."""
    total = hashlib.sha256(code_version().encode())
    for part in parts:
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()[:24]


def save(model: Model, path: Path) -> None:
    """Writes ``model`` to ``path`` in one step: readers see the old file or the whole new one. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    vocabulary = model.vectoriser.vocabulary
    about = {
        "format": _FORMAT,
        "labels": model.labels,
        "words": vocabulary.words,
        "pieces": vocabulary.pieces,
        "meanings": vocabulary.meanings,
        "counts": model.reader.speller.counts,
        "plain": sorted(model.plain),
        "own": model.own,
        "evidence": model.evidence,
        "sure_from": model.sure_from,
        "synonyms": model.synonyms,
        "lookups": model.tagger.lexicon.lookups,
        "regexes": model.tagger.lexicon.regexes,
        "leave": sorted(model.reader.leave),
        "driving": model.reader.driving,
        "field": crf.digest(model.tagger.model),
        "encoder": None if model.sense is None else model.sense.encoder.identity,
        "doubt": None if model.sense is None else (model.sense.middle, model.sense.width),
    }
    sensed = {} if model.sense is None else _arrays(model.sense)
    handle, temporary = tempfile.mkstemp(prefix=path.name, suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(
                file,
                about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
                weights=model.weights,
                bias=model.bias,
                idf=vocabulary.idf,
                field=np.frombuffer(model.tagger.model, dtype=np.uint8),
                **sensed,
            )
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _arrays(sense: Sense) -> dict[str, Any]:
    return dict(zip(_SENSED, (sense.weights, sense.known, sense.lengths), strict=True))


def load(path: Path, concepts: Concepts, lexicon: crf.Lexicon, encoder: Encoder | None = None) -> Model | None:
    """The model in ``path``; None when there is none, or it is damaged, of another format, or of another ``encoder``."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            about: dict[str, Any] = json.loads(stored["about"].tobytes())
            weights, bias, idf = stored["weights"], stored["bias"], stored["idf"]
            field = stored["field"].tobytes()
            sensed = {name: stored[name] for name in _SENSED if name in stored}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, RecursionError):
        return None
    try:
        model = _model(about, weights, bias, idf, field, concepts, lexicon)
        return None if model is None else _with_sense(model, about, sensed, encoder)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _model(
    about: dict[str, Any], weights: Any, bias: Any, idf: Any, field: bytes, concepts: Concepts, lexicon: crf.Lexicon
) -> Model | None:
    vocabulary = Vocabulary(tuple(about["words"]), tuple(about["pieces"]), tuple(about["meanings"]), idf)
    labels = tuple(str(label) for label in about["labels"])
    columns = len(vocabulary.words) + len(vocabulary.pieces) + len(vocabulary.meanings)
    if about["format"] != _FORMAT or about["field"] != crf.digest(field):
        return None
    if weights.shape != (columns, len(labels)) or bias.shape != (len(labels),) or idf.shape != (columns,):
        return None
    language = lexicon.language
    speller = Speller({str(word): int(count) for word, count in about["counts"].items()}, common=language.common_words)
    return Model(
        reader=Reader(speller, concepts, frozenset(about["leave"]), bool(about["driving"]), language),
        vectoriser=Vectoriser(vocabulary),
        labels=labels,
        weights=weights,
        bias=bias,
        tagger=Tagger(field, lexicon.hinting(about["lookups"], about["regexes"])),
        plain=frozenset(about["plain"]),
        own=bool(about["own"]),
        synonyms={str(words): str(value) for words, value in about["synonyms"].items()},
        evidence={str(word): int(count) for word, count in about["evidence"].items()},
        sure_from=float(about["sure_from"]),
    )


def _with_sense(model: Model, about: dict[str, Any], sensed: dict[str, Any], encoder: Encoder | None) -> Model | None:
    if about["encoder"] != (None if encoder is None else encoder.identity):
        return None
    if encoder is None:
        return model
    weights, known, lengths = (sensed[name] for name in _SENSED)
    if weights.shape != (encoder.size, len(model.labels)) or known.shape != (len(lengths), encoder.size):
        return None
    return replace(model, sense=Sense(encoder, weights, known, lengths, *map(float, about["doubt"])))
