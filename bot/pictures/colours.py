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


def ink_on(number: int) -> str:
    """What is written in on the colour of a route: white or black, whichever has more contrast (WCAG 2.2, 1.4.3)."""
    colour = colour_of(number)
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    light = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return "#000000" if (light + 0.05) ** 2 > 1.05 * 0.05 else "#ffffff"
