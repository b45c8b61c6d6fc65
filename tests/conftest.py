"""Databases for tests, each on SQLite and on PostgreSQL, migrated and empty."""

from __future__ import annotations

import fcntl
import gc
from collections.abc import Generator, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

import httpx
import pytest
import typer.testing
from sqlalchemy import event
from sqlalchemy.engine import make_url

from nlu.embedded import Embedded
from storage.database import Database
from tests.needs import missing
from tests.postgres import NoPostgres, Server, server
from tests.recycled import Recycled, RecycledPostgres, RecycledSqlite

#: Clients in tests share what they trust: each would read the certificates of the world's authorities anew, 20 ms a time.
httpx._transports.default.create_ssl_context = cache(httpx.create_ssl_context)

#: Every command a test gives is given to the same tree of commands; typer would put it together anew each time.
typer.testing._get_command = cache(typer.testing._get_command)  # type: ignore[attr-defined]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Some thousand tests and all they import stay to the end: nothing need look for garbage among them, then or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(20_000)
        gc.enable()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server; without one the test is skipped, or fails where ROUNDSMAN_REQUIRE asks for it."""
    try:
        with server() as running:
            yield running
    except NoPostgres as reason:
        missing("postgres", reason)


@pytest.fixture(scope="session")
def _sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recycled]:
    with closing(RecycledSqlite(tmp_path_factory.mktemp("sqlite"))) as recycled:
        yield recycled


@pytest.fixture(scope="session")
def _postgresql(postgres: Server) -> Iterator[Recycled]:
    with closing(RecycledPostgres(postgres.new_database())) as recycled:
        yield recycled


def recycled(request: pytest.FixtureRequest, kind: str) -> Recycled:
    """The database of that kind that tests use one after the other."""
    found: Recycled = request.getfixturevalue(f"_{kind}")
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated, empty database that no other test uses meanwhile."""
    found = recycled(request, request.param)
    found.renew()
    return found.url


@pytest.fixture
def database(request: pytest.FixtureRequest, database_url: str) -> Database:
    """A migrated, empty database that no other test uses meanwhile, on SQLite and on PostgreSQL."""
    return recycled(request, make_url(database_url).get_backend_name()).database


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
def trained(request: pytest.FixtureRequest) -> Path:
    """The folder with the trained language engine that all processes and runs share; a change of what it is made of
    trains it anew."""
    folder = Path(request.config.cache.mkdir("nlu"))
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the other workers wait for the one that trains
        Embedded.load(folder, ("en", "es"), audiences=("customer", "driver", "staff"))
    return folder


@pytest.fixture(scope="session")
def loaded(trained: Path) -> Embedded:
    """The language engine for customers, drivers and staff, loaded once."""
    return Embedded.load(trained, audiences=("customer", "driver", "staff"))


@pytest.fixture(scope="session")
def bilingual(trained: Path) -> Embedded:
    """The language engine for customers and drivers in English and Spanish."""
    return Embedded.load(trained, ("en", "es"), audiences=("customer", "driver"))


@pytest.fixture
def engine(loaded: Embedded) -> Embedded:
    """The language engine of this test's own, which knows no product's name yet."""
    return loaded.with_gazetteer({})


@pytest.fixture
def data_folder(tmp_path: Path, trained: Path) -> Path:
    """A data folder for a server, the language engine trained already."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "nlu").symlink_to(trained)
    return folder
