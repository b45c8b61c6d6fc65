"""What commands are made of: values from outside that are checked, and how conversation fills them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator

from domain.values import Place, Window


@dataclass(frozen=True, slots=True)
class Slot:
    """How a Command's field is filled in conversation: from an entity, or from all that was written.

    ``reader`` names what reads a value out of the whole words (`nlu.readers`), of any message; with ``whole_text`` only
    of the one that says the wish, all of it where there is no reader. ``answer`` names what reads the words that answer
    the question for this very field. ``beside`` are other fields: what is said in answer to them is added here too.
    ``many`` says that all values a message names are taken, in order. What is not ``asked`` for stands in no form.
    """

    entity: str | None = None
    whole_text: bool = False
    reader: str | None = None
    answer: str | None = None
    beside: tuple[str, ...] = ()
    many: bool = False
    asked: bool = True


def _one_day(value: Any) -> Any:
    """A period ("next week") is not a day: its first day is taken."""
    return value.partition("/")[0] if isinstance(value, str) else value


def _known_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f'"{value[:40]}" is no time zone; use a name like Europe/Berlin') from error
    return value


Zone = Annotated[str, StringConstraints(max_length=64), AfterValidator(_known_zone)]
OrderNumber = Annotated[str, Slot("order_number"), StringConstraints(pattern=r"^RM-\d{4,9}$")]
ReturnNumber = Annotated[str, Slot("return_number"), StringConstraints(pattern=r"^RET-\d{4,9}$")]
DepotName = Annotated[str, Slot("depot"), StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
CaseReference = Annotated[str, Slot(reader="case_reference"), StringConstraints(pattern=r"^C-\d{4,9}$")]
Day = Annotated[date, Slot("date"), BeforeValidator(_one_day)]
PartOfDay = Annotated[Window, Slot("time_window")]
Postcode = Annotated[
    str, Slot("postcode"), StringConstraints(min_length=2, max_length=12, to_upper=True, strip_whitespace=True)
]
Sku = Annotated[str, Slot("product"), StringConstraints(min_length=1, max_length=64)]
Quantity = Annotated[int, Slot("quantity"), Field(gt=0, le=10_000)]
Pin = Annotated[Place, Slot("coordinates")]
Words = Annotated[str, Slot(whole_text=True), StringConstraints(max_length=2_000)]
Reason = Annotated[str, Slot("reason"), StringConstraints(max_length=500)]


class Given(BaseModel):
    """Values from outside: checked when made, frozen, nothing unknown among them; a wrong one raises ValidationError."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @field_validator("*")
    @classmethod
    def _printable(cls, value: Any) -> Any:
        """No database and no label holds control characters."""
        if isinstance(value, str) and any(char < " " and char not in "\t\n\r" for char in value):
            raise ValueError("holds control characters")
        return value


class Command(Given):
    """A wish with all it needs."""
