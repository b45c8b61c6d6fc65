"""A picture of which intents are taken for which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np

matplotlib.use("Agg")

from matplotlib import pyplot


def draw(pairs: Sequence[tuple[str, str]], path: Path) -> None:
    """Writes a PNG with one row per true intent and one column per guess, shaded by share. Raises OSError."""
    names = sorted({name for pair in pairs for name in pair})
    place = {name: number for number, name in enumerate(names)}
    counts = np.zeros((len(names), len(names)))
    for (truth, guess), count in Counter(pairs).items():
        counts[place[truth], place[guess]] = count
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = max(4.0, 0.32 * len(names) + 2)
    figure, axes = pyplot.subplots(figsize=(side, side), layout="constrained")
    try:
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        axes.set_xticks(range(len(names)), names, rotation=90, fontsize=7)
        axes.set_yticks(range(len(names)), names, fontsize=7)
        axes.set_xlabel("taken for")
        axes.set_ylabel("intent")
        for row, column in zip(*np.nonzero(counts), strict=True):
            dark = shares[row, column] > 0.5
            axes.text(
                column, row, f"{counts[row, column]:.0f}", ha="center", va="center", fontsize=5,
                color="white" if dark else "black",
            )  # fmt: skip
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=110)
    finally:
        pyplot.close(figure)
