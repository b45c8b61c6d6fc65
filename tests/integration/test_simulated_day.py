"""A short simulated day through the real program: everything that must hold of a day holds, and the report says how it went."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from PIL import Image
from rich.console import Console
from sqlmodel import select

from bot.simulation.day import LADDER, Plan, Played, play, program_for
from bot.simulation.invariants import violations
from bot.simulation.noise import Noise
from bot.simulation.plots import draw
from bot.simulation.report import Report, report_of, show
from domain.cases import Case
from domain.fleet import Vehicle
from domain.orders import Order
from domain.routes import Route
from domain.stock import StockLevel
from storage.inbox import InboxRow
from storage.jobs import JobRow
from storage.outbox import OutboxRow
from tests.running import run

DAY = date(2026, 5, 5)
CALM = Noise(breakdown=0)


def played(folder: Path, url: str, look: Any, **values: Any) -> Any:
    """A day with a driver of the early shift, who is back in the afternoon."""
    plan = Plan(**{"orders": 12, "drivers": 1, "day": DAY, "seed": 3, "noise": CALM, "iterations": 30,
                   "over": time(17, 30), "tick": timedelta(minutes=5), **values})  # fmt: skip
    with program_for(folder, url) as program:
        return look(run(play(plan, program)))


def broken(day: Played) -> list[str]:
    """The violations that are found once the day's database has been tampered with in every way that is looked for."""
    night = datetime(2026, 5, 5, 1, 0, tzinfo=UTC)
    with day.program.database.writing() as session:
        delivered = session.exec(select(Order).where(Order.status == "delivered")).all()
        delivered[0].status = "out_for_delivery"
        session.exec(select(StockLevel)).first().on_hand -= 1
        rows = session.exec(select(OutboxRow).where(OutboxRow.name.in_(["order.out", "order.planned"]))).all()
        planned = next(row for row in rows if row.name == "order.planned")
        planned.sent_at = night
        last = [row for row in rows if row.name == "order.out"][-2:]
        last[0].facts, last[0].conversation_id = dict(last[1].facts), last[1].conversation_id
        session.exec(select(OutboxRow).where(OutboxRow.name == "order.delivered")).first().state = "dead"
        session.exec(select(InboxRow)).first().outcome = "broken"
        session.exec(select(JobRow)).first().done_at = None
        session.exec(select(Route)).first().status = "in_progress"
    log = replace(
        day.log, unheard=[("delivered", "done", ("said.stale",))],
        calls=[call for call in day.log.calls if call.order != delivered[1].number],
    )  # fmt: skip
    with day.program.database.reading() as session:
        return violations(session, day.world, log, day.stock)


def test_a_day_in_which_all_that_must_hold_does(data_folder, database_url, tmp_path):
    def look(day: Played) -> tuple[Report, list[Path], str]:
        return report_of(day, 1.0), draw(tmp_path, day), "\n".join(broken(day))

    report, pictures, wrong = played(data_folder, database_url, look)
    assert report.violations == ()
    for what in (
        "the day is over but", "handed over and not delivered", "delivered and never handed over", "said twice",
        "said in quiet hours", "never sent", "turns that broke", "jobs never done", "stock that does not add up",
        "reports without effect", "routes that never ended",
    ):  # fmt: skip
        assert what in wrong
    assert sum(report.statuses.values()) == 12
    assert report.statuses["delivered"] >= 6
    assert report.told_at_publishing.count == report.promise.count == 12 - report.unplanned
    assert [each.horizon for each in report.errors] == [15, 30, 60, 120]
    assert report.errors[0].eta is not None
    assert report.by_kind["order.out"] == report.promise.count
    assert report.messages_per_order > 2
    assert report.positions > 20
    written = orjson.loads(orjson.dumps(report.json()))
    assert written["plan"]["orders"] == 12
    said = io.StringIO()
    show(report, Console(file=said, width=120))
    assert "Every invariant holds" in said.getvalue()
    assert "told last, 60 minutes before or more" in said.getvalue()
    for path in pictures:
        with Image.open(path) as picture:
            assert picture.size[0] > 800


def test_without_the_ladder_nobody_hears_of_it_and_the_day_is_the_same(data_folder, tmp_path):
    def look(day: Played) -> tuple[Report, set[str], list[Any]]:
        heard = {each.name for address, each in day.line.sent if address.startswith("1")}
        return report_of(day, 1.0), heard, [(call.order, call.handed_over) for call in day.log.calls]

    report, heard, calls = played(data_folder, f"sqlite:///{tmp_path / 'a.db'}", look, ladder=False, orders=8)
    again, heard_with, calls_with = played(data_folder, f"sqlite:///{tmp_path / 'b.db'}", look, orders=8)
    assert report.violations == again.violations == ()
    assert not heard & LADDER
    assert heard_with & LADDER
    assert "order.planned" in heard & heard_with
    assert sorted(calls) == sorted(calls_with)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_day_on_which_a_van_breaks_down_holds_all_the_same(data_folder, database_url):
    """The rest of its route is handed over, or its customers hear that nothing comes today; nothing is lost or said twice."""

    def look(day: Played) -> tuple[Report, list[str], list[Case], str]:
        with day.program.database.reading() as session:
            routes = [route.status for route in session.exec(select(Route).where(Route.day == DAY))]
            cases = list(session.exec(select(Case).where(Case.kind == "incident.breakdown")))
            plate = cases[0].detail["vehicle"] if cases else ""
            van = session.exec(select(Vehicle).where(Vehicle.plate == plate)).one()
            return report_of(day, 1.0), routes, cases, van.status

    report, routes, cases, van = played(
        data_folder, database_url, look, drivers=2, orders=14, seed=6, noise=Noise(breakdown=1), over=time(21, 30)
    )
    assert report.violations == ()
    assert report.breakdowns == 1
    assert len(cases) == 1
    assert set(routes) <= {"completed", "cancelled"}
    assert van == "out_of_service"
    assert sum(report.statuses.values()) == 14
