"""A plan or a route as a PNG for chats: 1080 pixels wide, readable on a phone, without streets."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bot.pictures.canvas import CARD, INK, LINE, RED, SOFT, Canvas, faded
from bot.pictures.colours import colour_of, ink_on, style_of
from bot.pictures.layout import Box, Points, Projection, round_length, spread
from bot.pictures.legend import Legend
from domain.drawing import Drawing, DrawnRoute, DrawnStop

#: (name of a text, what it tells) → words of the reader's language.
Say = Callable[..., str]
WIDTH, EDGE, HEAD = 1080, 40, 150
#: Heights a map may have, and what stays free around its places.
_HEIGHTS, _MARGIN = (640.0, 1240.0), 70.0
#: Up to this many stops are numbered; of a longer single route, every second, third … is.
MOST_NUMBERED = 60
_MOST_DISCS = 120
#: Names of more routes than this would hide the map.
_MOST_NAMES = 80
#: More stops than this are smaller dots.
_MANY = 500
#: States of stops where somebody was and nothing was done.
_MISSED = frozenset({"failed", "skipped"})


def draw(drawing: Drawing, say: Say) -> bytes:
    """The picture. The same drawing gives the same bytes, from any thread."""
    numbered = len(drawing.routes) == 1 or drawing.stops <= MOST_NUMBERED
    legend = Legend(drawing, say, numbered=numbered)
    project = Projection(drawing.places, WIDTH - 2 * EDGE, _HEIGHTS, _MARGIN)
    box = Box(EDGE, HEAD, WIDTH - 2 * EDGE, project.height)
    canvas = Canvas(WIDTH, round(box.bottom + legend.height + EDGE))
    _head(canvas, drawing, say)
    _paper(canvas, project, box, say)
    _Map(canvas, drawing, project, box, numbered=numbered).draw()
    legend.draw(canvas, box.bottom)
    return canvas.png()


def _head(canvas: Canvas, drawing: Drawing, say: Say) -> None:
    room = WIDTH - 2 * EDGE
    title = say("picture.title", name=drawing.name, day=drawing.day)
    canvas.text(EDGE, 62, title, size=40, bold=True, room=room)
    words = say(
        "picture.summary", routes=len(drawing.routes), stops=drawing.stops, dropped=len(drawing.drops),
        metres=drawing.metres,
    )  # fmt: skip
    canvas.text(EDGE, 112, words, size=26, colour=SOFT, room=room)


def _paper(canvas: Canvas, project: Projection, box: Box, say: Say) -> None:
    """The map's paper, squares as wide as the scale says, and the scale."""
    canvas.box(box, CARD, LINE)
    metres = round_length(240 / project.scale)
    step = metres * project.scale
    for middle, low, high, upright in (
        (box.left + box.width / 2, box.left, box.right, True),
        (box.top + box.height / 2, box.top, box.bottom, False),
    ):
        at = middle - (middle - low) // step * step
        while at < high:
            ends = ((at, at), (box.top, box.bottom)) if upright else ((box.left, box.right), (at, at))
            canvas.line(*ends, LINE, 1.5)
            at += step
    left, y = box.left + 24, box.bottom - 26
    canvas.line((left, left, left + step, left + step), (y - 8, y, y, y - 8), INK, 3, z=9, halo=9)
    canvas.text(left + step + 14, y - 4, say("picture.length", metres=metres), size=22, z=9, halo=True)


class _Map:
    """The routes on the paper."""

    def __init__(
        self, canvas: Canvas, drawing: Drawing, project: Projection, box: Box, *, numbered: bool
    ) -> None:  # fmt: skip
        self._canvas, self._drawing, self._project, self._box = canvas, drawing, project, box
        self._single = len(drawing.routes) == 1
        self._numbered = numbered
        self._dot = 13.0 if drawing.stops <= _MANY else 9.5
        self._width = 6.0 if self._single else (4.5 if len(drawing.routes) <= 12 else 3.2)

    def draw(self) -> None:
        """All of it, the least important undermost."""
        for route in self._drawing.routes:
            self._line(route)
        depots = self._project(self._drawing.depots, self._box)
        places = [drop.place for drop in self._drawing.drops if drop.place is not None]
        drops = self._project(places, self._box)
        if self._numbered:
            self._labels(
                depots, drops, [(route, stop) for route in self._drawing.routes for stop in self._discs(route)]
            )
        else:
            for route in self._drawing.routes:
                self._dots(route)
            self._labels(depots, drops, [])
        self._canvas.marks(drops, "D", 15, fill=CARD, edge=INK, width=2.6, z=6)
        for x, y in depots:
            self._canvas.depot(x, y)

    def _line(self, route: DrawnRoute) -> None:
        """The way of a route; to the first stop and from the last it is thin, for all routes meet at the depot."""
        way = self._project(route.way, self._box)
        colour, style = colour_of(route.colour), style_of(route.colour)
        first = 1 if route.start is not None else 0
        last = len(way) - (1 if route.end is not None else 0)
        z = 3 + route.colour / 1000
        for part in (way[: first + 1], way[last - 1 :]):
            if len(part) > 1:
                thin = self._width * (0.6 if self._single else 0.45)
                self._canvas.line(part[:, 0], part[:, 1], faded(colour, 0.25), thin, z=2)
        body = way[first:last]
        if len(body) > 1:
            self._canvas.line(
                body[:, 0], body[:, 1], colour, self._width, style=style, z=z, halo=self._width + 3, over=CARD
            )

    def _dots(self, route: DrawnRoute) -> None:
        """Stops without numbers."""
        colour = colour_of(route.colour)
        for stops, mark, fill in (
            ([each for each in route.stops if not each.done], "o", colour),
            ([each for each in route.stops if each.done and each.state not in _MISSED], "o", faded(colour, 0.6)),
            ([each for each in route.stops if each.state in _MISSED], "X", RED),
        ):
            at = self._project([stop.place for stop in stops], self._box)
            self._canvas.marks(
                at, mark, self._dot + (3 if mark == "X" else 0), fill=fill, edge=CARD, width=self._dot / 7, z=4
            )

    def _discs(self, route: DrawnRoute) -> list[DrawnStop]:
        """The stops of a route that are numbered."""
        every = -(-len(route.stops) // _MOST_DISCS) or 1
        return [stop for n, stop in enumerate(route.stops) if n % every == 0 or stop is route.stops[-1]]

    def _labels(self, depots: Points, drops: Points, numbered: list[tuple[DrawnRoute, DrawnStop]]) -> None:
        """Numbered discs and the names of routes, none on another or on what stands still; a thin line leads to the place."""
        tagged = [route for route in self._drawing.routes if route.way] if not self._single else []
        tagged = tagged if len(tagged) <= _MOST_NAMES else []
        size = 40.0 if len(numbered) <= 45 else 33.0
        discs = self._project([stop.place for _, stop in numbered], self._box)
        names = np.array([self._tag_place(route) for route in tagged]).reshape(-1, 2)
        widths = [self._canvas.width_of(route.name, 20, bold=True) + 18 for route in tagged]
        still = np.vstack([depots, drops])
        sizes = [[44.0, 44.0]] * len(depots) + [[20.0, 20.0]] * len(drops)
        sizes += [[size, size]] * len(discs) + [[width, 32.0] for width in widths]
        anchors = np.vstack([still, discs, names])
        at = spread(anchors, np.array(sizes).reshape(-1, 2), self._box, fixed=len(still))[len(still) :]
        for (route, stop), place, seat in zip(numbered, discs, at, strict=False):
            self._disc(route, stop, place, seat, size)
        for route, anchor, seat, width in zip(tagged, names, at[len(discs) :], widths, strict=True):
            self._tag(route, anchor, seat, width)

    def _tag_place(self, route: DrawnRoute) -> Points:
        """Where a route's name belongs: at the stop nearest to the middle of all, above its disc where it has one."""
        stops = self._project([stop.place for stop in route.stops] or route.way, self._box)
        middle = stops[np.argmin(((stops - stops.mean(axis=0)) ** 2).sum(axis=1))]
        return np.asarray(middle - np.array([0.0, 36.0]) if self._numbered else middle)

    def _disc(self, route: DrawnRoute, stop: DrawnStop, place: Points, seat: Points, size: float) -> None:
        colour = colour_of(route.colour)
        if np.hypot(*(seat - place)) > size * 0.3:
            self._canvas.line((place[0], seat[0]), (place[1], seat[1]), INK, 1.6, z=4.5)
            self._canvas.marks(place[None], "o", 9, fill=colour, edge=CARD, width=1.2, z=4.6)
        missed, done = stop.state in _MISSED, stop.done
        fill = CARD if missed else (faded(colour, 0.75) if done else colour)
        ink = RED if missed else (INK if done else ink_on(route.colour))
        edge = RED if missed else (colour if done else CARD)
        self._canvas.marks(seat[None], "o", size - 2, fill=fill, edge=edge, width=2.4, z=5)
        number = str(stop.number)
        letters = size * (0.55 if len(number) < 3 else 0.43)
        self._canvas.text(seat[0], seat[1], number, size=letters, bold=True, colour=ink, align="center", z=5.1)
        if missed:
            reach = size * 0.33
            ends = (seat[0] - reach, seat[0] + reach), (seat[1] + reach, seat[1] - reach)
            self._canvas.line(*ends, RED, 2.4, z=5.2)

    def _tag(self, route: DrawnRoute, anchor: Points, seat: Points, width: float) -> None:
        colour = colour_of(route.colour)
        self._canvas.line((anchor[0], seat[0]), (anchor[1], seat[1]), colour, 2, z=6.9)
        self._canvas.box(Box(seat[0] - width / 2, seat[1] - 15, width, 30), colour, CARD, z=7, round_by=15)
        self._canvas.text(
            seat[0], seat[1], route.name, size=20, bold=True, colour=ink_on(route.colour), align="center", z=7.1
        )
