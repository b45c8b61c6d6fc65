"""Files in the data folder: customers' photos, proofs, exports. Their rows are `domain.deliveries.StoredFile`."""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from bot.clock import new_id
from bot.settings import Settings
from domain.refusals import Refusal

#: A photo as it is sent, in bytes.
LARGEST_PHOTO = 10 * 1024 * 1024
PHOTO_MIME = "image/jpeg"
_UNFINISHED = ".unfinished"
#: What was begun and not finished for this long, in seconds, was left behind by a crash.
_LEFT_BEHIND = 3600
#: Pictures are decoded one at a time: each may take a few hundred megabytes while that goes on.
_PHOTOGRAPHER = ThreadPoolExecutor(1, thread_name_prefix="photo")


class BadPhoto(Refusal):
    """A photo that cannot be used; ``reason`` names the text that says why and what to do instead."""

    def __init__(self, reason: str, **values: Any) -> None:
        super().__init__(reason, **values)
        self.reason = reason


class HasPaths(Protocol):
    """Whatever says where a file and its small form lie, relative to the files folder."""

    @property
    def path(self) -> str | None: ...
    @property
    def thumbnail(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is on the disk now. ``size`` in bytes; paths relative to the files folder; ``digest`` is the SHA-256 of
    what it was made from, in hexadecimal."""

    path: str
    thumbnail: str | None
    mime: str
    size: int
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A file on the disk, and the name it is given to people with."""

    path: Path
    name: str


class Files:
    """Keeps files under random names. Used by several threads."""

    def __init__(self, settings: Settings) -> None:
        """Makes the folder. Raises WrongSetting when that is not possible."""
        self._folder = settings.folder("files")

    async def take_photo(self, data: bytes) -> Kept:
        """`keep_photo` in a thread of its own, so that pictures hold up neither turns nor sending."""
        return await asyncio.get_running_loop().run_in_executor(_PHOTOGRAPHER, self.keep_photo, data)

    def keep_photo(self, data: bytes) -> Kept:
        """Keep a photo as a JPEG of at most 2,048 pixels without its metadata, and a small one. Raises BadPhoto."""
        if len(data) > LARGEST_PHOTO:
            raise BadPhoto("photo_too_large")
        from bot.photos import redraw  # Pillow takes long to import, and most processes do without

        large, small = redraw(data)
        name = new_id()
        self._write(f"{name}-small.jpg", small)
        self._write(f"{name}.jpg", large)
        digest = hashlib.sha256(data).hexdigest()
        return Kept(f"{name}.jpg", f"{name}-small.jpg", PHOTO_MIME, len(large), digest)

    def keep_file(self, data: bytes, name: str, mime: str) -> Kept:
        """Keep a file of our own making; ``name`` is what it is called when somebody saves it."""
        path = f"{new_id()}{Path(name).suffix[:10]}"
        self._write(path, data)
        return Kept(path, None, mime, len(data))

    def path_of(self, stored: HasPaths, *, small: bool = False) -> Path | None:
        """Where a file (or its small form, where it has one) lies; None while it is not here."""
        name = (stored.thumbnail if small else None) or stored.path
        path = self._folder / name if name else None
        return path if path is not None and path.parent == self._folder and path.is_file() else None

    def remove(self, stored: HasPaths) -> None:
        """Delete a file and its small form; nothing to do where they are gone."""
        for name in (stored.path, stored.thumbnail):
            if name and (self._folder / name).parent == self._folder:
                (self._folder / name).unlink(missing_ok=True)

    def tidy(self) -> None:
        """Delete what a crash left half written."""
        for path in self._folder.glob(f"*{_UNFINISHED}"):
            if time.time() - path.stat().st_mtime > _LEFT_BEHIND:
                path.unlink(missing_ok=True)

    def _write(self, name: str, data: bytes) -> None:
        """All of it or nothing, also when the power fails."""
        unfinished = self._folder / f"{name}{_UNFINISHED}"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(self._folder / name)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        _sync_folder(self._folder)


def _sync_folder(folder: Path) -> None:
    """Make new names last; not every system can do that for a folder."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
