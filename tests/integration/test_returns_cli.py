"""Returns on the command line, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from storage.database import Database
from tests.builders import NOW, a_return, an_order, business, return_policy


def test_the_steps_of_a_return(
    database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ROUNDSMAN_DATABASE_URL", database_url)
    monkeypatch.setenv("ROUNDSMAN_DATA_FOLDER", str(tmp_path))
    monkeypatch.setattr("bot.logs.set_up_logs", lambda *_: None)
    monkeypatch.setattr("bot.clock.now", lambda: NOW)
    with database.writing() as session:
        shop = business(session)
        return_policy(session)
        order = an_order(session, shop, status="delivered")
        waits = a_return(session, order, "SKU-1", reason="other").number
        comes = a_return(session, order, "SKU-2").number

    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["returns", *arguments], catch_exceptions=False)
        return done.exit_code, done.stdout + done.stderr

    assert waits in run("list")[1]
    assert "Espresso grinder" in run("show", comes)[1]
    assert run("reject", waits, "--reason", "It was used.")[0] == 0
    assert run("receive", comes, "--weight", "1200")[0] == 0
    assert run("inspect", comes)[0] == 0
    assert run("cancel", comes)[0] == 1
    assert run("show", "RET-9999") == (1, "I find no return RET-9999. Check the number; it starts with RET-.\n")
    assert run("show", "nothing")[0] == 2
