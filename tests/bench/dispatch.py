"""Changes of today's routes as a dispatcher makes them: a whole Command, 50 routes of 20 stops each."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

from actions.perform import perform
from domain.commands import InsertStop
from domain.refusals import Refusal
from domain.values import Place
from storage.database import Database
from storage.schema import migrate
from tests.bench.figures import Figure
from tests.builders import OFFICE, moment
from tests.postgres import NoPostgres, server
from tests.roads import Road, a_road, east

ROUTES, STOPS, INSERTED = 50, 20, 30


def inserting(_seconds: float) -> list[Figure]:
    """Milliseconds from the Command to the commit of its answer, on both databases."""
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        figures += _measured(f"sqlite:///{Path(folder) / 'bench.db'}", "SQLite")
    try:
        with server() as running:
            figures += _measured(running.new_database(), "PostgreSQL")
    except NoPostgres:
        pass
    return figures


def _measured(url: str, name: str) -> list[Figure]:
    with _opened(url) as database:
        rng = Random(7)
        road = _a_day(database, rng)
        with database.writing() as session:
            numbers = [road.order(session, _somewhere(rng)).number for _ in range(INSERTED)]
        took, refused = [], 0
        for number in numbers:
            begun = time.perf_counter()
            try:
                perform(database, [InsertStop(order=number)], moment(OFFICE))
            except Refusal:
                refused += 1
            took.append((time.perf_counter() - begun) * 1000)
        what = f"InsertStop into {ROUTES} routes × {STOPS} stops, {name}"
        median, worst = statistics.median(took), max(took)
        return [Figure(what, f"{median:.0f} ms median, {worst:.0f} ms worst, {refused} refused", "200 ms")]


def _a_day(database: Database, rng: Random) -> Road:
    """Every route can still take something; every customer was told a window of four hours."""
    with database.writing() as session:
        road = a_road(session)
        for _ in range(ROUTES):
            centre = (rng.uniform(-9, 9), rng.uniform(-9, 9))
            places = [east(centre[0] + rng.uniform(-2, 2), centre[1] + rng.uniform(-2, 2)) for _ in range(STOPS)]
            road.route(session, places, told=timedelta(hours=2))
    return road


def _somewhere(rng: Random) -> Place:
    return east(rng.uniform(-10, 10), rng.uniform(-10, 10))


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    migrate(database)
    yield database
    database.close()
