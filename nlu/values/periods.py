"""Days and periods reckoned, in whatever language they were said."""

from __future__ import annotations

import calendar
from datetime import date, timedelta


def iso(first: date, last: date | None = None) -> str:
    """ISO 8601: a day, or "first/last" for a period of several."""
    return first.isoformat() if last is None or last == first else f"{first.isoformat()}/{last.isoformat()}"


def coming_day(day: int, month: int, today: date) -> date:
    """The next such day of the year, today included; 29 February waits for a leap year."""
    for year in range(today.year, today.year + 9):
        if day <= calendar.monthrange(year, month)[1] and (found := date(year, month, day)) >= today:
            return found
    raise ValueError(f"no day {day} in month {month}")


def moved(day: date, unit: str, count: int) -> date:
    """``day`` some days, nights, weeks, fortnights, months, quarters or years on; the last day of a shorter month."""
    if unit in ("month", "quarter", "year"):
        months = day.year * 12 + day.month - 1 + count * {"month": 1, "quarter": 3, "year": 12}[unit]
        year, month = divmod(months, 12)
        return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
    return day + timedelta(days=count * {"day": 1, "night": 1, "week": 7, "fortnight": 14}[unit])


def beside(found: str, days: int) -> str:
    """The day so many days after another one, or (below zero) before it; of a period as `iso` writes it beside its end."""
    first, last = found.split("/")[0], found.split("/")[-1]
    return iso(date.fromisoformat(last if days > 0 else first) + timedelta(days=days))


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def whole_period(unit: str, shift: int, today: date) -> tuple[date, date]:
    """First and last day of the month, quarter or year ``shift`` of them from that of ``today``."""
    if unit == "year":
        return date(today.year + shift, 1, 1), date(today.year + shift, 12, 31)
    size = 1 if unit == "month" else 3
    months = today.year * 12 + (today.month - 1) // size * size + shift * size
    year, month = divmod(months, 12)
    end_year, end_month = divmod(months + size - 1, 12)
    return date(year, month + 1, 1), month_end(end_year, end_month + 1)


def part_of(part: str | None, first: date, last: date) -> str:
    """The beginning, middle or end third of a period, the whole without ``part``; its end is its last day."""
    if part is None:
        return iso(first, last)
    third = ((last - first).days + 1) // 3
    if part == "end of":
        return iso(last)
    if part in ("mid", "middle of"):
        return iso(first + timedelta(days=third), last - timedelta(days=third))
    if part in ("late", "later"):
        return iso(last - timedelta(days=third - 1), last)
    return iso(first, first + timedelta(days=third - 1))
