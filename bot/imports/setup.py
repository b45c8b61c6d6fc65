"""The set-up of a business out of a YAML file: its depots with their windows, days and areas."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import Field, ValidationError

from bot.faults import faults
from bot.imports.tables import Unreadable, printable
from domain.commands import Given, SetUpDepot


class _File(Given):
    """The whole file."""

    depots: tuple[SetUpDepot, ...] = Field(min_length=1)


def read_setup(path: Path) -> tuple[SetUpDepot, ...]:
    """The depots of a file. Raises Unreadable with a line for each thing that is wrong, naming its path."""
    try:
        # everything stays text, so that 18:00 is a time and NO is Norway; the Commands know what it shall be
        content = yaml.load(path.read_text("utf-8-sig"), Loader=yaml.BaseLoader)  # noqa: S506
    except OSError as error:
        raise Unreadable(f"{path}: the file cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path}: the file is not UTF-8 (at byte {error.start})") from error
    except yaml.YAMLError as error:
        raise Unreadable(f"{path}: the file is not YAML ({_first_line(error)})") from error
    try:
        read = _File.model_validate(content)
    except ValidationError as error:
        raise Unreadable("\n".join(printable(f"{path}: {each}") for each in faults(error))) from error
    codes = [depot.code for depot in read.depots]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise Unreadable(f"{path}: depots: the code {twice[0]} is there twice")
    return read.depots


def _first_line(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "it cannot be parsed"
    return f"line {mark.line + 1}: {problem}" if mark is not None else str(problem)
