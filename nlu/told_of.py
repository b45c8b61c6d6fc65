"""What a driver only tells of, and what is no report: what befell them on another day, a break they do not take. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from domain.meaning import OUT_OF_SCOPE, Meaning
from nlu.readers import READERS
from nlu.text import lowered

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
    r"\b(?:today|now|just|again|this (?:one|time|stop)|hoy|ahora|acabo|otra vez|de nuevo|est[ea] (?:parada|vez)?|still|sigue|tampoco)\b"
)
#: In a later part of what is told this is so now: no time that has passed is named with it.
_REPORTS_NOW = re.compile(
    r"\b(?:nobody|no ?one|no (?:answer|access|reply)|not (?:home|in|here|there|answering|opening)|(?:isn'?t|aren'?t) (?:home|in|here|there)|closed|refus(?:es|ing)"
    r"|nadie|no (?:abren?|hay|esta|contestan?|responden?|quieren?)|cerrad[oa]|rechazan?)\b"
)
_PAST = re.compile(
    r"\b(?:was|were|wasn'?t|weren'?t|had|did|didn'?t|\w{2,}(?<!clos)(?<!refus)ed|estaba|habia|fue|hubo|tuve|\w+(?:aron|ieron|aba|ia))\b"
)
_PARTS = re.compile(r"[,.;!]\s*|\s+-+\s+|\b(?:but|pero|and|y)\b")
_NO_BREAK = re.compile(
    r"\b(?:no|without|skip(?:ping)?|(?:don'?t|do not|won'?t) (?:need|want|take|have|get)|not (?:taking|having|getting)) (?:(?:a|an|any|my|the|lunch) )*breaks?(?: (?:right )?now)?\b"
    r"|\b(?:sin|(?:no|nada de|me salto|me ahorro)(?: (?:hago|tomo|necesito|quiero|voy a hacer|voy a tomar|hay|cojo|paro para))?) (?:(?:el|la|mi|un|una|ningun|ninguna) )*(?:descanso|pausa|parada para comer)(?: ahora)?\b"
)
#: Beside that there was none, or will be none, one is taken all the same.
_TAKES_BREAK = re.compile(
    r"\b(?:taking|having|since|yet|now|so(?! (?:that|i can|i'?ll|we can))|then|desde|aun|todavia|ahora|asi que|por eso|l[oa] (?:tomo|hago|cojo)|me l[oa]|paro)\b"
)
#: What is still to be delivered, or only wished to be; and that something was, beside it.
_TO_BE_DELIVERED = re.compile(
    r"\b(?:once|when|until|if) (?:(?:it|that|this)(?:'?s| is) )?delivered\b|\b(?:(?:to|should|must|can|could|will) be|not(?: been| yet| being)?|(?:to have|wants?|wanted) (?:it|them|this|that)) delivered\b"
    r"|\b(?:cuando|hasta que|si) (?:ya )?(?:este|esten|esta) entregad[oa]s?\b|\bque (?:(?:sea|sean|este|esten) entregad[oa]s?|(?:l[oa]s? |se l[oa]s? )?entreguen?)\b"
)
#: Whether it was is only asked ("was the last one delivered to Mr Haas", "delivered to Mr Haas?").
_ASKS_IF_DELIVERED = re.compile(
    r"\W*(?:was|were|is|has|have|did|should|shall)\b[^,.;!]*\bdelivered\b[^,.;!]*$|[^,.;!?]*\b(?:delivered|entregad[oa]s?)\b[^,.;!?]*\?\W*$"
)
_WAS_DELIVERED = re.compile(r"\b(?:delivered|done|handed|gave|left|entregad[oa]s?|entregue|hech[oa]|di|deje)\b")


def only_told(meaning: Meaning) -> Meaning:
    """What a driver means; out of scope where a report would be of what they only tell of."""
    low = lowered(meaning.text)
    told = meaning.intent in _REPORTS and _is_of_another_day(meaning, low)
    denied = meaning.intent == "start_break" and _takes_none(low)
    ahead = meaning.intent == "delivered" and _is_ahead(low)
    nothing = told or denied or ahead
    return replace(meaning, intents=((OUT_OF_SCOPE, 1.0),), entities=(), unsure=False) if nothing else meaning


def _is_of_another_day(meaning: Meaning, low: str) -> bool:
    """Whether words tell of another day or place, and of none of today's stops."""
    names_stop = any(each.kind in {"stop", "order_number"} for each in meaning.entities)
    tells = _OTHER_DAY.search(low) or _OTHER_PLACE.search(low)
    is_told = tells is not None and _NOW.search(low) is None and not _reports_later(low)
    return is_told and not names_stop and READERS["streets_named"](meaning.text, None) is None


def _reports_later(low: str) -> bool:
    """Whether a later part of the words says how it is now ("last time nobody was in, nobody home")."""
    begins = _OTHER_DAY.search(low)
    later = _PARTS.split(low[begins.end() :])[1:] if begins is not None else []
    return any(_REPORTS_NOW.search(part) and not _PAST.search(part) for part in later)


def _takes_none(low: str) -> bool:
    """Whether words say that no break is taken, and nothing beside says that one is."""
    denied = _NO_BREAK.search(low)
    return denied is not None and _TAKES_BREAK.search(low[: denied.start()] + low[denied.end() :]) is None


def _is_ahead(low: str) -> bool:
    """Whether words ask if something was delivered, or speak of what is still to be, and nothing beside says that something was."""
    if _ASKS_IF_DELIVERED.fullmatch(low):
        return True
    ahead = _TO_BE_DELIVERED.search(low)
    return ahead is not None and _WAS_DELIVERED.search(low[: ahead.start()] + low[ahead.end() :]) is None
