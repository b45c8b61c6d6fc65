"""Something that shall come when something else does: "the same day and time as the kettle", "together with the lamp"."""

from __future__ import annotations

import re
from typing import Any

_THING = r"(?:the|my|that|el|la|los|las|mi) (?P<thing>[^\W\d_]\w*(?: de [^\W\d_]\w*)?)"
_ALIKE = (
    re.compile(
        rf"\bsame (?P<what>(?:day|date|time|slot|window)(?: and (?:the )?(?:same )?(?:day|date|time|slot|window))?) (?:as|with) {_THING}"
        rf"|\bmism[oa] (?P<que>(?:d[ií]a|hora|franja)(?: y (?:a )?(?:la |el )?(?:mism[oa] )?(?:d[ií]a|hora|franja))?) que {_THING.replace('<thing>', '<cosa>')}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:(?:together|along) with|with the same delivery as|junto con|a la vez que) {_THING}", re.IGNORECASE
    ),
)
_DAY, _TIME = re.compile(r"day|date|d[ií]a", re.IGNORECASE), re.compile(r"time|slot|window|hora|franja", re.IGNORECASE)


def like(text: str) -> dict[str, Any] | None:
    """The thing that something shall come like, and whether on its ``day``, and at its ``time``; ``if_open`` where what is said
    of when it comes counts more."""
    said = _ALIKE[0].search(text)
    if said is not None:
        what, thing = said["what"] or said["que"], said["thing"] or said["cosa"]
        return {"thing": thing, "day": bool(_DAY.search(what)), "time": bool(_TIME.search(what)), "if_open": False}
    said = _ALIKE[1].search(text)
    return None if said is None else {"thing": said["thing"], "day": True, "time": True, "if_open": True}


def starts_at(text: str) -> tuple[int, int] | None:
    """Where the words stand that say what something shall come like."""
    said = next((match for each in _ALIKE if (match := each.search(text)) is not None), None)
    return said.span() if said is not None else None
