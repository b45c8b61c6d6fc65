"""What a driver only tells of, and what is no report: what befell them on another day, a break they do not take. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from domain.meaning import OUT_OF_SCOPE, Meaning
from nlu.readers import READERS
from nlu.text import without_accents

#: What happens at stops and on the road.
_REPORTS = frozenset(
    {"arrived", "delivered", "failed_delivery", "skip_stop", "report_delay", "report_incident", "collected_return"}
)
#: Begins a sentence that tells of another day; within one the day only says since when something is so ("she moved out yesterday").
_OTHER_DAY = re.compile(
    r"(?:^|[.!?;]\s*)(?:(?:so|and|but|oh|man|morning|good morning|hi|hey|hello|lol|y|pero|pues|bueno|uf|buenas|hola|buenos dias)[\s,!.]+)*"
    r"(?:yesterday|the other day|last (?:week|night|month|year|time|mon|tues|wednes|thurs|fri|satur|sun)\w*"
    r"|ayer|anteayer|anoche|el otro dia|la semana pasada|el mes pasado|la ultima vez)\b"
)
_OTHER_PLACE = re.compile(
    r"\bin (?:his|her|their|my) (?:old|last|former) (?:house|flat|place|street|job|building)\b|\ben su (?:antigu|anterior)\w* (?:casa|piso|calle|trabajo)\b"
)
_NOW = re.compile(
    r"\b(?:today|now|just|again|this (?:one|time|stop)|hoy|ahora|acabo|otra vez|de nuevo|est[ea] (?:parada|vez)?)\b"
)
_NO_BREAK = re.compile(
    r"\b(?:no|without|skip(?:ping)?|(?:don'?t|do not|won'?t) (?:need|want|take|have|get)|not (?:taking|having|getting)) (?:(?:a|an|any|my|the|lunch) )*breaks?\b"
    r"|\b(?:sin|(?:no|nada de|me salto|me ahorro)(?: (?:hago|tomo|necesito|quiero|voy a hacer|voy a tomar|hay|cojo|paro para))?) (?:(?:el|la|mi|un|una|ningun|ninguna) )*(?:descanso|pausa|parada para comer)\b"
)


def only_told(meaning: Meaning) -> Meaning:
    """What a driver means; out of scope where a report would be of what they only tell of."""
    low = without_accents(meaning.text.casefold()).replace("’", "'")
    told = meaning.intent in _REPORTS and _is_of_another_day(meaning, low)
    denied = meaning.intent == "start_break" and _NO_BREAK.search(low) is not None
    return replace(meaning, intents=((OUT_OF_SCOPE, 1.0),), entities=(), unsure=False) if told or denied else meaning


def _is_of_another_day(meaning: Meaning, low: str) -> bool:
    """Whether words tell of another day or place, and of none of today's stops."""
    names_stop = any(each.kind in {"stop", "order_number"} for each in meaning.entities)
    tells = _OTHER_DAY.search(low) or _OTHER_PLACE.search(low)
    is_told = tells is not None and _NOW.search(low) is None
    return is_told and not names_stop and READERS["streets_named"](meaning.text, None) is None
