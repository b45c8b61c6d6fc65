"""Days and periods: "next friday" becomes "2026-05-15", "last week" "2026-05-04/2026-05-10".

What may be past or future is taken as the coming one; weeks begin on Monday (ISO 8601). Periods of months are
calendar months.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from nlu.rules.numbers import NUMBER_WORD, ORDINALS, from_words
from nlu.values.contacts import UNITED_STATES
from nlu.values.holidays import holiday
from nlu.values.periods import beside, coming_day, iso, month_end, moved, part_of, whole_period

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_COUNT = rf"(?P<count>\d{{1,4}}|{NUMBER_WORD}|an?|few|a few|(?:a )?couple(?: of)?)"
_ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True))
_SHIFT = {
    "last": -1,
    "past": -1,
    "previous": -1,
    "this": 0,
    "": 0,
    "current": 0,
    "next": 1,
    "coming": 1,
    "following": 1,
}
_WHICH = r"(?P<which>this|next|last|coming|past|following|previous|current)"


def date_value(words: str, now: datetime, zone: ZoneInfo, past: bool = False) -> str | None:
    """ "2026-05-03" or a period "2026-05-01/2026-05-31" for ``words`` said at ``now`` (aware), local to ``zone``.

    ``past`` takes a bare weekday, month or quarter as the latest one begun (reports), not the coming one. Numbers are
    day first, in zones of the United States month first. None when the words say no date; never raises.
    """
    low = re.sub(r"[\s,]+", " ", words.lower().replace("’", "'")).strip(" .")
    low = re.sub(r"^(?:on|the|by|from|until) ", "", low)
    try:
        return _read(low, now.astimezone(zone).date(), zone, past)
    except (ValueError, OverflowError, KeyError):
        return None


def _read(low: str, today: date, zone: ZoneInfo, past: bool) -> str | None:
    for read in (_beside, _exact, _relative, _weeks_after, _named_day, _weeks, _counted, _written, _periods):
        found = read(low, today, zone, past)
        if found is not None:
            return found
    return None


def _beside(low: str, today: date, zone: ZoneInfo, past: bool) -> str | None:
    """ "day after thursday", "2 days before the 14th"."""
    match = re.fullmatch(rf"(?:{_COUNT} )?days? (?P<way>after|before) (?:the )?(?P<day>.+)", low)
    found = _read(match["day"], today, zone, past) if match else None
    if match is None or found is None:
        return None
    return beside(found, _count(match["count"] or "a") * (1 if match["way"] == "after" else -1))


def _exact(low: str, today: date, zone: ZoneInfo, past: bool) -> str | None:
    low = re.sub(rf"^{_DAY} ", "", low)
    match = re.fullmatch(r"(20\d\d)[-/.](\d{1,2})[-/.](\d{1,2})", low)
    if match:
        return iso(date(int(match[1]), int(match[2]), int(match[3])))
    match = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})(?:[./-]((?:20)?\d\d)?)?", low)
    if not match:
        return None
    first, second = int(match[1]), int(match[2])
    american = UNITED_STATES.match(zone.key or "") is not None and "/" in low
    day, month = (second, first) if american else (first, second)
    if month > 12 >= day:
        day, month = month, day
    if match[3]:
        return iso(date(int(match[3]) % 100 + 2000, month, day))
    return iso(coming_day(day, month, today))


def _relative(low: str, today: date, zone: ZoneInfo, past: bool) -> str | None:
    low = re.sub(r"^(today|tonight|tomorrow|yesterday) (?:the )?\d{1,2}(?:st|nd|rd|th)$", r"\1", low)
    steps = {
        "today": 0, "tonight": 0, "2day": 0, "tomorrow": 1, "yesterday": -1, "last night": -1, "overmorrow": 2, "now": 0,
    }  # fmt: skip
    return iso(today + timedelta(days=steps[low])) if low in steps else None


def _weeks_after(low: str, today: date, zone: ZoneInfo, past: bool) -> str | None:
    """ "a week tomorrow", "two weeks on friday", "monday week", "today fortnight"."""
    day = rf"(?P<day>today|tomorrow|{_DAY})"
    match = re.fullmatch(rf"(?:{_COUNT} ?)?(?P<unit>week|fortnight)s? (?:(?:on|from|after) )?{day}", low)
    match = match or re.fullmatch(rf"{day} (?P<count>)(?P<unit>week|fortnight)", low)
    first = (
        _relative(match["day"], today, zone, past) or _named_day(match["day"], today, zone, False) if match else None
    )
    if match is None or first is None:
        return None
    return iso(moved(date.fromisoformat(first), match["unit"], _count(match["count"]) if match["count"] else 1))


def _named_day(low: str, today: date, zone: ZoneInfo, past: bool) -> str | None:
    match = re.fullmatch(
        rf"(?:{_WHICH} )?(?:coming |past )?(?P<day>{_DAY})(?P<rest>(?: (?:of )?(?:this|next|last|the following) week| after next)?)",
        low,
    )
    if not match:
        match = re.fullmatch(rf"(?P<rest>(?:this|next|last) week) (?:on )?(?P<day>{_DAY})(?P<which>)", low)
    if not match or match["day"][:3] not in _DAYS or not _is_day(match["day"]):
        return None
    number, rest = _DAYS.index(match["day"][:3]), match["rest"].strip()
    monday = today - timedelta(days=today.weekday())
    coming = today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    for word, weeks in (("this week", 0), ("next week", 1), ("following week", 1), ("last week", -1)):
        if rest.endswith(word):
            return iso(monday + timedelta(days=number, weeks=weeks))
    if rest:
        return iso(coming + timedelta(weeks=1))
    which = match["which"] or ""
    if which == "this":
        return iso(today + timedelta(days=(number - today.weekday()) % 7))
    if which in ("next", "following"):
        return iso(monday + timedelta(days=number, weeks=1))
    if which in ("last", "past", "previous") or (past and not which):
        return iso(today - timedelta(days=(today.weekday() - number - 1) % 7 + 1))
    return iso(coming)


def _is_day(word: str) -> bool:
    full = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return (
        word in ("tues", "weds", "thur", "thurs") or word[:3] == word or any(word in (day, day + "s") for day in full)
    )


def _weeks(low: str, today: date, zone: ZoneInfo, past: bool) -> str | None:
    """Weeks, weekends and parts of them."""
    monday = today - timedelta(days=today.weekday())
    match = re.fullmatch(
        rf"(?:(?P<part>early|late|later|mid|end of|start of|beginning of|middle of)[ -])?(?:the )?(?:{_WHICH} )?(?:calendar |working )?(?P<unit>week|weekend|weekends|weekdays?|fortnight)",
        low,
    )
    if match:
        shift = _SHIFT[match["which"] or ""]
        if match["unit"].startswith("weekend"):
            saturday = monday + timedelta(days=5, weeks=shift)
            if today.weekday() >= 5 and shift == 0:
                return iso(max(saturday, today), saturday + timedelta(days=1))
            return iso(saturday, saturday + timedelta(days=1))
        if match["unit"] == "fortnight":
            return iso(today - timedelta(days=14), today) if shift < 0 else iso(today, today + timedelta(days=14))
        if match["unit"].startswith("weekday") and shift == 0 and today.weekday() > 4:
            shift = 1
        start = monday + timedelta(weeks=shift)
        first, last = {
            "early": (0, 1), "start of": (0, 1), "beginning of": (0, 1), "mid": (2, 2), "middle of": (2, 2),
            "late": (3, 4), "later": (3, 4), "end of": (4, 4), None: (0, 4 if match["unit"][4:5] == "d" else 6),
        }[match["part"]]  # fmt: skip
        begin, end = start + timedelta(days=first), start + timedelta(days=last)
        if match["part"] and shift == 0 and end < today:
            begin = end = max(today, start + timedelta(days=6))
        return iso(max(begin, today) if match["part"] and shift == 0 else begin, end)
    if low in ("next working day", "next business day"):
        step = {4: 3, 5: 2}.get(today.weekday(), 1)
        return iso(today + timedelta(days=step))
    if low == "week after next":
        return iso(monday + timedelta(weeks=2), monday + timedelta(weeks=2, days=6))
    match = re.fullmatch(r"week (\d{1,2})", low)
    if match:
        year = today.year if past or date.fromisocalendar(today.year, int(match[1]), 7) >= today else today.year + 1
        return iso(date.fromisocalendar(year, int(match[1]), 1), date.fromisocalendar(year, int(match[1]), 7))
    return None


def _counted(low: str, today: date, zone: ZoneInfo, past: bool) -> str | None:
    """ "in 3 days", "two weeks ago", "last 30 days"."""
    unit = r"(?P<unit>day|week|month|quarter|year|fortnight|night)s?"
    match = re.fullmatch(rf"in (?:about |around )?{_COUNT} ?{unit}(?:'? time)?", low) or re.fullmatch(
        rf"{_COUNT} ?{unit} from (?:now|today)", low
    )
    if match:
        return iso(moved(today, match["unit"], _count(match["count"])))
    match = re.fullmatch(rf"{_COUNT} ?{unit} (?:ago|back)", low)
    if match:
        return iso(moved(today, match["unit"], -_count(match["count"])))
    match = re.fullmatch(rf"(?P<which>last|past|previous|next|coming) {_COUNT} {unit}", low)
    if match:
        count = _count(match["count"])
        if _SHIFT[match["which"]] < 0:
            return iso(moved(today, match["unit"], -count) + timedelta(days=1), today)
        return iso(today, moved(today, match["unit"], count))
    return None


def _count(words: str) -> int:
    if words in ("a", "an"):
        return 1
    if "few" in words:
        return 3
    found = from_words(words)
    if found is None:
        raise ValueError(words)
    return found


def _written(low: str, today: date, zone: ZoneInfo, past: bool) -> str | None:
    """ "3 may", "may 3rd 2026", "3-7 may", "the 14th", "friday the 14th"."""
    low = re.sub(rf"^(?:this |next )?{_DAY} (?:the )?(?=\d|{_ORDINAL}|{_MONTH})", "", low)
    for word in re.findall(rf"\b(?:{_ORDINAL})\b", low):
        low = low.replace(word, f"{ORDINALS[word]}th", 1)
    day = r"(?P<day>\d{1,2}) ?(?:st|nd|rd|th)?(?: ?(?:-|to|until|and) ?(?:the )?(?P<last>\d{1,2}) ?(?:st|nd|rd|th)?)?"
    year = r"(?: ?(?P<year>20\d\d|'\d\d))?"
    match = re.fullmatch(rf"{day}[ -]?(?:of )?(?P<month>{_MONTH})\.?{year}", low)
    match = match or re.fullmatch(rf"(?P<month>{_MONTH})\.? (?:the )?{day}{year}", low)
    if match:
        month, number = _month(match["month"]), int(match["day"])
        if match["year"]:
            first = date(int(match["year"].strip("'")) % 100 + 2000, month, number)
        else:
            first = coming_day(number, month, today)
        return iso(first, first.replace(day=int(match["last"])) if match["last"] else None)
    match = re.fullmatch(r"(?P<day>\d{1,2}) ?(?:st|nd|rd|th)", low)
    if match:
        number = int(match["day"])
        for ahead in range(13):
            year_number, month_number = divmod(today.year * 12 + today.month - 1 + ahead, 12)
            if 1 <= number <= calendar.monthrange(year_number, month_number + 1)[1]:
                found = date(year_number, month_number + 1, number)
                if found >= today:
                    return iso(found)
    return None


def _month(word: str) -> int:
    return _MONTHS.index(word[:3]) + 1


def _periods(low: str, today: date, zone: ZoneInfo, past: bool) -> str | None:
    """Months, quarters, years and holidays."""
    match = re.fullmatch(
        rf"(?:(?P<part>early|late|later|mid|end of|start of|beginning of|middle of)[ -])?(?:the )?(?:{_WHICH} )?(?P<month>{_MONTH})(?: (?P<year>20\d\d))?",
        low,
    )
    if match and match["month"].rstrip(".") in _month_names():
        month, which = _month(match["month"]), match["which"]
        year = int(match["year"]) if match["year"] else today.year
        if not match["year"]:
            back = which in ("last", "past", "previous")
            if back:
                year -= month >= today.month
            elif past and which is None:
                year -= month > today.month
            else:
                year += month < today.month
        return part_of(match["part"], date(year, month, 1), month_end(year, month))
    match = re.fullmatch(
        rf"(?:(?P<part>early|late|later|mid|end of|start of|beginning of|middle of)[ -])?(?:the )?(?:{_WHICH} )?(?P<unit>month|quarter|year|season)",
        low,
    )
    if match:
        first, last = whole_period(match["unit"], _SHIFT[match["which"] or ""], today)
        return part_of(match["part"], first, last)
    if found := _quarter(low, today, past):
        return found
    if low in ("month end", "month-end"):
        return iso(month_end(today.year, today.month))
    if low in ("year end", "year-end"):
        return iso(date(today.year, 12, 31))
    if low in ("ytd", "year to date"):
        return iso(date(today.year, 1, 1), today)
    if low in ("mtd", "month to date"):
        return iso(today.replace(day=1), today)
    if re.fullmatch(r"20\d\d", low):
        return iso(date(int(low), 1, 1), date(int(low), 12, 31))
    return holiday(low, today)


def _quarter(low: str, today: date, past: bool) -> str | None:
    """Quarters and halves of a year by number."""
    match = re.fullmatch(r"(?P<kind>[qh])(?P<number>[1-4])(?: (?:of )?(?P<year>20\d\d))?", low)
    if not match:
        return None
    size = 3 if match["kind"] == "q" else 6
    start = (int(match["number"]) - 1) * size + 1
    year = int(match["year"]) if match["year"] else today.year
    if not match["year"] and past and date(year, start, 1) > today:
        year -= 1
    elif not match["year"] and not past and month_end(year, start + size - 1) < today:
        year += 1
    return iso(date(year, start, 1), month_end(year, start + size - 1))


def _month_names() -> frozenset[str]:
    long = tuple(name.lower() for name in calendar.month_name[1:])
    return frozenset(long) | frozenset(_MONTHS) | {"sept"}
