"""Puts an encoder into its folder, whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from nlu.encoder import ABOUT, TOKENIZER, digests


@contextmanager
def beside(folder: Path) -> Iterator[Path]:
    """A new folder on the same disk as ``folder``, to fill; what is left of it goes. Raises OSError."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as temporary:
        made = Path(temporary) / "made"
        made.mkdir()
        yield made


def describe(made: Path, name: str, languages: Sequence[str], tokenizer: bytes, pooling: str = "mean") -> None:
    """Adds tokenizer and description to a folder with a ``model.onnx``."""
    (made / TOKENIZER).write_bytes(tokenizer)
    about = {"name": name, "languages": list(languages), "pooling": pooling, "files": digests(made)}
    (made / ABOUT).write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")


def exchange(made: Path, folder: Path) -> None:
    """Puts ``made``, a folder of `beside`, in the place of ``folder``."""
    if folder.exists():
        before = made.parent / "before"
        os.replace(folder, before)
        shutil.rmtree(before, ignore_errors=True)
    os.replace(made, folder)
