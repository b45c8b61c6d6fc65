"""The report of a simulated day: from what was seen and what happened to figures, as JSON and as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlmodel import Session, select

from bot.simulation import statistics
from bot.simulation.day import LADDER, Played
from bot.simulation.invariants import violations
from bot.simulation.statistics import HORIZONS, Arrival, Errors, Kept
from bot.simulation.world import ZONE
from domain.orders import Order
from storage import outbox
from storage.outbox import OutboxRow

#: What is to be reached: shares, minutes, and ratios.
TARGETS = {
    "told_in_time": 0.95, "told_in_time_width": 40.0, "told_at_publishing": 0.90, "eta_against_plan": 0.5,
    "eta_against_shifted": 1.0,
}  # fmt: skip


@dataclass(frozen=True)
class Report:
    """What a day came to. ``statuses`` count orders in the end; ``messages`` and ``edits`` are those to customers, all and
    for each order; ``violations`` are sentences."""

    plan: dict[str, Any]
    day_factor: float
    statuses: dict[str, int]
    promise: Kept
    told_in_time: Kept
    told_at_publishing: Kept
    told_last: Kept
    errors: tuple[Errors, ...]
    questions: int
    questioned: float
    messages: int
    messages_per_order: float
    edits: int
    by_kind: dict[str, int]
    ratings: int
    reports: int
    repeated: int
    positions: int
    breakdowns: int
    unplanned: int
    violations: tuple[str, ...]
    seconds: float

    @property
    def is_sound(self) -> bool:
        """Whether every invariant held."""
        return not self.violations

    def json(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self) | {"targets": TARGETS}


def arrivals(played: Played) -> list[Arrival]:
    """Every time a driver came for an order, with what was said of it before."""
    seen = played.observer
    told = seen.told(played.numbers.values())
    found = []
    for call in played.log.calls:
        if call.promised is None:
            continue
        found.append(
            Arrival(
                call.order, call.driver, call.began, call.promised,
                seen.planned.get(call.order) if call.attempt == 1 else None, seen.etas.get((call.order, call.attempt), ()),
                told.get(call.order, ()) if call.attempt == 1 else (),
            )
        )  # fmt: skip
    return found


def report_of(played: Played, seconds: float) -> Report:
    """The report of a day that was played, which took so many seconds."""
    came, log = arrivals(played), played.log
    with played.program.database.reading() as session:
        statuses = Counter(order.status for order in session.exec(select(Order)))
        kinds = _kinds(session, played)
        wrong = violations(session, played.world, log, played.stock)
    first = [each for each in came if each.planned is not None]
    sent = [heard for address, heard in played.line.sent if address.startswith("1")]
    asked = {question.order for question in log.questions}
    return Report(
        plan=_plan(played), day_factor=round(played.world.day_factor, 3), statuses=dict(statuses),
        promise=statistics.kept(first, statistics.promised),
        told_in_time=statistics.kept(first, statistics.told_in_time),
        told_at_publishing=statistics.kept(first, statistics.told_at_publishing),
        told_last=statistics.kept(first, statistics.told_last),
        errors=tuple(statistics.errors(came, each) for each in HORIZONS),
        questions=len(log.questions), questioned=len(asked) / max(1, played.plan.orders),
        messages=sum(not each.edited for each in sent),
        messages_per_order=sum(not each.edited for each in sent) / max(1, played.plan.orders),
        edits=sum(each.edited for each in sent), by_kind=kinds, ratings=log.ratings, reports=log.reports,
        repeated=log.repeated, positions=log.positions, breakdowns=log.breakdowns,
        unplanned=played.plan.orders - len(seen_orders(played)), violations=tuple(wrong), seconds=round(seconds, 1),
    )  # fmt: skip


def seen_orders(played: Played) -> set[str]:
    """The orders that were on a route when they were first looked for."""
    return set(played.observer.planned)


def _plan(played: Played) -> dict[str, Any]:
    plan = played.plan
    return {
        "orders": plan.orders, "drivers": plan.drivers, "day": plan.day.isoformat(), "seed": plan.seed,
        "ladder": plan.ladder, "noise": asdict(plan.noise),
    }  # fmt: skip


def _kinds(session: Session, played: Played) -> dict[str, int]:
    """How many messages nobody asked for were sent, by name; those of the ladder not where it was muted."""
    query = select(OutboxRow.name).where(OutboxRow.priority == outbox.PROACTIVE, OutboxRow.state == outbox.SENT)
    found = Counter(session.exec(query).all())
    return {name: count for name, count in sorted(found.items()) if played.plan.ladder or name not in LADDER}


# For people


def show(report: Report, console: Console) -> None:
    """The report as tables."""
    plan = report.plan
    console.print(
        f"{plan['day']} ({ZONE.key}), {plan['orders']} orders, {plan['drivers']} drivers, seed {plan['seed']}"
        f"{'' if plan['ladder'] else ', without the ladder'}: traffic {report.day_factor:.2f} of the usual, "
        f"{report.breakdowns} breakdowns, {report.seconds:.0f} s"
    )
    console.print(_promises(report))
    console.print(_errors(report))
    console.print(_talk(report))
    for each in report.violations:
        console.print(f"[red]violated:[/red] {each}")
    if report.is_sound:
        console.print("Every invariant holds: all orders accounted for, nothing said twice or at night, stock adds up.")


def _promises(report: Report) -> Table:
    table = Table("window", "windows", "kept", "median width", "to reach", title="Windows, and when the driver came")
    rows = {
        "promised": (report.promise, ""),
        "told when the plan was published": (report.told_at_publishing, "90 %"),
        "told last, 60 minutes before or more": (report.told_in_time, "95 %, 40 min"),
        "told last": (report.told_last, ""),
    }
    for name, (kept, aim) in rows.items():
        table.add_row(name, str(kept.count), _percent(kept.share), _minutes(kept.width), aim)
    return table


def _errors(report: Report) -> Table:
    table = Table(
        "minutes before", "ETAs", "ETA", "the plan's", "the plan's + delay",
        title="How far off, in minutes: mean (nine of ten within)",
    )  # fmt: skip
    for each in report.errors:
        table.add_row(
            str(each.horizon), str(each.count), *(_both(pair) for pair in (each.eta, each.plan, each.shifted))
        )
    return table


def _talk(report: Report) -> Table:
    table = Table("what", "count", title="Talk")
    table.add_row("messages to customers", f"{report.messages} ({report.messages_per_order:.1f} an order)")
    table.add_row("messages that were changed in place", str(report.edits))
    table.add_row('"where is my order?"', f"{report.questions} ({100 * report.questioned:.0f} % of the orders)")
    table.add_row("reports of drivers, said again", f"{report.reports}, {report.repeated}")
    table.add_row("positions, ratings", f"{report.positions}, {report.ratings}")
    table.add_row("orders in the end", ", ".join(f"{n} {name}" for name, n in sorted(report.statuses.items())))
    table.add_row("messages by kind", ", ".join(f"{n} {name}" for name, n in report.by_kind.items()))
    return table


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def _minutes(width: float | None) -> str:
    return "–" if width is None else f"{width:.0f} min"


def _both(pair: tuple[float, float] | None) -> str:
    return "–" if pair is None else f"{pair[0]:.1f} ({pair[1]:.1f})"


def of_json(found: Mapping[str, Any]) -> str:
    """One line about a report that was written as JSON, for tables of many days."""
    at = {each["horizon"]: each for each in found["errors"]}[60]
    told, published = found["told_in_time"], found["told_at_publishing"]
    return (
        f"| {found['plan']['seed']} | {_percent(found['promise']['share'])} | {_percent(told['share'])} "
        f"| {_minutes(told['width'])} | {_percent(published['share'])} | {_minutes(published['width'])} "
        f"| {_both(at['eta'])} | {_both(at['plan'])} | {_both(at['shifted'])} | {100 * found['questioned']:.0f} % "
        f"| {len(found['violations'])} | {found['seconds']:.0f} s |"
    )
