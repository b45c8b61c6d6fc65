"""Days and periods in Spanish: "el viernes que viene" becomes "2026-05-15", "la semana pasada" "2026-05-04/2026-05-10".

The day stands before the month, always. What may be past or future is the coming one; "el viernes que viene" is the
next Friday there is, and "el viernes de la semana que viene" that of next week. Weeks begin on Monday.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from nlu.rules.spanish.numbers import NUMBER_WORD, from_words
from nlu.text import without_accents
from nlu.values.periods import beside, coming_day, iso, month_end, moved, part_of, whole_period
from nlu.values.spanish.holidays import holiday

_DAYS = ("lun", "mar", "mie", "jue", "vie", "sab", "dom")
_MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
_DAY = r"(?:lunes|martes|miercoles|jueves|viernes|sabados?|domingos?|lun|mar|mier?|jue|vie|sab|dom)\.?"
_MONTH = r"(?P<month>enero|febrero|marzo|abril|mayo|junio|julio|agosto|sept?iembre|setiembre|octubre|noviembre|diciembre|ene|feb|mar|abr|may|jun|jul|ago|sept?|oct|nov|dic)\.?"
_COUNT = rf"(?P<count>\d{{1,3}}|{NUMBER_WORD}|unos|unas|un par de|(?:unos|unas) (?:\d{{1,3}}|{NUMBER_WORD}))"
_UNIT = r"(?P<unit>dia|semana|mes|ano|quincena)(?:s|es)?"
_NEXT = r"que viene|q viene|que entra|proxim[oa]s?|siguientes?|entrante"
_LAST = r"pasad[oa]s?|anterior|ultim[oa]s?"
_WEEK = rf"semana (?:{_NEXT})|(?:proxima|siguiente|otra) semana"
_UNITS = {"dia": "day", "semana": "week", "mes": "month", "ano": "year", "quincena": "fortnight"}
_STEPS = {
    "hoy": 0, "anoche": -1, "ayer": -1, "anteayer": -2, "antier": -2, "antes de ayer": -2, "antesdeayer": -2,
    "manana": 1, "pasado manana": 2, "pasadomanana": 2,
}  # fmt: skip


def date_value(words: str, now: datetime, zone: ZoneInfo, past: bool = False) -> str | None:
    """ "2026-05-03" or a period "2026-05-01/2026-05-31" for ``words`` said at ``now`` (aware), local to ``zone``.

    ``past`` takes a bare weekday as the latest one. None when the words say no date; never raises.
    """
    low = re.sub(r"[\s,]+", " ", without_accents(words.lower())).strip(" .")
    low = re.sub(r"^(?:(?:el|la|los|las|para|por|desde|hasta|del|al|en(?= (?:el|la|este|esta)\b)) )+", "", low)
    try:
        return _read(low, now.astimezone(zone).date(), past)
    except (ValueError, OverflowError, KeyError):
        return None


def _read(low: str, today: date, past: bool) -> str | None:
    for read in (_beside, _exact, _relative, _weeks_after, _weekday, _weeks, _counted, _written, _periods):
        found = read(low, today, past)
        if found is not None:
            return found
    return None


def _beside(low: str, today: date, past: bool) -> str | None:
    """ "dia despues del jueves", "dos dias antes del 14", "dia siguiente al viernes"."""
    match = re.fullmatch(
        rf"(?:{_COUNT} )?dias? (?:(?P<after>despues|siguiente|posterior)|antes|anterior|previo) (?:del?|al?) (?:(?:el|la) )?(?P<day>.+)",
        low,
    )
    found = _read(match["day"], today, past) if match else None
    if match is None or found is None:
        return None
    return beside(found, _count(match["count"] or "un") * (1 if match["after"] else -1))


def _exact(low: str, today: date, past: bool) -> str | None:
    low = re.sub(rf"^{_DAY} ", "", low)
    match = re.fullmatch(r"(20\d\d)[-/.](\d{1,2})[-/.](\d{1,2})", low)
    if match:
        return iso(date(int(match[1]), int(match[2]), int(match[3])))
    match = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})(?:[./-]((?:20)?\d\d))?", low)
    if match is None:
        return None
    day, month = int(match[1]), int(match[2])
    return iso(date(int(match[3]) % 100 + 2000, month, day) if match[3] else coming_day(day, month, today))


def _relative(low: str, today: date, past: bool) -> str | None:
    if low in _STEPS:
        return iso(today + timedelta(days=_STEPS[low]))
    if re.fullmatch(r"(?:proximo|siguiente|primer) dia (?:habil|laborable|disponible)", low):
        return iso(today + timedelta(days={4: 3, 5: 2}.get(today.weekday(), 1)))
    return None


def _weeks_after(low: str, today: date, past: bool) -> str | None:
    """ "de hoy en ocho", which is in a week, "manana en quince", in two, and "del lunes en ocho"."""
    match = re.fullmatch(
        rf"(?:de )?(?P<day>hoy|manana|{_DAY}) en (?:(?P<days>ocho|8|quince|15)(?: dias)?|(?P<weeks>una|dos|tres) semanas?)",
        low,
    )
    if match is None:
        return None
    first = _relative(match["day"], today, past) or _weekday(match["day"], today, False)
    weeks = _count(match["weeks"]) if match["weeks"] else 1 if match["days"] in {"ocho", "8"} else 2
    return iso(date.fromisoformat(first) + timedelta(weeks=weeks)) if first is not None else None


def _weekday(low: str, today: date, past: bool) -> str | None:
    monday = today - timedelta(days=today.weekday())
    day = rf"(?P<day>{_DAY})"
    match = re.fullmatch(rf"{day} de (?:la )?(?P<week>esta semana|{_WEEK}|semana (?:{_LAST})|pasada semana)", low)
    match = match or re.fullmatch(rf"(?P<week>esta semana|{_WEEK}) (?:el )?{day}", low)
    if match:
        weeks = 0 if match["week"].startswith("esta") else -1 if re.search(_LAST, match["week"]) else 1
        return iso(monday + timedelta(days=_number(match["day"]), weeks=weeks))
    match = re.fullmatch(
        rf"(?:(?:mismo|este|esta) )*(?:(?P<before>{_NEXT}|{_LAST}) )?{day}(?: (?P<after>{_NEXT}|{_LAST}))?", low
    )
    if match is None:
        return None
    number, which = _number(match["day"]), match["before"] or match["after"] or ""
    if re.fullmatch(_LAST, which) or (past and not which):
        return iso(today - timedelta(days=(today.weekday() - number - 1) % 7 + 1))
    if low.startswith(("este ", "mismo ")) and not which:
        return iso(today + timedelta(days=(number - today.weekday()) % 7))
    return iso(today + timedelta(days=(number - today.weekday() - 1) % 7 + 1))


def _number(day: str) -> int:
    return _DAYS.index(day[:3])


def _weeks(low: str, today: date, past: bool) -> str | None:
    """Weeks, weekends and parts of them."""
    part, rest = _part_and_rest(low)
    weekend = r"(?:fin(?:es)? de semana|findes?)"
    match = re.fullmatch(
        rf"(?:(?P<which>esta|este|{_NEXT}|{_LAST}|otr[oa]) )*(?P<unit>semana|{weekend})(?: (?P<after>{_NEXT}|{_LAST}))?",
        rest,
    )
    if match is None:
        return None
    which = match["after"] or match["which"] or ""
    ahead = re.fullmatch(rf"{_NEXT}|otr[oa]", which) is not None
    shift = 1 if ahead else -1 if re.fullmatch(_LAST, which) else 0
    start = today - timedelta(days=today.weekday()) + timedelta(weeks=shift)
    if match["unit"] != "semana":
        saturday = start + timedelta(days=5)
        return iso(max(saturday, today) if shift == 0 else saturday, saturday + timedelta(days=1))
    first, last = {"start of": (0, 1), "mid": (2, 2), "end of": (4, 4), None: (0, 6)}[part]
    begin, end = start + timedelta(days=first), start + timedelta(days=last)
    if part and shift == 0:
        end = max(end, today)
        begin = max(begin, today)
    return iso(begin, end)


def _part_and_rest(low: str) -> tuple[str | None, str]:
    """Which third of a period is meant, and the period."""
    match = re.match(
        r"(?:a )?(principios?|comienzos|inicios?|mediados|finales|final|fin) de (?:la |el |l )?(?!semana$)", low
    )
    match = match or re.match(r"(?:a )?(principios?|comienzos|inicios?|mediados|finales|final) de (?:la |el )?", low)
    if match is None:
        return None, low
    part = "mid" if match[1] == "mediados" else "end of" if match[1].startswith("fin") else "start of"
    return part, low[match.end() :]


def _counted(low: str, today: date, past: bool) -> str | None:
    """ "dentro de 3 dias", "hace dos semanas", "los ultimos 30 dias"."""
    match = re.fullmatch(rf"(?:dentro de|de aqui a|en) (?:como |unos |unas )?{_COUNT} ?{_UNIT}", low)
    if match:
        return iso(moved(today, _UNITS[match["unit"]], _count(match["count"])))
    match = re.fullmatch(rf"hace (?:como |ya )?{_COUNT} ?{_UNIT}", low)
    if match:
        return iso(moved(today, _UNITS[match["unit"]], -_count(match["count"])))
    match = re.fullmatch(rf"(?P<which>{_NEXT}|{_LAST}) {_COUNT} ?{_UNIT}", low)
    if match is None:
        return None
    unit, count = _UNITS[match["unit"]], _count(match["count"])
    if re.fullmatch(_LAST, match["which"]):
        return iso(moved(today, unit, -count) + timedelta(days=1), today)
    return iso(today, moved(today, unit, count))


def _count(words: str) -> int:
    if words in ("unos", "unas"):
        return 3
    found = from_words(re.sub(r"^un(?:os|as) ", "", words).replace("un par de", "par"))
    if found is None:
        raise ValueError(words)
    return found


def _written(low: str, today: date, past: bool) -> str | None:
    """ "3 de mayo", "viernes 3 de mayo de 2026", "3 al 7 de mayo", "viernes 8", "dia 15", "15"."""
    low = re.sub(rf"^(?:este |proximo )?{_DAY} (?=dia |\d|primero)", "", low)
    low = re.sub(r"^(?:dia )?primero(?= de)", "1", low).removeprefix("dia ")
    match = re.fullmatch(
        rf"(?P<day>\d{{1,2}})(?:\.?o)?(?: ?(?:-|al|y|y el|o|o el) ?(?P<last>\d{{1,2}}))? ?(?:de |-)?{_MONTH}(?: (?:de |del )?(?P<year>20\d\d))?",
        low,
    )
    if match:
        number, month = int(match["day"]), _MONTHS.index(match["month"][:3].replace("set", "sep")) + 1
        first = date(int(match["year"]), month, number) if match["year"] else coming_day(number, month, today)
        return iso(first, first.replace(day=int(match["last"])) if match["last"] else None)
    if re.fullmatch(r"\d{1,2}", low):
        return _day_of_month(int(low), today)
    return None


def _day_of_month(number: int, today: date) -> str | None:
    for ahead in range(13):
        year, month = divmod(today.year * 12 + today.month - 1 + ahead, 12)
        if 1 <= number <= calendar.monthrange(year, month + 1)[1] and (found := date(year, month + 1, number)) >= today:
            return iso(found)
    return None


def _periods(low: str, today: date, past: bool) -> str | None:
    """Months and years, parts of them, and days with a name."""
    part, rest = _part_and_rest(low)
    match = re.fullmatch(rf"(?:este |proximo |pasado )?{_MONTH}(?: (?:de |del )?(?P<year>20\d\d))?", rest)
    if match:
        month = _MONTHS.index(match["month"][:3].replace("set", "sep")) + 1
        year = int(match["year"]) if match["year"] else today.year + (month < today.month)
        return part_of(part, date(year, month, 1), month_end(year, month))
    match = re.fullmatch(
        rf"(?:(?P<which>este|{_NEXT}|{_LAST}) )?(?P<unit>mes|ano)(?: (?P<after>{_NEXT}|{_LAST}))?", rest
    )
    if match:
        which = match["after"] or match["which"] or ""
        shift = 1 if re.fullmatch(_NEXT, which) else -1 if re.fullmatch(_LAST, which) else 0
        if part or which:
            return part_of(part, *whole_period(_UNITS[match["unit"]], shift, today))
    return holiday(low, today)
