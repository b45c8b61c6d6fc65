"""The report as pictures: how far ETAs were off, how windows became narrower and were kept, and when customers asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bot.simulation.day import Played
from bot.simulation.report import arrivals
from bot.simulation.statistics import Arrival, errors, told_at_publishing, told_in_time
from bot.simulation.world import ZONE

_INK, _SOFT, _OURS, _BAD = "#1c2733", "#8a97a5", "#1769aa", "#c62828"
_HORIZONS = range(10, 181, 10)


def draw(folder: Path, played: Played) -> list[Path]:
    """Draw everything into a folder; the files."""
    came = arrivals(played)
    pictures: dict[str, Callable[[Axes], None]] = {
        "eta-errors.png": lambda axes: _errors(axes, came),
        "windows.png": lambda axes: _windows(axes, came),
        "kept.png": lambda axes: _kept(axes, came),
        "questions.png": lambda axes: _questions(axes, played),
    }
    return [_saved(folder / name, made) for name, made in pictures.items()]


def _saved(path: Path, made: Callable[[Axes], None]) -> Path:
    figure = Figure(figsize=(9, 5), dpi=120, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    made(axes)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(path)
    return path


def _errors(axes: Axes, came: Sequence[Arrival]) -> None:
    """Mean absolute error by horizon, of the ETA and of what else could have been said."""
    found = [errors(came, horizon) for horizon in _HORIZONS]
    lines = (("the program's ETA", "eta", _OURS), ("the plan of the morning", "plan", _SOFT),
             ("the plan moved by the present delay", "shifted", _INK))  # fmt: skip
    for name, which, colour in lines:
        pairs = [(each.horizon, getattr(each, which)[0]) for each in found if getattr(each, which) is not None]
        axes.plot([x for x, _ in pairs], [y for _, y in pairs], color=colour, marker="o", markersize=3, label=name)
    axes.set(xlabel="minutes before the driver came", ylabel="mean error in minutes", ylim=(0, None))


def _windows(axes: Axes, came: Sequence[Arrival]) -> None:
    """Where in the window the driver came: 0 is its start, 1 its end."""
    for name, window, colour in (
        ("told when the plan was published", told_at_publishing, _SOFT),
        ("told 60 minutes before or more", told_in_time, _OURS),
    ):
        spans = [(each.at, span) for each in came if (span := window(each)) is not None]
        shares = [(at - start) / (end - start) for at, (start, end) in spans if end > start]
        axes.hist(np.clip(shares, -0.5, 1.5), bins=np.linspace(-0.5, 1.5, 41), color=colour, alpha=0.6, label=name)  # type: ignore[arg-type]
    for edge in (0, 1):
        axes.axvline(edge, color=_BAD, linewidth=1)
    axes.set(xlabel="where in the told window the driver came (0 its start, 1 its end)", ylabel="stops")


def _kept(axes: Axes, came: Sequence[Arrival]) -> None:
    """How wide the window was that a customer knew of, by how long before the driver came."""
    widths = {minutes: [span for each in came if (span := _width(each, minutes)) is not None] for minutes in _HORIZONS}
    filled = {minutes: found for minutes, found in widths.items() if found}
    for share, style in ((0.5, "-"), (0.9, "--")):
        values = [float(np.quantile(found, share)) for found in filled.values()]
        name = "half of the windows are narrower" if share == 0.5 else "nine of ten are"
        axes.plot(list(filled), values, style, color=_OURS, label=name)
    axes.set(xlabel="minutes before the driver came", ylabel="width of the told window in minutes", ylim=(0, None))


def _width(arrival: Arrival, minutes: int) -> float | None:
    found = [each for each in arrival.told if each.at <= arrival.at - timedelta(minutes=minutes)]
    return (found[-1].end - found[-1].start).total_seconds() / 60 if found else None


def _questions(axes: Axes, played: Played) -> None:
    """Stops made and questions asked, by the hour of the day."""

    def hours(moments: Sequence[object]) -> list[float]:
        local = [each.astimezone(ZONE) for each in moments]  # type: ignore[attr-defined]
        return [each.hour + each.minute / 60 for each in local]

    bins = np.arange(6, 23.5, 0.5)
    axes.hist(hours([call.began for call in played.log.calls]), bins=bins, color=_SOFT, alpha=0.5, label="stops made")  # type: ignore[arg-type]
    axes.hist(hours([each.at for each in played.log.questions]), bins=bins, color=_BAD, label='"where is my order?"')  # type: ignore[arg-type]
    axes.set(xlabel="hour of the day", ylabel="in half an hour")
