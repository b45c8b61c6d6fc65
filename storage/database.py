"""The engine and its transactions, alike on SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session

#: How often a turn is tried again after somebody else changed the same rows.
TRIES = 4
T = TypeVar("T")
#: Serialization, deadlock, lock not available; and a unique key that somebody else wrote first.
_PG_RETRYABLE = {"40001", "40P01", "55P03", "23505"}


class Database:
    """One database. Writing turns on SQLite take a lock within the process, so they never wait in SQLite itself."""

    def __init__(self, url: str, *, pool_size: int = 6) -> None:
        """``url`` is SQLAlchemy's; ``postgresql://`` means psycopg 3. Raises sqlalchemy errors for a wrong one."""
        parsed = make_url(url)
        if parsed.drivername in {"postgresql", "postgres"}:
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.url = parsed
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self.engine = create_engine(
            parsed,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_use_lifo=True,  # the connection used last has the freshest cache
            hide_parameters=True,  # errors are logged, and parameters hold names and addresses
            connect_args={"check_same_thread": False, "timeout": 15} if self.is_sqlite else {},
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
        )
        self._write_lock = threading.Lock()
        (_prepare_sqlite if self.is_sqlite else _prepare_postgres)(self.engine)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session in a transaction that commits at the end, or rolls back when anything is raised."""
        with (
            self._write_lock if self.is_sqlite else nullcontext(),
            Session(self.engine, expire_on_commit=False, autoflush=False) as session,
            session.begin(),
        ):
            self._begin(session, "BEGIN IMMEDIATE")
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads."""
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            self._begin(session, "BEGIN")
            yield session

    def _begin(self, session: Session, how: str) -> None:
        """SQLite's driver begins nothing by itself. A listener to the engine would, and cost every statement time."""
        if self.is_sqlite:
            session.connection().exec_driver_sql(how)

    def retrying(self, work: Callable[[Session], T]) -> T:
        """Do ``work`` in a writing transaction, again from the start when somebody else was faster."""
        for left in reversed(range(TRIES)):
            try:
                with self.writing() as session:
                    return work(session)
            except (StaleDataError, DBAPIError) as error:
                if not left or not _worth_retrying(error):
                    raise
        raise AssertionError("unreachable")

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A connection in a transaction that nobody else migrates in at the same time.

        SQLite changes a table by copying it and dropping the old one, which rows elsewhere still point to: foreign keys
        are off meanwhile and checked at the end (https://www.sqlite.org/lang_altertable.html#otheralter).
        """
        if not self.is_sqlite:
            with self.engine.begin() as connection:
                connection.execute(text("SELECT pg_advisory_xact_lock(720031)"))
                yield connection
            return
        with self._write_lock, self.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA foreign_keys=OFF")  # has no effect within a transaction
            try:
                with connection.begin():
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                    yield connection
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
                    if broken is not None:
                        raise RuntimeError(f"the migration would leave a row of {broken[0]} that points to nothing")
            finally:
                driver.execute("PRAGMA foreign_keys=ON")

    def checkpoint(self) -> None:
        """Move what SQLite's write-ahead log holds into the database file; nothing to do on PostgreSQL."""
        if self.is_sqlite:
            with self.engine.connect() as connection:
                connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(PASSIVE)")  # type: ignore[union-attr]

    def forget_deleted(self) -> None:
        """Let nothing that was deleted stay in SQLite's write-ahead log; PostgreSQL vacuums by itself."""
        if self.is_sqlite:
            with self._write_lock, self.engine.connect() as connection:
                connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]

    def ping(self) -> None:
        """Raises when the database cannot be reached."""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def insert_if_new(session: Session, table: Any, *returning: Any) -> Any:
    """An INSERT into ``table`` that does nothing where a row with the same unique key is there, else returns those columns."""
    return _insert_if_new(session.get_bind().dialect.name, table, returning)


@cache
def _insert_if_new(dialect: str, table: Any, returning: tuple[Any, ...]) -> Any:
    """Built once: building it takes as long as executing it."""
    statement = _insert(dialect, table).on_conflict_do_nothing()
    return statement.returning(*returning) if returning else statement


def upsert(session: Session, table: Any) -> Any:
    """An INSERT into ``table`` that can say what to do where a row with the same unique key is there."""
    return _insert(session.get_bind().dialect.name, table)


def _insert(dialect: str, table: Any) -> Any:
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


def _worth_retrying(error: Exception) -> bool:
    if isinstance(error, StaleDataError):
        return True
    if isinstance(error, OperationalError) and "locked" in str(error.orig):
        return True
    return getattr(getattr(error, "orig", None), "sqlstate", None) in _PG_RETRYABLE


def _prepare_postgres(engine: Engine) -> None:
    from psycopg import Error  # not where SQLite is all there is
    from psycopg.pq import ExecStatus

    @event.listens_for(engine, "checkout")
    def _checked_out(connection: Any, _record: Any, _proxy: Any) -> None:
        """Begin the transaction at once, which the first statement would do: a connection that can is alive. Others are made
        anew, all of them, as by ``pool_pre_ping``, which asks one question more."""
        try:
            begun = connection.pgconn.exec_(b"BEGIN").status == ExecStatus.COMMAND_OK
        except Error:
            begun = False
        if not begun:
            raise InvalidatePoolError("The connection is gone")


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "busy_timeout=15000",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("PRAGMA wal_autocheckpoint=20000")
