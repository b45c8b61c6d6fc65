"""Changes of today's routes as a dispatcher makes them: a whole Command, 50 routes of 20 stops each."""

from __future__ import annotations

import gc
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time as time_of_day
from datetime import timedelta
from pathlib import Path
from random import Random

from actions.perform import perform
from domain.commands import InsertStop
from domain.refusals import Refusal
from domain.values import Place, Window
from storage.database import Database
from storage.schema import migrate
from tests.bench.figures import Figure
from tests.builders import OFFICE, moment
from tests.postgres import NoPostgres, server
from tests.roads import ALL_DAY, a_road, east

ROUTES, STOPS, INSERTED = 50, 20, 30
#: Days as (what they are called, kilometres around the middle of a route, half a told window, what new orders allow).
ROOMY = ("", 2.0, timedelta(hours=2), ALL_DAY)
FULL = (", full", 4.5, timedelta(minutes=12), Window(time_of_day(12), time_of_day(13)))
Kind = tuple[str, float, timedelta, Window]


def inserting(_seconds: float) -> list[Figure]:
    """Milliseconds from the Command to the commit of its answer, on both databases."""
    gc.collect()
    gc.freeze()  # as a process that serves does
    figures = []
    for kind in (ROOMY, FULL):
        with tempfile.TemporaryDirectory() as folder:
            figures.append(_measured(f"sqlite:///{Path(folder) / 'bench.db'}", "SQLite", kind))
        try:
            with server() as running:
                figures.append(_measured(running.new_database(), "PostgreSQL", kind))
        except NoPostgres:
            pass
    return figures


def _measured(url: str, name: str, kind: Kind) -> Figure:
    with _opened(url) as database:
        numbers = _a_day(database, Random(7), kind)
        took, refused = [], 0
        for number in numbers:
            begun = time.perf_counter()
            try:
                perform(database, [InsertStop(order=number)], moment(OFFICE))
            except Refusal:
                refused += 1
            took.append((time.perf_counter() - begun) * 1000)
        what = f"InsertStop into {ROUTES} routes × {STOPS} stops{kind[0]}, {name}"
        median, worst = statistics.median(took), max(took)
        return Figure(what, f"{median:.0f} ms median, {worst:.0f} ms worst, {refused} refused", "200 ms")


def _a_day(database: Database, rng: Random, kind: Kind) -> list[str]:
    """A day on the road; the orders to insert."""
    _, around, told, window = kind
    with database.writing() as session:
        road = a_road(session)
        for _ in range(ROUTES):
            centre = (rng.uniform(-9, 9), rng.uniform(-9, 9))
            places = [
                east(centre[0] + rng.uniform(-around, around), centre[1] + rng.uniform(-around, around))
                for _ in range(STOPS)
            ]
            road.route(session, places, told=told)
        return [road.order(session, _somewhere(rng), window=window).number for _ in range(INSERTED)]


def _somewhere(rng: Random) -> Place:
    return east(rng.uniform(-10, 10), rng.uniform(-10, 10))


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    migrate(database)
    yield database
    database.close()
