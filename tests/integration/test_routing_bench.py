"""``roundsman bench routing``: which instances there are, and a table of what was measured."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.routing_bench.days import generated_day
from bot.routing_bench.running import instances
from domain.routing.problem import check_problem
from tests.integration.test_solving import SOLOMON


def roundsman(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot.cli", "bench", "routing", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two instances: one with a reference below its best, one with none."""
    (tmp_path / "tiny.txt").write_text(SOLOMON)
    (tmp_path / "other.txt").write_text(SOLOMON)
    (tmp_path / "references.json").write_text(json.dumps({"tiny": {"tenths": 80}}))
    return tmp_path


def test_references_come_from_the_folder(folder: Path) -> None:
    (folder / "known.vrp").write_text("")
    (folder / "known.sol").write_text("Route #1: 1 2\nCost 42444.8\n")
    found = {each.name: each.reference for each in instances(folder)}
    assert found == {"known": 424448, "tiny": 80, "other": None}


def test_the_table_has_a_row_for_every_engine(folder: Path) -> None:
    out = folder / "table.md"
    done = roundsman(folder, "--engine", "pyvrp", "--engine", "ortools", "--seconds", 2, "--only", "tiny", "--out", out)
    assert done.returncode == 0, done.stderr
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in out.read_text().splitlines()]
    assert [row[:6] for row in rows[2:]] == [
        ["pyvrp", "2", "1", "25.00 %", "25.00 %", "0"],
        ["ortools", "2", "1", "25.00 %", "25.00 %", "0"],
    ]


def test_a_generated_day_is_measured_by_its_cost() -> None:
    done = roundsman("--day", "20x3", "--engine", "hybrid", "--seconds", 3)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("day 20x3 hybrid 3 s seed 0: cost ")
    assert " 0 left out" in done.stdout


def test_the_same_day_is_generated_every_time() -> None:
    day, again = generated_day(30, 4), generated_day(30, 4)
    check_problem(day)
    assert day.tasks == again.tasks
    assert (day.matrices[0].seconds == again.matrices[0].seconds).all()
    assert (day.matrices[0].seconds != day.matrices[0].seconds.T).any()


@pytest.mark.parametrize("wrong", [["--engine", "magic"], ["--day", "many"], []])
def test_what_cannot_be_measured_is_said(tmp_path: Path, wrong: list[str]) -> None:
    done = roundsman(tmp_path, *wrong)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
