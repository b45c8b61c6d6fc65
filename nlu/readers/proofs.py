"""What shows that something was handed over, out of a driver's words: who took it, the PIN, that there is none."""

from __future__ import annotations

import re

from domain.handing import Condition
from nlu.readers.addresses import Fields
from nlu.readers.corrections import number_put_right

#: A name longer than this is a story.
LONGEST_NAME, _MOST_WORDS = 60, 6
_TAKEN_BY = re.compile(
    r"\b(?<!no )(?<!not )(?<!never )(?<!nunca )(?<!sin )(?:(?:signed|taken|took|received|accepted|collected)(?: for| in)? by|(?:handed|given|gave|left|handed over)(?: it| them| this)?(?: over)? (?:to|with)|delivered(?: it| them| this)? to|name is|signature(?: of| from)?:?"
    r"|(?:firmad[oa]|recibid[oa]|recogid[oa]|aceptad[oa]) por|(?:dad[oa]|dejad[oa]|dej[eé]|d[ií]|se l[oa] (?:d[ií]|dej[eé]|he dado|he dejado|entregu[eé]|deja))(?: en mano| el paquete| la caja)* (?:al?|con)(?! las?\b \d)|se llama|a nombre de|firma(?:do)?(?: de)?:?|(?:l[oa] )?(?:firm[oó]|recibi[oó]|recogi[oó]|acept[oó]|cogi[oó]|agarr[oó]))\s+(?!la \d|el \d|en la|las \d)(?P<who>[^,.;:!?\n]+)",
    re.IGNORECASE,
)
#: No part of a name, after a title or relation.
_NAME = r"(?!(?i:no|not|never|nunca|ya|l[oae]s?|se|me|que|ha|has|had|is|was|did|didn|took|got|signed|tampoco|nadie)\b)[^\W\d_][\w'’-]*"
_TWO_NAMES = r"[A-ZÁÉÍÓÚÑ][\w'’-]+ [A-ZÁÉÍÓÚÑ][\w'’-]+"
_TITLE = r"(?i:mr|mrs|ms|miss|herr|frau|dr)\.?"
_TITULO = r"(?i:(?:el |la )?(?:se[ñn]or(?:a|ita)?|sr\.?|sra\.?|don|do[ñn]a))"
_RELATION = r"(?:the |a |his |her )?(?:neighbou?r|husband|wife|son|daughter|mother|father|concierge|porter|receptionist|colleague|flatmate)"
_RELACION_SOLA = r"(?:vecin[oa]|marido|mujer|esposa|esposo|hij[oa]|madre|padre|porter[oa]|conserje|recepcionista|compa[ñn]er[oa]|se[ñn]ora?|cliente|herman[oa]|vigilante)"
_RELACION = rf"(?:[Ee]l|[Ll]a|[Ss]u|[Uu]n|[Uu]na) {_RELACION_SOLA}"
#: Somebody, so plainly that a comma before it changes nothing.
_SOMEBODY = rf"(?:(?:{_TITLE}|{_TITULO}) {_NAME}(?: [A-ZÁÉÍÓÚÑ][\w'’-]+)?|{_TWO_NAMES}|{_RELATION}|(?:[Ll]a |[Ss]u |[Uu]na? )?{_RELACION_SOLA})"
_BEFORE = r"(?i:delivered|done|handed over|entregad[oa]|entregu[eé]|hech[oa])(?i: too| also| as well| tambi[eé]n| ya| en mano| el paquete| la caja)*"
#: After what was done, behind a comma or with a title: "delivered, to Mrs Kim", "torstr delivered, Herr Wolf".
_TO_SOMEBODY = re.compile(
    rf"\b{_BEFORE}[\s,.:;-]+(?i:to )(?P<given>{_SOMEBODY}|[A-ZÁÉÍÓÚÑ][\w'’-]+)\b"
    rf"|\b{_BEFORE}[\s,.:;-]+(?i:(?:with|al?|con) )(?P<who>{_SOMEBODY})\b"
    rf"|\b{_BEFORE}[\s,.:;-]+(?P<titled>(?:{_TITLE}|{_TITULO}) (?!\S+['’]s\b){_NAME})(?!['’\w])"
)
_TOOK_IT = re.compile(
    rf"\b(?P<who>(?:{_TITLE} )?[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?|{_TITLE} {_NAME}|{_RELATION}) (?:took|signed|accepted|received|(?:grabbed|picked up) (?:it|them|this|everything)\b)"
    rf"|\b(?P<has>{_TITLE} {_NAME}|{_RELATION}|[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?) (?:has|got) (?:it|them|this|everything)(?: now)?(?=\s*(?:$|[.,;!]))"
    rf"|\b(?P<tiene>{_TITULO} {_NAME}|{_RELACION}|[A-ZÁÉÍÓÚÑ][\w'’-]+(?: [A-ZÁÉÍÓÚÑ][\w'’-]+)?) (?:ya )?l[oa]s? tiene\b|\bl[oa]s? tiene (?P<lotiene>{_TITULO} {_NAME}|{_RELACION}|[A-ZÁÉÍÓÚÑ][\w'’-]+(?: [A-ZÁÉÍÓÚÑ][\w'’-]+)?)"
    rf"|\b(?P<quien>(?:{_TITULO} )?[A-ZÁÉÍÓÚÑ][\w'’-]+(?: [A-ZÁÉÍÓÚÑ][\w'’-]+)?|{_TITULO} {_NAME}|{_RELACION}) (?:l[oa]s? )?(?:ha )?(?:firm[oó]|firmado|recibi[oó]|recibido|recogi[oó]|recogido|cogi[oó]|acept[oó]|se l[oa] qued[oó])\b"
)
_CUT = re.compile(
    r"\s+(?:at|in|on|from|and|pin|code|photo|en|y|con|que|c[oó]digo|clave|foto|del (?:\d|bajo|primero|segundo|tercero)|de la \d|la \d|firm\w+|porque)\b.*$",
    re.IGNORECASE,
)
_ONESELF = re.compile(r"\s+(?:herself|himself|themselves|in person|en persona|mism[oa]|en mano)$", re.IGNORECASE)
_NO_ONE = re.compile(
    r"^(?:it|them|him|her|me|us|he|she|they|we|i|you|who|a|the|every(?:one|body|thing)|any(?:one|body)|all|yes|yeah|ok(?:ay)?|no|not|never|photo|pin|code|damage|rain|time"
    r"|s[ií]|vale|nunca|qui[eé]n|ellos|ellas|yo|todos?|todas?|foto|tiempo|domicilio|mano|no ?one|nobody|someone|somebody|customer|the customer|dispatch|office|base|depot|(?:he|she|it|who|everyone|nobody)['’]s|(?:i|we|you|they|who)['’](?:ve|ll|d)|warehouse|a[uú]n|todav[ií]a|almac[eé]n|siempre|nadie|[eé]l|ella|el cliente|la clienta?|cliente|alguien|igual|ya|l[oa]|se|la puerta|(?:the |la )?(?:stop|drop|number|no\.?|parada) ?\d+\w*)$",
    re.IGNORECASE,
)
_PIN = re.compile(r"\b(?:pin|code|c[oó]digo|clave)\b\D{0,12}?(?P<pin>\d{4,6})\b", re.IGNORECASE)
_BARE_PIN = re.compile(r"\D*(?P<pin>\d(?:[ -]?\d){3,5})\D*")
_NOTHING = re.compile(
    r"\b(?:no|without|has(?:n'?t| not)|have(?:n'?t| not)|does ?n[o']?t|do not|don'?t|can ?not|can'?t|couldn'?t|won'?t|wouldn'?t|forgot(?:ten)?|lost|skip|not|sin|ning[uú]n\w*|nada|nadie|olvid\w+|perdi\w+|tampoco)\b",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\b(?:part(?:ly|ial|ially)?(?! of town)|part of (?:it|the order)|only (?:some|half|part|one|two|\d+) of|half of|all (?:but|except)|except(?: for)?|some of (?:it|them)|"
    r"not all|not everything|(?:one|two|\d+) (?:is |are |was |were |item |items |box |boxes )*(?:missing|short|refused)"
    r"|(?:solo |solamente )?(?:una )?parte(?: del pedido)?|parcial(?:mente)?|a medias|(?:todo )?(?:menos|excepto|salvo) (?:un|una|el|la|los|las|\d+|dos)|no (?:todo|entero|completo)|falt(?:a|an|o|ó|aba|aron) (?:un|una|dos|\d+|parte)|solo (?:un|una|dos|\d+|la mitad) (?:de|caja|bulto|paquete)|la mitad)\b",
    re.IGNORECASE,
)
#: Who hands something over leaves it with somebody, and takes nothing along; words that say so the other way round are none.
_GAVE = re.compile(
    r"\b(?:delivered|entregad[oa]s?)\b(?! by\b)|\b(?:gave|handed|left|leaving|passed|dropped|given)\b(?! (?:me|us)\b)[^,.;!?]{0,24}\b(?:to|with|at)\b(?! (?:me|us|take)\b)"
    r"|\b(?:di|dej[eé]|dejad[oa]s?|dad[oa]s?|entregu[eé]|entregad[oa]s?)\b(?! el paso)[^,.;!?]{0,24}\b(?:al?|con)\b",
    re.IGNORECASE,
)
_TOOK = re.compile(
    r"\b(?:collect\w*|pick(?:ed|ing)? (?:it |them |that |this )?up|pick-?up|return\w*|(?:i|we)(?:'ve| have)? (?:took|taken|got)|took (?:it |them )?(?:back|along|with)|got (?:it|them) back|gave (?:me|us)|back"
    r"|recog\w+|devol\w+|me (?:l[oa]s? )?(?:di(?:o|eron)|llev\w+|han? (?:dado|dejado|entregado))|vuelta|retir\w+)\b",
    re.IGNORECASE,
)

_NOT_GIVEN = re.compile(
    r"\b(?:not|no|never|nobody|can'?t|cannot|couldn'?t|didn'?t|wasn'?t|isn'?t|to be|nunca|nadie)\b[^,.;!?]{0,16}\b(?:delivered|gave|left|handed|entregad|di|dej)",
    re.IGNORECASE,
)
_ASKS_WHETHER = re.compile(r"\s*(?:is|was|are|were|has|have|did|when|who|what|where|¿|est[aá]|ha|fue)\b", re.IGNORECASE)


_FURTHER = (
    ("next", re.compile(r"\b(?:next (?:one|stop|drop|customer)|too|as well|also|another one|siguiente|tambi[eé]n|otra m[aá]s)\b", re.IGNORECASE)),
    ("last", re.compile(r"\b(?:last (?:one|stop|drop)|final (?:one|stop|drop)|[uú]ltima)\b", re.IGNORECASE)),
)  # fmt: skip


def further_stop(text: str) -> str | None:
    """ "next" or "last" where a driver says that a stop is another one than that reported before."""
    return next((which for which, words in _FURTHER if words.search(text)), None)


def gives(text: str) -> bool:
    """Whether a driver says that something was given to somebody, or left there, and nothing was taken along."""
    denied = _NOT_GIVEN.search(text) is not None or _ASKS_WHETHER.match(text) is not None
    return _GAVE.search(text) is not None and _TOOK.search(text) is None and not denied


def taken_by(text: str) -> str | None:
    """Who took it, said in passing: "signed by Mrs Kim", "left with the neighbour"."""
    found = [each for pattern in (_TAKEN_BY, _TO_SOMEBODY, _TOOK_IT) if (each := pattern.search(text)) is not None]
    named = (next(said for said in each.groups() if said) for each in found)
    people = (_ONESELF.sub("", _CUT.sub("", each)).strip() for each in named)
    who = next((each for each in people if each and not _NO_ONE.match(each)), "")
    return who[:LONGEST_NAME] if who and len(who.split()) <= _MOST_WORDS else None


def taker(text: str) -> str | Fields | None:
    """Who took it, as the answer to that very question; that nobody says."""
    said = taken_by(text)
    if said is not None:
        return said
    plain = " ".join(text.split()).strip(" .!")
    if number_put_right(plain) is not None:  # "sorry, 3" names nobody
        return None
    if _NOTHING.match(plain) or not any(char.isalpha() for char in plain):
        another = any(char.isdigit() for char in plain)  # "no, stop 4"
        return Fields({"without": {"name": True}}) if _NOTHING.match(plain) and not another else None
    return plain if len(plain.split()) <= _MOST_WORDS and len(plain) <= LONGEST_NAME else None


def pin_said(text: str) -> str | None:
    """A PIN that is called one: "pin 4711"."""
    found = _PIN.search(text)
    return found["pin"] if found else None


def pin(text: str) -> str | Fields | None:
    """The PIN, as the answer to that very question; that there is none."""
    found = _PIN.search(text) or _BARE_PIN.fullmatch(text.strip())
    if found:
        return re.sub(r"\D", "", found["pin"])
    return Fields({"without": {"code": True}}) if _NOTHING.search(text) else None


def without_photo(text: str) -> Fields | None:
    """That there will be no photo, as the answer to the question for one."""
    return Fields({"without": {"photo": True}}) if _NOTHING.search(text) else None


def part_only(text: str) -> bool | None:
    """Whether words say that only some of it was handed over."""
    return True if _PART.search(text) else None


#: How a collected return looks; of these the first that fits counts.
_CONDITIONS = (
    (Condition.DAMAGED, re.compile(r"\b(?:damag\w*|broken|broke|smash\w*|crush\w*|torn|crack\w*|dent\w*|leak\w*|in (?:bits|pieces)|scratch\w*|da[ñn]ad\w+|rot[oa]s?|golpead\w+|aplastad\w+|rayad\w+|abollad\w+|rajad\w+|gotea\w*|en mal estado|reventad\w+)\b", re.IGNORECASE)),
    (Condition.USED, re.compile(r"\b(?:used|worn|dirty|stained|second[- ]hand|marks of use|usad[oa]s?|suci[oa]s?|manchad[oa]s?|gastad[oa]s?|con uso)\b", re.IGNORECASE)),
    (Condition.OPENED, re.compile(r"\b(?:opened|open|unsealed|seal (?:is )?broken|no box|without (?:the )?box|unpacked|abiert[oa]s?|sin (?:la )?caja|sin precinto|desprecintad[oa]s?|sin embalaje)\b", re.IGNORECASE)),
    (Condition.AS_NEW, re.compile(r"\b(?:as new|like new|new|sealed|unopened|unused|original|good (?:condition|shape|nick)|fine|intact|perfect|mint|ok|nuev[oa]s?|como nuev[oa]s?|precintad[oa]s?|cerrad[oa]s?|sin (?:abrir|usar|estrenar)|buen estado|bien|perfect[oa]s?|intact[oa]s?|impecables?)\b", re.IGNORECASE)),
)  # fmt: skip
_DENIED = re.compile(
    r"\b(?:no (?:est[aá]|tiene|hay) (?:\w+ )?(?:rot[oa]|da[ñn]\w+|usad[oa]|abiert[oa]|golpes?)|sin (?:da[ñn]os?|golpes?|usar|abrir))\b|\b(?:not|un|no|never)[ -]?(?:damaged|damage|broken|used|worn|opened|open|dirty)\b",
    re.IGNORECASE,
)


def condition(text: str) -> str | None:
    """How a return looks that was collected."""
    plain = _DENIED.sub(" unopened ", text)
    return next((kind.value for kind, words in _CONDITIONS if words.search(plain)), None)
