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
from pathlib import Path
from typing import Any

import numpy as np

from nlu import crf
from nlu.concepts import Concepts
from nlu.crf import Tagger
from nlu.model import Model
from nlu.reading import Reader
from nlu.spelling import Speller
from nlu.vectors import Vectoriser, Vocabulary

_FORMAT = 1
_HERE = Path(__file__).resolve().parent
_READING_CODE = ("*.py", "rules/*.py")


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
        "leave": sorted(model.reader.leave),
        "driving": model.reader.driving,
        "field": crf.digest(model.tagger.model),
    }
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
            )
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def load(path: Path, concepts: Concepts, lexicon: crf.Lexicon) -> Model | None:
    """The model in ``path``; None when there is none or it is damaged or of another format."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            about: dict[str, Any] = json.loads(stored["about"].tobytes())
            weights, bias, idf = stored["weights"], stored["bias"], stored["idf"]
            field = stored["field"].tobytes()
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, RecursionError):
        return None
    try:
        return _model(about, weights, bias, idf, field, concepts, lexicon)
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
    speller = Speller({str(word): int(count) for word, count in about["counts"].items()})
    return Model(
        reader=Reader(speller, concepts, frozenset(about["leave"]), bool(about["driving"])),
        vectoriser=Vectoriser(vocabulary),
        labels=labels,
        weights=weights,
        bias=bias,
        tagger=Tagger(field, lexicon),
        plain=frozenset(about["plain"]),
        own=bool(about["own"]),
    )
