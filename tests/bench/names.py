"""How long it takes to look for customers' names in a message of staff that is kept to learn from, at 100,000 customers."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from sqlalchemy import insert

from domain.customers import Customer
from storage.database import Database
from storage.learning import Utterances
from storage.schema import migrate
from tests.bench.figures import Figure
from tests.postgres import NoPostgres, server

CUSTOMERS, TIMES = 100_000, 20
#: So many given and family names there are among them.
_GIVEN, _FAMILY = 2_000, 20_000
_SYLLABLES = (
    "an bel cor dam el fer gon hal ir jos kar lin mar nor ol per quin ros sal tor ur vin wil xan yor zel".split()
)
MESSAGES = {
    "7 words": "someone wants her blender on friday instead",
    "40 words": "the lady from yesterday called again about her white shelf and said that one board came with scratches, so could we please "
    "send another before saturday because guests stay over the weekend, otherwise everything should go back to our shop",
}


def figures(_seconds: float) -> list[Figure]:
    """Milliseconds, on both databases."""
    with tempfile.TemporaryDirectory() as folder:
        found = [*_measured(f"sqlite:///{Path(folder) / 'bench.db'}", "SQLite")]
    try:
        with server() as running:
            found += _measured(running.new_database(), "PostgreSQL")
    except NoPostgres:
        pass
    return found


def _measured(url: str, name: str) -> Iterator[Figure]:
    database = Database(url)
    migrate(database)
    _fill(database)
    for kind, text in MESSAGES.items():
        took = []
        for _ in range(TIMES):
            with database.reading() as session:
                begun = time.perf_counter()
                Utterances(session).known_of(text, None, (), at_work=True)
                took.append((time.perf_counter() - begun) * 1000)
        what = f"names in {kind} among {CUSTOMERS:,} customers, {name}"
        yield Figure(what, f"{statistics.median(took):.1f} ms median, {max(took):.1f} ms worst", "")
    database.close()


def _fill(database: Database) -> None:
    rng, table = Random(7), Customer.__table__  # type: ignore[attr-defined]
    given = [_made_up(rng) for _ in range(_GIVEN)]
    family = [_made_up(rng) for _ in range(_FAMILY)]
    people = [Customer(name=f"{rng.choice(given)} {rng.choice(family)}") for _ in range(CUSTOMERS)]
    columns = [column.name for column in table.columns if column.name != "id"]
    with database.writing() as session:
        session.execute(insert(table), [{name: getattr(each, name) for name in columns} for each in people])


def _made_up(rng: Random) -> str:
    return "".join(rng.choice(_SYLLABLES) for _ in range(rng.choice((2, 2, 3)))).title()
