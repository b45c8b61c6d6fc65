"""A program that starts loads what it needs and nothing else: libraries of hundreds of modules cost seconds and memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: What is loaded only by what needs it: training, solving, drawing, building an encoder, and channels that are set up.
HEAVY = {
    "aiohttp",
    "dateparser",
    "geopy",
    "matplotlib",
    "onnx",
    "onnxruntime",
    "ortools",
    "procrastinate",
    "pyvrp",
    "reportlab",
    "scipy",
    "sklearn",
    "slack_bolt",
    "slack_sdk",
    "telegram",
    "tokenizers",
}
#: Each command would pay for what another one needs.
OF_COMMANDS = {"alembic", "fastapi", "numpy", "sqlalchemy", "sqlmodel", "uvicorn"}


def loaded_by(module: str) -> set[str]:
    """What an interpreter of its own has loaded that has imported ``module``."""
    said = subprocess.run(
        [sys.executable, "-c", f"import sys, {module}; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(said.stdout.split())


def test_the_command_line_waits_for_what_a_command_needs():
    loaded = loaded_by("bot.cli")
    assert not loaded & (HEAVY | OF_COMMANDS)
    assert not loaded & {"nlu.embedded", "domain.commands", "domain.notices", "actions.registry", "bot.compose"}


@pytest.mark.parametrize("module", ["bot.web.server", "bot.web.app"])
def test_a_server_loads_neither_training_nor_channels_that_are_not_set_up(module):
    assert not loaded_by(module) & HEAVY
