"""Where Rasa is installed: an environment of its own with Python 3.10, made from `requirements/rasa.txt` when it is needed.

It lies outside the checkout, named after what it was made of, so that every checkout of a machine shares it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "requirements" / "rasa.txt"
PYTHON = "3.10"
#: Written last: an environment without it was not finished, and is made anew.
_WHOLE = "whole"
_RUNS = "import ensurepip, sys, venv; print(*sys.version_info[:2], sep='.')"


class NoRasa(Exception):
    """Rasa cannot be used here; says why and what to do."""


def folder(given: Path | None = None) -> Path:
    """Where the environment lies or would lie: ``given``, or a folder of the user's cache. Raises NoRasa."""
    if given is not None:
        return given.absolute()
    if not REQUIREMENTS.is_file():
        raise NoRasa(f"{REQUIREMENTS} is missing: Rasa's environment is made from a checkout of Roundsman")
    return cache() / f"rasa-{hashlib.sha256(PYTHON.encode() + REQUIREMENTS.read_bytes()).hexdigest()[:12]}"


def cache() -> Path:
    """The folder of the user's cache that every checkout shares."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "roundsman"


def installed(given: Path | None = None) -> Path | None:
    """The folder of commands of the environment; None when it is not there, or not whole."""
    place = folder(given)
    whole = (place / _WHOLE).is_file() if given is None else (place / "bin" / "rasa").is_file()
    return place / "bin" if whole else None


def install(given: Path | None = None, say: Callable[[str], None] = lambda _: None) -> Path:
    """The folder of commands of the environment, made where it is not there. Raises NoRasa."""
    place = folder(given)
    with locked(place):
        found = installed(given)
        if found is not None:
            return found
        if given is not None:
            raise NoRasa(f"ROUNDSMAN_RASA_ENVIRONMENT: there is no Rasa in {place}")
        python = find_python()
        say(f"Installing Rasa into {place} (2.7 GB, some minutes) …")
        shutil.rmtree(place, ignore_errors=True)
        pip = [str(place / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        try:
            _run([str(python), "-m", "venv", str(place)])
            _run([*pip, "--require-hashes", "-r", str(REQUIREMENTS)])
            _run([str(place / "bin" / "rasa"), "--version"])
        except NoRasa:
            shutil.rmtree(place, ignore_errors=True)
            raise
        (place / _WHOLE).touch()
        return place / "bin"


def variables() -> Mapping[str, str]:
    """The environment variables that Rasa's commands are run with: ours, and telling nobody anything."""
    quiet = {
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_MAX_CACHE_SIZE": "0",  # what was trained is kept by us
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONWARNINGS": "ignore",
    }
    return {**os.environ, **quiet}


@contextmanager
def locked(place: Path) -> Iterator[None]:
    """Nobody else makes what is at ``place`` meanwhile."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.with_name(f"{place.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def find_python() -> Path:
    """A Python 3.10 that really runs: on PATH, under pyenv, or uv's. Raises NoRasa."""
    for found in _pythons():
        if _says([str(found), "-c", _RUNS]) == PYTHON:
            return found
    raise NoRasa(
        f"Rasa needs Python {PYTHON}, and none was found on PATH, under pyenv or by uv; install it with one of these"
    )


def _pythons() -> Iterator[Path]:
    on_path = shutil.which(f"python{PYTHON}")
    if on_path is not None:
        yield Path(on_path)
    root = _says(["pyenv", "root"])
    if root:
        yield from sorted(Path(root).glob(f"versions/{PYTHON}.*/bin/python{PYTHON}"), reverse=True)
    for _ in range(2):
        found = _says(["uv", "python", "find", "--no-project", PYTHON])
        if found:
            yield Path(found)
            return
        _says(["uv", "python", "install", PYTHON])


def _says(command: list[str]) -> str | None:
    """What a command prints; None when it is not there or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, env=dict(variables()), check=False)  # noqa: S603
    if done.returncode:
        told = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise NoRasa(f"Rasa could not be installed; {' '.join(command[:4])} … said: {' / '.join(told)}")
