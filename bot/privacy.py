"""Handing out and forgetting what is personal: the work that is done outside of the turn in which it was asked for."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

import orjson

from actions.perform import perform
from bot.clock import moment, new_id, now
from bot.files import Files
from bot.settings import Settings
from domain.commands import RecordExport
from domain.customers import Customer
from domain.moment import SYSTEM
from domain.refusals import Refusal
from storage import personal
from storage.database import Database
from storage.jobs import JobRow


class StillTalking(Exception):
    """Something is still under way in a chat that shall be erased; it is tried again."""


@dataclass(frozen=True, slots=True)
class _Paths:
    """One file on the disk."""

    path: str | None
    thumbnail: str | None = None


def export(database: Database, settings: Settings, job: JobRow) -> None:
    """Put everything kept about a customer into a ZIP file, and tell them where it is."""
    customer_id, files = int(job.payload["customer"]), Files(settings)
    with database.reading() as session:
        customer = session.get(Customer, customer_id)
        if customer is None or customer.erased_at is not None:
            return
        gathered = personal.gather(session, customer_id)
        photos = personal.files_of(session, customer_id)
    name = f"my-data-{now().date().isoformat()}.zip"
    kept = files.keep_file(_packed(gathered, photos, files), name, "application/zip")
    command = RecordExport(
        customer=customer_id, conversation=job.payload["conversation"], file=job.payload.get("file") or new_id(),
        name=name, path=kept.path, size=kept.size,
    )  # fmt: skip
    try:
        perform(database, [command], moment(SYSTEM, job.key, settings.policies))
    except Refusal:  # erased in the meantime, or recorded before a crash
        files.remove(kept)
    except BaseException:
        files.remove(kept)
        raise


def _packed(gathered: dict[str, list[dict[str, object]]], photos: list[str], files: Files) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", orjson.dumps(gathered, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS))
        for path in photos:
            found = files.path_of(_Paths(path))
            if found is not None:
                archive.write(found, f"files/{found.name}")
    return packed.getvalue()


def forget(database: Database, settings: Settings, job: JobRow) -> None:
    """Remove the files of a customer who is erased, then the chat in which they asked. Raises StillTalking."""
    files = Files(settings)
    for path in job.payload["files"]:
        files.remove(_Paths(path))
    chat_id = job.payload["conversation"]
    if chat_id is not None and not database.retrying(lambda session: personal.erase_chat(session, chat_id)):
        raise StillTalking("the last answer is not sent yet")
    database.forget_deleted()
