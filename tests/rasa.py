"""A real Rasa server in its own environment, for tests and benchmarks."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot.rasa import environment, server, training
from bot.rasa.environment import NoRasa
from nlu import config
from tests.needs import missing, rasa

START_SECONDS = 180
#: Passes over the data that tests are content with; what config.yml says takes minutes.
FEW_EPOCHS = 2


@dataclass(frozen=True, slots=True)
class Rasa:
    """A running server."""

    url: str
    process: subprocess.Popen[bytes]


def executable() -> Path:
    """The program ``rasa``. Raises NoRasa."""
    return rasa() / "rasa"


def our_model(folder: Path) -> Path:
    """The model of our own training data and pipeline, but for `FEW_EPOCHS`; trained where the cache has none that is made
    of the same. ``folder`` is for the pipeline. Skips the test without Rasa."""
    try:
        commands = executable().parent
    except NoRasa as reason:
        missing("rasa", reason)
    pipeline = folder / "config.yml"
    pipeline.write_text(re.sub(r"epochs: \d+", f"epochs: {FEW_EPOCHS}", config.find().read_text("utf-8")), "utf-8")
    models = environment.cache() / "rasa-models"
    models.mkdir(parents=True, exist_ok=True)
    return training.train(commands, models, pipeline=pipeline)


def rasa_says(folder: Path, *arguments: str, said: str = "") -> str:
    """What a command of Rasa prints that is run in ``folder`` and answered ``said``; it must succeed."""
    command = [str(executable()), *arguments]
    done = subprocess.run(
        command, cwd=folder, env=dict(environment.variables()), input=said.encode(), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, check=False, timeout=600,
    )  # fmt: skip
    told = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, told[-4000:]
    return told


def trained_assistant(source: Path, folder: Path) -> Path:
    """A copy of an assistant in ``folder``, trained there. Skips the test without Rasa."""
    place = folder / "assistant"
    shutil.copytree(source, place)
    try:
        command = [str(executable()), "train", "--quiet"]
    except NoRasa as reason:
        missing("rasa", reason)
    trained = subprocess.run(
        command, cwd=place, env=dict(environment.variables()), capture_output=True, check=False, timeout=600
    )
    assert trained.returncode == 0, trained.stderr.decode()[-4000:]
    return place


@contextmanager
def run_rasa(folder: Path, *arguments: str) -> Iterator[Rasa]:
    """Rasa serving the newest model of ``folder`` on a free port, until it is left; raises with its log when it does not
    get ready."""
    port = _free_port()
    command = [str(executable()), "run", "--enable-api", "--interface", "127.0.0.1", "--port", str(port), *arguments]
    with _running(command, environment.variables(), folder, f"http://127.0.0.1:{port}", "") as running:
        yield running


@contextmanager
def serve_model(model: Path, folder: Path, token: str) -> Iterator[Rasa]:
    """Rasa serving ``model`` as `roundsman rasa serve` does, but on a free port, until it is left; its log is in ``folder``."""
    port = _free_port()
    command = server.command(executable().parent, model, port)
    with _running(command, server.environment(token), folder, f"http://127.0.0.1:{port}", f"?token={token}") as running:
        yield running


@contextmanager
def _running(
    command: Sequence[str], variables: Mapping[str, str], folder: Path, url: str, query: str
) -> Iterator[Rasa]:
    log = folder / "rasa.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, env=dict(variables), stdout=output, stderr=output)
    try:
        _wait(f"{url}/status{query}", process, log)
        yield Rasa(url, process)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"Rasa is not ready:\n{log.read_text(errors='replace')[-4000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
