"""Answers about numbers as CSV files that spreadsheets open safely."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import fields

from actions.numbers import SAVE, Answer, answer
from actions.perform import perform
from bot.clock import moment
from bot.files import Files
from bot.settings import Settings
from bot.words import Words
from domain.commands import AskNumbers, RecordNumbers
from domain.moment import SYSTEM
from domain.numbers import Item
from domain.refusals import Refusal
from storage.database import Database
from storage.jobs import JobRow
from storage.unit_of_work import UnitOfWork

KIND = SAVE
#: What spreadsheets take for a formula at the beginning of a cell (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def save(database: Database, settings: Settings, job: JobRow) -> None:
    """Write the file of an answer, and say in the chat where it was asked for that it is there."""
    command, at = AskNumbers.model_validate(job.payload["numbers"]), moment(SYSTEM, job.key, settings.policies)
    words = Words(settings.spoken, settings.zone, settings.texts_folder, settings.url)
    with database.reading() as session:
        found = answer(command, UnitOfWork(session, SYSTEM), at)
    data = csv_of(found, command, lambda name: words.say(f"numbers.file.{name}", {}, None, at.now))
    name, files = f"{command.what}-{str(found.days).replace('/', '-to-')}.csv", Files(settings)
    kept = files.keep_file(data, name, "text/csv")
    record = RecordNumbers(
        conversation=job.payload["conversation"], file=job.payload["file"], name=name, path=kept.path, size=kept.size
    )
    try:
        perform(database, [record], at)
    except Refusal:  # recorded before a crash
        files.remove(kept)
    except BaseException:
        files.remove(kept)
        raise


def csv_of(found: Answer, command: AskNumbers, title: Callable[[str], str]) -> bytes:
    """The groups with their counts; what was counted, one by one, where it is not split. UTF-8 with a mark, which Excel needs."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([safe(cell) for cell in row] for row in _rows(found, command, title))
    return text.getvalue().encode("utf-8-sig")


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _rows(found: Answer, command: AskNumbers, title: Callable[[str], str]) -> Iterator[list[str]]:
    if command.by:
        yield [*(title(each.value) for each in command.by), title("count")]
        for group in found.groups:
            yield [*(value or "" for value in group.values), str(group.count)]
        return
    names = [each.name for each in fields(Item)]
    yield [title(name) for name in names]
    for item in found.items:
        yield ["" if (value := getattr(item, name)) is None else str(value) for name in names]
