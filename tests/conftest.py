"""Databases for tests, each on SQLite and on PostgreSQL, migrated and empty."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event

from nlu.embedded import Embedded
from storage.database import Database
from storage.schema import METADATA, migrate
from tests.needs import missing
from tests.postgres import NoPostgres, Server, server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server; without one the test is skipped, or fails where ROUNDSMAN_REQUIRE asks for it."""
    try:
        with server() as running:
            yield running
    except NoPostgres as reason:
        missing("postgres", reason)


@pytest.fixture(scope="session")
def _migrated_postgres(postgres: Server) -> str:
    """A migrated database, emptied after every test that used it."""
    return _migrated(postgres.new_database())


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "roundsman.db"
    _migrated(f"sqlite:///{path}")
    return path


def _migrated(url: str) -> str:
    database = Database(url)
    migrate(database)
    database.close()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated, empty database of this test's own."""
    if request.param == "sqlite":
        path = tmp_path / "roundsman.db"
        shutil.copyfile(request.getfixturevalue("_migrated_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    url = request.getfixturevalue("_migrated_postgres")
    yield url
    _empty(url)


def _empty(url: str) -> None:
    """Delete every row, whoever is still connected; numbers begin anew."""
    tables = ", ".join(f'"{name}"' for name in METADATA.tables)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE".encode())


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated, empty database of this test's own, on SQLite and on PostgreSQL."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """The SQL statements that are sent while the test runs."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine, "before_cursor_execute", note)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the trained language engine in it, as the program keeps it."""
    folder = tmp_path_factory.mktemp("trained")
    Embedded.load(folder, audiences=("customer", "driver"))
    return folder


@pytest.fixture
def data_folder(tmp_path: Path, trained: Path) -> Path:
    """A data folder for a server, the language engine trained already."""
    folder = tmp_path / "data"
    shutil.copytree(trained, folder / "nlu")
    return folder
