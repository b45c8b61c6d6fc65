"""``roundsman vehicle``: how vehicles stand, and back into service."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from domain.fleet import Vehicle
from storage.database import Database
from tests.builders import business


def test_vehicles_are_listed_and_come_back_into_service(
    database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROUNDSMAN_DATABASE_URL", database_url)
    monkeypatch.setenv("ROUNDSMAN_DATA_FOLDER", str(tmp_path))
    monkeypatch.setattr("bot.logs.set_up_logs", lambda *_: None)
    with database.writing() as session:
        room = {"depot_id": business(session).depot_id, "payload": 900_000, "volume": 6_000_000}
        session.add(Vehicle(plate="B-RM 1", name="Van 1", status="out_of_service", **room))
        session.add(Vehicle(plate="B-RM 2", name="Van 2", **room))

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["vehicle", *words], catch_exceptions=False)
        return result.exit_code, result.output.strip()

    _, listed = run("list")
    assert listed.splitlines() == ["B-RM 1       Van 1, north, out of service", "B-RM 2       Van 2, north, available"]
    assert run("return", "B-RM 1") == (
        0, "B-RM 1 is back in service: it is planned with, and drivers can take it."
    )  # fmt: skip
    assert run("return", "B-RM 1") == (0, "B-RM 1 is in service already.")
    assert run("return", "B-RM 9") == (1, 'There is no vehicle with the plate "B-RM 9".')
    assert "out of service" not in run("list")[1]
