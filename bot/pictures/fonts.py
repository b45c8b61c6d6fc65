"""The font of pictures and printed lists: DejaVu Sans, which comes with matplotlib (Latin, Greek, Cyrillic, Arabic, Hebrew …)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

#: Stands for what the font has no sign for.
UNKNOWN = "□"


def path_of(bold: bool = False) -> Path:
    """The file of the font."""
    import matplotlib  # takes a while, and most processes never draw

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")


@cache
def known_signs() -> frozenset[int]:
    """The code points both cuts of the font have signs for."""
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(str(path_of())).get_charmap()) & frozenset(FT2Font(str(path_of(bold=True))).get_charmap())


def legible(text: str) -> str:
    """The text on one line, a box for every sign that cannot be written."""
    known = known_signs()
    return "".join(sign if ord(sign) in known and sign.isprintable() else UNKNOWN for sign in " ".join(text.split()))
