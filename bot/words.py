"""Words: notices become text in a language, from the files in ``bot/texts/<language>``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from babel import Locale
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit
from jinja2 import DictLoader, Environment, StrictUndefined, Template, pass_context

from domain.notices import ZONE
from domain.plans import money
from domain.values import Money, plain

SHIPPED = Path(__file__).parent / "texts"
#: Where a line begins that is more than text; a sign of no width before it makes it text.
_MARKS = re.compile(r"^\s*(?=#\s|>\s|---\s*$)")
#: Parts of a text that say nothing leave no hole.
_GAPS = re.compile(r"\n{3,}")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where libyaml is there


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
        """The words of a notice; ``now`` decides what "today" is, ``zone`` where, else the zone among the facts, else
        where everybody is told of.

        Raises KeyError for a notice without words.
        """
        told = facts.get(ZONE)
        return self._book(language).say(name, facts, now, zone or (ZoneInfo(told) if told else self._zone))

    def on_pages(self, language: str | None, now: datetime, zone: ZoneInfo | None = None) -> Callable[..., str]:
        """What says texts of pages (those below ``page.``) by name with their values: ``say("brand")``."""

        def say(text: str, /, **facts: Any) -> str:
            return self.say(f"page.{text}", plain(facts), language, now, zone)

        return say

    def knows(self, name: str, language: str | None = None) -> bool:
        """Whether there are words for a notice."""
        return name in self._book(language).texts

    def names(self, language: str) -> frozenset[str]:
        """All notices a language has words for."""
        return frozenset(self._books[language].texts)

    def choose(self, language: str | None) -> str:
        """The language that is spoken when ``language`` (a BCP 47 tag) is wished for."""
        plain = (language or "").split("-")[0].lower()
        spoken = [each for each in (language, plain) if each is not None and each in self._books]
        return spoken[0] if spoken else self.languages[0]

    def _book(self, language: str | None) -> _Book:
        return self._books[self.choose(language)]


#: A day of another year that is no further off is told by its weekday and month alone.
_NO_YEAR_NEEDED = timedelta(days=90)


class _Book:
    """The texts of one language."""

    def __init__(self, locale: Locale, environment: Environment, texts: Mapping[str, str]) -> None:
        self.locale = locale
        self.texts = texts
        self._environment = environment
        self._templates: dict[str, Template] = {}

    def say(self, name: str, facts: Mapping[str, Any], now: datetime, zone: ZoneInfo) -> str:
        text = self.texts[name]
        if "{" in text:  # else it says the same of whatever it is about
            text = self.template(name).render(facts, _now=now, _zone=zone)
        lines = text.splitlines()
        said = _GAPS.sub("\n\n", "\n".join(" ".join(line.split()) for line in lines).strip())
        return said if name.startswith("choice.") else said[:1].upper() + said[1:]

    def template(self, name: str) -> Template:
        """The text ready to be filled; compiled when it is first said, for a program says few of all texts."""
        if name not in self._templates:
            self._templates[name] = self._environment.from_string(self.texts[name])
        return self._templates[name]

    @classmethod
    def load(cls, language: str, extra: Path | None, url: str) -> _Book:
        folders = [folder / language for folder in (SHIPPED, extra) if folder is not None]
        files = [file for folder in folders if folder.is_dir() for file in sorted(folder.glob("*.yml"))]
        if not files:
            raise FileNotFoundError(f'There are no texts for the language "{language}" in {SHIPPED}')
        texts: dict[str, str] = {}
        for file in files:
            texts |= _read(file, file.stat().st_mtime_ns)
        locale = Locale.parse(texts.pop("locale", language), sep="_")
        # Plain text comes out; every channel escapes for itself.
        environment = Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)  # noqa: S701
        environment.finalize = _unmarked
        environment.loader = DictLoader(texts)  # a text may include another
        environment.filters.update(_Forms(locale, texts, url).all())
        book = cls(locale, environment, texts)
        environment.filters["said"] = _saying(book)
        for file in files:
            if SHIPPED not in file.parents:  # what was written elsewhere is told of now, not at the first message
                for name in _read(file, file.stat().st_mtime_ns).keys() & texts.keys():
                    book.template(name)
        return book


@cache
def _read(file: Path, _changed: int) -> dict[str, str]:
    """The texts of a file, which is read once as long as it is not changed."""
    return _flatten(yaml.load(file.read_text("utf-8"), Loader=_LOADER) or {})  # noqa: S506


class _Text(str):
    """What one of our texts says, with the markup it has."""

    __slots__ = ()


def _unmarked(value: Any) -> Any:
    """A value that a text shows; lines of it that would be titles, small print or dividers (`bot.cards`) are none."""
    if type(value) is not str or not any(_MARKS.match(line) for line in value.splitlines()):
        return value
    return "\n".join(_MARKS.sub("\u2060", line) for line in value.splitlines())


def _saying(book: _Book) -> Callable[..., str]:
    """A filter that says another text by its name, with the values given or those at hand; nothing where it is unknown.

    What has its words as ``code`` and ``values`` is said as it is, else by ``otherwise``.
    """

    @pass_context
    def said(context: Any, name: Any, values: Mapping[str, Any] | None = None, otherwise: str | None = None) -> str:
        if isinstance(name, Mapping):
            name, values = name.get("code"), name.get("values") or {}
        name = name if name in book.texts else otherwise
        if name not in book.texts:
            return ""
        given = context.get_all() if values is None else values
        around = {key: context[key] for key in ("_now", "_zone")}
        lines = book.template(name).render({**given, **around}).splitlines()
        return _Text("\n".join(" ".join(line.split()) for line in lines if line.strip()))

    return said


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
        # the same few days and hours are told again and again, and Babel reads the pattern each time
        self._date_by = lru_cache(1024)(partial(format_date, locale=locale))
        self._hour = lru_cache(1024)(partial(format_time, format="short", locale=locale))

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
            "measured",
            "bar",
            "spent",
        )
        return {name: getattr(self, name) for name in names}

    @pass_context
    def day(self, context: Any, value: str | None) -> str:
        """A day: "tomorrow, Friday 27 November"."""
        if value is None:
            return ""
        that = self._date(context, value)
        return self._near(context, that) + self._date_by(that, self._pattern(context, "day", that))

    @pass_context
    def on_day(self, context: Any, value: str | None) -> str:
        """A day within a sentence: "on Friday 27 November", "tomorrow, Tuesday 24 November"."""
        named = str(self.day(context, value))
        near = value is not None and self._near(context, self._date(context, value))
        return named if near or not named else self._texts["near.on"].replace("{day}", named)

    @pass_context
    def short_day(self, context: Any, value: str | None) -> str:
        """A day for a button: "Fri 27 Nov"."""
        if value is None:
            return ""
        that = self._date(context, value)
        return self._date_by(that, self._pattern(context, "short_day", that))

    def _pattern(self, context: Any, name: str, that: date) -> str:
        """How a day is written: with its year where it is of another one and too far off to be told without."""
        today = self._today(context)
        far = that.year != today.year and abs(that - today) > _NO_YEAR_NEEDED
        usual = self._texts[f"pattern.{name}"]
        return self._texts.get(f"pattern.{name}_of_year", usual) if far else usual

    @pass_context
    def clock(self, context: Any, value: str | None) -> str:
        """A time of day in the local zone."""
        if value is None:
            return ""
        if len(value) <= len("00:00:00"):
            return self._hour(time.fromisoformat(value))
        return self._hour(_moment(value).astimezone(context["_zone"]).time())

    @pass_context
    def window(self, context: Any, value: str | None, to: str = "–") -> str:
        """A window, e.g. "14:00–16:00"; within a sentence a language may want a word for ``to``."""
        if not value:
            return ""
        start, _, end = value.partition("-")
        return f"{self.clock(context, start)}{to}{self.clock(context, end)}"

    @pass_context
    def moment(self, context: Any, value: str | None) -> str:
        """A day and time within a sentence: "on Friday 27 November, 14:05"."""
        if value is None:
            return ""
        told = self._texts["near.moment"].replace("{day}", str(self.on_day(context, value)))
        return told.replace("{clock}", str(self.clock(context, value)))

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
        return format_currency(Money(value["minor"], value["currency"]).amount, value["currency"], locale=self._locale)

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

    def measured(self, value: float, unit: str, currency: str) -> str:
        """A key figure in its unit (`domain.kpis.Unit`): "92.6 %", "€4.20", "4.25", "12 minutes", "3.5 days"."""
        if unit == "money":
            return format_currency(value, currency or "EUR", locale=self._locale)
        if unit == "minutes":
            return self.lasting(round(value * 60))
        if unit == "days":
            return format_unit(round(value, 1), "day", "long", locale=self._locale)
        return f"{self.decimal(value)} %" if unit == "percent" else self.decimal(value, 2)

    def bar(self, done: float, of: float, width: int = 8) -> str:
        """How much is done, drawn: "▓▓▓░░░░░"."""
        full = round(width * min(1.0, max(0.0, done / of))) if of else 0
        return "▓" * full + "░" * (width - full)

    def spent(self, cost: Mapping[str, int]) -> int:
        """What a cost comes to in minor units, without what leaving out is weighed with."""
        return money(cost)

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

    def _today(self, context: Any) -> date:
        today: date = context["_now"].astimezone(context["_zone"]).date()
        return today

    def _near(self, context: Any, that: date) -> str:
        today = self._today(context)
        names = {-1: "near.yesterday", 0: "near.today", 1: "near.tomorrow"}
        distance = (that - today).days
        return f"{self._texts[names[distance]]}, " if distance in names else ""


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
