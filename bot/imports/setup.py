"""The set-up of a business out of a YAML file: depots with windows, days and areas, vehicles, drivers and shifts."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import Field, ValidationError

from bot.faults import faults
from bot.imports.tables import Unreadable, printable
from domain.commands import Command, Given, SetShift, SetUpDepot, SetUpDriver, SetUpVehicle


class _File(Given):
    """The whole file."""

    depots: tuple[SetUpDepot, ...] = Field(min_length=1)
    vehicles: tuple[SetUpVehicle, ...] = ()
    drivers: tuple[SetUpDriver, ...] = ()
    shifts: tuple[SetShift, ...] = ()


def read_setup(path: Path) -> tuple[Command, ...]:
    """What a file sets up, in the order it can be done. Raises Unreadable with a line for each thing that is wrong,
    naming its path."""
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
    _check_once(path, "depots: the code", [depot.code for depot in read.depots])
    _check_once(path, "vehicles: the plate", [vehicle.plate for vehicle in read.vehicles])
    _check_once(path, "drivers: the code", [driver.code for driver in read.drivers])
    _check_once(path, "shifts: the day", [f"{shift.driver} {shift.day}" for shift in read.shifts])
    return (*read.depots, *read.vehicles, *read.drivers, *read.shifts)


def _check_once(path: Path, what: str, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Unreadable(f"{path}: {what} {twice[0]} is there twice")


def _first_line(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "it cannot be parsed"
    return f"line {mark.line + 1}: {problem}" if mark is not None else str(problem)
