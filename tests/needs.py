"""``python -m tests.needs``: before the tests, get what they need, and say plainly what cannot run here and why."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from bot.rasa import environment
from bot.rasa.environment import NoRasa
from tests.e2e.browsing import NoChromium, executable
from tests.encoding import NoEncoder, build, folder
from tests.postgres import GIVEN, NoPostgres, installed

#: Names an environment with Rasa, in place of the one that `roundsman rasa install` makes.
RASA = "ROUNDSMAN_RASA_ENVIRONMENT"


def missing(part: str, reason: Exception) -> NoReturn:
    """Skip the test for want of ``part``, or fail it where ROUNDSMAN_REQUIRE asks for that part."""
    if part in os.environ.get("ROUNDSMAN_REQUIRE", ""):
        pytest.fail(f"ROUNDSMAN_REQUIRE asks for {part}: {reason}")
    pytest.skip(f"no {part}: {reason}")


def main() -> None:
    """Print one line for each part that will be skipped."""
    try:
        executable()
    except NoChromium:
        _fetch_chromium()
    try:
        folder()
    except NoEncoder:
        build()
    parts: list[Callable[[], object]] = [executable, folder, rasa]
    if GIVEN not in os.environ:
        parts.append(installed)
    lacking = [why for part in parts if (why := _why_not(part))]
    for why in lacking:
        print(f"Not run here: {why}")
    if not lacking:
        print("Everything can run here: SQLite, PostgreSQL, Chromium, the sentence encoder and Rasa.")


def rasa() -> Path:
    """The folder of Rasa's commands; installed (2.7 GB) only where ROUNDSMAN_REQUIRE asks for it. Raises NoRasa."""
    given = Path(os.environ[RASA]) if os.environ.get(RASA) else None
    if "rasa" in os.environ.get("ROUNDSMAN_REQUIRE", ""):
        return environment.install(given, print)
    found = environment.installed(given)
    if found is None:
        raise NoRasa("Rasa is not installed; `.venv/bin/roundsman rasa install` does that (2.7 GB)")
    return found


def _fetch_chromium() -> None:
    """Try to get Playwright's own browser; where that fails, the tests that need one are skipped."""
    print("There is no Chromium; fetching one …", flush=True)
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)


def _why_not(part: Callable[[], object]) -> str | None:
    try:
        part()
    except (NoChromium, NoEncoder, NoPostgres, NoRasa) as reason:
        return str(reason)
    return None


if __name__ == "__main__":
    main()
