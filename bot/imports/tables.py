"""Tables out of CSV files, as spreadsheets write them, and what is wrong in which row and column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path

from babel.numbers import get_currency_precision

#: A file may have so many bytes, a cell so many characters.
LARGEST_FILE = 50 * 1024 * 1024
LONGEST_CELL = 20_000
_AMOUNT = re.compile(r"\d{1,10}(?:[.,](\d+))?")
_SHOWN = 300


class Unreadable(Exception):
    """The file as a whole cannot be used; the words say why and what to do."""


class WrongCell(ValueError):
    """A cell that is not what it must be; the words say what is wrong."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong in a row; the header is row 1, as in a spreadsheet."""

    row: int
    column: str | None
    detail: str

    def __str__(self) -> str:
        where = f"row {self.row}, column {self.column}" if self.column else f"row {self.row}"
        return printable(f"{where}: {self.detail}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number and its cells by column, without blanks at the ends; columns that are not there are empty."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass
class Table:
    """The good rows of a file, the faults of the others, and whether its numbers may have a decimal comma."""

    rows: list[Row] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    decimal_comma: bool = False

    def number(self, text: str) -> float:
        """A cell as a number. Raises WrongCell."""
        plain = text.replace(",", ".") if self.decimal_comma else text
        try:
            return float(plain)
        except ValueError:
            raise WrongCell("must be a number") from None


def printable(text: str) -> str:
    """A line that does nothing to a terminal and has an end."""
    clean = "".join(char if char.isprintable() else "�" for char in text)
    return clean if len(clean) <= _SHOWN else clean[: _SHOWN - 1] + "…"


def minor_units(text: str, currency: str) -> int:
    """An amount as people write it, 18.90, in the currency's minor unit. Raises WrongCell."""
    digits = get_currency_precision(currency)
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise WrongCell("is no amount; write it like 18.90")
    if len(found[1] or "") > digits:
        raise WrongCell(f"has more than {digits} decimals" if digits else f"has decimals, {currency} has none")
    return int(Decimal(text.replace(",", ".")).scaleb(digits))


def read_table(path: Path, required: tuple[str, ...], optional: tuple[str, ...]) -> Table:
    """The rows of a CSV file (UTF-8; comma, semicolon or tab). Raises Unreadable for a file or header that cannot be used."""
    text = _text(path)
    lines = text.splitlines(keepends=True)
    if not text.strip():
        raise Unreadable(f"{path}: the file is empty; its first row must name the columns")
    delimiter = _delimiter(lines[0])
    records = _records(text, delimiter)
    number, header, fault = next(records)
    if fault is not None:
        raise Unreadable(f"{path}: the header cannot be read; {fault}")
    columns = _columns(path, header, required, optional)
    table = Table(decimal_comma=delimiter != ",")
    for number, cells, fault in records:
        if fault is not None:
            table.faults.append(RowFault(number, None, fault))
        elif any(cell.strip() for cell in cells):
            _add(table, number, columns, cells)
    return table


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Unreadable(f"{path}: the file is larger than {LARGEST_FILE // 1024**2} MB; split it")
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path}: the file is not UTF-8 (at byte {error.start}); save it as CSV UTF-8") from error
    except OSError as error:
        raise Unreadable(f"{path}: the file cannot be read ({error.strerror})") from error


def _delimiter(header: str) -> str:
    """What separates the columns: whichever the header has most of."""
    return max(",;\t", key=header.count)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str], str | None]]:
    """The records with their numbers, or what is wrong with one. A broken one ends with its line."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number, line = 0, 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            lost = reader.line_num - line
            yield number, [], _broken(str(error), lost)
            number += max(0, lost - 1)
        else:
            yield number, cells, None
        line = reader.line_num


def _broken(error: str, lines: int) -> str:
    also = f"; the {lines - 1} lines after it were not read either" if lines > 1 else ""
    if "field larger" in error:
        return f"a cell is longer than {LONGEST_CELL} characters, or a quotation mark is not closed{also}"
    if "unexpected end" in error:
        return f"a quotation mark is not closed{also}"
    return f"a quotation mark is in the wrong place; write it twice inside a cell{also}"


def _columns(path: Path, header: list[str], required: tuple[str, ...], optional: tuple[str, ...]) -> list[str]:
    names = [name.strip().lower().replace(" ", "_") for name in header]
    while names and not names[-1]:
        names.pop()
    known = (*required, *optional)
    missing = [name for name in required if name not in names]
    unknown = [name for name in names if name not in known]
    twice = sorted({name for name in names if names.count(name) > 1})
    troubles = []
    if missing:
        troubles.append(f"columns missing: {', '.join(missing)}")
    if unknown:
        troubles.append("columns not known: " + ", ".join(_guess(name, known) for name in unknown[:10]))
    if twice:
        troubles.append(f"columns there twice: {', '.join(twice)}")
    if troubles:
        raise Unreadable(printable(f"{path}: {'; '.join(troubles)}. Known columns: {', '.join(known)}"))
    return names


def _guess(name: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(name, known, 1, 0.7)
    return f"{name or '(without a name)'} (did you mean {near[0]}?)" if near else name or "(without a name)"


def _add(table: Table, number: int, columns: list[str], cells: list[str]) -> None:
    extra = [cell for cell in cells[len(columns) :] if cell.strip()]
    if extra:
        table.faults.append(RowFault(number, None, f"has {len(cells)} cells, the header has {len(columns)}"))
        return
    table.rows.append(Row(number, {column: cell.strip() for column, cell in zip(columns, cells, strict=False)}))
