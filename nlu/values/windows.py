"""Times of day: "between 2 and 4" becomes "14:00-16:00", "after 5pm" becomes "17:00-", "before noon" "-12:00"."""

from __future__ import annotations

import re

from nlu.values.clock import LAST, Said, between, clock

_SMALL = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "twenty": 20,
}  # fmt: skip
_WORDS = "|".join(_SMALL)
_NAMED = {
    "noon": 720, "midday": 720, "mid-day": 720, "midnight": 0, "lunchtime": 750, "lunch time": 750, "lunch": 750,
    "dinnertime": 1110, "dinner time": 1110, "dinner": 1110, "teatime": 1020, "tea time": 1020, "breakfast": 480,
    "school run": 510, "school": 900, "work": 1020, "close of business": 1020, "cob": 1020, "eod": 1080,
    "end of the day": 1080, "end of day": 1080, "end of business": 1020, "end of the business": 1020, "dark": 1200,
    "sunset": 1200, "rush hour": 1080, "hours": 1020,
}  # fmt: skip
_TIME = re.compile(
    rf"(?P<to>(?:(?P<m>half|(?:a )?quarter|five|ten|twenty)\s+(?P<way>past|to|after|before)|half)\s+(?P<of>{_WORDS}|\d{{1,2}})\b)"
    rf"|(?P<hour>\d{{1,2}}|{_WORDS})(?:ish\b|(?:[:.h](?P<minute>[0-5]\d))?\s?(?P<half>a\.?m\b|p\.?m\b|o'? ?clock)?(?:\s?(?:h|hrs|uhr|ish))?\b)"
    rf"|\b(?P<name>{'|'.join(sorted(map(re.escape, _NAMED), key=len, reverse=True))})\b"
)
_PARTS = (
    (r"early (?:in the )?morning|very early|first thing", "07:00-09:00"),
    (r"late (?:in the )?morning", "10:00-12:00"),
    (r"mid[- ]?morning", "09:00-11:00"),
    (r"forenoon|mornings?", "08:00-12:00"),
    (r"early (?:in the )?afternoon", "12:00-15:00"),
    (r"late (?:in the )?afternoon|later (?:in the )?afternoon", "15:00-18:00"),
    (r"afternoons?|arvo", "12:00-17:00"),
    (r"early (?:in the )?evening", "17:00-19:00"),
    (r"late (?:in the )?evening", "19:00-22:00"),
    (r"evenings?", "17:00-21:00"),
    (r"nights?", "19:00-23:00"),
    (r"(?:office|business|working) hours", "09:00-17:00"),
    (r"lunch\s?time|lunch", "12:00-14:00"),
)  # fmt: skip
#: A slot by its place in the day.
_SLOTS = (
    (re.compile(r"\b(?:first|earliest)\b[\w ]*\b(?:slot|window)"), "07:00-09:00"),
    (re.compile(r"\b(?:last|latest|final)\b[\w ]*\b(?:slot|window)"), "18:00-22:00"),
)
_AFTER = re.compile(r"\b(?:after|past|from|not before|(?:no )?earlier than|since)\b|\bonwards\b")
_BEFORE = re.compile(r"\b(?:before|b4|by|until|till?|prior to|not after|(?:no )?later than|latest|earliest)\b")
_ABOUT = re.compile(r"\b(?:around|about|approx|roughly|circa|ca|nearer|towards)\b|ish\b")


def window_value(words: str) -> str | None:
    """ "HH:MM-HH:MM" with either side open ("17:00-", "-12:00"); None when no time of day is said.

    A bare hour from 1 to 7 is meant in the afternoon, since vans drive by day. "at" a time gives that hour's window,
    "around" half an hour to each side.
    """
    low = re.sub(r"\s+", " ", words.lower().strip())
    slot = next((window for pattern, window in _SLOTS if pattern.search(low)), None)
    if slot is not None:
        return slot
    times = [(match, _minutes(match)) for match in _TIME.finditer(low)]
    known = [(match, minutes) for match, minutes in times if minutes is not None]
    if len(known) >= 2:
        return _between(known[0], known[1])
    if known and not _part_only(low, known[0][0]):
        at = _said(*known[0]).meant
        negated = re.search(r"\b(?:no|not) (?:later|earlier|before|after)\b", low)
        if negated:
            later = "later" in low or "after" in low
            return f"-{clock(at)}" if later else f"{clock(at)}-"
        if _BEFORE.search(low):
            return f"-{clock(at)}"
        if _AFTER.search(low) and not _ABOUT.search(low) and known[0][0]["to"] is None:
            return f"{clock(at)}-"
        if known[0][0]["to"] is not None and re.match(r"(?:after|from) ", low):
            return f"{clock(at)}-"
        if _ABOUT.search(low):
            return f"{clock(max(0, at - 30))}-{clock(min(LAST, at + 30))}"
        return f"{clock(at)}-{clock(min(LAST, at + 60))}"
    for pattern, window in _PARTS:
        if re.search(rf"\b(?:{pattern})\b", low):
            start, _, end = window.partition("-")
            if _AFTER.search(low):
                return f"{end}-"
            return f"-{start}" if re.match(r"before\b", low) else f"-{end}" if _BEFORE.search(low) else window
    return None


def _part_only(low: str, match: re.Match[str]) -> bool:
    """Whether a named time is rather a part of the day ("lunchtime" alone, "working hours")."""
    if match["name"] is None:
        return False
    return (match["name"].startswith("lunch") and match.group() == low) or (
        low.endswith("hours") and "after" not in low
    )


def _minutes(match: re.Match[str]) -> int | None:
    """Minutes after midnight as written, before a guess whether morning or afternoon is meant."""
    if match["name"]:
        return _NAMED[match["name"]]
    if match["to"]:
        hour = _hour(match["of"])
        step = {"half": 30, "five": 5, "ten": 10, "twenty": 20}.get(match["m"] or "half", 15)
        past = match["way"] in (None, "past", "after")
        return None if hour > 24 else (hour * 60 + (step if past else -step)) % 1440
    hour, minute = _hour(match["hour"]), int(match["minute"] or 0)
    half = (match["half"] or "").replace(".", "")
    if half in ("am", "pm") and not 1 <= hour <= 12:
        return hour * 60 + minute if hour <= 23 else None
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    return None if hour > 24 else min(hour * 60 + minute, LAST)


def _hour(words: str) -> int:
    return _SMALL[words] if words in _SMALL else int(words)


def _certain(match: re.Match[str]) -> bool:
    """Whether the words say which half of the day: am, pm, noon, or two digits of a 24-hour clock."""
    if match["name"]:
        return True
    if match["to"]:
        return False
    half = (match["half"] or "").replace(".", "")
    return (
        half in ("am", "pm") or (len(match["hour"]) == 2 and match["hour"].startswith("0")) or _hour(match["hour"]) > 12
    )


def _between(first: tuple[re.Match[str], int], second: tuple[re.Match[str], int]) -> str:
    until_midnight = second[0]["name"] == "midnight" and second[1] == 0
    window = between(_said(*first), _said(*second))
    return f"{window.partition('-')[0]}-{clock(LAST)}" if until_midnight else window


def _said(match: re.Match[str], minutes: int) -> Said:
    return Said(minutes, _certain(match))
