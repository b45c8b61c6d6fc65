"""What is only asked, supposed or told of before, beside what is wished: "unless the grinder can come tuesday". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.meaning import Entity, Meaning
from nlu.text import lowered

_ASKS = re.compile(
    r"\?\s*$|^\s*(?:where|when|what|who|why|how|which|can|could|do|does|did|is|are|will|would)\b"
    r"|^\s*(?:¿|d[oó]nde\b|cu[aá]ndo\b|qu[eé] (?:pasa|hora|d[ií]a|hay)\b|qué\b|qui[eé]n\b|por ?qué\b|xq\b|c[oó]mo\b|cu[aá]l\b|cu[aá]nt|pued[eo]|se puede|podr[ií]a|hay\b|ten[eé]is|tienen\b)",
    re.IGNORECASE,
)
#: A question that asks for something to be done.
_ASKS_FOR_IT = re.compile(
    r"^\W*(?:(?:hi|hello|hey|hola|and|so|then|y|please|pls|ok|por favor|porfa)\W+)*"
    r"(?:(?:can|could|would|will|can'?t|couldn'?t) (?:you|u|ya|we|i)\b|(?:me |le |se )?(?:pued[eo]s?|pueden|podeis|podemos|podrias?|podrian|podriais)\b)"
)
#: Begins what holds only in some case, or instead.
_IN_CASE = r"(?:if(?! (?:possible|(?:you|u|it|that|there)(?:'s| is)?(?: still)? (?:can|could|possible|time)|(?:it|that)(?:'s| is) (?:still possible|not too late|ok|okay|alright|all right)|it isn'?t too (?:late|much))\b)|unless|in case|whether|a no ser|salvo que|en caso|si(?! (?:aun |todavia )?(?:puede ser|es posible|podeis|puedes|pueden|se puede|estamos a tiempo|llegamos a tiempo|no es (?:demasiado tarde|molestia))\b|\W*[,.!])(?=\s+\w))"
_IN_CASE_OR = re.compile(rf"\b(?:{_IN_CASE}|or|else|o)\b")
#: What holds only in some case, as far as the next part of what is said.
_CASE = re.compile(rf"\b{_IN_CASE}\b[^,.;!?]*")
_WAS = (
    r"(?:(?:i|we)(?:'ve| have)? (?:just |already |only )?(?:got|received|ordered|had|bought|paid|picked)"
    r"|recibi(?:mos)?|pedi(?:mos)?|compre|compramos|(?:me|nos) (?:llego|trajeron)|(?:he|hemos) (?:recibido|pedido|comprado)|tuve|tuvimos)"
)
_TOLD_OF_BEFORE = re.compile(rf"\b{_WAS}\b")
_TOLD = re.compile(rf"\b{_WAS}\b[^,.;!?]*")
#: What is said of another day than that on which it is said, or only wanted by somebody else.
_BEFORE_TODAY = re.compile(
    r"\b(?:yesterday|ago|last (?:week|night|month|time|\w+day)|ayer|anteayer|anoche|hace (?:un|una|dos|tres|\d+) \w+|la semana pasada)\b"
)
_WANTED = re.compile(
    r"^\W*(?:(?:and|but|y|pero)\W+)?(?:when|once|cuando)\b(?=.)|(?<!n't )(?<!not )(?<!no )\b(?:(?:they|he|she) wants?|quieren?)\b"
)
_DENIED = re.compile(
    r"\b(?:don'?t|do not|didn'?t|did not|never|haven'?t|hasn'?t|not)\b|\bno\b(?= (?!problem|rush|worries|issue)\w)"
)
#: What changes something is not wished in words like these, which tell of it, or only play with it.
_TOLD_OF_DOING = re.compile(
    r"\b(?:almost|nearly|thought|thinking|heard|told|said|says|wanted to|glad|would (?:be|have)|casi|pens(?:e|aba|ado)|dij\w+|dicen?)\b"
    r"|\b(?:i|you|u|they|we|he|she|it|who) (?:(?:just|already|only|even) )*(?:cancell?ed|moved|returned|sent|changed|left|brought|put)\b"
    r"|^\W*(?:(?:and|but|so|y|pero) )?(?:my|our|the|his|her|their|mi|nuestr[oa]|el|la|su) (?:[^\W\d]+ ){1,2}"
    r"(?:wants?|likes?|cancell?ed|moved|returned|sent|changed|quiere|anul[oa]|cancel[oa]|devolvio|devuelve)\b"
)
#: What somebody said or did about a day, or would think of it, and no wish for it; and what wishes for one all the same.
_TOLD_OF_DAY = re.compile(
    r"\b(?:e-?mail|mail|message|text|app|page|site|letter|tracking) (?:says?|said|moved|changed|shows?)\b|\b(?:you|they|u) (?:moved|changed|postponed|pushed)\b|\b(?:i|we) (?:was|were) told\b"
    r"|\b(?:was|would be|would have been|is) (?:a |far |way |much |just )*(?:bad idea|mistake|too (?:late|early|soon))\b|\b(?:thought|thinking) (?:about|of) (?:mov|chang|postpon)\w+"
    r"|\b(?:me |nos )?(?:dijeron|movieron|cambiaron|movisteis|cambiasteis)\b|\b(?:correo|mensaje) dice\b"
)
_WISHES = re.compile(
    r"\?|\b(?:please|pls|plz|can|could|want|need|prefer|like|move|change|instead|rather|make|bring|deliver|come(?! on)|put|so|then|back|not|no|i'?d|por favor|porfa|quiero|puede\w*|mejor|cambi(?:a|e|en|ar)|mueve\w*|tra[ei]\w+|pong\w+|necesito)\b"
)
_SAID_BY_ASKING = frozenset({"track_order"})
#: What is reported in words for a no ("no answer at 2").
_SAID_WITH_NO = frozenset({"failed_delivery"})
_SENTENCE = re.compile(r"[^.!?;]*(?:[.!?;]+(?:\s|$)|[.!?;]+(?=\S)|$)")


def asks(text: str) -> bool:
    """Whether words begin like a question, or end like one."""
    return _ASKS.search(text) is not None


def only_asks(text: str) -> bool:
    """Whether words ask about something, and not for something to be done ("is the grinder coming tuesday?")."""
    return asks(text) and _ASKS_FOR_IT.match(lowered(text)) is None


def is_in_case(text: str) -> bool:
    """Whether something that is said holds only in some case, or something else does as well."""
    return _IN_CASE_OR.search(lowered(text)) is not None


def is_told_of_before(text: str) -> bool:
    """Whether somebody tells what they got or did, and wishes nothing by it."""
    return _TOLD_OF_BEFORE.search(lowered(text)) is not None


def only_tells_of_doing(text: str) -> bool:
    """Whether words tell of something that was done, said or thought of, or only play with it ("i almost cancelled it")."""
    return _TOLD_OF_DOING.search(lowered(text)) is not None


def only_tells_of_day(text: str) -> bool:
    """Whether words only tell what was said, done or thought about a day ("last week you moved it to friday. nice")."""
    low = lowered(text)
    told = _TOLD_OF_DAY.search(low)
    return told is not None and _WISHES.search(_TOLD_OF_DAY.sub(" ", low)) is None


def is_no_wish(part: Meaning, *, asked: bool = False) -> bool:
    """Whether a part of a message that sounds like a wish only asks, supposes, denies, or tells of another day."""
    low = lowered(part.text)
    asks = (asked or "?" in low) and part.intent not in _SAID_BY_ASKING and _ASKS_FOR_IT.match(low) is None
    named = min((each.start for each in part.entities), default=len(low))
    denied = part.intent not in _SAID_WITH_NO and _DENIED.search(low[:named]) is not None
    return asks or denied or any(each.search(low) for each in (_CASE, _BEFORE_TODAY, _WANTED))


def wished(meaning: Meaning, values: Sequence[Entity]) -> list[Entity]:
    """Those of some values of a message that are said of what is wished, and not of what is only asked, supposed, or told of
    before; all of them where none would be left."""
    low = lowered(meaning.text)
    if len(low) != len(meaning.text):
        return list(values)
    aside = [
        *(each.span() for each in _SENTENCE.finditer(low) if only_asks(each.group().strip())),
        *(each.span() for pattern in (_CASE, _TOLD) for each in pattern.finditer(low)),
    ]
    left = [each for each in values if not any(start <= each.start < end for start, end in aside)]
    return left or list(values)
