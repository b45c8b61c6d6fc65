"""What is to be different about a schedule: which job, at what time, on which weekdays, or that it pauses or a depot is closed."""

from __future__ import annotations

import re

_I = re.IGNORECASE
#: By wish, the first that fits; anything else sets when something is done.
_WISHES = (
    ("open", re.compile(r"\b(?:no|not an?|remove|delete|cancel)\b[^.]{0,20}\bholiday|\b(?:is|are|we're|were|be) open\b|\breopen", _I)),
    ("close", re.compile(r"\bholidays?\b|\bclosed\b|\bclose\b(?! (?:the|of))|\bclosing day\b|\bday off\b", _I)),
    ("on", re.compile(r"\b(?:switch|turn) (?:\w+ ){0,3}on\b|\benable\b", _I)),
    ("off", re.compile(r"\b(?:switch|turn) (?:\w+ ){0,3}off\b|\bdisable\b", _I)),
    ("resume", re.compile(r"\b(?:resume|unpause|restart|continue|go on|start again)\b", _I)),
    ("pause", re.compile(r"\b(?:pause|skip|suspend|halt|hold off|stop|no planning|don'?t plan|do not plan|without planning)\b", _I)),
)  # fmt: skip
#: By job, the first that fits.
_JOBS = (
    ("close_cutoff", re.compile(r"\bcut[ -]?offs?\b", _I)),
    ("publish", re.compile(r"\bpublish", _I)),
    ("morning_check", re.compile(r"\bmorning check", _I)),
    ("return_note", re.compile(r"\b(?:returns?|buyers?'?) (?:note|report|digest|watch)s?\b|\bnotes? (?:on|about|of) returns\b", _I)),
    ("weekly_report", re.compile(r"\bweekly\b", _I)),
    ("daily_digest", re.compile(r"\bdigests?\b|\bdaily report|\bdaily summary", _I)),
    ("ratings", re.compile(r"\bratings?\b", _I)),
    ("board", re.compile(r"\bboard\b", _I)),
    ("late_starts", re.compile(r"\blate starts?\b", _I)),
    ("returns", re.compile(r"\breturns?\b", _I)),
    ("silent_drivers", re.compile(r"\bsilent\b", _I)),
    ("refresh_etas", re.compile(r"\betas?\b|\barrival times\b", _I)),
    ("clean_up", re.compile(r"\bclean(?:ing)?[ -]?up\b", _I)),
    ("plan_day", re.compile(r"\bplan\w*|\brouting\b|\b(?:the )?run\b", _I)),
)  # fmt: skip
_CLOCK = re.compile(r"\b(\d{1,2})[:.h](\d{2})\s*(a\.?m|p\.?m)?\b|\b(\d{1,2})\s*(a\.?m|p\.?m|o'?clock)\b", _I)
_AT = re.compile(r"\bat\s+(\d{1,2})\b(?!\s*(?:%|st|nd|rd|th))", _I)
_NAMED = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}
_EVENING = re.compile(r"\b(?:evening|afternoon|night|tonight)\b", _I)
_EVERY = re.compile(r"\bevery\s+(\d{1,4})\s*(min|hour|hr)", _I)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = r"(mon|tue|wed|thu|fri|sat|sun)(?:[a-z]*day)?s?"
_SPAN = re.compile(rf"\b{_DAY}\s*(?:-|–|to|till|through|until)\s*{_DAY}\b", _I)
_ONE = re.compile(rf"\b{_DAY}\b", _I)
_UNTIL = re.compile(r"\b(?:until|till|til)\b", _I)


def wish(text: str) -> str | None:
    """What is wanted: open, close, resume, on, off, pause; None where a time is to be set."""
    return next((name for name, pattern in _WISHES if pattern.search(text)), None)


def job(text: str) -> str | None:
    """The job that is meant, by its name in `domain.scheduling.Job`."""
    return next((name for name, pattern in _JOBS if pattern.search(text)), None)


def time_of_day(text: str) -> str | None:
    """A time of day, "18:30"; "at 6" alone is the morning unless evening or afternoon are spoken of."""
    found = _CLOCK.search(text)
    if found is not None:
        hour, minute = int(found[1] or found[4]), int(found[2] or 0)
        half = (found[3] or found[5] or "").lower().replace(".", "")
    elif (named := next((clock for word, clock in _NAMED.items() if word in text.lower()), None)) is not None:
        return named
    elif (bare := _AT.search(text)) is not None:
        hour, minute, half = int(bare[1]), 0, ""
    else:
        return None
    if half.startswith("p") or (not half and hour < 12 and _EVENING.search(text)):
        hour = hour % 12 + 12
    elif half.startswith("a"):
        hour %= 12
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def every(text: str) -> int | None:
    """So many minutes, of "every 5 minutes" or "every 2 hours"."""
    found = _EVERY.search(text)
    return None if found is None else int(found[1]) * (1 if found[2].lower() == "min" else 60)


def weekdays(text: str) -> list[int] | None:
    """ISO weekdays: "on weekdays", "mon-fri", "every day", "saturdays and sundays"."""
    low = text.lower()
    if re.search(r"\bweekends?\b", low):
        return [6, 7]
    if re.search(r"\b(?:on |every |each )?(?:weekdays?|working days?|workdays?)\b", low):
        return [1, 2, 3, 4, 5]
    if re.search(r"\b(?:every day|each day|daily|all days|every (?:evening|morning|night))\b", low):
        return [1, 2, 3, 4, 5, 6, 7]
    spans = [(_number(each[1]), _number(each[2])) for each in _SPAN.finditer(low)]
    days = {day for first, last in spans for day in range(first, last + 1)}
    days |= {_number(each[1]) for each in _ONE.finditer(low)}
    return sorted(days) or None


def says_until(text: str) -> bool | None:
    """Whether something holds until a day, and not on it."""
    return True if _UNTIL.search(text) else None


def _number(day: str) -> int:
    return _DAYS.index(day.lower()[:3]) + 1
