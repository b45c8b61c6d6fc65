"""The note to the buyers: products that come back more, or less, often than they used to, with what customers say of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from actions.kpis import reasons_of
from actions.scheduling import depot_of
from domain.commands import WatchReturns
from domain.depots import Depot
from domain.moment import Moment, Role
from domain.notices import DepartedProduct, Notice, ReturnsDeparted
from domain.unusual import FOLLOWED, LATELY, Departure, courses, departures, span
from storage.return_figures import Rate
from storage.unit_of_work import UnitOfWork

#: What was told a week ago is not told again.
_A_WEEK = timedelta(days=7)


def watch_returns(command: WatchReturns, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Tell the buyers, or where there is none the depot's room, of products that depart from their history since a week ago."""
    depot = depot_of(command.depot, uow)
    orders = list(uow.figures.followed(depot, span(at.now - _A_WEEK)[0], span(at.now)[1]))
    found = departures(courses(orders, at.now))
    known = {_what(each) for each in departures(courses(orders, at.now - _A_WEEK))}
    new = [each for each in found if _what(each) not in known]
    if not new:
        return []
    names = {sku: each.name for sku, each in uow.stock.products({each.course.sku for each in found}).items()}
    made = ReturnsDeparted(
        depot=depot.code, name_of_depot=depot.name, departed=tuple(_told(each, names, depot, uow, at.now) for each in new),
        still=tuple(names[each.course.sku] for each in found if each not in new), lately_days=LATELY.days, within_days=FOLLOWED.days,
    )  # fmt: skip
    people = uow.people.in_roles([Role.BUYER.value])
    if not people:
        return [made.model_copy(update={"desk": depot.code})]
    return [made.model_copy(update={"staff": person.id}) for person in people]


def _what(departure: Departure) -> tuple[str, bool]:
    return departure.course.sku, departure.more


def _told(departure: Departure, names: dict[str, str], depot: Depot, uow: UnitOfWork, now: datetime) -> DepartedProduct:
    course = departure.course
    said = uow.figures.said(depot, now - FOLLOWED - LATELY, now, [course.sku])
    rate = Rate(course.sku, names[course.sku])
    for each in said:
        rate.reasons[each.reason] += each.pieces
    return DepartedProduct(
        sku=course.sku, name=names[course.sku], more=departure.more, lately=course.lately, back_lately=course.back_lately,
        before=course.before, back_before=course.back_before, chance=departure.chance, reasons=reasons_of([rate], said),
    )  # fmt: skip
