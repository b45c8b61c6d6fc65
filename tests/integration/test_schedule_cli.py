"""``roundsman schedule`` and ``roundsman report`` on the command line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli import app
from bot.clock import stepping
from domain.schedules import ScheduledRun
from domain.scheduling import Job
from storage.database import Database
from tests.builders import NOW, Business, a_depot, business

Run = Callable[..., Result]


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return business(session)


@pytest.fixture
def run(database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line on the test's database, on the Monday of the tests, 11:00 in Berlin."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ROUNDSMAN_DATABASE_URL", database_url)
    monkeypatch.setenv("ROUNDSMAN_DATA_FOLDER", str(tmp_path))
    monkeypatch.setattr("bot.logs.set_up_logs", lambda *_: None)

    def invoke(*arguments: object) -> Result:
        with stepping(NOW):
            return CliRunner().invoke(app, [*map(str, arguments)], catch_exceptions=False)

    return invoke


def test_a_schedule_is_shown_set_paused_and_resumed(run, shop):
    shown = run("schedule", "show").output
    assert f"North (Europe/Berlin) does {len(Job)} things by itself:" in shown
    assert "Plan the next day (plan_day): at 18:10; next today, Monday 4 May, 18:10" in _flat(shown)
    assert (
        "Check the morning (morning_check): at 06:30, or 45 minutes before the first route starts; next tomorrow"
        in _flat(shown)
    )
    assert "Tell the weekly report (weekly_report): at 07:00 on Mon; next on Monday 11 May, 07:00" in _flat(shown)
    assert "every 2 minutes" in shown
    told = run("schedule", "set", "daily_digest", "--at", "21:00", "--weekdays", "mon,fri").output
    assert _flat(told) == "North: tell the evening digest is set, next today, Monday 4 May, 21:00."
    assert "switched off" in run("schedule", "set", "publish", "--off").output
    assert "switched off" in _line(run("schedule", "show").output, "publish")
    assert "until 12:00 today" in _flat(run("schedule", "pause", "--until", "2026-05-04T12:00").output)
    assert "paused until 12:00" in _line(_flat(run("schedule", "show").output, keep=True), "plan_day")
    assert "until 00:00 tomorrow" in _flat(run("schedule", "pause", "plan_day", "--until", "tomorrow").output)
    assert "everything goes on" in run("schedule", "resume").output
    run("schedule", "set", "plan_day", "--option", "seconds=120", "--option", "balance=true")
    assert _options(run, "plan_day") == {"seconds": 120, "balance": True}
    run("schedule", "set", "plan_day", "--option", "balance=")
    assert _options(run, "plan_day") == {"seconds": 120}


def _options(run: Run, job: str) -> dict[str, object]:
    import os

    from sqlmodel import select

    from domain.schedules import Schedule

    database = Database(os.environ["ROUNDSMAN_DATABASE_URL"])
    with database.reading() as session:
        found = session.exec(select(Schedule).where(Schedule.job == job)).one().options
    database.close()
    return found


def _flat(text: str, *, keep: bool = False) -> str:
    return text if keep else " ".join(text.split())


def _line(text: str, job: str) -> str:
    return next(line for line in text.splitlines() if f"({job})" in line)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["set", "plan_day", "--at", "25:00"], "at"),
        (["set", "dance", "--at", "12:00"], "job"),
        (["set", "plan_day", "--at", "12:00", "--every", "5"], "either at or every"),
        (["set", "plan_day", "--weekdays", "someday"], "no weekday"),
        (["set", "plan_day", "--option", "seconds"], "no option"),
        (["set", "plan_day", "--option", "seconds=0"], "seconds cannot be that"),
        (["set", "daily_digest", "--option", "seconds=5"], "its options are: none"),
        (["pause", "--until", "soon"], "no moment"),
        (["pause"], "Until when?"),
        (["show", "--depot", "west"], 'no depot with the code "west"'),
        (["runs", "--state", "lost"], "no state"),
    ],
)
def test_what_cannot_be_is_one_sentence(run, shop, arguments, said):
    result = run("schedule", *arguments)
    assert result.exit_code == 2
    assert said in result.output
    assert len(result.output.strip().splitlines()) == 1


def test_a_pause_that_is_over_already_is_refused(run, shop):
    result = run("schedule", "pause", "--until", "2026-05-04T10:00")
    assert (result.exit_code, result.output) == (
        1, "It is later than 10:00 today, Monday 4 May; name a moment that is still to come.\n"
    )  # fmt: skip


def test_several_depots_are_named(run, shop, database):
    with database.writing() as session:
        a_depot(session, code="south")
    assert "Which depot?" in run("schedule", "set", "publish", "--off").output
    assert run("schedule", "show").output.count("by itself") == 2
    assert run("schedule", "set", "publish", "--off", "--depot", "south").exit_code == 0


def test_runs_say_what_came_of_them(run, shop, database):
    assert "Nothing was due yet." in run("schedule", "runs").output
    with database.writing() as session:
        for n, (state, detail) in enumerate(
            [("done", {"nothing": "no_draft"}), ("missed", {"why": "too_late"}), ("failed", {"why": "took_too_long"})]
        ):
            session.add(
                ScheduledRun(
                    key=f"publish:{n}", job="publish", depot_id=shop.depot_id, due_at=NOW - timedelta(days=n), state=state,
                    detail=detail,
                )
            )  # fmt: skip
    lines = run("schedule", "runs").output.splitlines()
    assert lines == [
        "north  11:00 today, Monday 4 May, publish the plan (publish): done, there was no draft to publish",
        "north  11:00 yesterday, Sunday 3 May, publish the plan (publish): missed, it was too late for it",
        "north  11:00 on Saturday 2 May, publish the plan (publish): failed, it took too long and was given up",
    ]
    assert len(run("schedule", "runs", "--state", "missed").output.splitlines()) == 1


def test_a_day_in_figures(run, shop, tmp_path):
    assert run("report").exit_code == 1
    told = run("report", "--day", "yesterday")
    assert told.exit_code == 0
    assert told.output.splitlines()[0] == "Depot North, yesterday, Sunday 3 May"
    assert run("report").output == told.output
    picture = tmp_path / "week.png"
    assert run("report", "--picture", picture).output == told.output
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert "Depot North, week 18 of 2026" in run("report", "--week", "2026-W18").output
    assert run("report", "--day", "someday").exit_code == 2
