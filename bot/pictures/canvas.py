"""What pictures are drawn on: matplotlib's Agg canvas in pixels, y downwards. Nothing of it is shared between pictures."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Literal, cast

from bot.pictures.fonts import legible, path_of
from bot.pictures.layout import Box, Points

PAPER, CARD, INK, SOFT, LINE, RED = "#f3f0e8", "#fbf9f4", "#1c2622", "#56625c", "#e5e0d3", "#b3261e"
GREEN, AMBER = "#124536", "#f0a63c"
_DPI = 100
_POINTS = 72 / _DPI


class Canvas:
    """A picture of ``width`` × ``height`` pixels. All lengths and sizes are in pixels; what has a higher ``z`` lies above."""

    def __init__(self, width: int, height: int) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # takes a second, and most processes never draw
        from matplotlib.figure import Figure
        from matplotlib.font_manager import FontProperties

        figure = Figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI, facecolor=PAPER)
        self._canvas = cast(Any, FigureCanvasAgg(figure))
        self._axes: Any = figure.add_axes((0, 0, 1, 1))
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(height, 0)
        self._axes.axis("off")
        self._renderer = self._canvas.get_renderer()
        self._fonts = {bold: FontProperties(fname=str(path_of(bold))) for bold in (False, True)}

    def png(self) -> bytes:
        """The picture as it is now."""
        picture = BytesIO()
        self._canvas.print_png(picture, metadata={"Software": None})
        return picture.getvalue()

    def line(
        self, x: Sequence[float] | Any, y: Sequence[float] | Any, colour: str, width: float, *,
        style: Sequence[float] = (), z: float = 1, halo: float = 0, over: str = CARD,
    ) -> None:  # fmt: skip
        """A line through points; ``style`` is strokes and gaps in widths, ``halo`` the width of a rim in the colour ``over``."""
        ends: dict[str, Any] = {"solid_capstyle": "round", "solid_joinstyle": "round", "dash_joinstyle": "round"}
        if halo:
            self._axes.plot(x, y, color=over, linewidth=halo * _POINTS, zorder=z - 0.0005, **ends)
        # matplotlib scales strokes and gaps with the width of the line by itself
        dashes = (0, tuple(style)) if style else "-"
        self._axes.plot(x, y, color=colour, linewidth=width * _POINTS, linestyle=dashes, zorder=z, **ends)

    def marks(self, at: Points, mark: str, size: float, *, fill: str, edge: str, width: float, z: float) -> None:
        """The same mark at every point of (n, 2)."""
        if len(at):
            self._axes.plot(
                at[:, 0], at[:, 1], linestyle="", marker=mark, markersize=size * _POINTS, markerfacecolor=fill,
                markeredgecolor=edge, markeredgewidth=width * _POINTS, zorder=z,
            )  # fmt: skip

    def depot(self, x: float, y: float, size: float = 30, z: float = 8) -> None:
        """The mark of a depot: a house."""
        from matplotlib.patches import Polygon

        half = size / 2
        house = [(-1, -0.15), (0, -1), (1, -0.15), (1, 1), (-1, 1)]
        walls = [(x + half * a, y + half * b) for a, b in house]
        self._axes.add_patch(
            Polygon(walls, facecolor=AMBER, edgecolor=GREEN, linewidth=size / 8, joinstyle="round", zorder=z)
        )
        self._axes.plot(
            [x, x],
            [y + half * 0.15, y + half * 0.9],
            color=GREEN,
            linewidth=size / 5,
            zorder=z + 0.01,
            solid_capstyle="butt",
        )

    def box(self, box: Box, fill: str, edge: str, *, z: float = 0, round_by: float = 18) -> None:
        """A rectangle with round corners."""
        from matplotlib.patches import FancyBboxPatch

        shape = f"round,pad=0,rounding_size={round_by}"
        self._axes.add_patch(
            FancyBboxPatch(
                (box.left, box.top), box.width, box.height, boxstyle=shape, facecolor=fill, edgecolor=edge,
                linewidth=1.4, zorder=z, mutation_aspect=1,
            )
        )  # fmt: skip

    def text(
        self, x: float, y: float, words: str, *, size: float, bold: bool = False, colour: str = INK,
        align: Literal["left", "center", "right"] = "left", room: float | None = None, z: float = 3, halo: bool = False,
    ) -> None:  # fmt: skip
        """Words, their middle line at ``y``; shortened where they are wider than ``room``."""
        from matplotlib.patheffects import withStroke

        shown = legible(words) if room is None else self.shorten(words, size, room, bold=bold)
        effects = [withStroke(linewidth=4, foreground=CARD)] if halo else None
        self._axes.text(
            x, y, shown, fontproperties=self._fonts[bold], fontsize=size * _POINTS, color=colour, ha=align,
            va="center_baseline", parse_math=False, zorder=z, path_effects=effects,
        )  # fmt: skip

    def width_of(self, words: str, size: float, *, bold: bool = False) -> float:
        """How wide words are."""
        font = self._fonts[bold].copy()
        font.set_size(size * _POINTS)
        return float(self._renderer.get_text_width_height_descent(legible(words), font, False)[0])

    def shorten(self, words: str, size: float, room: float, *, bold: bool = False) -> str:
        """The words, or as many of their letters as fit with … at the end."""
        words = legible(words)
        if self.width_of(words, size, bold=bold) <= room:
            return words
        low, high = 0, len(words)
        while low < high:
            middle = (low + high + 1) // 2
            fits = self.width_of(f"{words[:middle].rstrip()}…", size, bold=bold) <= room
            low, high = (middle, high) if fits else (low, middle - 1)
        return f"{words[:low].rstrip()}…"


def faded(colour: str, share: float) -> str:
    """A colour with ``share`` (0 to 1) of the paper's mixed in, as #rrggbb."""
    mixed = (round(int(colour[n : n + 2], 16) * (1 - share) + int(CARD[n : n + 2], 16) * share) for n in (1, 3, 5))
    return "#" + "".join(f"{each:02x}" for each in mixed)
