"""Days and weeks of a depot in figures, counted from what happened and when."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from actions.scheduling import depot_of
from domain.commands import MakeReport
from domain.depots import Depot
from domain.moment import Moment
from domain.notices import Notice, ReportMade
from domain.schedules import Report
from domain.scheduling import moment_of
from storage.unit_of_work import UnitOfWork

#: The kind of job that sends a report to where it is wanted.
SEND = "report"


def make_report(command: MakeReport, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Count a day or week of a depot, in place of what was counted before; ``send`` it once."""
    depot = depot_of(command.depot, uow)
    start, end = _span(command.kind, command.period, depot)
    figures = uow.figures.of(depot, start, end, alone=len(uow.depots.all()) == 1)
    report = uow.schedules.report(depot.id or 0, command.kind, command.period)
    if report is None:
        report = Report(depot_id=depot.id or 0, kind=command.kind, period=command.period, made_at=at.now)
        uow.add(report)
    report.made_at, report.figures = at.now, figures
    if command.send:
        key = f"{SEND}:{depot.code}:{command.kind}:{command.period}"
        payload = {"report": report.id, "depot": depot.code, "name_of_depot": depot.name, "zone": depot.zone}
        uow.want(key, SEND, payload, at.now)
    return [
        ReportMade(
            depot=depot.code, name_of_depot=depot.name, kind=command.kind, period=command.period, figures=figures
        )
    ]


def end_of(kind: str, period: str, depot: Depot) -> datetime:
    """When a day or week of a depot is over, in UTC."""
    return _span(kind, period, depot)[1]


def _span(kind: str, period: str, depot: Depot) -> tuple[datetime, datetime]:
    """From local midnight to local midnight."""
    if kind == "weekly":
        first, days = date.fromisoformat(f"{period}-1"), 7
    else:
        first, days = date.fromisoformat(period), 1
    midnight = time(0)
    return moment_of(first, midnight, depot.tz), moment_of(first + timedelta(days=days), midnight, depot.tz)
