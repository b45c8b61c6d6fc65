"""Number words, shared by the rules and the values."""

from __future__ import annotations

ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15,
    "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20,
    "twenty-first": 21, "twenty-second": 22, "twenty-third": 23, "twenty-fourth": 24, "twenty-fifth": 25,
    "twenty-sixth": 26, "twenty-seventh": 27, "twenty-eighth": 28, "twenty-ninth": 29, "thirtieth": 30,
    "thirty-first": 31,
}  # fmt: skip

_ONES = "|".join(sorted(ONES, key=len, reverse=True))
_TENS = "|".join(sorted(TENS, key=len, reverse=True))
#: A number in words up to some hundreds, as a regular expression without groups.
NUMBER_WORD = (
    rf"(?:(?:a|one|two|three|four|five|six|seven|eight|nine) hundred(?: and (?:{_TENS}|{_ONES}))?"
    rf"|(?:{_TENS})(?:[ -](?:{_ONES}))?|(?:{_ONES}))"
)
ORDINAL_WORD = "(?:" + "|".join(sorted(ORDINALS, key=len, reverse=True)) + ")"


def from_words(words: str) -> int | None:
    """The whole number said by ``words`` ("12", "twenty-five", "a dozen", "two hundred"), or None."""
    total, seen = 0, False
    for part in words.lower().replace("-", " ").replace(",", "").split():
        if part.isascii() and part.isdigit():
            if len(part) > 15:
                return None
            total, seen = total + int(part), True
        elif part in ONES or part in TENS:
            total, seen = total + (ONES.get(part) if part in ONES else TENS[part] or 0), True  # type: ignore[operator]
        elif part in ("hundred", "dozen", "thousand"):
            total, seen = (total or 1) * {"hundred": 100, "dozen": 12, "thousand": 1000}[part], True
        elif part in ("couple", "pair"):
            total, seen = 2, True
        elif part not in ("a", "an", "and", "of", "half"):
            return None
        elif part == "half":
            return 6 if "dozen" in words else None
    return total if seen else None
