"""Something that shall come when something else does: "the same day and time as the kettle", "together with the lamp"."""

from __future__ import annotations

import re
from typing import Any

_THING = r"(?:the|my|that|el|la|los|las|mi) (?P<thing>(?!one\b)[^\W\d_]\w*(?: de [^\W\d_]\w*)?)"
_ALIKE = (
    re.compile(
        rf"\bsame (?P<what>(?:day|date|time|slot|window)(?: and (?:the )?(?:same )?(?:day|date|time|slot|window))?) (?:as|with) {_THING}"
        rf"|\bmism[oa] (?P<que>(?:d[ií]a|hora|franja)(?: y (?:a )?(?:la |el )?(?:mism[oa] )?(?:d[ií]a|hora|franja))?) que {_THING.replace('<thing>', '<cosa>')}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:(?:together|along) with|alongside|at the same time as|(?:with|in) the same (?:delivery|trip|run|van|go) as"
        rf"|junto con|a la vez que|al mismo tiempo que|en el mismo (?:viaje|reparto) que) {_THING}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?:^|[,.;:!?]\s*|\b(?:the|my|el|la|los|las|mi) [^\W\d_]+\s+|\b(?:it|them|too|also|please|pls|exactly|también|tambien|porfa)\s+)(?P<as>(?:exactly |just )?(?:the )?(?:same as|like)|igual que|lo mismo que) {_THING}"
        r"(?=\s*(?:$|[.,;!?]|(?:please|pls|then|por favor|porfa|entonces)\b))",
        re.IGNORECASE,
    ),
)
_DAY, _TIME = re.compile(r"day|date|d[ií]a", re.IGNORECASE), re.compile(r"time|slot|window|hora|franja", re.IGNORECASE)

#: It shall not come so ("not the lamp along with the kettle", "the lamp with the kettle makes no sense").
_NOT_SO = re.compile(
    r"\b(?:not?|never|nor|instead of|rather than|nunca|tampoco|en vez de|en lugar de)\b[^.,;:!?]*\b(?:same|together|along(?:side)?|mism[oa]|junto|vez|viaje|reparto)\b"
    r"|n['’]?t\b[^.,;:!?]*\b(?:same|together|along(?:side)?)\b|\b(?:makes? no|doesn['’]?t make|no tiene|would be)\b[^.,;:!?]*\b(?:sense|sentido|silly|pointless)\b",
    re.IGNORECASE,
)


def like(text: str) -> dict[str, Any] | None:
    """The thing that something shall come like, and whether on its ``day``, and at its ``time``; ``if_open`` where what is said
    of when it comes counts more."""
    if _NOT_SO.search(text) is not None:
        return None
    said = _ALIKE[0].search(text)
    if said is not None:
        what, thing = said["what"] or said["que"], said["thing"] or said["cosa"]
        return {"thing": thing, "day": bool(_DAY.search(what)), "time": bool(_TIME.search(what)), "if_open": False}
    said = _ALIKE[1].search(text) or _ALIKE[2].search(text)
    return None if said is None else {"thing": said["thing"], "day": True, "time": True, "if_open": True}


def says_when(text: str) -> bool:
    """Whether words say that something shall come when something else does, and not only that it shall be the same."""
    return _NOT_SO.search(text) is None and any(each.search(text) is not None for each in _ALIKE[:2])


def starts_at(text: str) -> tuple[int, int] | None:
    """Where the words stand that say what something shall come like."""
    said = next((match for each in _ALIKE if (match := each.search(text)) is not None), None)
    if said is None:
        return None
    return said.start("as") if "as" in said.groupdict() else said.start(), said.end()
