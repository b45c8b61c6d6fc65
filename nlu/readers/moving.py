"""By how much something shall come earlier or later than it would: "a day later", "postpone it two days", "una semana antes"."""

from __future__ import annotations

import re

from nlu.text import without_accents

_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "un": 1, "una": 1, "two": 2, "couple": 2, "couple of": 2, "a couple": 2, "a couple of": 2, "dos": 2,
    "un par": 2, "un par de": 2, "three": 3, "tres": 3, "four": 4, "cuatro": 4, "five": 5, "cinco": 5, "six": 6, "seis": 6,
}  # fmt: skip
_COUNT = rf"(?P<count>\d{{1,2}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_SPAN = rf"{_COUNT}\s+(?P<unit>(?:working |business )?days?|weeks?|dias?(?: laborables?)?|semanas?)"
_LATER = r"(?:later|after(?:wards)?\b(?! (?:i|we|the|my|you|that)\b)|back(?! to| from| in)|despues(?! de)|mas tarde|mas adelante)"
_EARLIER = r"(?:earlier|sooner|before(?! (?:i|we|the|my|you|that)\b)|forward|ahead|antes(?! de)|mas temprano)"
#: What follows how much it is.
_BEHIND = re.compile(rf"\b{_SPAN}\s+(?:(?P<later>{_LATER})|(?P<earlier>{_EARLIER}))")
_PUTS_OFF = r"(?:delay|postpone|push|put (?:it |that |this |them |my order |the (?:order|delivery) )?(?:off|back)|defer|hold(?: it| off)?|aplaz\w+|retras\w+|atras\w+|pospon\w*|demor\w+)"
_BRINGS_ON = r"(?:bring (?:it |that |this |them |my order |the (?:order|delivery) )?forward|adelant\w+)"
#: What stands before how much it is, in the same clause.
_BEFORE = re.compile(
    rf"\b(?:(?P<later>{_PUTS_OFF})|(?P<earlier>{_BRINGS_ON}))\b[^.;!?]{{0,40}}?\s(?:by |for |un?os? )?{_SPAN}\b"
)
_NEXT = re.compile(
    r"\b(?:the (?:next|following) day|(?:the|a|one) day after(?! tomorrow| i | we | the )|al dia siguiente|el dia siguiente|un dia despues)\b"
)
_PREVIOUS = re.compile(
    r"\b(?:the day before(?! yesterday| i | we | the )|the previous day|el dia (?:anterior|de antes))\b"
)
#: Nobody moves a delivery further.
_MOST = 60


def moved_by(text: str) -> int | None:
    """Days by which it shall come later (or, below zero, earlier) than it would; None where a message does not say so."""
    low = " ".join(without_accents(text.casefold()).replace("’", "'").split())
    said = _BEHIND.search(low) or _BEFORE.search(low)
    if said is not None:
        count = _NUMBERS.get(said["count"]) or int(said["count"] if said["count"].isdigit() else 1)
        days = count * (7 if said["unit"].startswith(("week", "semana")) else 1)
        return (days if said["later"] else -days) if 0 < days <= _MOST else None
    if _NEXT.search(low):
        return 1
    return -1 if _PREVIOUS.search(low) else None
