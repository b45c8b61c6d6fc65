"""Text made comparable: normalised, lower-cased and cut into words, with positions in the original kept."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

#: Code points analysed of a message; what follows does not take part in intent or entities.
LIMIT = 2000

_SAME_WIDTH = {
    ord(c): to for c, to in zip("’‘´`ʼ“”„«»‐‑‒–—−\u00a0\t\n\r\v\f", "'''''\"\"\"\"\"------      ", strict=True)
}
_SAME_WIDTH |= dict.fromkeys((*range(0, 32), *range(127, 160)), " ")
_BARE = str.maketrans(
    "áàâäãåéèêëíìîïóòôöõúùûüñçýÁÀÂÄÃÅÉÈÊËÍÌÎÏÓÒÔÖÕÚÙÛÜÑÇÝ", "aaaaaaeeeeiiiiooooouuuuncyAAAAAAEEEEIIIIOOOOOUUUUNCY"
)
_TOKEN = re.compile(r"[^\W_]+(?:['&][^\W_]+)*|[^\w\s]|_")


class Token(NamedTuple):
    """A word, number or sign of a normalised text, ``start`` to ``end`` of it."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Text:
    """A message as analysed: ``clean`` and ``low`` have equal length; ``offsets`` lead back to ``original``.

    ``offsets`` is None when positions are the same, else it holds one original position for each position in
    ``clean`` and a last one for its end.
    """

    original: str
    clean: str
    low: str
    offsets: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Code points of the original for ``start`` to ``end`` of ``clean``."""
        if self.offsets is None:
            return start, end
        if end <= start:
            return self.offsets[start], self.offsets[start]
        last = self.offsets[end - 1] + 1
        while last < len(self.original) and unicodedata.category(self.original[last]) == "Mn":
            last += 1
        return self.offsets[start], last


def normalise(original: str) -> Text:
    """``original`` (its first `LIMIT` code points) with plain quotes, dashes and spaces, compatibility forms resolved.

    Zero-width and combining marks are taken out; upper case stays in ``clean``. Never raises.
    """
    head = original[:LIMIT]
    if head.isascii():
        clean = head.translate(_SAME_WIDTH)
        return Text(original, clean, clean.lower())
    plain = head.translate(_SAME_WIDTH)
    out: list[str] = []
    offsets: list[int] = []
    for position, char in enumerate(plain):
        if char.isascii():
            out.append(char)
            offsets.append(position)
            continue
        category = unicodedata.category(char)
        if category == "Mn" and out:
            joined = unicodedata.normalize("NFC", out[-1] + char)
            if len(joined) == 1:
                out[-1] = joined
            continue
        if category in ("Cf", "Mn", "Cs", "Me"):
            continue
        if category in ("Zl", "Zp", "Zs", "Cc"):
            char = " "
        for piece in unicodedata.normalize("NFKC", char):
            out.append(piece)
            offsets.append(position)
    clean = "".join(out)
    low = _lower(clean)
    offsets.append(len(head))
    same = len(offsets) == len(head) + 1 and len(clean) == len(head)
    return Text(original, clean, low, None if same else tuple(offsets))


def _lower(text: str) -> str:
    """``text`` in lower case and of the same length: letters whose lower case is longer stay."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c if len(c.lower()) != 1 else c.lower() for c in text)


def without_accents(text: str) -> str:
    """``text`` with letters of the same length that bear no accent ("mañana": "manana")."""
    return text if text.isascii() else text.translate(_BARE)


def lowered(text: str) -> str:
    """``text`` in lower case without accents and with plain apostrophes; of the same length wherever `str.lower` keeps it."""
    return without_accents(text.lower()).replace("’", "'")


def squeezed(text: str) -> str:
    """``text`` as `lowered` has it, words parted by single blanks."""
    return " ".join(without_accents(text.casefold()).replace("’", "'").split())


def tokens(text: str) -> list[Token]:
    """Words (with inner apostrophes), numbers and single signs of ``text``, in order."""
    return [Token(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(text)]


def replace(text: Text, changes: list[tuple[int, int, str]]) -> Text:
    """``text`` with words at (start, end) of it, ascending, exchanged; positions still lead to the original."""
    if not changes:
        return text
    clean: list[str] = []
    offsets: list[int] = []
    at = 0
    for start, end, word in [*changes, (len(text.clean), len(text.clean), "")]:
        clean.append(text.clean[at:start])
        offsets.extend(range(at, start))
        clean.append(word)
        offsets.extend(start + min(place, end - start - 1) for place in range(len(word) - 1))
        if word:
            offsets.append(end - 1)
        at = end
    offsets.append(len(text.clean))
    joined = "".join(clean)
    if text.offsets is not None:
        offsets = [text.offsets[position] for position in offsets]
    low = _lower(joined)
    return Text(text.original, joined, low, tuple(offsets))
