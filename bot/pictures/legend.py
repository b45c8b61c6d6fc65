"""What stands under the map: a row for each route, and the meaning of the marks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from bot.pictures.canvas import CARD, INK, RED, SOFT, Canvas, faded
from bot.pictures.colours import COLOURS, colour_of, style_of
from domain.drawing import Drawing, DrawnRoute

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEFT, _WIDTH, _GAP = 40.0, 1000.0, 30.0
#: More routes than this stand in two columns.
_ONE_COLUMN = 10
#: Of more routes than this only the number is told: chats take pictures up to a height.
_MOST_ROWS = 120


class Legend:
    """The rows below a map of a drawing; ``height`` is what they take."""

    def __init__(self, drawing: Drawing, say: Callable[..., str], *, numbered: bool) -> None:
        """``numbered`` says that stops are discs with numbers, not dots."""
        self._drawing, self._say, self._numbered = drawing, say, numbered
        self._listed = drawing.routes if len(drawing.routes) <= _MOST_ROWS else drawing.routes[: _MOST_ROWS - 1]
        self._columns = 1 if len(self._listed) <= _ONE_COLUMN else 2
        self._rows = -(-len(self._listed) // self._columns)
        self._row = 48.0 if self._columns == 1 else 40.0
        self._marks = list(self._shown_marks())
        self.height = 18 + self._rows * self._row + (48 if self._marks else 0)

    def draw(self, canvas: Canvas, top: float) -> None:
        """Write it from ``top`` downwards."""
        width = (_WIDTH - _GAP * (self._columns - 1)) / self._columns
        seats = [
            (_LEFT + n // self._rows * (width + _GAP), top + 18 + (n % self._rows + 0.5) * self._row)
            for n in range(self._columns * self._rows)
        ]
        for route, (x, y) in zip(self._listed, seats, strict=False):
            self._route(canvas, route, x, y, width)
        if rest := len(self._drawing.routes) - len(self._listed):
            canvas.text(*seats[-1], self._say("picture.more", routes=rest), size=21, colour=SOFT)
        x, y = _LEFT + 14, top + 18 + self._rows * self._row + 28
        for kind in self._marks:
            words = self._say(f"picture.{kind}")
            self._mark(canvas, kind, x, y)
            canvas.text(x + 26, y, words, size=22, colour=SOFT)
            x += 26 + canvas.width_of(words, 22) + 40

    def _route(self, canvas: Canvas, route: DrawnRoute, x: float, y: float, width: float) -> None:
        size, sample = (26.0, 84.0) if self._columns == 1 else (21.0, 60.0)
        colour = colour_of(route.colour)
        canvas.line((x, x + sample), (y, y), colour, 5, style=style_of(route.colour))
        far = self._say("picture.far", stops=len(route.stops), metres=route.metres, short=self._columns > 1)
        right = canvas.width_of(far, size)
        canvas.text(x + width, y, far, size=size, colour=SOFT, align="right")
        x += sample + 16
        room = width - sample - 16 - right - 18
        name = canvas.shorten(route.name, size, room, bold=True)
        canvas.text(x, y, name, size=size, bold=True)
        taken = canvas.width_of(name, size, bold=True) + 14
        for words, colour in ((route.driver, INK), (route.vehicle, SOFT)):
            if words and room - taken > 3 * size:
                shown = canvas.shorten(words, size, room - taken)
                canvas.text(x + taken, y, shown, size=size, colour=colour)
                taken += canvas.width_of(shown, size) + 12

    def _shown_marks(self) -> Iterator[str]:
        """The marks that are on the map and need a word."""
        states = {stop.state for route in self._drawing.routes for stop in route.stops}
        if self._drawing.depots:
            yield "depot"
        if states & {"completed", "partial"}:
            yield "done"
        if states & {"failed", "skipped"}:
            yield "missed"
        if any(drop.place is not None for drop in self._drawing.drops):
            yield "dropped"

    def _mark(self, canvas: Canvas, kind: str, x: float, y: float) -> None:
        at = np.array([[x, y]])
        if kind == "depot":
            canvas.depot(x, y, size=24)
        elif kind == "dropped":
            canvas.marks(at, "D", 15, fill=CARD, edge=INK, width=2.6, z=6)
        elif kind == "missed" and self._numbered:
            canvas.marks(at, "o", 22, fill=CARD, edge=RED, width=2, z=6)
            canvas.line((x - 7, x + 7), (y + 7, y - 7), RED, 2, z=6.1)
        elif kind == "missed":
            canvas.marks(at, "X", 18, fill=RED, edge=CARD, width=1.5, z=6)
        else:
            canvas.marks(at, "o", 20, fill=faded(COLOURS[0], 0.65), edge=COLOURS[0], width=2, z=6)
