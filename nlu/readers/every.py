"""Whether all orders are meant: "cancel everything", "both", "where are my orders", "todos menos la lámpara"."""

from __future__ import annotations

import re
from typing import Any

from nlu.text import without_accents

_ORDERS = r"(?:orders?|deliver(?:y|ies)|parcels?|packages?|shipments?|pedidos?|entregas?|paquetes?|envios?)"
_ALL = re.compile(
    rf"\b(?:everything(?! (?:is|was|ok|fine|else|in\b|from|about|went|arrived|came|looks?))|the (?:whole )?lot\b"
    rf"|(?:all|every one|each) (?:of )?(?:(?:my|the|our|those|these) )?(?:\w+ )?{_ORDERS}|all of (?:them|it)\b|them all\b"
    rf"|tod[oa]s? (?:(?:mis|los|las|nuestros) )?(?:\w+ )?{_ORDERS}|todos ellos|(?:cancel\w*|anul\w*|mu[eo]v\w*|cambi\w*|aplaz\w*|retras\w*|pas\w*|quier\w*)(?:lo)? todo\b(?! (?:el|lo|esto|eso)))"
)
_BOTH = re.compile(
    rf"\b(?:(?<!we are )(?<!we're )(?<!we )(?<!you )(?<!are )both(?! of us| (?:my|the) )(?: of (?:them|my|the))?(?: {_ORDERS})?|amb[oa]s|(?:los|las) dos(?! (?:de la|y media|primer))(?: {_ORDERS})?)\b"
)
_SEVERAL = re.compile(
    r"\b(?:where (?:are|r)|when (?:do|will|are)|status of|donde (?:estan|andan)|cuando (?:llegan|vienen)) (?:all )?(?:my|our|the|mis|los|las|nuestros) (?:other )?"
    r"(?:orders|deliveries|parcels|packages|pedidos|entregas|paquetes|envios)\b"
)
_BUT = re.compile(
    r"\b(?:except(?: for)?|apart from|other than|but(?: not)?|excepto|menos|salvo|quitando)\s+(?:the|my|that|el|la|los|las|mi|mis)\s+(?P<thing>[^\W\d_][^,.;:!?]{1,40})"
)


def every_order(text: str) -> dict[str, Any] | None:
    """Which orders are meant where it is more than one: "all" of them, "both", or "several" that are asked about in the plural;
    ``but`` is what somebody calls the thing whose order is not meant."""
    low = " ".join(without_accents(text.casefold()).replace("’", "'").split())
    which = next(
        (name for name, said in (("all", _ALL), ("both", _BOTH), ("several", _SEVERAL)) if said.search(low)), None
    )
    if which is None:
        return None
    but = _BUT.search(low)
    return {"which": which, "but": but["thing"].strip() if but is not None else None}
