"""A module run as a program, in a process that has imported what the program needs already.

``python -m module`` spends seconds importing before it does anything. Here one process per test run imports it all once,
and each program is a fork of it: from there on it does what it would do alone, and can be killed like it.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from signal import Signals
from tempfile import NamedTemporaryFile

_CONTEXT = multiprocessing.get_context("forkserver")
_PROGRAM = [
    "bot.cli.__main__",
    "bot.web.server",
    "bot.channels.slack.routes",
    "bot.channels.telegram.routes",
    "bot.labels",
]
_CONTEXT.set_forkserver_preload(["pytest", "tests.forked", *_PROGRAM, "tests.e2e.crashing"])


class Forked:
    """A program under way; what of `subprocess.Popen` is needed to watch and end it."""

    def __init__(
        self, module: str, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path
    ) -> None:
        log.write_bytes(b"")  # whoever reads it finds nothing of an earlier program
        given = (module, list(arguments), dict(environment), str(folder), str(log))
        self._process = _CONTEXT.Process(target=_run, args=given, daemon=True)
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, when it has ended. Raises TimeoutExpired."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return self._process.exitcode

    def send_signal(self, signal: Signals) -> None:
        """Sends it while it runs; one that has just ended hears nothing, whether or not its end is known here yet."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal)

    def kill(self) -> None:
        """Ends it at once."""
        self._process.kill()


def said(module: str, arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> str:
    """What a program says until it ends. Raises CalledProcessError when it ends with an error."""
    with NamedTemporaryFile() as log:
        code = Forked(module, arguments, environment, folder, Path(log.name)).wait(120)
        output = log.read().decode()
    if code:
        raise subprocess.CalledProcessError(code, [module, *arguments], output)
    return output


def _run(module: str, arguments: list[str], environment: dict[str, str], folder: str, log: str) -> None:
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]  # it may have children
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    written = os.open(log, os.O_WRONLY | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(written, stream)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
