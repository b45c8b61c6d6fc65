"""``roundsman route``: files of routes and plans."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from PIL import Image
from typer.testing import CliRunner

from bot.cli import app
from storage.database import Database
from tests.builders import an_order, business
from tests.planned import a_drop, a_plan, a_route

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> Run:
    """Runs the command line on this test's database."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.logs.set_up_logs", lambda *_: None)
    monkeypatch.setenv("ROUNDSMAN_DATABASE_URL", database_url)
    monkeypatch.setenv("ROUNDSMAN_DATA_FOLDER", str(tmp_path))
    return lambda *arguments: CliRunner().invoke(app, ["route", *map(str, arguments)], catch_exceptions=False)


@pytest.fixture
def plan(database: Database) -> tuple[int, int]:
    """A plan with one route of three stops, and an order left out; the numbers of both."""
    with database.writing() as session:
        shop = business(session)
        made = a_plan(session, shop)
        route = a_route(session, made, [an_order(session, shop) for _ in range(3)])
        a_drop(session, made, an_order(session, shop))
        return made.id or 0, route.id or 0


def test_pictures_of_a_route_and_a_plan_are_written(run, plan, tmp_path):
    one, all_of_it = tmp_path / "route.png", tmp_path / "plan.png"
    done = run("picture", f"r-{plan[1]}", "-o", one)
    assert (done.exit_code, done.output) == (0, f"Wrote {one}.\n")
    assert run("picture", "--plan", plan[0], "-o", all_of_it).exit_code == 0
    assert [Image.open(io.BytesIO(file.read_bytes())).width for file in (one, all_of_it)] == [1080, 1080]
    assert one.read_bytes() != all_of_it.read_bytes()


def test_geojson_of_a_plan_is_written(run, plan, tmp_path):
    file = tmp_path / "plan.geojson"
    assert run("geojson", "--plan", plan[0], "-o", file).exit_code == 0
    kinds = [each["properties"]["kind"] for each in json.loads(file.read_bytes())["features"]]
    assert kinds == ["depot", "route", "stop", "stop", "stop", "dropped"]


def test_the_loading_list_is_written(run, plan, tmp_path):
    file = tmp_path / "list.pdf"
    assert run("manifest", plan[1], "-o", file).exit_code == 0
    assert file.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["picture", "R-999"], "There is no route 999."),
        (["picture", "--plan", "999"], "There is no plan 999."),
        (["picture"], "Name a route, or a plan with --plan."),
        (["geojson", "1", "--plan", "1"], "Name a route, or a plan with --plan."),
        (["manifest", "tomorrow"], '"tomorrow" is no route; say R-12 or 12.'),
    ],
)
def test_what_is_not_there_is_one_sentence(run, plan, tmp_path, arguments, says):
    result = run(*arguments, "-o", tmp_path / "file")
    assert (result.exit_code, result.output) == (2, f"{says}\n")
    assert not (tmp_path / "file").exists()


def test_a_file_that_cannot_be_written_is_one_sentence(run, plan, tmp_path):
    result = run("picture", plan[1], "-o", tmp_path / "nowhere" / "file.png")
    assert (result.exit_code, result.output) == (
        2,
        f"{tmp_path}/nowhere/file.png cannot be written: No such file or directory.\n",
    )
