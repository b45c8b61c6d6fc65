"""Forms are derived from Commands."""

from __future__ import annotations

from datetime import date, time
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from domain.commands.base import Command, DepotName, Words
from domain.forms import Kind, fields_of, nested


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class Where(BaseModel):
    street: Annotated[str, StringConstraints(max_length=80)]
    house: int | None = None


class Ask(Command):
    depot: DepotName
    where: Where
    size: Size = Size.SMALL
    pace: Literal["slow", "fast"] | None = None
    pieces: Annotated[int, Field(gt=0, le=12)]
    day: date | None = None
    at: time
    loud: bool = False
    words: Words
    lines: tuple[str, ...] = ()


def by_name():
    return {each.name: each for each in fields_of(Ask)}


def test_each_field_is_asked_by_its_kind():
    kinds = {name: each.kind for name, each in by_name().items()}
    assert kinds == {
        "depot": Kind.TEXT, "where.street": Kind.TEXT, "where.house": Kind.NUMBER, "size": Kind.CHOICE,
        "pace": Kind.CHOICE, "pieces": Kind.NUMBER, "day": Kind.DATE, "at": Kind.TIME, "loud": Kind.YES_NO,
        "words": Kind.LONG, "lines": Kind.LONG,
    }  # fmt: skip


def test_what_must_be_given_and_within_what():
    fields = by_name()
    assert {name for name, each in fields.items() if each.required} == {
        "depot",
        "where.street",
        "pieces",
        "at",
        "words",
    }
    assert (fields["pieces"].least, fields["pieces"].greatest) == (1, 12)
    assert fields["where.street"].most == 80
    assert fields["depot"].entity == "depot"
    assert [each.value for each in fields["size"].options] == ["small", "large"]
    assert fields["size"].initial == "small"


def test_what_is_filled_in_becomes_what_the_command_takes():
    given = nested(
        {
            "depot": " north ",
            "where.street": "Torstr. 1",
            "where.house": "",
            "pieces": "3",
            "at": "08:30",
            "words": "now",
        }
    )
    made = Ask(**given)
    assert made.where == Where(street="Torstr. 1")
    assert made.pieces == 3
    assert "day" not in given
