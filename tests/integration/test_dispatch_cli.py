"""``roundsman route``: today's routes seen and changed on the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli import app
from storage.database import Database
from tests.builders import NOW
from tests.roads import Road, a_road, chain, east

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> Run:
    """Runs the command line on this test's database, at the moment of its routes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.logs.set_up_logs", lambda *_: None)
    monkeypatch.setattr("bot.clock.now", lambda: NOW)
    monkeypatch.setenv("ROUNDSMAN_DATABASE_URL", database_url)
    monkeypatch.setenv("ROUNDSMAN_DATA_FOLDER", str(tmp_path))

    def invoke(*arguments: object, answer: str | None = None) -> Result:
        words = ["route", *map(str, arguments)]
        return CliRunner().invoke(app, words, input=answer, catch_exceptions=False)

    return invoke


@pytest.fixture
def road(database: Database) -> Road:
    """Route 1 goes to stops 1 and 2 in the east, route 2 to stop 3 in the west; order RM-10004 waits."""
    with database.writing() as session:
        road = a_road(session)
        road.route(session, [east(2), east(6)])
        road.route(session, [east(-3)])
        road.order(session, east(4))
    return road


def numbers(road: Road, route: int) -> list[str]:
    return [order.number for order in road.orders[route]]


@pytest.mark.usefixtures("road")
def test_routes_and_stops_are_listed(run: Run):
    listed = run("list")
    assert listed.output.splitlines() == [
        "Route 1, published, Driver 1 with Van 1, 2 of 2 stops ahead",
        "Route 2, published, Driver 2 with Van 2, 1 of 1 stop ahead",
    ]
    run("lock", "R-1", 1)
    shown = run("show", "R-1").output.splitlines()
    assert shown[1].split() == ["1*", "stop", "1", "pending", "11:20", "(11:20–11:20)", "RM-10001"]
    assert run("show", "9").exit_code == 2


def test_an_order_joins(run: Run, database, road):
    looked = run("insert", "rm-10004", "--preview")
    assert "Possible: order RM-10004 would be stop 2 of those ahead on route 1" in looked.output
    assert chain(database, road.routes[0]) == numbers(road, 1)
    done = run("insert", "rm-10004")
    assert "Done: order RM-10004 is stop 2 of those ahead on route 1" in done.output
    assert "1 customer is told." in done.output
    again = run("insert", "RM-10004")
    assert (again.exit_code, again.stderr) == (1, "Order RM-10004 is on route 1 already.\n")


def test_a_change_is_shown_asked_and_done(run: Run, database, road):
    no = run("move", 1, 2, 2, answer="n\n")
    assert "This is what moving would do (route 1 and 2)." in no.output
    assert chain(database, road.routes[0]) == numbers(road, 1)
    yes = run("move", 1, 2, 2, answer="y\n")
    assert (yes.exit_code, "Moved (route 1 and 2)." in yes.output) == (0, True)
    assert set(chain(database, road.routes[1])) == {numbers(road, 1)[1], numbers(road, 2)[0]}
    refused = run("move", 1, 2, 2, "--yes")
    assert refused.stderr == "Stop 2 is not on route 1. Somebody may have moved it meanwhile.\n"


def test_a_stop_comes_off_and_drivers_swap(run: Run, database, road):
    assert run("remove", 1, 1, "customer is away", "--yes").exit_code == 0
    assert chain(database, road.routes[0]) == numbers(road, 1)[1:]
    assert "Drivers swapped (route 1 and 2)." in run("swap", 1, "--with", 2, "--yes").output
    wrong = run("swap", 1)
    assert (wrong.exit_code, wrong.stderr) == (2, "name either another driver or another route\n")


def test_a_breakdown(run: Run, database, road):
    waiting = run("split", 1, "--yes")
    assert waiting.exit_code == 1
    with database.writing() as session:
        broken = road.route(session, [east(3)], status="in_progress")
    done = run("split", broken.id, "--place", "52.52,13.44", "--yes")
    assert "The rest was handed over" in done.output
    assert "the meeting" in done.output
    assert chain(database, broken) == []


def test_the_rest_of_the_day_is_planned_anew(run: Run, road):
    done = run("replan", "--engine", "ortools", "--seconds", 1)
    assert done.exit_code == 0, done.stderr
    assert "Nothing better was found; the routes stay as they are." in done.output
    wrong = run("replan", "--depot", "nowhere")
    assert (wrong.exit_code, wrong.stderr) == (2, 'There is no depot with the code "nowhere".\n')


def test_what_is_no_route(run: Run):
    wrong = run("show", "abc")
    assert (wrong.exit_code, wrong.stderr) == (2, '"abc" is no route; say R-12 or 12.\n')
