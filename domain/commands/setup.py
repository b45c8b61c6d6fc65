"""Setting up: what a business is made of, by code, so that saying it again changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Annotated, Any, Self

import holidays
from pydantic import BeforeValidator, Field, StringConstraints, field_validator, model_validator

from domain.commands.base import Command, Given, Zone
from domain.values import Window

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _weekday(value: Any) -> Any:
    """An ISO weekday from its first letters or its number."""
    short = str(value).strip().lower()[:3]
    if short in _DAYS:
        return _DAYS.index(short) + 1
    if short in set("1234567"):
        return int(short)
    raise ValueError(f'"{str(value)[:20]}" is no weekday; write mon, tue, wed, thu, fri, sat or sun')


def _words(value: Any) -> Any:
    """Words for equipment as a list: a cell of a table holds them with spaces or commas between."""
    return tuple(value.replace(",", " ").lower().split()) if isinstance(value, str) else value


Weekday = Annotated[int, BeforeValidator(_weekday)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
Equipment = Annotated[tuple[Word, ...], BeforeValidator(_words), Field(max_length=20)]


def check_once(what: str, key: Callable[[Any], Any], values: tuple[Any, ...]) -> None:
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
    zone: Zone
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
    stop_seconds: Annotated[int, Field(ge=0, le=14_400)] = 240
    piece_seconds: Annotated[int, Field(ge=0, le=3_600)] = 10
    opening_days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = (1, 2, 3, 4, 5, 6)
    closed_days: tuple[date, ...] = ()
    windows: Annotated[tuple[OfferedWindow, ...], Field(min_length=1)]
    areas: Annotated[tuple[OfferedArea, ...], Field(min_length=1)]

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
        check_once("the window on", " from ".join, pairs)
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
    handling: Equipment = ()
    tags: Annotated[Equipment, Field(description="Words that rules of returns ask for: final_sale, hygiene")] = ()
    family: Annotated[
        str,
        Field(description="The same for what differs only in size or colour"),
        StringConstraints(max_length=100, strip_whitespace=True),
    ] = ""
    depot: Code | None = None
    on_hand: Count | None = None

    @model_validator(mode="after")
    def _stock_is_somewhere(self) -> Self:
        if (self.depot is None) != (self.on_hand is None):
            raise ValueError("depot and on_hand belong together; give both or neither")
        return self
