"""A PostgreSQL server for tests: the one given, else a temporary cluster from installed binaries.

``ROUNDSMAN_TEST_POSTGRES`` names a server (a URL whose user may create databases). Without it a cluster is
started on a free port and stopped at the end. `NoPostgres` says why neither is possible.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL, make_url

GIVEN = "ROUNDSMAN_TEST_POSTGRES"
_FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
}
_ALWAYS = {"max_connections": "120", "listen_addresses": "127.0.0.1"}
_START_SECONDS = 30


class NoPostgres(Exception):
    """There is no PostgreSQL to test with; the words say why."""


@dataclass
class Server:
    """A server on which databases can be made; those made here go when it is closed."""

    url: URL
    _made: list[str] = field(default_factory=list)

    def new_database(self, template: str | None = None) -> str:
        """The URL of a new, empty database, or of a copy of the database at the URL ``template``."""
        name = f"roundsman_{uuid.uuid4().hex[:16]}"
        copied = f' TEMPLATE "{make_url(template).database}"' if template else ""
        self._run(f'CREATE DATABASE "{name}"{copied}')
        self._made.append(name)
        return self.url.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Delete a database made here, whoever is still connected."""
        name = make_url(url).database or ""
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._made.remove(name)

    def close(self) -> None:
        """Delete every database made here."""
        for name in list(self._made):
            self.drop(self.url.set(database=name).render_as_string(hide_password=False))

    def _run(self, statement: str) -> None:
        plain = self.url.set(drivername="postgresql", database=self.url.database or "postgres")
        with psycopg.connect(
            plain.render_as_string(hide_password=False), autocommit=True, connect_timeout=10
        ) as connection:
            connection.execute(statement.encode())


@contextmanager
def server(*, durable: bool = False) -> Iterator[Server]:
    """A PostgreSQL server for as long as the block runs; ``durable`` as in production. Raises NoPostgres."""
    given = os.environ.get(GIVEN)
    if given:
        running = Server(make_url(given))
        try:
            running._run("SELECT 1")
        except psycopg.Error as error:
            raise NoPostgres(f"{GIVEN} cannot be reached: {error}") from error
        try:
            yield running
        finally:
            running.close()
        return
    with _cluster({} if durable else _FAST) as url:
        yield Server(url)


@contextmanager
def _cluster(options: Mapping[str, str]) -> Iterator[URL]:
    binaries = installed()
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="roundsman-pg-"))
    try:
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
        _initialise(binaries, folder / "data", user)
        process, port = _start(binaries, folder, {**_ALWAYS, **options}, user)
        try:
            yield URL.create("postgresql", "postgres", host="127.0.0.1", port=port, database="postgres")
        finally:
            process.send_signal(signal.SIGQUIT)  # nothing in it is worth an orderly end
            process.wait(20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def installed() -> Path:
    """The folder with initdb and postgres. Raises NoPostgres."""
    asked = shutil.which("pg_config")
    candidates = []
    if asked:
        candidates.append(
            Path(subprocess.run([asked, "--bindir"], capture_output=True, text=True, check=True).stdout.strip())
        )
    if found := shutil.which("initdb"):
        candidates.append(Path(found).resolve().parent)
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoPostgres(f"no PostgreSQL server is installed (apt install postgresql) and {GIVEN} is not set")


def _user() -> pwd.struct_passwd | None:
    """Whom to run as: PostgreSQL refuses to be root. None: as we are. Raises NoPostgres."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgres("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")


def _initialise(binaries: Path, data: Path, user: pwd.struct_passwd | None) -> None:
    command = [
        binaries / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-locale",
        "--no-sync",
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=data.parent, **_as(user))
    if done.returncode:
        raise NoPostgres(f"initdb failed: {done.stderr.strip()[-300:]}")


def _start(
    binaries: Path, folder: Path, settings: Mapping[str, str], user: pwd.struct_passwd | None
) -> tuple[subprocess.Popen[bytes], int]:
    said = ""
    for _ in range(3):  # somebody else may take the port before the server does
        port = _free_port()
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [binaries / "postgres", "-D", folder / "data", "-p", str(port), "-k", folder, *options]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **_as(user))
        if _answers(process, port):
            return process, port
        process.kill()
        process.wait()
        said = (folder / "log").read_text("utf-8", "replace").strip()[-300:]
    raise NoPostgres(f"PostgreSQL does not start: {said}")


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    end = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres", connect_timeout=5).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return True
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _as(user: pwd.struct_passwd | None) -> dict[str, object]:
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user is not None else {}
