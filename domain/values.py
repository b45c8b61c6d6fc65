"""Small values with their own rules: times of day, places, money."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_precision
from pydantic import BaseModel, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

EARTH_RADIUS_METRES = 6_371_008.8
LAST_MINUTE = time(23, 59)


class Text:
    """A value that is written and read as one string: `parse` reads what ``str()`` writes."""

    @classmethod
    def parse(cls, text: str) -> Any:
        """The value ``text`` stands for. Raises ValueError with a sentence for people."""
        raise NotImplementedError

    @classmethod
    def _of(cls, value: Any) -> Any:
        if isinstance(value, cls):
            return value
        if isinstance(value, str):
            return cls.parse(value)
        raise ValueError(f"{str(value)[:40]} is not text")

    @classmethod
    def _described(cls) -> dict[str, Any]:
        """The JSON schema of what is read."""
        return {"type": "string"}

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._of,
            serialization=core_schema.plain_serializer_function_ser_schema(
                str, when_used="always", return_schema=core_schema.str_schema()
            ),
            metadata={"pydantic_js_functions": [lambda _schema, _handler: cls._described()]},
        )


@dataclass(frozen=True, slots=True, order=True)
class Window(Text):
    """A part of a day in local time, earliest to latest arrival. Written "14:00-16:00", "17:00-" or "-12:00"."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a time window must end after it starts, {self} does not")

    @classmethod
    def parse(cls, text: str) -> Window:
        start, dash, end = text.strip().partition("-")
        if not dash or not (start or end):
            raise ValueError(f'"{text}" is not a time window; write it like 14:00-16:00')
        try:
            earliest = time.fromisoformat(start.strip()) if start.strip() else time(0)
            latest = time.fromisoformat(end.strip()) if end.strip() else LAST_MINUTE
        except ValueError as error:
            raise ValueError(f'"{text}" is not a time window; write it like 14:00-16:00') from error
        if earliest.tzinfo or latest.tzinfo:
            raise ValueError(f'"{text}" names a time zone; a window is local time, like 14:00-16:00')
        return cls(earliest, latest)

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    @classmethod
    def _described(cls) -> dict[str, Any]:
        pattern = r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$"
        return {"type": "string", "pattern": pattern, "examples": ["14:00-16:00"]}

    def contains(self, other: Window) -> bool:
        """Whether ``other`` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Window) -> bool:
        """Whether the two share any time."""
        return self.start < other.end and other.start < self.end

    def on(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Start and end as moments on ``day`` in ``zone``."""
        return datetime.combine(day, self.start, zone), datetime.combine(day, self.end, zone)


@dataclass(frozen=True, slots=True, order=True)
class Days(Text):
    """A day or several, the last included. Written "2026-05-03" or "2026-05-01/2026-05-31"."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"days must end after they start, {self} do not")
        if not 1900 < self.first.year <= self.last.year < 2200:
            raise ValueError(f"days must be of this age, {self} are not")

    @classmethod
    def parse(cls, text: str) -> Days:
        first, _, last = text.strip().partition("/")
        try:
            return cls(date.fromisoformat(first), date.fromisoformat(last or first))
        except ValueError as error:
            raise ValueError(f'"{text[:40]}" is no day or days; write 2026-05-03 or 2026-05-01/2026-05-31') from error

    def __str__(self) -> str:
        return f"{self.first}" if self.first == self.last else f"{self.first}/{self.last}"

    @property
    def count(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    def before(self) -> Days:
        """As many days just before; of a whole month the month before."""
        last = self.first - timedelta(days=1)
        whole = self.first.day == 1 and (self.last + timedelta(days=1)).day == 1 and self.count <= 31
        return Days(last.replace(day=1) if whole else self.first - timedelta(days=self.count), last)


@dataclass(frozen=True, slots=True)
class Place(Text):
    """A point on the earth in degrees (WGS 84). Written "52.52000,13.40500"."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ValueError(
                f"{self.lat}, {self.lon} is no place on earth; latitude is -90 to 90, longitude -180 to 180"
            )

    @classmethod
    def parse(cls, text: str) -> Place:
        lat, _, lon = text.partition(",")
        try:
            return cls(float(lat), float(lon))
        except ValueError as error:
            raise ValueError(f'"{text}" is not a place; write it as latitude,longitude, like 52.52,13.405') from error

    @classmethod
    def _of(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return super(Place, cls)._of(value)
        lat: Any = value.get("lat")
        lon: Any = value.get("lon")
        if value.keys() != {"lat", "lon"} or type(lat) not in {int, float} or type(lon) not in {int, float}:
            raise ValueError('a place is {"lat": 52.52, "lon": 13.405} or "52.52,13.405"')
        try:
            return cls(float(value["lat"]), float(value["lon"]))
        except OverflowError as error:
            raise ValueError("latitude is -90 to 90, longitude -180 to 180") from error

    @classmethod
    def _described(cls) -> dict[str, Any]:
        number = r"-?\d{1,3}(\.\d{1,12})?"
        degrees = {
            "lat": {"type": "number", "minimum": -90, "maximum": 90},
            "lon": {"type": "number", "minimum": -180, "maximum": 180},
        }
        return {
            "anyOf": [
                {"type": "string", "pattern": f"^{number},{number}$"},
                {"type": "object", "properties": degrees, "required": ["lat", "lon"], "additionalProperties": False},
            ],
            "examples": [{"lat": 52.5316, "lon": 13.3817}, "52.53160,13.38170"],
        }

    def __str__(self) -> str:
        return f"{self.lat:.5f},{self.lon:.5f}"

    def metres_to(self, other: Place) -> int:
        """Great-circle distance in whole metres (haversine; R. W. Sinnott, 1984)."""
        lat1, lat2 = math.radians(self.lat), math.radians(other.lat)
        half_lat, half_lon = (lat2 - lat1) / 2, math.radians(other.lon - self.lon) / 2
        a = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
        return round(2 * EARTH_RADIUS_METRES * math.asin(min(1.0, math.sqrt(a))))

    def digest(self) -> int:
        """64 bits for the place as it is written, a metre around it, where its coordinates are better not kept."""
        return int.from_bytes(blake2b(str(self).encode(), digest_size=8).digest(), "big", signed=True)


def plain(value: Any) -> Any:
    """``value`` as JSON holds it: moments and days in ISO form, windows and places as their text."""
    match value:
        case dict():
            return {str(key): plain(each) for key, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(each) for each in value]
        case date() | time():
            return value.isoformat()
        case Text() | StrEnum():
            return str(value)
        case BaseModel():
            return value.model_dump(mode="json")
        case Money():
            return {"minor": value.minor, "currency": value.currency}
        case _:
            return value


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the currency's minor unit (cents), with its ISO 4217 code."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal, currency: str) -> Money:
        """An amount as people write it. Raises ValueError for one that is finer than the currency's minor unit."""
        minor = amount.scaleb(get_currency_precision(currency))
        if minor != int(minor):
            raise ValueError(f"{currency} has no such amount")
        return cls(int(minor), currency)

    @property
    def amount(self) -> Decimal:
        """The amount as people write it: 12.50, of yen 1250."""
        return Decimal(self.minor).scaleb(-get_currency_precision(self.currency))
