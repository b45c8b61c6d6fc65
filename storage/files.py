"""Queries for stored files. What lies on the disk is the program's to look after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, not_, or_, select, update
from sqlmodel import Session

from domain.conversations import Conversation
from domain.deliveries import DeliveryProof, StoredFile

_files = StoredFile.__table__  # type: ignore[attr-defined]
_proofs = DeliveryProof.__table__  # type: ignore[attr-defined]
_conversations = Conversation.__table__  # type: ignore[attr-defined]
#: The kind of a photo of what was collected.
RETURN = "return"


class StoredFiles:
    """Queries for files."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, file_id: str, now: datetime) -> StoredFile | None:
        """The file of that id, unless it has expired."""
        found = self._session.get(StoredFile, file_id)
        return None if found is None or (found.expires_at is not None and found.expires_at <= now) else found

    def lock(self, file_id: str) -> StoredFile | None:
        """The file of that id, for this transaction alone."""
        query = select(StoredFile).where(_files.c.id == file_id).with_for_update()
        return self._session.scalars(query.execution_options(populate_existing=True)).first()

    def of_ids(self, ids: Iterable[str], now: datetime) -> dict[str, StoredFile]:
        """Those of the files that are there and have not expired, by id."""
        wanted = list(ids)
        if not wanted:
            return {}
        alive = or_(_files.c.expires_at.is_(None), _files.c.expires_at > now)
        return {
            each.id: each for each in self._session.scalars(select(StoredFile).where(_files.c.id.in_(wanted), alive))
        }


def that_must_go(session: Session, now: datetime, silent_since: datetime) -> Sequence[StoredFile]:
    """Files that have expired, and those of strangers' chats that have been silent since a moment."""
    expired = _files.c.expires_at <= now
    return session.scalars(select(StoredFile).where(or_(expired, of_strangers(silent_since)))).all()


def of_strangers(silent_since: datetime) -> ColumnElement[bool]:
    """Whether a file is of a chat that is nobody's and has been silent since a moment, and shows nothing that is kept."""
    strangers = select(_conversations.c.id).where(
        _conversations.c.customer_id.is_(None), _conversations.c.driver_id.is_(None),
        _conversations.c.last_at < silent_since,
    )  # fmt: skip
    return and_(not_(somebodys_file()), _files.c.conversation_id.in_(strangers))


def somebodys_file() -> ColumnElement[bool]:
    """Whether a file is a customer's, shows a delivery, or a return that was collected, whoever sent it."""
    return or_(_files.c.customer_id.is_not(None), _files.c.order_number.is_not(None), _files.c.kind == RETURN)


def delete_rows(session: Session, file_ids: Sequence[str]) -> None:
    """Forget files; proofs go without them."""
    for start in range(0, len(file_ids), 500):
        some = file_ids[start : start + 500]
        session.execute(update(_proofs).where(_proofs.c.photo_id.in_(some)).values(photo_id=None))
        session.execute(delete(_files).where(_files.c.id.in_(some)))
