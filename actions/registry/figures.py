"""Figures: reports, targets and numbers asked for in words."""

from __future__ import annotations

from actions import kpis, numbers, outward, reports
from actions.desk import choosing
from actions.registry.row import DESK, OFFICE, OWNER, SYSTEM, Registered, intent
from domain import commands as c
from domain.commands import Command
from domain.moment import Role

ROWS: dict[type[Command], Registered] = {
    c.ShowKpis: Registered(
        kpis.show_kpis, OFFICE, intent("kpi_report"), resolve={"depot": choosing.maybe_depot}, reads_only=True
    ),
    c.SetTarget: Registered(
        kpis.set_target, OWNER | {Role.MANAGER}, intent("set_target"), resolve={"depot": choosing.maybe_depot}, form=True
    ),
    c.AskNumbers: Registered(numbers.ask_numbers, OFFICE, intent("ask_numbers"), reads_only=True),
    c.SaveNumbers: Registered(numbers.save_numbers, OFFICE, intent("save_numbers")),
    c.RecordNumbers: Registered(numbers.record_numbers, SYSTEM),
    c.MakeReport: Registered(reports.make_report, DESK),
    c.TellReport: Registered(reports.tell_report, SYSTEM),
    c.ReportLostEvents: Registered(outward.report_lost_events, SYSTEM),
}  # fmt: skip
