"""Days and weeks of a depot in figures, counted from what happened and when, and told to whom they concern."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from actions.kpis import figures_of, shown_kpis, span_of, watch_targets
from actions.scheduling import depot_of
from domain.commands import MakeReport, TellReport
from domain.deliveries import StoredFile
from domain.depots import Depot
from domain.moment import Moment, Role
from domain.notices import Media, Notice, ReportMade
from domain.orders import OrderStatus
from domain.schedules import Report
from domain.values import Days
from storage.unit_of_work import UnitOfWork

#: The kind of job that sends a report to where it is wanted.
SEND = "report"
#: The picture of a report can be looked at so long.
PICTURE_KEPT_FOR = timedelta(days=30)


def make_report(command: MakeReport, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Count a day or week of a depot, in place of what was counted before; ``send`` it once.

    At the end of a day that is sent, key figures that have left their targets, or meet them again, are told.
    """
    depot = depot_of(command.depot, uow)
    figures = figures_of([depot], days_of(command.kind, command.period), uow)
    report = uow.schedules.report(depot.id or 0, command.kind, command.period)
    if report is None:
        report = Report(depot_id=depot.id or 0, kind=command.kind, period=command.period, made_at=at.now)
        uow.add(report)
    report.made_at, report.figures = at.now, figures
    made = told(report, depot, uow)
    if not command.send:
        return [made]
    part = "morning" if command.morning else "evening" if command.kind == "daily" else "weekly"
    key = f"{SEND}:{depot.code}:{command.kind}:{command.period}" + (":morning" if command.morning else "")
    payload = {"report": report.id, "part": part, "file": at.ids(), "zone": depot.zone}
    uow.want(key, SEND, payload, at.now)
    watched = watch_targets(made.kpis, figures["currency"], depot, uow, at) if part == "evening" else []
    return [made, *watched]


def tell_report(command: TellReport, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Tell a report with its picture: of a day in the depot's room, of a week to the managers. Once."""
    report = uow.session.get_one(Report, command.report)
    depot = uow.depots.get(report.depot_id)
    if uow.files.find(command.file, at.now) is not None:
        return []
    uow.add(
        StoredFile(
            id=command.file, kind="report", name=f"{depot.code}-{report.period}.png", mime="image/png", size=command.size,
            path=command.path, created_at=at.now, expires_at=at.now + PICTURE_KEPT_FOR,
        )
    )  # fmt: skip
    made = told(report, depot, uow).model_copy(update={"media": Media(photos=(command.file,))})
    if command.part == "weekly":
        return [made.model_copy(update={"staff": person}) for person in managers(uow)]
    today = at.now.astimezone(depot.tz).date()
    ahead = _ahead(depot, today, uow) if command.part == "morning" else None
    return [made.model_copy(update={"desk": depot.code, "next_day": ahead})]


def told(report: Report, depot: Depot, uow: UnitOfWork) -> ReportMade:
    """A report with its key figures against their targets and the day or week before."""
    before = figures_of([depot], days_of(report.kind, report.period).before(), uow)
    return ReportMade(
        depot=depot.code, name_of_depot=depot.name, kind=report.kind, period=report.period, figures=report.figures,
        kpis=tuple(each for each in shown_kpis(report.figures, before, depot, uow) if each.value is not None),
    )  # fmt: skip


def managers(uow: UnitOfWork) -> list[int]:
    """Who gets the weeks: the managers; where there is none, the admins."""
    for role in (Role.MANAGER, Role.ADMIN):
        if found := uow.people.in_roles([role.value]):
            return [each.id or 0 for each in found]
    return []


def end_of(kind: str, period: str, depot: Depot) -> datetime:
    """When a day or week of a depot is over, in UTC."""
    return span_of(days_of(kind, period), depot)[1]


def days_of(kind: str, period: str) -> Days:
    """The days of a report: "2026-05-04", or those of the week "2026-W19"."""
    if kind != "weekly":
        return Days.parse(period)
    first = date.fromisoformat(f"{period}-1")
    return Days(first, first + timedelta(days=6))


def _ahead(depot: Depot, day: date, uow: UnitOfWork) -> dict[str, Any]:
    """What a day will bring, as it looks now."""
    promised = uow.schedules.promised(depot.id or 0, day)
    return {
        "day": day.isoformat(), "orders": sum(promised.values()), "routes": len(uow.routes.live(depot.id or 0, day)),
        "held": promised.get(OrderStatus.HELD, 0) + promised.get(OrderStatus.BACKORDERED, 0),
        "cases": len(uow.cases.open(1_000)),
    }  # fmt: skip
