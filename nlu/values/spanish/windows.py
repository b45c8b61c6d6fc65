"""Times of day in Spanish: "entre las 2 y las 4" becomes "14:00-16:00", "a partir de las 17h" "17:00-"."""

from __future__ import annotations

import re

from nlu.rules.spanish.numbers import ONES
from nlu.text import without_accents
from nlu.values.clock import LAST, Said, between, clock

_HOURS = {word: value for word, value in ONES.items() if 1 <= value <= 12 and word not in ("un", "uno")}
_WORDS = "|".join(sorted(_HOURS, key=len, reverse=True))
_MINUTES = {"media": 30, "cuarto": 15, "pico": 10, "cinco": 5, "diez": 10, "veinte": 20, "veinticinco": 25}
_NAMED = {
    "mediodia": 720, "medio dia": 720, "medianoche": 0, "comer": 840, "comida": 840, "almuerzo": 840, "siesta": 1020,
    "cenar": 1260, "cena": 1260, "desayunar": 510, "trabajo": 1080, "curro": 1080, "cole": 1020, "colegio": 1020,
    "escuela": 1020,
}  # fmt: skip
_TIME = re.compile(
    rf"(?P<hour>\d{{1,2}}|{_WORDS})(?:(?:[:.h](?P<minute>[0-5]\d))|(?: (?P<way>y|menos) (?P<step>media|cuarto|pico|cinco|diez|veinticinco|veinte|\d{{1,2}})\b))?"
    r"(?: ?(?:horas|hrs|hs|h)\b)?(?: en punto)?(?: ?(?P<half>a\. ?m|p\. ?m|am|pm)\b\.?)?(?: (?:de la|por la|en la|del) (?P<part>manana|tarde|noche|madrugada|mediodia))?(?![a-z])"
    rf"|\b(?P<name>{'|'.join(sorted(_NAMED, key=len, reverse=True))})\b"
)
#: Between two hours, and no minutes of one ("entre 8 y 12", but "entre las cinco y diez y las seis").
_AND = re.compile(
    rf"\bentre (?:las? )?(?:\d{{1,2}}|{_WORDS}) (?P<and>y) (?:\d{{1,2}}|{_WORDS})\b(?! (?:y|a|hasta) (?:las? )?(?:\d|(?:{_WORDS})\b))"
)
_PARTS = (
    (r"primera franja|primer (?:turno|horario|tramo|hueco|bloque)", "07:00-09:00"),
    (r"ultima franja|ultimo (?:turno|horario|tramo|hueco|bloque)", "18:00-22:00"),
    (r"primeras? horas? (?:de|por|en) (?:la )?tardes?", "14:00-16:00"),
    (r"ultimas? horas? (?:de|por|en) (?:la )?tardes?", "18:00-20:00"),
    (r"ultimas? horas? (?:de|por|en) (?:la )?mananas?", "11:00-13:00"),
    (r"primeras? horas?|temprano|madrugada", "07:00-09:00"),
    (r"ultimas? horas?|fin(?:al)? del dia", "18:00-21:00"),
    (r"media manana", "10:00-12:00"),
    (r"media tarde", "16:00-18:00"),
    (r"mediodia|medio dia|hora de (?:comer|la comida)", "12:00-15:00"),
    (r"hora de (?:cenar|la cena)", "20:00-22:00"),
    (r"mananas?", "08:00-13:00"),
    (r"tardes?", "13:00-20:00"),
    (r"noches?", "19:00-23:00"),
    (r"horario (?:de (?:oficina|trabajo|comercio)|laboral|comercial)|horas? de (?:oficina|trabajo)", "09:00-18:00"),
)
_AFTER = re.compile(
    r"\b(?:a partir de|desp(?:ues)? del?|desde|no antes del?|mas tarde del?|pasad[oa]s?|en adelante|a partir)\b"
)
_BEFORE = re.compile(r"\b(?:antes del?|hasta|no despues del?|no mas tarde del?|mas temprano del?|como muy tarde)\b")
_NOT_AFTER = re.compile(r"\bno (?:despues|mas tarde)\b|\bcomo muy tarde\b")
_NOT_BEFORE = re.compile(r"\bno antes\b")
_ABOUT = re.compile(r"\b(?:sobre|hacia|a eso de|alrededor de|cerca de|como a|tipo|mas o menos|y pico)\b")


def window_value(words: str) -> str | None:
    """ "HH:MM-HH:MM" with either side open ("17:00-", "-12:00"); None when no time of day is said.

    A bare hour from 1 to 7 is meant in the afternoon; "a las" a time gives that hour's window, "sobre las" half an hour
    to each side.
    """
    low = re.sub(r"\s+", " ", without_accents(words.lower()).strip())
    joined = _AND.search(low)
    if joined is not None:
        low = f"{low[: joined.start('and')]}a{low[joined.end('and') :]}"
    known = [(match, said) for match in _TIME.finditer(low) if (said := _said(match)) is not None]
    if len(known) >= 2:
        return _from_to(known[0][1], known[1][1], known[1][0]["name"])
    if known and not _part_only(low, known[0][0]):
        return _with_side(low, known[0][1].meant)
    for pattern, window in _PARTS:
        if re.search(rf"\b(?:{pattern})\b", low):
            start, _, end = window.partition("-")
            if _BEFORE.search(low):
                return f"-{end if low.startswith('hasta') else start}"
            return f"{start if low.startswith('desde') else end}-" if _AFTER.search(low) else window
    return None


def _with_side(low: str, at: int) -> str:
    if _NOT_AFTER.search(low) or (_BEFORE.search(low) and not _NOT_BEFORE.search(low)):
        return f"-{clock(at)}"
    if _ABOUT.search(low):
        return f"{clock(max(0, at - 30))}-{clock(min(LAST, at + 30))}"
    if _AFTER.search(low):
        return f"{clock(at)}-"
    return f"{clock(at)}-{clock(min(LAST, at + 60))}"


def _from_to(first: Said, second: Said, name: str | None) -> str:
    return f"{clock(first.meant)}-{clock(LAST)}" if name == "medianoche" else between(first, second)


def _part_only(low: str, match: re.Match[str]) -> bool:
    """Whether a named time is rather a part of the day ("a mediodia", "a la hora de comer", "horario de trabajo")."""
    return match["name"] is not None and not _AFTER.search(low) and not _BEFORE.search(low)


def _said(match: re.Match[str]) -> Said | None:
    if match["name"]:
        return Said(_NAMED[match["name"]], certain=True)
    word = match["hour"]
    hour = _HOURS[word] if word in _HOURS else int(word)
    minute = int(match["minute"] or 0)
    if match["step"]:
        step = _MINUTES.get(match["step"]) or int(match["step"])
        minute += step if match["way"] == "y" else -step
    if hour > 24:
        return None
    half = {"tarde": "pm", "mediodia": "pm", "noche": "pm", "manana": "am", "madrugada": "am"}.get(match["part"] or "")
    half = half or (match["half"] or "").replace(".", "").replace(" ", "")
    if hour == 12 and (half == "am" or match["part"] == "noche") and match["part"] != "manana":
        hour = 0
    elif half == "pm" and hour < 12:
        hour += 12
    certain = half in ("am", "pm") or hour > 12 or (len(word) == 2 and word.startswith("0"))
    return Said(min((hour * 60 + minute) % 1440 if hour < 24 else LAST, LAST), certain)
