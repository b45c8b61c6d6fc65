"""``python -m tests.needs``: before the tests, get what they need, and say plainly what cannot run here and why."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import NoReturn

import pytest

from tests.e2e.browsing import NoChromium, executable
from tests.postgres import GIVEN, NoPostgres, installed


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
    parts: list[Callable[[], object]] = [executable]
    if GIVEN not in os.environ:
        parts.append(installed)
    lacking = [why for part in parts if (why := _why_not(part))]
    for why in lacking:
        print(f"Not run here: {why}")
    if not lacking:
        print("Everything can run here: SQLite, PostgreSQL and Chromium.")


def _fetch_chromium() -> None:
    """Try to get Playwright's own browser; where that fails, the tests that need one are skipped."""
    print("There is no Chromium; fetching one …", flush=True)
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)


def _why_not(part: Callable[[], object]) -> str | None:
    try:
        part()
    except (NoChromium, NoPostgres) as reason:
        return str(reason)
    return None


if __name__ == "__main__":
    main()
