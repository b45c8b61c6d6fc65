"""Staff change in words when things happen by themselves, leave days out, and close a depot."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from actions.perform import perform
from bot.words import Words
from domain.commands import TakeUpDue
from domain.moment import SYSTEM
from domain.schedules import Schedule, ScheduledRun
from domain.scheduling import Job
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import MORNING, NEXT_DAY, NOW, Business, a_staff_member, an_order, business, moment
from tests.talking import Talk

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        return business(session)


@pytest.fixture
def mia(database: Database, shop: Business) -> Talk:
    return Talk(database, staff_id=a_staff_member(database), channel="slack", address="D1")


def row(database: Database, job: Job = Job.PLAN_DAY) -> Schedule:
    with database.reading() as session:
        return session.exec(select(Schedule).where(Schedule.job == job)).one()


def said(shown) -> str:
    return Words(["en"], BERLIN).say(shown.name, shown.facts, "en", NOW)


def test_planning_is_set_in_one_sentence_and_put_back(database, mia):
    mia.say("what is planned when", "show_schedule")
    before = row(database)
    assert mia.say("plan north at 18:30 on weekdays", "set_schedule", depot="north") == ["schedule.set"]
    assert (row(database).at.isoformat("minutes"), row(database).weekdays) == ("18:30", [1, 2, 3, 4, 5])
    assert mia.press("choice.put_back") == ["schedule.set"]
    assert (row(database).at, row(database).weekdays) == (before.at, before.weekdays)


def test_what_is_not_said_is_asked(database, mia):
    assert mia.say("change the schedule", "set_schedule") == ["ask.schedule_job"]
    assert mia.press("choice.job", 1) == ["ask.schedule_at"]
    assert mia.say("at 7:45 pm") == ["schedule.set"]
    assert row(database, Job.PUBLISH).at.isoformat("minutes") == "19:45"


def test_a_job_is_switched_off_and_on(database, mia):
    assert mia.say("turn the ratings off", "set_schedule") == ["schedule.set"]
    assert not row(database, Job.RATINGS).enabled
    mia.say("switch the ratings back on", "set_schedule")
    assert row(database, Job.RATINGS).enabled


def test_a_single_day_is_left_out(database, mia):
    """Nothing of it is begun that day; the day before and after go on."""
    assert mia.say("pause planning on wednesday", "pause_schedule", date="2026-05-06") == ["schedule.skips"]
    assert row(database).options["skipped"] == ["2026-05-06"]
    perform(database, [TakeUpDue(depot="north")], moment(SYSTEM))
    perform(database, [TakeUpDue(depot="north")], moment(SYSTEM, now=NOW + timedelta(days=3)))
    with database.reading() as session:
        runs = session.exec(select(ScheduledRun).where(ScheduledRun.job == Job.PLAN_DAY).order_by(ScheduledRun.due_at))
        states = [(run.detail["local"][:10], run.state, run.detail.get("why")) for run in runs]
    assert ("2026-05-06", "missed", "paused") in states
    assert [why for day, _, why in states if day != "2026-05-06"].count("paused") == 0
    mia.say("what is planned when", "show_schedule")
    assert mia.say("resume planning", "resume_schedule") == ["schedule.paused"]
    assert "skipped" not in row(database).options


def test_a_pause_lasts_until_a_day(database, mia):
    mia.say("pause everything until friday", "pause_schedule", date="2026-05-08")
    assert row(database, Job.DAILY_DIGEST).paused_until == datetime(2026, 5, 8, 0, 0, tzinfo=BERLIN)
    assert mia.press("choice.go_on") == ["schedule.paused"]
    assert row(database, Job.DAILY_DIGEST).paused_until is None
    assert mia.say("pause planning", "pause_schedule") == ["ask.pause_day"]
    assert mia.press("choice.day", 1) == ["schedule.skips"]


def test_a_depot_closes_on_a_day_after_it_is_said_what_stands_there(database, shop, mia):
    with database.writing() as session:
        order = an_order(session, shop, window=MORNING)
    assert mia.say("north is closed tomorrow", "set_schedule", depot="north", date=NEXT_DAY.isoformat()) == [
        "ask.confirm.ChangeSchedule"
    ]
    assert mia.facts["count"] == 1
    assert mia.press("choice.yes") == ["schedule.day_closed"]
    assert order.number in said(mia.shown[-1])
    assert [each["label"] for each in mia.choices()] == ["choice.put_back", "choice.another_day"]
    with database.reading() as session:
        assert UnitOfWork(session, SYSTEM).depots.find("north").closed_days == [NEXT_DAY.isoformat()]
    assert mia.say("plan tomorrow", "plan_routes") == ["refused.nothing_to_plan"]
    assert mia.say("north is closed on 25 december", "close_day", date="2026-12-25") == ["schedule.day_closed"]
    mia.press("choice.put_back")
    with database.reading() as session:
        assert UnitOfWork(session, SYSTEM).depots.find("north").closed_days == [NEXT_DAY.isoformat()]


def test_a_day_that_is_over_stays(database, mia):
    assert mia.say("closed on 1 may", "close_day", date="2026-05-01") == ["refused.day_over"]
    assert mia.say("skip planning on 1 may", "pause_schedule", date="2026-05-01") == ["refused.day_over"]
