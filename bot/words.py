"""Words: notices become text in a language, from the files in ``bot/texts/<language>``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from babel import Locale
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit
from jinja2 import Environment, StrictUndefined, Template, pass_context

from domain.values import plain

SHIPPED = Path(__file__).parent / "texts"


class Words:
    """All texts of all languages, ready to be filled."""

    def __init__(
        self, languages: Sequence[str], zone: ZoneInfo, extra: Path | None = None, url: str = "http://127.0.0.1:8000"
    ) -> None:
        """Loads the languages, the first being the default; links begin with ``url``. Raises FileNotFoundError or ValueError for bad files."""
        self.languages = tuple(languages)
        self._zone = zone
        self._books = {language: _Book.load(language, extra, url) for language in languages}

    def say(
        self, name: str, facts: Mapping[str, Any], language: str | None, now: datetime, zone: ZoneInfo | None = None
    ) -> str:
        """The words of a notice; ``now`` decides what "today" is, ``zone`` where, if not where everybody is told of.

        Raises KeyError for a notice without words.
        """
        return self._book(language).say(name, facts, now, zone or self._zone)

    def on_pages(self, language: str | None, now: datetime, zone: ZoneInfo | None = None) -> Callable[..., str]:
        """What says texts of pages (those below ``page.``) by name with their values: ``say("brand")``."""

        def say(text: str, /, **facts: Any) -> str:
            return self.say(f"page.{text}", plain(facts), language, now, zone)

        return say

    def knows(self, name: str, language: str | None = None) -> bool:
        """Whether there are words for a notice."""
        return name in self._book(language).templates

    def names(self, language: str) -> frozenset[str]:
        """All notices a language has words for."""
        return frozenset(self._books[language].templates)

    def choose(self, language: str | None) -> str:
        """The language that is spoken when ``language`` (a BCP 47 tag) is wished for."""
        plain = (language or "").split("-")[0].lower()
        spoken = [each for each in (language, plain) if each is not None and each in self._books]
        return spoken[0] if spoken else self.languages[0]

    def _book(self, language: str | None) -> _Book:
        return self._books[self.choose(language)]


class _Book:
    """The texts of one language."""

    def __init__(self, locale: Locale, templates: dict[str, Template]) -> None:
        self.locale = locale
        self.templates = templates

    def say(self, name: str, facts: Mapping[str, Any], now: datetime, zone: ZoneInfo) -> str:
        lines = self.templates[name].render(facts, _now=now, _zone=zone).splitlines()
        said = "\n".join(" ".join(line.split()) for line in lines).strip()
        return said if name.startswith("choice.") else said[:1].upper() + said[1:]

    @classmethod
    def load(cls, language: str, extra: Path | None, url: str) -> _Book:
        folders = [folder / language for folder in (SHIPPED, extra) if folder is not None]
        files = [file for folder in folders if folder.is_dir() for file in sorted(folder.glob("*.yml"))]
        if not files:
            raise FileNotFoundError(f'There are no texts for the language "{language}" in {SHIPPED}')
        texts: dict[str, str] = {}
        for file in files:
            texts.update(_flatten(yaml.safe_load(file.read_text("utf-8")) or {}))
        locale = Locale.parse(texts.pop("locale", language), sep="_")
        # Plain text comes out; every channel escapes for itself.
        environment = Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)  # noqa: S701
        environment.filters.update(_Forms(locale, texts, url).all())
        return cls(locale, {name: environment.from_string(text) for name, text in texts.items()})


def _flatten(tree: Mapping[str, Any], path: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        name = f"{path}{key}"
        if isinstance(value, bool) or isinstance(key, bool):
            raise ValueError(f'"{name}" is read as true or false: a text that is just yes, no, on or off needs quotes')
        flat.update(_flatten(value, f"{name}.") if isinstance(value, dict) else {name: str(value)})
    return flat


class _Forms:
    """How a language writes dates, times, lists and money; its public methods are the filters of the texts.

    Values come as JSON holds them: dates and moments in ISO form, windows as "14:00-16:00".
    """

    def __init__(self, locale: Locale, texts: Mapping[str, str], url: str) -> None:
        self._url = url
        self._locale = locale
        self._texts = texts

    def all(self) -> dict[str, Callable[..., str]]:
        """Filters by the names texts use."""
        names = (
            "day",
            "on_day",
            "short_day",
            "clock",
            "window",
            "moment",
            "listed",
            "items",
            "money",
            "decimal",
            "url",
            "language",
            "named",
            "amount",
            "lasting",
        )
        return {name: getattr(self, name) for name in names}

    @pass_context
    def day(self, context: Any, value: str | None) -> str:
        """A day: "tomorrow, Friday 27 November"."""
        if value is None:
            return ""
        that = self._date(context, value)
        return self._near(context, that) + format_date(that, self._texts["pattern.day"], self._locale)

    @pass_context
    def on_day(self, context: Any, value: str | None) -> str:
        """A day within a sentence: "on Friday 27 November", "tomorrow, Tuesday 24 November"."""
        named = str(self.day(context, value))
        near = value is not None and self._near(context, self._date(context, value))
        return named if near or not named else self._texts["near.on"].replace("{day}", named)

    @pass_context
    def short_day(self, context: Any, value: str | None) -> str:
        """A day for a button: "Fri 27 Nov"."""
        pattern = self._texts["pattern.short_day"]
        return "" if value is None else format_date(self._date(context, value), pattern, self._locale)

    @pass_context
    def clock(self, context: Any, value: str | None) -> str:
        """A time of day in the local zone."""
        if value is None:
            return ""
        if len(value) <= len("00:00:00"):
            return format_time(time.fromisoformat(value), "short", locale=self._locale)
        zone = context["_zone"]
        return format_time(_moment(value).astimezone(zone), "short", tzinfo=zone, locale=self._locale)

    @pass_context
    def window(self, context: Any, value: str | None) -> str:
        """A window, e.g. "14:00–16:00"."""
        if not value:
            return ""
        start, _, end = value.partition("-")
        return f"{self.clock(context, start)}–{self.clock(context, end)}"

    @pass_context
    def moment(self, context: Any, value: str | None) -> str:
        """A day and time within a sentence: "on Friday 27 November, 14:05"."""
        if value is None:
            return ""
        return f"{self.on_day(context, value)}, {self.clock(context, value)}"

    def listed(self, values: Iterable[Any], style: str = "standard") -> str:
        """Several as one: "a, b and c"; with style "or" "a, b or c"."""
        return format_list([str(each) for each in values], style, locale=self._locale)  # type: ignore[arg-type]

    def items(self, values: Iterable[Mapping[str, Any]], most: int = 3) -> str:
        """What is in an order: "2 × Kettle and Toaster"."""
        named = [f"{each['quantity']} × {each['name']}" if each["quantity"] > 1 else each["name"] for each in values]
        rest = len(named) - most
        return self.listed([*named[:most], self._texts["near.more"].replace("{n}", str(rest))] if rest > 0 else named)

    def money(self, value: Mapping[str, Any]) -> str:
        """An amount in minor units with its currency."""
        return format_currency(value["minor"] / 100, value["currency"], locale=self._locale)

    def decimal(self, value: float, places: int = 1) -> str:
        """A number with at most so many decimal places: "1,204.5"."""
        return format_decimal(round(value, places), locale=self._locale)

    def language(self, code: str) -> str:
        """The name of a language, in this one."""
        return Locale.parse(code, sep="-").get_language_name(self._locale) or code

    def named(self, value: str, group: str) -> str:
        """What a value is called, by the texts of a group; the value itself where they do not know it."""
        return self._texts.get(f"{group}.{value}", value)

    def amount(self, value: int, dimension: str) -> str:
        """Grams, cubic centimetres or pieces: "120 kg", "1.5 m³", "3 pieces"."""
        if dimension == "pieces":
            return self._texts["near.piece" if value == 1 else "near.pieces"].replace("{n}", str(value))
        units = {"weight": ("gram", "kilogram", 1000), "volume": ("liter", "cubic-meter", 1_000_000)}
        small, large, step = units[dimension]
        part = value / 1000 if dimension == "volume" else value
        number, unit = (value / step, large) if value >= step else (part, small)
        return format_unit(round(number, 1), unit, "short", locale=self._locale)

    def lasting(self, seconds: int) -> str:
        """How long, in begun minutes: "25 minutes", "2 hours 10 minutes"."""
        hours, minutes = divmod(-(-seconds // 60), 60)
        parts = [(hours, "hour"), (minutes, "minute")]
        told = [format_unit(number, unit, "long", locale=self._locale) for number, unit in parts if number]
        return " ".join(told) or format_unit(0, "minute", "long", locale=self._locale)

    def url(self, path: str) -> str:
        """The whole address of a path on our own pages."""
        return f"{self._url}/{path}"

    def _date(self, context: Any, value: str) -> date:
        """The day of a date, or of a moment in the local zone."""
        return (
            date.fromisoformat(value)
            if len(value) == len("2026-05-03")
            else _moment(value).astimezone(context["_zone"]).date()
        )

    def _near(self, context: Any, that: date) -> str:
        today = context["_now"].astimezone(context["_zone"]).date()
        names = {-1: "near.yesterday", 0: "near.today", 1: "near.tomorrow"}
        distance = (that - today).days
        return f"{self._texts[names[distance]]}, " if distance in names else ""


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
