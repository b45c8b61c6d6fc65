"""The command line on the test's database, and a business to import into."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from storage.database import Database
from tests.builders import NOW, business
from tests.integration.importing.files import Run


@pytest.fixture
def run(database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line on the test's database; the clock stands still."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ROUNDSMAN_DATABASE_URL", database_url)
    monkeypatch.setenv("ROUNDSMAN_DATA_FOLDER", str(tmp_path))
    monkeypatch.setattr("bot.logs.set_up_logs", lambda *_: None)
    for module in ("bot.clock", "bot.imports.orders", "bot.imports.products", "bot.jobs"):
        monkeypatch.setattr(f"{module}.now", lambda: NOW)
    return lambda *arguments: CliRunner().invoke(app, [str(each) for each in arguments], catch_exceptions=False)


@pytest.fixture
def shop(database: Database) -> None:
    with database.writing() as session:
        business(session)
