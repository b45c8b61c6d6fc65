"""The picture that messengers show beside a link: the same for every order, drawn once in each language."""

from __future__ import annotations

import math
from functools import lru_cache
from io import BytesIO
from typing import Any

GREEN, PAPER, SOFT, AMBER = "#124536", "#f6f3ea", "#c4d6cc", "#f0a63c"
#: The mark as in mark.svg (y downwards): a ring that begins and ends at the depot, from and to these degrees.
_RING, _STOP = (50.3, 343.7), (25.4, 17.6, 4.4)


@lru_cache(maxsize=16)
def draw(brand: str, headline: str, words: str) -> bytes:
    """A PNG of 1200 × 630 with the mark and three texts."""
    from matplotlib.figure import Figure  # takes a second, and most processes never draw
    from matplotlib.patches import Circle

    figure = Figure(figsize=(12, 6.3), dpi=100, facecolor=GREEN)
    axes: Any = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, 12)
    axes.set_ylim(6.3, 0)
    axes.axis("off")
    scale, left, top = 0.105, 0.75, 1.45
    angles = [math.radians(_RING[0] + n * (_RING[1] - _RING[0]) / 120) for n in range(121)]
    ring = [(left + scale * (16 + 10 * math.cos(a)), top + scale * (16 + 10 * math.sin(a))) for a in angles]
    axes.plot(*zip(*ring, strict=True), color=PAPER, linewidth=3.6 * scale * 72, solid_capstyle="round")
    x, y, radius = _STOP
    axes.add_patch(Circle((left + scale * x, top + scale * y), scale * radius, color=AMBER, zorder=3))
    axes.text(4.6, 2.2, brand, color=SOFT, fontsize=24, va="center")
    axes.text(4.6, 3.15, headline, color=PAPER, fontsize=50, fontweight="bold", va="center")
    axes.text(4.6, 4.15, words, color=SOFT, fontsize=24, va="center")
    picture = BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()
