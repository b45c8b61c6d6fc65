"""Photos that come with a message: their rows, the work of fetching them, and what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from bot import fetching
from bot.clock import new_id
from bot.files import Kept
from domain.deliveries import StoredFile
from domain.meaning import Entity, Meaning
from domain.moment import SYSTEM, Role
from storage.unit_of_work import UnitOfWork

#: What a photo without words means, and the entity that every photo is.
SHARE_PHOTO, PHOTO = "share_photo", "photo"


@dataclass(frozen=True, slots=True)
class SentPhoto:
    """A photo as a channel hands it over: ``kept`` already, or to be fetched from ``source`` after the message is saved."""

    id: str
    kept: Kept | None = None
    source: str | None = None

    @classmethod
    def here(cls, kept: Kept) -> SentPhoto:
        """A photo that is on the disk."""
        return cls(new_id(), kept=kept)

    @classmethod
    def there(cls, source: str) -> SentPhoto:
        """A photo that a `bot.fetching.Fetcher` gets by ``source``, e.g. ``telegram:<file id>``."""
        return cls(new_id(), source=source)


def add_rows(
    session: Session, photos: Sequence[SentPhoto], conversation_id: int, customer_id: int | None, now: datetime
) -> None:
    """Take the photos of a message into the books, and want those fetched that are not here."""
    uow = UnitOfWork(session, SYSTEM)
    chat = uow.chats.get(conversation_id)
    writer = chat.actor(now) if chat is not None else SYSTEM
    owner = writer.person if customer_id is None and writer.role == Role.CUSTOMER else customer_id
    uow.add(*(_row(each, conversation_id, owner, now) for each in photos))
    for each in photos:
        if each.kept is None:
            uow.want(fetching.key_of(each.id), fetching.KIND, {"file": each.id}, now)


def _row(photo: SentPhoto, conversation_id: int, customer_id: int | None, now: datetime) -> StoredFile:
    row = StoredFile(
        id=photo.id, kind="photo", source=photo.source, conversation_id=conversation_id, customer_id=customer_id, created_at=now
    )  # fmt: skip
    if photo.kept is not None:
        row.path, row.thumbnail, row.mime, row.size, row.digest = (
            photo.kept.path, photo.kept.thumbnail, photo.kept.mime, photo.kept.size, photo.kept.digest,
        )  # fmt: skip
    return row


def with_photos(meaning: Meaning, photo_ids: Sequence[str]) -> Meaning:
    """The meaning of a message together with the photos it came with."""
    end = len(meaning.text)
    found = tuple(Entity(PHOTO, each, end, end, "") for each in photo_ids)
    return replace(meaning, entities=(*meaning.entities, *found))
