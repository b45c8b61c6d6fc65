"""Forms: what a Command takes, as fields that a screen can show."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Le, Lt, MaxLen
from pydantic import BaseModel, StringConstraints
from pydantic.fields import FieldInfo

from domain.commands import Command, Slot

#: A text that may be longer than this is given several lines.
_LONG = 254


class Kind(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    CHOICE = "choice"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Option:
    """One of the values of a choice: ``name`` is a thing's own name, None where the value has a text."""

    value: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class FormField:
    """A field. ``name`` is the Command's, with a dot where it is within another (``address.street``).

    ``entity`` says what is asked for, ``most`` how long a text may be, ``least`` and ``greatest`` bound a number.
    """

    name: str
    kind: Kind
    required: bool
    entity: str | None = None
    options: tuple[Option, ...] = ()
    initial: str | None = None
    most: int | None = None
    least: int | None = None
    greatest: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a Command; ``slots`` are given already and not asked for."""

    command: str
    fields: tuple[FormField, ...]
    slots: Mapping[str, Any]


def fields_of(command: type[Command], left_out: typing.Container[str] = ()) -> list[FormField]:
    """The fields of a Command's form, in its order. Values that are lists are written into a text."""
    return list(_fields(command, "", left_out, required=True))


def nested(values: Mapping[str, str]) -> dict[str, Any]:
    """What was filled in, as a Command takes it: without empty fields, dotted names one within the other."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if not value.strip():
            continue
        *outer, last = name.split(".")
        inner = found
        for each in outer:
            inner = inner.setdefault(each, {})
        inner[last] = value.strip()
    return found


def _fields(
    model: type[BaseModel], prefix: str, left_out: typing.Container[str], *, required: bool
) -> Iterator[FormField]:
    for name, info in model.model_fields.items():
        if name in left_out:
            continue
        bare, metadata = _bare(info.annotation, list(info.metadata))
        if any(isinstance(each, Slot) and not each.asked for each in metadata):
            continue
        must = required and info.is_required()
        if isinstance(bare, type) and issubclass(bare, BaseModel):
            yield from _fields(bare, f"{prefix}{name}.", (), required=must)
        else:
            yield _field(f"{prefix}{name}", bare, metadata, info, must)


def _field(name: str, bare: Any, metadata: list[Any], info: FieldInfo, required: bool) -> FormField:
    entity = next((each.entity for each in metadata if isinstance(each, Slot)), None)
    default = info.default if isinstance(info.default, str | int) and not isinstance(info.default, bool) else None
    most = _longest(metadata)
    kind, options = _kind(bare, most)
    least, greatest = _bounds(metadata)
    initial = str(default) if default is not None else None
    return FormField(name, kind, required, entity, options, initial, most, least, greatest)


def _kind(bare: Any, most: int | None) -> tuple[Kind, tuple[Option, ...]]:
    if typing.get_origin(bare) is Literal:
        return Kind.CHOICE, tuple(Option(str(each)) for each in typing.get_args(bare))
    if isinstance(bare, type):
        if issubclass(bare, StrEnum):
            return Kind.CHOICE, tuple(Option(each.value) for each in bare)
        for plain, kind in ((bool, Kind.YES_NO), (int, Kind.NUMBER), (date, Kind.DATE)):
            if issubclass(bare, plain):
                return kind, ()
        if bare.__name__ == "time":
            return Kind.TIME, ()
        if issubclass(bare, str):
            return (Kind.LONG if (most or 0) > _LONG else Kind.TEXT), ()
    return (Kind.LONG if typing.get_origin(bare) in {list, tuple} else Kind.TEXT), ()


def _bare(annotation: Any, metadata: list[Any]) -> tuple[Any, list[Any]]:
    """The type that is asked for, without what may be left out, and all that is said of it."""
    if typing.get_origin(annotation) is Annotated:
        inner, *more = typing.get_args(annotation)
        return _bare(inner, metadata + more)
    if typing.get_origin(annotation) in {typing.Union, types.UnionType}:
        kept = [each for each in typing.get_args(annotation) if each is not types.NoneType]
        return _bare(kept[0], metadata)
    return annotation, metadata


def _bounds(metadata: list[Any]) -> tuple[int | None, int | None]:
    """The least and the greatest whole number that is taken, None where any is."""
    least = greatest = None
    for each in metadata:
        match each:
            case Gt(gt=int(bound)):
                least = bound + 1
            case Ge(ge=int(bound)):
                least = bound
            case Lt(lt=int(bound)):
                greatest = bound - 1
            case Le(le=int(bound)):
                greatest = bound
    return least, greatest


def _longest(metadata: list[Any]) -> int | None:
    for each in metadata:
        found = each.max_length if isinstance(each, StringConstraints | MaxLen) else None
        if found is not None:
            return int(found)
    return None
