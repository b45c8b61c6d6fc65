"""Commands: everything that can be asked of Roundsman, as frozen values, whatever channel it came by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

import holidays
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator, model_validator

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


class Line(Given):
    """One product of an order; the price per piece in minor units, the product's own when not given."""

    sku: Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]
    quantity: Annotated[int, Field(gt=0, le=10_000)]
    unit_price: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None


class Address(Given):
    """Where to deliver; ``place`` when the coordinates are known."""

    street: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    postcode: Annotated[str, StringConstraints(min_length=2, max_length=12, to_upper=True, strip_whitespace=True)]
    city: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    place: Place | None = None


class Recipient(Given):
    """Who ordered. Recognised again by the shop's own id, else by e-mail, else (where there is none) by phone."""

    external_id: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)] | None = None
    name: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    email: Annotated[str, StringConstraints(max_length=254)] | None = None
    phone: Annotated[str, StringConstraints(max_length=40)] | None = None
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
    """The geocoder's answer for an order's address (as it was asked for): a place, or none."""

    order: OrderNumber
    place: Place | None
    address: str | None = None


# Channels


class LoseChannel(Command):
    """Nothing arrives in a conversation any more; what waits there goes to the customer's next channel."""

    conversation: int
    why: Annotated[str, StringConstraints(max_length=200)] = ""


class RegainChannel(Command):
    """A conversation can be written to again."""

    conversation: int


# The office


class ResolveCase(Command):
    """An exception is settled."""

    case: Annotated[str, StringConstraints(pattern=r"^C-\d{4,9}$")]


# Setting up: what a business is made of, by code, so that saying it again changes nothing


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _weekday(value: Any) -> Any:
    """An ISO weekday from its first letters or its number."""
    short = str(value).strip().lower()[:3]
    if short in _DAYS:
        return _DAYS.index(short) + 1
    if short in set("1234567"):
        return int(short)
    raise ValueError(f'"{str(value)[:20]}" is no weekday; write mon, tue, wed, thu, fri, sat or sun')


Weekday = Annotated[int, BeforeValidator(_weekday)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]


def _once(what: str, key: Callable[[Any], Any], values: tuple[Any, ...]) -> None:
    """Refuses two values with the same key."""
    seen = set()
    for value in values:
        if key(value) in seen:
            raise ValueError(f"{what} {key(value)} is there twice")
        seen.add(key(value))


class OfferedWindow(Given):
    """A delivery window a depot offers on some weekdays, and how many deliveries fit into it."""

    days: Annotated[tuple[Weekday, ...], Field(min_length=1)]
    window: Window
    capacity: Annotated[int, Field(ge=0, le=100_000)]


class OfferedArea(Given):
    """Where a depot delivers: a postcode pattern (``10*``, ``1010-1099``, ``10115``) or kilometres around it."""

    country: Country | None = None
    postcodes: Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)] | None = None
    radius_km: Annotated[float, Field(gt=0, le=2_000)] | None = None

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if (self.postcodes is None) == (self.radius_km is None):
            raise ValueError("give either postcodes or radius_km")
        return self


class SetUpDepot(Command):
    """A depot as it shall be: its place, days, windows and areas. One of the same code becomes this one."""

    code: Code
    name: Name
    zone: str
    country: Country
    region: Annotated[str, StringConstraints(min_length=1, max_length=20)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    street: Annotated[str, StringConstraints(max_length=200)] = ""
    postcode: Annotated[str, StringConstraints(max_length=12)] = ""
    city: Annotated[str, StringConstraints(max_length=100)] = ""
    cutoff: time = time(18, 0)
    handling: Annotated[int, Field(ge=0, le=20_000)] = 60
    horizon: Annotated[int, Field(gt=0, le=90)] = 14
    opening_days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = (1, 2, 3, 4, 5, 6)
    closed_days: tuple[date, ...] = ()
    windows: Annotated[tuple[OfferedWindow, ...], Field(min_length=1)]
    areas: Annotated[tuple[OfferedArea, ...], Field(min_length=1)]

    @field_validator("zone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f'"{value[:40]}" is no time zone; use a name like Europe/Berlin') from error
        return value

    @field_validator("cutoff")
    @classmethod
    def _local(cls, value: time) -> time:
        if value.tzinfo is not None:
            raise ValueError("is local time, without a zone; write it like 18:00")
        return value

    @model_validator(mode="after")
    def _region_exists(self) -> Self:
        known = holidays.list_supported_countries(include_aliases=True).get(self.country)
        if self.region is not None and known is not None and self.region not in known:
            raise ValueError(
                f'"{self.region}" is no region of {self.country} with holidays; choose of {", ".join(sorted(known)[:30])}'
            )
        return self

    @model_validator(mode="after")
    def _windows_once(self) -> Self:
        pairs = tuple((_DAYS[day - 1], f"{each.window.start:%H:%M}") for each in self.windows for day in each.days)
        _once("the window on", " from ".join, pairs)
        return self


class StockProduct(Command):
    """A product as it is sold; with ``depot`` also how many pieces are there. One of the same SKU becomes this one."""

    sku: Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]
    name: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    category: Annotated[str, StringConstraints(max_length=100, strip_whitespace=True)] = ""
    price: Count = 0
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "EUR"
    weight: Count = 0
    volume: Count = 0
    depot: Code | None = None
    on_hand: Count | None = None

    @model_validator(mode="after")
    def _stock_is_somewhere(self) -> Self:
        if (self.depot is None) != (self.on_hand is None):
            raise ValueError("depot and on_hand belong together; give both or neither")
        return self
