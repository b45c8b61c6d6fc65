"""A sentence encoder: texts that mean the same lie near each other, whatever their words.

Runs an ONNX file with onnxruntime on one thread, after the tokenizer that belongs to it. A folder holds ``model.onnx``
and ``tokenizer.json``, and ``encoder.json`` with its name, its languages and how tokens become one vector; without that
file it is taken for English and averaged.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MODEL, TOKENIZER, ABOUT = "model.onnx", "tokenizer.json", "encoder.json"
#: Tokens looked at; the pieces of about a hundred words.
LONGEST = 128
#: Tokens of one run over many texts, padding counted: with more what is in between leaves the processor's cache.
_AT_ONCE = 256
#: So many of the last texts are remembered: much of what people write they write in the same words.
KEPT = 1024

Vectors = NDArray[np.float32]


class EncoderError(ValueError):
    """An encoder is missing, damaged or not what it should be; the message says which and what to do."""


class Encoder:
    """Turns texts into vectors of length one. Safe to call from several threads."""

    def __init__(self, folder: Path) -> None:
        """The encoder in ``folder``. Raises EncoderError where there is none or it cannot be read."""
        files, about = digests(folder), _about(folder / ABOUT)
        self.folder = folder
        self.name = str(about.get("name") or folder.name)
        self.languages = frozenset(str(each) for each in about.get("languages") or ("en",))
        #: What it computes with: a change of it makes everything computed before unfit.
        self.identity = hashlib.sha256(
            b"".join(bytes.fromhex(files[name]) for name in (MODEL, TOKENIZER)) + str(about.get("pooling")).encode()
        ).hexdigest()
        if about.get("files") and about["files"] != files:
            raise EncoderError(f"the encoder in {folder} is damaged; build or fetch it again")
        self._first = about.get("pooling") == "cls"
        try:
            self._tokens, self._session = _tokenizer(folder / TOKENIZER), _session(folder / MODEL)
        except Exception as error:  # both libraries raise their own, from native code
            raise EncoderError(f"the encoder in {folder} cannot be read: {error}") from error
        inputs = {each.name: each.type for each in self._session.get_inputs()}
        if not {"input_ids", "attention_mask"} <= set(inputs) or set(inputs) - _INPUTS:
            raise EncoderError(
                f"{folder / MODEL} wants {', '.join(inputs)}; an encoder wants input_ids and attention_mask"
            )
        self._inputs = {name: np.int32 if "int32" in kind else np.int64 for name, kind in inputs.items()}
        self.embed = lru_cache(maxsize=KEPT)(self._embed)
        self.size = int(self._embed("").shape[0])

    def _embed(self, text: str) -> Vectors:
        """The vector of ``text``, not to be written to; those of the last texts are kept."""
        vector: Vectors = self._run([self.ids(text)])[0]
        vector.flags.writeable = False
        return vector

    def ids(self, text: str) -> list[int]:
        """The numbers of the tokens of ``text``, the signs of beginning and end with them."""
        return list(self._tokens.encode(text).ids)

    def embed_all(self, texts: Sequence[str]) -> Vectors:
        """The vectors of ``texts``, of shape (texts, size)."""
        ids = [encoding.ids for encoding in self._tokens.encode_batch(list(texts))]
        result = np.zeros((len(ids), self.size), np.float32)
        order = sorted(range(len(ids)), key=lambda place: len(ids[place]))
        parts = []
        while order:
            longest = len(ids[order[-1]])
            parts.append(order[-max(1, _AT_ONCE // longest) :])
            del order[-len(parts[-1]) :]
        with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
            for part, vectors in zip(
                parts, pool.map(lambda part: self._run([ids[at] for at in part]), parts), strict=True
            ):
                result[part] = vectors
        return result

    def _run(self, ids: Sequence[Sequence[int]]) -> Vectors:
        longest = max(len(each) for each in ids)
        tokens = np.array([[*each, *[0] * (longest - len(each))] for each in ids])
        mask = np.array([[1] * len(each) + [0] * (longest - len(each)) for each in ids])
        given = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}
        feed = {name: given[name].astype(kind) for name, kind in self._inputs.items()}
        out: Vectors = self._session.run(None, feed)[0]
        if out.ndim == 3:  # one vector a token, as files of the Hugging Face hub give them
            weights = mask[:, :, None].astype(np.float32)
            out = out[:, 0] if self._first else (out * weights).sum(1) / weights.sum(1)
        length = np.linalg.norm(out, axis=1, keepdims=True)
        return np.asarray(out / np.maximum(length, 1e-9), np.float32)


_INPUTS = frozenset({"input_ids", "attention_mask", "token_type_ids"})


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of both files in ``folder`` by their names. Raises EncoderError where one cannot be read."""
    return {name: _digest(folder / name) for name in (MODEL, TOKENIZER)}


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EncoderError(f"there is no encoder in {path.parent}: {path.name} cannot be read") from error


def _about(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EncoderError(f"{path} cannot be read: {error}") from error
    if not isinstance(about, dict):
        raise EncoderError(f"{path} is no JSON object")
    return about


def _tokenizer(path: Path) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    return tokenizer


def _session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # messages run side by side, not parts of one
    options.enable_cpu_mem_arena = False  # it keeps the memory of the longest text for ever
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
