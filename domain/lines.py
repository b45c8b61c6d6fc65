"""What is in an order, as people write it: "2 x SKU-1044, 1 kettle and 3 mugs"."""

from __future__ import annotations

import re

_PIECES = re.compile(
    r"(?P<count>\d{1,5})\s*(?P<sign>[x×*]|pcs?\.?(?:\s+of)?(?=\s)|pieces? of|units? of)?\s+(?P<what>\S.*)"
    r"|(?P<before>\S.*?)\s*[x×*]\s*(?P<times>\d{1,5})\b",
    re.IGNORECASE,
)
#: A number as large as this before a word is rather a postcode.
_MANY = 1_000
_SKU = re.compile(r"\b[A-Z][A-Z0-9]*-[A-Z0-9-]*\d", re.IGNORECASE)
_ENDS = re.compile(r"\s*(?:[,;\n]|\band\b|\+|&)\s*", re.IGNORECASE)


def counted_lines(text: str) -> list[tuple[int, str]]:
    """Quantities and what they are of, where one at least can be nothing else ("2 x kettle", "2 SKU-1044")."""
    lines = _lines(text)
    if not any(sure for _, _, sure in lines):
        return []
    return [(count, what) for count, what, sure in lines if sure or (what[:1].isalpha() and 1 <= count < _MANY)]


def read_lines(text: str) -> list[tuple[int, str]]:
    """Quantities and what they are of; one piece where no quantity is written."""
    return [(max(1, count), what) for count, what, _ in _lines(text)]


def _lines(text: str) -> list[tuple[int, str, bool]]:
    parts = [part.strip(" .") for part in _ENDS.split(text.strip())]
    return [_line(part) for part in parts if part]


def _line(part: str) -> tuple[int, str, bool]:
    """The quantity (0 where none is written), what it is of, and whether it is surely one."""
    match = _PIECES.search(part)
    if match is None:
        return 0, part, False
    what = (match["what"] or match["before"]).strip(" .")
    sure = bool(match["sign"] or match["times"] or _SKU.search(what))
    return int(match["count"] or match["times"]), what, sure
