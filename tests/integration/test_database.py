"""Connections that are lost, and what is done about them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from storage.database import Database
from tests.postgres import Server

POOLED = 3


@pytest.fixture
def cluster(postgres: Server) -> Iterator[Database]:
    """A database of PostgreSQL, some of whose connections have been used and wait to be used again."""
    database = Database(postgres.new_database())
    with ExitStack() as together:
        for _ in range(POOLED):
            together.enter_context(database.reading()).execute(text("SELECT 1"))
    yield database
    database.close()


def cut_all(database: Database) -> int:
    """The server lets go of all connections to the database, as when it is started anew; how many there were."""
    query = (
        "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    plain = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as other:
        (count,) = other.execute(query).fetchone() or (0,)
    return int(count)


def test_a_server_that_was_started_anew_is_not_noticed(cluster: Database) -> None:
    assert cut_all(cluster) == POOLED
    for _ in range(POOLED):
        with cluster.reading() as session:
            assert session.execute(text("SELECT 1")).scalar_one() == 1
    assert cut_all(cluster) == 1
    assert cluster.retrying(lambda session: session.execute(text("SELECT 2")).scalar_one()) == 2
    cut_all(cluster)
    cluster.ping()


def test_what_is_cut_in_the_midst_is_undone_and_the_next_goes_on(cluster: Database) -> None:
    with cluster.writing() as session:
        session.execute(text("CREATE TABLE note (words text)"))

    def cut(session: Session) -> None:
        session.execute(text("INSERT INTO note VALUES ('lost')"))
        cut_all(cluster)
        session.execute(text("INSERT INTO note VALUES ('lost too')"))

    with pytest.raises(OperationalError):
        cluster.retrying(cut)
    with cluster.writing() as session:
        session.execute(text("INSERT INTO note VALUES ('kept')"))
    with cluster.reading() as session:
        assert session.execute(text("SELECT words FROM note")).scalars().all() == ["kept"]


def test_every_transaction_of_a_connection_is_one(cluster: Database) -> None:
    with cluster.engine.connect() as connection:
        connection.execute(text("CREATE TABLE note (words text)"))
        connection.commit()
        connection.execute(text("INSERT INTO note VALUES ('first')"))
        connection.rollback()
        assert connection.execute(text("SELECT words FROM note")).all() == []


def test_nothing_is_asked_of_a_server_that_is_not_there(postgres: Server) -> None:
    nowhere = Database(str(postgres.url.set(port=1).render_as_string(hide_password=False)))
    with pytest.raises(OperationalError):
        nowhere.ping()
    nowhere.close()
