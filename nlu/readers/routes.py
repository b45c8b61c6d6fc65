"""Routes that a message names: of two the one something is on and the one it goes to; and the place it takes there."""

from __future__ import annotations

import re

_ROUTE = r"(?:route|rte|rt|r)[\s#.-]*(?:no\.?\s*)?(\d{1,9})\b"
_ANY = re.compile(rf"\b{_ROUTE}", re.IGNORECASE)
#: What stands before a route that something goes to; "on" only where another route was named before.
_TO = re.compile(r"\b(?:to|onto|into|over to)\s+(?:the\s+)?$", re.IGNORECASE)
_ON = re.compile(r"\bon\s+(?:the\s+)?$", re.IGNORECASE)
_BARE = re.compile(r"\D*?#?(\d{1,9})\D*")
_STOP = re.compile(r"\b(?:stop|drop)\s+(?:no\.?\s*|number\s+|#)?(\d{1,4})\b", re.IGNORECASE)
_FIRST = re.compile(r"\b(?:to|at|as) the (?:top|start|front|beginning)\b|\bfirst\b", re.IGNORECASE)
_LAST = re.compile(r"\b(?:to|at) the (?:end|bottom|back)\b|\blast\b", re.IGNORECASE)
#: More words than this are no answer to a question for a route.
_SHORT = 5
#: A place behind all others.
LAST = 1_000


def to_route(text: str) -> str | None:
    """The route something goes to: "R9" of "move stop 4 from r7 to r9"."""
    found = _going(text)
    return None if found is None else _name(found)


def from_route(text: str) -> str | None:
    """The route something is on: "R7" of the same."""
    going = _going(text)
    here = next((each for each in _ANY.finditer(text) if going is None or each.start() != going.start()), None)
    return None if here is None else _name(here)


def other_route(text: str) -> str | None:
    """The second of two routes: "R9" of "swap the drivers of r7 and r9"."""
    named = list(dict.fromkeys(map(_name, _ANY.finditer(text))))
    return named[1] if len(named) > 1 else None


def named_stop(text: str) -> int | None:
    """The stop that is named as one: 4 of "lock stop 4 of r7"."""
    found = _STOP.search(text)
    return int(found[1]) if found is not None and int(found[1]) else None


def route_number(text: str) -> str | None:
    """The route that answers the question for one; a bare number counts."""
    if len(text.split()) > _SHORT:
        return None
    named = _ANY.search(text) or _BARE.fullmatch(text.strip())
    return None if named is None else _name(named)


def to_position(text: str) -> int | None:
    """The place a stop takes on its route: 1 for "to the top", `LAST` for "to the end"."""
    if _FIRST.search(text):
        return 1
    return LAST if _LAST.search(text) else None


def _going(text: str) -> re.Match[str] | None:
    named = list(_ANY.finditer(text))
    for n, each in reversed(list(enumerate(named))):
        before = text[: each.start()]
        if _TO.search(before) or (n and _ON.search(before)):
            return each
    return None


def _name(found: re.Match[str]) -> str:
    return f"R{int(found[1])}"
