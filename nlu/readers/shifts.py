"""What drivers say of their vehicle and of what to pass on, in few words. English."""

from __future__ import annotations

import re

from nlu.readers.addresses import Fields
from nlu.readers.reports import mileage
from nlu.readers.talk import words
from nlu.text import without_accents

_NUMBER = r"\d{1,3}(?:[ .,']\d{3})+|\d{1,7}"
_WITH_UNIT = re.compile(rf"\b({_NUMBER})\s*(?:kms?|kilomet\w*|quil[oó]metros?|miles?|mi|on the clock)\b", re.IGNORECASE)
_AFTER_NAME = re.compile(
    rf"\b(?:mileage|odo(?:meter)?|clock|kms?|kil[oó]met\w*|kilometraje|cuentakil[oó]metros|od[oó]metro|contador|marca)\b[^\d]{{0,25}}?({_NUMBER})\b(?!\s*(?::|%))",
    re.IGNORECASE,
)
_CANNOT_TELL = re.compile(
    r"\b(?:skip|later|no idea|not now|can'?t (?:tell|see|read|say)|cannot (?:tell|see|read|say)|(?:don'?t|do not|dont) know|dunno|unknown|broken|not sure|didn'?t (?:look|check|write)|forgot"
    r"|luego|despu[eé]s|m[aá]s tarde|ni idea|ahora no|no (?:se ve|lo veo|puedo ver|lo s[eé]|s[eé]|funciona|va|mir[eé])|rot[oa]|no lo (?:he mirado|apunt[eé])|se me olvid[oó]|no me fij[eé])\b",
    re.IGNORECASE,
)
_YES = re.compile(
    r"\s*(?:yes|yeah|yep|yup|ya|sure|ok(?:ay)?|fine|it can|can be|drives?\b|still drives?|of course|s[ií]+|sip|claro|vale|puede|se puede|anda|rueda|por supuesto)\b",
    re.IGNORECASE,
)
_NO = re.compile(
    r"\s*(?:no|nope|nah|none|nothing|not|never|can'?t|cannot|can not|won'?t|undrivable|unsafe|it can'?t|i can'?t|better not|nop|nada|ningun[oa]?|imposible|mejor no|qu[eé] va|para nada)\b",
    re.IGNORECASE,
)
_DAMAGE = re.compile(
    r"\b(?:damag\w*|scratch\w*|dent\w*|dint\w*|crack\w*|broken|broke|smash\w*|flat (?:tyre|tire)|puncture\w*|leak\w*|missing|scrape\w*|scuff\w*"
    r"|chip\w*|hole|loose|hanging|worn|warning light|bulb|brake\w*|mirror|bumper|does(?:n'?t| not) (?:work|start|open|close|lock)"
    r"|da[ñn]\w+|ara[ñn]az\w+|rayad\w+|rayones?|ray[oó]n|golpes?|golpead\w+|abolladuras?|abollad\w+|rot[oa]s?|grietas?|rajad\w+|pinchad\w+|pinchazo|rueda (?:baja|floja)|fuga|pierde|falta|agujero|suelt[oa]|colgando|gastad\w+|testigo|bombilla|luz (?:fundida|rota)|frenos?|retrovisor|espejo|parachoques|paragolpes|faro|no (?:funciona|arranca|abre|cierra|va))\b",
    re.IGNORECASE,
)
_SOUND = re.compile(
    r"\b(?:(?:no|without|zero|free of|not any|not (?:even )?an?|not one|nothing|no new|any) (?:\w+ ){0,2}(?:damag\w*|scratch\w*|dents?|defects?|faults?|issues?|problems?|marks?|broken|wrong)"
    r"|undamaged|not damaged|all (?:good|fine|ok(?:ay)?|clear)|(?:looks?|is|seems?|it'?s) (?:good|fine|ok(?:ay)?|sound|clean)|good (?:condition|shape|nick)|(?:van|check|car|truck) ok(?:ay)?"
    r"|(?:sin|ning[uú]n|ni (?:siquiera )?un|no (?:hay|tiene|veo)(?: ning[uú]n)?) (?:\w+ )?(?:da[ñn]os?|golpes?|problemas?|defectos?|rayones|rasgu[ñn]os?|ara[ñn]azos?|fallos?|desperfectos?|novedad(?:es)?)|todo (?:bien|ok|correcto|en orden|perfecto)|(?:est[aá]|va|se ve) (?:bien|perfect[oa]|impecable|ok|limpi[oa])|(?:furgo|furgoneta|camioneta|coche|cami[oó]n) (?:ok|bien)|sin novedad)\b",
    re.IGNORECASE,
)
#: All of an answer to the question for damage, by which there is none.
_AS_IT_WAS = re.compile(
    r"\W*(?:(?:it'?s|it is|she'?s|looks?|seems?|all|all is|everything(?:'s| is)?|still|looking|est[aá]|todo|sigue|va) )*(?:the )?(?:ok(?:ay)?|fine|good|clean|spotless|immaculate|perfect|undamaged|nil|zero|n/?a|negative|as (?:before|always|usual|ever)|same(?: as (?:before|yesterday|always|ever))?"
    r"|bien|limpi[oa]|impecable|perfect[oa]|cero|negativo|igual(?: que (?:ayer|siempre|antes))?|como (?:siempre|ayer|antes)|lo mismo)(?: (?:with|on|in|of) (?:it|the (?:van|car|truck))|[,.!\s]+(?:thanks|thank you|mate|here|gracias))*\W*",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"\s*(?:(?:stop|drop|number|no\.?|nr\.?|#|(?:la )?parada|la|n[uú]mero)\s*)?(\d{1,4})[.!)]?\s*", re.IGNORECASE
)
_DEPOT = r"(?:depot|yard|base|warehouse|hub)"
#: That somebody leaves themselves, beside other words: not who else leaves or what is left behind, and neither where to nor when.
_LEAVES = re.compile(
    r"(?:\b(?<!when )(?<!if )(?<!before )(?<!until )(?<!once )(?<!after )(?<!while )(?:i'?m|i am|we'?re|we are) (?:just |now |all )?(?:off|leaving|departing|heading (?:out|off)|setting off|driving off|pulling out|on my way|rolling)"
    rf"|(?:^|[,.!;:])\s*(?:(?:ok|okay|right|alright|and|so|then|now|just|well|yes|yeah) )*(?:leaving|departing|departed|heading (?:out|off)|setting off|driving off|pulling out|on my way|off (?:i|we) go|rolling|left(?= (?:\w+ )?{_DEPOT}\b))"
    rf"|(?:^|[,.!;:])\s*(?:(?:ok|okay|right|alright|and|so|then|now|just|well|yes|yeah) )*(?:i|we)(?:'ve| have)? (?:just |now )*(?:drive off|set off|depart|departed|(?:leave|left|go|drive|start)(?= (?:\w+ ){{0,3}}{_DEPOT}\b))"
    r"|\b(?<!no )(?<!si )(?<!cuando )(?<!que )(?<!aun no )(?:salgo|salimos|parto|partimos|arranco|arrancamos|me voy|nos vamos|me pongo en marcha|(?:estoy|estamos|voy|vamos) saliendo)"
    r"|(?:^|[,.!;:])\s*(?:(?:ok|vale|dale|listo|bueno|pues|ya|y|si) )*(?:saliendo|sali(?= (?:ya )?de)))"
    rf"(?: (?:now|then|ya|ahora(?: mismo)?|(?:(?:from|out of) )?(?:the |our |my )?{_DEPOT}|de la (?:base|nave)|del? (?:deposito|almacen)))*\s*(?:$|[,.!;])"
)
_UNWELL = re.compile(r"\b(?:sick|ill|unwell|hospital|doctor|dentist|enferm[oa]|medico|urgencias)\b")
#: What only says that something is to be said to the dispatcher, and nothing of it.
_ASKING = frozenset(
    "i need want would like to talk speak chat call ring phone contact reach get hold of message tell say something with the a an my please necesito quiero quisiera hablar llamar llama llamad contactar con al el la los mi por favor porfa que me un una alguien persona humano central oficina base jefe coordinador despacho despachador trafico tráfico encargado encargada poner ponme ponedme comunicar hola oye necesitaba podrias puedes dile decirle avisar avisa a de algo y ya ahora mensaje urgente  pls can could you "
    "me us dispatcher dispatch office boss control base somebody someone person human real put through connect and now asap hello hi hey is there let have word for it".split()
)


def odometer(text: str) -> int | None:
    """Kilometres that are named as such, e.g. "48,210 km", "mileage 112304"."""
    found = _WITH_UNIT.search(text) or _AFTER_NAME.search(text)
    return _whole(found[1]) if found is not None else None


def counter(text: str) -> Fields | None:
    """What an answer says of the odometer: the kilometres, or that nobody can tell."""
    km = mileage(text) if odometer(text) is None else odometer(text)
    if km is not None:
        return Fields({"km": km})
    return Fields({"unread": True}) if _CANNOT_TELL.search(text) else None


def damage(text: str) -> bool | None:
    """Whether words speak of damage; None where they say nothing about it."""
    if _SOUND.search(text):
        return False
    return True if _DAMAGE.search(text) else None


def damaged(text: str) -> bool | None:
    """Whether there is damage, in answer to just that."""
    said = False if _AS_IT_WAS.fullmatch(text) else damage(text)
    return said if said is not None else yes_or_no(text)


def damage_words(text: str) -> str | None:
    """The words, where they speak of damage."""
    return words(text) if damage(text) else None


def yes_or_no(text: str) -> bool | None:
    """What an answer says that begins with a yes or a no."""
    if _NO.match(text):
        return False
    return True if _YES.match(text) else None


def stop_number(text: str) -> int | None:
    """The number of a stop, where that is all that is said."""
    found = _STOP.fullmatch(text)
    return int(found[1]) if found is not None and int(found[1]) else None


def leaves(text: str) -> bool | None:
    """True where somebody says that they leave the depot now."""
    low = without_accents(text.casefold()).replace("’", "'")
    return True if _LEAVES.search(low) and not _UNWELL.search(low) else None


def message(text: str) -> str | None:
    """The whole text, where it says more than that somebody shall be told something."""
    content = [word for word in re.findall(r"[^\W\d_][\w']*", text.casefold()) if word not in _ASKING]
    return words(text) if content else None


def _whole(number: str) -> int:
    return int(re.sub(r"\D", "", number))
