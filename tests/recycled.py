"""Databases that one test after the other uses, migrated once and emptied in between.

What makes a new database dear is not its rows: it is migrating it, connecting to it, and compiling every statement for
its engine again. A `Recycled` database keeps its address, its engine and on PostgreSQL its connections.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy.engine import make_url

from storage.database import Database
from storage.schema import METADATA, migrate

#: After so many deletions the tables are truncated, which also removes the dead rows that slow down reading.
_DELETIONS = 40
_OURS = "recycled"


class Recycled(Protocol):
    """One migrated database; empty after `renew`."""

    url: str
    database: Database

    def renew(self) -> None:
        """Delete every row, whoever is still connected; numbers begin anew."""

    def close(self) -> None:
        """Let go of all connections."""


class RecycledSqlite:
    """A file that is replaced by a copy of a migrated one."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "migrated.db"
        self._path = folder / "roundsman.db"
        template = Database(f"sqlite:///{self._template}")
        migrate(template)
        template.close()
        self.url = f"sqlite:///{self._path}"
        self.database = Database(self.url)
        self.renew()

    def renew(self) -> None:
        """A new file under the same name: who still has the old one open disturbs nobody."""
        self.database.close()
        for path in self._path.parent.glob(f"{self._path.name}*"):
            path.unlink()
        shutil.copyfile(self._template, self._path)

    def close(self) -> None:
        """Let go of all connections."""
        self.database.close()


class RecycledPostgres:
    """A database whose rows are deleted; connections other than those of ``database`` are cut."""

    def __init__(self, url: str) -> None:
        self.url = url
        named = make_url(url).update_query_dict({"application_name": _OURS})
        self.database = Database(named.render_as_string(hide_password=False))
        migrate(self.database)
        self._connection = psycopg.connect(url, autocommit=True, application_name=_OURS)
        self._run("SET session_replication_role = replica")  # no foreign key is looked at
        self._tables = [f'"{name}"' for name in METADATA.tables]
        self._times = 0

    def renew(self) -> None:
        """Delete what is there; a transaction that a test left open is ended first."""
        self._run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            f"AND pid <> pg_backend_pid() AND (application_name <> '{_OURS}' OR state <> 'idle')"
        )
        self._times += 1
        if self._times % _DELETIONS == 0:
            self._run(f"TRUNCATE {', '.join(self._tables)} CASCADE")
        elif full := self._with_rows():
            self._run("; ".join(f"DELETE FROM {table}" for table in full))
        self._run("SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences")

    def close(self) -> None:
        """Let go of all connections."""
        self._connection.close()
        self.database.close()

    def _with_rows(self) -> list[str]:
        asked = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in self._tables)
        return [str(name) for (name,) in self._run(" UNION ALL ".join(asked))]

    def _run(self, statement: str) -> psycopg.Cursor[tuple[object, ...]]:
        return self._connection.execute(statement.encode())
