"""Versions of what staff have taught: folders with the accepted examples and the models trained with them, one of them active.

A version is its examples (`nlu.reviewed`); its models follow from these and from what comes with the program, and are
trained anew when that has changed. Version 0 is what comes with the program alone.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nlu import reviewed
from nlu.reviewed import Accepted

#: So many are kept.
KEPT = 5
SHIPPED = 0
_FOLDER, _POINTER, _ABOUT = "versions", "active.json", "about.json"
_MODELS, _VECTORS = "nlu-*.npz", "examples-*.npz"
_NAME = re.compile(r"\d{4,}")


@dataclass(frozen=True, slots=True)
class Version:
    """One version: ``examples`` were accepted, ``about`` is what was written down when it was made."""

    number: int
    examples: int
    is_active: bool
    made_at: datetime | None = None
    about: Mapping[str, Any] | None = None


class Versions:
    """The versions in a folder."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is where models are kept, those of version 0 themselves."""
        self._folder = folder
        self._place = folder / _FOLDER

    @property
    def active(self) -> int:
        """The number of the version that is used; version 0 where that is gone or cannot be read."""
        number = self._pointer().get("active", SHIPPED)
        return number if isinstance(number, int) and self.examples_of(number) is not None else SHIPPED

    @property
    def active_folder(self) -> Path:
        """Where the models of the active version are kept."""
        return self.folder_of(self.active)

    def folder_of(self, number: int) -> Path:
        """Where the models of a version are kept."""
        return self._folder if number == SHIPPED else self._place / f"{number:04d}"

    def examples_of(self, number: int) -> Path | None:
        """The folder with the accepted examples of a version; None for version 0, and where there is no such version."""
        folder = self.folder_of(number)
        return folder if number != SHIPPED and (folder / _ABOUT).is_file() else None

    @property
    def accepted_folder(self) -> Path | None:
        """The folder with the accepted examples of the active version; None where there are none."""
        return self.examples_of(self.active)

    def make(self, accepted: Iterable[Accepted], now: datetime) -> int:
        """Write a version with these examples, which is not active yet; its number. Raises OSError."""
        numbers = self._numbers()
        number = max(numbers, default=SHIPPED) + 1
        folder = self.folder_of(number)
        examples = sorted(set(accepted))
        folder.mkdir(parents=True)
        reviewed.write(folder, examples)
        for pattern in (_MODELS, _VECTORS):  # what stays the same need not be trained, nor embedded, again
            for kept in sorted(self.active_folder.glob(pattern)):
                shutil.copy2(kept, folder / kept.name)
        self.describe(number, {"made_at": now.isoformat(), "examples": len(examples)})
        return number

    def describe(self, number: int, about: Mapping[str, Any]) -> None:
        """Write down something more about a version."""
        path = self.folder_of(number) / _ABOUT
        _write(path, {**_read(path), **about})

    def drop(self, number: int) -> None:
        """Throw a version away that is not used."""
        if number not in {SHIPPED, self.active}:
            shutil.rmtree(self.folder_of(number), ignore_errors=True)

    def activate(self, number: int) -> None:
        """Use a version from now on; programs that run take it up within a minute. Old ones go. Raises OSError."""
        before = self.active
        earlier = [each for each in self._earlier() if each != number]
        _write(
            self._place / _POINTER, {"active": number, "earlier": [*earlier, before] if before != number else earlier}
        )
        self._prune()

    def roll_back(self) -> int | None:
        """Use the version that was used before; its number, or None where there was none. Raises OSError."""
        earlier = [each for each in self._earlier() if each == SHIPPED or self.examples_of(each) is not None]
        if not earlier:
            return None
        _write(self._place / _POINTER, {"active": earlier[-1], "earlier": earlier[:-1]})
        return earlier[-1]

    def listed(self) -> list[Version]:
        """All versions, the newest first."""
        active = self.active
        found = []
        for number in sorted(self._numbers(), reverse=True):
            about = _read(self.folder_of(number) / _ABOUT)
            made_at = datetime.fromisoformat(about["made_at"]) if about.get("made_at") else None
            found.append(Version(number, int(about.get("examples", 0)), number == active, made_at, about))
        return [*found, Version(SHIPPED, 0, active == SHIPPED)]

    def _numbers(self) -> list[int]:
        if not self._place.is_dir():
            return []
        return [int(each.name) for each in self._place.iterdir() if _NAME.fullmatch(each.name) and each.is_dir()]

    def _earlier(self) -> list[int]:
        earlier = self._pointer().get("earlier", [])
        return [each for each in earlier if isinstance(each, int)] if isinstance(earlier, list) else []

    def _pointer(self) -> dict[str, Any]:
        return _read(self._place / _POINTER)

    def _prune(self) -> None:
        newest = sorted(self._numbers(), reverse=True)[:KEPT]
        keep = {*newest, self.active, *self._earlier()[-1:]}
        for number in self._numbers():
            if number not in keep:
                self.drop(number)


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write(path: Path, content: Mapping[str, Any]) -> None:
    """Write in one step: whoever reads sees the old content or the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=path.name, suffix=".part", dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
    os.replace(temporary, path)
