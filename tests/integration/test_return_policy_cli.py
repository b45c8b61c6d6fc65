"""``roundsman returns policy`` on the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli import app
from bot.clock import stepping
from bot.policies import SHIPPED
from domain.return_policy import parse
from storage.database import Database
from tests.builders import NOW, RETURN_RULES, a_return, an_order, business, return_policy

Run = Callable[..., Result]


@pytest.fixture
def run(database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line on the test's database."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ROUNDSMAN_DATABASE_URL", database_url)
    monkeypatch.setenv("ROUNDSMAN_DATA_FOLDER", str(tmp_path))
    monkeypatch.setattr("bot.logs.set_up_logs", lambda *_: None)

    def invoke(*arguments: object) -> Result:
        with stepping(NOW):
            return CliRunner().invoke(app, ["returns", "policy", *map(str, arguments)], catch_exceptions=False)

    return invoke


def test_a_file_is_checked_without_touching_anything(run: Run, tmp_path: Path):
    checked = run("check", SHIPPED)
    assert (checked.exit_code, checked.output) == (
        0,
        f"returns.yml is a policy of {len(parse(SHIPPED.read_text()).rules)} rules.\n",
    )
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(RETURN_RULES.replace("opened: true", "openend: true"), "utf-8")
    checked = run("check", wrong)
    assert checked.exit_code == 2
    assert 'Rule "opened": "openend" is nothing a rule can look at; is opened meant?' in checked.output
    assert run("check", tmp_path / "none.yml").exit_code == 2
    assert not (tmp_path / "roundsman.db").exists()


def test_the_policy_is_shown_drafted_tried_and_activated(run: Run, database: Database, tmp_path: Path):
    with database.writing() as session:
        shop = business(session)
        return_policy(session)
        a_return(session, an_order(session, shop, status="delivered"), "SKU-1", opened=True)
    assert "final sale (rejected): " in run("show").output
    mine = tmp_path / "mine.yml"
    mine.write_text(run("show", "--text").output.replace("{max: 30}", "{max: 20}"), "utf-8")
    mine.write_text(mine.read_text("utf-8").replace("restocking: 15", "restocking: 25"), "utf-8")
    tried = run("try", mine)
    assert tried.exit_code == 0
    assert (
        "Of 1 returned line of the last 12 months 0 would be decided otherwise, and 1 on other terms." in tried.output
    )
    assert 'Changed: "opened".' in run("draft", mine, "--note", "stricter").output
    assert run("try", 2).output.startswith("Version 2 over past returns:")
    assert run("activate", 2).output.startswith(
        "Version 2 of the return policy decides from now on, in place of version 1."
    )
    assert "version 2 (in force)" in run("show").output
    again = run("activate", 2)
    assert (again.exit_code, again.output) == (2, "That is what version 2 says, which is in force.\n")
    assert run("show", "--text", 1).output == RETURN_RULES
    assert run("show", 9).exit_code == 2
