"""``python -m tests.bench [--only NAME] [--seconds N]``: measure and print a table."""

from __future__ import annotations

import argparse

from rich.console import Console
from rich.table import Table

from tests.bench import dispatch, parse, telegram, turns
from tests.bench.figures import Figure

PARTS = {
    "start": turns.start,
    "parse": parse.figures,
    "statements": turns.statements,
    "sqlite": turns.sqlite,
    "postgres": turns.postgres,
    "telegram": telegram.turns,
    "proactive": telegram.proactive,
    "dispatch": dispatch.inserting,
}


def main() -> None:
    """Run the parts asked for, all by default."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", choices=[*PARTS], action="append", help="measure this part (may be repeated)")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each load lasts")
    options = parser.parse_args()
    figures: list[Figure] = []
    for name in options.only or PARTS:
        figures += PARTS[name](options.seconds)
    table = Table("what", "measured", "aim")
    for figure in figures:
        table.add_row(figure.what, figure.text, figure.aim)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
