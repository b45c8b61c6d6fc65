"""What is wrong with values from outside, in plain words, with the name of the field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

#: Sentences by pydantic's type of error; the rest keep pydantic's own words.
_SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "missing": lambda _: "is missing",
    "extra_forbidden": lambda _: "is not known here",
    "string_too_short": lambda c: (
        "is empty" if c["min_length"] == 1 else f"needs at least {c['min_length']} characters"
    ),
    "string_too_long": lambda c: f"is longer than {c['max_length']} characters",
    "string_type": lambda _: "must be text",
    "string_unicode": lambda _: "is not valid Unicode",
    "int_parsing": lambda _: "must be a whole number",
    "int_type": lambda _: "must be a whole number",
    "int_from_float": lambda _: "must be a whole number",
    "int_parsing_size": lambda _: "is too large",
    "float_parsing": lambda _: "must be a number",
    "float_type": lambda _: "must be a number",
    "finite_number": lambda _: "must be a finite number",
    "greater_than": lambda c: f"must be more than {c['gt']}",
    "greater_than_equal": lambda c: f"must be at least {c['ge']}",
    "less_than_equal": lambda c: f"must be at most {c['le']}",
    "too_short": lambda c: f"needs at least {c['min_length']}",
    "too_long": lambda c: f"may hold at most {c['max_length']}",
    "date_from_datetime_parsing": lambda _: "is no day; write it like 2026-05-04",
    "date_from_datetime_inexact": lambda _: "is no day; write it like 2026-05-04",
    "date_parsing": lambda _: "is no day; write it like 2026-05-04",
    "date_type": lambda _: "is no day; write it like 2026-05-04",
    "time_parsing": lambda _: "is no time of day; write it like 18:00",
    "time_type": lambda _: "is no time of day; write it like 18:00",
    "enum": lambda c: f"must be one of {c['expected']}",
    "model_type": lambda _: "must be an object",
    "model_attributes_type": lambda _: "must be an object",
    "dict_type": lambda _: "must be an object",
    "tuple_type": lambda _: "must be a list",
    "list_type": lambda _: "must be a list",
    "json_invalid": lambda c: f"The body is not JSON ({c['error']}).",
}
_PATTERNS = {
    "^[A-Z]{2}$": "must be two capital letters, like DE",
    "^[A-Z]{3}$": "must be three capital letters, like EUR",
    "^[a-z]{2}(-[A-Z]{2})?$": "must be a language code, like en or en-GB",
    r"^RM-\d{4,9}$": "must be an order number, like RM-10482",
    r"^C-\d{4,9}$": "must be the reference of an exception, like C-1042",
    "^[a-z0-9][a-z0-9_-]{0,39}$": "must be small letters, digits, - and _ only",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong value: the dotted name of its field (``lines.0.sku``) and what is wrong with it."""

    field: str
    detail: str

    def __str__(self) -> str:
        return f"{self.field}: {self.detail}" if self.field else self.detail


def faults(error: ValidationError | Sequence[Any]) -> list[Fault]:
    """What a validation found, without the values themselves."""
    found = error.errors(include_url=False, include_input=False) if isinstance(error, ValidationError) else error
    named = [Fault(_name(each), _sentence(each)) for each in found if each["type"] != "too_short"]
    # a list whose only item is wrong counts as too short as well
    short = [Fault(_name(each), _sentence(each)) for each in found if each["type"] == "too_short"]
    return named + [each for each in short if not any(other.field.startswith(f"{each.field}.") for other in named)]


def _name(error: Any) -> str:
    """The dotted name of a field; of a body just that, without saying that it is in the body."""
    path = error["loc"][1:] if error["loc"][:1] == ("body",) else error["loc"]
    return "" if error["type"] == "json_invalid" else ".".join(str(part) for part in path)


def _sentence(error: ErrorDetails | dict[str, Any]) -> str:
    kind, context = error["type"], error.get("ctx") or {}
    if kind == "string_pattern_mismatch" and context["pattern"] in _PATTERNS:
        return _PATTERNS[context["pattern"]]
    if kind in _SENTENCES:
        return _SENTENCES[kind](context)
    return str(error["msg"]).removeprefix("Value error, ")
