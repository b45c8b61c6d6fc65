"""Whether all orders are meant, or another one: "cancel everything", "both", "where are my orders", "todos menos la lámpara".

Only where a clause asks that something becomes of all of them: none that says no, and none in which the words stand for
something else ("thanks for everything", "we are both out", "cancela todo el pedido").
"""

from __future__ import annotations

import re
from typing import Any

from nlu.text import squeezed

_VERB = (
    r"(?:cancel|move|reschedule|push|postpone|delay|bring|deliver|send|change|shift|stop|scrap|drop|hold|put"
    r"|cancel(?:a|ar|ad|e|en|emos)|anul(?:a|ar|ad|e|en)|muev\w+|mover|cambi(?:a|ar|ad|e|en)|aplaz(?:a|ar|ad)|retras(?:a|ar|ad)|pas(?:a|ar|ad)|tra(?:e|er|ed|igan?))(?:l[oa]s?)?"
)
_ORDERS = r"(?:orders|deliveries|parcels|packages|shipments|pedidos|entregas|paquetes|envios)"
_ALL = re.compile(
    rf"\b(?:{_VERB} (?:me )?(?:everything(?! (?:is|was|in|from|about|else|i|you|that|we))|the (?:whole )?lot(?! (?:of|number))|all of them|them all|todo(?! (?:el|lo|la|eso|esto|un)\b))"
    rf"|(?:all|every one|each) (?:of )?(?:(?:my|the|our|those|these) )?(?:\w+ )?{_ORDERS}|tod[oa]s (?:(?:mis|los|las|nuestr[oa]s) )?{_ORDERS})\b"
)
_BOTH = re.compile(
    rf"\b(?:{_VERB} (?:both|amb[oa]s|(?:los|las) dos)(?! (?:de la|y media))|both(?: of)?(?: my| the)? {_ORDERS}|amb[oa]s {_ORDERS}|(?:l[oa]s|mis) dos {_ORDERS})\b"
)
_SEVERAL = re.compile(
    r"\b(?:where (?:are|r)|when (?:do|will|are)|status of|donde (?:estan|andan)|cuando (?:llegan|vienen)) (?:all )?(?:my|our|the|mis|los|las|nuestr[oa]s) (?:other )?"
    rf"{_ORDERS}\b"
)
_CLAUSES = re.compile(r"[.,;:!?]+ ?")
_UNWISHED = re.compile(r"\b(?:no|not|never|only|just|\w+n't|dont|cant|nunca|tampoco|ni|solo|no me)\b")
_BUT = re.compile(
    r"\b(?:except(?: for)?|apart from|other than|but(?: not)?|excepto|menos|salvo|quitando)\s+(?:the|my|that|el|la|los|las|mi|mis)\s+(?P<thing>[^\W\d_][^,.;:!?]{1,40})"
)
_NOUN = r"(?:order|delivery|parcel|package|shipment|box|pedido|entrega|paquete|envio|caja)"
#: The order that is not the one talked about; "the other one" of two slots or addresses is none.
_OTHER = re.compile(
    rf"\b(?:the|my|our|that) (?:other|second) {_NOUN}\b|\b(?:el|la|mi|al|del) (?:otr[oa]|segund[oa]) {_NOUN}\b"
    r"|(?P<alone>\b(?:the|my|our|that) other (?:one|thing(?!\s*(?:is\b|was\b|[,:])))\b|\b(?:el|la|al|del) otr[oa]\b(?=\s*(?:$|[.,;:!?]|(?:tambien|al?|el|la|los|para|que|puede|podria|mejor|igual|va|viene|llega|llegue|venga|y|por favor)\b)))"
)
_OF_SOMETHING_ELSE = re.compile(
    r"\b(?:slots?|windows?|address\w*|streets?|doors?|gate|bells?|neighbou?rs?|codes?|products?|size|buildings?|houses?|entrances?|lifts?|phones?|(?:use|ring|press|try|call|knock (?:at|on)|mine is) the other one|franjas?|ventanas?|direccion\w*|puertas?|timbres?|vecin\w+|codigos?|tallas?|edificios?|casas?|ascensor\w*|telefonos?|(?:us[ae]\w*|llam[ae]\w*|prob\w+|prueb\w+) (?:el|la|al) otr[oa]|al otro (?:lado|dia))\b"
)


def other_order(text: str) -> str | None:
    """ "one", where another order is meant than the one talked about ("and the other one?")."""
    low = squeezed(text[:500])
    said = _OTHER.search(low)
    if said is None or (said["alone"] and _OF_SOMETHING_ELSE.search(low)):
        return None
    return "one"


def every_order(text: str) -> dict[str, Any] | None:
    """Which orders are meant where it is more than one: "all" of them, "both", or "several" that are asked about in the plural;
    ``but`` is what somebody calls the thing whose order is not meant."""
    low = squeezed(text[:500])
    which = next((said for clause in _CLAUSES.split(low) if (said := _which(clause)) is not None), None)
    if which is None:
        return None
    but = _BUT.search(low)
    return {"which": which, "but": but["thing"].strip() if but is not None else None}


def _which(clause: str) -> str | None:
    for name, words in (("all", _ALL), ("both", _BOTH), ("several", _SEVERAL)):
        said = words.search(clause)
        if said is not None and _UNWISHED.search(clause[: said.start()]) is None:
            return name
    return None
