"""How somebody wants to send something back."""

from __future__ import annotations

import re
from collections.abc import Mapping

from nlu.text import without_accents

#: By language, what each way is called; the first that is named and not refused is meant.
_ENGLISH: Mapping[str, re.Pattern[str]] = {
    "pickup": re.compile(
        r"\b(?:pick(?:ed|ing)?[ -]?(?:it |them |'?em |that |this |the \w+ )?up|pick[ -]?ups?|collect(?:ed|ing|ion)?|come (?:and )?(?:get|fetch|take)"
        r"|fetch(?:ed)?|(?:your |the )?drivers?\b(?! by)|get (?:it|them) from (?:me|my|here|home))\b"
    ),
    "drop_off": re.compile(
        r"\b(?:drop(?:ping|ped)?[ -]?(?:it |them |'?em |that |this |the \w+ )?off|drop[ -]?offs?|(?<!you )(?<!u )(?<!they )(?<!he )(?<!she )(?<!to )(?<!you to )bring(?:ing)?(?! me\b| us\b)|(?:i|we|i'll|we'll|ill) (?:have |want |would like |'d like |need )?to bring|(?:hand|take|carry) (?:it|them) (?:in|over|there|to (?:you|the))"
        r"|(?<!credit )(?<!voucher )(?:at|to) (?:the|your) (?:depot|store|shop|warehouse)|come (?:by|over)|in person|myself)\b"
    ),
    "label": re.compile(
        r"\b(?:labels?|post(?:ing|al|age)?|mail(?:ing)?(?! me)|parcel (?:shop|service|label)|ship(?:ping)? (?:it|them|label)|send (?:it|them) (?:back )?(?:by|with|via|in|off)|print(?:ed|ing)?|courier)\b"
    ),
}
_SPANISH: Mapping[str, re.Pattern[str]] = {
    "pickup": re.compile(
        r"\b(?:recog\w+|recoj\w+|recogida|retir\w+|(?:ven(?:id|gan?|ir)?|vengan?|pas(?:ad|en|ar)?) (?:a |por |y )+(?:\w+ )?(?:busc\w+|recog\w+|lo|la|el|ello|casa|llev\w+)|busc(?:arlo|arla|adlo|adla|enlo|enla)|lleve(?:n|is)?(?:se)?l[oa]|(?:el|vuestro|su) (?:repartidor|mensajero|conductor|chofer)|a domicilio|en (?:mi )?casa)\b"
    ),
    "drop_off": re.compile(
        r"\b(?:(?:lo|la|los|las) (?:llevo|llevare|llevamos|voy a llevar|entrego|acerco|dejo|puedo llevar)|llevar(?:lo|la|los|las)|llevar (?:el|la|los|las) \w+ (?:yo|nosotros|nosotras)|nosotr[oa]s mism[oa]s|acercar(?:lo|la)|entregar(?:lo|la)|yo mism[oa]|en persona|personalmente|paso (?:yo )?por|(?<!credito )(?<!saldo )(?<!vale )(?<!cupon )(?:a|en) (?:la|vuestra|su|el) (?:tienda|almacen|deposito|sucursal|local|nave))\b"
    ),
    "label": re.compile(
        r"\b(?:etiquetas?|por correos?|correos|oficina de correos|punto de (?:recogida|entrega)|paqueteria|mensajeria|imprim\w+|envi(?:o|arlo|arla|are) (?:yo|por)|mand(?:o|arlo|arla|are) (?:yo|por))\b"
    ),
}
_LANGUAGES = (_ENGLISH, _SPANISH)
_NOT = re.compile(
    r"\b(?:not|no|don'?t|can'?t|cannot|won'?t|instead of|rather than|without|ni|nada de|sin|en vez de|en lugar de)\b"
    r"(?:(?!\b(?:i'?d|i'?ll|but|just|pero|sino|mejor|prefiero)\b)[^,.;]){0,36}$"
)

#: Right behind a way that is refused ("a driver can't come").
_CANNOT = re.compile(r"\s+(?:can'?t|cannot|won'?t|isn'?t|doesn'?t|no (?:puede|pueden|podra|hace falta|me va))\b")


def way_back(text: str) -> str | None:
    """The way that is named, the first that is not refused: "no label, pick it up" means pickup."""
    low = without_accents(text.casefold()).replace("’", "'")
    found = [
        (match.start(), way)
        for table in _LANGUAGES
        for way, pattern in table.items()
        for match in pattern.finditer(low)
        if _NOT.search(low[: match.start()]) is None and _CANNOT.match(low, match.end()) is None
    ]
    return min(found)[1] if found else None


#: In a part of what is said that speaks of what shall be, and not of what was.
_SHALL = re.compile(
    r"\b(?:i'?ll|i'?d|(?:i|we) (?:just )?(?:drop|bring|take|carry|post|mail|ship)|i (?:can|could|will|would|want|wanna|prefer|have to|am going)|i'?m (?:going|gonna|bringing|dropping)|im (?:going|gonna)|let me|can|could|would|will|you|u|please|pls|must|have to|need to|has to|rather|prefer\w*"
    r"|puedo|podria|podemos|quiero|queremos|querria|prefiero|preferimos|voy a|vamos a|l[oa]s? (?:llevo|llevare|dejo|acerco)|podeis|pueden|puedes|podrian|por favor|porfa|hay que|teneis que|tienen que|que (?:vengan|pasen|venga|pase|l[oa]s? recojan)|venid|vengan|recog(?:ed|edlo|edla)|recoj\w+|mejor)\b"
)
_WAS = re.compile(
    r"\b(?:was|were|came|arrived|threw|broke|left it|left them|damaged|said|told|had|ordered|(?:send|ship|post|mail) (?:me|us)|fue|era|vino|llego|rompio|tiro|dejo (?:el|la)|dijo|tenia|pedi|envi\w+me|mand\w+me)\b"
)
_PARTS = re.compile(r"[.;!?\n,]+|\b(?:and|but|because|so|y|pero|porque|asi que)\b")
_MONEY = (
    r"(?! (?:(?:all|of|my|our|the|that) )*(?:money|cash|refund|payment|deposit)\b| (?:what|everything) (?:i|we) paid\b)"
)
_DINERO = r"(?! (?:(?:todo|el|mi|nuestro|ese) )+(?:dinero|importe|pago|deposito)\b| (?:todo )?lo (?:pagado|que (?:pague|pagamos))\b)"
#: Goods are sent back, in so many words; what somebody shall be given back themselves is no goods.
_SENT_BACK = re.compile(
    rf"\b(?:send|sending|give|giving|bring|bringing|take|taking|ship|shipping)\b(?! (?:me|us)\b)(?: (?!money\b|cash\b|refund\b)\w+){{0,4}}? back\b{_MONEY}|\breturn(?:ing)? (?:it|them|this|these|those|that|(?:the|my|a|one|both|some)\b)(?! (?:label|policy|period|number|money|cash)\b)"
    r"|\b(?:it|they|them|these|those|this|that|one) (?:(?:can|must|should|has to|have to|will|shall|needs? to) )?(?:go|goes|going) back\b(?! (?:up|down|on)\b| to (?!you\b))"
    rf"|\b(?:devolver(?:l[oa]s?)?|devuelvo|regresar(?:l[oa]s?)?|mandar(?:l[oa]s?)? de vuelta|enviar(?:l[oa]s?)? de vuelta)\b{_DINERO}"
)
#: Begins a wish of its own, and so ends a denial before it ("it does not fit i want to return it").
_WISHES = r"want|wants|wanna|quiero|queremos|quisiera|querria|prefiero|voy|vamos"
_ENDS_DENIAL = rf"{_WISHES}|i|we|im|ill|id|let|lets|please|pls|so|then|but|por favor|porfa|asi que|entonces|pero|y|(?:lo|la|los|las)(?= ?$)"
#: Between a denial and the wish that it denies ("no la quiero devolver", "i don't think i want to return it").
_CARRIES_DENIAL = (
    r"really|actually|even|ever|longer|(?:think|believe|sure|know|say|said|mean|asked)(?: (?:if|that|whether))?(?: (?:i|we))?"
    r"|no|not|ya|lo|la|los|las|le|me|te|se|nos|os|creo que|(?:he dicho|dije|digo) que|(?:estoy )?segur[oa](?: de)?(?: que| si)?|se si"
)
_NOT_SENT_BACK = re.compile(
    r"\b(?:cancel\w*|stop|call off|forget|drop|nothing|nada|not|don'?t|won'?t|never|no need to|anul\w+|olvid(?:a|ad|ar|en|e(?=l[oa]))(?:l[oa]s?)?|ya no|no)\b"
    rf"(?: (?:{_CARRIES_DENIAL})\b)*(?: (?:{_WISHES})\b)?(?: (?!(?:{_ENDS_DENIAL})\b)\w+){{0,4}} ?$"
)


#: Behind what is kept: not only in its box, or until it is collected.
ONLY_SO_LONG = (
    r"(?! (?:in|until|till?|by|at|here|there|ready|safe|packed|boxed|short|simple|brief|going|coming|meanwhile"
    r"|for (?:now|you|him|her|them|(?:the|your) \w+)|en|hasta|por ahora|mientras|aqui|para)\b)"
)
#: Goods are kept, in so many words.
_KEPT = re.compile(
    r"(?:\b(?:i'?m|im|we'?re|i'?ll|ill|we'?ll|i will|we will|i'?d rather|rather|gonna|going to)(?<!not going to)(?<!not gonna)(?<!n't going to)(?<!n't gonna)"
    rf" (?:just |be )?keep(?:ing)? (?:it|them|this|these|those|(?:the|my) \w+)\b{ONLY_SO_LONG}"
    rf"|\b(?:it|they|(?:the|my) \w+)(?:'ll| will| can| shall)? (?:just )?stays? with (?:me|us)\b{ONLY_SO_LONG}|\b(?:se quedan?|se quedara?n?) (?:conmigo|con nosotr[oa]s)\b{ONLY_SO_LONG}"
    rf"|(?<!\bno )\b(?:(?:me|nos) l[oa]s? (?:quedo|quedare|quedamos|voy a quedar)|al final (?:me quedo|me quedare|nos quedamos) (?:con )?(?:l[oa]s?|el))\b{ONLY_SO_LONG})"
    r"(?!.*\b(?:but|except|and the|pero|menos|y (?:el|la|los|las))\b)"
)


#: A return is given up, by its name.
_CALLED_OFF = re.compile(
    r"\b(?:cancel|call off|scrap|withdraw|drop|forget(?: about)?|anul\w*|cancel\w*|olvid\w*) (?:the|my|our|that|this|la|mi|nuestra|esa|esta) (?:return|devolucion)\b(?! (?:label|pick))"
)
_DENIED = re.compile(r"\b(?:not|don'?t|never|no|without|sin|instead of|if i|if we|si)\s+(?:\w+\s+)?$")


def calls_off(text: str) -> bool:
    """Whether somebody says in so many words that a return is given up, and does not only ask about that."""
    low = without_accents(text.casefold()).replace("’", "'")
    return "?" not in text and any(_DENIED.search(low[: each.start()]) is None for each in _CALLED_OFF.finditer(low))


def way_wished(text: str) -> str | None:
    """The way that somebody wishes for or offers, and not one by which something came ("i can bring it to a shop")."""
    low = without_accents(text.casefold()).replace("’", "'")
    parts = (part for part in _PARTS.split(low) if _SHALL.search(part) and not _WAS.search(part))
    return next((way for part in parts if (way := way_back(part)) is not None), None)


def sends_back(text: str) -> bool | None:
    """Whether somebody says in so many words that they send something back, or that they do not; None where they say neither."""
    low = without_accents(text.casefold()).replace("’", "'")
    said = [_NOT_SENT_BACK.search(low[: found.start()]) is None for found in _SENT_BACK.finditer(low)]
    return any(said) if said else False if _KEPT.search(low) is not None else None


#: By language, words that are said of what is collected from somebody, or goes back, and not of what is brought to them.
_ENGLISH_RETURN = re.compile(
    r"\breturns?\b|\breturning\b|\bpick(?:ed|ing)?[ -]?(?:it|them|that|this|the \w+)?[ -]?up\b|\bpick-?ups?\b|\bcollect(?:ed|ing|ion)?\b"
    r"|\b(?:fetch|take) (?:it|them) (?:back|away)\b|\bsend(?:ing)? (?:it|them|that|this) back\b"
)


_SPANISH_RETURN = re.compile(
    r"\bdevol\w+\b|\bdevuelv\w+\b|\brecog\w+\b|\brecoj\w+\b|\bretir(?:ad\w*|en|ar\w*)\b|\bregres(?:ar\w*|o)\b"
)
_ENGLISH_DELIVERY = re.compile(r"\bdeliver\w*\b|\border(?:ed|s)?\b|\bbring\b")
_SPANISH_DELIVERY = re.compile(r"\bentreg\w+\b|\bpedidos?\b|\btra(?:e|ed|er|igan?)\w*\b|\brepart\w+\b")


def speaks_of(text: str) -> str | None:
    """ "return" of a text that speaks of a return or of collecting it, "delivery" of one that speaks of an order or bringing it;
    None where it says neither."""
    low = without_accents(text.casefold())
    if _ENGLISH_RETURN.search(low) or _SPANISH_RETURN.search(low):
        return "return"
    return "delivery" if _ENGLISH_DELIVERY.search(low) or _SPANISH_DELIVERY.search(low) else None


_ENGLISH_CREDIT = re.compile(
    r"\b(?:store[- ]?|shop[- ]?)?credits?\b|\bvouchers?\b|\bbalance\b|\bgift ?cards?\b"
    r"|\bvales?\b(?! la pena)(?!,)|\bsaldo\b|\bcredito\b|\btarjetas? regalo\b|\bcupon(?:es)?\b|\bmonedero\b"
)
#: What is spoken of by these words besides.
_ENGLISH_BANK = re.compile(
    r"\bcredit ?cards?\b|\bbank\b|\b(?:on|to) (?:my|our) (?:card|account)\b|\bcredit notes?\b|\binvoices?\b|\btarjeta de credito\b|\bbanco\b|\b(?:en|a) (?:mi|la|nuestra) (?:tarjeta|cuenta)\b|\bfacturas?\b"
)


def of_credit(text: str) -> bool | None:
    """True of a text that speaks of credit to spend in the shop, else None."""
    low = without_accents(text.casefold())
    return True if _ENGLISH_CREDIT.search(low) and not _ENGLISH_BANK.search(low) else None
