"""An evening of the real program: orders are complete, planned, published and told, whoever of several processes ticks."""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from actions.perform import perform
from domain.commands import SetSchedule
from domain.events import Event
from domain.plans import Plan
from domain.schedules import Report, ScheduledRun
from domain.scheduling import Job
from storage.database import Database
from tests.builders import NEXT_DAY, OFFICE, business, moment
from tests.planning import a_driver, a_van, some_orders
from tests.serving import serve

#: Monday 4 May, 17:55 in Berlin.
EVENING = {"FROM": "2026-05-04T15:55:00+00:00", "ROUNDSMAN_SCHEDULER": "true"}
THAT_DAY = {
    "close_cutoff:north:2026-05-04T18:00",
    "plan_day:north:2026-05-04T18:10",
    "publish:north:2026-05-04T19:30",
    "daily_digest:north:2026-05-04T20:30",
}


@pytest.fixture
def shop(database: Database) -> None:
    with database.writing() as session:
        made = business(session)
        a_driver(session, made, van=a_van(session, made))
        some_orders(session, made, 3)
    quick = SetSchedule(depot="north", job=Job.PLAN_DAY, options={"iterations": 20})
    perform(database, [quick], moment(OFFICE))


def states(database: Database) -> dict[str, str]:
    with database.reading() as session:
        return {run.key: run.state for run in session.exec(select(ScheduledRun))}


def wait_for(database: Database, *keys: str, seconds: float = 90) -> None:
    """Until these runs are over."""
    deadline = time.monotonic() + seconds
    while not all(states(database).get(key) in {"done", "failed", "missed"} for key in keys):
        assert time.monotonic() < deadline, states(database)
        threading.Event().wait(0.1)


def check_evening(database: Database) -> None:
    """Everything of that evening happened, and happened once."""
    found = states(database)
    assert {key: found[key] for key in THAT_DAY} == dict.fromkeys(THAT_DAY, "done")
    with database.reading() as session:
        (plan,) = session.exec(select(Plan).where(Plan.day == NEXT_DAY)).all()
        changes = Counter(
            (event.noun, event.change, event.after)
            for event in session.exec(select(Event).where(Event.noun.in_(["plan", "depot"])))  # type: ignore[attr-defined]
        )
        assert session.exec(select(Report).where(Report.period == "2026-05-04")).one().figures["ordered"] == 0
    assert plan.status == "published"
    assert changes["plan", "status", "published"] == 1
    assert changes["depot", "cutoff_closed", "2026-05-05"] == 1


def test_an_evening_goes_by_itself(database, database_url, shop, data_folder: Path):
    with serve(data_folder, EVENING, database_url, module="tests.e2e.ticking"):
        wait_for(database, *THAT_DAY)
    check_evening(database)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_processes_on_one_database_do_it_once(database, database_url, shop, data_folder: Path, tmp_path: Path):
    """Both tick; then the one that holds the clock is killed, and the other goes on."""
    with ExitStack() as stack:
        both = []
        for name in ("one", "two"):
            folder = tmp_path / name
            folder.mkdir()
            (folder / "nlu").symlink_to(data_folder / "nlu")
            both.append(stack.enter_context(serve(folder, EVENING, database_url, module="tests.e2e.ticking")))
        wait_for(database, "close_cutoff:north:2026-05-04T18:00")
        holder = both[0] if "scheduler" in _leases(database) else both[1]
        holder.kill()
        with database.writing() as session:  # a lease lasts minutes of the machine's time; nobody waits for that here
            session.execute(text("DELETE FROM lease WHERE name = 'scheduler'"))
        wait_for(database, *THAT_DAY)
    check_evening(database)


def _leases(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.execute(text("SELECT name FROM lease")).scalars())
