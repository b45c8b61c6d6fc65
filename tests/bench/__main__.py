"""``python -m tests.bench [--only NAME] [--seconds N] [--engine NAME]``: measure and print a table."""

from __future__ import annotations

import argparse
from functools import partial

from rich.console import Console
from rich.table import Table

from tests.bench import alarms, conversations, dispatch, names, nlu, parse, rasa, rasa_turns, returned, telegram, turns
from tests.bench.figures import Figure
from tests.conversations.run import ENGINES

PARTS = {
    "start": turns.start,
    "parse": parse.figures,
    "nlu": nlu.figures,
    "heldout": nlu.heldout,
    "statements": turns.statements,
    "sqlite": turns.sqlite,
    "postgres": turns.postgres,
    "telegram": telegram.turns,
    "proactive": telegram.proactive,
    "dispatch": dispatch.inserting,
    "alarms": alarms.figures,
    "returns": returned.figures,
    "names": names.figures,
    "conversations": conversations.figures,
    "rasa": rasa.figures,
    "rasa-turns": rasa_turns.figures,
}


def main() -> None:
    """Run the parts asked for, all by default."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", choices=[*PARTS], action="append", help="measure this part (may be repeated)")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each load lasts")
    parser.add_argument("--engine", choices=ENGINES, default="embedded", help="which engine understands conversations")
    options = parser.parse_args()
    parts = {**PARTS, "conversations": partial(conversations.figures, engine=options.engine)}
    figures: list[Figure] = []
    for name in options.only or parts:
        figures += parts[name](options.seconds)
    table = Table("what", "measured", "aim")
    for figure in figures:
        table.add_row(figure.what, figure.text, figure.aim)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
