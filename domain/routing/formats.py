"""Routing problems in files: our JSON, described in docs/routing-files.md, and the texts of the `benchmarks`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from domain.routing.benchmarks import check_size, read_benchmark
from domain.routing.problem import (
    Balance,
    Break,
    Integers,
    Load,
    Matrix,
    Problem,
    Span,
    Task,
    Vehicle,
    WrongProblem,
    check_problem,
)

#: Numbers are at most ten to this power, and times too, so that every moment has a date.
_MOST, _LATEST = 12, 10
#: Moments around an origin in these years have dates.
_YEARS = range(1000, 8000)


@dataclass(frozen=True, slots=True)
class ProblemFile:
    """What a file says; ``benchmark`` where its tasks are customers numbered from 1 and its unit is a tenth."""

    problem: Problem
    benchmark: bool = False


def read_problem(text: str) -> ProblemFile:
    """The problem of a file's text, whichever of the formats it is in. Raises WrongProblem with a sentence for people."""
    start = text.lstrip("\ufeff \t\r\n")
    if not start:
        raise WrongProblem("the file is empty")
    if start[0] in "{[":
        return ProblemFile(_from_json(start))
    return ProblemFile(read_benchmark(start), benchmark=True)


def _from_json(text: str) -> Problem:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WrongProblem(f"the file is not JSON: {error}") from None
    fields = _Fields(data, "the file")
    matrices = tuple(_matrix(each) for each in fields.all("matrices"))
    if not matrices:
        raise WrongProblem("the file needs at least one matrix")
    problem = Problem(
        tasks=tuple(_task(each) for each in fields.all("tasks")),
        vehicles=tuple(_vehicle(each) for each in fields.all("vehicles")),
        matrices=matrices,
        origin=_origin(fields),
        initial={key: _words(keys, "initial") for key, keys in fields.mapping("initial").items()},
        balance=_balance(fields),
        change=fields.number("change", 0),
    )
    fields.end()
    check_problem(problem)
    return problem


class _Fields:
    """The fields of a JSON object, taken one by one; every wrong one is a sentence."""

    def __init__(self, data: Any, what: str) -> None:
        if not isinstance(data, dict):
            raise WrongProblem(f"{what} must be an object with named fields")
        self.what = what
        self._data = dict(data)

    def named(self, what: str) -> str:
        """Its key, by which it is called from here on."""
        key = self._data.pop("key", None)
        if not isinstance(key, str) or not key:
            raise WrongProblem(f"every {what} needs a key, a word of its own")
        self.what = f"{what} {key}"
        return key

    def take(self, name: str) -> Any:
        return self._data.pop(name, None)

    def number(self, name: str, default: int | None = None, most: int = _MOST) -> int:
        value = self.maybe(name, most)
        if value is not None:
            return value
        if default is None:
            raise WrongProblem(f'{self.what} needs "{name}"')
        return default

    def maybe(self, name: str, most: int = _MOST) -> int | None:
        value = self.take(name)
        return None if value is None else whole(value, f'"{name}" of {self.what}', most)

    def flag(self, name: str, default: bool) -> bool:
        value = self.take(name)
        if value is not None and not isinstance(value, bool):
            raise WrongProblem(f'"{name}" of {self.what} must be true or false')
        return default if value is None else value

    def word(self, name: str) -> str | None:
        value = self.take(name)
        if value is not None and not isinstance(value, str):
            raise WrongProblem(f'"{name}" of {self.what} must be a word')
        return value

    def words(self, name: str) -> tuple[str, ...]:
        value = self.take(name)
        return () if value is None else _words(value, f'"{name}" of {self.what}')

    def all(self, name: str) -> list[Any]:
        value = self.take(name)
        if not isinstance(value, list | None):
            raise WrongProblem(f'"{name}" of {self.what} must be a list')
        return value or []

    def mapping(self, name: str) -> dict[str, Any]:
        value = self.take(name)
        if not isinstance(value, dict | None):
            raise WrongProblem(f'"{name}" of {self.what} must be an object')
        return value or {}

    def load(self, name: str, default: Load) -> Load:
        value = self.take(name)
        if value is None:
            return default
        fields = _Fields(value, f'"{name}" of {self.what}')
        load = Load(*(fields.number(each, getattr(default, each)) for each in ("weight", "volume", "pieces")))
        fields.end()
        return load

    def end(self) -> None:
        """Raises WrongProblem where a field is left that nobody asked for: it would be ignored silently."""
        if self._data:
            raise WrongProblem(f'{self.what} has a field "{min(self._data)}" that is not known')


def whole(value: Any, what: str, most: int = _MOST) -> int:
    """``value`` if it is a whole number of at most 10 to the power of ``most``; raises WrongProblem."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 10**most:
        raise WrongProblem(f"{what} must be a whole number of at most 10^{most}")
    return value


def _words(value: Any, what: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise WrongProblem(f"{what} must be a list of words")
    return tuple(value)


def _span(value: Any, what: str) -> Span:
    if not isinstance(value, list) or len(value) != 2:
        raise WrongProblem(f"{what} must be two numbers, the start and the end")
    return Span(whole(value[0], what, _LATEST), whole(value[1], what, _LATEST))


def _task(data: Any) -> Task:
    fields = _Fields(data, "a task")
    plain = Load()
    task = Task(
        key=fields.named("task"),
        place=fields.number("place"),
        service=fields.number("service", 0, _LATEST),
        windows=tuple(_span(each, f"a window of {fields.what}") for each in fields.all("windows")),
        deliver=fields.load("deliver", plain),
        collect=fields.load("collect", plain),
        lateness=fields.maybe("lateness"),
        penalty=fields.maybe("penalty"),
        priority=fields.number("priority", 0),
        skills=frozenset(fields.words("skills")),
        banned=frozenset(fields.words("banned")),
        together=fields.word("together"),
        apart=frozenset(fields.words("apart")),
        usual=fields.word("usual"),
    )
    fields.end()
    return task


def _vehicle(data: Any) -> Vehicle:
    fields = _Fields(data, "a vehicle")
    plain = Vehicle("", 0, None, Span(0, 0))
    vehicle = Vehicle(
        key=fields.named("vehicle"),
        start=fields.number("start"),
        end=fields.maybe("end"),
        shift=_span(fields.take("shift"), f"the shift of {fields.what}"),
        capacity=fields.load("capacity", plain.capacity),
        max_driving=fields.maybe("max_driving"),
        max_duration=fields.maybe("max_duration"),
        breaks=tuple(_break(each, fields.what) for each in fields.all("breaks")),
        skills=frozenset(fields.words("skills")),
        fixed=fields.number("fixed", plain.fixed),
        per_second=fields.number("per_second", plain.per_second),
        per_metre=fields.number("per_metre", plain.per_metre),
        profile=fields.number("profile", plain.profile),
        locked=fields.words("locked"),
        aboard=fields.load("aboard", plain.aboard),
        sunk=fields.flag("sunk", plain.sunk),
    )
    fields.end()
    return vehicle


def _break(data: Any, whose: str) -> Break:
    fields = _Fields(data, f"a break of {whose}")
    window = _span(fields.take("window"), f"the window of {fields.what}")
    rest = Break(window, fields.number("seconds", most=_LATEST), fields.flag("paid", True))
    fields.end()
    return rest


def _balance(fields: _Fields) -> Balance | None:
    data = fields.take("balance")
    if data is None:
        return None
    inner = _Fields(data, '"balance"')
    balance = Balance(inner.number("share"), inner.number("cost"))
    inner.end()
    return balance


def _origin(fields: _Fields) -> datetime:
    text = fields.word("origin")
    if text is None:
        return Problem((), (), ()).origin
    try:
        origin = datetime.fromisoformat(text)
    except ValueError:
        raise WrongProblem('"origin" must be a moment such as 2026-05-04T00:00:00+02:00') from None
    if origin.year not in _YEARS:
        raise WrongProblem(f'"origin" must be between the years {_YEARS.start} and {_YEARS.stop}')
    return origin if origin.tzinfo else origin.replace(tzinfo=UTC)


def _matrix(data: Any) -> Matrix:
    fields = _Fields(data, "a matrix")
    seconds = _square(fields.take("seconds"), "seconds")
    metres = fields.take("metres")
    matrix = Matrix(seconds, seconds if metres is None else _square(metres, "metres"))
    fields.end()
    return matrix


def _square(value: Any, name: str) -> Integers:
    """A list of equally long lists of whole numbers, none below zero, as an array."""
    if not isinstance(value, list) or not all(isinstance(row, list) and len(row) == len(value) for row in value):
        raise WrongProblem(f'"{name}" of a matrix must be a list of rows, as many as each row is long')
    check_size(len(value))
    try:
        square = np.array(value)
    except (ValueError, OverflowError):
        square = np.array([])
    if len(value) and (square.dtype.kind != "i" or square.min() < 0 or square.max() > 10**9):
        raise WrongProblem(f'"{name}" of a matrix must be whole numbers from 0 to 10^9')
    return square.astype(np.int64).reshape(len(value), len(value))
