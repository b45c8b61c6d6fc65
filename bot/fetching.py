"""Photos that a channel keeps for us: fetched after their message was taken in, checked, and kept."""

from __future__ import annotations

from typing import Protocol

from actions.perform import perform
from bot.clock import moment, now
from bot.files import BadPhoto, Files, Kept
from bot.settings import Settings
from domain.commands import RecordFile
from domain.deliveries import StoredFile
from domain.moment import SYSTEM
from storage.database import Database
from storage.jobs import JobRow

KIND = "fetch_file"
#: After so many failures a photo counts as lost, and whoever sent it is asked to send it again.
MOST_ATTEMPTS = 6


class FetchTrouble(Exception):
    """The channel did not give the file; trying again later may help."""


class Fetcher(Protocol):
    """Fetches what `StoredFile.source` names, e.g. ``telegram:<file id>``. Blocks; called from a thread."""

    def fetch(self, source: str) -> bytes:
        """The content. Raises FetchTrouble when it is to be tried again, BadPhoto when that is of no use."""
        ...


def key_of(file_id: str) -> str:
    """The key of the job that fetches a file."""
    return f"fetch:{file_id}"


def fetch_file(database: Database, settings: Settings, fetcher: Fetcher, job: JobRow) -> None:
    """Fetch a photo and record where it is, or why it cannot be used. Raises FetchTrouble."""
    file_id = str(job.payload["file"])
    with database.reading() as session:
        stored = session.get(StoredFile, file_id)
    if stored is None or stored.source is None or stored.path is not None or stored.trouble is not None:
        return
    files, at = Files(settings), moment(SYSTEM, job.key, settings.policies)
    try:
        kept = files.keep_photo(fetcher.fetch(stored.source))
    except BadPhoto as bad:
        perform(database, [RecordFile(file=file_id, trouble=bad.reason)], at)
        return
    except FetchTrouble:
        if job.attempts < MOST_ATTEMPTS:
            raise
        perform(database, [RecordFile(file=file_id, trouble="photo_lost")], at)
        return
    _record(database, files, file_id, kept, job, settings)


def _record(database: Database, files: Files, file_id: str, kept: Kept, job: JobRow, settings: Settings) -> None:
    """Say where the photo is; what nobody waits for any more does not stay."""
    command = RecordFile(
        file=file_id, path=kept.path, thumbnail=kept.thumbnail, mime=kept.mime, size=kept.size, digest=kept.digest
    )
    taken = False
    try:
        _, row = perform(
            database,
            [command],
            moment(SYSTEM, job.key, settings.policies),
            lambda uow: uow.files.find(file_id, now()),
        )
        taken = row is not None and row.path == kept.path
    finally:
        if not taken:
            files.remove(kept)
