"""What a driver's words plainly say, where they were not surely understood: handed over, done later, leaving. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from domain.dialogue import Catalogue
from domain.handing import Failure
from domain.meaning import INFORM, OUT_OF_SCOPE, TALK, Meaning
from nlu.answers import SURE, SURE_OVER_WORDS
from nlu.readers import READERS
from nlu.text import lowered
from nlu.told_of import only_told

_DELIVERED = re.compile(
    r"(?<!un)(?<!not )(?<!never )(?<!be )(?<!being )(?<!get )(?<!no )(?<!sin )\b(?:delivered|entregad[oa]s?|entregué)\b"
)
#: Beside these words it was not, or not for sure, or is only wished for, or somebody else did it.
_IS_NOT = re.compile(
    r"\?|\b(?:not|n't|never|no|nobody|couldn'?t|can'?t|cannot|wrong|mistake|undo|refus\w*|sin|nunca|nadie|error|deshac\w*|deshaz|rechaz\w*"
    r"|wants?|wanted|ask(?:s|ed|ing)?|wish\w*|needs?|must|should|will|can|could|to (?:have|be|get)|have (?:it|them) delivered|once|when|until|if|unless|almost|nearly|another|dhl|ups|fedex|hermes"
    r"|qui(?:ere|eren|ero|siera)|pid(?:e|en|io|ieron)|debe|sea|sean|ser|cuando|hasta|si (?:esta|se|ya|lo|la)|apenas|casi|otr[oa]s?)\b"
)
#: Of these nothing was handed over: where one is likelier than that it was, it was not.
_NOT_DELIVERED = frozenset({"failed_delivery", "skip_stop", "undo"})
_OF_TODAY = frozenset({"today", "hoy", "this morning", "esta mañana"})
_LATER = re.compile(
    r"\b(?:do|doing|leave|leaving|save|keep) (?!you\b|we\b|i\b|they\b|the (?:depot|yard|base)\b)(?:[\w'.-]+ ){1,4}?(?:for )?(?:later|last|the end|at the end)\b"
    r"|\b(?:l[ao]s?|est[ao]s?|es[ao]s?) (?:hago|dejo|haremos|dejamos|entrego) (?:luego|despues|mas tarde|para (?:luego|el final|despues|mas tarde))\b"
    r"|\bdej(?:o|amos) (?:[\w.-]+ ){1,4}?para (?:luego|el final|despues|mas tarde)\b"
)
#: Something is still to be done.
_AT_ANOTHER_TIME = re.compile(
    r"\b(?:later|skip\w*|at the end|for the end|next|then|first|after(?:wards)?|luego|despues|mas tarde|al final|para el final|salt\w+|primero|antes)\b"
)
#: That somebody leaves the depot sounds like these, of which the first is only said with words of its own.
_SOUND_LIKE_LEAVING = frozenset({"start_shift", "goodbye", "depart", INFORM, OUT_OF_SCOPE})
#: Nobody ends a shift with these words.
_FROM_DEPOT = re.compile(
    r"\boff (?:i|we) go\b|\b(?:driv(?:e|ing)|set(?:ting)?) off\b|\b(?:leav(?:e|ing)|left|depart(?:ing|ed)?|go|going|driv(?:e|ing)|heading|pulling)(?: (?:now|out|off|just))*(?: from| out of)? (?:the |our |my )?(?:depot|yard|base|warehouse|hub)\b"
    r"|\b(?:salgo|salimos|sali|saliendo|parto|partimos) (?:ya |ahora )?(?:del (?:deposito|almacen)|de la (?:base|nave))\b",
    re.IGNORECASE,
)
_OF_SHIFT = re.compile(r"\b(?:shift|turno|jornada|home|casa|work(?:ing)?|break|pausa)\b", re.IGNORECASE)
#: Who is there, and finds nobody, may be taken for either.
_WHERE_NOBODY_IS = frozenset({"arrived", "failed_delivery"})
#: What is taken for one of these may be a stop that is done later.
_MAY_BE_LATER = frozenset({"report_delay", INFORM, OUT_OF_SCOPE})
#: What is taken for one of these may be that something was refused.
_MAY_BE_REFUSED = frozenset({"report_incident", "talk_to_human", "arrived", "delivered", INFORM, OUT_OF_SCOPE})
_REFUSED = re.compile(
    r"(?<!not )(?<!n't )(?<!never )\b(?:refused|rejected|turned (?:it|them|me|this) (?:away|down))\b|(?<!no )(?<!ha )\b(?:rechazad[oa]s?|(?:l[oa]s? )?rechaz(?:o|a|an|aron))\b"
)
#: Beside these words a driver has not given up yet, or only asks.
_IS_WAITING = re.compile(
    r"\?|\b(?:yet|wait\w*|will|'ll|going to|gonna|(?<!tried )(?<!after )(?<!been )(?:ring|call)ing|trying|in the (?:road|street|way)|other than|but me|parking|aun|todavia|espero|esperando|voy a|llamo|llamando|llam[ae]\w+|pruebo|probando"
    r"|please|(?:can|could) you|(?:call|phone|ring|text) (?:them|him|her|the)|check\w*|knock\w*|going (?:round|in|to)|so far|for now|at the moment|give (?:me|them|it)|desk|reception|neighbou?rs?"
    r"|por favor|porfa|podeis|puedes|pueden|de momento|por ahora|otra vez|vuelta|dadme|deme|recepcion|mostrador|vecin[oa]s?)\b"
)
#: Who goes there in the middle of a shift needs help, unless it is said what is delivered there.
_TO_HOSPITAL = re.compile(
    r"(?:^|[,.;!-]\s*|\b(?:i'?m|i am|we'?re|we are|and|so|but|just|now|got to|have to|need to|must)\s+)(?:(?:now|straight|right|already)\s+)*"
    r"(?:on (?:my|our|the) way|en route|go|going|gone|heading|headed|driving(?: myself)?|off|rushing|walking)(?: (?:now|straight|right|over|off|down|myself))*(?: to)? (?:(?:the|a|an|my|nearest|local) )*"
    r"(?:hospital|hosp|a ?(?:&|and|\+) ?e|emergency room|(?<=the )er|casualty|doctor'?s?|urgent care)(?!['\w])(?! (?:pharmacy|kitchen|shop|lab\w*|office|canteen|chapel|clinic|stop|with (?:the|a|an|this|that|my) (?!hand|arm|leg|foot|finger|head|back|knee|broken|cut|bad|kid|son|wife|driver|mate|colleague)))"
    r"|\b(?:voy|vamos|yendo|camino|salgo|corriendo) (?:ya |ahora |directo |corriendo |de camino )*(?:al?|de) (?:la |el |las )?(?:hospital|urgencias|medico|ambulatorio|centro de salud)\b"
)
_TO_DELIVER = re.compile(
    r"\?|\b(?:stops?|drops?|deliver\w*|parcels?|packages?|boxes|box|orders?|next|first|then|after|later|when|if|one|job|entrance|reception|stores|ward|bay|car park|road|rd|street|lane|customer|they|he|she"
    r"|paradas?|entreg\w*|paquetes?|cajas?|pedidos?|siguiente|proxim[oa]|primer[oa]?|luego|despues|cuando|si|entrada|recepcion|almacen|planta|muelle|cliente|ella)\b"
)
_HURT = re.compile(
    r"\b(?:hurt\w*|cut|bleed\w*|broken?|pain\w*|injur\w*|fell|fallen|burn\w*|crush\w*|hit|drop\w*|sick|ill|dizzy|herid\w*|cort\w*|sangr\w*|duele\w*|dolor|cai|caido|golpe\w*|quem\w*|romp\w*|rot[oa]|mal)\b"
)
#: Who goes to a hospital sounds like these.
_SOUND_LIKE_GOING = frozenset(
    {
        "report_incident",
        "next_stop",
        "navigate",
        "arrived",
        "depart",
        "report_delay",
        "start_break",
        "goodbye",
        "affirm",
        INFORM,
        OUT_OF_SCOPE,
    }
)

#: What a customer who is in hospital may be taken for.
_BEFALLS_CUSTOMER = frozenset({"report_incident", "delivered", "arrived"})
#: Whom a driver leaves it with who finds nobody; a card that is left there is no package.
_NEXT_DOOR = re.compile(
    r"\b(?:neighbou?rs?|next door|concierge|porters?|reception\w*|security|vecin[oa]s?|porter[oa]|conserje|recepcion\w*|vigilante)\b"
)
_CARD = re.compile(r"\b(?:card|note|slip|message|number|details|tarjeta|nota|aviso|recado|mensaje|numero)\b")
#: Beside these words nobody has taken it now: it is only asked, or was so another time.
_NOT_YET_TAKEN = re.compile(
    r"\?|\b(?:shall|should|can|could|may|do|would|will|want) (?:i|we|you|me)\b|\b(?:maybe|perhaps|offered|last time|yesterday|usually|always|normally|before)\b"
    r"|\b(?:quiza|quizas|tal vez|puedo|podemos|debo|la ultima vez|ayer|siempre|normalmente|se lo dejo|l[oa] dejo)\b"
)
#: Somebody else than the driver is in hospital, or on the way there, which is why nobody is in.
_AWAY_IN_HOSPITAL = re.compile(
    r"\W*(?:(?:nobody|no ?one) (?:in|home|there)\W+)?(?:(?:the |my )?(?:customer|client|recipient|lady|woman|man|guy|tenant|resident)|(?:mr|mrs|ms|herr|frau)\.? \w+|he|she|they|el cliente|la clienta|la senora|el senor)"
    r"(?:'s|'re| has| have| is| are| was| were| esta| se ha ido)* ?(?:just |been )*(?:gone|went|going|in|at|off|taken|en|al)?(?: to| into| on the way to)? ?(?:the )?hospital\b[\w\s]*\W*$"
)


def as_driver(meaning: Meaning, catalogue: Catalogue) -> Meaning:
    """What a driver means by words that say it plainly; anybody else's as they are."""
    if "start_shift" not in catalogue:
        return meaning
    meaning = only_told(meaning)
    low = lowered(meaning.text)
    meaning = plainly_delivered(meaning)
    if meaning.intent == "report_incident" and _brings_to_hospital(meaning, low):
        return replace(meaning, intents=(("report_incident", 0.5), ("navigate", 0.4)), unsure=True)
    if meaning.intent in _SOUND_LIKE_GOING and _needs_help(meaning, low):
        return replace(meaning, intents=(("report_incident", 1.0),), unsure=False)
    if meaning.intent in _BEFALLS_CUSTOMER and _AWAY_IN_HOSPITAL.match(low):
        return replace(meaning, intents=(("failed_delivery", 0.5), ("report_incident", 0.4)), unsure=True)
    if meaning.intent == "failed_delivery" and _left_next_door(meaning.text, low):
        return replace(meaning, intents=(("delivered", 1.0), *meaning.intents), unsure=False)
    if meaning.intent in _WHERE_NOBODY_IS and _found_nobody(meaning.text, low):
        return replace(meaning, intents=(("failed_delivery", 1.0), *meaning.intents), unsure=False)
    if meaning.unsure and meaning.intent in _MAY_BE_REFUSED and _was_refused(meaning.text, low):
        return replace(meaning, intents=(("failed_delivery", 1.0), *meaning.intents), unsure=False)
    lasts = any(each.kind == "duration" for each in meaning.entities)
    if meaning.intent in _MAY_BE_LATER and not lasts and "?" not in low and _LATER.search(low):
        return replace(meaning, intents=(("skip_stop", 1.0), *meaning.intents), unsure=False)
    return meaning


def plainly_delivered(meaning: Meaning) -> Meaning:
    """What was not surely understood, but is plainly said to be delivered, as a delivery."""
    low = lowered(meaning.text)
    is_vague = meaning.unsure or meaning.intent in {INFORM, OUT_OF_SCOPE} | TALK
    handed = meaning.intent == "skip_stop" and _is_handed_over(meaning, low)  # "and the last one, delivered to Mr Haas"
    vague = is_vague and meaning.confidence < SURE_OVER_WORDS
    if not handed and not (vague and _says_delivered(meaning, low)):
        return meaning
    return replace(meaning, intents=(("delivered", 1.0), *meaning.intents), unsure=False)


def _needs_help(meaning: Meaning, low: str) -> bool:
    """Whether a driver is on the way to a hospital, and not to one where something is delivered."""
    names_stop = any(each.kind in {"stop", "order_number", "product", "quantity"} for each in meaning.entities)
    return not names_stop and _TO_HOSPITAL.search(low) is not None and _TO_DELIVER.search(low) is None


def _brings_to_hospital(meaning: Meaning, low: str) -> bool:
    """Whether a driver goes to a hospital with something to deliver, and says of nobody that they are hurt."""
    names_thing = any(each.kind == "product" for each in meaning.entities)
    return names_thing and _TO_HOSPITAL.search(low) is not None and _HURT.search(low) is None


def _left_next_door(text: str, low: str) -> bool:
    """Whether somebody nearby has taken what nobody was there for."""
    taker = READERS["taken_by"](text, None)
    took = isinstance(taker, str) and _NEXT_DOOR.search(lowered(taker)) is not None
    return took and _NOT_YET_TAKEN.search(low) is None and _CARD.search(low) is None


def _is_handed_over(meaning: Meaning, low: str) -> bool:
    """Whether words say that something was delivered, and by whom it was taken, and nothing of what is done later."""
    taken = READERS["taken_by"](meaning.text, None) is not None
    return taken and names_delivery(meaning, low) and _AT_ANOTHER_TIME.search(low) is None


def _found_nobody(text: str, low: str) -> bool:
    """Whether nobody is where a driver is, who does not wait for anybody any more."""
    return _IS_WAITING.search(low) is None and READERS["failure"](text, None) == Failure.NOBODY_HOME


def _was_refused(text: str, low: str) -> bool:
    """Whether a driver says in so many words that something was refused, and neither asks nor denies it."""
    return _REFUSED.search(low) is not None and "?" not in low and READERS["failure"](text, None) == Failure.REFUSED


def _says_delivered(meaning: Meaning, low: str) -> bool:
    """Whether a driver says that they handed over now, and to whom, or the engine takes it for nothing else."""
    likeliest = next((name for name, _ in meaning.intents if name in _NOT_DELIVERED | {"delivered"}), "delivered")
    taken = READERS["taken_by"](meaning.text, None) is not None
    return names_delivery(meaning, low) and (taken or likeliest == "delivered")


def names_delivery(meaning: Meaning, low: str) -> bool:
    """Whether words, ``low`` in lower case, are those for what was handed over now; "entregué" has its accent, or is a wish."""
    accented = unicodedata.normalize("NFC", meaning.text.casefold())
    other_day = any(each.kind == "date" and each.text.casefold() not in _OF_TODAY for each in meaning.entities)
    return _DELIVERED.search(accented) is not None and _IS_NOT.search(low) is None and not other_day


def leaving(meaning: Meaning, catalogue: Catalogue, *, waits: bool = True) -> Meaning:
    """A driver who says that they leave, and surely nothing else, drives off: neither the shift nor the day is over. With the
    word that all is there they leave as well. Where no question ``waits`` a mere yes in such words is that too."""
    names_depot = _FROM_DEPOT.search(lowered(meaning.text)) and meaning.intent != "confirm_load"
    vague = not waits and (meaning.unsure or meaning.intent == "affirm")
    other = not (vague or meaning.intent in _SOUND_LIKE_LEAVING or names_depot) and meaning.confidence >= SURE
    beside = _FROM_DEPOT.sub(" ", meaning.text)  # "I drive" is no street
    elsewhere = READERS["streets_named"](beside, None) or any(each.kind == "stop" for each in meaning.entities)
    if "depart" not in catalogue or other or elsewhere or _OF_SHIFT.search(meaning.text):
        return meaning
    return (
        replace(meaning, intents=(("depart", 1.0),), unsure=False) if READERS["leaves"](meaning.text, None) else meaning
    )
