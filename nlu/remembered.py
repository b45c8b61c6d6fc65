"""Vectors of training examples, kept on disk: whoever trains again embeds only what is new."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
import threading
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu.encoder import Encoder, Vectors

#: Beyond so many only those that were asked for are kept.
_MOST = 50_000


class Remembered:
    """An encoder that remembers in ``folder`` (None: nowhere). Safe to call from several threads. Vectors are rounded to 16 bits."""

    def __init__(self, encoder: Encoder, folder: Path | None) -> None:
        self.encoder = encoder
        self._path = None if folder is None else folder / f"examples-{encoder.identity[:16]}.npz"
        self._known: dict[bytes, NDArray[np.float16]] = {}
        self._asked: set[bytes] = set()
        self._new = False
        self._embedding = threading.Lock()
        if self._path is not None:
            self._known = _read(self._path, encoder.size)

    def embed_all(self, texts: Sequence[str]) -> Vectors:
        """The vectors of ``texts``, of shape (texts, size)."""
        keys = [hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest() for text in texts]
        with self._embedding:  # several have texts in common, and each uses all processors
            missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
            if missing:
                vectors = self.encoder.embed_all(list(missing.values())).astype(np.float16)
                self._known.update(zip(missing, vectors, strict=True))
                self._new = True
            self._asked.update(keys)
        return np.array([self._known[key] for key in keys], np.float32).reshape(len(keys), self.encoder.size)

    def keep(self) -> None:
        """Writes what is new to the folder, in place of what other encoders said, beside what other processes have kept
        there meanwhile. Raises OSError."""
        if self._path is None or not self._new:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(self._path.parent):
            self._known = {**_read(self._path, self.encoder.size), **self._known}
            self._write(self._path)

    def _write(self, path: Path) -> None:
        kept = [key for key in self._known if len(self._known) <= _MOST or key in self._asked]
        keys = np.frombuffer(b"".join(kept), np.uint8).reshape(-1, 16)
        handle, temporary = tempfile.mkstemp(prefix=path.name, suffix=".part", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, keys=keys, vectors=np.array([self._known[key] for key in kept]))
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        for other in path.parent.glob("examples-*.npz"):
            if other != path:
                other.unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Of all processes this one has the ``folder`` meanwhile."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _read(path: Path, size: int) -> dict[bytes, NDArray[np.float16]]:
    """What is kept in ``path``; nothing where there is no such file or it is damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            keys, vectors = stored["keys"], stored["vectors"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}
    if keys.shape != (len(vectors), 16) or vectors.shape != (len(vectors), size) or vectors.dtype != np.float16:
        return {}
    return {key.tobytes(): vector for key, vector in zip(keys, vectors, strict=True)}
