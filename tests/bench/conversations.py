"""How many scripted conversations reach the right committed result on the served program."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.bench.figures import Figure
from tests.conversations.run import play
from tests.conversations.script import SETS, scripts


def figures(_seconds: float, engine: str = "embedded") -> list[Figure]:
    """The share of each set; the transcripts of the failures of our own are printed."""
    found = []
    for which in SETS:
        wanted = scripts(which)
        if not wanted:
            continue
        with tempfile.TemporaryDirectory(prefix="roundsman-talk-") as folder:
            outcomes = play(wanted, Path(folder), engine)
        for each in outcomes:
            if not each.right:
                print(each.text, end="\n\n")
        right = sum(each.right for each in outcomes)
        text = f"{right} of {len(wanted)} ({100 * right / len(wanted):.1f} %)"
        found.append(Figure(f"conversations with the right result, {which}, {engine}", text, "95 %"))
    return found
