"""Photos and other files, and the proof of a delivery."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from domain.commands.base import Command, OrderNumber
from domain.values import Place

FileId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{22}$")]
KeptAt = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class RecordFile(Command):
    """A file that was waited for is there now (path, mime, size, digest), or ``trouble`` names why it cannot be used."""

    file: FileId
    path: KeptAt | None = None
    thumbnail: KeptAt | None = None
    mime: str = ""
    size: Annotated[int, Field(ge=0)] = 0
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    trouble: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")] | None = None


class KeepProofPhoto(Command):
    """A photo of the delivery of an order is on the disk; it gets the id ``file``."""

    file: FileId
    order: OrderNumber
    path: KeptAt
    thumbnail: KeptAt | None = None
    mime: str
    size: Annotated[int, Field(ge=0)]


class RecordProof(Command):
    """Who took an order, when and where, with a photo; in place of what was recorded before."""

    order: OrderNumber
    at: AwareDatetime
    name: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)] | None = None
    place: Place | None = None
    photo: FileId | None = None
