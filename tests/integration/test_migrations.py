"""The migrations lead to exactly what the entities say, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from domain.customers import ends_of
from storage.database import Database
from storage.schema import METADATA, _config, is_migrated, migrate
from tests.postgres import Server

#: A route with two attempts at one order, as it stood before there were tasks.
BEFORE_TASKS = (
    "INSERT INTO depot (code, name, zone, country, lat, lon, street, postcode, city, cutoff, handling, horizon,"
    " opening_days, closed_days) VALUES ('n', 'N', 'UTC', 'DE', 52.5, 13.4, '', '', '', '18:00:00', 60, 14, '[]', '[]')",
    "INSERT INTO customer (name, language, messages_off) VALUES ('Maria', 'en', FALSE)",
    "INSERT INTO orders (version, number, customer_id, depot_id, status, stock_reserved, created_at, street, postcode,"
    " city, country, lat, lon, instructions, total, currency) VALUES (1, 'RM-10001', 1, 1, 'delivered', FALSE,"
    " '2026-01-01 00:00:00', 'Torstr. 1', '10115', 'Berlin', 'DE', 52.1, 13.1, '', 0, 'EUR')",
    "INSERT INTO vehicle (plate, name, depot_id, payload, volume, status) VALUES ('B-X 1', 'Van', 1, 1, 1, 'in_use')",
    "INSERT INTO driver (name, depot_id, active) VALUES ('Ines', 1, TRUE)",
    "INSERT INTO route (version, depot_id, day, status, vehicle_id, driver_id) VALUES"
    " (1, 1, '2026-01-01', 'completed', 1, 1)",
    "INSERT INTO stop (version, route_id, position, order_number, status) VALUES"
    " (1, 1, 1, 'RM-10001', 'failed'), (1, 1, 2, 'RM-10001', 'completed')",
    'INSERT INTO "case" (kind, status, order_number, opened_at, detail) VALUES'
    " ('backordered', 'open', 'RM-10001', '2026-01-01 00:00:00', '{}'), ('wish.other', 'open', NULL, '2026-01-01 00:00:00', '{}')",
)


def test_migrating_to_head_gives_the_metadata(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, METADATA)
    assert differences == []


def test_migrating_again_changes_nothing(database: Database) -> None:
    migrate(database)
    assert is_migrated(database)


@pytest.fixture(params=["sqlite", "postgresql"])
def unmigrated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database without tables, of a test's own."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        server: Server = request.getfixturevalue("postgres")
        url = server.new_database()
    with closing(Database(url)) as database:
        yield database


def old(database: Database, revision: str, *rows: str) -> None:
    """Bring a database to an earlier revision, with rows as they stood then."""
    with database.migrating() as connection:
        command.upgrade(_config(connection), revision)
    with database.engine.begin() as connection:
        for statement in rows:
            connection.execute(text(statement))


def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    with database.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_customers_of_before_are_found_by_their_names(unmigrated: Database) -> None:
    names = ["Zoë  Núñez de la Peña", "Ana", "", *(f"Number {at}" for at in range(5_001))]
    old(unmigrated, "0014")
    with unmigrated.engine.begin() as connection:
        insert = text(
            "INSERT INTO customer (name, language, messages_off, fraud_marks, learning_off)"
            " VALUES (:name, 'en', FALSE, 0, FALSE)"
        )
        connection.execute(insert, [{"name": name} for name in names])
    migrate(unmigrated)
    found = rows(unmigrated, "SELECT name_begins, name_ends FROM customer ORDER BY id")
    assert found[:3] == [("zoe", "pena"), ("ana", "ana"), ("", "")]
    assert found[-1] == ("number", "5000")
    assert found == [ends_of(name) for name in names]


def test_stops_of_before_become_stops_with_a_task(unmigrated: Database) -> None:
    old(unmigrated, "0002", *BEFORE_TASKS)
    migrate(unmigrated)
    desks = rows(unmigrated, 'SELECT kind, desk FROM "case" ORDER BY id')
    tasks = rows(unmigrated, "SELECT order_number, stop_id, status, attempt FROM task ORDER BY id")
    stops = rows(unmigrated, "SELECT address, lat, lon, service FROM stop ORDER BY id")
    assert desks == [("backordered", "n"), ("wish.other", "*")]
    assert tasks == [("RM-10001", 1, "failed", 1), ("RM-10001", 2, "completed", 2)]
    assert stops == [("Torstr. 1, 10115 Berlin", 52.1, 13.1, 240)] * 2
