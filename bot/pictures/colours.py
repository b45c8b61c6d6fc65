"""Colours and line styles of routes.

The seven colours stay apart for people who see no red, no green or no blue (tests/unit/test_pictures.py measures it), and
each is dark enough to be seen on paper. After seven routes they come again with another line style.
"""

from __future__ import annotations

COLOURS = ("#1a34d8", "#9c3a03", "#dd3da0", "#0d2e30", "#9a9112", "#651590", "#3a8df4")
#: Lengths of strokes and gaps in line widths; the first is an unbroken line.
STYLES: tuple[tuple[float, ...], ...] = (
    (), (3.0, 1.4), (1.0, 1.4), (5.0, 1.4, 1.0, 1.4), (7.0, 2.2), (4.0, 1.2, 1.0, 1.2, 1.0, 1.2),
)  # fmt: skip


def colour_of(number: int) -> str:
    """The colour of a route by its number, as #rrggbb."""
    return COLOURS[number % len(COLOURS)]


def style_of(number: int) -> tuple[float, ...]:
    """The strokes and gaps of a route's line, in line widths; none for an unbroken line."""
    return STYLES[number // len(COLOURS) % len(STYLES)]
