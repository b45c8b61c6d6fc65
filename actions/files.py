"""Files that come in: what became of those that had to be fetched."""

from __future__ import annotations

from domain.commands import RecordFile
from domain.moment import Moment
from domain.notices import Notice, PhotoUnusable
from storage.unit_of_work import UnitOfWork


def record_file(command: RecordFile, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Say where the file is; or why it cannot be used, and tell the chat it came from. Once; it may be gone by now."""
    file = uow.files.lock(command.file)
    if file is None or file.path is not None or file.trouble is not None:
        return []
    if command.trouble is not None:
        file.trouble = command.trouble
        return [PhotoUnusable(reason=command.trouble, chat=file.conversation_id)] if file.conversation_id else []
    file.path, file.thumbnail, file.mime, file.size = command.path, command.thumbnail, command.mime, command.size
    file.digest = command.digest
    return []
