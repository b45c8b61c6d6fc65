"""Commands: everything that can be asked of Roundsman, as frozen values, whatever channel it came by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from domain.values import Place, Window


@dataclass(frozen=True, slots=True)
class Slot:
    """How a Command's field is filled in conversation: from which entity, or with all that was written."""

    entity: str | None = None
    whole_text: bool = False


def _one_day(value: Any) -> Any:
    """A period ("next week") is not a day: its first day is taken."""
    return value.partition("/")[0] if isinstance(value, str) else value


OrderNumber = Annotated[str, Slot("order_number"), StringConstraints(pattern=r"^RM-\d{4,9}$")]
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


class Command(BaseModel):
    """A wish with all it needs. Values are checked when it is made; a wrong one raises ValidationError."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# Customers: their orders


class TrackOrder(Command):
    """Where is my order?"""

    order: OrderNumber


class RescheduleOrder(Command):
    """Deliver on another day or in another window, where there is room."""

    order: OrderNumber
    day: Day
    window: PartOfDay


class CancelOrder(Command):
    """Cancel an order that has not left the depot."""

    order: OrderNumber
    reason: Reason | None = None


class PinAddress(Command):
    """Tell where an address is that could not be found on the map."""

    order: OrderNumber
    place: Pin


# Customers: before buying


class AskPromise(Command):
    """When would a delivery arrive there?"""

    postcode: Postcode
    product: Sku | None = None
    day: Day | None = None


class CheckStock(Command):
    """Is a product available?"""

    product: Sku
    quantity: Quantity = 1


# Talk


class Greet(Command):
    """Hello."""


class SayGoodbye(Command):
    """Goodbye."""


class Thank(Command):
    """Thanks."""


class Acknowledge(Command):
    """Yes or no, with nothing to confirm."""


class Help(Command):
    """What can you do?"""


class StopMessages(Command):
    """No more messages that were not asked for."""


class StartMessages(Command):
    """Messages without asking again."""


class AskPerson(Command):
    """Pass a wish to a person: what it is about, and the customer's own words."""

    topic: str
    order: OrderNumber | None = None
    words: Words = ""


class BindChat(Command):
    """Bind the chat to the customer of a deep link."""

    link: Annotated[str, Slot("link"), StringConstraints(pattern=r"^[A-Za-z0-9_-]{22}$")]


# Orders from outside


class Line(BaseModel):
    """One product of an order; the price per piece in minor units, the product's own when not given."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sku: Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]
    quantity: Annotated[int, Field(gt=0, le=10_000)]
    unit_price: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None


class Address(BaseModel):
    """Where to deliver; ``place`` when the coordinates are known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    street: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    postcode: Annotated[str, StringConstraints(min_length=2, max_length=12, to_upper=True, strip_whitespace=True)]
    city: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    place: Place | None = None


class Recipient(BaseModel):
    """Who ordered. Recognised again by e-mail or phone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    email: str | None = None
    phone: str | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")] = "en"


class CreateOrder(Command):
    """Take an order. The same ``external_id`` with the same content is the same order, with other content refused."""

    external_id: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
    customer: Recipient
    address: Address
    lines: Annotated[tuple[Line, ...], Field(min_length=1, max_length=200)]
    wanted_day: date | None = None
    wanted_window: Window | None = None
    instructions: Annotated[str, StringConstraints(max_length=500)] = ""


class ChangeOrder(Command):
    """Change what may still be changed of an order; what is not given stays."""

    order: OrderNumber
    address: Address | None = None
    instructions: Annotated[str, StringConstraints(max_length=500)] | None = None


class RecordLocation(Command):
    """The geocoder's answer for an order's address: a place, or none."""

    order: OrderNumber
    place: Place | None
