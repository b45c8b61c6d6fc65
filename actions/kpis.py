"""Key figures of days and depots, what is aimed at, and what is said when a target is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from actions.cases import open_about, resolve_about
from actions.desk.choosing import alike
from domain.cases import Case
from domain.commands import SetTarget, ShowKpis
from domain.depots import Depot
from domain.events import Thing, note
from domain.kpis import DEFINITIONS, Kpi, KpiTarget, Measured, measure, target_of, together
from domain.moment import Moment
from domain.notices import (
    Choice,
    KpiMetAgain,
    KpisShown,
    Notice,
    ReturnedProduct,
    SaidReason,
    ShownKpi,
    TargetSet,
)
from domain.numbers import LONGEST, MOST_VISITS
from domain.quotes import quotes
from domain.refusals import NotFound, Refusal
from domain.scheduling import moment_of
from domain.values import Days
from storage.return_figures import Rate, Words
from storage.unit_of_work import UnitOfWork

#: The exception that a key figure does not meet its target.
OFF_TARGET = "kpi_off_target"
#: So many products that come back, reasons, and quotes of each are told.
MOST_PRODUCTS, MOST_REASONS, MOST_QUOTES = 8, 4, 3


def show_kpis(command: ShowKpis, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The key figures of some days against their targets and the days before; those with nothing to measure are left out.

    Refuses days to come, and more than are counted at once.
    """
    depots = depots_called(command.depot, uow)
    days = command.period or Days(today := _today(depots, at), today)
    check_days(days, depots, uow, _today(depots, at))
    figures = figures_of(depots, days, uow)
    before = figures_of(depots, days.before(), uow)
    only = depots[0] if len(depots) == 1 else None
    shown = shown_kpis(figures, before, only, uow)
    kept = [each for each in shown if (command.kpi == each.kpi if command.kpi else each.value is not None)]
    return [
        KpisShown(
            name_of_depot=only.name if only is not None else None, first_day=days.first, last_day=days.last, kpis=tuple(kept),
            currency=figures["currency"], reasons=figures["reasons"] if command.kpi in {None, Kpi.FIRST_ATTEMPT} else {},
            choices=_others(command, days), **(_returned(depots, days, uow) if command.kpi == Kpi.RETURN_RATE else {}),
        )
    ]  # fmt: skip


def set_target(command: SetTarget, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Aim at a value, in place of what was aimed at before; None: at nothing. Refuses a rating that nobody can give."""
    if command.value is not None and DEFINITIONS[command.kpi].unit == "points" and not 1 <= command.value <= 5:
        raise Refusal("target_of_points", score=command.value)
    depot = depots_called(command.depot, uow)[0] if command.depot is not None else None
    depot_id = depot.id if depot is not None else None
    known = uow.targets.lock(command.kpi, depot_id)
    was = known.value if known is not None else None
    by = f"{at.actor.role.value}:{at.actor.person or ''}".rstrip(":")
    if command.value is None:
        uow.remove(*filter(None, [known]))
    elif known is None:
        uow.add(
            KpiTarget(kpi=command.kpi.value, depot_id=depot_id, value=command.value, set_by=by, set_at=at.now)
        )  # fmt: skip
    else:
        known.value, known.set_by, known.set_at = command.value, by, at.now
    name = f"{command.kpi}:{depot.code if depot is not None else 'all'}"
    uow.record(note(Thing("kpi", name), "target", at, was, command.value))
    return [
        TargetSet(
            kpi=command.kpi.value, unit=DEFINITIONS[command.kpi].unit, currency=uow.targets.currency(),
            name_of_depot=depot.name if depot is not None else None, aim=command.value, aimed=was,
        )
    ]  # fmt: skip


def figures_of(depots: Sequence[Depot], days: Days, uow: UnitOfWork) -> dict[str, Any]:
    """What happened at depots on some days of theirs, in one; reports and answers alike count here."""
    alone = len(uow.depots.all()) == 1
    return together(uow.figures.of(depot, *span_of(days, depot), alone=alone) for depot in depots)


def span_of(days: Days, depot: Depot) -> tuple[datetime, datetime]:
    """From local midnight to local midnight, in UTC."""
    return (
        moment_of(days.first, time(0), depot.tz), moment_of(days.last + timedelta(days=1), time(0), depot.tz)
    )  # fmt: skip


def shown_kpis(
    figures: dict[str, Any], before: dict[str, Any] | None, depot: Depot | None, uow: UnitOfWork
) -> list[ShownKpi]:
    """All key figures of a time with their targets, against the time before where its counts are given."""
    targets = uow.targets.all()
    then = {each.kpi: each for each in measure(before or {})}
    return [
        _shown(each, then[each.kpi], target_of(each.kpi, depot.id if depot else None, targets))
        for each in measure(figures)
    ]


def watch_targets(shown: Sequence[ShownKpi], currency: str, depot: Depot, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """A key figure that left its target is an exception, whose card tells of it; it is closed when it meets it again."""
    told: list[Notice] = []
    for each in shown:
        subject = f"{each.kpi}:{depot.code}"
        known = next((case for case in uow.cases.of_kind(OFF_TARGET) if case.detail.get("subject") == subject), None)
        values = {"name_of_depot": depot.name, "shown": each, "currency": currency, "desk": depot.code}
        if each.met is False:
            open_about(OFF_TARGET, subject, uow, at, depot=depot.code, shown=each.model_dump(), currency=currency)
        elif known is not None and (each.met or each.target is None):
            resolve_about(OFF_TARGET, subject, uow, at)
            if each.met:
                told.append(KpiMetAgain(reference=known.name, thread=_card(known), **values))
    return told


def depots_called(name: str | None, uow: UnitOfWork) -> list[Depot]:
    """The depot people call that, or all. Refuses where there is none, or several sound like it."""
    depots = list(uow.depots.all())
    if not depots:
        raise NotFound("no_depots")
    if name is None:
        return depots
    found = alike(name, depots)
    if len(found) != 1:
        raise NotFound("no_such_depot", depot=name, field="depot")
    return found


def check_days(days: Days, depots: Sequence[Depot], uow: UnitOfWork, today: date | None) -> None:
    """Refuses more days or visits than are counted at once, and days that have not begun by ``today``, where it is given."""
    if today is not None and days.first > today:
        raise Refusal("days_to_come", day=days.first)
    if days.count > LONGEST:
        raise Refusal("too_many_days", count=days.count, most=LONGEST)
    visits = sum(uow.figures.visits(depot, *span_of(days, depot)) for depot in depots)
    if visits > MOST_VISITS:
        raise Refusal("too_many_visits", count=visits, most=MOST_VISITS)


def _returned(depots: Sequence[Depot], days: Days, uow: UnitOfWork) -> dict[str, Any]:
    """What comes back most, and why, in customers' words."""
    products: dict[str, Rate] = {}
    said: list[Words] = []
    for depot in depots:
        for each in uow.figures.rates(depot, *span_of(days, depot)):
            known = products.setdefault(each.sku, Rate(each.sku, each.name))
            known.add(each)
        said += uow.figures.said(depot, *span_of(days, depot))
    most = sorted((each for each in products.values() if each.returned), key=lambda each: (-each.returned, each.sku))
    return {
        "most_returned": tuple(shown_product(each) for each in most[:MOST_PRODUCTS]),
        "return_reasons": reasons_of(most, said),
    }


def shown_product(rate: Rate) -> ReturnedProduct:
    """A product that comes back, as it is told."""
    return ReturnedProduct(
        sku=rate.sku, name=rate.name, delivered=rate.delivered, returned=rate.returned, reasons=dict(rate.reasons.most_common())
    )  # fmt: skip


def reasons_of(rates: Sequence[Rate], said: Sequence[Words]) -> tuple[SaidReason, ...]:
    """Why these products come back, the most frequent reasons first, with what customers said."""
    counts: Counter[str] = Counter()
    for each in rates:
        counts += each.reasons
    return tuple(
        SaidReason(
            reason=reason, pieces=pieces,
            quotes=quotes(((each.words, each.name) for each in said if each.reason == reason), MOST_QUOTES),
        )
        for reason, pieces in counts.most_common(MOST_REASONS)
    )  # fmt: skip


def _today(depots: Sequence[Depot], at: Moment) -> date:
    return at.now.astimezone(depots[0].tz).date()


def _shown(now: Measured, before: Measured, target: KpiTarget | None) -> ShownKpi:
    value = target.value if target is not None else None
    return ShownKpi(
        kpi=now.kpi.value, unit=DEFINITIONS[now.kpi].unit, value=now.value, top=now.top, bottom=now.bottom, target=value,
        met=now.meets(value) if value is not None else None, before=before.value, trend=now.since(before),
    )  # fmt: skip


def _others(command: ShowKpis, days: Days) -> tuple[Choice, ...]:
    """The days before, of the same."""
    slots = {"period": str(days.before()), "depot": command.depot, "kpi": command.kpi}
    given = {name: value for name, value in slots.items() if value is not None}
    return (Choice(label="choice.days_before", command="ShowKpis", slots=given),)


def _card(case: Case) -> str:
    """What the message about a case is called, under which more is said of it."""
    return f"case:{case.name}"
