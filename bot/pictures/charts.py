"""A report as a PNG for chats: a card for each key figure with its target, its trend and how it went lately."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.pictures.canvas import AMBER, CARD, GREEN, INK, LINE, RED, SOFT, Canvas
from bot.pictures.layout import Box

#: (name of a text, what it tells) → words of the reader's language.
Say = Callable[..., str]
WIDTH, EDGE, GAP, HEAD, FOOT = 1080, 40, 24, 200, 64
_CARD_WIDTH, _CARD_HEIGHT = (WIDTH - 2 * EDGE - GAP) / 2, 232
#: Where the line of the last days stands on a card: from the left, from the top, its width and height.
_LATELY = (286.0, 74.0, 172.0, 78.0)


@dataclass(frozen=True, slots=True)
class Course:
    """A key figure as it is shown, and its last values, the present one at the end; None where nothing was measured."""

    shown: Mapping[str, Any]
    lately: Sequence[float | None]

    @property
    def colour(self) -> str:
        """What its target says about it."""
        met = self.shown["met"]
        return INK if met is None else GREEN if met else RED


def draw(courses: Sequence[Course], facts: Mapping[str, Any], say: Say) -> bytes:
    """The picture. The same values give the same bytes, from any thread."""
    rows = -(-len(courses) // 2)
    canvas = Canvas(WIDTH, round(HEAD + rows * (_CARD_HEIGHT + GAP) + FOOT))
    _head(canvas, facts, say)
    for n, course in enumerate(courses):
        left = EDGE + (n % 2) * (_CARD_WIDTH + GAP)
        _card(canvas, Box(left, HEAD + n // 2 * (_CARD_HEIGHT + GAP), _CARD_WIDTH, _CARD_HEIGHT), course, facts, say)
    _foot(canvas, courses, facts, say, HEAD + rows * (_CARD_HEIGHT + GAP) + 16)
    return canvas.png()


def _head(canvas: Canvas, facts: Mapping[str, Any], say: Say) -> None:
    room = WIDTH - 2 * EDGE
    canvas.text(EDGE, 58, say("kpi.chart.title", **facts), size=40, bold=True, room=room)
    when = "kpi.chart.of_week" if facts["kind"] == "weekly" else "kpi.chart.of_day"
    canvas.text(EDGE, 108, say(when, **facts), size=28, room=room)
    canvas.text(EDGE, 154, say("kpi.chart.summary", **facts), size=24, colour=SOFT, room=room)


def _card(canvas: Canvas, box: Box, course: Course, facts: Mapping[str, Any], say: Say) -> None:
    each, colour = course.shown, course.colour
    words = {"each": each, "currency": facts["figures"].get("currency") or "EUR"}
    left, room = box.left + 24, box.width - 48
    canvas.box(box, CARD, LINE if each["met"] is None else colour)
    canvas.text(left, box.top + 38, say("kpi.chart.name", **words), size=25, bold=True, room=room)
    canvas.text(left, box.top + 102, say("kpi.chart.value", **words), size=46, bold=True, colour=colour, room=258)
    canvas.text(left, box.top + 150, say("kpi.chart.counted", **words), size=22, colour=SOFT, room=258)
    lines = []
    if each["target"] is not None:
        lines.append((say("kpi.chart.target", **words), colour))
    if each["trend"] is not None:
        lines.append((say("kpi.chart.before", **words), SOFT))
    at = left
    for told, ink in lines:
        canvas.text(at, box.top + 198, told, size=22, colour=ink, room=box.right - at - 16)
        at += canvas.width_of(told, 22) + 22
    x, y, width, height = _LATELY
    _lately(canvas, Box(box.left + x, box.top + y, width, height), course)


def _lately(canvas: Canvas, box: Box, course: Course) -> None:
    """The last values as a line with the present one as a dot; the target as a dashed line across."""
    values = np.array([np.nan if each is None else each for each in course.lately], dtype=float)
    if np.isfinite(values).sum() < 2:
        return
    target = course.shown["target"]
    known = values[np.isfinite(values)]
    known = known if target is None else np.append(known, target)
    low, high = float(known.min()), float(known.max())
    room = high - low or max(abs(high), 1.0)
    x = box.left + np.arange(len(values)) / max(len(values) - 1, 1) * box.width
    y = (
        box.bottom - (values - low) / room * box.height
        if high > low
        else np.full(len(values), box.top + box.height / 2)
    )
    y = np.where(np.isfinite(values), y, np.nan)
    if target is not None:
        across = box.bottom - (target - low) / room * box.height if high > low else box.top + box.height / 2
        canvas.line((box.left, box.right), (across, across), AMBER, 3, style=(3.0, 2.0), z=2)
    there = np.isfinite(values)
    canvas.line(x[there], y[there], SOFT, 3.5, z=3)
    last = np.flatnonzero(there)[-1]
    canvas.marks(
        np.array([[x[last], y[last]]]), "o", 15, fill=course.colour, edge=CARD, width=2.5, z=4
    )  # fmt: skip


def _foot(canvas: Canvas, courses: Sequence[Course], facts: Mapping[str, Any], say: Say, y: float) -> None:
    """What the lines are, where there are any."""
    count = max((len(course.lately) for course in courses), default=0)
    if count > 1:
        words = "kpi.chart.last_weeks" if facts["kind"] == "weekly" else "kpi.chart.last_days"
        canvas.line((EDGE, EDGE + 44), (y, y), SOFT, 3.5, z=3)
        told = say(words, count=count)
        canvas.text(EDGE + 60, y, told, size=22, colour=SOFT)
        left = EDGE + 60 + canvas.width_of(told, 22) + 40
        canvas.line((left, left + 44), (y, y), AMBER, 3, style=(3.0, 2.0), z=3)
        canvas.text(left + 60, y, say("kpi.chart.aim"), size=22, colour=SOFT)
