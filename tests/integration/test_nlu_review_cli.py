"""``roundsman nlu review``: labels in the terminal and from a pipe; once as a process. And using what was taught."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from bot.cli import app
from bot.compose import Program
from bot.settings import load_settings
from bot.teaching.versions import Versions
from domain.learning import Utterance
from domain.moment import SYSTEM
from nlu.reviewed import FILE, Accepted
from storage.database import Database
from storage.schema import migrate
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, a_staff_member

ROOT = Path(__file__).parents[2]
MESSAGES = [
    ("wheres me thing at", "customer", ["track_order", "report_problem"]),
    ("it is [tomorrow](date) innit", "customer", []),
    ("code purple at base", "driver", ["talk_to_human"]),
    ("blah blah", "customer", ["greet"]),
    ("wheres me thing at", "customer", []),
]


@pytest.fixture
def kept(database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Messages that wait for a label, in a database that the command finds."""
    monkeypatch.setenv("ROUNDSMAN_DATABASE_URL", database_url)
    monkeypatch.setenv("ROUNDSMAN_DATA_FOLDER", str(tmp_path))
    monkeypatch.setattr("bot.logs.set_up_logs", lambda *_: None)
    keep(database)
    return database


def keep(database: Database, messages: list[tuple[str, str, list[str]]] = MESSAGES) -> None:
    with database.writing() as session:
        for example, audience, guesses in messages:
            listed = [[intent, 0.4] for intent in guesses]
            UnitOfWork(session, SYSTEM).utterances.keep(
                Utterance(audience=audience, language="en", example=example, guesses=listed, why="unsure", at=NOW)
            )


def labels(database: Database) -> list[tuple[str, str | None, str]]:
    with database.reading() as session:
        rows = session.scalars(select(Utterance).order_by(Utterance.__table__.c.id)).all()
        return [(each.status, each.intent, each.example) for each in rows]


def review(*answers: str, options: tuple[str, ...] = ()) -> tuple[int, str]:
    result = CliRunner().invoke(
        app, ["nlu", "review", *options], input="".join(f"{each}\n" for each in answers), catch_exceptions=False
    )
    return result.exit_code, result.output


def test_each_is_shown_with_numbers_and_labelled(kept):
    code, output = review("1", "e", "it is [friday](date) innit", "delivery prom", "talk", "r")
    assert code == 0, output
    assert "M-1001 · customer · en · unsure" in output
    assert "[1] track_order 40%" in output
    assert "M-1001 means track_order, with 1 that say the same" in output
    assert "5 labelled, 0 still wait." in output
    assert labels(kept) == [
        ("accepted", "track_order", "wheres me thing at"),
        ("accepted", "delivery_promise", "it is [friday](date) innit"),
        ("accepted", "talk_to_human", "code purple at base"),
        ("rejected", None, "blah blah"),
        ("accepted", "track_order", "wheres me thing at"),
    ]


def test_one_can_stop_and_go_on_later(kept):
    _, output = review("s", "o", "q")
    assert "1 labelled, 4 still wait." in output
    assert [each[0] for each in labels(kept)] == ["open", "accepted", "open", "open", "open"]
    _, output = review()
    assert "M-1001" in output
    assert "0 labelled, 4 still wait." in output


def test_what_cannot_be_is_said_and_asked_again(kept):
    _, output = review("9", "?", "start_shift", "re", "e", "broken [x](", "deny")
    assert "affirm, cancel_order, change_address" in output
    assert "There is no 9 here." in output
    assert "No intent of a customer is called that." in output
    assert re.search(r"\breport_problem, reschedule_delivery, .*return_policy\?", output)
    assert "not closed or nested" in output
    assert labels(kept)[0] == ("accepted", "deny", "wheres me thing at")


def test_only_those_of_an_audience_and_who_it_was_is_kept(kept):
    number = a_staff_member(kept, "Max Zzlabels", "manager")
    review("1", options=("--audience", "driver", "--as", str(number)))
    with kept.reading() as session:
        assert session.scalars(select(Utterance.labelled_by).where(Utterance.status == "accepted")).all() == [number]
    assert review(options=("--as", "99"))[0] == 2
    assert review(options=("--audience", "boss"))[0] == 2


def test_as_a_process_with_a_pipe(kept, database_url, tmp_path):
    environment = {**os.environ, "ROUNDSMAN_DATABASE_URL": database_url, "ROUNDSMAN_DATA_FOLDER": str(tmp_path)}
    command = [sys.executable, "-m", "bot.cli", "nlu", "review"]
    done = subprocess.run(
        command, input="track order\nq\n", capture_output=True, text=True, cwd=ROOT, env=environment, timeout=120, check=False
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 labelled, 3 still wait." in done.stdout
    assert labels(kept)[0][1] == "track_order"


# Using what was taught


@pytest.fixture
def taught(tmp_path: Path, trained: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A data folder whose models are trained, and a database of its own."""
    shutil.copytree(trained, tmp_path / "nlu")
    url = f"sqlite:///{tmp_path / 'roundsman.db'}"
    monkeypatch.setenv("ROUNDSMAN_DATABASE_URL", url)
    monkeypatch.setenv("ROUNDSMAN_DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv("ROUNDSMAN_LANGUAGES", "en")
    monkeypatch.setenv("ROUNDSMAN_ENCODER", "none")
    monkeypatch.setattr("bot.logs.set_up_logs", lambda *_: None)
    database = Database(url)
    migrate(database)
    return database


def nlu(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["nlu", *words], catch_exceptions=False)
    return result.exit_code, result.output


def test_what_was_accepted_is_used_after_it_was_compared_and_can_be_gone_back_from(taught, tmp_path):
    """In one go, since every step of it trains; a program that runs takes each version up."""
    said = "code purple at base"
    zone = ZoneInfo("Europe/Berlin")
    program = Program.compose(load_settings())
    try:
        keep(taught, [(f"{said} {n}", "driver", ["talk_to_human"]) for n in "abcdefgh"])
        for _ in range(8):
            review("1")
        code, output = nlu("train", "--compare", "--json")
        assert code == 0, output[-3000:]
        told = json.loads(output)
        assert (told["candidate"], told["used"]) == (1, True)
        (compared,) = told["compared"]
        assert (compared["language"], compared["audience"], compared["lost"]) == ("en", "driver", [])
        assert compared["all"]["messages"] > 100

        versions = Versions(load_settings().folder("nlu"))
        assert versions.active == 1
        assert "* 1 " in nlu("models")[1]
        engine = program.embedded
        assert engine.parse(said, "driver", NOW, zone).intent == "talk_to_human"
        code, output = nlu("explain", said, "--audience", "driver", "--json")
        assert code == 0, output
        assert json.loads(output)["nearest"][0]["text"].startswith(said)
        assert nlu("train", "--compare") == (0, "Nothing was accepted that version 1 has not learnt.\n")

        assert nlu("rollback") == (0, "Version 0 is used again.\n")
        assert program.take_up_taught()
        assert not program.take_up_taught()
        assert program.embedded is engine
        shipped = engine.parse(said, "driver", NOW, zone)
        assert (shipped.intent, shipped.confidence) != ("talk_to_human", pytest.approx(0.99, abs=0.02))
        assert nlu("rollback")[0] == 2
    finally:
        program.close()


def test_a_candidate_that_loses_too_much_is_not_used(taught, tmp_path):
    """Reports of drivers that somebody labelled as greetings, measured by what they are."""
    said = [
        f"{report} {more}"
        for report in ("all delivered", "parcel delivered", "delivered to the customer")
        for more in ("now", "just now", "today")
    ]
    keep(taught, [(each, "driver", ["greet"]) for each in said for _ in range(6)])
    for _ in said:
        review("1")
    frozen = tmp_path / "frozen.jsonl"
    frozen.write_text(
        "\n".join(json.dumps({"text": each, "intent": "delivered", "audience": "driver"}) for each in said)
    )
    code, output = nlu("train", "--compare", "--frozen", str(frozen))
    assert code == 1, output
    assert "Not used: too much is lost of (few messages each)" in " ".join(output.split())
    assert [each.number for each in Versions(load_settings().folder("nlu")).listed()] == [0]
    assert nlu("train", "--compare", "--frozen", "/nowhere.jsonl")[0] == 2


def test_a_program_starts_without_what_was_taught_where_that_cannot_be_read(taught):
    versions = Versions(load_settings().folder("nlu"))
    number = versions.make([Accepted("en", "driver", "greet", "ahoy there")], NOW)
    versions.describe(number, {})
    versions.activate(number)
    (versions.folder_of(number) / "en" / FILE).write_text("nlu: [")
    program = Program.compose(load_settings())
    try:
        assert program.embedded.parse("hello", "customer", NOW, ZoneInfo("Europe/Berlin")).intent == "greet"
    finally:
        program.close()
