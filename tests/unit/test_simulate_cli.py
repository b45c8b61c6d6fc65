"""``roundsman simulate``: what it refuses, and how fast it lets time pass."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.cli.simulate import _paced
from tests.running import run

NOON = datetime(2026, 5, 5, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["--speed", "fast"], "--speed must be max or a number above 0"),
        (["--speed", "0"], "--speed must be max or a number above 0"),
        (["--day", "tomorrow"], "--day must be a date such as 2026-05-05"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_exit_code_2(given: list[str], says: str) -> None:
    done = CliRunner().invoke(app, ["simulate", *given])
    assert done.exit_code == 2
    assert says in done.output


def test_a_folder_that_is_not_empty_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = CliRunner().invoke(app, ["simulate", "--keep", str(tmp_path)])
    assert done.exit_code == 2
    assert "is not empty" in done.output
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]


def test_time_passes_so_many_times_as_fast_as_it_does() -> None:
    async def passed() -> float:
        pace, begun = _paced(6_000, None), time.monotonic()
        for minutes in range(0, 11, 5):
            await pace(NOON + timedelta(minutes=minutes))
        return time.monotonic() - begun

    assert 0.1 <= run(passed()) < 5
