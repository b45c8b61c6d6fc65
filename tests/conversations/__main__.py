"""``python -m tests.conversations [own|others|third|…|FOLDER] [NAME …] [--all] [--engine rasa]``: play scripts and print what failed."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bot.settings import load_settings
from tests.conversations.run import ENGINES, play
from tests.conversations.script import SETS, scripts


def main() -> None:
    """Play the scripts that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.conversations", description=__doc__)
    parser.add_argument("set", nargs="?", default="own", help=f"one of {', '.join(SETS)}, or a folder with scripts")
    parser.add_argument("names", nargs="*", help="only scripts whose name begins so")
    parser.add_argument("--all", action="store_true", help="print what went right as well")
    parser.add_argument("--engine", choices=ENGINES, default="embedded")
    options = parser.parse_args()
    wanted = [each for each in scripts(options.set) if not options.names or each.name.startswith(tuple(options.names))]
    with tempfile.TemporaryDirectory(prefix="roundsman-talk-") as folder:
        for kept in ("nlu", "encoder"):  # what was learnt once, and the encoder where one was built
            (Path(folder) / kept).symlink_to(load_settings().folder(kept))
        outcomes = play(wanted, Path(folder), options.engine)
    for each in outcomes:
        if options.all or not each.right:
            print(each.text, end="\n\n")
    print(f"{sum(each.right for each in outcomes)} of {len(outcomes)} reached the right result")


if __name__ == "__main__":
    main()
