"""Days in figures: counted from what happened, kept, shown and sent."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from actions.perform import perform
from bot.jobs import run_due_jobs
from bot.settings import Settings
from domain.commands import MakeReport
from domain.conversations import Conversation
from domain.driving import WorkedShift
from domain.events import note
from domain.orders import Order, OrderStatus
from domain.routes import Route, Task, TaskStatus
from domain.schedules import Report
from storage import outbox
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, OFFICE, SYSTEM, a_case, a_depot, an_order, business, moment
from tests.counted import visit
from tests.emulators.smtp import MailServer, smtp
from tests.planned import a_plan, a_route

TODAY = NOW.date()
DAY = MakeReport(depot="north", kind="daily", period="2026-05-04")


def report(database: Database, command: MakeReport = DAY) -> dict[str, object]:
    (made,) = perform(database, [command], moment(OFFICE, now=NOW + timedelta(hours=9)))[0]
    return made.figures  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def day(database: Database) -> Route:
    """Four orders of a route, promised for 12:00 to 16:00 (10:00 to 14:00 UTC): in time, late, outside what was told, and failed."""
    with database.writing() as session:
        shop = business(session)
        orders = [an_order(session, shop, status="out_for_delivery", day=TODAY) for _ in range(4)]
        route = a_route(session, a_plan(session, shop, status="published"), orders, status="in_progress", metres=50_000)
        uow = UnitOfWork(session, SYSTEM)
        for order in orders:
            order.told_start, order.told_end = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
        visit(
            session, uow, orders[0], NOW + timedelta(hours=1, minutes=58), TaskStatus.COMPLETED
        )  # done after, arrived within
        visit(session, uow, orders[1], NOW + timedelta(hours=5, minutes=1), TaskStatus.COMPLETED)
        visit(session, uow, orders[2], NOW + timedelta(hours=3), TaskStatus.COMPLETED)
        visit(session, uow, orders[3], NOW + timedelta(hours=4), TaskStatus.FAILED, reason="nobody_home")
        uow.flush()
        return route


def test_a_day_is_counted_from_its_events(database, day):
    found = report(database)
    assert (found["delivered"], found["failed"], found["attempts"]) == (3, 1, 4)
    assert (found["in_promise"], found["with_promise"]) == (2, 3)
    assert (found["in_told"], found["with_told"]) == (1, 3)
    assert found["reasons"] == {"nobody_home": 1}
    assert (found["routes"], found["metres"]) == (1, 50_000)


def test_what_happened_on_another_day_or_elsewhere_does_not_count(database, day):
    with database.writing() as session:
        a_depot(session, code="south")
    yesterday = report(database, MakeReport(depot="north", kind="daily", period="2026-05-03"))
    elsewhere = report(database, MakeReport(depot="south", kind="daily", period="2026-05-04"))
    week = report(database, MakeReport(depot="north", kind="weekly", period="2026-W19"))
    assert not any(yesterday[name] for name in ("delivered", "failed", "attempts", "routes", "metres"))
    assert not any(elsewhere.values())
    assert (week["delivered"], week["attempts"]) == (3, 4)


def test_an_order_counts_by_what_it_came_to_in_the_end(database, day):
    with database.writing() as session:
        order = session.exec(select(Order).where(Order.status == "failed")).one()
        UnitOfWork(session, SYSTEM).record(
            event := order.move(OrderStatus.RETURNED_TO_DEPOT, moment(now=NOW + timedelta(hours=8)))
        )
        session.add(event)
    found = report(database)
    assert (found["failed"], found["returned"]) == (0, 1)


def test_what_was_taken_back_did_not_happen_and_what_nobody_reached_was_no_attempt(database, day):
    with database.writing() as session:
        uow = UnitOfWork(session, SYSTEM)
        at = moment(now=NOW + timedelta(hours=6))
        task = session.exec(select(Task).where(Task.status == "failed")).one()
        order = uow.orders.get(task.order_number or "")
        order.status, task.status, task.done_at = "out_for_delivery", "arrived", None
        uow.record(
            note(order, "undone", at, "failed", "out_for_delivery"), note(task, "undone", at, "failed", "arrived")
        )
        uow.record(task.move(TaskStatus.FAILED, moment(now=NOW + timedelta(hours=7)), reason="shift_ended"))
        uow.flush()
    found = report(database)
    assert (found["delivered"], found["failed"], found["attempts"]) == (3, 0, 3)
    assert found["reasons"] == {"not_reached": 1}


def test_shifts_and_odometers_count(database, day):
    with database.writing() as session:
        shift = {"driver_id": day.driver_id, "depot_id": day.depot_id, "day": TODAY, "route_id": day.id}
        began, ended = NOW - timedelta(hours=2), NOW + timedelta(hours=6)
        session.add(WorkedShift(**shift, started_at=began, ended_at=ended, start_km=1_000, end_km=1_061))
    found = report(database)
    assert (found["worked"], found["metres"]) == (8 * 3600, 61_000)


def test_messages_questions_and_exceptions_count(database, day):
    with database.writing() as session:
        order = session.exec(select(Order)).first()
        assert order is not None
        chats = [
            Conversation(channel="rest", address=name, role=role, created_at=NOW, last_at=NOW)
            for name, role in (("a", "customer"), ("b", "driver"))
        ]
        session.add_all(chats)
        session.flush()
        row = {
            "facts": {}, "choices": [], "media": {}, "about": order.number, "live": None, "edits": False, "good_until": None,
            "priority": 1, "not_before": None, "state": "sent", "created_at": NOW, "sent_at": NOW, "inbox_id": None,
        }  # fmt: skip
        rows = [
            {**row, "conversation_id": chats[0].id, "kind": "OrderPlanned", "name": "order.planned"},
            {
                **row,
                "conversation_id": chats[0].id,
                "kind": "OrderPlanned",
                "name": "order.planned",
                "state": "dropped",
            },
            {**row, "conversation_id": chats[1].id, "kind": "RouteForDriver", "name": "driver.route"},
            {**row, "conversation_id": chats[0].id, "kind": "reply", "name": "order.tracked", "inbox_id": 1},
            {**row, "conversation_id": chats[0].id, "kind": "reply", "name": "order.tracked", "inbox_id": 1},
            {**row, "conversation_id": chats[0].id, "kind": "reply", "name": "said.hello", "inbox_id": 2},
        ]
        outbox.put(session, rows)
        case = a_case(session, "not_planned", order)
        a_case(session, "wish.talk_to_human", None, now=NOW - timedelta(days=2)).resolve(moment(now=NOW))
        assert case.is_open
    found = report(database)
    assert (found["messages"], found["asked_where"]) == (1, 1)
    assert (found["cases_opened"], found["cases_closed"]) == (1, 1)


def test_a_report_is_kept_and_made_anew_when_asked(database, day):
    report(database)
    report(database)
    with database.reading() as session:
        (kept,) = session.exec(select(Report)).all()
    assert (kept.kind, kept.period, kept.figures["delivered"]) == ("daily", "2026-05-04", 3)


@pytest.mark.parametrize(("kind", "period"), [("daily", "2026-02-30"), ("daily", "2026-W19"), ("weekly", "2026-W54")])
def test_a_day_that_is_none_is_refused(kind, period):
    with pytest.raises(ValueError, match="is no"):
        MakeReport(depot="north", kind=kind, period=period)


# By e-mail


def settings(folder: Path, server: MailServer, **values: object) -> Settings:
    given = {
        "smtp_url": f"smtp://127.0.0.1:{server.port}", "email_from": "Depot <hello@shop.example>",
        "report_to": "boss@shop.example", **values,
    }  # fmt: skip
    return Settings(data_folder=folder, _env_file=None, **given)  # type: ignore[call-arg, arg-type]


def test_a_report_goes_to_whom_the_settings_name_once(database, day, tmp_path):
    sending = MakeReport(depot="north", kind="daily", period="2026-05-04", send=True)
    with smtp() as server:
        for _ in range(2):
            report(database, sending)
            run_due_jobs(database, settings(tmp_path, server))
        (mail,) = server.mails
    assert mail.to == ["boss@shop.example"]
    assert mail.message["Subject"] == "Depot North, Monday 4 May"
    text = mail.part("text/plain")
    assert "Orders: 3 delivered, 1 failed; 0 new." in text
    assert "Inside the promise: 66.7 % (2 of 3)" in text
    assert "nobody home 1" in text
    assert [part.get_content_type() for part in mail.message.walk()] == ["text/plain"]


def test_a_mail_server_in_trouble_gets_it_later_and_nobody_gets_it_unasked(database, day, tmp_path):
    sending = MakeReport(depot="north", kind="daily", period="2026-05-04", send=True)
    with smtp() as server:
        report(database, sending)
        run_due_jobs(database, settings(tmp_path, server, report_to=""))
        assert not server.mails
        report(database, MakeReport(depot="north", kind="daily", period="2026-05-03", send=True))
        server.troubles.append(("rcpt", "451 4.7.1 not now"))
        run_due_jobs(database, settings(tmp_path, server))
        assert not server.mails
        with database.writing() as session:
            session.connection().exec_driver_sql("UPDATE job SET run_at = '2020-01-01 00:00:00' WHERE kind = 'report'")
        run_due_jobs(database, settings(tmp_path, server))
        assert len(server.mails) == 1
