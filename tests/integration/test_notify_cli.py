"""``roundsman notify --dry-run``: what would be said, and nothing of it is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlmodel import select
from typer.testing import CliRunner

from bot.cli import app
from bot.clock import stepping
from domain.events import Event
from domain.routes import Stop, Task
from storage.database import Database
from storage.outbox import OutboxRow
from tests.builders import NOW
from tests.roads import a_road, east

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> Run:
    """Runs the command line on this test's database, on the Monday of the builders."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.logs.set_up_logs", lambda *_: None)
    monkeypatch.setenv("ROUNDSMAN_DATABASE_URL", database_url)
    monkeypatch.setenv("ROUNDSMAN_DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv("ROUNDSMAN_SMTP_URL", "smtp://127.0.0.1:1")
    monkeypatch.setenv("ROUNDSMAN_EMAIL_FROM", "depot@example.com")

    def invoke(*arguments: str) -> Result:
        with stepping(NOW):
            return CliRunner().invoke(app, ["notify", *arguments], catch_exceptions=False)

    return invoke


def test_it_says_what_would_be_sent_and_keeps_nothing(database: Database, run: Run):
    with database.writing() as session:
        road = a_road(session)
        route = road.route(session, [east(2), east(60)], status="in_progress", told=timedelta(minutes=15))
    first, second = (each.number for each in road.orders[route.id])
    shown = run("--dry-run")
    assert shown.exit_code == 0
    assert f"{first}   email     order.near (would be made)" in shown.output
    assert f"{second}   email     order.window_changed (would be made)" in shown.output
    assert "Kettle" not in shown.output
    assert "maria" not in shown.output.lower()
    with database.reading() as session:
        assert session.exec(select(OutboxRow)).all() == []
        assert session.exec(select(Event).where(Event.change == "told")).all() == []
        assert [task.near_at for task in session.exec(select(Task))] == [None, None]
        before = [stop.eta for stop in session.exec(select(Stop).order_by(Stop.id))]
    assert before == [stop.eta for stop in road.stops[route.id]]
    assert "Kettle" in run("--dry-run", "--words").output


def test_nothing_is_said_where_there_is_nothing(database: Database, run: Run):
    with database.writing() as session:
        a_road(session)
    assert run("--dry-run", "--depot", "north").output == "Nothing would be sent.\n"
    assert run("--dry-run", "--depot", "south").exit_code == 1
    assert run().exit_code == 2
