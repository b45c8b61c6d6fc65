"""``roundsman plan``: a day is planned in the terminal, and drafts are shown, published and thrown away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from structlog.testing import capture_logs
from typer.testing import CliRunner

from actions.perform import perform
from bot.cli import app
from bot.cli import plan as command
from bot.web.plan.facts import find
from domain.commands import BeginRun, CancelOrder
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NEXT_DAY, NOW, OFFICE, SYSTEM, Business, a_depot, an_order, business, moment
from tests.planning import Planner, a_driver, a_van, numbers, settings_for, some_orders

Run = Callable[..., Result]


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        shop = business(session, stock=500)
        a_driver(session, shop, "Ines", a_van(session, shop, "B-X 1"))
        return shop


@pytest.fixture
def run(database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line on the test's database, on the Monday of the tests."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ROUNDSMAN_DATABASE_URL", database_url)
    monkeypatch.setenv("ROUNDSMAN_DATA_FOLDER", str(tmp_path))
    monkeypatch.setattr("bot.logs.set_up_logs", lambda *_: None)
    for module in ("bot.clock", "bot.planning", "bot.jobs"):
        monkeypatch.setattr(f"{module}.now", lambda: NOW)

    def invoke(*arguments: object) -> Result:
        with capture_logs():  # as on the command line, where only errors are logged
            return CliRunner().invoke(app, ["plan", *map(str, arguments)], catch_exceptions=False)

    return invoke


@pytest.fixture
def planner(database: Database, tmp_path: Path) -> Planner:
    return Planner(database, settings_for(tmp_path))


def test_tomorrow_is_planned_and_told_in_words(run, database, shop, planner):
    with database.writing() as session:
        orders = some_orders(session, shop, 3)
        shop.products["SKU-3"].handling = ["fridge"]
        session.add(shop.products["SKU-3"])
        cold = an_order(session, shop, lines=[("SKU-3", 1)])
    result = run("--seconds", 1)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("Plan 1 for Depot North, tomorrow, Tuesday 5 May (draft): 1 route, 3 stops, ")
    assert lines[0].endswith("; 1 order left out. Travel times: straight line.")
    assert lines[1].startswith("  Route 1: Ines with Van, 3 stops, ")
    assert lines[2:4] == [
        f"  {cold.number} is on no route:",
        "    No vehicle has fridge. It could be served if Van had fridge.",
    ]
    assert lines[4].startswith("Against planning by hand")
    with database.reading() as session:
        token = UnitOfWork(session, OFFICE).routes.link_of(1).token
    assert lines[5] == f"On the map: http://127.0.0.1:8000/plan/{token}"
    assert "Ines" not in str(find(database, token, NOW).drops)
    assert sorted(numbers(planner.tours(planner.plan_of(1))[0])) == [order.number for order in orders]
    assert planner.routes() == []


def test_a_plan_is_published_at_once_where_that_is_said(run, database, shop, planner):
    with database.writing() as session:
        some_orders(session, shop, 2)
    assert "(published)" in run("--depot", "north", "--day", NEXT_DAY, "--publish", "--seconds", 1).stdout
    assert [route.status for route in planner.routes()] == ["published"]


def test_drafts_are_listed_shown_published_and_thrown_away(run, database, shop, planner):
    with database.writing() as session:
        first, second = some_orders(session, shop, 2)
    assert run("list").stdout == "Nothing was planned yet.\n"
    run("--seconds", 1)
    assert run("list").stdout == "north  2026-05-05  run 1  plan 1, draft, 2 stops, 0 left out\n"
    assert run("show", 1).stdout.startswith("Plan 1 for Depot North")
    assert "Plan 1 for north, tomorrow, Tuesday 5 May, is thrown away." in run("discard", 1).stdout
    refused = run("publish", 1)
    assert (refused.exit_code, refused.stderr) == (1, "Plan 1 was thrown away; plan the day again.\n")
    run("--seconds", 1)
    perform(database, [CancelOrder(order=first.number)], moment(OFFICE))
    refused = run("publish", 2)
    assert refused.exit_code == 1
    assert f"{first.number} is no longer to be delivered that day" in refused.stderr
    published = run("publish", 2, "--leave-out-changed")
    assert published.stdout.endswith("is published: 1 route with 1 stop; 1 changed since and was left out.\n")
    assert numbers(planner.tours(planner.plan_of(2))[0]) == [second.number]
    shown = run("show", 2).stdout.splitlines()
    assert "(published): 1 route, 1 stop, " in shown[0]
    assert f"  {first.number} is no longer to be delivered that day, or on another route and was taken out." in shown
    assert run("list", "--depot", "north", "--day", "tomorrow").stdout.splitlines() == [
        "north  2026-05-05  run 2  plan 2, published, 1 stop, 0 left out",
        "north  2026-05-05  run 1  plan 1, discarded, 2 stops, 0 left out",
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--depot", "west"], 2, 'There is no depot with the code "west"; there is north.'),
        (["--day", "someday"], 2, '"someday" is no day; write it like 2026-05-04, today or tomorrow.'),
        (["--engine", "magic"], 2, "engine: "),
        (["--day", NOW.date() - timedelta(days=1)], 1, "is over, so there is nothing to plan."),
        (["show", 7], 1, "There is no plan 7."),
        (["discard", 7], 1, "There is no plan 7."),
    ],
)
def test_what_is_not_there_is_one_sentence(run, shop, arguments, code, words):
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert words in result.stderr


def test_a_day_with_nothing_to_plan_has_no_plan(run, database, shop, planner):
    with database.writing() as session:
        an_order(session, shop, status="held")
    refused = run("--seconds", 1)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == (
        "Depot North has nothing to plan for tomorrow, Tuesday 5 May: no order that can go out is promised for that day, "
        "or all of them are on routes already.\n"
    )
    assert run("list").stdout == "Nothing was planned yet.\n"


def test_a_run_whose_process_died_can_be_ended_and_the_day_planned_anew(run, database, shop, planner):
    with database.writing() as session:
        some_orders(session, shop, 2)
    number = planner.ask()
    perform(database, [BeginRun(run=number)], moment(SYSTEM))
    refused = run("--seconds", 1)
    assert refused.exit_code == 1
    assert f"or stop it (`roundsman plan stop {number}`)" in refused.stderr
    assert run("stop", number, "--give-up").stdout == f"Run {number} is given up; nothing came of it.\n"
    assert run("stop", number).stdout == f"Run {number} was over before.\n"
    assert run("--seconds", 1).exit_code == 0


def test_the_help_says_what_ctrl_c_does(run):
    assert "Ctrl-C takes the best" in run("--help").stdout


def test_one_of_several_depots_must_be_named(run, database, shop):
    with database.writing() as session:
        a_depot(session, code="south")
    assert run().stderr == "Which depot? Say --depot with one of north, south.\n"


def test_ctrl_c_takes_the_best_so_far(run, database, shop, planner, monkeypatch):
    with database.writing() as session:
        some_orders(session, shop, 4)
    interrupted(monkeypatch, 1)
    result = run("--seconds", 600)
    assert (result.exit_code, planner.run(1).status) == (0, "stopped")
    assert "4 stops" in result.stdout
    assert "Taking the best so far" in result.stderr


def test_a_second_ctrl_c_gives_up(run, database, shop, planner, monkeypatch):
    with database.writing() as session:
        some_orders(session, shop, 4)
    interrupted(monkeypatch, 2)
    result = run("--seconds", 600)
    assert (result.exit_code, planner.plan_of(1), planner.run(1).status) == (1, None, "stopped")
    assert result.stderr.endswith("Giving up.\nNothing came of it.\n")


def interrupted(monkeypatch: pytest.MonkeyPatch, presses: int) -> None:
    """Somebody presses Ctrl-C so many times, as soon as the search is under way."""
    real, left = command._run_of, [KeyboardInterrupt] * presses

    def look(database: Database, run_id: int):
        found = real(database, run_id)
        if left and found.progress:
            raise left.pop()
        return found

    monkeypatch.setattr(command, "_run_of", look)


def test_tomorrow_of_the_demo_can_be_planned(run, database, planner):
    """Drivers have shifts, vehicles have room, and what is wanted tomorrow gets its stop."""
    from bot.demo.load import load

    load(database, NOW, orders=300)
    with database.reading() as session:
        uow = UnitOfWork(session, OFFICE)
        depot = uow.depots.all()[0]
        wanted = {order.number for order in uow.planning.day(depot, NEXT_DAY, NOW).wanted}
    assert wanted
    assert run("--depot", depot.code, "--seconds", 1).exit_code == 0
    plan = planner.plan_of(1)
    planned = {number for tour in planner.tours(plan) for number in numbers(tour)}
    assert planned | {task.order_number for task in planner.unplanned(plan)} == wanted
    assert len(planned) >= len(wanted) - 1
