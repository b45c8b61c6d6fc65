"""The real program in a process of its own, for end-to-end tests and benchmarks."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.forked import Forked

ROOT = Path(__file__).parents[1]
START_SECONDS = 120


@dataclass
class Serving:
    """A running server."""

    process: subprocess.Popen[bytes] | Forked
    url: str
    folder: Path
    database_url: str
    seconds_to_ready: float

    def kill(self) -> None:
        """SIGKILL, as a crash would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """End it as an operator would, and wait; killed when it does not end."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def cpu_seconds(self) -> float:
        """Processor time of the process and its children so far (Linux)."""
        return cpu_seconds_of(self.process.pid)

    def memory_mb(self) -> float:
        """Resident memory of the process and its children (Linux)."""
        return resident_mb(self.process.pid)


@contextmanager
def serve(
    folder: Path,
    settings: Mapping[str, str],
    database_url: str = "",
    *,
    demo: bool = False,
    module: str = "bot.cli",
    port: int = 0,
    fresh: bool = False,
) -> Iterator[Serving]:
    """Serve on a free port (or on the one a server before it had) with ``folder`` as data folder; yields when it is ready.

    Raises with its log when it is not. ``fresh`` starts an interpreter of its own, as an operator does.
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ROUNDSMAN_")}
    environment |= {"ROUNDSMAN_DATA_FOLDER": str(folder), "ROUNDSMAN_DATABASE_URL": database_url}
    environment |= {"ROUNDSMAN_SCHEDULER": "false", **settings}  # no test depends on the time of day it runs at
    log_path = folder / "server.log"
    began = time.perf_counter()
    arguments = ["serve", "--port", str(port), *(["--demo"] if demo else [])]
    process = (_interpreted if fresh else Forked)(module, arguments, environment, ROOT, log_path)
    try:
        url = _wait_until_ready(process, log_path)
        serving = Serving(process, url, folder, database_url, time.perf_counter() - began)
        yield serving
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _interpreted(
    module: str, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path
) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", module, *arguments]
    with log.open("wb") as written:
        return subprocess.Popen(command, cwd=folder, env=environment, stdout=written, stderr=subprocess.STDOUT)


def _wait_until_ready(process: subprocess.Popen[bytes] | Forked, log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(r"(http://[\d.]+:\d+)/chat", log.read_text("utf-8", "replace"))
        if found is not None and _is_ready(found[1]):
            return found[1]
        time.sleep(0.02)
    raise RuntimeError(f"the server did not get ready:\n{log.read_text('utf-8', 'replace')}")


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def cpu_seconds_of(pid: int) -> float:
    """Processor time of a process and its children so far (Linux)."""
    return sum(_cpu(each) for each in _family(pid))


def resident_mb(pid: int) -> float:
    """Resident memory of a process and its children (Linux)."""
    return sum(_resident(each) for each in _family(pid)) / 1024


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    return [pid, *(int(each) for each in children.read_text().split())]


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmRSS:\s+(\d+) kB", lines)
    return int(found[1]) if found else 0
