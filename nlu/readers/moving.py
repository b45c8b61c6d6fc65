"""By how much something shall come earlier or later than it would: "a day later", "postpone it two days", "una semana antes".

Only where a clause wishes for it: none that says no, none that tells of somebody ("I am back two days later") or of the past.
"""

from __future__ import annotations

import re

from nlu.rules.numbers import NUMBER_WORD
from nlu.rules.spanish.numbers import NUMBER_WORD as SPANISH_NUMBER_WORD
from nlu.text import squeezed
from nlu.values import amounts
from nlu.values.spanish import amounts as spanish_amounts

_COUNT = rf"(?:\d{{1,2}}|{NUMBER_WORD}|an?|(?:a )?couple(?: of)?|{SPANISH_NUMBER_WORD}|una?|un par(?: de)?)"
_SPAN = rf"(?P<span>{_COUNT} (?:(?:working |business )?days?|weeks?|dias?(?: laborables?)?|semanas?))"
_WORKING = re.compile(r"\b(?:working|business) | laborables?\b")
_SPANISH = re.compile(r"\b(?:dias?|semanas?)\b")
_DAY = 24 * 60 * 60
_LATER = r"(?:later|after(?:wards)?|back|despues|mas tarde|mas adelante)"
_EARLIER = r"(?:earlier|sooner|before|forward|ahead|antes|mas temprano)"
_PUTS_OFF = (
    r"(?:delay|postpone|push|put|defer|hold|aplaza(?:r|d|l[oa]s?)?|aplace|retrasa(?:r|d|l[oa]s?)?|retrase|atrasa(?:r|l[oa]s?)?"
    r"|pospon(?:er|ed|ga|l[oa]s?)?|demora(?:r|l[oa]s?)?)"
)
_BRINGS_ON = r"(?:bring\b.{0,20}? forward|adelanta(?:r|d|l[oa]s?)?)"
_MOVES = (
    rf"(?:{_PUTS_OFF}|move|shift|reschedule|bring|deliver|send|change|make|have|get|come|arrive|want|need|like|prefer|rather"
    r"|muev\w+|mover(?:l[oa]s?)?|pas(?:a|ar|e)(?:l[oa]s?)?|cambi(?:a|ar|e)(?:l[oa]s?)?|tra(?:e|er|iga)(?:l[oa]s?|dme|me)?"
    r"|entrega(?:r|d)?(?:l[oa]s?|me)?|lleg(?:ar|ue)|ven(?:ir|ga)|quier[oa]|queremos|prefiero|mejor)"
)
#: So much, and in which direction; or what says the direction before so much.
_HOW_MUCH = re.compile(rf"\b{_SPAN} (?:(?P<later>{_LATER})|(?P<earlier>{_EARLIER}))\b")
_BY_VERB = re.compile(rf"\b(?:(?P<later>{_PUTS_OFF})|(?P<earlier>{_BRINGS_ON}))\b.{{0,40}}?\b{_SPAN}\b(?! (?:off|ago))")
_NEIGHBOUR = re.compile(
    r"\b(?:(?P<later>(?:the (?:next|following) day|(?:the|a|one) day after|(?:al|el) dia (?:siguiente|de despues)))"
    r"|(?P<earlier>the (?:day before|previous day)|el dia (?:anterior|de antes)))(?: (?:that|that one|then|a ese|de ese))?\b"
)
_CLAUSES = re.compile(r"[.,;:!?]+ ?| (?:but|because|cos|since|as|pero|porque|ya que|es que) ")
_UNWISHED = re.compile(
    r"\b(?:no(?! problem)|not|never|nor|\w+n't|dont|doesnt|cant|wont|nunca|tampoco|ni|than|que lo|ago|was|were|came|comes|arrived|took|got|ya se|hace|llego|llega|llegaron|vino|vinieron|tardo"
    r"|(?:party|wedding|birthday|trip|flight|exam|meeting|funeral|fiesta|boda|cumple\w*|viaje|vuelo|examen|reunion|entierro) (?:is|starts|es|sera|empieza)"
    r"|(?:i|we|he|she|they)(?:'m|'re|'ve|'s|'ll)?(?!'d) (?!want|need|would|can\b|could|prefer|have it|get it)\w+)\b"
)
_RATHER = re.compile(rf"\b{_MOVES}\b")
#: Words that may follow, and how many others may stand around it where nothing is said to be moved.
_THEN = re.compile(
    r" ?(?:(?:please|pls|instead|then|would be|would|is|works?|fine|better|good|great|ok|por favor|porfa|mejor|seria|me viene|va|bien|at|the|same|time|a la misma hora) ?)*"
)
_FEW = 4
#: Nobody moves a delivery further.
_MOST = 60


def moved_by(text: str) -> int | None:
    """Days by which it shall come later (or, below zero, earlier) than it would; None where a message does not say so."""
    low = squeezed(text[:500])
    wished = (_wished(clause.strip()) for clause in _CLAUSES.split(low) if _UNWISHED.search(clause) is None)
    return next((days for days in wished if days), None)


def _wished(clause: str) -> int | None:
    by_verb, how_much = _BY_VERB.search(clause), _HOW_MUCH.search(clause)
    said = how_much or by_verb or _NEIGHBOUR.search(clause)
    if said is None or not (said is by_verb or _is_wish(clause, said)):
        return None
    span = said.groupdict().get("span")
    days = _days(span) if span is not None else 1
    return (days if said["later"] else -days) if 0 < days <= _MOST else None


def _is_wish(clause: str, said: re.Match[str]) -> bool:
    """Whether little else is said in the clause, or it moves something, and nothing of another kind follows."""
    before, after = clause[: said.start()], clause[said.end() :]
    moves = _RATHER.search(before) is not None or len(before.split()) <= _FEW
    return moves and _THEN.fullmatch(after) is not None


def _days(span: str) -> int:
    said = _WORKING.sub("", span)
    read = spanish_amounts.duration_value if _SPANISH.search(said) else amounts.duration_value
    return (read(said) or 0) // _DAY
