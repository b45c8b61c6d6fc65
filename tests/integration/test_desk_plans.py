"""Staff plan a day in their chat: the run as it goes on, the plan, its picture, and what becomes of it."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

import bot.clock
import bot.planning
from actions.perform import perform
from bot.files import Files
from bot.jobs import run_due_jobs
from bot.words import Words
from domain.commands import BeginRun, CancelOrder, KeepProgress
from domain.deliveries import StoredFile
from domain.fleet import Shift, ShiftPattern
from domain.moment import SYSTEM
from domain.plans import Plan, Run
from domain.refusals import Refusal
from domain.values import Place
from storage.database import Database
from storage.jobs import JobRow
from storage.outbox import SENT, OutboxRow
from tests.builders import EVENING, NEXT_DAY, NOW, OFFICE, Business, a_depot, a_staff_member, business, moment
from tests.planning import Planner, a_driver, a_van, settings_for, some_orders
from tests.talking import Talk


@pytest.fixture
def shop(database: Database) -> Business:
    with database.writing() as session:
        shop = business(session, stock=500)
        a_driver(session, shop, "Ines", a_van(session, shop, "B-X 1"))
        some_orders(session, shop, 5)
        return shop


@pytest.fixture
def planner(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Planner:
    monkeypatch.setattr(bot.clock, "now", lambda: NOW)
    monkeypatch.setattr(bot.planning, "now", lambda: NOW)
    return Planner(database, settings_for(tmp_path))


@pytest.fixture
def mia(database: Database) -> Talk:
    return Talk(database, staff_id=a_staff_member(database), channel="slack", address="D1")


def all_of(database: Database, model):
    with database.reading() as session:
        return list(session.exec(select(model).order_by(*model.__table__.primary_key)))


def sent(database: Database) -> None:
    """What waits was sent by the channel, which calls each message by its row."""
    with database.writing() as session:
        for row in session.exec(select(OutboxRow).where(OutboxRow.state == "pending")):
            row.state, row.sent_at, row.provider_id = SENT, NOW, f"m{row.id}"


def edits(database: Database, live: str) -> list[OutboxRow]:
    return [row for row in all_of(database, OutboxRow) if row.live == live and row.edits]


def said(shown) -> str:
    return Words(["en"], ZoneInfo("Europe/Berlin")).say(shown.name, shown.facts, "en", NOW)


def labels(shown) -> list[str]:
    return [each["label"] for each in shown.choices]


def briefly(database, run):
    """The run searches for a second, not for the minute that a chat gives it."""
    with database.writing() as session:
        session.get_one(Run, run).seconds = 1


def test_a_day_is_planned_and_published_in_a_chat(database, shop, planner, mia):
    assert mia.say("plan tomorrow for north depot", "plan_routes", depot="north depot") == ["planning.run"]
    assert (mia.facts["day"], mia.facts["status"]) == (NEXT_DAY.isoformat(), "queued")
    assert labels(mia.shown[-1]) == ["choice.stop_run"]
    sent(database)
    briefly(database, 1)
    planner.work()
    assert [row.facts["status"] for row in edits(database, "run:1")][-1] == "done"
    card = edits(database, "run:1")[-1]
    assert (card.facts["plan"], card.facts["plan_status"], card.facts["figures"]["stops"]) == (1, "draft", 5)
    assert [each["label"] for each in card.choices] == ["choice.see_plan", "choice.publish_plan", "choice.discard_plan"]
    sent(database)

    assert mia.press_id(card.choices[0]["id"]) == ["planning.plan"]
    assert [(line["driver"], line["stops"]) for line in mia.facts["lines"]] == [("Ines", 5)]
    assert "*R-1* Ines, Van: 5 stops" in said(mia.shown[-1])
    assert "against planning by hand" in said(mia.shown[-1]).lower()
    sent(database)

    assert mia.press("choice.publish_plan") == ["ask.confirm.PublishPlan"]
    assert (mia.facts["customers"], mia.facts["held"]) == (5, 0)
    assert mia.press("choice.yes") == ["planning.published"]
    assert edits(database, "run:1")[-1].facts["plan_status"] == "published"
    assert edits(database, "plan:1")[-1].facts["status"] == "published"
    assert edits(database, "plan:1")[-1].choices == []


def test_what_the_search_has_found_is_told_as_it_goes(database, shop, planner, mia):
    mia.say("plan tomorrow", "plan_routes")
    sent(database)
    perform(database, [BeginRun(run=1)], moment(SYSTEM))
    perform(database, [KeepProgress(run=1, attempt=1, seconds=3.2, cost=12_345, unplanned=2)], moment(SYSTEM))
    card = edits(database, "run:1")[-1]
    assert (card.facts["searched"], card.facts["cost"], card.facts["unplanned"]) == (3.2, 12_345, 2)
    text = said(card)
    assert "3 of 60 seconds" in text
    assert "Best so far costs 123.45, 2 unplanned." in text
    with database.reading() as session:
        assert session.get_one(Run, 1).version == 2  # nothing depends on news
    with pytest.raises(Refusal, match="run_over"):
        perform(database, [KeepProgress(run=1, attempt=2, seconds=4)], moment(SYSTEM))


def test_a_real_search_tells_how_far_it_is_now_and_then(database, shop, planner, mia):
    """Three seconds lie between two edits, whatever the search finds meanwhile."""
    mia.say("plan tomorrow", "plan_routes")
    sent(database)
    with database.writing() as session:
        session.get_one(Run, 1).seconds = 7
    planner.work()
    solving = [row.facts for row in edits(database, "run:1") if row.facts["status"] == "solving"]
    assert 2 <= len(solving) <= 5
    assert solving[-1]["searched"] >= 3
    assert solving[-1]["cost"] > 0
    assert solving[-1]["unplanned"] == 0


def test_the_best_so_far_is_taken_by_a_button(database, shop, planner, mia):
    mia.say("plan tomorrow", "plan_routes")
    sent(database)
    assert mia.press("choice.stop_run") == ["planning.stopped"]
    card = edits(database, "run:1")[-1]
    assert (card.facts["stopping"], [each["label"] for each in card.choices]) == (True, ["choice.give_up_run"])
    planner.work()
    with database.reading() as session:
        assert session.get_one(Run, 1).status == "stopped"
        assert session.get_one(Plan, 1).status == "draft"


def test_a_picture_comes_with_the_plan(database, shop, planner, mia):
    planner.plan()
    run_due_jobs(database, planner.settings)
    (file,) = all_of(database, StoredFile)
    assert (file.kind, file.mime) == ("plan", "image/png")
    assert Files(planner.settings).path_of(file).read_bytes().startswith(b"\x89PNG")
    mia.say("show the plan", "show_routes")
    assert mia.shown[-1].media == {"photos": [file.id]}


def test_a_picture_that_is_not_made_yet_comes_when_it_is(database, shop, planner, mia):
    planner.plan()
    mia.say("show the plan", "show_routes")
    assert mia.shown[-1].media == {}
    sent(database)
    run_due_jobs(database, planner.settings)
    assert edits(database, "plan:1")[-1].media == {"photos": [all_of(database, StoredFile)[0].id]}
    assert [job.done_at is None for job in all_of(database, JobRow) if job.kind == "plan_picture"] == [False]


def test_what_is_left_out_is_told_with_why_and_what_helps(database, shop, planner, mia):
    with database.writing() as session:
        some_orders(session, shop, 7, place=None)
    planner.plan()
    mia.say("show the plan", "show_routes")
    assert (mia.facts["left_out"], len(mia.facts["drops"])) == (7, 5)
    assert "is on no route. Nobody knows where the address is." in said(mia.shown[-1])
    assert labels(mia.shown[-1])[:6] == ["choice.more_drops", *["choice.pin_order"] * 5]
    assert mia.press("choice.more_drops") == ["planning.plan"]
    assert (mia.facts["page"], mia.facts["pages"], len(mia.facts["drops"])) == (2, 2, 2)
    assert mia.press("choice.pin_order") == ["ask.place"]


def test_a_plan_is_compared_with_the_last(database, shop, planner, mia):
    planner.plan()
    with database.writing() as session:
        a_driver(session, shop, "Bo", a_van(session, shop, "B-X 2"))
        some_orders(session, shop, 3)
    planner.plan(seed=5, balance=True)
    mia.say("what is different", "compare_plans")
    assert (mia.facts["plan"], mia.facts["other"]) == (2, 1)
    assert {each["was"] for each in mia.facts["swaps"]} <= {"Ines", None}
    assert mia.facts["count"] >= 3
    assert "stops 5 → 8, left out 0 → 0" in said(mia.shown[-1])
    assert "RM-10006: nobody → Ines" in said(mia.shown[-1])


def test_what_changed_since_can_be_left_out_by_a_button(database, shop, planner, mia):
    planner.plan()
    perform(database, [CancelOrder(order="RM-10001")], moment(OFFICE))
    mia.say("publish it", "publish_routes")
    assert mia.press("choice.yes") == ["refused.plan_changed"]
    assert mia.press("choice.publish_without") == ["ask.confirm.PublishPlan"]
    assert mia.press("choice.yes") == ["planning.published"]
    assert mia.facts["taken_out"] == 1


def test_a_draft_is_thrown_away_after_a_question(database, shop, planner, mia):
    planner.plan()
    assert mia.say("throw the draft away", "discard_plan") == ["ask.confirm.DiscardPlan"]
    assert mia.press("choice.yes") == ["planning.discarded"]
    assert mia.say("publish it", "publish_routes") == ["refused.no_draft"]
    assert mia.say("show me the plan", "show_routes") == ["refused.no_plan_yet"]
    assert mia.press("choice.plan_day") == ["planning.run"]


def test_which_depot_and_which_draft_are_asked(database, shop, planner, mia):
    planner.plan()
    with database.writing() as session:
        a_depot(session, code="south")
    assert mia.say("plan", "plan_routes") == ["ask.which_depot"]
    assert mia.press("choice.depot", 1) == ["refused.nothing_to_plan"]
    assert mia.say("publish the plan for the south", "publish_routes", depot="south") == ["refused.no_draft"]
    assert mia.say("publish the plan", "publish_routes") == ["ask.confirm.PublishPlan"]


def test_a_viewer_looks_and_changes_nothing(database, shop, planner):
    planner.plan()
    vi = Talk(database, staff_id=a_staff_member(database, "Vi Zz", "viewer"))
    assert vi.say("show the plan", "show_routes") == ["planning.plan"]
    assert vi.press("choice.publish_plan") == ["refused.not_your_role"]
    assert all_of(database, Plan)[0].status == "draft"


def test_nobody_plans_a_day_twice_at_once(database, shop, planner, mia):
    mia.say("plan tomorrow", "plan_routes")
    assert mia.say("plan tomorrow", "plan_routes") == ["refused.already_planning"]
    assert labels(mia.shown[-1]) == ["choice.stop_run"]


def test_a_long_plan_has_pages_and_lean_queries(database, shop, planner, mia, statements):
    with database.writing() as session:
        for n in range(13):
            a_driver(session, shop, f"Zz{n}", a_van(session, shop, f"B-Y {n}"))
    plan = planner.plan(balance=True)
    with database.writing() as session:
        from domain.routes import Route

        for n in range(30):
            session.add(Route(plan_id=plan.id, depot_id=shop.depot_id, day=NEXT_DAY, driver_id=n % 13 + 1))
    del statements[:]
    mia.say("show the plan", "show_routes")
    assert len(mia.facts["lines"]) == 12
    assert len(statements) < 35
    assert mia.press("choice.next_page") == ["planning.plan"]
    assert mia.facts["page"] == 2


def test_a_driver_works_longer_for_what_was_left_out(database, shop, planner, mia):
    """The fix that was tried out on the routes is one button: another shift, and the day planned anew with it."""
    with database.writing() as session:
        far = Place(52.60, 13.40)
        some_orders(session, shop, 1, window=EVENING, place=far)
        for pattern in session.exec(select(ShiftPattern)):
            pattern.ends = time(16, 5)
    planner.plan()
    mia.say("show the plan", "show_routes")
    (drop,) = mia.facts["drops"]
    assert (drop["order"], drop["fix"]["code"]) == ("RM-10006", "fix.more_time")
    assert "choice.mend" in labels(mia.shown[-1])
    assert mia.press("choice.mend") == ["ask.confirm.MendPlan"]
    assert mia.facts["name"] == "Ines"
    assert mia.press("choice.yes") == ["planning.run"]
    briefly(database, 2)
    planner.work()
    mia.say("show the plan", "show_routes")
    assert (mia.facts["plan"], mia.facts["drops"]) == (2, [])
    with database.reading() as session:
        (shift,) = session.exec(select(Shift)).all()
    assert (shift.day, shift.starts) == (NEXT_DAY, time(8))
    assert shift.ends > time(16, 5)


def test_customers_whose_night_it_is_are_told_in_the_morning(database, shop, planner):
    planner.plan()
    late = Talk(database, staff_id=a_staff_member(database), now=NOW + timedelta(hours=10, minutes=30))
    assert late.say("publish", "publish_routes") == ["ask.confirm.PublishPlan"]
    assert (late.facts["customers"], late.facts["held"], late.facts["until"][:16]) == (5, 5, "2026-05-05T08:00")
    assert "5 customers are told their window, not before tomorrow, Tuesday 5 May, 08:00." in said(late.shown[-1])


def test_a_draft_route_is_given_to_somebody_else_and_published(database, shop, planner, mia):
    planner.plan()
    with database.writing() as session:
        bo = a_driver(session, shop, "Bo").id
        off = a_driver(session, shop, "Otto").id
        for pattern in session.exec(select(ShiftPattern).where(ShiftPattern.driver_id == off)):
            session.delete(pattern)
    mia.say("put otto on r1", "assign_driver", driver="otto", route="R1")
    assert mia.shown[-1].name == "refused.driver_off_that_day"
    assert mia.say("put bo on r1", "assign_driver", driver="bo", route="R1") == ["road.assigned"]
    mia.say("publish", "publish_routes")
    assert mia.press("choice.yes") == ["planning.published"]
    assert [(route.driver_id, route.status) for route in planner.routes()] == [(bo, "published")]
    assert mia.facts["taken_out"] == 0
    assert mia.say("put ines on r1", "assign_driver", driver="ines", route="R1") == ["road.assigned"]
